#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""schemas/report-1.json and the native decoder give the same verdict on generated records."""

import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(os.environ["CMTY_SOURCE_DIR"])
PROBE = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "tests/bin/probe"
RNG = random.Random(1)

SOUND = {"source_ref": "R-1", "category": "theft", "occurred": "2026-03-01T12:00:00Z",
         "lon": -87.5, "lat": 41.5}
PERSON = {"name": "N", "phone": "P", "email": "E"}

# What a member may be given instead: good and bad values, for the schema to tell apart.
VALUES = {
    "source": ["app", "", None, 1, "é" * 64, "é" * 65],
    "source_ref": ["x", "", None, 7, "x" * 128, "x" * 129, ["x"]],
    "category": ["BATTERY", "ufo.landing", "", None, 3, "c" * 96, "c" * 97],
    "occurred": ["2026-03-01", "2026-03-01 12:00", "2026-03-01T23:59:59.123+05:30", "2026-3-1",
                 "2026-13-01", "2026-02-32", "2026-03-01T24:00:00Z", "2026-03-01T12:60Z",
                 "03/01/2026", "2026/03/01", "soon", "", None, 20260301,
                 "2026-03-01t12:00:00z", "2026-03-01T12:00-0600", "2026-03-01T12:00+05",
                 "2026-03-01T12:00:00.Z", "2026-03-01T12:00:60Z",
                 "2026-03-01Z", "2026-03-01T12Z", " 2026-03-01"],
    "lon": [180, -180, 180.5, 0, "-87.5", None, True, [1], 1e300],
    "lat": [89.9, 91, -90, 90, 0, "41.5", None, {}],
    "accuracy_m": [0, 12.5, -1, None, "5", 1000000, 1000001],
    "title": ["t", "", None, "é" * 160, "t" * 161, 5],
    "description": ["d", "d" * 4000, "d" * 4001, None, False],
    "lang": ["es-MX", None, "x" * 36],
    "address": ["12 Elm St", None, "x" * 1001, 12],
    "anonymous": [True, False, None, "true", 1],
    "reporter": [PERSON, {}, None, {"name": None}, {"name": ""}, {"name": 5}, {"ssn": "1"},
                 {"email": "x" * 1001}, "N", [PERSON]],
    "device_id": ["x"], "ip": ["192.0.2.1"], "colour": ["red", None],
}


def records(count):
    yield SOUND
    for name, values in VALUES.items():
        for value in values:
            yield {**SOUND, name: value}
    for name in SOUND:
        yield {k: v for k, v in SOUND.items() if k != name}
    yield {**SOUND, "lon": 0, "lat": 0}
    yield {**SOUND, "anonymous": True, "reporter": PERSON}
    yield {**SOUND, "anonymous": True, "reporter": {"name": "", "phone": None}}
    for value in ([], 7, "x", None, {}):
        yield value
    for _ in range(count):
        record = dict(SOUND)
        for name in RNG.sample(sorted(VALUES), RNG.randrange(4)):
            record[name] = RNG.choice(VALUES[name])
        yield record


def main():
    with open(ROOT / "schemas/report-1.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    cases = list(records(3000))
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.writelines(json.dumps(c) + "\n" for c in cases)
        file.flush()
        answers = subprocess.run([PROBE, "native", file.name], capture_output=True, check=True,
                                 text=True, timeout=60).stdout.splitlines()
    assert len(answers) == len(cases), (len(answers), len(cases))
    differ = [(json.dumps(c)[:200], a) for c, a in zip(cases, answers)
              if validator.is_valid(c) != a.startswith("none")]
    reasons = collections.Counter(a.split()[0] for a in answers)
    print(f"{len(cases)} records, {len(differ)} verdicts differ; {dict(reasons)}")
    for case, answer in differ[:10]:
        print("  ", answer, case)
    # A comparison in which nothing passes, or nothing fails, shows nothing.
    return 1 if differ or min(reasons["none"], len(cases) - reasons["none"]) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
