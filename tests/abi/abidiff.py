#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""abidiff, with our suppression, lets options grow, sees ruin, and passes the library.

Usage: abidiff.py LIBRARY. The library is compared with every baseline in baseline/*.abi, which a
release adds by `abidw --out-file baseline/VERSION.abi libcommunity.so`.
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BEFORE = """
    typedef struct { double lon_deg, lat_deg; } cmty_point;
    typedef struct cmty_set_options { unsigned struct_size; int law; double k; } cmty_set_options;
    double cmty_set(const cmty_point *at, const cmty_set_options *options);
    double cmty_set(const cmty_point *at, const cmty_set_options *options)
    { return at->lon_deg * options->law; }
"""
GROWN = BEFORE.replace("double k;", "double k; double cell_m;")
RUINED = {
    "two members swapped": BEFORE.replace("lon_deg, lat_deg", "lat_deg, lon_deg"),
    "an option inserted": BEFORE.replace("int law;", "int law; double cell_m;"),
    "a function gone": BEFORE.replace("cmty_set(const", "cmty_put(const"),
    "a parameter widened": BEFORE.replace("double cmty_set(", "float cmty_set("),
}


def abidiff(before, after):
    return subprocess.run(["abidiff", "--suppressions", HERE / "abidiff.supp", before, after],
                          capture_output=True, text=True, check=False)


def build(folder, name, source):
    library = pathlib.Path(folder, f"{name}.so")
    subprocess.run(["gcc", "-g", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=source,
                   text=True, check=True)
    return library


def check_the_rules(folder):
    before = build(folder, "before", BEFORE)
    if abidiff(before, build(folder, "grown", GROWN)).returncode != 0:
        yield "the suppression does not let an options struct grow"
    for number, (what, source) in enumerate(RUINED.items()):
        if abidiff(before, build(folder, f"ruined{number}", source)).returncode == 0:
            yield f"abidiff does not see {what}"


def main():
    library = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        problems = list(check_the_rules(folder))
    for baseline in [library, *sorted(HERE.glob("baseline/*.abi"))]:
        run = abidiff(baseline, library)
        if run.returncode != 0:
            problems.append(f"{library.name} differs from {baseline.name}:\n{run.stdout}")
    print("\n".join(problems) or f"{library.name} keeps the ABI of every release so far")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
