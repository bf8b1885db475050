#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Four lists of exported names agree: headers, version script, library, and the committed one.

Usage: symbols.py [LIBRARY]. A new function gets its doc comment, a line in libcommunity.map, a line
in symbols.txt and a line in the changelog; a lost one is a break of the ABI.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def from_headers():
    names = set()
    for header in ROOT.glob("include/community/*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.M)
        names |= set(re.findall(r"\bCMTY_API\b[^;(]*?(\w+)\s*\(", text))
    return names


def from_map():
    text = (ROOT / "libcommunity/libcommunity.map").read_text(encoding="utf-8")
    return {f"{name}@@{node}"
            for node, body in re.findall(r"(\w[\w.]*) \{(.*?)\}", text, flags=re.S)
            for name in re.findall(r"^\s+(cmty_\w+);", body, flags=re.M)}


def from_library(path):
    listing = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", path],
                             check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1] for line in listing.splitlines()}
    return {name for name in names if not re.match(r"COMMUNITY_[\d.]+(@|$)", name)}


def main():
    committed = set((HERE / "symbols.txt").read_text(encoding="utf-8").split())
    bare = {name.split("@")[0] for name in committed}
    problems = []
    lists = [("the headers", from_headers(), bare), ("libcommunity.map", from_map(), committed)]
    if len(sys.argv) > 1:
        lists.append(("the library", from_library(sys.argv[1]), committed))
    for source, names, wanted in lists:
        problems += [f"{name}: in symbols.txt, not in {source}" for name in sorted(wanted - names)]
        problems += [f"{name}: in {source}, not in symbols.txt" for name in sorted(names - wanted)]
    print("\n".join(problems) or f"{len(committed)} exported names, the same everywhere")
    sys.exit(1 if problems or not committed else 0)


if __name__ == "__main__":
    main()
