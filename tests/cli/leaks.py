#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Search files for what must never leave: exact places, names, telephones, words of a report.

    leaks.py TRUTH.json FILE...

Prints where something was found, never what, and exits 1; exits 0 when nothing was found.

A place is looked for as text (4 decimals and more, with point or comma), as binary doubles (as in
WKB and SQLite), floats and scaled integers, each in both byte orders. Published numbers have six
decimals, so a coordinate with more gives itself away alone; one with fewer may be a published one
by chance, and is a leak beside its other half. Coarse forms (below six decimals, floats) are not
searched for places that have a published point within two metres: they cannot be told apart.
"""

import array
import collections
import json
import re
import struct
import sys

NEAR = 128  # bytes: longitude and latitude of one place stand this close in any format
PUBLISHED = 6  # decimals of published points
COARSE = (4, 5)
SAME_DEG = 2e-5
NUMBER = re.compile(rb"-?\d{1,3}[.,]\d{4,}")
CODE = re.compile(rb"(?<![A-Za-z0-9])[A-Z]\d{5}(?![0-9])")
ADDRESS = re.compile(rb"\d+ [A-Za-z0-9]+ (?:St|Ave|Ct|Pl|Ter|Ln)(?: Unit \d+)?\b")


class Secrets:
    """What the generator of the city calls secret, arranged for searching."""

    def __init__(self, secrets, published=()):
        self.words = {mark.lower().encode() for mark in secrets["marks"]}
        self.words |= {name.split()[-1].lower().encode() for name in secrets["names"]}
        self.codes = {code for text in secrets["texts"] for code in CODE.findall(text.encode())}
        self.addresses = {a.encode() for a in secrets["addresses"]}
        self.places = [c for c in secrets["coordinates"] if c["secret"]]
        self.coarse = away_from(self.places, published)
        self.alone = {rounded(c[axis], 7) for c in self.places for axis in c["secret"]
                      if tells_itself(c[axis])}
        self.tables = {decimals: pairs_as_text(self.coarse if decimals in COARSE else self.places,
                                               decimals)
                       for decimals in (*COARSE, PUBLISHED, 7)}
        self.doubles = {}  # eight bytes as a number -> None where it tells alone, or its partners
        self.eights = set()  # both halves of a place in eight bytes
        for place in self.places:
            self.add_doubles(place)
            self.add_halves(*(round(float(place[a]) * 1e7) for a in ("lon", "lat")), "i")
        for place in self.coarse:
            self.add_halves(float(place["lon"]), float(place["lat"]), "f")

    def add_doubles(self, place):
        for order in "<>":
            halves = {axis: struct.pack(order + "d", float(place[axis])) for axis in ("lon", "lat")}
            for axis, other in (("lon", "lat"), ("lat", "lon")):
                key = as_number(halves[axis])
                if axis in place["secret"] and tells_itself(place[axis]):
                    self.doubles[key] = None
                elif self.doubles.setdefault(key, set()) is not None:
                    self.doubles[key].add(halves[other])

    def add_halves(self, lon, lat, kind):
        for order in "<>":
            for pair in ((lon, lat), (lat, lon)):
                self.eights.add(as_number(struct.pack(order + 2 * kind, *pair)))


def as_number(eight_bytes):
    return int.from_bytes(eight_bytes, sys.byteorder)


def tells_itself(text):
    return len(text.partition(".")[2].rstrip("0")) > PUBLISHED


def away_from(places, published):
    """The places without a published point beside them."""
    def square(lon, lat, east=0, north=0):
        return int(lon // SAME_DEG) + east, int(lat // SAME_DEG) + north

    taken = {square(lon, lat, east, north) for lon, lat in published
             for east in (-1, 0, 1) for north in (-1, 0, 1)}
    return [p for p in places if square(float(p["lon"]), float(p["lat"])) not in taken]


def pairs_as_text(places, decimals):
    """Longitude -> latitudes, cut and rounded to so many decimals."""
    table = collections.defaultdict(set)
    for place in places:
        for form in (cut, rounded):
            table[form(place["lon"], decimals)].add(form(place["lat"], decimals))
    return table


def cut(text, decimals):
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:decimals]:0<{decimals}}"


def rounded(text, decimals):
    return f"{float(text):.{decimals}f}"


def find_words(data, secrets):
    low = data.lower()
    for word in secrets.words:
        at = low.find(word)
        if at >= 0:
            yield at, "a name or a telltale word"
    for pattern, known, what in ((CODE, secrets.codes, "words of a report"),
                                 (ADDRESS, secrets.addresses, "the address of a report")):
        yield from ((m.start(), what) for m in pattern.finditer(data) if m.group() in known)


def find_texts(data, secrets):
    """Numbers that tell themselves, and pairs, in either order, that are one exact place."""
    numbers = [(m.start(), m.group().decode().replace(",", ".")) for m in NUMBER.finditer(data)]
    for at, number in numbers:
        if len(number.partition(".")[2]) > PUBLISHED and rounded(number, 7) in secrets.alone:
            yield at, "an exact coordinate as text"
    for decimals, table in secrets.tables.items():
        shown = [(at, cut(number, decimals)) for at, number in numbers
                 if decimals not in COARSE or len(number.partition(".")[2]) == decimals]
        for i, (at, number) in enumerate(shown):
            lats = table.get(number, ())
            around = shown[max(0, i - 4):i + 5] if lats else ()
            if any(n in lats and abs(a - at) <= NEAR for a, n in around):
                yield at, f"an exact place as text, {decimals} decimals"


def find_binary(data, secrets):
    """Eight bytes at any offset that are a coordinate, or both halves of a place."""
    for shift in range(8):
        words = array.array("Q", data[shift:shift + max(0, len(data) - shift) // 8 * 8])
        seen = set(words)
        hits = secrets.doubles.keys() & seen | secrets.eights & seen
        for index, word in enumerate(words if hits else ()):
            if word in hits:
                at = shift + 8 * index
                if word in secrets.eights or secrets.doubles[word] is None:
                    yield at, "an exact place as binary numbers"
                elif any(other in data[max(0, at - NEAR):at + NEAR]
                         for other in secrets.doubles[word]):
                    yield at, "an exact place as two binary numbers"


def search(data, secrets):
    """Sorted (offset, kind) of everything found."""
    found = set(find_words(data, secrets))
    return sorted(found | set(find_texts(data, secrets)) | set(find_binary(data, secrets)))


def load(truth_path, published=()):
    """published: the (lon, lat) that were published, by which coarse forms are told apart."""
    with open(truth_path, encoding="utf-8") as file:
        return Secrets(json.load(file)["secrets"], published)


def main(truth_path, *paths):
    secrets, leaks = load(truth_path), 0
    for path in paths:
        with open(path, "rb") as file:
            for at, kind in search(file.read(), secrets):
                print(f"{path}: byte {at}: {kind}")
                leaks += 1
    return 1 if leaks else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
