#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs every command that README.md and docs/*.md show, in order, in a scratch copy of the project.

Usage: docs_commands.py BUILD_DIRECTORY. Commands are the ```sh blocks, and the lines that begin
with `$ ` in ```console blocks (the rest there is output, and is not compared). A block right after
a line `<!-- not run: why -->` is left out, and counted.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tree

BLOCK = re.compile(r"(?P<mark><!-- not run: [^\n]+ -->\n\s*)?"
                   r"^```(?P<kind>sh|console)\n(?P<text>.*?)^```$", re.M | re.S)
TIMEOUT_S = 600


def blocks(path):
    text = tree.read(path)
    for match in BLOCK.finditer(text):
        body = match.group("text")
        if match.group("kind") == "console":
            body = "".join(f"{line[2:]}\n" for line in body.splitlines() if line.startswith("$ "))
        yield tree.line_of(text, match.start("kind")), body, match.group("mark") is not None


def scratch_copy(folder, build):
    for path in tree.files():
        target = pathlib.Path(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree.ROOT / path, target)
    pathlib.Path(folder, "build").symlink_to(build)


def run_block(folder, build, body):
    path = f"{build}/bin:{os.environ['PATH']}"
    try:
        run = subprocess.run(["bash", "-euo", "pipefail", "-c", body], cwd=folder, text=True,
                             env={**os.environ, "PATH": path}, check=False, timeout=TIMEOUT_S,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return f"still running after {TIMEOUT_S} s"
    return None if run.returncode == 0 else f"exit {run.returncode}\n{run.stdout[-2000:]}"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    documents = [p for p in tree.files(".md") if str(p) == "README.md" or p.parts[0] == "docs"]
    problems, seen, left_out = [], 0, 0
    for document in documents:
        with tempfile.TemporaryDirectory() as folder:
            scratch_copy(folder, build)
            for line, body, marked in blocks(document):
                if marked:
                    left_out += 1
                    continue
                seen += 1
                failure = run_block(folder, build, body)
                if failure:
                    problems.append(f"{document}:{line}: {failure}\n{body}")
                    break  # what follows may build on it
    print(f"{left_out} blocks marked as not run")
    tree.finish(problems, seen, "blocks of commands in the documents")


if __name__ == "__main__":
    main()
