#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Search files for what must never leave: exact places, names, telephones, words of a report.

    leaks.py TRUTH.json FILE...

Prints where something was found, never what, and exits 1; exits 0 when nothing was found.
"""

import json
import re
import struct
import sys

NEAR = 128  # bytes: longitude and latitude of one place stand this close in any format
DECIMALS = (6, 7)
GRID = 5  # decimals of the grid on which masked points are published
NUMBER = re.compile(rb"-?\d{1,3}\.\d{4,}")
CODE = re.compile(rb"(?<![A-Za-z0-9])[A-Z]\d{5}(?![0-9])")
ADDRESS = re.compile(rb"\d+ [A-Za-z0-9]+ (?:St|Ave|Ct|Pl|Ter|Ln)(?: Unit \d+)?\b")


class Secrets:
    """What the generator of the city calls secret, arranged for searching."""

    def __init__(self, secrets):
        self.words = {mark.lower().encode() for mark in secrets["marks"]}
        self.words |= {name.split()[-1].lower().encode() for name in secrets["names"]}
        self.codes = {code for text in secrets["texts"] for code in CODE.findall(text.encode())}
        self.addresses = {a.encode() for a in secrets["addresses"]}
        places = [c for c in secrets["coordinates"] if c["secret"]]
        self.pairs = [(c["lon"], c["lat"]) for c in places]
        self.doubles = {}  # eight bytes -> the same of the other axis, of every place that has them
        self.telling = set()  # those that no public grid has, so that one alone is a leak
        for place in places:
            self.add_doubles(place)

    def add_doubles(self, place):
        for order in ("<d", ">d"):
            lon, lat = (struct.pack(order, float(place[axis])) for axis in ("lon", "lat"))
            self.doubles.setdefault(lon, set()).add(lat)
            self.doubles.setdefault(lat, set()).add(lon)
            for axis, value in (("lon", lon), ("lat", lat)):
                decimals = len(place[axis].partition(".")[2].rstrip("0"))
                if axis in place["secret"] and decimals > GRID:
                    self.telling.add(value)

    def rounded(self, decimals):
        """Longitude text -> latitude texts, cut and rounded to so many decimals."""
        table = {}
        for lon, lat in self.pairs:
            for form in (cut, rounded):
                table.setdefault(form(lon, decimals), set()).add(form(lat, decimals))
        return table


def cut(text, decimals):
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:decimals]:0<{decimals}}".encode()


def rounded(text, decimals):
    return f"{float(text):.{decimals}f}".encode()


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
    """Pairs of numbers, in either order, that are one exact place."""
    numbers = [(m.start(), m.group()) for m in NUMBER.finditer(data)]
    for decimals in DECIMALS:
        table = secrets.rounded(decimals)
        shown = [(at, cut(n.decode(), decimals)) for at, n in numbers]
        for i, (at, number) in enumerate(shown):
            lats = table.get(number, ())
            around = shown[max(0, i - 4):i + 5] if lats else ()
            if any(n in lats and abs(a - at) <= NEAR for a, n in around):
                yield at, f"an exact place as text, {decimals} decimals"


def find_doubles(data, secrets):
    """The eight bytes of exact longitudes and latitudes, in either byte order."""
    heads = {d[:2] for d in secrets.doubles} | {d[6:] for d in secrets.doubles}
    starts = set()
    for head in heads:
        for m in re.finditer(re.escape(head), data):
            starts |= {m.start(), m.start() - 6}
    for at in starts:
        value = data[at:at + 8] if at >= 0 else b""
        if value in secrets.telling:
            yield at, "an exact coordinate as a binary number"
        elif value in secrets.doubles:
            around = data[max(0, at - NEAR):at + NEAR]
            if any(other in around for other in secrets.doubles[value]):
                yield at, "an exact place as binary numbers"


def search(data, secrets):
    """Sorted (offset, kind) of everything found."""
    found = set(find_words(data, secrets))
    return sorted(found | set(find_texts(data, secrets)) | set(find_doubles(data, secrets)))


def load(truth_path):
    with open(truth_path, encoding="utf-8") as file:
        return Secrets(json.load(file)["secrets"])


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
