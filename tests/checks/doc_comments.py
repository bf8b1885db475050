#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Refuses a public function without a full doc comment, and a public struct that cannot grow."""

import re

import tree

DECLARATION = re.compile(r"(?P<doc>/\*\*(?:(?!\*/).)*\*/)?\s*(?P<decl>\bCMTY_API\b[^;]*;)", re.S)
STRUCT = re.compile(r"(?P<doc>/\*\*(?:(?!\*/).)*\*/)?\s*typedef struct (?P<name>\w+) \{"
                    r"(?P<body>.*?)\n\} \w+;", re.S)
UNFIT = re.compile(r"\b(bool|_Bool|long|short|enum|unsigned int|int)\s+\w+\s*(\[\w+\])?\s*;"
                   r"|\w+\s+\w+\s*:\s*\d+\s*;")
# Passed by value or in arrays, so frozen as they are.
FIXED = {"cmty_point", "cmty_beat_candidate", "cmty_dispatch_candidate"}


def parameters(declaration):
    inside = declaration[declaration.index("(") + 1:declaration.rindex(")")]
    depth, parts = 0, [""]
    for char in inside:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    for part in parts:
        part = part.strip()
        if part and part != "void":
            pointer = re.search(r"\(\*(\w+)\)", part)
            word = re.sub(r"\[[^]]*\]$", "", part).split()[-1].lstrip("*")
            yield pointer.group(1) if pointer else word


def check_function(doc, declaration):
    body = declaration.replace("CMTY_API", "").replace("CMTY_MUSTCHECK", "").strip()
    name = re.search(r"(\w+)\s*\(", body).group(1)
    if not doc:
        return [f"{name}: no doc comment"]
    missing = []
    if not re.search(r"@threads (any|serial|init)\s", doc):
        missing.append("@threads any, serial or init")
    if not re.search(r"@since\s+\d+\.\d+", doc):
        missing.append("@since")
    if not body.startswith("void ") and "@return" not in doc:
        missing.append("@return")
    for parameter in parameters(body):
        if not re.search(rf"@param(\[(in,)?out\])?\s+{parameter}\b", doc):
            missing.append(f"@param {parameter}")
    for named in re.findall(r"@param(?:\[[^]]*\])?\s+(\w+)", doc):
        if named not in parameters(body):
            missing.append(f"a parameter called {named}, which its comment describes")
    return [f"{name}: lacks {item}" for item in missing]


def check_struct(match, text):
    name, body = match.group("name"), tree.code_only(match.group("body"))
    if not match.group("doc"):
        yield f"{name}: no doc comment"
    members = [m.strip() for m in body.split(";") if m.strip()]
    if name not in FIXED and members[0] != "uint32_t struct_size":
        yield f"{name}: the first member must be uint32_t struct_size"
    for unfit in UNFIT.finditer(body):
        yield f"{name}: `{unfit.group().strip()}` has no fixed width"
    if name.endswith("_options") and f"{name}_init(" not in text:
        yield f"{name}: no {name}_init(), which callers without a preprocessor need"


def main():
    problems, seen = [], 0
    for path in tree.files(".h", under="include/community"):
        text = tree.read(path)
        plain = re.sub(r"^[ \t]*#.*?(?<!\\)$", lambda m: " " * len(m.group()), text,
                       flags=re.M | re.S)
        for match in DECLARATION.finditer(plain):
            seen += 1
            where = tree.line_of(text, match.start("decl"))
            problems += [f"{path}:{where}: {p}"
                         for p in check_function(match.group("doc"), match.group("decl"))]
        for match in STRUCT.finditer(plain):
            where = tree.line_of(text, match.start("name"))
            problems += [f"{path}:{where}: {p}" for p in check_struct(match, text)]
    tree.finish(problems, seen, "public functions")


if __name__ == "__main__":
    main()
