#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Collect the texts of the plugin into its translation files, keeping what is translated.

    translate.py            bring i18n/community_*.ts up to date
    translate.py --check    fail where a text has no translation, or a translation no text

A text is what reaches tr(): a literal, a class attribute (TITLE), an entry of a constant, the
variable of a loop over constants, or the argument of a function that hands it on to tr().
"""

import ast
import pathlib
import re
import sys
import xml.etree.ElementTree as xml
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).resolve().parent
PLUGIN = HERE / "community_reports"
CONTEXT = "community"


class Unreadable(Exception):
    """A text that this script cannot see."""


def strings(node, index=None):
    """The texts in a constant expression; of its entries only those at this index, if given."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Dict):
        return [text for value in node.values for text in strings(value, index)]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        if index is not None:
            return strings(node.elts[index]) if index < len(node.elts) else []
        return [text for value in node.elts for text in strings(value)]
    if isinstance(node, ast.IfExp):
        return strings(node.body, index) + strings(node.orelse, index)
    return []


class Source:
    """One file: its tree, with the way up from each node."""

    def __init__(self, path):
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parent = {child: node for node in ast.walk(self.tree)
                       for child in ast.iter_child_nodes(node)}

    def above(self, node):
        while node in self.parent:
            node = self.parent[node]
            yield node

    def constants(self):
        """(name, value) of each assignment outside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and not any(
                    isinstance(up, ast.FunctionDef) for up in self.above(node)):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        yield target.id, node.value
                    elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                        yield from ((name.id, value) for name, value
                                    in zip(target.elts, node.value.elts))


class Collector:
    """Every text that reaches tr() in a package."""

    def __init__(self, folder):
        self.sources = [Source(path) for path in sorted(folder.rglob("*.py"))]
        self.constants = {}
        for source in self.sources:
            for name, value in source.constants():
                self.constants.setdefault(name, []).append(value)
        self.passing = {("tr", 0)}  # function, which argument of it
        self.texts = set()

    def collect(self):
        done = set()
        while self.passing - done:
            for name, index in sorted(self.passing - done):
                done.add((name, index))
                for source in self.sources:
                    self.calls(source, name, index)
        return sorted(text for text in self.texts if text)

    def calls(self, source, name, index):
        for node in ast.walk(source.tree):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", None)) == name \
                    and len(node.args) > index:
                found = self.argument(source, node, node.args[index])
                self.texts.update(found)

    def argument(self, source, call, node):
        """The texts that an argument can be."""
        if isinstance(node, ast.Attribute):
            return self.constant(source, node, node.attr)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return self.constant(source, node, node.value.id)
        if isinstance(node, ast.Name):
            return self.variable(source, call, node)
        found = strings(node)
        if not found and not isinstance(node, ast.Constant):
            raise Unreadable(f"{source.path}:{node.lineno}: {ast.unparse(node)}: what is said here "
                             "is not a constant")
        return found

    def constant(self, source, node, name, index=None):
        if name not in self.constants:
            raise Unreadable(f"{source.path}:{node.lineno}: {name} is no constant")
        return [text for value in self.constants[name] for text in strings_at(value, index)]

    def variable(self, source, call, node):
        """A loop's variable, the parameter of a function, or a constant."""
        for up in source.above(call):
            loops = [up] if isinstance(up, ast.For) else getattr(up, "generators", [])
            for loop in loops:
                names = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
                for index, target in enumerate(names):
                    if isinstance(target, ast.Name) and target.id == node.id:
                        single = not isinstance(loop.target, ast.Tuple)
                        return self.loop(source, loop.iter, None if single else index)
            if isinstance(up, ast.FunctionDef):
                names = [argument.arg for argument in up.args.args]
                if node.id in names:
                    index = names.index(node.id) - (names[0] in ("self", "cls"))
                    name = up.name
                    if name == "__init__":
                        name = next(u.name for u in source.above(up)
                                    if isinstance(u, ast.ClassDef))
                    if name != "tr":
                        self.passing.add((name, index))
                    return []
        return self.constant(source, node, node.id)

    def loop(self, source, over, index):
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute):
            if over.func.attr == "items":
                return self.loop(source, over.func.value, None)
            if over.func.attr == "values":
                return self.loop(source, over.func.value, index)
        if isinstance(over, ast.Name):
            return self.constant(source, over, over.id, index)
        if isinstance(over, ast.Attribute):
            return self.constant(source, over, over.attr, index)
        found = strings_at(over, index)
        if not found:
            raise Unreadable(f"{source.path}:{over.lineno}: {ast.unparse(over)}: the loop is not "
                             "over constants")
        return found


def strings_at(node, index):
    """As strings(), where `node` is what is looped over, and `index` picks from each entry."""
    if index is None or not isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)):
        return strings(node)
    entries = node.values if isinstance(node, ast.Dict) else node.elts
    return [text for entry in entries for text in strings(entry, index)]


def read(path):
    """{text: translation} of a file; empty for what is not translated."""
    found = {}
    for message in xml.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        done = translation.get("type") is None and translation.text
        found[message.findtext("source")] = translation.text if done else ""
    return found


def write(path, texts, known):
    language = path.stem.split("_")[-1]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>",
             f'<TS version="2.1" language="{language}" sourcelanguage="en">', "<context>",
             f"    <name>{CONTEXT}</name>"]
    for text in texts:
        translation = known.get(text, "")
        state = "" if translation else ' type="unfinished"'
        lines += ["    <message>", f"        <source>{escape(text)}</source>",
                  f"        <translation{state}>{escape(translation)}</translation>",
                  "    </message>"]
    path.write_text("\n".join([*lines, "</context>", "</TS>", ""]), encoding="utf-8")


def marks(text):
    """What a translation must keep: places for values, and HTML."""
    return sorted(re.findall(r"\{[^}]*\}|</?\w+>|&\w+;", text))


def problems(path, texts):
    known = read(path)
    for text in texts:
        if not known.get(text):
            yield f"{path.name}: not translated: {text}"
        elif marks(text) != marks(known[text]):
            yield f"{path.name}: differs in {{}} or HTML: {known[text]}"
    for text in known.keys() - set(texts):
        yield f"{path.name}: nobody says any more: {text}"


def main(arguments):
    files = sorted((PLUGIN / "i18n").glob("community_*.ts"))
    try:
        texts = Collector(PLUGIN).collect()
    except Unreadable as problem:
        print(problem)
        return 1
    if arguments == ["--check"]:
        found = [line for path in files for line in problems(path, texts)]
        print("\n".join(found) or f"{len(texts)} texts, {len(files)} language")
        return 1 if found or not files else 0
    for path in files:
        known = read(path)
        write(path, texts, known)
        missing = sum(not known.get(text) for text in texts)
        print(f"{path.name}: {len(texts)} texts, {missing} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
