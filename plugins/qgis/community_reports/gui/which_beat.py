# SPDX-License-Identifier: GPL-2.0-or-later
"""The map tool "Which beat?", and the answer in words."""

from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException,
                       QgsPointXY, QgsProject)
from qgis.gui import QgsMapToolEmitPoint, QgsVertexMarker
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ..layers import WGS84
from ..words import tr

RELATIONS = {
    "inside": lambda: tr("inside"), "on_edge": lambda: tr("on an edge that beats share"),
    "overlap": lambda: tr("where beats overlap"),
    "gap_nearest": lambda: tr("in a gap between beats; this is the nearest"),
    "outside": lambda: tr("outside every beat"),
    "no_version": lambda: tr("no version of the beats covers this date")}


class NoPlace(Exception):
    """Why a point of the map is no place on the globe, in words."""


def to_globe(point, canvas):
    """(lon, lat) of a point of the map."""
    crs = canvas.mapSettings().destinationCrs()
    if not crs.isValid():
        raise NoPlace(tr("The project has no CRS: choose one in Project > Properties > CRS."))
    try:
        found = _transform(crs, WGS84).transform(point)
    except QgsCsException:
        found = QgsPointXY(float("nan"), float("nan"))
    if not (-180 <= found.x() <= 180 and -90 <= found.y() <= 90):
        raise NoPlace(tr("This point of the map is no place on the globe."))
    return found.x(), found.y()


def to_map(lon, lat, canvas):
    """The same the other way; None where the map cannot show it."""
    crs = canvas.mapSettings().destinationCrs()
    try:
        return _transform(WGS84, crs).transform(QgsPointXY(lon, lat)) if crs.isValid() else None
    except QgsCsException:
        return None


def _transform(source, target):
    return QgsCoordinateTransform(QgsCoordinateReferenceSystem(source),
                                  QgsCoordinateReferenceSystem(target), QgsProject.instance())


def describe(answer, lon, lat, as_of):
    """What the library answered, line by line, as dispatch would paste it."""
    lines = [tr("Beat: {}").format(_named(answer.beat, answer.name) or tr("none"))
             + f" ({RELATIONS[answer.relation]()})"]
    if answer.version:
        lines.append(tr("Version: {}").format(answer.version))
    lines.append(tr("As of: {}").format(as_of or tr("the latest beats")))
    if answer.margin_m == answer.margin_m:  # a number
        lines.append(tr("Distance to the nearest edge: {} m").format(f"{answer.margin_m:.1f}"))
    lines.append(tr("Ambiguous: yes, another beat is as good an answer") if answer.ambiguous
                 else tr("Ambiguous: no"))
    if answer.candidates:
        lines.append(tr("Candidates: {}").format(", ".join(
            f"{beat} ({metres:.1f} m)" for beat, metres in answer.candidates)))
    lines.append(tr("Latitude {}, longitude {} (WGS 84)").format(f"{lat:.6f}", f"{lon:.6f}"))
    return "\n".join(lines)


def _named(beat, name):
    return f"{beat}, {name}" if name and name != beat else beat


class WhichBeatTool(QgsMapToolEmitPoint):
    """Asks about each point that is clicked, and marks it."""

    def __init__(self, canvas, asked):
        super().__init__(canvas)
        self.setToolName(tr("Which beat?"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.asked, self.mark = asked, None

    def canvasReleaseEvent(self, event):  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked(event.mapPoint())

    def show_mark(self, point):
        if self.mark is None:
            self.mark = QgsVertexMarker(self.canvas())
            self.mark.setIconType(QgsVertexMarker.IconType.ICON_CROSS)
            self.mark.setIconSize(14)
            self.mark.setPenWidth(3)
            self.mark.setColor(QColor("#d55e00"))
        self.mark.setCenter(point)
        self.mark.show()

    def remove_mark(self):
        if self.mark is not None:
            self.canvas().scene().removeItem(self.mark)
            self.mark = None
