# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare two versions of beats."""

from qgis.core import (QgsProcessingOutputNumber, QgsProcessingParameterEnum,
                       QgsProcessingParameterField, QgsProcessingParameterFileDestination,
                       QgsProcessingParameterNumber, QgsProcessingParameterString,
                       QgsProcessingParameterVectorLayer)

from ..words import tr
from .base import ANY_LAYER, POINTS, CommunityAlgorithm, advanced


class CompareBeats(CommunityAlgorithm):
    NAME, GROUP = "comparebeats", "beats"
    TITLE = "Compare two versions of beats"
    TAGS = "redistricting,crosswalk,realignment,boundary change,beat,version,areal weighting"
    HELP = ("Says what moved between two versions: which ground, how much of each beat, how many "
            "reports and people with it, and what is mere redrawing. The crosswalk adds up: what "
            "leaves the old beats is what the new ones gain. Give one layer with both versions, "
            "or two layers.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_beats("OLD", tr("Old beats"))
        self.add_beats("NEW", tr("New beats (empty: another version of the old layer)"), True)
        for name, title in (
                ("OLD_VERSION", tr("Old version: a date (empty: the latest of its layer)")),
                ("NEW_VERSION", tr("New version: a date (empty: the latest of its layer)"))):
            self.addParameter(QgsProcessingParameterString(name, title, optional=True))
        self.add_zone()
        self.addParameter(QgsProcessingParameterEnum(
            "UNIT", tr("Compare"), [tr("Beats"), tr("Sectors"), tr("Districts")], defaultValue=0))
        self.addParameter(QgsProcessingParameterVectorLayer(
            "POINTS", tr("Reports to count in both versions"), [POINTS], optional=True))
        self.addParameter(QgsProcessingParameterVectorLayer(
            "POPULATION", tr("People: points or areas"), [ANY_LAYER], optional=True))
        self.addParameter(QgsProcessingParameterField(
            "WEIGHT_FIELD", tr("Field that counts people"), optional=True,
            parentLayerParameterName="POPULATION"))
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "TOLERANCE", tr("Pieces with no room for a disc of this radius are redrawing (metres)"),
            QgsProcessingParameterNumber.Double, 5, False, 0, 10000)))
        for name, title, kind, given in (
                ("OUTPUT", tr("Comparison"), "GeoPackage (*.gpkg)", True),
                ("CSV", tr("Crosswalk"), "CSV (*.csv)", False),
                ("HTML", tr("Report"), "HTML (*.html)", False)):
            self.addParameter(QgsProcessingParameterFileDestination(
                name, title, kind, optional=not given, createByDefault=given))
        self.addOutput(QgsProcessingOutputNumber("ROWS", tr("Rows of the crosswalk")))

    def gather(self):
        self.old, self.new = self.specs("OLD"), self.specs("NEW")
        self.points, self.population = self.spec("POINTS"), self.spec("POPULATION")

    def compute(self):
        old = self.lib.beats(self.old, self.host(5), **self.beat_options("OLD"))
        new = self.lib.beats(self.new, self.host(10), **self.beat_options("NEW")) \
            if self.new else old
        zone = self.text("TIME_ZONE") or None
        versions = {side + "_version": beats.version_at(self.text(side.upper() + "_VERSION"), zone)
                    for side, beats in (("old", old), ("new", new))
                    if self.text(side.upper() + "_VERSION")}
        files = {name: self.output(parameter) or None
                 for name, parameter in (("gpkg", "OUTPUT"), ("csv", "CSV"), ("html", "HTML"))}
        rows = self.lib.compare(
            old, new, files, self.host(), unit=self.parameterAsEnum(
                self.parameters, "UNIT", self.context), tolerance_m=self.number("TOLERANCE"),
            points=self.points, population=self.population,
            weight_field=self.text("WEIGHT_FIELD") or None, **versions)
        self.load_package(files["gpkg"])
        return {"OUTPUT": files["gpkg"], "CSV": files["csv"], "HTML": files["html"], "ROWS": rows}
