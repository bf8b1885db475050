#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares the JSON and CSV readers with Python's on generated texts: same values and verdicts."""

import csv
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

PROBE = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "tests/bin/probe"
RNG = random.Random(20261122)


def probe(kind, data):
    with tempfile.NamedTemporaryFile(suffix="." + kind) as file:
        file.write(data)
        file.flush()
        done = subprocess.run([PROBE, kind, file.name], capture_output=True, check=True, timeout=60)
    return done.stdout.decode().splitlines()


# ---- JSON ----

SPOILERS = [b"", b",", b'"', b"}", b"]", b"\\", b"0", b"1e", b".", b"-", b"\xff", b"tru", b"\\u00"]


def text():
    return "".join(RNG.choice(' aé😀"\\/\n\t\x01:,{}[]0') for _ in range(RNG.randrange(8)))


def value(depth=0):
    kinds = [lambda: None, lambda: RNG.random() < 0.5, text,
             lambda: RNG.randrange(-10**18 + 1, 10**19), lambda: RNG.randrange(-9, 10),
             lambda: RNG.uniform(-180, 180), lambda: RNG.random() * 10.0 ** RNG.randrange(-30, 30)]
    if depth < 4:
        kinds += [lambda: [value(depth + 1) for _ in range(RNG.randrange(5))],
                  lambda: {text(): value(depth + 1) for _ in range(RNG.randrange(5))}] * 2
    return RNG.choice(kinds)()


def spoilt(line):
    """A few bytes changed: mostly no JSON any more, sometimes still."""
    data = bytearray(line.encode())
    for _ in range(RNG.randrange(1, 4)):
        at = RNG.randrange(len(data) + 1)
        data[at:at + RNG.randrange(2)] = RNG.choice(SPOILERS)
    return bytes(data).replace(b"\n", b" ").replace(b"\r", b" ")


def refuse(_):
    raise ValueError


def no_repeats(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def strict(data):
    """Python's verdict, held to the same limits: no lone surrogates, no NUL, no huge numbers."""
    try:
        got = json.loads(data.decode("utf-8"), parse_constant=refuse,
                         object_pairs_hook=no_repeats)
        json.dumps(got, ensure_ascii=False).encode("utf-8")
    except (ValueError, UnicodeError):
        return False, None
    return not any(bad(v) for v in walk(got)), got


def bad(v):
    return isinstance(v, str) and "\0" in v or isinstance(v, float) and abs(v) == float("inf") \
        or isinstance(v, int) and not -10**18 < v < 10**19


def walk(v):
    yield v
    if isinstance(v, dict):
        for k, child in v.items():
            yield k
            yield from walk(child)
    elif isinstance(v, list):
        for child in v:
            yield from walk(child)


def check_json(count):
    lines = []
    for _ in range(count):
        line = json.dumps(value(), ensure_ascii=RNG.random() < 0.5)
        lines.append(spoilt(line) if RNG.random() < 0.5 else line.encode())
    lines = [line for line in lines if line.strip()]
    answers = probe("json", b"\n".join(lines) + b"\n")
    assert len(answers) == len(lines), (len(answers), len(lines))
    refused = 0
    for line, answer in zip(lines, answers):
        ok, expected = strict(line)
        refused += not ok
        assert (answer != "refused") == ok, (line, answer)
        assert not ok or same(json.loads(answer), expected), (line, answer)
    return f"{len(lines)} JSON texts, {refused} of them refused by both"


def same(a, b):
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b or {type(a), type(b)} == {int, float} and a == b


def check_array(count):
    for _ in range(count):
        values = [value() for _ in range(RNG.randrange(6))]
        answers = probe("array", json.dumps(values, indent=RNG.choice([None, 1])).encode())
        assert answers.pop() == "CMTY_END"
        assert [json.loads(a) for a in answers] == values
    return f"{count} JSON arrays streamed"


# ---- CSV ----

def field():
    return "".join(RNG.choice('a b,"\né;\t') for _ in range(RNG.randrange(7)))


def check_csv(count):
    rows = 0
    for _ in range(count):
        width = RNG.randrange(2, 6)
        table = [[field() for _ in range(width)] for _ in range(RNG.randrange(1, 40))]
        lines = tempfile.TemporaryFile("w+", newline="", encoding="utf-8")
        separator = RNG.choice(",;\t")
        writer = csv.writer(lines, delimiter=separator,
                            lineterminator=RNG.choice(["\n", "\r\n"]),
                            quoting=RNG.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerows([[f"c{i}" for i in range(width)]] + table)
        lines.seek(0)
        data = lines.read().encode()
        lines.seek(0)
        expected = list(csv.reader(lines, delimiter=separator))[1:]
        assert [json.loads(a) for a in probe("csv", data)] == expected == table, data
        rows += len(table)
    return f"{rows} CSV rows in {count} files"


# ---- forms ----

FORM_PIECES = ["a", "b", "long", "=", "=", "&", "+", "%20", "%C3%A9", "%2B", "%26", "%3d", "é", "."]
FORM_SPOILERS = ["%", "%4", "%zz", "%00", "%ff", "%C3"]


def form_as_python_reads_it(line):
    """An object of texts, or refused: what Python keeps as it is, or mends, is no form for us."""
    if re.search("%(?![0-9a-fA-F]{2})", line):
        return "refused"
    try:
        pairs = urllib.parse.parse_qsl(line, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return "refused"
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or any("\0" in text for pair in pairs for text in pair):
        return "refused"
    return dict(pairs)


def check_form(count):
    lines = []
    for _ in range(count):
        line = "".join(RNG.choice(FORM_PIECES) for _ in range(RNG.randrange(1, 14)))
        if RNG.random() < 0.3:
            at = RNG.randrange(len(line) + 1)
            line = line[:at] + RNG.choice(FORM_SPOILERS) + line[at:]
        lines.append(line)
    taken = 0
    for line, got in zip(lines, probe("form", "\n".join(lines).encode()), strict=True):
        want = form_as_python_reads_it(line)
        assert (got if got == "refused" else json.loads(got)) == want, (line, got, want)
        taken += want != "refused"
    assert count / 4 < taken < count
    return f"forms: {count} compared, {taken} taken"


def main():
    # Each comparison would fail if its reader were never asked.
    print(check_json(20000), check_array(60), check_csv(60), check_form(20000), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
