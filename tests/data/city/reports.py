# SPDX-License-Identifier: MIT
"""The reports that are in order, wherever they lie: homes, corners, beat edges, the redraw."""

import copy
from datetime import timedelta

from . import areas, clock, fences, ground, people, plan, streets, topics

EDGE_PER_MILLE = 140
HOME_PER_MILLE = 130
PER_FENCE = 8


class Report:
    """One report before it is written in some format. Texts are kept as a person typed them."""

    def __init__(self, topic, when, place, address):
        self.ref = None
        self.category, self.title = topic.category, topic.title
        self.when = when
        self.lon, self.lat = place
        self.address = address
        self.description = self.lang = self.accuracy = self.person = None

    def number_it(self, number):
        self.ref = f"PL-{self.when.year}-{number:06d}"


def reports(count, addresses, land, rng):
    """`count` reports; the last ones lie in fences, and where and when the border moves."""
    homes = [rng.pick(addresses) for _ in range(max(1, count // 50))]
    owners = {id(home): people.person(rng) for home in homes}
    edges = sorted(streets.border_pieces())
    places = (land, addresses, homes, owners, edges)
    special = list(in_fences(rng)) + list(at_the_redraw(rng))
    made = [one_report(places, rng) for _ in range(max(0, count - len(special)))] + special
    for number, report in enumerate(made, 1):
        report.number_it(number)
    return made


def one_report(places, rng):
    land, addresses, homes, owners, edges = places
    topic = topics.topic(rng)
    when = clock.any_time(rng, topic.hours)
    kind = rng.below(1000)
    if kind < EDGE_PER_MILLE:
        report = Report(topic, when, edge_place(edges, rng), None)
    elif kind < EDGE_PER_MILLE + HOME_PER_MILLE:
        home = rng.pick(homes)
        report = Report(topic, when, (home.lon, home.lat), home.text)
        report.person = copy.copy(owners[id(home)])
    else:
        near = rng.pick(addresses)
        place = beside(near, land, rng)
        report = Report(topic, when, place, near.text)
    finish(report, topic, rng)
    return report


def spares(addresses, rng):
    """Endless sound reports, to be spoilt."""
    number = 900_000
    while True:
        number += 1
        topic = topics.topic(rng)
        near = rng.pick(addresses)
        report = Report(topic, clock.any_time(rng, topic.hours), (near.lon, near.lat),
                        near.text)
        finish(report, topic, rng)
        report.number_it(number)
        yield report


def finish(report, topic, rng):
    """Words, language, accuracy, and who it was, if they say."""
    code = f"{rng.pick('ABCDEFGHJKLMNPQRSTUVWXYZ')}{rng.between(10000, 99999)}"
    words = rng.pick(topic.words)
    report.lang = "es" if rng.chance(60) else "en"
    if report.lang == "es":
        words = rng.pick(topics.SPANISH)
    if rng.chance(50):
        words = f'{words} They shouted "get lost", then left.\nPlease hurry.'
    report.description = f"{words} My callback code is {code}."
    report.accuracy = rng.pick((None, None, 5, 8, 12, 20, 35, 65))
    if report.person is None and rng.chance(550):
        report.person = people.person(rng)


def beside(address, land, rng):
    """Some metres off an address: what a telephone or a click on a map gives."""
    while True:
        lon = address.lon + rng.between(-400, 400)
        lat = address.lat + rng.between(-300, 300)
        if plan.in_city(areas.letter_at(land, lon, lat)):
            return ground.telling(lon, lat)


def edge_place(edges, rng):
    """A vertex of a beat edge, or a point between two that is on it to the last bit."""
    start, end = rng.pick(edges)
    share = rng.between(1, 999)
    if rng.chance(500):
        if start[0] == end[0]:
            return start[0], *ground.telling(start[1] + (end[1] - start[1]) * share // 1000)
        if start[1] == end[1]:
            return *ground.telling(start[0] + (end[0] - start[0]) * share // 1000), start[1]
    return start


def in_fences(rng):
    """Some for each fence: half of them at a time and of a kind that the fence is about."""
    for fence in fences.fences():
        for turn in range(PER_FENCE):
            yield in_fence(fence, turn % 2 == 0, rng)


def in_fence(fence, meant, rng):
    lons, lats = zip(*fence.ring)
    place = ground.telling(rng.between(min(lons), max(lons)), rng.between(min(lats), max(lats)))
    while True:
        topic = topics.topic(rng)
        when = clock.any_time(rng, topics.DAY)
        if not meant or (fence.has_category(topic.category) and fence.has_time(when)):
            report = Report(topic, when, place, None)
            finish(report, topic, rng)
            return report


def at_the_redraw(rng):
    """Reports in blocks that change hands, in the last second before and the first after."""
    for col, row in sorted(plan.REDRAWN)[:4]:
        centre = ground.telling(*ground.corner(4 * col + 2, 4 * row + 2))
        for shift in (-1, 0):
            topic = topics.topic(rng)
            report = Report(topic, clock.REDRAW + timedelta(seconds=shift), centre, None)
            finish(report, topic, rng)
            yield report
