#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every C file is exactly as clang-format 14 leaves it."""

import re
import subprocess

import tree


def main():
    paths = tree.files(".c", ".h")
    run = subprocess.run(["clang-format", "--dry-run", *map(str, paths)], cwd=tree.ROOT,
                         capture_output=True, text=True, check=False)
    spots = re.findall(r"^([^:\n]+):(\d+):\d+: warning:", run.stderr, re.M)
    problems = [f"{path}:{line}: not formatted; run clang-format -i {path}"
                for path, line in sorted(dict(reversed(spots)).items())]
    if run.returncode != 0 and not problems:
        problems = [run.stderr]
    tree.finish(problems, len(paths), "files as clang-format leaves them")


if __name__ == "__main__":
    main()
