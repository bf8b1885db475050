# SPDX-License-Identifier: MIT
"""A QGIS without a desktop, the plugin in it, and a stand-in for the interface of the desktop."""

import gc
import os
import sys
import time

import pytest
from qgis.PyQt.QtCore import QObject, pyqtSignal

import overlays
from environment import PLUGIN, PLUGINS

sys.path.insert(0, str(PLUGINS))


def pytest_configure(config):
    config.addinivalue_line("markers", "once: neither a locale nor an instrumented library would "
                            "change it, or it runs in a process of its own")


@pytest.fixture(scope="session")
def qgis():
    from qgis.core import QgsApplication

    app = QgsApplication([], True)
    app.initQgis()
    sys.path.append(os.path.join(app.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    yield app
    delete_layers()
    app.exitQgis()


def delete_layers():
    """A layer that outlives QGIS ends the process, and tests hold on to some."""
    from qgis.core import QgsMapLayer, QgsProject
    from qgis.PyQt import sip

    QgsProject.instance().clear()
    gc.collect()
    for thing in gc.get_objects():
        if isinstance(thing, QgsMapLayer) and not sip.isdeleted(thing):
            sip.delete(thing)


@pytest.fixture()
def plugin(qgis):
    """As qgis_process loads it."""
    made = __import__(PLUGIN).classFactory(None)
    made.initProcessing()
    yield made
    made.unload()


class FakeInterface(QObject):
    """The part of QgisInterface that the plugin uses; it notes what is there."""

    layoutDesignerOpened = pyqtSignal(object)
    layoutDesignerWillBeClosed = pyqtSignal(object)

    def __init__(self):
        super().__init__()
        from qgis.core import QgsLayerTreeModel, QgsProject
        from qgis.gui import QgsBrowserGuiModel, QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
        from qgis.PyQt.QtWidgets import QAction, QMainWindow

        self.window, self.canvas, self.bar = QMainWindow(), QgsMapCanvas(), QgsMessageBar()
        self.browser, self.tree = QgsBrowserGuiModel(), QgsLayerTreeView()
        self.model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
        self.tree.setModel(self.model)
        self.copy, self.active, self.layer_actions, self.keys = QAction(), None, [], []
        self.docks, self.icons, self.menu, self.factories, self.opened = [], [], [], [], []

    def mainWindow(self):
        return self.window

    def mapCanvas(self):
        return self.canvas

    def messageBar(self):
        return self.bar

    def browserModel(self):
        return self.browser

    def activeLayer(self):
        return self.active

    def layerTreeView(self):
        return self.tree

    def actionCopyFeatures(self):
        return self.copy

    def registerMainWindowAction(self, action, shortcut):
        self.keys.append(action)
        return True

    def unregisterMainWindowAction(self, action):
        self.keys.remove(action)
        return True

    def openLayoutDesigners(self):
        return []

    def addCustomActionForLayerType(self, action, menu, kind, for_all):
        self.layer_actions.append(action)

    def removeCustomActionForLayerType(self, action):
        self.layer_actions.remove(action)

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

    def showOptionsDialog(self, parent, page):
        self.opened.append(page)

    def left(self):
        """What is still there after unloading."""
        return (self.docks + self.icons + self.menu + self.factories + self.layer_actions
                + self.keys)


@pytest.fixture()
def iface(qgis):
    from qgis.core import QgsTemporalNavigationObject

    made = FakeInterface()
    made.canvas.setTemporalController(QgsTemporalNavigationObject(made.canvas))
    return made


@pytest.fixture()
def project(qgis):
    """The project, empty before and after."""
    from qgis.core import QgsProject

    QgsProject.instance().clear()
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture()
def desktop(iface, project):
    """As the desktop loads it: what the plugin shows."""
    made = __import__(PLUGIN).classFactory(iface)
    made.initGui()
    yield made.desktop
    made.unload()


@pytest.fixture()
def chicago(monkeypatch):
    """On a computer whose clock is not that of Greenwich."""
    from qgis.PyQt.QtCore import QDateTime

    monkeypatch.setenv("TZ", "America/Chicago")
    time.tzset()
    assert QDateTime.currentDateTime().offsetFromUtc() < 0
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture()
def setting(qgis):
    """Set a setting of the plugin until the end of the test."""
    from community_reports import settings
    from qgis.core import QgsSettings

    yield settings.put
    QgsSettings().remove("community")


@pytest.fixture()
def run(plugin):
    """Run an algorithm of the plugin: name, parameters."""
    import processing

    def run_one(name, **parameters):
        return processing.run(f"community:{name}", parameters)
    return run_one


@pytest.fixture()
def overlay():
    """Publish an overlay of some made-up reports with the command line, as a cron job does."""
    return overlays.publish
