#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Each public header stands alone, twice over, in C11, C17 and C++17; no struct hides padding."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-pedantic-errors", "-Wconversion", "-Wshadow",
          "-Wundef", "-Wpadded", "-Werror", "-fsyntax-only", "-I", str(INCLUDE)]
LANGUAGES = {
    "C11": ["gcc", "-std=c11", "-Wstrict-prototypes", "-Wc++-compat", "-x", "c"],
    "C17": ["gcc", "-std=c17", "-Wstrict-prototypes", "-Wc++-compat", "-x", "c"],
    "C++17": ["g++", "-std=c++17", "-x", "c++"],
    "clang, C11": ["clang", "-std=c11", "-x", "c"],
}


def initialisers(header):
    """One variable for each CMTY_..._INIT, so that the macro is compiled and lists every field."""
    for name in re.findall(r"#define CMTY_(\w+)_INIT\b", header.read_text(encoding="utf-8")):
        kind = f"cmty_{name.lower()}"
        yield f"extern {kind} a_{kind};\n{kind} a_{kind} = CMTY_{name}_INIT;\n"


def main():
    failed = 0
    headers = sorted(INCLUDE.glob("community/*.h"))
    for header in headers:
        include = f"#include <community/{header.name}>\n"
        variables = "".join(initialisers(header))
        for language, command in LANGUAGES.items():
            run = subprocess.run([*command, *STRICT, "-"], input=include * 2 + variables,
                                 capture_output=True, text=True, check=False)
            if run.returncode != 0:
                failed += 1
                print(f"{header.name} does not stand alone in {language}:\n{run.stderr}")
    print(f"{len(headers)} headers, {len(LANGUAGES)} ways each, {failed} refused")
    sys.exit(1 if failed or not headers else 0)


if __name__ == "__main__":
    main()
