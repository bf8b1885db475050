# SPDX-License-Identifier: GPL-2.0-or-later
"""Warns in print layouts that show exact positions: when one is opened, when it comes to show
them, and after it was exported. QGIS lets no plugin hold an export up."""

from qgis.core import QgsLayoutItemAttributeTable, QgsLayoutItemMap, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer

from .. import precision
from ..words import tr
from .connections import Connections
from .precision_guard import names_of

EVERY_MS = 1000  # no signal tells that a map of a layout shows other layers


def layers_of(layout):
    """The layers that a layout shows: in its maps, in its tables, and as an atlas."""
    project, found = layout.project(), {}
    for item in layout.items():
        if isinstance(item, QgsLayoutItemMap):
            themes = project.mapThemeCollection()
            if item.followVisibilityPreset():
                layers = themes.mapThemeVisibleLayers(item.followVisibilityPresetName())
            elif item.keepLayerSet():
                layers = item.layers()
            else:
                layers = themes.masterVisibleLayers()
            found.update((layer.id(), layer) for layer in layers)
    for table in layout.multiFrames():
        if isinstance(table, QgsLayoutItemAttributeTable) and table.sourceLayer() is not None:
            found[table.sourceLayer().id()] = table.sourceLayer()
    atlas = layout.atlas() if hasattr(layout, "atlas") else None
    if atlas is not None and atlas.enabled() and atlas.coverageLayer() is not None:
        found[atlas.coverageLayer().id()] = atlas.coverageLayer()
    return list(found.values())


def exact_layers_of(layout):
    return [layer for layer in layers_of(layout) if precision.is_exact(layer)]


def layouts_that_show(project):
    """(layout's name, its exact layers) of each layout of the project that shows any."""
    found = [(layout.name(), exact_layers_of(layout))
             for layout in project.layoutManager().layouts() if hasattr(layout, "items")]
    return [(name, layers) for name, layers in found if layers]


class LayoutGuard(QObject):
    def __init__(self, iface, guard, parent):
        super().__init__(parent)
        self.setObjectName("communityLayoutGuard")
        self.iface, self.guard = iface, guard
        self._open = {}  # designer: (ids of the layers that were named, its signals)
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self._signals = Connections()
        self._signals.add(iface, "layoutDesignerOpened", self._opened)
        self._signals.add(iface, "layoutDesignerWillBeClosed", self._closed)
        self._signals.add(guard, "changed", self._look_at_all)
        self._signals.add(self.timer, "timeout", self._look_at_all)
        for name in ("layoutAdded", "layoutRemoved", "layoutRenamed"):
            self._signals.add(guard.project.layoutManager(), name, self._others)
        for designer in iface.openLayoutDesigners():
            self._opened(designer)

    def close(self):
        self._signals.drop()
        for designer in list(self._open):
            self._closed(designer)

    def _opened(self, designer):
        if designer in self._open:
            return
        signals = Connections()
        signals.add(designer, "layoutExported", lambda: self._exported(designer))
        self._open[designer] = (set(), signals)
        self.timer.start()
        self._look(designer)

    def _closed(self, designer):
        if designer in self._open:
            self._open.pop(designer)[1].drop()
        if not self._open:
            self.timer.stop()

    def _others(self, *_):
        """The project has other layouts: the dock names those that show exact positions."""
        self.guard.changed.emit()

    def _look_at_all(self):
        for designer in list(self._open):
            self._look(designer)

    def _look(self, designer):
        """Say it once for each layer, and again if it went and came back."""
        if sip.isdeleted(designer) or designer.layout() is None:
            self._closed(designer)
            return
        exact = exact_layers_of(designer.layout())
        told, signals = self._open[designer]
        new = [layer for layer in exact if layer.id() not in told]
        self._open[designer] = ({layer.id() for layer in exact}, signals)
        if new:
            self.guard.warn(tr("Exact positions: {}. Show a published overlay instead.").format(
                names_of(new)), designer.messageBar())

    def _exported(self, designer):
        exact = exact_layers_of(designer.layout())
        if exact:
            self.guard.warn(tr("What was exported shows exact positions of reports: {}. Delete it "
                               "if others might get it.").format(names_of(exact)),
                            designer.messageBar())


def project_in_words(guard):
    """What the dock says about exact positions; empty where there are none."""
    exact = guard.exact_layers()
    if not exact:
        return ""
    lines = [tr("Exact positions: {}").format(names_of(exact))]
    lines += [tr("Shown in the layout {}: {}").format(name, names_of(layers))
              for name, layers in layouts_that_show(QgsProject.instance())]
    return "\n".join(lines)
