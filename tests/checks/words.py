#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Refuses notes to self, paths of one machine and numbers of a tracker in anything tracked."""

import re

import tree

# Each pattern is written so that this file does not match itself.
REFUSED = [
    (re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b"), "a note to self: do it, or file it"),
    (re.compile(r"(?<![\w.])/(wor[k]|roo[t]|hom[e])/\w"), "a path of one machine"),
    (re.compile(r"\b([Ii]ssue|[Tt]icket|PR|[Pp]ull request) ?#?\d+\b"), "a tracker's number"),
    (re.compile(r"(?<=[\s(])#\d+(?=[\s).,:]|$)"), "a tracker's number"),
]
# Copies of published texts, and generated data.
OTHERS = (".svg", ".png", ".gpkg", ".sqlite", ".csv", ".geojson")


def main():
    problems, seen = [], 0
    for path in tree.files():
        if str(path).endswith(OTHERS):
            continue
        try:
            text = tree.read(path)
        except UnicodeDecodeError:
            continue
        seen += 1
        for pattern, why in REFUSED:
            for match in pattern.finditer(text):
                problems.append(f"{path}:{tree.line_of(text, match.start())}:"
                                f" `{match.group()}` is {why}")
    tree.finish(problems, seen, "files in plain words")


if __name__ == "__main__":
    main()
