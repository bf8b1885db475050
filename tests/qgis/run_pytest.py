#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the tests of the plugin inside a real QGIS, without a desktop.

    run_pytest.py [comma|asan] [PYTEST_ARGUMENT...]

comma: under a locale that writes 0,5; asan: over the library that the asan preset built.
"""

import pathlib
import subprocess
import sys
import tempfile

from environment import BUILD, absent, environment

HERE = pathlib.Path(__file__).resolve().parent


def gcc_file(name):
    return subprocess.run(["gcc", f"-print-file-name={name}"], check=True, capture_output=True,
                          text=True).stdout.strip()


def settings(mode):
    if mode == "comma":
        return {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(BUILD / "locale")}
    if mode == "asan":  # libstdc++ too, or the first exception inside PROJ ends the process
        return {"COMMUNITY_LIBRARY": str(BUILD / "asan/lib/libcommunity.so.0"),
                "LD_PRELOAD": f"{gcc_file('libasan.so')} {gcc_file('libstdc++.so')}",
                "ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}
    return {}


def main(arguments):
    if absent():
        print(f"SKIP: QGIS: {absent()}")
        return 77
    mode = arguments.pop(0) if arguments[:1] in (["comma"], ["asan"]) else ""
    if all(argument.startswith("-") for argument in arguments):
        arguments.append(HERE)
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W",
             "ignore::DeprecationWarning", *arguments],
            env=environment(folder, **settings(mode)), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
