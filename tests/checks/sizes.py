#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds files to 800 lines, functions to 80 and lines to 100 columns. There is no allow-list."""

import ast
import re

import tree

FILE_LINES, FUNCTION_LINES, COLUMNS = 800, 80, 100
CODE = (".c", ".h", ".py", ".sh", ".cmake", "CMakeLists.txt", "dev")


def c_functions(lines):
    """clang-format puts a function's braces, and no others, alone in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
            while start > 1 and re.match(r"[\w*( ]", lines[start - 2]) and \
                    not lines[start - 2].startswith(("#", "}")) and lines[start - 2].strip():
                start -= 1
        elif line == "}" and start:
            yield start, number - start + 1
            start = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def main():
    problems, seen = [], 0
    for path in tree.files(*CODE):
        seen += 1
        text = tree.read(path)
        lines = text.splitlines()
        if len(lines) > FILE_LINES:
            problems.append(f"{path}: {len(lines)} lines, limit {FILE_LINES}")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                problems.append(f"{path}:{number}: {len(line)} columns, limit {COLUMNS}")
        if path.suffix in (".c", ".h"):
            functions = c_functions(lines)
        elif path.suffix == ".py":
            functions = python_functions(text)
        else:
            functions = ()
        for number, length in functions:
            if length > FUNCTION_LINES:
                problems.append(f"{path}:{number}: function of {length} lines,"
                                f" limit {FUNCTION_LINES}")
    tree.finish(problems, seen, "files within their size")


if __name__ == "__main__":
    main()
