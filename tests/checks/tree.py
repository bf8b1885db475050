# SPDX-License-Identifier: MIT
"""What the checks share: the files of the project, C text without comments, one way to report."""

import os
import pathlib
import re
import subprocess
import sys

# The test of the checks points them at a small tree with planted faults.
ROOT = pathlib.Path(os.environ.get("CMTY_CHECK_ROOT", pathlib.Path(__file__).resolve().parents[2]))


def files(*suffixes, under=""):
    """The project's files, as git knows them, new ones included; paths relative to ROOT."""
    top = ROOT / under
    try:
        listing = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        listing = [os.path.relpath(os.path.join(folder, name), ROOT)
                   for folder, _, names in os.walk(ROOT) for name in names]
        listing = [name for name in listing if not name.startswith("build")]
    found = []
    for name in sorted(filter(None, listing)):
        path = ROOT / name
        if path.is_file() and path.is_relative_to(top) and (
                not suffixes or name.endswith(suffixes)):
            found.append(pathlib.PurePosixPath(name))
    return found


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


_TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def code_only(text):
    """C text with comments and the insides of literals blanked; line numbers stay."""
    def blank(match):
        token = match.group()
        if token[0] in "\"'":
            return token[0] + token[0]
        return re.sub(r"[^\n]", " ", token)
    return _TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(problems, seen, what):
    """Print what was found and leave; a check that saw nothing to check has failed too."""
    for problem in problems:
        print(problem)
    if seen == 0:
        sys.exit(f"nothing to check: {what}")
    print(f"{what}: {seen} checked, {len(problems)} problems")
    sys.exit(1 if problems else 0)
