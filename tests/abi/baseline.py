#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The interface as a release showed it: its headers, without words, in baseline/NODE/community.

    baseline.py NODE    writes down what include/community shows now

A library made from such headers, of functions that do nothing, stands for that release: abidiff
compares with it, and a program is linked with it that is then run with the library of today. Until
0.1.0 is released, whoever breaks the interface on purpose writes COMMUNITY_0.1 down anew.
"""

import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"
BASELINES = sorted(path for path in (HERE / "baseline").glob("*") if path.is_dir())
SONAME = "libcommunity.so.0"
HEAD = """/* SPDX-License-Identifier: MIT */
/* clang-format off */
"""


def stripped(text):
    """Declarations and macros alone."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"(?<=\S)[ \t]+", " ", text)
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


def headers(include):
    return sorted((include / "community").glob("*.h"))


def whole(include):
    """All declarations of a set of headers, as text."""
    return "".join(stripped(path.read_text(encoding="utf-8")) for path in headers(include))


def structs(include):
    """Members by struct: declarations in plain form."""
    return {name: [" ".join(member.split()) for member in body.split(";") if member.strip()]
            for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\n\} \w+;", whole(include),
                                         re.S)}


def grown(before, after):
    """Structs headed by their size that are what they were, and have more at their end."""
    new = structs(after)
    return [name for name, members in structs(before).items()
            if members[0] == "uint32_t struct_size" and len(new.get(name, [])) > len(members)
            and new[name][:len(members)] == members]


def build_stub(folder, node, include):
    """The library that a set of headers describes, with debugging information."""
    functions = re.findall(r"^CMTY_API (?:CMTY_MUSTCHECK )?([^;]+);", whole(include), re.M)
    names = [re.search(r"(cmty_\w+)\(", function).group(1) for function in functions]
    source, script = pathlib.Path(folder, "stub.c"), pathlib.Path(folder, "stub.map")
    library = pathlib.Path(folder, SONAME)
    source.write_text("#include <community/community.h>\n"
                      + "".join(f"{f} {{ __builtin_trap(); }}\n" for f in functions))
    script.write_text(f"{node} {{ global: {'; '.join(names)}; local: *; }};\n")
    subprocess.run(["gcc", "-std=c11", "-g", "-w", "-shared", "-fPIC", "-I", include,
                    f"-Wl,-soname,{SONAME}", f"-Wl,--version-script={script}", "-o", library,
                    source], check=True)
    return library


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"COMMUNITY_[0-9.]+", sys.argv[1]):
        sys.exit(__doc__)
    folder = HERE / "baseline" / sys.argv[1] / "community"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in headers(INCLUDE):
        text = HEAD + stripped(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
