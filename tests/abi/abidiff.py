#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""abidiff lets the interface grow, sees ruin, and passes the library.

Usage: abidiff.py LIBRARY. It is compared with every interface in baseline/ (see baseline.py). New
functions are welcome, and so are members at the end of a struct that is headed by its size.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import baseline

# What may be done to the newest interface, and what may not: header, pattern, replacement.
GROWTH = {
    "an option more": ("convert.h", r"(?=\} cmty_convert_options;)", "double more;\n"),
    "an answer more": ("outbox.h", r"(?=\} cmty_outbox_item;)", "const char *more;\n"),
    "a function more": ("types.h", r"(?=CMTY_API cmty_status cmty_error_init)",
                        "CMTY_API int cmty_more(void);\n"),
}
RUIN = {
    "two members swapped": ("types.h", r"double lon_deg;\s*double lat_deg;",
                            "double lat_deg; double lon_deg;"),
    "an option inserted": ("convert.h", r"(?=int64_t valid_s;)", "double more;"),
    "an option gone": ("convert.h", r"int64_t valid_s;", ""),
    "an answer widened": ("outbox.h", r"uint32_t tries;(?=\s*uint64_t number;)", "uint64_t tries;"),
    "an answer of another type": ("outbox.h", r"int32_t beat;", "float beat;"),
    "a point that grows": ("types.h", r"(?=\} cmty_point;)", "double more;"),
    "a function gone": ("types.h", r"CMTY_API cmty_status cmty_error_init\([^;]*;", ""),
    "an argument more": ("outbox.h", r"(cmty_outbox_free\(cmty_outbox \*outbox)", r"\1, int more"),
    "another result": ("report.h", r"CMTY_API size_t cmty_category_count",
                       "CMTY_API int cmty_category_count"),
}


def abidiff(folder, grown, before, after):
    """Only what has grown by its headers is passed over: the rule passes whatever changed in a
    struct in which nothing was inserted."""
    rules = pathlib.Path(folder, "growth.supp")
    rules.write_text(f"[suppress_type]\n  type_kind = struct\n  name_regexp = ^({'|'.join(grown)})$"
                     "\n  has_data_member_inserted_at = end\n" if grown else "")
    return subprocess.run(["abidiff", "--no-added-syms", "--suppressions", rules, before, after],
                          capture_output=True, text=True, check=False)


def change(folder, include, before, name, pattern, new):
    """Whether abidiff is content with the interface in which something was changed."""
    place = pathlib.Path(folder, "changed")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(include, place)
    header = place / "community" / name
    text, count = re.subn(pattern, new, header.read_text(encoding="utf-8"), count=1)
    if count != 1:
        sys.exit(f"abidiff.py: {pattern} is not in {name}")
    header.write_text(text, encoding="utf-8")
    after = baseline.build_stub(place, include.name, place)
    return abidiff(place, baseline.grown(include, place), before, after).returncode == 0


def check_the_rules(folder, include, before):
    for what, how in GROWTH.items():
        if not change(folder, include, before, *how):
            yield f"abidiff does not allow {what}"
    for what, how in RUIN.items():
        if change(folder, include, before, *how):
            yield f"abidiff does not see {what}"


def main():
    library, problems = pathlib.Path(sys.argv[1]), []
    for include in baseline.BASELINES:
        with tempfile.TemporaryDirectory() as folder:
            before = baseline.build_stub(folder, include.name, include)
            run = abidiff(folder, baseline.grown(include, baseline.INCLUDE), before, library)
            if run.returncode != 0:
                problems.append(f"{library.name} breaks {include.name}:\n{run.stdout}{run.stderr}")
            if include == baseline.BASELINES[-1]:
                problems += check_the_rules(folder, include, before)
    print("\n".join(problems) or f"{library.name} keeps the interface of "
          f"{', '.join(i.name for i in baseline.BASELINES)}; {len(GROWTH)} ways to grow are open, "
          f"{len(RUIN)} to ruin it are seen")
    sys.exit(1 if problems or not baseline.BASELINES else 0)


if __name__ == "__main__":
    main()
