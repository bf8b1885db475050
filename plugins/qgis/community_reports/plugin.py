# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS loads and unloads."""

import os

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

from .expressions import Expressions
from .provider import Provider


class Plugin:
    def __init__(self, iface):
        self.iface = iface  # None in qgis_process
        self.provider = self.expressions = self.desktop = self.translator = None
        self._translate()

    def _translate(self):
        """Before any text is made. The .qm is made from the .ts when the plugin is packed."""
        language = str(QgsSettings().value("locale/userLocale", "") or QLocale().name())[:2]
        path = os.path.join(os.path.dirname(__file__), "i18n", f"community_{language}.qm")
        translator = QTranslator()
        if os.path.exists(path) and translator.load(path):
            QCoreApplication.installTranslator(translator)
            self.translator = translator

    def initProcessing(self):  # noqa: N802
        """All that qgis_process needs: nothing of the desktop."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)
        self.expressions = Expressions()

    def initGui(self):  # noqa: N802
        self.initProcessing()
        from .gui.desktop import Desktop

        self.desktop = Desktop(self.iface)

    def unload(self):
        """Undo everything, in reverse: upgrades and reloads call this."""
        if self.desktop is not None:
            self.desktop.close()
            self.desktop = None
        if self.expressions is not None:
            self.expressions.close()
            self.expressions = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
