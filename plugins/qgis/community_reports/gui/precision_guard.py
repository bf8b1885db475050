# SPDX-License-Identifier: GPL-2.0-or-later
"""Warns where exact positions are about to be seen by others: a badge in the layer tree, a word
when such a layer comes into the project, when the project is saved with it, when its features are
copied or exported. layout_guard.py does the same for print layouts.

It warns; it cannot hold anything up. QGIS tells a plugin nothing when a layer is dragged into
another program or the browser, packaged, exported by a tool of Processing, the Python console or
another plugin. What such tools make carries no mark unless its fields give it away.
"""

import os

from qgis.core import (Qgis, QgsApplication, QgsLayerTree, QgsMapLayerType, QgsProject,
                       QgsProviderRegistry, QgsVectorFileWriterTask)
from qgis.gui import QgsLayerTreeViewIndicator
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QApplication

from .. import precision
from ..words import tr
from .connections import Connections
from .export_dialogs import EXPORTS, put_warning
from .widgets import ICONS
from .workplace import STORE

ICON = os.path.join(ICONS, "exact.svg")


def names_of(layers):
    return ", ".join(sorted({layer.name() for layer in layers}))


class PrecisionGuard(QObject):
    """`changed`: which layers are exact."""

    changed = pyqtSignal()

    def __init__(self, iface, workplace, parent):
        super().__init__(parent)
        self.setObjectName("communityPrecisionGuard")
        self.iface, self.workplace, self.project = iface, workplace, QgsProject.instance()
        self.view = iface.layerTreeView()
        self._badges, self._watched, self._told, self._exported = {}, {}, set(), set()
        self._saved_with = set()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._signals = Connections()
        self._add_actions()
        tree = self.project.layerTreeRoot()
        for sender, name, slot in (
                (self._later, "timeout", self.look), (self.project, "layersAdded", self._added),
                (self.project, "layersRemoved", self._soon),
                (self.project, "cleared", self._cleared),
                (self.project, "writeProject", self._saved),
                (tree, "addedChildren", self._soon), (tree, "removedChildren", self._soon),
                (tree, "willRemoveChildren", self._leaving),
                (QgsApplication.taskManager(), "taskAdded", self._task),
                (QApplication.instance(), "focusChanged", self._focused),
                (iface.actionCopyFeatures(), "triggered", self._copied)):
            self._signals.add(sender, name, slot)
        self._added(list(self.project.mapLayers().values()))

    def close(self):
        self._signals.drop()
        self._later.stop()
        for layer_id in list(self._watched):
            self._unwatch(layer_id)
        for layer_id in list(self._badges):
            self._take_badge(layer_id)
        for action in self.actions:
            self.iface.removeCustomActionForLayerType(action)
            action.deleteLater()

    # --- marks ----------------------------------------------------------------------------------

    def exact_layers(self):
        return [layer for layer in self.project.mapLayers().values() if precision.is_exact(layer)]

    def _add_actions(self):
        """In the menu of each vector layer, below the title of the plugin."""
        self.actions = []
        for name, title, mark in (
                ("communityMarkExact", tr("Positions are &exact"), precision.mark_exact),
                ("communityMarkProtected", tr("Positions are &protected"),
                 precision.mark_protected),
                ("communityUnmark", tr("&Remove the mark"), precision.unmark)):
            action = QAction(QIcon(ICON), title, self)
            action.setObjectName(name)
            self._signals.add(action, "triggered", lambda _=False, mark=mark: self.mark(mark))
            self.iface.addCustomActionForLayerType(action, tr("Community reports"),
                                                   QgsMapLayerType.VectorLayer, True)
            self.actions.append(action)

    def mark(self, mark):
        """Mark the layers that are selected in the layer tree."""
        for layer in self.view.selectedLayers():
            self._told.discard(layer.id())
            mark(layer)

    # --- what is in the project -----------------------------------------------------------------

    def _added(self, layers):
        for layer in layers:
            precision.guess(layer)
            if _path(layer) in self._exported:
                precision.mark_exact(layer)
            self._watch(layer)
            self._warn_of_store(layer)
        self._soon()

    def _watch(self, layer):
        if layer.id() not in self._watched:
            signals = self._watched[layer.id()] = Connections()
            signals.add(layer, "customPropertyChanged", self._soon)

    def _unwatch(self, layer_id):
        self._watched.pop(layer_id).drop()

    def _cleared(self):
        self._told.clear()
        self._saved_with.clear()
        self._soon()

    def _soon(self, *_):
        self._later.start()

    def look(self):
        """Badges as they should be, and one word about layers that are new."""
        there = self.project.mapLayers()
        for layer_id in set(self._watched) - set(there):
            self._unwatch(layer_id)
        exact = {layer.id(): layer for layer in self.exact_layers()}
        for layer_id in set(self._badges) - set(exact):
            self._take_badge(layer_id)
        for layer_id in exact:
            self._give_badge(layer_id)
        self._told &= set(exact)
        new = [layer for layer_id, layer in exact.items() if layer_id not in self._told]
        self._told.update(exact)
        if new:
            self.warn(tr("Exact positions: {}. Not for layouts or exports.").format(names_of(new)))
        self.changed.emit()

    def warn(self, text, bar=None):
        (bar or self.iface.messageBar()).pushMessage(
            tr("Community reports"), text, Qgis.MessageLevel.Warning, 0)

    def _warn_of_store(self, layer):
        store = self.workplace.path(STORE)
        if store and _path(layer) and os.path.abspath(_path(layer)) == os.path.abspath(store):
            self.warn(tr("{} is the store itself. Remove it from the project: QGIS changes how "
                         "the store is written.").format(layer.name()))

    # --- badges ---------------------------------------------------------------------------------

    def _give_badge(self, layer_id):
        node = self.project.layerTreeRoot().findLayer(layer_id)
        if node is None:
            return
        badge = self._badges.get(layer_id)
        if badge is None:
            badge = QgsLayerTreeViewIndicator(self)
            badge.setObjectName("communityExactBadge")
            badge.setIcon(QIcon(ICON))
            badge.setToolTip(tr("Exact positions of reports: not for layouts or exports"))
            self._badges[layer_id] = badge
        if badge not in self.view.indicators(node):  # a node that was moved is another node
            self.view.addIndicator(node, badge)

    def _leaving(self, group, first, last):
        """The view keeps badges by the address of a node, which another may get."""
        for child in group.children()[first:last + 1]:
            for node in child.findLayers() if QgsLayerTree.isGroup(child) else [child]:
                if node.layerId() in self._badges:
                    self.view.removeIndicator(node, self._badges[node.layerId()])

    def _take_badge(self, layer_id):
        badge = self._badges.pop(layer_id)
        node = self.project.layerTreeRoot().findLayer(layer_id)
        if node is not None:
            self.view.removeIndicator(node, badge)
        badge.deleteLater()

    # --- ways out -------------------------------------------------------------------------------

    def chosen(self):
        """The layers that an export would take: those selected, else the active one."""
        return self.view.selectedLayers() or [
            layer for layer in [self.iface.activeLayer()] if layer is not None]

    def _exact_chosen(self):
        return [layer for layer in self.chosen() if precision.is_exact(layer)]

    def _saved(self, *_):
        """Once for each set of layers: a project is saved often."""
        exact = {layer.id() for layer in self.exact_layers()}
        if exact - self._saved_with:
            self.warn(tr("This project shows exact positions: {}. Whoever gets the project and "
                         "may read the files of these layers sees them.").format(
                             names_of(self.exact_layers())))
        self._saved_with |= exact

    def _copied(self, *_):
        layer = self.iface.activeLayer()
        if layer is not None and precision.is_exact(layer):
            self.warn(tr("Exact positions of {} are on the clipboard.").format(layer.name()))

    def _task(self, number):
        """A layer is being saved to a file: the mark goes with it."""
        task = QgsApplication.taskManager().task(number)
        exact = self._exact_chosen()
        if not exact or task.metaObject().className() != QgsVectorFileWriterTask.__name__:
            return
        if not isinstance(task, QgsVectorFileWriterTask):  # what QGIS has made comes as a QgsTask
            task = sip.cast(task, QgsVectorFileWriterTask)
        self.warn(tr("Exact positions of {} are being saved to a file.").format(names_of(exact)))
        task.writeComplete.connect(self._written)

    def _written(self, path):
        self._exported.add(path)
        for layer in self.project.mapLayers().values():
            if _path(layer) == path:
                precision.mark_exact(layer)

    def _focused(self, _old, new):
        """A dialog that exports has come up: say it there, before anything is written."""
        dialog = new.window() if new is not None else QApplication.activeModalWidget()
        kind = dialog.metaObject().className() if dialog is not None else ""
        if kind not in EXPORTS:
            return
        exact = self._exact_chosen() if EXPORTS[kind] == "layer" else [
            layer for layer in self.iface.mapCanvas().layers() if precision.is_exact(layer)]
        if exact:
            put_warning(dialog, tr("This exports exact positions of reports: {}.").format(
                names_of(exact)))


def _path(layer):
    provider = layer.providerType() if layer.dataProvider() is not None else ""
    return QgsProviderRegistry.instance().decodeUri(provider, layer.source()).get("path", "") \
        if provider in ("ogr", "spatialite", "delimitedtext") else ""
