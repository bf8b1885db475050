# SPDX-License-Identifier: GPL-2.0-or-later
"""Import reports into a store."""

import os

from qgis.core import (QgsCoordinateReferenceSystem, QgsFeature, QgsProcessing,
                       QgsProcessingOutputNumber, QgsProcessingParameterEnum,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterFile,
                       QgsProcessingParameterFileDestination, QgsProcessingParameterMultipleLayers,
                       QgsProcessingParameterString, QgsProcessingParameterVectorLayer, QgsWkbTypes)

from .. import settings
from ..words import tr
from .base import ANY_LAYER, AREAS, CommunityAlgorithm, advanced, fields_of, file_parameter

FORMATS = ("", "csv", "geojson", "ndjson", "json", "open311", "open311-form",
           "open311-xml")
COUNTS = ("read", "accepted", "duplicate", "refused", "withheld", "escalated", "ambiguous")


class IngestReports(CommunityAlgorithm):
    NAME, GROUP = "ingestreports", "reports"
    TITLE = "Import reports"
    TAGS = "import,csv,geojson,open311,intake,quarantine,store,seal"
    HELP = ("Takes a file of reports (CSV, GeoJSON, NDJSON, Open311) into a store: each is "
            "checked, tested against the geofences, given its beat, masked, and what is exact or "
            "personal is sealed under the public key of the agency. What cannot be taken in is "
            "refused with a reason and kept in quarantine; nothing is lost. Importing a file "
            "twice changes nothing. A store that does not exist is made, from beats and a policy.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.addParameter(file_parameter("INPUT", tr("File of reports")))
        self.addParameter(QgsProcessingParameterFileDestination(
            "STORE", tr("Store"), tr("Stores") + " (*.db)"))
        self.add_mask_key()
        self.addParameter(QgsProcessingParameterString(
            "MAPPING", tr("Columns: field=column, one a line (empty: found by name)"),
            multiLine=True, optional=True))
        self.addParameter(QgsProcessingParameterString(
            "SOURCE", tr("Who sends (empty: the file's name)"), optional=True))
        self.addParameter(advanced(QgsProcessingParameterEnum(
            "FORMAT", tr("Format"), [tr("found"), *FORMATS[1:]], defaultValue=0)))
        self.add_beats(title=tr("New store: beats"), optional=True)
        self.addParameter(QgsProcessingParameterMultipleLayers(
            "FENCES", tr("New store: geofences"), AREAS, optional=True))
        self.addParameter(QgsProcessingParameterVectorLayer(
            "ADDRESSES", tr("New store: addresses"), [ANY_LAYER], optional=True))
        self.addParameter(QgsProcessingParameterFile(
            "POLICY", tr("New store: policy file (empty: the built-in one)"), optional=True,
            defaultValue=settings.get(settings.POLICY) or None))
        self.addParameter(QgsProcessingParameterFile(
            "PUBLIC_KEY", tr("New store: public sealing key"), optional=True))
        self.add_zone()
        self.addParameter(QgsProcessingParameterFeatureSink(
            "REJECTS", tr("Refused reports, with the reason"), QgsProcessing.TypeVector,
            optional=True, createByDefault=False))
        for name, title in (
                ("READ", tr("Read")), ("ACCEPTED", tr("Accepted")), ("DUPLICATE", tr("Duplicate")),
                ("REFUSED", tr("Refused")), ("WITHHELD", tr("Withheld")),
                ("ESCALATED", tr("Escalated")), ("AMBIGUOUS", tr("Ambiguous"))):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def gather(self):
        self.layers, self.fences = self.specs("BEATS"), self.specs("FENCES")
        self.addresses = self.spec("ADDRESSES")

    def compute(self):
        store = self.output("STORE")
        if not os.path.exists(store):
            self.make_store(store)
        before = self.lib.refused(store)
        mapping = [line.strip() for line in self.text("MAPPING").splitlines() if line.strip()]
        counts, reasons = self.lib.ingest(
            store, [self.file("INPUT")], self.host(), mapping, mask_key=self.mask_key(),
            source=self.text("SOURCE") or None, format=self.choice("FORMAT", FORMATS) or None)
        for code, number in sorted(reasons.items()):
            self.feedback.pushWarning("{} {}: {}".format(number, *self.lib.reason(code)))
        if counts["advised"]:
            self.feedback.reportError(tr("{} reports speak of danger to life: read them now.")
                                      .format(counts["advised"]))
        return {"STORE": store, **{name.upper(): counts[name] for name in COUNTS},
                **self.rejects(store, before)}

    def rejects(self, store, before):
        """A row for each record that this run put into quarantine: what may be seen of it."""
        fields = fields_of(("number", "int"), ("reason", "text"), ("field", "text"),
                           ("what", "text"))
        sink, where = self.sink("REJECTS", fields, QgsWkbTypes.NoGeometry,
                                QgsCoordinateReferenceSystem(), optional=True)
        if sink is None:
            return {}
        for number, (code, field) in sorted(self.lib.refused(store).items()):
            if number not in before:
                name, sentence = self.lib.reason(code)
                row = QgsFeature(fields)
                row.setAttributes([number, name, field or None, sentence])
                self.put(sink, row, "REJECTS")
        return {"REJECTS": where}

    def make_store(self, store):
        if not self.layers or not self.file("PUBLIC_KEY"):
            raise self.failure(tr("There is no store {} yet: to make it, give beats and the public "
                                  "sealing key (community keygen makes one).").format(store))
        self.lib.make_store(
            store, self.layers, self.file("PUBLIC_KEY"), self.host(5), self.fences,
            self.beat_options(), {"time_zone": self.text("TIME_ZONE") or None},
            addresses=self.addresses, policy=self.file("POLICY") or None)
        self.feedback.pushInfo(tr("A new store was made.") + f" {store}")
