#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds schemas/policy-1.json to the library's own reading: the same verdict on every policy."""

import copy
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
LIBRARY = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "lib/libcommunity.so"
RNG = random.Random(20261122)


class Library:
    def __init__(self):
        self.lib = ctypes.CDLL(str(LIBRARY), mode=os.RTLD_LOCAL)
        self.lib.cmty_policy_open.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
        self.lib.cmty_policy_json.argtypes = self.lib.cmty_policy_free.argtypes = [ctypes.c_void_p]
        self.lib.cmty_policy_json.restype = ctypes.c_char_p

    def canonical(self, text):
        """The canonical policy, or None where it is refused. None as text: the built-in policy."""
        policy = ctypes.c_void_p()
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            file.write(text.encode() if text is not None else b"")
            file.flush()
            path = file.name.encode() if text is not None else None
            if self.lib.cmty_policy_open(path, ctypes.byref(policy), None) != 0:
                return None
        canonical = json.loads(self.lib.cmty_policy_json(policy).decode())
        self.lib.cmty_policy_free(policy)
        return canonical


LIB = Library()
SCHEMA = json.loads((ROOT / "schemas/policy-1.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CATEGORIES = json.loads((ROOT / "schemas/categories-1.json").read_text(encoding="utf-8"))


def check_categories():
    """Names that the schema allows are those of the table, and its families."""
    codes = [c["code"] for c in CATEGORIES["categories"]]
    families = {".".join(c.split(".")[:n]) for c in codes for n in range(1, c.count(".") + 2)}
    allowed = re.compile(SCHEMA["properties"]["categories"]["propertyNames"]["pattern"])
    for name in codes + [f + ".*" for f in families]:
        assert allowed.search(name), name
    for name in [f for f in families if f not in codes] + ["", "*", ".*", "theft*", "theft.", "x",
                                                           "xtheft", "theft.bicycle.wheel"]:
        assert not allowed.search(name), name
    protected = SCHEMA["properties"]["categories"]["patternProperties"]
    for c in CATEGORIES["categories"]:
        assert c["protected"] == any(re.search(p, c["code"]) for p in protected), c["code"]
    return f"{len(codes)} categories, {len(families)} families"


# Each member with values that may stand there and values that may not. A radius is never smaller
# than an inner radius here: a schema cannot say that.
RULE = {
    "law": (["auto", "lattice", "anchor", "donut", "grid", "withhold"], ["Grid", "", None, 1]),
    "epsilon_per_m": ([1e-5, 0.01, 1], [0, -1, 1.5, "0.1", True]),
    "lattice_m": ([1, 10.5, 1000], [0.9, 1001, None]),
    "radius_m": ([50, 250.5, 100000], [0, 100001, []]),
    "inner_radius_m": ([0, 50], [-1, 100001, {}]),
    "region": (["none", "clamp", "redraw"], ["both", False]),
    "time_bin": (["hour", "day", "week", "month"], ["minute", "year", 7]),
    "publish_point": ([True, False], [0, 1, "true", None]),
    "min_addresses": ([0, 8, 8.0, 10000], [-1, 10001, 2.5]),
    "audiences": ([{}, {"public": {}},
                   {"public": {"fields": ["category", "time", "beat"]}},
                   {"public": {"fields": [], "time_bin": "month", "ages": []}, "agency": {}},
                   {"public": {"ages": [{"days": 30, "fields": ["point"]}, {"days": 31}]}},
                   {"dispatch": {"fields": ["doubt", "fence", "point"],
                                 "ages": [{"days": 36500, "time_bin": "week"}]}}],
                  [7, {"press": {}}, {"public": []}, {"public": {"fields": ["fence"]}},
                   {"agency": {"fields": ["point", "point"]}}, {"agency": {"fields": "beat"}},
                   {"agency": {"time_bin": "year"}}, {"public": {"ages": [{}]}},
                   {"public": {"ages": [{"days": 0}]}}, {"public": {"ages": [{"days": 1.5}]}},
                   {"public": {"ages": [{"days": 1, "bin": "week"}]}}, {"public": {"rows": 1}},
                   {"public": {"ages": [{"days": d} for d in range(1, 10)]}}]),
    "Law": ([], ["grid"]),
    "k": ([], [8]),
}
TOP = {
    "name": (["a", "Größe", "x" * 80, "é" * 80], ["", "x" * 81, 7]),
    "time_zone": (["UTC", "America/Chicago", "Etc/GMT+5"], ["", "/UTC", "America/", "a b", 5]),
    "suppress_below": ([1, 5, 5.0, 1000], [0, 1001, -3, 2.5, "5", True]),
    "k": ([2, 8, 10000], [1, 10001, 8.5]),
    "count_epsilon": ([0], [-1, 0.0001, 101, "1", None]),
    "note": ([], ["not a member"]),
}
NAMES = (["theft", "theft.*", "theft.bicycle", "theft.bicycle.*", "concern.*", "other", "hate",
          "sexual.*", "sexual.offence", "domestic.violence", "medical.*", "juvenile.runaway"],
         ["thefts", "concern", "*", "sexual", "Theft", "theft.", ""])


def pick(choice, spoil):
    good, wrong = choice
    return RNG.choice(wrong if wrong and (not good or RNG.random() < spoil) else good)


def members(table, spoil, chance=0.4):
    return {name: pick(choice, spoil) for name, choice in table.items()
            if RNG.random() < (chance if choice[0] else chance * spoil)}


def make_policy():
    spoil = RNG.choice([0, 0, 0.05])
    policy = {"policy": RNG.choice([1, 1.0] if RNG.random() > spoil else [2, 0, "1", None])}
    policy.update(members(TOP, spoil))
    if RNG.random() < 0.7:
        policy["default"] = members(RULE, spoil) if RNG.random() > spoil else 7
    if RNG.random() < 0.8:
        policy["categories"] = {pick(NAMES, spoil): members(RULE, spoil, 0.2)
                                for _ in range(RNG.randrange(4))}
    if RNG.random() < spoil:
        del policy["policy"]
    return policy


def check_verdicts(count):
    verdicts = {True: 0, False: 0}
    for _ in range(count):
        policy = make_policy()
        text = json.dumps(policy)
        expected = VALIDATOR.is_valid(policy)
        got = LIB.canonical(text)
        assert (got is not None) == expected, (text, [e.message for e in
                                                      VALIDATOR.iter_errors(policy)])
        assert got is None or VALIDATOR.is_valid(got), text
        verdicts[expected] += 1
    assert min(verdicts.values()) > count / 10, verdicts
    return f"{verdicts[True]} policies accepted by both, {verdicts[False]} refused by both"


def check_beyond_the_schema():
    """What the schema says it cannot say, and the library refuses."""
    for policy in ({"policy": 1, "time_zone": "America/Nowhere"},
                   {"policy": 1, "default": {"inner_radius_m": 300, "radius_m": 200}},
                   {"policy": 1, "count_epsilon": 1},
                   {"policy": 1, "default": {"audiences": {"public": {
                       "ages": [{"days": 30}, {"days": 30}]}}}}):
        assert VALIDATOR.is_valid(policy) and LIB.canonical(json.dumps(policy)) is None, policy
    return "4 faults found that a schema cannot see"


def check_document():
    """Examples in the reference are policies; its table of defaults is the library's."""
    text = (ROOT / "docs/POLICY.md").read_text(encoding="utf-8").split("\n# Fences\n")[0]
    examples = re.findall(r"```json\n(.*?)```", text, re.S)
    for example in examples:
        VALIDATOR.validate(json.loads(example))
        assert LIB.canonical(example) is not None, example
    assert len(examples) >= 2
    empty = LIB.canonical('{"policy": 1}')
    stated = dict(re.findall(r"^\| `(\w+)` \|.*\| `([^`|]+)` \|$", text, re.M))
    for name in list(SCHEMA["$defs"]["rule"]["properties"]) + list(TOP):
        value = empty["default"].get(name, empty.get(name))
        assert name == "note" or json.loads(stated[name]) == value, name
    assert LIB.canonical(examples[-1]) == LIB.canonical(None)  # the built-in policy ends the page
    return f"{len(examples)} examples and {len(stated)} defaults of the reference hold"


def main():
    jsonschema.Draft202012Validator.check_schema(copy.deepcopy(SCHEMA))
    print(check_categories(), check_verdicts(4000), check_beyond_the_schema(), check_document(),
          sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
