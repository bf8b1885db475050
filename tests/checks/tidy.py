#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""clang-tidy finds nothing in the library and its doors. Usage: tidy.py BUILD_DIRECTORY"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

import tree


def tidy(build, path):
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, path], capture_output=True,
                         text=True, check=False)
    if run.returncode == 0:
        return []
    found = [line for line in run.stdout.splitlines() if ": error:" in line]
    return found or [f"{path}: clang-tidy failed: {run.stderr}"]


def main():
    build = pathlib.Path(sys.argv[1])
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    wanted = (str(tree.ROOT / "libcommunity"), str(tree.ROOT / "plugins"))
    paths = sorted({e["file"] for e in entries if e["file"].startswith(wanted)})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda path: tidy(build, path), paths)
        problems = sorted({line for result in results for line in result})
    tree.finish(problems, len(paths), "files clean under clang-tidy")


if __name__ == "__main__":
    main()
