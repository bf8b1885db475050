# SPDX-License-Identifier: GPL-2.0-or-later
"""Between QGIS and the library: layer specs, points, times, and the folder for passing files."""

import contextlib
import glob
import os
import shutil
import stat
import tempfile
import time
import weakref

from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException,
                       QgsCoordinateTransformContext, QgsFeature,
                       QgsProcessingException, QgsProviderRegistry, QgsVectorFileWriter,
                       QgsVectorLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from .binding import TIME_UNKNOWN
from .native import CommunityError
from .words import tr

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

WGS84 = "EPSG:4326"
PREFIX, YOUNG_S = "community-", 60  # younger ones may not be locked yet
PASSING = r"\bpassing\d+\.csv\b"  # a table of a workspace, as messages name it


def wgs84():
    return QgsCoordinateReferenceSystem(WGS84)


class Workspace:
    """A folder that nobody else may enter, for files that pass between QGIS and the library. It
    may hold exact positions: it is gone when the work is done, however it ends; after a crash,
    when the next work begins."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX)
        self._count, self._release = 0, lambda: None
        if fcntl is not None:
            lock = os.open(self._folder.name, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # until this process ends
            self._release = weakref.finalize(self, os.close, lock)
            sweep(os.path.dirname(self._folder.name))

    def path(self, ending, name=""):
        """Of a new file; one with a name keeps it, in a folder of its own."""
        self._count += 1
        path = os.path.join(self._folder.name, f"passing{self._count}")
        if not name:
            return path + ending
        os.mkdir(path, 0o700)
        return os.path.join(path, name + ending)

    def close(self):
        self._folder.cleanup()
        self._release()


def sweep(folder):
    """Remove the workspaces of processes that were ended by force: nobody holds their locks."""
    for path in glob.glob(os.path.join(glob.escape(folder), PREFIX + "*")):
        with contextlib.suppress(OSError):
            found = os.lstat(path)
            if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode) \
                    or time.time() - found.st_mtime < YOUNG_S:
                continue
            lock = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(lock)


def spec_of_file(layer):
    """The layer spec of a layer that is a file as it stands, else None."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path, name = parts.pop("path", None) or "", parts.pop("layerName", None) or ""
    narrowed = any(value not in (None, "", [], {}) for value in parts.values())
    fields = layer.dataProvider().fields().names()  # without what is joined or computed
    crs = layer.crs().authid()
    plain = os.path.exists(path) and "|" not in path + name and not layer.subsetString() \
        and not narrowed and not (layer.isEditable() and layer.isModified()) \
        and layer.fields().names() == fields and layer.crs() == layer.dataProvider().crs() \
        and not crs.startswith("USER:")  # known to this QGIS only
    if not plain:
        return None
    return path + (f"|layername={name}" if name else "") + (f"|crs={crs}" if crs else "")


def layer_spec(layer, work):
    """The layer spec of any vector layer: its own file, or a copy in the workspace."""
    if layer.isSpatial():
        need_crs(layer.crs())
    return spec_of_file(layer) or copy_spec(layer, layer.crs(), layer.wkbType(), work, layer.name())


def source_spec(source, work):
    """The same for a feature source, with its selection and filters."""
    return copy_spec(source, source.sourceCrs(), source.wkbType(), work, source.sourceName())


def copy_spec(features, crs, kind, work, name):
    """Copy features to a GeoPackage whose file name still says what they were."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "".join(c if c.isalnum() or c in "-_" else "_" for c in name) or "layer"
    path = work.path(".gpkg", options.layerName)
    options.layerOptions = ["SPATIAL_INDEX=NO", "FID=community_fid"]
    fields = features.fields()
    writer = QgsVectorFileWriter.create(path, fields, QgsWkbTypes.multiType(kind)
                                        if QgsWkbTypes.geometryType(kind) == 2 else kind, crs,
                                        QgsCoordinateTransformContext(), options)
    for feature in features.getFeatures():
        copy = QgsFeature(fields)
        copy.setAttributes(feature.attributes())
        copy.setGeometry(feature.geometry())
        writer.addFeature(copy)
    if writer.hasError():
        raise QgsProcessingException(writer.errorMessage())
    del writer  # it writes at the latest here
    return f"{path}|layername={options.layerName}"


def need_crs(crs):
    if not crs.isValid():
        raise QgsProcessingException(
            tr("The layer has no CRS: set it in Layer > Set Layer CRS, then run again."))


class ToWgs84:
    """Carries points of a CRS to longitude and latitude."""

    def __init__(self, crs, context):
        need_crs(crs)
        target = wgs84()
        self.carry = None if crs == target else QgsCoordinateTransform(crs, target, context)

    def place(self, feature):
        """(lon, lat), or None where the feature has no single place on the globe."""
        try:
            return self.of(feature.geometry())
        except TypeError:
            raise QgsProcessingException(
                tr("The layer has lines or areas where points are needed: choose a layer of "
                   "points.")) from None

    def of(self, geometry):
        if geometry.isNull() or geometry.isEmpty():
            return None
        if geometry.isMultipart():
            parts = geometry.asMultiPoint()
            if len(parts) != 1:
                return None
            point = parts[0]
        else:
            point = geometry.asPoint()
        if self.carry is not None:
            try:
                point = self.carry.transform(point)
            except QgsCsException:  # its words hold the place
                return None
        on_globe = abs(point.x()) <= 180 and abs(point.y()) <= 90
        return (point.x(), point.y()) if on_globe else None


class Clock:
    """Reads times as QGIS hands them over: with a zone, without one (then in `zone`), or as text.

    QGIS up to 3.22 drops the zone of times in files, so that what has none is the agency's clock.
    """

    def __init__(self, lib, zone):
        self.lib, self.zone, self.unread = lib, zone, 0

    def moment(self, value):
        """Milliseconds since 1970, TIME_UNKNOWN for what is no time (counted in `unread`)."""
        if value is None or value == "" or (hasattr(value, "isNull") and value.isNull()):
            return TIME_UNKNOWN
        if isinstance(value, QDateTime):
            if value.timeSpec() != Qt.TimeSpec.LocalTime:
                return value.toMSecsSinceEpoch()
            value = value.toString("yyyy-MM-ddTHH:mm:ss.zzz")
        elif isinstance(value, QDate):
            value = value.toString("yyyy-MM-dd")
        try:
            return self.lib.time(value, self.zone)
        except CommunityError:
            self.unread += 1
            return TIME_UNKNOWN
