#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Installs by ./dev install, then builds and runs an outside program by pkg-config and by CMake."""

import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONSUMER = HERE / "consumer"


def run(*command, env=None, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd,
                          env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = pathlib.Path(cls.folder.name, "a prefix")
        run(ROOT / "dev", "install", "--prefix", cls.prefix)
        cls.environment = {"PKG_CONFIG_PATH": f"{cls.prefix}/lib/pkgconfig",
                           "LD_LIBRARY_PATH": f"{cls.prefix}/lib"}

    def check_program(self, program):
        output = run(program, env=self.environment)
        self.assertRegex(output, r"^CMTY_E_IO: .*no such file")

    def test_pkg_config(self):
        program = pathlib.Path(self.folder.name, "by_pkg_config")
        flags = run("pkg-config", "--cflags", "--libs", "libcommunity", env=self.environment)
        command = f'gcc -Wall -Wextra -Werror -o "{program}" "{CONSUMER}/main.c" {flags}'
        run("sh", "-c", command)
        self.check_program(program)

    def test_pkg_config_keeps_our_own_dependencies_to_ourselves(self):
        flags = run("pkg-config", "--libs", "libcommunity", env=self.environment)
        self.assertIn("-lcommunity", flags)
        for library in ("gdal", "geos", "sqlite3", "sodium"):
            self.assertNotIn(library, flags)

    def test_without_pkg_config_nothing_is_found(self):
        """Else the two tests above may have used another copy."""
        source = CONSUMER / "main.c"
        done = subprocess.run(["gcc", "-fsyntax-only", source], capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0, "the headers are installed system-wide as well")

    def test_find_package(self):
        build = pathlib.Path(self.folder.name, "by_cmake")
        run("cmake", "-G", "Ninja", "-S", CONSUMER, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        self.check_program(build / "consumer")

    def test_the_command_finds_its_library_without_help(self):
        environment = {"LD_LIBRARY_PATH": ""}
        self.assertIn("0.1.0", run(self.prefix / "bin/community", "--version", env=environment))

    def test_every_public_header_is_installed(self):
        def names(folder):
            return sorted(p.name for p in folder.glob("community/*.h"))
        self.assertEqual(names(self.prefix / "include"), names(ROOT / "include"))


if __name__ == "__main__":
    unittest.main()
