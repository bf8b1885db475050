#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""./dev before anything is there: what it asks of whom. Debian's tools are stand-ins that log."""

import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534
TOOLS = ("bash", "env", "id", "awk", "sort", "comm", "tr", "dirname", "mkdir", "rm", "cat", "mv",
         "printf")


class Door(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.home.chmod(0o777)
        self.bin = self.home / "bin"
        self.bin.mkdir()
        (self.home / "tools").mkdir()
        shutil.copy(ROOT / "dev", self.home)
        shutil.copy(ROOT / "tools/packages.txt", self.home / "tools")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stand_in("apt-get")
        self.stand_in("cmake", "mkdir -p build && : >build/build.ninja")
        self.stand_in("sudo", "exit 1")
        self.stand_in("dpkg-query", "exit 1")

    def stand_in(self, name, does=""):
        """Writes down how it was called, then does that."""
        path = self.bin / name
        path.write_text(f'#!{shutil.which("bash")}\n'
                        f'printf "%s\\n" "{name} $*" >>"{self.home}/log"\n{does}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def all_installed(self):
        self.stand_in("dpkg-query", 'shift 3; for p in "$@"; do echo "installed $p"; done')

    def dev(self, *arguments, user=NOBODY):
        (self.home / "log").unlink(missing_ok=True)
        as_user = {"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.run([self.home / "dev", *arguments], capture_output=True, text=True,
                              env={"PATH": str(self.bin), "HOME": str(self.home)}, check=False,
                              **as_user)

    def log(self, start):
        path = self.home / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(start)]

    def test_another_user_without_sudo_is_told_the_exact_command(self):
        run = self.dev("build")
        self.assertEqual(run.returncode, 1)
        self.assertIn("sudo apt-get update && sudo apt-get install -y --no-install-recommends ",
                      run.stderr)
        self.assertIn("libgdal-dev", run.stderr)
        self.assertEqual(self.log("apt-get"), [])
        self.assertEqual(self.log("cmake"), [])

    def test_another_user_with_sudo_installs_what_is_missing(self):
        self.stand_in("sudo", 'shift; [ "$1" = true ] || exec "$@"')
        self.stand_in("dpkg-query", 'shift 3; for p in "$@"; do '
                                    '[ "$p" = cmake ] || echo "installed $p"; done')
        run = self.dev("build")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(self.log("sudo -n env"))
        installed = [line for line in self.log("apt-get") if " install " in line]
        self.assertTrue(installed)
        for line in installed:
            self.assertEqual(line.split("recommends ")[1].split(), ["cmake"])

    def test_a_second_run_installs_nothing_and_configures_nothing(self):
        self.all_installed()
        for configures in (1, 0):
            run = self.dev("build")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(self.log("apt-get") + self.log("sudo"), [])
            self.assertEqual(len(self.log("cmake --preset")), configures)
            self.assertEqual(len(self.log("cmake --build")), 1)

    def test_clean_removes_the_build_and_nothing_else(self):
        self.all_installed()
        self.dev("build")
        before = {p.name for p in self.home.iterdir()}
        self.assertIn("build", before)
        self.assertEqual(self.dev("clean").returncode, 0)
        self.assertEqual({p.name for p in self.home.iterdir()} | {"build", "log"}, before)

    def test_what_is_no_verb_is_refused_with_the_usage(self):
        run = self.dev("dance")
        self.assertEqual(run.returncode, 2)
        self.assertIn("usage: ./dev", run.stderr)


if __name__ == "__main__":
    unittest.main()
