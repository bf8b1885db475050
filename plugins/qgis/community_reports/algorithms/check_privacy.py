# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what a masked layer gives away."""

from qgis.core import (QgsFeature, QgsProcessing, QgsProcessingOutputBoolean,
                       QgsProcessingOutputNumber, QgsProcessingParameterEnum,
                       QgsProcessingParameterFeatureSink,
                       QgsProcessingParameterField, QgsProcessingParameterFileDestination,
                       QgsProcessingParameterMultipleLayers, QgsProcessingParameterNumber,
                       QgsProcessingParameterVectorLayer, QgsWkbTypes)

from .. import layers, tables
from ..binding import LAWS
from ..words import tr
from .base import ANY_LAYER, POINTS, CommunityAlgorithm, advanced, fields_of, file_parameter

VERDICTS = ("info", "pass", "fail")
ROW = (("attack", "text"), ("what", "text"), ("value", "real"), ("low", "real"), ("high", "real"),
       ("baseline", "real"), ("limit", "real"), ("unit", "text"), ("verdict", "text"),
       ("note", "text"), ("trials", "int"))
PLACES = ("lon", "lat")
# A shapefile cuts names after ten letters.
RENAMED = {"mask_law": "law", "mask_radius_m": "radius_m", "mask_radiu": "radius_m"}


class CheckPrivacy(CommunityAlgorithm):
    NAME, GROUP = "checkprivacy", "privacy"
    TITLE = "Check what a masked layer gives away"
    TAGS = "privacy,risk,attack,k-anonymity,disclosure,reidentification,displacement,averaging"
    HELP = ("Attacks a masked layer as somebody would who knows the addresses and the mask law, "
            "but not the key, and compares the result with the truth: how often the true address "
            "is named, how far the points moved, what several releases of the same reports give "
            "away together, and what the layer is still good for. A layer that passes is not "
            "proven safe; one that fails must not leave. The page shows no place and no report.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports("TRUTH", tr("Reports with their true places"))
        self.addParameter(QgsProcessingParameterField(
            "ID_FIELD", tr("Field that identifies a report, of the same name in the masked layer"),
            parentLayerParameterName="TRUTH"))
        self.addParameter(QgsProcessingParameterMultipleLayers(
            "PUBLISHED", tr("Masked layers: one, or all releases of the same reports in order"),
            POINTS))
        self.addParameter(QgsProcessingParameterVectorLayer(
            "ADDRESSES", tr("Addresses that an attacker would consider"), [ANY_LAYER],
            optional=True))
        self.add_beats(optional=True)
        self.addParameter(advanced(QgsProcessingParameterField(
            "TIME_FIELD", tr("Time of the report"), parentLayerParameterName="TRUTH",
            optional=True)))
        self.add_zone()
        self.addParameter(advanced(file_parameter("POLICY", tr("Policy file"), optional=True)))
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "K", tr("No address may be named more often than once in (0: as the policy says)"),
            defaultValue=0, minValue=0)))
        self.addParameter(advanced(QgsProcessingParameterEnum(
            "LAW", tr("Mask law, where the layer does not say"), [tr("As the layer says"),
                                                                  *LAWS[1:]], defaultValue=0)))
        for name, title in (("RADIUS", tr("Its outer radius or cell side (metres)")),
                            ("INNER_RADIUS", tr("Its inner radius (metres)")),
                            ("EPSILON", tr("Its privacy per metre"))):
            self.addParameter(advanced(QgsProcessingParameterNumber(
                name, title, QgsProcessingParameterNumber.Double, 0, False, 0)))
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "TRIALS", tr("Reports attacked, at most"), defaultValue=500, minValue=1)))
        self.addParameter(QgsProcessingParameterFeatureSink(
            "OUTPUT", tr("Findings"), QgsProcessing.TypeVector))
        self.addParameter(QgsProcessingParameterFileDestination(
            "HTML", tr("Report"), tr("Web pages") + " (*.html)", optional=True))
        self.addOutput(QgsProcessingOutputBoolean("PASSED", tr("Within every limit")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", tr("Limits that are not kept")))

    def gather(self):
        self.layers = self.specs("BEATS")
        self.addresses = self.spec("ADDRESSES")
        self.published = self.parameterAsLayerList(self.parameters, "PUBLISHED", self.context)
        self.releases = [self.release(layer) for layer in self.published]

    def release(self, layer):
        """A release as the library reads it: its own fields, and the id under a name it knows."""
        path = self.work.path(".csv")
        carry = layers.ToWgs84(layer.crs(), self.context.transformContext())
        identity = self.release_id(layer)
        columns = {"report_id": identity}
        for name in (field.name() for field in layer.fields()):
            column = RENAMED.get(name.lower(), name)
            if column.lower() in PLACES:  # the place that was published is the point
                column += "_of_layer"
            if name != identity and column.lower() not in {"fid", *map(str.lower, columns)}:
                columns[column] = name
        tables.write_points(path, layer.getFeatures(), carry,
                            [(name, column) for column, name in columns.items()], PLACES)
        return path

    def release_id(self, layer):
        names = {f.name().lower(): f.name() for f in layer.fields()}
        for name in (self.text("ID_FIELD").lower(), "report_id", "id"):
            if name in names:
                return names[name]
        raise self.failure(tr("{} has no field {}: masked layers must say which report a point is.")
                           .format(layer.name(), self.text("ID_FIELD")))

    def compute(self):
        source = self.source("TRUTH")
        truth = self.work.path(".csv")
        time = self.text("TIME_FIELD")
        tables.write_points(
            truth, self.each(source),
            layers.ToWgs84(source.sourceCrs(), self.context.transformContext()),
            [(self.text("ID_FIELD"), "report_id")] + ([(time, "occurred")] if time else []),
            PLACES)
        beats = self.lib.beats(self.layers, self.host(10), **self.beat_options()) \
            if self.layers else None
        page = self.output("HTML")
        passed, findings = self.lib.attack(
            truth, self.releases, page, self.host(), addresses=self.addresses,
            policy=self.file("POLICY") or None, k=self.whole("K"), trials=self.whole("TRIALS"),
            time_zone=self.text("TIME_ZONE") or None, beats=beats,
            law=self.parameterAsEnum(self.parameters, "LAW", self.context),
            radius_m=self.number("RADIUS"), inner_radius_m=self.number("INNER_RADIUS"),
            epsilon_per_m=self.number("EPSILON"))
        fields = fields_of(*ROW)
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.NoGeometry, source.sourceCrs())
        for finding in findings:
            finding = {**finding, "attack": finding["name"],
                       "verdict": VERDICTS[finding["verdict"]]}
            row = QgsFeature(fields)
            row.setAttributes([None if finding[name] != finding[name] else finding[name]
                               for name, _ in ROW])
            self.put(sink, row, "OUTPUT")
            if finding["verdict"] == "fail":
                self.feedback.reportError(f"{finding['what']}: {finding['note']}")
        failed = sum(finding["verdict"] == VERDICTS.index("fail") for finding in findings)
        self.feedback.pushInfo(tr("Within every limit.") if passed else
                               tr("Beyond {} limits: do not publish this layer.").format(failed))
        return {"OUTPUT": where, "HTML": page, "PASSED": passed, "FAILED": failed}
