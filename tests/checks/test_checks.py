#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A check that finds nothing proves nothing: each one must find the fault planted for it."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "/* SPDX-License-Identifier: MIT */\n/* Purpose. Any thread. */\n"
CALL = """
/**
 * Count.
 *
 * @param set  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_set_count(const cmty_set *set);
"""
STRUCT = """
/** Options. */
typedef struct cmty_set_options {
    uint32_t struct_size;
    int32_t law;
} cmty_set_options;
CMTY_API cmty_status cmty_set_options_init(cmty_set_options *options);
"""
GREEN = "libcommunity/beat/a.c", HEAD + '#include "core/core.h"\n'


class Checks(unittest.TestCase):
    def run_check(self, check, *planted):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (GREEN,) + planted:
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            run = subprocess.run([sys.executable, HERE / f"{check}.py"], check=False, text=True,
                                 capture_output=True, env={**os.environ, "CMTY_CHECK_ROOT": folder})
            return run.returncode, run.stdout + run.stderr

    def refused(self, check, name, text, saying, *more):
        status, output = self.run_check(check, (name, text), *more)
        self.assertEqual(status, 1, output)
        self.assertIn(saying, output)

    def accepted(self, check, name, text, *more):
        status, output = self.run_check(check, (name, text), *more)
        self.assertEqual(status, 0, output)

    def test_borders(self):
        for name, include, saying in [
                ("libcommunity/core/x.c", '"geo/geo.h"', "core/ may not include geo/geo.h"),
                ("libcommunity/release/x.c", '"intake/intake.h"', "release/ may not include"),
                ("libcommunity/beat/x.c", '"geo/index.h"', "private to geo/"),
                ("libcommunity/beat/x.c", '"../core/core.h"', "not a header of beat/"),
                ("libcommunity/beat/x.c", "<sqlite3.h>", "may be seen by geo/gpkg.h, store only"),
                ("libcommunity/store/x.c", "<gdal.h>", "may be seen by geo only"),
                ("libcommunity/core/text.c", "<json-c/json.h>", "may be seen by core/json.c only"),
                ("libcommunity/beat/x.c", "<signal.h>", "on no list"),
                ("libcommunity/garage/x.c", "<math.h>", "no such room"),
                ("include/community/x.h", "<stdio.h>", "a public header may not include"),
                ("plugins/cli/x.c", '"core/core.h"', "inside the library"),
                ("tests/api/x.c", '"../../libcommunity/core/core.h"', "inside the library")]:
            with self.subTest(name=name, include=include):
                self.refused("borders", name, f"#include {include}\n", saying)

    def test_borders_follow_a_chain_from_release_to_the_exact_report(self):
        self.refused("borders", "libcommunity/release/x.c", '#include "store/store.h"\n',
                     "release/ reaches libcommunity/report/report.h",
                     ("libcommunity/store/store.h", '#include "report/report.h"\n'),
                     ("libcommunity/report/report.h", ""))

    def test_doc_comments(self):
        self.accepted("doc_comments", "include/community/x.h", CALL)
        for gone, saying in [("@threads any", "lacks @threads"), ("@since 0.1", "lacks @since"),
                             ("@return", "lacks @return"), ("@param set", "lacks @param set"),
                             (CALL[:CALL.index("CMTY_API")], "no doc comment")]:
            with self.subTest(gone=gone):
                self.refused("doc_comments", "include/community/x.h", CALL.replace(gone, "-"),
                             saying)

    def test_doc_comments_hold_structs_to_the_abi_rules(self):
        for old, new, saying in [("uint32_t struct_size", "int32_t size", "first member"),
                                 ("int32_t law;", "long law;", "no fixed width"),
                                 ("int32_t law;", "uint32_t law : 3;", "no fixed width"),
                                 ("set_options_init(", "set_options_new(", "no cmty_set_"),
                                 ("/** Options. */", "", "no doc comment")]:
            with self.subTest(new=new):
                self.refused("doc_comments", "include/community/x.h", STRUCT.replace(old, new),
                             saying)

    def test_banned(self):
        self.accepted("banned", "libcommunity/beat/x.c",
                      "/* malloc(1) */ f(\"exit(1)\"); a->free(p);")
        self.accepted("banned", "libcommunity/core/x.c", "p = malloc(1);")
        for name, code in [("libcommunity/beat/x.c", "malloc(1)"),
                           ("libcommunity/geo/x.c", "snprintf(a, 2, b)"),
                           ("libcommunity/geo/x.c", "CPLSetErrorHandler(h)"),
                           ("libcommunity/core/x.c", "setlocale(0, p)"),
                           ("libcommunity/core/x.c", "strcpy (a, b)"),
                           ("plugins/cli/x.c", "strtod(a, b)")]:
            with self.subTest(code=code):
                self.refused("banned", name, f"x = {code};", "is banned here")

    def test_sizes(self):
        body = "int f(void)\n{\n" + "    x();\n" * 77 + "}\n"
        self.accepted("sizes", "libcommunity/beat/x.c", body)
        self.refused("sizes", "libcommunity/beat/x.c", body.replace("{", "{\n    y();"),
                     "function of 81 lines")
        self.refused("sizes", "libcommunity/beat/x.c", "\n" * 801, "801 lines")
        self.refused("sizes", "x.py", "def f():\n" + "    g()\n" * 80, "function of 81 lines")
        self.refused("sizes", "dev", "#" * 101, "101 columns")

    def test_spdx(self):
        self.refused("spdx", "tests/x.py", "pass\n", "no SPDX line for MIT")
        self.refused("spdx", "plugins/qgis/x.py", "# SPDX-License-Identifier: MIT\n", "GPL")
        self.refused("spdx", "libcommunity/beat/x.c", HEAD.splitlines()[0] + "\nint x;\n",
                     "no comment after the SPDX line")

    def test_words(self):
        self.accepted("words", "x.md", "colour: #333; see sqlite.org/wo" + "rk/ and C#\n")
        for text in ["TO" + "DO later", "cd /wo" + "rk/main", "see issue " + "7", "(#" + "12)"]:
            with self.subTest(text=text):
                self.refused("words", "x.md", text, " is a")

    def test_format(self):
        self.refused("format", "libcommunity/beat/x.c", "int  x;\n", "not formatted")


if __name__ == "__main__":
    unittest.main()
