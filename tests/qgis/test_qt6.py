# SPDX-License-Identifier: MIT
"""The plugin is written so that it runs on Qt 6 too, which this machine does not have: no enum
value without its enum, no name that Qt 6 has lost, no import past qgis.PyQt."""

import ast
import importlib

import pytest

from environment import PLUGIN, PLUGINS

LOST = {"exec_", "print_", "QRegExp", "QRegExpValidator", "QDesktopWidget", "QTextCodec",
        "QMatrix", "QStringRef", "QGLWidget"}
# QGIS itself brings QVariant's types along to Qt 6.
KEPT = {"QVariant"}

pytestmark = pytest.mark.once


def qt_classes(tree):
    """{name in this file: class} of what is imported from qgis.PyQt."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            module = importlib.import_module(node.module)
            found.update({name.asname or name.name: getattr(module, name.name, None)
                          for name in node.names})
    return found


def offences(source):
    tree = ast.parse(source)
    classes = qt_classes(tree)
    for node in ast.walk(tree):
        names = [n.name for n in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) \
            else []
        module = getattr(node, "module", None) or ""
        for name in [module, *([] if module.startswith("qgis.PyQt") else names)]:
            if name.split(".")[0] in ("PyQt5", "PyQt6", "PySide2", "PySide6", "sip"):
                yield node.lineno, f"import of {name}"
        for name in [*names, getattr(node, "attr", ""), getattr(node, "id", "")]:
            if name in LOST:
                yield node.lineno, f"{name} is gone in Qt 6"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = classes.get(node.value.id)
            value = getattr(owner, node.attr, None) if owner else None
            if node.value.id not in KEPT and type(type(value)).__name__ in ("enumtype", "EnumMeta"):
                yield node.lineno, f"{node.value.id}.{node.attr}: name its enum"


@pytest.mark.parametrize("path", sorted((PLUGINS / PLUGIN).rglob("*.py")),
                         ids=lambda path: str(path.relative_to(PLUGINS / PLUGIN)))
def test_the_plugin_is_ready_for_qt_6(path):
    assert list(offences(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("line, why", [
    ("from PyQt5.QtCore import Qt", "import"),
    ("import sip", "import"),
    ("from qgis.PyQt.QtCore import Qt\nQt.RightDockWidgetArea", "name its enum"),
    ("from qgis.PyQt.QtWidgets import QMessageBox as Box\nBox.Yes | 1", "name its enum"),
    ("dialog.exec_()", "gone"),
    ("from qgis.PyQt.QtCore import QRegExp", "gone"),
])
def test_what_qt_6_would_refuse_is_found(line, why):
    assert [found for _, found in offences(line) if why in found]


def test_scoped_enums_are_let_through():
    assert not list(offences("from qgis.PyQt.QtCore import Qt, QSize\n"
                             "Qt.DockWidgetArea.RightDockWidgetArea, QSize(1, 2).width()"))
