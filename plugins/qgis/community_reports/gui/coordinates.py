# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads coordinates as people paste them: degrees, or degrees, minutes and seconds; "geo:" and
POINT() too.

Letters (N, S, E, W) settle which number is which. Without them a comma means latitude first, as
web maps write it, and a space means longitude first, as GIS does; where the other order is possible
too it comes second, for a caller who knows where the beats are.
"""

import re

SEPARATOR = re.compile(r"\s*[,;/]\s*|\s+")
TOKEN = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?)|(?P<letter>[NSEW])|(?P<mark>[°'\"])"
                   r"|(?P<gap>[,;/\s]+)", re.IGNORECASE)
SAME = {"\u2212": "-", "\u2013": "-", "º": "°", "˚": "°", "′": "'", "’": "'", "´": "'", "″": '"',
        "”": '"', "''": '"', "\u00a0": " "}
COMMA_DECIMALS = re.compile(r"\s*([-+]?\d+),(\d+)(?:\s*;\s*|\s+)([-+]?\d+),(\d+)\s*")
WRAPPED = re.compile(r"\s*(?:geo:\s*(?P<geo>[^?]*?)(?:\?.*)?|(?:SRID=4326;)?POINT\s*\("
                     r"(?P<point>[^)]*)\))\s*", re.IGNORECASE)


class NotCoordinates(ValueError):
    """Nothing that can be read as a place."""


def read(text):
    """[(lon, lat), ...], the likelier first. Raises NotCoordinates."""
    wrapped = WRAPPED.fullmatch(text)
    if wrapped:
        numbers = [part for part in SEPARATOR.split(
            (wrapped["geo"] or wrapped["point"]).strip()) if part][:2]
        text = (", " if wrapped["geo"] else " ").join(numbers)
    for odd, plain in SAME.items():
        text = text.replace(odd, plain)
    decimals = COMMA_DECIMALS.fullmatch(text)
    if decimals:
        text = "{}.{}, {}.{}".format(*decimals.groups())
    tokens = _tokens(text.strip())
    places = _lettered(tokens) if any(k == "letter" for k, _ in tokens) else _plain(tokens)
    places = [(lon, lat) for lon, lat in places if -180 <= lon <= 180 and -90 <= lat <= 90]
    if not places:
        raise NotCoordinates(text)
    return places[:1] if wrapped else places


def _tokens(text):
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise NotCoordinates(text)
        found.append((match.lastgroup, match.group().upper()))
        at = match.end()
    return found


def _degrees(numbers):
    """Degrees of up to three numbers, the first with a sign."""
    if not 1 <= len(numbers) <= 3:
        raise NotCoordinates(numbers)
    parts = [abs(float(number)) for number in numbers]
    if any(part >= 60 for part in parts[1:]) or any(n[0] in "+-" for n in numbers[1:]) \
            or any("." in number for number in numbers[:-1]):
        raise NotCoordinates(numbers)
    value = sum(part / 60 ** power for power, part in enumerate(parts))
    return -value if numbers[0].startswith("-") else value


def _lettered(tokens):
    """Each letter belongs to the numbers before it, or to those after it if it comes first."""
    kept = [(kind, value) for kind, value in tokens if kind in ("number", "letter")]
    if kept[0][0] == "letter":
        kept.reverse()
    numbers, found = [], {}
    for kind, value in kept:
        if kind == "number":
            numbers.append(value)
            continue
        if kept[-1] == tokens[0]:
            numbers.reverse()  # they were read from the end
        degrees = _degrees(numbers)
        axis = "lat" if value in "NS" else "lon"
        if axis in found or degrees < 0:
            raise NotCoordinates(tokens)
        found[axis] = -degrees if value in "SW" else degrees
        numbers = []
    if numbers or len(found) != 2:
        raise NotCoordinates(tokens)
    return [(found["lon"], found["lat"])]


def _plain(tokens):
    """Two halves with as many numbers; the separator between them says which comes first."""
    spots = [i for i, (kind, _) in enumerate(tokens) if kind == "number"]
    if len(spots) not in (2, 4, 6):
        raise NotCoordinates(tokens)
    middle = len(spots) // 2
    first = _degrees([tokens[i][1] for i in spots[:middle]])
    second = _degrees([tokens[i][1] for i in spots[middle:]])
    between = "".join(value for _, value in tokens[spots[middle - 1]:spots[middle]])
    orders = [(second, first), (first, second)]
    return orders if re.search("[,;/]", between) or middle > 1 else orders[::-1]
