# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of forms that can be reached by keyboard and read aloud."""

import os

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QPlainTextEdit, QToolButton

from ..words import tr

ICONS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "icons")


def plain(title):
    """A title without its mnemonic and its dots."""
    return title.replace("&", "").rstrip("….")


def file_row(form, title, name, path="", kinds=""):
    """A line for the path of a file, with its label; the label's mnemonic leads into the line."""
    widget = QgsFileWidget()
    widget.setObjectName(name)
    widget.setFilter(kinds)
    widget.setDialogTitle(plain(title))
    widget.setFilePath(path)
    widget.lineEdit().setAccessibleName(plain(title))
    for button in widget.findChildren(QToolButton):
        button.setAccessibleName(tr("Browse"))
    label = QLabel(title)
    label.setBuddy(widget.lineEdit())
    form.addRow(label, widget)
    return widget


def message_label(name, meaning):
    """A text that a person can select and copy, with the keyboard too."""
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleName(meaning)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                  | Qt.TextInteractionFlag.TextSelectableByKeyboard)
    return label


def read_only_text(name, meaning, lines):
    text = QPlainTextEdit()
    text.setObjectName(name)
    text.setAccessibleName(meaning)
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setMaximumHeight(text.fontMetrics().lineSpacing() * lines + 12)
    return text
