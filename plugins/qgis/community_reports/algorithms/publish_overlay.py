# SPDX-License-Identifier: GPL-2.0-or-later
"""Publish a protected overlay."""

import os

from qgis.core import (QgsProcessing, QgsProcessingOutputNumber, QgsProcessingParameterDateTime,
                       QgsProcessingParameterFeatureSource, QgsProcessingParameterField,
                       QgsProcessingParameterFile, QgsProcessingParameterFileDestination,
                       QgsProcessingParameterMultipleLayers, QgsProcessingParameterString,
                       QgsProcessingParameterVectorLayer)

from .. import layers, settings, tables
from ..binding import TIME_OPEN_END, TIME_UNKNOWN
from ..words import tr
from .base import ANY_LAYER, AREAS, CommunityAlgorithm, advanced

FIELDS = (("REF_FIELD", "source_ref"), ("TIME_FIELD", "occurred"), ("CATEGORY_FIELD", "category"))


class PublishOverlay(CommunityAlgorithm):
    NAME, GROUP = "publishoverlay", "privacy"
    TITLE = "Publish a protected overlay"
    TAGS = "publish,overlay,open data,map,suppression,small cells,mask,release"
    HELP = ("Writes what the policy lets out, and nothing else: beats with their counts, small "
            "ones suppressed; protected points with the radius that each promises; styles, times "
            "and a description, in one GeoPackage that replaces the old one in one step, so that "
            "nobody reads half of it. From a store, or straight from a layer of reports and "
            "beats, which then leave no trace.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.addParameter(QgsProcessingParameterFile(
            "STORE", tr("Store (empty: publish the reports below)"), optional=True,
            fileFilter=tr("Stores") + " (*.db)"))
        self.addParameter(QgsProcessingParameterFeatureSource(
            "INPUT", tr("Reports"), [QgsProcessing.TypeVectorPoint], optional=True))
        for (name, _), title in zip(FIELDS, (tr("Report number"), tr("Time"), tr("Category"))):
            self.addParameter(QgsProcessingParameterField(
                name, title, parentLayerParameterName="INPUT", optional=True))
        self.add_beats(optional=True)
        self.addParameter(QgsProcessingParameterMultipleLayers(
            "FENCES", tr("Geofences"), AREAS, optional=True))
        self.addParameter(QgsProcessingParameterVectorLayer(
            "ADDRESSES", tr("Addresses"), [ANY_LAYER], optional=True))
        self.add_mask_key(optional=True)
        self.addParameter(QgsProcessingParameterFile(
            "POLICY", tr("Policy file (empty: the built-in one)"), optional=True,
            defaultValue=settings.get(settings.POLICY) or None))
        self.add_zone()
        for name, title in (("SINCE", tr("From")),
                            ("UNTIL", tr("To (first moment not published)"))):
            self.addParameter(advanced(QgsProcessingParameterDateTime(name, title,
                                                                      optional=True)))
        self.addParameter(advanced(QgsProcessingParameterString("PAGE_TITLE", tr("Heading"),
                                                                optional=True)))
        for name, title, kind, given in (
                ("OUTPUT", tr("Overlay"), "GeoPackage (*.gpkg)", True),
                ("HTML", tr("Page"), "HTML (*.html)", False),
                ("GEOJSON", tr("Protected points"), "GeoJSON (*.geojson)", False),
                ("CSV", tr("Counts by beat"), "CSV (*.csv)", False)):
            self.addParameter(QgsProcessingParameterFileDestination(
                name, title, kind, optional=not given, createByDefault=given))
        for name, title in (("REPORTS", tr("Reports published")),
                            ("POINTS", tr("Protected points")),
                            ("SUPPRESSED", tr("Beats whose number is not shown")),
                            ("REFUSED", tr("Reports that were refused"))):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def gather(self):
        self.layers, self.fences = self.specs("BEATS"), self.specs("FENCES")
        self.addresses = self.spec("ADDRESSES")

    def compute(self):
        store, refused = self.file("STORE"), 0
        if not store:
            store, refused = self.passing_store()
        files = {name.lower(): self.output(name) for name in ("HTML", "GEOJSON", "CSV")}
        files["gpkg"] = self.output("OUTPUT")
        since, until = (self.moment(name, otherwise) for name, otherwise in
                        (("SINCE", TIME_UNKNOWN), ("UNTIL", TIME_OPEN_END)))
        totals = self.lib.publish(store, self.host(), since=since, until=until,
                                  title=self.text("PAGE_TITLE") or None,
                                  **{name: path or None for name, path in files.items()})
        self.load_package(files["gpkg"])
        return {"OUTPUT": files["gpkg"], "HTML": files["html"], "GEOJSON": files["geojson"],
                "CSV": files["csv"], **{name.upper(): n for name, n in totals.items()},
                "REFUSED": refused}

    def moment(self, name, otherwise):
        value = self.parameterAsDateTime(self.parameters, name, self.context)
        return self.clock().moment(value) if value.isValid() else otherwise

    def passing_store(self):
        """A store of the layers that lives as long as this run; nobody can open what it seals."""
        source = self.source("INPUT", optional=True)
        if source is None or not self.layers or not self.text("REF_FIELD"):
            raise self.failure(tr("Give a store, or reports with the field of their number, and "
                                  "beats."))
        public, secret, store = (self.work.path(ending) for ending in (".pub", ".key", ".db"))
        self.lib.make_seal_keys(public, secret)
        os.unlink(secret)
        self.lib.make_store(store, self.layers, public, self.host(10), self.fences,
                            self.beat_options(), {"time_zone": self.text("TIME_ZONE") or None},
                            addresses=self.addresses, policy=self.file("POLICY") or None)
        given = self.work.path(".csv")
        named = [(self.text(name), field) for name, field in FIELDS if self.text(name)]
        tables.write_points(given, self.each(source), layers.ToWgs84(
            source.sourceCrs(), self.context.transformContext()), named, ("lon", "lat"))
        key = self.mask_key()
        if not key:
            key = self.work.path(".key")
            self.lib.make_mask_key(key)
            self.feedback.pushWarning(tr("No mask key was given: the next edition will move the "
                                         "same reports elsewhere, which gives more away. Give a "
                                         "key that you keep."))
        counts, reasons = self.lib.ingest(store, [given], self.host(50), mask_key=key,
                                          source=source.sourceName() or "layer")
        for code, number in sorted(reasons.items()):
            name, sentence = self.lib.reason(code)
            self.feedback.pushWarning(f"{number} {name}: {sentence}")
        if counts["read"] and not counts["accepted"]:
            raise self.failure(tr("None of the reports can be taken in; no overlay was written."))
        return store, counts["refused"]
