# SPDX-License-Identifier: MIT
"""What the generator knows: the answer to every report, and every secret of every reporter."""

from . import clock, fences, ground, people, plan, topics
from .formats import occurred


class Truth:
    def __init__(self, seed, oracle, public):
        self.oracle, self.fences = oracle, fences.fences()
        self.public = public
        self.secrets = {k: set() for k in ("names", "phones", "emails", "texts", "addresses",
                                           "coordinates")}
        self.root = {"seed": seed, "time_zone": plan.TIME_ZONE, "redraw": plan.REDRAW_DATE,
                     "redraw_utc": clock.rfc3339(clock.REDRAW), "files": {}, "beats": {},
                     "reports": [], "planted": []}

    def add_file(self, name, items):
        count = {"records": 0, "accepted": 0, "duplicate": 0, "refused": 0, "by_reason": {},
                 "planted": {}}
        for item in items:
            self.add_item(name, item, count)
        self.root["files"][name] = count

    def add_item(self, name, item, count):
        self.keep_secrets(item)
        if item.kind != "valid":
            plant(count["planted"], item.kind)
            self.root["planted"].append({"file": name, "kind": item.kind, "reason": item.reason,
                                         "source_ref": item.fields["source_ref"]})
        if item.kind == "empty_line":
            return
        count["records"] += 1
        reason = self.answer(name, item) if item.report else item.reason
        if reason is None:
            count["accepted"] += 1
        elif reason == "duplicate":
            count["duplicate"] += 1
        else:
            count["refused"] += 1
            plant(count["by_reason"], reason)

    def answer(self, name, item):
        """Note the beat and the fence of a sound report; the reason if a fence refuses it."""
        report = item.report
        answer = self.oracle.answer(report)
        assert answer["beat"] is not None, "a sound report lies in the city"
        action, fence = fences.decide(self.fences, report)
        self.root["reports"].append({
            "file": name, "source_ref": report.ref, "category": report.category,
            "occurred": occurred(item.fields), "lon": ground.text(report.lon),
            "lat": ground.text(report.lat), **answer, "fence_action": action, "fence": fence})
        if action == "refuse":
            return "fence"
        plant(self.root["beats"], answer["beat"])
        return None

    def keep_secrets(self, item):
        fields, person = item.fields, item.fields["person"]
        if person:
            self.secrets["names"].add(person.name)
            self.secrets["phones"].add(person.phone)
            self.secrets["emails"].add(person.email)
        self.secrets["texts"].add(fields["description"])
        if fields["address"]:
            self.secrets["addresses"].add(fields["address"])
        if item.kind in ("valid", "duplicate", "in_lake", "outside_city", "unknown_category"):
            self.secrets["coordinates"].add((fields["lon"], fields["lat"]))

    def as_json(self):
        """`secret` of a coordinate: the parts that no public boundary has as a vertex."""
        secrets = {k: sorted(v) for k, v in self.secrets.items()}
        secrets["marks"] = people.MARKS + topics.MARKS
        secrets["coordinates"] = [
            {"lon": lon, "lat": lat,
             "secret": [k for k, v in (("lon", lon), ("lat", lat)) if v not in self.public]}
            for lon, lat in secrets["coordinates"]]
        beats = {k: self.root["beats"][k] for k in sorted(self.root["beats"])}
        return {**self.root, "beats": beats, "secrets": secrets}


def plant(counts, kind):
    counts[kind] = counts.get(kind, 0) + 1
