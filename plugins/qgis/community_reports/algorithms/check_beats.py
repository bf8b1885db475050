# SPDX-License-Identifier: GPL-2.0-or-later
"""Check beat boundaries."""

import json
import math

from qgis.core import (QgsFeature, QgsGeometry, QgsPointXY, QgsProcessingOutputNumber,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterFileDestination,
                       QgsProcessingParameterNumber, QgsWkbTypes)

from .. import layers, styles
from ..words import tr
from .base import AREAS, POINTS, CommunityAlgorithm, advanced, fields_of

FAULT = 1
UNITS = ("", "m2", "m")
ROW = (("flaw", "text"), ("severity", "text"), ("what", "text"), ("advice", "text"),
       ("beat", "text"), ("other_beat", "text"), ("layer", "text"), ("feature", "int"),
       ("other_feature", "int"), ("size", "real"), ("unit", "text"), ("width_m", "real"),
       ("times", "int"))


class CheckBeats(CommunityAlgorithm):
    NAME, GROUP = "checkbeats", "beats"
    TITLE = "Check beat boundaries"
    TAGS = "topology,gap,overlap,sliver,validity,boundary,beat,quality"
    HELP = ("Finds what is wrong with beats before it costs counts: gaps and overlaps between "
            "beats in force at the same time, slivers, rings that cross themselves, beats without "
            "an id, dates that overlap or are reversed, a CRS that cannot be right. Each finding "
            "has a place, a size and advice. A fault loses answers or makes them wrong; a doubt "
            "should be looked at.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_beats()
        self.add_zone()
        for name, title, value in (
                ("SLIVER", tr("Narrower than this is a sliver (metres)"), 1),
                ("IGNORE", tr("Narrower than this is rounding (metres)"), 0.001)):
            self.addParameter(advanced(QgsProcessingParameterNumber(
                name, title, QgsProcessingParameterNumber.Double, value, False, 0, 1000)))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Findings"), POINTS))
        self.addParameter(QgsProcessingParameterFeatureSink(
            "AREAS", tr("Ground that is lost or claimed twice"), AREAS, optional=True,
            createByDefault=False))
        self.addParameter(QgsProcessingParameterFileDestination(
            "HTML", tr("Report"), tr("Web pages") + " (*.html)", optional=True,
            createByDefault=False))
        self.addOutput(QgsProcessingOutputNumber("FAULTS", tr("Faults")))
        self.addOutput(QgsProcessingOutputNumber("DOUBTS", tr("Doubts")))

    def gather(self):
        self.layers = self.specs("BEATS")

    def compute(self):
        check = self.lib.check(self.layers, self.host(), self.beat_options(),
                               sliver_m=self.number("SLIVER"), ignore_m=self.number("IGNORE"))
        fields = fields_of(*ROW)
        wgs84 = layers.wgs84()
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.Point, wgs84)
        areas, elsewhere = self.sink("AREAS", fields, QgsWkbTypes.MultiPolygon, wgs84, True)
        tally = {"fault": 0, "doubt": 0}
        for flaw in check.flaws():
            row = self.row(flaw, fields)
            tally[row["severity"]] += 1
            if not math.isnan(flaw["at"].lon_deg):
                row.setGeometry(QgsGeometry.fromPointXY(
                    QgsPointXY(flaw["at"].lon_deg, flaw["at"].lat_deg)))
            self.put(sink, row, "OUTPUT")
            shape = area_of(flaw["geometry"])
            if areas is not None and shape is not None:
                row.setGeometry(shape)
                self.put(areas, row, "AREAS")
        page = self.output("HTML")
        if page:
            check.write_page(page)
        self.feedback.pushInfo(tr("{fault} faults, {doubt} doubts").format(**tally))
        self.style(where, styles.flaws)
        found = {"OUTPUT": where, "HTML": page, "FAULTS": tally["fault"],
                 "DOUBTS": tally["doubt"]}
        return {**found, "AREAS": elsewhere} if areas is not None else found

    @staticmethod
    def row(flaw, fields):
        values = {**flaw, "flaw": flaw["name"], "times": flaw["count"],
                  "severity": "fault" if flaw["severity"] == FAULT else "doubt",
                  "unit": UNITS[flaw["unit"]]}
        feature = QgsFeature(fields)
        feature.setAttributes([None if values[name] != values[name] else values[name]
                               for name, _ in ROW])
        return feature


def area_of(text):
    """The polygons of a GeoJSON geometry, or None."""
    geometry = json.loads(text) or {}
    parts = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}.get(geometry.get("type"))
    if parts is None:
        return None
    return QgsGeometry.fromMultiPolygonXY([
        [[QgsPointXY(*point[:2]) for point in ring] for ring in part]
        for part in parts(geometry["coordinates"])])
