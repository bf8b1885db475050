# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the parts of the desktop together, and takes them away again."""

import os

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from ..words import tr
from .as_of import AsOf
from .dock import Dock
from .layout_guard import LayoutGuard
from .live_overlay import LiveOverlay
from .options import OptionsFactory
from .precision_guard import PrecisionGuard
from .widgets import ICONS
from .workplace import Workplace


class Desktop:
    """Everything that is seen. `close()` leaves nothing."""

    def __init__(self, iface):
        self.iface = iface
        window = iface.mainWindow()
        self.owner = QObject(window)
        self.workplace = Workplace(self.owner)
        self.overlay = LiveOverlay(self.workplace, self.owner)
        self.guard = PrecisionGuard(iface, self.workplace, self.owner)
        self.layouts = LayoutGuard(iface, self.guard, self.owner)
        self.as_of = AsOf(iface.mapCanvas(), self.owner)
        self.which_beat = QAction(QIcon(os.path.join(ICONS, "whichbeat.svg")), tr("Which &beat?"),
                                  window)
        self.which_beat.setObjectName("communityWhichBeatAction")
        self.which_beat.setCheckable(True)
        self.dock = Dock(self)
        iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.show_dock = self.dock.toggleViewAction()
        self.show_dock.setObjectName("communityShowDock")
        self.show_dock.setIcon(QIcon(os.path.join(ICONS, "community.svg")))
        self.actions = (self.show_dock, self.which_beat)
        for action in self.actions:
            iface.addToolBarIcon(action)
            iface.addPluginToMenu(tr("Community reports"), action)
            iface.registerMainWindowAction(action, "")  # so that the user can give it a key
        self.options = OptionsFactory(self.refresh)
        iface.registerOptionsWidgetFactory(self.options)

    def refresh(self):
        """After the settings have changed."""
        self.workplace.forget()
        self.dock.refresh()

    def close(self):
        self.iface.unregisterOptionsWidgetFactory(self.options)
        for action in self.actions:
            self.iface.unregisterMainWindowAction(action)
            self.iface.removePluginMenu(tr("Community reports"), action)
            self.iface.removeToolBarIcon(action)
        self.dock.close_down()
        self.iface.removeDockWidget(self.dock)
        self.as_of.close()
        self.layouts.close()
        self.guard.close()
        self.overlay.close()
        self.workplace.close()
        for thing in (self.dock, self.which_beat, self.owner):
            thing.deleteLater()
        self.options.deleteLater()
