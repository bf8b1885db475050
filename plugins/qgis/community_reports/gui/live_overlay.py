# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of the published overlay that follow each new edition of the file.

Layers change to a new edition together, between two drawings of the map, so that nothing shows two
editions. What the user has set stays: style, time, visibility, names, order. A style that is still
the one of its edition becomes the one of the next, because its classes were made for the numbers.
"""

import hashlib
import os
import weakref

from qgis.core import (QgsDataProvider, QgsMapLayer, QgsPathResolver, QgsProject,
                       QgsProviderRegistry, QgsReadWriteContext, QgsVectorLayer)
from qgis.PyQt.QtCore import QFileSystemWatcher, QObject, QTimer, pyqtSignal
from qgis.PyQt.QtXml import QDomDocument

from .. import precision, published, styles
from ..words import tr
from .connections import Connections
from .editions import Editions
from .workplace import OVERLAY

LOOK = QgsMapLayer.StyleCategory.Symbology | QgsMapLayer.StyleCategory.Labeling
TIME = QgsMapLayer.StyleCategory.Temporal
LOADED = "community/loadedStyle"  # fingerprint of the style that came with the edition
SOON_MS, SOMETIMES_MS = 100, 5000  # after a notice; where notices do not come (network drives)
TITLES = {"beats": lambda: tr("Beats"), "reports": lambda: tr("Reports (protected places)"),
          "catchments": lambda: tr("Catchments"),
          "counts_by_category": lambda: tr("Counts by category"), "totals": lambda: tr("Totals"),
          "about": lambda: tr("About this release")}


class LiveOverlay(QObject):
    """`renewed`: the layers show another edition. `problem`: why they cannot."""

    renewed = pyqtSignal()

    def __init__(self, workplace, parent):
        super().__init__(parent)
        self.setObjectName("communityLiveOverlay")
        self.workplace, self.project = workplace, QgsProject.instance()
        self.editions, self._busy, self._writer, self.problem = None, False, None, ""
        self.watcher = QFileSystemWatcher(self)
        self.soon, self.sometimes = QTimer(self), QTimer(self)
        self.soon.setSingleShot(True)
        self.soon.setInterval(SOON_MS)
        self.sometimes.setInterval(SOMETIMES_MS)
        self._signals = Connections()
        for sender, name, slot in (
                (self.watcher, "fileChanged", self._noticed),
                (self.watcher, "directoryChanged", self._noticed),
                (self.soon, "timeout", self.look), (self.sometimes, "timeout", self.look),
                (workplace, "changed", self._follow)):
            self._signals.add(sender, name, slot)
        saved_as = weakref.WeakMethod(self._saved_as)  # QGIS never lets go of what it is given
        self._writer = QgsPathResolver.setPathWriter(lambda path: (saved_as() or str)(path))
        self._follow()

    def close(self):
        self._signals.drop()
        self._stop()
        if self._writer is not None:
            QgsPathResolver.removePathWriter(self._writer)
            self._writer = None

    # --- what is followed -----------------------------------------------------------------------

    def layers(self):
        """The layers of the project that show the overlay, by whatever path."""
        return [layer for layer in self.project.mapLayers().values()
                if isinstance(layer, QgsVectorLayer) and layer.providerType() == "ogr"
                and self._shows(_parts(layer))]

    def _shows(self, parts):
        path = parts["path"]
        return bool(path) and self.editions is not None and parts["layerName"] in published.LAYERS \
            and (self.editions.owns(path) or _same_file(path, self.editions.published))

    def load(self):
        """Add the layers of the overlay that the project does not have."""
        self.look()
        if self.editions is None or self.editions.current is None:
            return
        there = {_parts(layer)["layerName"] for layer in self.layers()}
        group = None
        for name in published.LAYERS:
            layer = QgsVectorLayer(f"{self.editions.current}|layername={name}",
                                   TITLES[name](), "ogr")
            if name in there or not layer.isValid():
                continue
            styles.published(layer)
            _take_in(layer, True)
            layer.setCustomProperty(LOADED, _look_of(layer))
            self.project.addMapLayer(layer, False)
            group = group or self._group()
            place = len(group.children()) if name != "reports" else 0
            group.insertLayer(place, layer)

    def _group(self):
        title = tr("Published overlay")
        root = self.project.layerTreeRoot()
        return root.findGroup(title) or root.insertGroup(0, title)

    def _follow(self):
        """Another file, or other layers."""
        if self._busy:
            return
        path = self.workplace.path(OVERLAY)
        if path != (self.editions.published if self.editions is not None else ""):
            self._stop()
            if path:
                self._start(path)
        elif self.editions is not None and self.editions.current is not None:
            self._show(self.editions.current, renew=True)

    def _start(self, path):
        try:
            self.editions = Editions(path)
        except OSError as problem:
            self.problem = problem.strerror or str(problem)
            return
        self.sometimes.start()
        self.look()

    def _stop(self):
        """Layers go back to the file that is published."""
        self.sometimes.stop()
        self.soon.stop()
        self.problem = ""
        if self.watcher.files() + self.watcher.directories():
            self.watcher.removePaths(self.watcher.files() + self.watcher.directories())
        if self.editions is not None:
            editions = self.editions
            self._show(editions.published, renew=False)
            self.editions = None
            editions.close()

    def _saved_as(self, path):
        """A project is saved with the file that is published, not with the copy."""
        if self.editions is not None and self.editions.owns(path):
            return self.editions.published
        return path

    # --- new editions ---------------------------------------------------------------------------

    def _noticed(self, *_):
        if not self.soon.isActive():  # not put off by each notice of a busy folder
            self.soon.start()

    def look(self):
        """Watch again, since a file that was replaced is watched no more; and take what is new."""
        if self.editions is None:
            return
        path = self.editions.published
        for watched in (path, os.path.dirname(path)):
            if os.path.exists(watched):
                self.watcher.addPath(watched)
        if not self.editions.changed():
            return
        taken = self.editions.take(lambda copy: published.read(copy) is not None)
        self.problem = self.editions.problem
        if taken:
            self._show(self.editions.current, renew=True)
        self.renewed.emit()

    def _show(self, path, renew):
        """All layers change at once: drawing starts on this thread, and cannot come between."""
        others = [layer for layer in self.layers() if _parts(layer)["path"] != path]
        if not others:
            return
        dirty, self._busy = self.project.isDirty(), True
        try:
            for layer in others:
                _point(layer, path, renew)
        finally:
            self._busy = False
        self.project.setDirty(dirty)  # the user has changed nothing


def _point(layer, path, renew):
    """Let a layer show another copy of its file."""
    temporal = layer.temporalProperties()
    active, valid = temporal.isActive(), layer.isValid()
    known = layer.customProperty(LOADED, "")
    loaded = not valid or _look_of(layer) == (known or _look_as_published(layer))
    look, time = _exported(layer, LOOK), _exported(layer, TIME)
    parts = _parts(layer)
    parts["path"] = path
    layer.setDataSource(QgsProviderRegistry.instance().encodeUri("ogr", parts), layer.name(),
                        "ogr", QgsDataProvider.ProviderOptions(), False)
    if not layer.isValid():
        return
    if renew and loaded:
        styles.published(layer)
        layer.setCustomProperty(LOADED, _look_of(layer))
    elif valid:
        layer.importNamedStyle(look, LOOK)
    if valid and (known or not loaded):  # else it comes in as published, with its time
        layer.importNamedStyle(time, TIME)
        temporal.setIsActive(active)
    _take_in(layer, renew)
    layer.updateExtents(True)
    layer.triggerRepaint()


def _take_in(layer, is_copy):
    precision.mark_protected(layer)
    layer.setReadOnly(is_copy)  # what is written to a copy would be lost


def _parts(layer):
    found = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    return {"path": "", "layerName": "", **found}


def _same_file(path, other):
    return os.path.normcase(os.path.abspath(path)) == os.path.normcase(os.path.abspath(other))


def _exported(layer, categories):
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext(), categories)
    return document


def _look_of(layer):
    """A fingerprint of how a layer is drawn."""
    print_of = hashlib.sha256()
    _add(_exported(layer, LOOK).documentElement(), print_of)
    return print_of.hexdigest()


def _look_as_published(layer):
    """The same of the style that its edition came with."""
    other = QgsVectorLayer(layer.source(), "", "ogr")
    styles.published(other)
    return _look_of(other)


def _add(node, print_of):
    """Attributes in order of their names: those of QDomElement come in any."""
    attributes = node.attributes()
    pairs = sorted((attributes.item(i).nodeName(), attributes.item(i).nodeValue())
                   for i in range(attributes.count()))
    print_of.update(repr((node.nodeName(), node.nodeValue(), pairs)).encode())
    child = node.firstChild()
    while not child.isNull():
        _add(child, print_of)
        child = child.nextSibling()
