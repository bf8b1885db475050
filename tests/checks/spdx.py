#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every source names its licence at the top; every .c then says its purpose and thread rule."""

import re

import tree

CODE = (".c", ".h", ".py", ".sh", ".cmake", "CMakeLists.txt", "dev", ".ci/run")


def main():
    problems, seen = [], 0
    for path in tree.files(*CODE):
        seen += 1
        text = tree.read(path)
        head = "\n".join(text.splitlines()[:3])
        licence = "GPL-2.0-or-later" if str(path).startswith("plugins/qgis/") else "MIT"
        if not re.search(rf"SPDX-License-Identifier: {licence}( \*/)?$", head, re.M):
            problems.append(f"{path}: no SPDX line for {licence} in its first three lines")
        if path.suffix == ".c" and not re.match(r"/\* SPDX[^\n]*\*/\n/\*", text):
            problems.append(f"{path}: no comment after the SPDX line that says what it is for and"
                            " how threads may use it")
    tree.finish(problems, seen, "sources with their licence")


if __name__ == "__main__":
    main()
