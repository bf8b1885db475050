#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""layout*.c freeze every public struct, member and value; none was forgotten."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = sorted((HERE.parents[1] / "include/community").glob("*.h"))


def member_names(body):
    for declaration in filter(str.strip, body.split(";")):
        pointer = re.search(r"\(\*(\w+)\)", declaration)
        if pointer:
            yield pointer.group(1)
            continue
        for part in declaration.split(","):
            yield re.search(r"(\w+)(\[\w*\])*\s*$", part).group(1)


def wanted():
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.M)
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\n\} \w+;", text, re.S):
            members = list(member_names(body))
            yield f"{'GROWS' if members[0] == 'struct_size' else 'SIZE'}({name},"
            for member in members:
                yield f"AT({name}, {member},"
        for body in re.findall(r"enum \{(.*?)\};", text, re.S):
            for value in re.findall(r"(CMTY_\w+)\s*=", body):
                if not value.endswith("_COUNT"):  # it grows with its list
                    yield f"VALUE({value},"


def main():
    frozen = "".join(p.read_text(encoding="utf-8") for p in sorted(HERE.glob("layout*.c")))
    lines = list(wanted())
    missing = [line for line in lines if line not in frozen]
    for line in missing:
        print(f"layout*.c lack {line} ...)")
    print(f"{len(lines)} layouts and values, {len(missing)} not frozen")
    sys.exit(1 if missing or not lines else 0)


if __name__ == "__main__":
    main()
