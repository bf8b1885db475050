# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialogs of QGIS through which positions leave, and a warning put into them.

QGIS has no signal before an export; these dialogs are known by the names of their classes, and
noticed when the keyboard focus enters them.
"""

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QBoxLayout, QGridLayout, QLabel


# what each exports: the layer that is chosen, or all that the map shows
EXPORTS = {"QgsVectorLayerSaveAsDialog": "layer", "QgsMapSaveDialog": "map",
           "QgsDxfExportDialog": "map", "QgsAnimationExportDialog": "map"}
NAME = "communityExportWarning"


def put_warning(dialog, text):
    """One label, however often the focus comes back. Its text has an alternative for its picture:
    the words."""
    label = dialog.findChild(QLabel, NAME)
    if label is None:
        label = QLabel(dialog)
        label.setObjectName(NAME)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setStyleSheet("QLabel { color: #000000; background: #ffd9b3; padding: 6px; }")
        layout = dialog.layout()
        if isinstance(layout, QGridLayout):
            layout.addWidget(label, layout.rowCount(), 0, 1, layout.columnCount())
        elif isinstance(layout, QBoxLayout):
            layout.insertWidget(0, label)
        else:
            label.setGeometry(0, 0, dialog.width(), label.sizeHint().height())
    label.setText(text)
    label.setAccessibleName(text)
    label.show()
    return label
