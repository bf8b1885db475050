# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings > Options > Community reports: paths and names, never a key itself."""

import os

from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import Qt, QTimeZone
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QVBoxLayout

from .. import native, settings
from ..words import library_missing, tr
from . import self_test
from .widgets import ICONS, file_row, message_label

PAGE = "communityOptions"  # also what opens the dialog at this page


class OptionsFactory(QgsOptionsWidgetFactory):
    """`applied` is called when the user has taken the settings over."""

    def __init__(self, applied):
        super().__init__(tr("Community reports"), QIcon(os.path.join(ICONS, "community.svg")))
        self.applied = applied

    def icon(self):
        return QIcon(os.path.join(ICONS, "community.svg"))

    def createWidget(self, parent):  # noqa: N802
        return OptionsPage(parent, self.applied)


class OptionsPage(QgsOptionsPageWidget):
    def __init__(self, parent, applied=None):
        super().__init__(parent)
        self.setObjectName(PAGE)
        self.applied = applied
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.path = file_row(form, tr("&Library"), "communityLibraryPath",
                             settings.get(settings.PATH_OF_LIBRARY), tr("Libraries") +
                             " (*.so *.so.* *.dylib *.dll);;" + tr("All files") + " (*)")
        self.path.lineEdit().setPlaceholderText(tr("empty: found by itself"))
        self.found = message_label("communityLibraryFound", tr("Library that is used"))
        form.addRow("", self.found)
        self.test = QPushButton(tr("&Self-test"))
        self.test.setObjectName("communitySelfTest")
        self.result = message_label("communitySelfTestResult", tr("Result of the self-test"))
        form.addRow("", self.test)
        form.addRow("", self.result)
        self.policy = file_row(form, tr("&Policy file"), "communityPolicyPath",
                               settings.get(settings.POLICY), "JSON (*.json);;" +
                               tr("All files") + " (*)")
        self.key = file_row(form, tr("&Mask key file"), "communityMaskKeyPath",
                            settings.get(settings.MASK_KEY), tr("Keys") + " (*.key);;" +
                            tr("All files") + " (*)")
        self.key.setConfirmOverwrite(False)
        self.key.setStorageMode(QgsFileWidget.StorageMode.SaveFile)  # it may not be there yet
        self.key_kind = message_label("communityMaskKeyKind", tr("About the mask key"))
        form.addRow("", self.key_kind)
        self.zone = QComboBox()
        self.zone.setObjectName("communityTimeZone")
        self.zone.setAccessibleName(tr("Time zone"))
        self.zone.setEditable(True)
        self.zone.addItems([bytes(name).decode() for name in QTimeZone.availableTimeZoneIds()])
        self.zone.setCurrentText(settings.time_zone())
        form.addRow(tr("Time &zone of the agency"), self.zone)
        box = QVBoxLayout(self)
        box.addLayout(form)
        note = QLabel(tr("Only the place of the key is kept here. The secret key of the agency is "
                         "never asked for: it belongs on no machine that runs QGIS."))
        note.setWordWrap(True)
        box.addWidget(note)
        box.addStretch()
        self.path.fileChanged.connect(self.show_library)
        self.key.fileChanged.connect(self.show_key)
        self.test.clicked.connect(self.run_test)
        self.show_library()
        self.show_key()

    def _opened(self):
        return native.opened(self.path.filePath().strip() or None)

    def show_library(self, *_):
        """What would be used: its version and its path; or why there is none."""
        self.result.clear()
        try:
            lib = self._opened()
            self.found.setText(tr("libcommunity {} from {}").format(lib.version, lib.path))
            self.test.setEnabled(True)
        except native.NoLibrary as problem:
            self.found.setText(library_missing(problem))
            self.test.setEnabled(False)

    def run_test(self):
        QgsApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            lines = self_test.run(self._opened())
            self.result.setText("\n".join([tr("The self-test passed.")] + lines))
        except (native.CommunityError, OSError) as problem:
            self.result.setText(str(problem))
        finally:
            QgsApplication.restoreOverrideCursor()

    def show_key(self, *_):
        self.key_kind.setText(self._key_problem() or self._key_name())

    def _key_name(self):
        path = self.key.filePath().strip()
        if not path:
            return ""
        if not os.path.exists(path):
            return tr("No such file yet: a new key is made at first use.")
        return tr("Mask key {}.").format(self._kind(path)[1])

    def _kind(self, path):
        return self._opened().key_kind(path)

    def _key_problem(self):
        """Why the file cannot be the mask key; empty where it can."""
        path = self.key.filePath().strip()
        if not path or not os.path.exists(path):
            return ""
        try:
            kind = self._kind(path)[0]
        except native.NoLibrary:
            return ""  # said above
        except native.CommunityError as problem:
            return str(problem)
        if kind == "mask":
            return ""
        return tr("This is a {} key, not a mask key: it is not kept.").format(kind)

    def _zone_is_known(self):
        try:
            self._opened().time("2024-01-01T00:00:00", self.zone.currentText())
            return bool(self.zone.currentText())
        except native.NoLibrary:
            return bytes(self.zone.currentText(), "utf-8") in [
                bytes(name) for name in QTimeZone.availableTimeZoneIds()]
        except native.CommunityError:
            return False

    def isValid(self):  # noqa: N802
        """Asked before the dialog closes, by versions of QGIS that do."""
        return not self._key_problem() and self._zone_is_known()

    def apply(self):
        settings.put(settings.PATH_OF_LIBRARY, self.path.filePath().strip())
        settings.put(settings.POLICY, self.policy.filePath().strip())
        if not self._key_problem():
            settings.put(settings.MASK_KEY, self.key.filePath().strip())
        if self._zone_is_known():
            settings.put(settings.TIME_ZONE, self.zone.currentText())
        if self.applied is not None:
            self.applied()
