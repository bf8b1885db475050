#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the tests of the plugin inside a real QGIS, without a desktop.

    run_pytest.py [comma|asan] [PYTEST_ARGUMENT...]

comma: under a locale that writes 0,5; asan: over the library that the asan preset built. Both
leave out what is marked "once".
"""

import pathlib
import platform
import subprocess
import sys
import tempfile

from environment import BUILD, absent, environment

HERE = pathlib.Path(__file__).resolve().parent
# More text than the struct has room for, which says that it is larger.
OVERRUN = """
import ctypes, sys
error = ctypes.create_string_buffer(24)
ctypes.memmove(error, (ctypes.c_uint32 * 1)(512), 4)
ctypes.CDLL(sys.argv[1]).cmty_time_parse(b"no time", None, ctypes.byref(ctypes.c_int64()), error)
"""


def file_of(compiler, name):
    return subprocess.run([compiler, f"-print-file-name={name}"], check=True, capture_output=True,
                          text=True).stdout.strip()


def settings(mode):
    if mode == "comma":
        return {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(BUILD / "locale")}
    if mode == "asan":  # libstdc++ too, or the first exception inside PROJ ends the process
        folder = BUILD if BUILD.name == "asan" else BUILD / "asan"
        runtime = file_of("clang", f"libclang_rt.asan-{platform.machine()}.so")
        return {"COMMUNITY_LIBRARY": str(folder / "lib/libcommunity.so.0"),
                "LD_PRELOAD": f"{runtime} {file_of('gcc', 'libstdc++.so')}",
                "ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}
    return {}


def reports_overrun(surroundings):
    done = subprocess.run(["/usr/bin/python3", "-c", OVERRUN, surroundings["COMMUNITY_LIBRARY"]],
                          env=surroundings, capture_output=True, text=True, check=False)
    return done.returncode != 0 and "heap-buffer-overflow" in done.stderr


def main(arguments):
    if absent():
        print(f"SKIP: QGIS: {absent()}")
        return 77
    mode = arguments.pop(0) if arguments[:1] in (["comma"], ["asan"]) else ""
    if all(argument.startswith("-") for argument in arguments):
        arguments.append(HERE)
    with tempfile.TemporaryDirectory() as folder:
        surroundings = environment(folder, **settings(mode))
        if mode == "asan" and not reports_overrun(surroundings):
            print("a planted overrun is not reported")
            return 1
        return subprocess.run(
            ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W",
             "ignore::DeprecationWarning", *(["-m", "not once"] if mode else []), *arguments],
            env=surroundings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
