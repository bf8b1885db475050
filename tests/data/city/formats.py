# SPDX-License-Identifier: MIT
"""Reports as files: CSV, GeoJSON, NDJSON of the native schema, Open311 JSON."""

import json

from . import clock, topics

CSV_HEADER = ("report_no,date,time,type,longitude,latitude,accuracy_m,"
              "reporter_name,phone,email,description")
SERVICE_NAMES = {t.category: t.title for t in topics.TOPICS}


def number(text):
    """A JSON number where the text is one, else the text itself: a planted fault."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def dump(value):
    return json.dumps(value, ensure_ascii=False)


def csv_field(value):
    text = "" if value is None else str(value)
    if any(c in text for c in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_row(fields):
    person = fields["person"]
    day, hour = local_date_time(fields)
    values = (fields["source_ref"], day, hour, fields["category"], fields["lon"], fields["lat"],
              fields["accuracy_m"], person and person.name, person and person.phone,
              person and person.email, fields["description"])
    return ",".join(map(csv_field, values))


def local_date_time(fields):
    """Date and time as a clerk writes them: local, without a zone."""
    if fields["occurred"] is not None:
        day, _, hour = fields["occurred"].partition("T")
        return day, hour.rstrip("Z")
    local = clock.local(fields["when"])
    return local.strftime("%Y-%m-%d"), local.strftime("%H:%M:%S")


def occurred(fields):
    if fields["occurred"] is not None:
        return fields["occurred"]
    return clock.rfc3339(fields["when"])


def ndjson_line(fields):
    person = fields["person"]
    value = {
        "source_ref": fields["source_ref"], "category": fields["category"],
        "occurred": occurred(fields), "lon": number(fields["lon"]), "lat": number(fields["lat"]),
        "accuracy_m": fields["accuracy_m"], "title": fields["title"],
        "description": fields["description"], "lang": fields["lang"],
        "address": fields["address"], "anonymous": fields["anonymous"],
        "reporter": person and {"name": person.name, "phone": person.phone,
                                "email": person.email},
    }
    value.update(fields["extra"])
    return dump(without_empty(value))


def without_empty(value):
    return {k: v for k, v in value.items() if v is not None and v != ""}


def geojson_feature(fields):
    person = fields["person"]
    place = [number(fields["lon"]), number(fields["lat"])]
    properties = {
        "source_ref": fields["source_ref"], "category": fields["category"],
        "occurred": occurred(fields), "accuracy_m": fields["accuracy_m"],
        "title": fields["title"], "description": fields["description"], "lang": fields["lang"],
        "address": fields["address"], "anonymous": fields["anonymous"],
        "reporter_name": person and person.name, "reporter_phone": person and person.phone,
        "reporter_email": person and person.email,
    }
    geometry = None if None in place else {"type": "Point", "coordinates": place}
    return dump({"type": "Feature", "properties": without_empty(properties),
                 "geometry": geometry})


def open311_request(fields):
    """GeoReport v2; the time is local with its offset, as most servers write it."""
    person = fields["person"]
    first, _, last = person.name.partition(" ") if person else ("", "", "")
    when = fields["occurred"] or clock.local(fields["when"]).isoformat(timespec="seconds")
    return dump({
        "service_request_id": fields["source_ref"], "status": "open",
        "service_name": fields["category"] and SERVICE_NAMES.get(fields["category"], "Other"),
        "service_code": fields["category"], "description": fields["description"],
        "requested_datetime": when, "address": fields["address"],
        "lat": number(fields["lat"]), "long": number(fields["lon"]),
        "first_name": first, "last_name": last, "email": person.email if person else "",
        "phone": person.phone if person else "",
    })


def csv_file(items):
    lines = [CSV_HEADER.encode()] + [spoilt(i, csv_row) for i in items]
    end = b"" if items[-1].kind == "truncated_row" else b"\n"
    return b"\n".join(lines) + end


def ndjson_file(items):
    return b"".join(spoilt(i, ndjson_line) + b"\n" for i in items)


def geojson_file(items):
    body = b",\n".join(spoilt(i, geojson_feature) for i in items)
    return b'{"type": "FeatureCollection", "features": [\n' + body + b"\n]}\n"


def open311_file(items):
    return b"[\n" + b",\n".join(spoilt(i, open311_request) for i in items) + b"\n]\n"


def spoilt(item, write):
    data = write(item.fields).encode()
    return item.spoil(data) if item.spoil else data
