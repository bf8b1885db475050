#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes libcommunity/report/category_table.c from schemas/categories-1.json.

    make_categories.py            write the file
    make_categories.py --check    exit 1 if the file is not what would be written
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "schemas/categories-1.json"
TARGET = ROOT / "libcommunity/report/category_table.c"

# In the order of CMTY_CODES_*.
STANDARDS = ("apco", "cot", "cap", "nibrs", "police_uk", "sar_tip")

HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by tools/make_categories.py from schemas/categories-1.json; change it there. Constant. */
#include "category_table.h"

/* clang-format off */
"""


def plain(text):
    """As the library compares: lower case, every run of other characters one blank."""
    return re.sub(r"[^0-9a-z\x80-\U0010ffff]+", " ", text.lower()).strip()


def words(table):
    """Each word that is understood, once, with the number of its category."""
    found = {}
    for number, category in enumerate(table["categories"]):
        for word in [plain(category["code"])] + category["synonyms"]:
            if word != plain(word) or len(word) > 63:
                sys.exit(f"{category['code']}: synonym {word!r} is not in plain form")
            if found.setdefault(word, number) != number:
                sys.exit(f"{word!r} belongs to two categories")
    return found


def numbered(name, pairs):
    lines = [f'    {{"{word}", {number}}},' for word, number in sorted(pairs)]
    return (f"const cmty__category_word {name}[] = {{\n" + "\n".join(lines) + "\n};\n"
            f"const size_t {name}_count = {len(lines)};\n")


def in_c(code):
    return "NULL" if code is None else f'"{code}"'


def source(table):
    codes = [c["code"] for c in table["categories"]]
    if len(set(codes)) != len(codes) or codes[-1] != "other":
        sys.exit("codes must differ, and the last must be other")
    rows = [f'    {{"{c["code"]}", "{c["label"]["en"]}", {str(c["protected"]).lower()},\n'
            f'     {{{", ".join(in_c(c["codes"].get(name)) for name in STANDARDS)}}}}},'
            for c in table["categories"]]
    guards = {word: codes.index(code) for word, code in table["guards"].items()}
    return (HEAD + "const cmty__category cmty__categories[] = {\n" + "\n".join(rows) + "\n};\n"
            f"const size_t cmty__categories_count = {len(rows)};\n\n"
            + numbered("cmty__category_words", words(table).items()) + "\n"
            + numbered("cmty__category_guards", guards.items()))


def main():
    text = source(json.loads(SOURCE.read_text(encoding="utf-8")))
    if sys.argv[1:] == ["--check"]:
        same = TARGET.read_text(encoding="utf-8") == text
        print(f"category table: {'as' if same else 'NOT as'} the schema says")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
