#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two compilers, without and with all their optimisations, draw the same noise to the bit."""

import os
import pathlib
import subprocess
import sys
import tempfile

EXPECTED = "b921878f99b0eed01e69dfbeaafe07bd"  # changes only with CMTY__MECHANISM_VERSION
SOURCE = pathlib.Path(os.environ["CMTY_SOURCE_DIR"])
PRIVACY = SOURCE / "libcommunity/privacy"
WAYS = [(compiler, *flags) for compiler in ("gcc", "clang")
        for flags in (("-O0",), ("-O3", "-march=native", "-ffp-contract=off"),
                      ("-Os", "-funsigned-char"))]


def digest(folder, way):
    program = folder / "digest"
    subprocess.run([*way, "-std=c11", f"-I{SOURCE / 'include'}", f"-I{SOURCE / 'libcommunity'}",
                    SOURCE / "tests/scripts/noise_digest.c", PRIVACY / "noise.c",
                    PRIVACY / "lattice.c", PRIVACY / "lattice_table.c",
                    "-lsodium", "-lm", "-o", program], check=True)
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout.strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = {" ".join(way): digest(pathlib.Path(folder), way) for way in WAYS}
    for way, value in found.items():
        print(value, way)
    sys.exit(any(value != EXPECTED for value in found.values()))


if __name__ == "__main__":
    main()
