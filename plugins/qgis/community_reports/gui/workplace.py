# SPDX-License-Identifier: GPL-2.0-or-later
"""What the project works with: the store, the published overlay, the beats. Kept in the project,
as paths and ids, so that it comes back with it."""

import os

from qgis.core import QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QObject, pyqtSignal

from .. import settings
from ..layers import Workspace, layer_spec, spec_of_file
from .connections import Connections

SCOPE = "community"
STORE, OVERLAY, BEAT_FIELD, BEATS = "/store", "/overlay", "/beatField", "/beats"


class Workplace(QObject):
    """`changed`: one of the choices, or what there is to choose from."""

    changed = pyqtSignal()

    def __init__(self, parent):
        super().__init__(parent)
        self.setObjectName("communityWorkplace")
        self.project = QgsProject.instance()
        self._kept = self._key = None
        self._paths = {}
        self._signals = Connections()
        for name, slot in (("readProject", self._read), ("cleared", self._read),
                           ("layersAdded", self._of_layers), ("layersRemoved", self._of_layers),
                           ("writeProject", self._write)):
            self._signals.add(self.project, name, slot)
        self._read()

    def close(self):
        self._signals.drop()
        self.forget()

    def _of_layers(self, *_):
        self.changed.emit()

    def _read(self, *_):
        """Paths are kept whole: what is relative hangs on where the project is saved."""
        self._paths = {name: self.project.readPath(self.project.readEntry(SCOPE, name)[0])
                       for name in (STORE, OVERLAY)}
        self.changed.emit()

    def _write(self, *_):
        for name, path in self._paths.items():
            if path:
                self.project.writeEntry(SCOPE, name, self.project.writePath(path))

    # --- choices --------------------------------------------------------------------------------

    def path(self, name):
        return self._paths[name]

    def set_path(self, name, path):
        if path != self._paths[name]:
            self._paths[name] = path
            self.project.writeEntry(SCOPE, name, self.project.writePath(path) if path else "")
            self.changed.emit()

    @property
    def beat_field(self):
        return self.project.readEntry(SCOPE, BEAT_FIELD)[0]

    def set_beat_field(self, name):
        if name != self.beat_field:
            self.project.writeEntry(SCOPE, BEAT_FIELD, name)
            self.changed.emit()

    def areas(self):
        """Every layer that can hold beats, by name."""
        return sorted((layer for layer in self.project.mapLayers().values()
                       if isinstance(layer, QgsVectorLayer) and layer.isValid()
                       and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry),
                      key=lambda layer: (layer.name().casefold(), layer.id()))

    def beat_layers(self):
        chosen = self.project.readListEntry(SCOPE, BEATS)[0]
        return [layer for layer in self.areas() if layer.id() in chosen]

    def set_beat_layers(self, layers):
        ids = [layer.id() for layer in layers]
        if sorted(ids) != sorted(layer.id() for layer in self.beat_layers()):
            self.project.writeEntry(SCOPE, BEATS, ids)
            self.changed.emit()

    # --- the beats, opened ----------------------------------------------------------------------

    def beats(self):
        """The chosen beats as the library holds them; opened again when a layer has changed.
        None where none is chosen. Raises NoLibrary or CommunityError."""
        layers = self.beat_layers()
        if not layers:
            return None
        lib = settings.open_library()
        key = (lib.path, self.beat_field, settings.time_zone(),
               tuple(_state(layer) for layer in layers))
        if key != self._key:
            work = Workspace()
            try:
                self.forget()
                self._kept = lib.beats([layer_spec(layer, work) for layer in layers],
                                       id_field=self.beat_field or None,
                                       time_zone=settings.time_zone())
                self._key = key
            finally:
                work.close()
        return self._kept

    def forget(self):
        self._kept = self._key = None


def _state(layer):
    """What changes when the beats of a layer do. A layer that is no plain file never equals an
    earlier state of its own while it is edited, and is compared by its features otherwise."""
    spec = spec_of_file(layer)
    if spec is not None:
        with_file = os.stat(spec.split("|")[0])
        return layer.id(), spec, with_file.st_mtime_ns, with_file.st_size, with_file.st_ino
    return (layer.id(), layer.source(), layer.subsetString(), layer.crs().authid(),
            tuple((f.id(), f.geometry().asWkb().data(), tuple(map(str, f.attributes())))
                  for f in layer.getFeatures()))
