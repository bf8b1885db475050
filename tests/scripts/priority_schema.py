#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds schemas/priority-1.json to the library's own reading: the same verdict on every file."""

import ctypes
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(os.environ["CMTY_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["CMTY_BINARY_DIR"])
RNG = random.Random(20261125)
SCHEMA = json.loads((ROOT / "schemas/priority-1.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}

# Values that may stand there, and values that may not.
TEXTS = ([["A"], ["A", "B", "A"]], [[], "A", [1], [""], {}, None, [None]])
RULE = {
    "name": (["a", "x" * 63], ["", "x" * 65, 7, None]),
    "priority": ([0, 5, 10], [-1, 11, 0.5, "5", True, None]),
    "categories": ([["theft"], ["theft.*", "other"]], [[], "theft", [1], [""], None]),
    "beats": TEXTS, "districts": TEXTS, "fences": TEXTS,
    "fence_action": (["accept", "escalate", "withhold"], ["refuse", "Accept", "", 1, None]),
    "ambiguous": ([True, False], [0, 1, "true", None]),
    "beat": ([], ["A"]),
}
TOP = {"priority": ([1], [0, 2, "1", None]), "rules": ([[]], [{}, 7, None, "x"]),
       "rule": ([], [[]])}


def pick(table, name, spoil):
    good, bad = table[name]
    return RNG.choice(bad) if (spoil and bad) or not good else RNG.choice(good)


def rule(number):
    spoiled = RNG.random() < 0.3
    names = [n for n in RULE if n in ("name", "priority") and RNG.random() < 0.97]
    names += [n for n in RULE if n not in ("name", "priority")
              and RNG.random() < (0.01 if n == "beat" else 0.3)]
    victim = RNG.choice(names) if spoiled and names else None
    out = {n: pick(RULE, n, n == victim) for n in names}
    if isinstance(out.get("name"), str) and 0 < len(out["name"]) < 64:
        out["name"] += str(number)  # names differ
    return out


def document():
    out = {"priority": 1, "rules": [rule(i) for i in range(RNG.randrange(4))]}
    if RNG.random() < 0.2:
        name = RNG.choice(list(TOP))
        out[name] = pick(TOP, name, RNG.random() < 0.8)
    for name in list(out):
        if RNG.random() < 0.03:
            del out[name]
    return out


class Outbox(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("role", ctypes.c_int32),
                ("receiver", ctypes.c_char_p), ("priorities", ctypes.c_char_p)]


def main():
    lib = ctypes.CDLL(str(BUILD / "lib/libcommunity.so"), mode=os.RTLD_LOCAL)
    verdicts, wrong = {True: 0, False: 0}, []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "beats.geojson").write_text(json.dumps(SQUARE))
        for arguments in (("keygen", "--public", "p.key", "--secret", "s.key", "--mask", "m.key"),
                          ("init", "store.db", "--beats", "beats.geojson", "--public-key",
                           "p.key")):
            subprocess.run([BUILD / "bin/community", *arguments], cwd=work, check=True,
                           capture_output=True, timeout=60)
        file = work / "p.json"
        options = Outbox(ctypes.sizeof(Outbox), 0, b"cad", str(file).encode())
        for _ in range(700):
            content = document()
            file.write_text(json.dumps(content))
            box = ctypes.c_void_p()
            taken = lib.cmty_outbox_open(str(work / "store.db").encode(), ctypes.byref(options),
                                         ctypes.byref(box), None) == 0
            lib.cmty_outbox_free(box)
            verdicts[taken] += 1
            if taken != VALIDATOR.is_valid(content):
                wrong.append(content)
    print(f"{verdicts[True]} files taken, {verdicts[False]} refused, {len(wrong)} judged otherwise")
    for content in wrong[:5]:
        print(json.dumps(content))
    sys.exit(1 if wrong or min(verdicts.values()) < 100 else 0)


if __name__ == "__main__":
    main()
