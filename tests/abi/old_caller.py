#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program that was built for an earlier release runs with the library of today.

Usage: old_caller.py LIBRARY. It is compiled with the headers of each interface in baseline/, linked
with what stands for the library of that time, and run with LIBRARY; never the other way round.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import baseline

SOURCE = baseline.HERE / "old_caller.c"


def run(include, library):
    """What went wrong, or None."""
    with tempfile.TemporaryDirectory() as folder:
        stub = baseline.build_stub(folder, include.name, include)
        program = pathlib.Path(folder, "old_caller")
        subprocess.run(["gcc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Werror", "-I",
                        include, "-o", program, SOURCE, stub, "-lm"], check=True)
        work = pathlib.Path(folder, "work")
        work.mkdir()
        # Only what the link with the stub asks for is found: no name is bound that was not there.
        done = subprocess.run([program], cwd=work, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "LD_LIBRARY_PATH": str(library.parent),
                                   "LD_BIND_NOW": "1"}, check=False)
    if done.returncode == 0:
        return None
    return f"{include.name}: exit {done.returncode}\n{done.stderr}"


def main():
    library = pathlib.Path(sys.argv[1]).resolve()
    if not (library.parent / baseline.SONAME).exists():
        sys.exit(f"{library.parent} has no {baseline.SONAME}")
    problems = [found for found in (run(i, library) for i in baseline.BASELINES) if found]
    names = ", ".join(include.name for include in baseline.BASELINES)
    print("\n".join(problems) or f"programs for {names} run")
    sys.exit(1 if problems or not baseline.BASELINES else 0)


if __name__ == "__main__":
    main()
