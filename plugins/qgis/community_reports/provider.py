# SPDX-License-Identifier: GPL-2.0-or-later
"""The Processing provider "community"."""

import os

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from . import settings
from .algorithms import ALGORITHMS
from .words import tr


class Provider(QgsProcessingProvider):
    def id(self):
        return "community"

    def name(self):
        return tr("Community reports")

    def icon(self):
        return QIcon(self.svgIconPath())

    def svgIconPath(self):  # noqa: N802
        return os.path.join(os.path.dirname(__file__), "icons", "community.svg")

    def versionInfo(self):  # noqa: N802
        return "" if settings.why_no_library() else settings.open_library().version

    def warningMessage(self):  # noqa: N802
        return settings.why_no_library()

    def loadAlgorithms(self):  # noqa: N802
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
