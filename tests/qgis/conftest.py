# SPDX-License-Identifier: MIT
"""A QGIS without a desktop, the plugin in it, and a stand-in for the interface of the desktop."""

import os
import sys

import pytest

from environment import PLUGIN, PLUGINS

sys.path.insert(0, str(PLUGINS))


@pytest.fixture(scope="session")
def qgis():
    from qgis.core import QgsApplication

    app = QgsApplication([], True)
    app.initQgis()
    sys.path.append(os.path.join(app.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    yield app
    app.exitQgis()


@pytest.fixture()
def plugin(qgis):
    """As qgis_process loads it."""
    made = __import__(PLUGIN).classFactory(None)
    made.initProcessing()
    yield made
    made.unload()


class FakeInterface:
    """The part of QgisInterface that the plugin uses; it notes what is there."""

    def __init__(self):
        from qgis.gui import QgsMapCanvas, QgsMessageBar
        from qgis.PyQt.QtWidgets import QMainWindow

        self.window, self.canvas, self.bar = QMainWindow(), QgsMapCanvas(), QgsMessageBar()
        self.docks, self.icons, self.menu, self.factories = [], [], [], []

    def mainWindow(self):
        return self.window

    def mapCanvas(self):
        return self.canvas

    def messageBar(self):
        return self.bar

    def addDockWidget(self, area, dock):
        self.window.addDockWidget(area, dock)
        self.docks.append(dock)

    def removeDockWidget(self, dock):
        self.window.removeDockWidget(dock)
        self.docks.remove(dock)

    def addToolBarIcon(self, action):
        self.icons.append(action)

    def removeToolBarIcon(self, action):
        self.icons.remove(action)

    def addPluginToMenu(self, name, action):
        self.menu.append(action)

    def removePluginMenu(self, name, action):
        self.menu.remove(action)

    def registerOptionsWidgetFactory(self, factory):
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.factories.remove(factory)

    def left(self):
        """What is still there after unloading."""
        return self.docks + self.icons + self.menu + self.factories


@pytest.fixture()
def iface(qgis):
    return FakeInterface()


@pytest.fixture()
def run(plugin):
    """Run an algorithm of the plugin: name, parameters."""
    import processing

    def run_one(name, **parameters):
        return processing.run(f"community:{name}", parameters)
    return run_one
