#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Known answers of the lattice and donut laws, from the words of docs/PRIVACY.md and the headers.

A second implementation, in whole numbers of any size, that shares no line with the library: it
takes BLAKE2b from hashlib, and roots from math.isqrt. The table of the WGS 84 ellipsoid is the only
thing that is read from the library's sources, because it is part of the lattice's definition.

usage: make_mask_vectors.py            print mask_vectors.csv
       make_mask_vectors.py --check    compare with the file beside this script
"""

import hashlib
import math
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "libcommunity/privacy/lattice_table.c"
NANO, CIRCLE = 10**9, 360 * 10**9
KEY = bytes(range(32))
LAWS = {"lattice": 1, "donut": 3}
WORD = 1 << 64


def table(name):
    text = re.search(rf"cmty__lattice_{name}_mm\[91\] = \{{(.*?)\}}", TABLE.read_text(), re.S)
    return [int(n) for n in re.findall(r"\d+", text[1])]


MERIDIAN, PARALLEL = table("meridian"), table("parallel")


# ---- the stream: ChaCha20 (Bernstein 2008, a counter and a nonce of 64 bits) ----

def chacha_block(key, counter):
    def turn(v):
        return (v << 16 | v >> 16) & 0xFFFFFFFF
    state = list(struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key)
                 + struct.unpack("<4I", struct.pack("<QQ", counter, 0)))
    x = state[:]

    def quarter(a, b, c, d):
        for p, q, r, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[p] = (x[p] + x[q]) & 0xFFFFFFFF
            v = x[r] ^ x[p]
            x[r] = (v << bits | v >> (32 - bits)) & 0xFFFFFFFF
    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(x, state)))


class Stream:
    def __init__(self, law, region, scale_a, scale_b, step_mm, row, column, report):
        head = KEY + b"cmtymask" + struct.pack("<6q", 1 << 16 | LAWS[law] << 8 | region, scale_a,
                                               scale_b, step_mm, row, column)
        self.seed = hashlib.blake2b(head + report.encode(), digest_size=32).digest()
        self.words, self.block = [], 0

    def next(self):
        if not self.words:
            self.words = list(struct.unpack("<8Q", chacha_block(self.seed, self.block)))
            self.block += 1
        return self.words.pop(0)

    def below(self, is_below):
        """Is the uniform real u below a bound? is_below(low, high, unit) says 1, 0, or -1 where it
        cannot be told from low/unit <= u < high/unit."""
        digits, unit = 0, 1
        while True:
            digits, unit = digits << 64 | self.next(), unit << 64
            answer = is_below(digits, digits + 1, unit)
            if answer >= 0:
                return answer == 1

    def uniform(self, n):
        while True:
            product = self.next() * n
            if product % WORD >= WORD % n:
                return product >> 64

    def bernoulli(self, n, d):
        return self.below(lambda low, high, unit:
                          1 if high * d <= n * unit else 0 if low * d >= n * unit else -1)

    def bernoulli_exp(self, n, d):
        k = 1
        while self.bernoulli(n, d * k):
            k += 1
        return k % 2 == 1

    def discrete_laplace(self, p, q):
        while True:
            part = self.uniform(q)
            if not self.bernoulli_exp(part, q):
                continue
            whole = 0
            while self.bernoulli_exp(1, 1):
                whole += 1
            size = (part + q * whole) // p
            negative = self.next() & 1
            if not (negative and size == 0):
                return -size if negative else size

    def accept(self, rate, east, north):
        """e^-gap, gap = rate/2^32 (|v| - 408/577 |v|_1)."""
        square, total = east * east + north * north, abs(east) + abs(north)

        def gap_below(unit_bits):
            root = math.isqrt(square << 2 * unit_bits)
            low = (root * 577 - (total * 408 << unit_bits)) * rate
            return low, low + rate * 577  # over 577 2^32 2^unit_bits

        high = gap_below(32)[1]
        parts = high // (577 << 64) + 1

        def bernoulli_gap(divisor):
            def is_below(low_u, high_u, unit):
                bits = unit.bit_length() - 1 - 32
                low, above = gap_below(bits)
                if high_u * 577 * divisor <= low:
                    return 1
                return 0 if low_u * 577 * divisor >= above else -1
            return self.below(is_below)
        for _ in range(parts):
            k = 1
            while bernoulli_gap(parts * k):
                k += 1
            if k % 2 == 0:
                return False
        return True

    def lattice_noise(self, rate):
        while True:
            east = self.discrete_laplace(rate * 408, 577 << 32)
            north = self.discrete_laplace(rate * 408, 577 << 32)
            if (east == 0 and north == 0) or self.accept(rate, east, north):
                return east, north


# ---- the lattice ----

def quotient(a, b):
    """Towards zero, as C divides."""
    return abs(a) // b if a >= 0 else -(abs(a) // b)


def interpolate(numbers, lat):
    d, rest = divmod(abs(lat), NANO)
    if d >= 90:
        return numbers[90]
    return numbers[d] + quotient(rest * (numbers[d + 1] - numbers[d]), NANO)


def meridian(lat):
    return interpolate(MERIDIAN, lat) * (1 if lat >= 0 else -1)


def latitude(y):
    a = min(abs(y), MERIDIAN[90])
    d = max(i for i in range(90) if MERIDIAN[i] <= a)
    step = MERIDIAN[d + 1] - MERIDIAN[d]
    lat = d * NANO + ((a - MERIDIAN[d]) * NANO + step // 2) // step
    return -lat if y < 0 else lat


def nano(text):
    """Halves away from zero, as a degree of at most nine decimals never needs."""
    return round(float(text) * 1e9)


def published(lon, lat):
    return [f"{(v + 50) // 100 / 1e7:.7f}" for v in (lon, lat)]


class Lattice:
    def __init__(self, step_m):
        self.step = round(step_m * 1000)
        self.band = max(1, 10**7 // self.step)

    def columns(self, row):
        band = row // self.band
        poleward = -band * self.band if band < 0 else (band + 1) * self.band - 1
        edge = latitude(poleward * self.step + self.step // 2)
        return max(1, interpolate(PARALLEL, edge) // self.step)

    def column(self, row, lon):
        columns = self.columns(row)
        return ((lon + CIRCLE // 2) * columns + CIRCLE // 2) // CIRCLE % columns

    def cell(self, lon, lat):
        row = (meridian(lat) + self.step // 2) // self.step
        return row, self.column(row, lon)

    def move(self, row, column, east, north, spread):
        limit = meridian(89 * NANO) // self.step
        to_row, to = max(-limit, min(limit, row + north)), column + east
        here, there = self.columns(row), self.columns(to_row)
        if here != there:
            unit = here << 32
            to = (((to << 32) + spread - (1 << 31)) * there + unit // 2) // unit
        return to_row, to % there

    def point(self, row, column):
        columns = self.columns(row)
        return published((column * CIRCLE + columns // 2) // columns - CIRCLE // 2,
                         latitude(row * self.step))


def lattice(report, lon, lat, epsilon, step_m):
    grid = Lattice(step_m)
    rate = math.floor((epsilon * (1 - 1 / 4096) - 2.0**-19) * step_m * 2.0**32)
    row, column = grid.cell(nano(lon), nano(lat))
    stream = Stream("lattice", 0, rate, 0, grid.step, row, column, report)
    east, north = stream.lattice_noise(rate)
    spread = stream.next() & 0xFFFFFFFF
    return grid.point(*grid.move(row, column, east, north, spread))


def donut(report, lon, lat, inner_m, outer_m):
    scale_a, scale_b = round(inner_m * 1000), round(outer_m * 1000)
    row, column = round(float(lat) * 1e7), round(float(lon) * 1e7)
    stream = Stream("donut", 0, scale_a, scale_b, 10000, row, column, report)
    inner, outer = inner_m * 1000.2 + 20, outer_m * 999.8 - 20
    if inner > outer:
        inner = outer = (inner_m + outer_m) * 500
    a, b = int(inner)**2 if inner_m != 0 else 0, int(outer)**2
    half = 1 << 20
    while True:
        x, y = stream.uniform(2 * half + 1) - half, stream.uniform(2 * half + 1) - half
        n = x * x + y * y
        if half * half // 4 <= n <= half * half:
            break
    scale = math.isqrt(((a + stream.uniform(b - a + 1)) << 48) // n)
    east, north = quotient(x * scale, 1 << 24), quotient(y * scale, 1 << 24)
    limit = 89 * NANO
    to = max(-limit, min(limit, latitude(meridian(row * 100) + north)))
    round_there = interpolate(PARALLEL, quotient(row * 100 + to, 2))
    moved = (column * 100 + CIRCLE // 2 + quotient(east * CIRCLE, round_there)) % CIRCLE
    return published(moved - CIRCLE // 2, to)


def rows():
    places = [("-87.6312345", "41.8841234"), ("10.5", "-33.25"), ("179.9999999", "0.0000001"),
              ("-179.9999999", "84.5"), ("0", "0"), ("24.9384123", "60.1699456"),
              ("-70.5", "-70.123456"), ("151.2", "44.9664")]
    ids = ["r-1", "0123456789abcdef0123456789abcdef",
           "Nr. 17 of a source whose references are longer than one block of the hash, by far"]
    yield "law,report_id,lon,lat,a,b,masked_lon,masked_lat"
    for report in ids:
        for lon, lat in places:
            for epsilon, step in ((0.01, 10.0), (0.0004, 25.0), (0.05, 1.0), (0.002, 1000.0)):
                yield ",".join(["lattice", f'"{report}"', lon, lat, f"{epsilon:g}", f"{step:g}",
                                *lattice(report, lon, lat, epsilon, step)])
            for inner, outer in ((50.0, 250.0), (0.0, 1.5), (4000.0, 90000.0)):
                yield ",".join(["donut", f'"{report}"', lon, lat, f"{inner:g}", f"{outer:g}",
                                *donut(report, lon, lat, inner, outer)])


def main():
    text = "\n".join(rows()) + "\n"
    if sys.argv[1:] != ["--check"]:
        sys.stdout.write(text)
    elif (HERE / "mask_vectors.csv").read_text() != text:
        sys.exit("mask_vectors.csv is not what make_mask_vectors.py makes")


if __name__ == "__main__":
    main()
