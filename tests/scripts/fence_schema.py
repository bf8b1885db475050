#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds schemas/fences-1.json to the library's own reading: the same verdict on every layer."""

import ctypes
import json
import os
import pathlib
import random
import re
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(os.environ["CMTY_SOURCE_DIR"])
LIB = ctypes.CDLL(str(pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "lib/libcommunity.so"),
                  mode=os.RTLD_LOCAL)
LIB.cmty_fenceset_open.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_size_t,
                                   ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
LIB.cmty_fenceset_free.argtypes = [ctypes.c_void_p]
SCHEMA = json.loads((ROOT / "schemas/fences-1.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RNG = random.Random(20261122)

# Each field with values that may stand there and values that may not.
FIELDS = {
    "id": (["a", "north", "é"], []),
    "name": (["b", None, ""], []),
    "action": (["accept", "escalate", "withhold", "refuse"], ["forbid", "", None]),
    "category": (["", None, "theft", "theft.*, arson", "susp.person,hate"],
                 ["Theft", "theft;arson", "theft,", "*", ","]),
    "valid_from": ([None, "2026-05-01", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00-05:00"],
                   ["soon", "05/01/2026", "2026-13-01", "2026"]),
    "valid_to": ([None, "2026-06-01", "2026-06-01 08:30"], ["2026-06-32", "later"]),
    "days": (["", None, "mon", "mon-fri,sun", "sat-mon", "mon, wed"],
             ["monday", "mon-", "mon fri", "mon,,tue", "8"]),
    "hours": (["", None, "22:00-06:00", "00:00-24:00"],
              ["22-6", "22:00-22:00", "24:00-06:00", "22:00-24:01", "1:00-2:00"]),
    "priority": ([None, 0, -5, 1000000000], [1.5, 2000000000]),
    "note": ([None, "", "call the school"], []),
}
SHAPES = [
    ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, [None], [5, 0]),
    ({"type": "Point", "coordinates": [0, 0]}, [5, 0.25, 100000], [None, 0, -1, 100001]),
    ({"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]}, [30], [None]),
]


def accepted(layer):
    fences = ctypes.c_void_p()
    with tempfile.NamedTemporaryFile(suffix=".geojson") as file:
        file.write((layer if isinstance(layer, str) else json.dumps(layer)).encode())
        file.flush()
        paths = (ctypes.c_char_p * 1)(file.name.encode())
        if LIB.cmty_fenceset_open(paths, 1, None, ctypes.byref(fences), None) != 0:
            return False
    LIB.cmty_fenceset_free(fences)
    return True


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def feature(properties, geometry):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def make_fence(spoil):
    def pick(good, wrong):
        return RNG.choice(wrong if wrong and RNG.random() < spoil else good)

    properties = {name: pick(*choice) for name, choice in FIELDS.items()
                  if name in ("id", "action") or RNG.random() < 0.5}
    if RNG.random() < spoil:
        del properties[RNG.choice(["id", "action"])]
    geometry, good, wrong = RNG.choice(SHAPES)
    properties["radius_m"] = pick(good, wrong)
    return feature(properties, geometry)


def check_verdicts(count):
    verdicts = {True: 0, False: 0}
    for _ in range(count):
        spoil = RNG.choice([0, 0.05])
        layer = collection(*(make_fence(spoil) for _ in range(RNG.randrange(1, 4))))
        expected = VALIDATOR.is_valid(layer)
        assert accepted(layer) == expected, (json.dumps(layer), [
            e.message for e in VALIDATOR.iter_errors(layer)])
        verdicts[expected] += 1
    assert min(verdicts.values()) > count / 10, verdicts
    return f"{verdicts[True]} layers accepted by both, {verdicts[False]} refused by both"


def check_beyond_the_schema():
    """What the schema says it cannot say, and the library refuses."""
    square = SHAPES[0][0]
    beyond = [
        feature({"id": "a", "action": "refuse", "category": "thefts"}, square),
        feature({"id": "a", "action": "refuse", "valid_to": "2026-02-30"}, square),
        feature({"id": "a", "action": "refuse", "valid_from": "2026-05-01",
                 "valid_to": "2026-05-01"}, square),
        feature({"id": "a", "action": "refuse"},
                {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}),
        feature({"id": "a", "action": "refuse", "radius_m": 900},
                {"type": "Point", "coordinates": [179.9999, 0]}),
    ]
    for fence in beyond:
        layer = collection(fence)
        assert VALIDATOR.is_valid(layer) and not accepted(layer), fence
    return f"{len(beyond)} faults found that a schema cannot see"


def check_document():
    text = (ROOT / "docs/POLICY.md").read_text(encoding="utf-8")
    examples = re.findall(r"```geojson\n(.*?)```", text, re.S)
    for example in examples:
        VALIDATOR.validate(json.loads(example))
        assert accepted(example), example
    stated = re.findall(r"^\| `(\w+)` \|", text[text.index("# Fences"):], re.M)
    assert sorted(stated) == sorted(SCHEMA["$defs"]["fields"]["properties"]), stated
    assert examples
    return f"{len(examples)} example and {len(stated)} fields of the reference hold"


def main():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    print(check_verdicts(600), check_beyond_the_schema(), check_document(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
