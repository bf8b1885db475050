# SPDX-License-Identifier: GPL-2.0-or-later
"""Mask points."""

from qgis.core import (QgsFeature, QgsGeometry, QgsPointXY, QgsProcessingOutputNumber,
                       QgsProcessingParameterEnum, QgsProcessingParameterFeatureSink,
                       QgsProcessingParameterField, QgsProcessingParameterNumber,
                       QgsProcessingParameterVectorLayer, QgsWkbTypes)

from .. import layers, precision, styles, tables
from ..binding import LAWS, REGIONS
from ..words import tr
from .base import ANY_LAYER, POINTS, CommunityAlgorithm, advanced, fields_of

CHOICES = ("auto", "lattice", "donut", "grid", "anchor", "snap", "street")
SAID = (("mask_law", "text"), ("mask_radius_m", "real"), ("mask_status", "text"),
        ("mask_note", "text"))
ID, WHEN = "id", "community_when"
TAKEN = {"id", "fid", *(name for name, _ in SAID)}


class MaskPoints(CommunityAlgorithm):
    NAME, GROUP = "maskpoints", "privacy"
    TITLE = "Mask points"
    TAGS = ("geomasking,anonymise,anonymize,fuzz,jitter,displace,donut,obfuscate,privacy,"
            "planar laplace")
    HELP = ("Moves each report by a rule whose promise can be stated, under a secret key: the "
            "same report gets the same place every time, so that publishing it again tells "
            "nothing new. No field leaves unless you name it, and a value that tells a place or a "
            "person is refused. A point that cannot be protected is withheld, never moved less. "
            "The masked points are in WGS 84.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports()
        self.addParameter(QgsProcessingParameterField(
            "ID_FIELD", tr("Field that identifies a report"), parentLayerParameterName="INPUT"))
        self.add_mask_key()
        self.addParameter(QgsProcessingParameterEnum(
            "LAW", tr("Mask law"), [self.law_title(law) for law in CHOICES], defaultValue=1))
        self.addParameter(QgsProcessingParameterField(
            "KEEP_FIELDS", tr("Fields to keep (none unless named)"),
            parentLayerParameterName="INPUT", allowMultiple=True, optional=True))
        self.number_parameter("EPSILON", tr("Lattice, street: privacy per metre"), 0.01, 1e-5, 1)
        self.number_parameter("RADIUS", tr("Donut: outer radius; grid: side (metres)"), 250, 1, 1e5)
        self.number_parameter("INNER_RADIUS", tr("Donut: inner radius (metres)"), 50, 0, 1e5)
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "K", tr("Anchor: addresses that share one"), defaultValue=8, minValue=2,
            maxValue=10000)))
        self.addParameter(advanced(QgsProcessingParameterEnum(
            "REGION", tr("Keep in the beat of the true place"),
            [tr("No"), tr("Nearest lattice point in the beat"), tr("Draw again until in the beat")],
            defaultValue=0)))
        self.add_beats(optional=True)
        self.add_time()
        for name, title in (("ADDRESSES", tr("Addresses (anchor)")),
                            ("SNAP_TO", tr("Published points (snap) or roads (street)"))):
            self.addParameter(advanced(QgsProcessingParameterVectorLayer(
                name, title, [ANY_LAYER], optional=True)))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Masked reports"), POINTS))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Masked reports")))
        self.addOutput(QgsProcessingOutputNumber("WITHHELD", tr("Withheld reports")))

    def number_parameter(self, name, title, value, low, high):
        self.addParameter(advanced(QgsProcessingParameterNumber(
            name, title, QgsProcessingParameterNumber.Double, value, False, low, high)))

    @staticmethod
    def law_title(law):
        return {"auto": tr("Anchor where addresses are given, else lattice"),
                "lattice": tr("Lattice: exact planar Laplace noise (recommended)"),
                "donut": tr("Donut: between two radii"),
                "grid": tr("Grid: a corner of a fixed cell"),
                "anchor": tr("Anchor: shared by k addresses of one beat"),
                "snap": tr("Snap: nearest point of a published list"),
                "street": tr("Street: as lattice, then on a road")}[law]

    def gather(self):
        self.layers = self.specs("BEATS")
        self.addresses, self.snap_to = (self.spec(name) for name in ("ADDRESSES", "SNAP_TO"))

    def compute(self):
        source = self.source("INPUT")
        keep = self.kept(source.fields())
        beats = self.lib.beats(self.layers, self.host(5), **self.beat_options()) \
            if self.layers else None
        masker = self.masker(beats)
        self.feedback.pushInfo(masker.guarantee)
        time = self.time_field()
        given = self.work.path(".csv")
        columns = [(self.text("ID_FIELD"), ID), (time, WHEN), *((name, name) for name in keep)]
        tables.write_points(given, self.each(source),
                            layers.ToWgs84(source.sourceCrs(), self.context.transformContext()),
                            [column for column in columns if column[0]])
        made = self.work.path(".csv")
        masker.mask_table(given, made, self.host(), id_column=ID, keep=keep,
                          lon_column=tables.LON, lat_column=tables.LAT,
                          time_column=WHEN if time else None, as_of=self.as_of(),
                          time_zone=self.text("TIME_ZONE"))
        return self.read(made, source, keep)

    def kept(self, fields):
        """The names of the fields to keep, as the layer spells them; the id is kept anyway."""
        asked = [fields.lookupField(name) for name in self.parameterAsFields(
            self.parameters, "KEEP_FIELDS", self.context)]
        identity = fields.lookupField(self.text("ID_FIELD"))
        names = [fields.at(index).name() for index in dict.fromkeys(asked) if index != identity]
        for name in names:
            if name.lower() in TAKEN:
                raise self.failure(tr("A field {} cannot be kept: the masked layer has one of its "
                                      "own. Rename it first.").format(name))
        return names

    def masker(self, beats):
        return self.lib.masker(
            beats, self.host(10), law=LAWS.index(self.choice("LAW", CHOICES)),
            region=self.choice("REGION", range(len(REGIONS))), k=self.whole("K"),
            epsilon_per_m=self.number("EPSILON"), radius_m=self.number("RADIUS"),
            inner_radius_m=self.number("INNER_RADIUS"), addresses=self.addresses,
            snap_to=self.snap_to, key_file=self.mask_key())

    def read(self, path, source, keep):
        """The table of the library as features."""
        fields = fields_of(("id", "text"), *SAID)
        for name in keep:
            fields.append(source.fields().field(name))
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.Point,
                                layers.wgs84())
        count = withheld = 0
        for row in self.watched(tables.rows(path)):
            feature = QgsFeature(fields)
            values = [row[ID], *(row[name] for name, _ in SAID)]
            values[2] = float(values[2]) if values[2] else None
            feature.setAttributes(tables.convert(values + [row[name] for name in keep], fields))
            if row["mask_status"] == "ok":
                count += 1
                feature.setGeometry(QgsGeometry.fromPointXY(
                    QgsPointXY(float(row["lon"]), float(row["lat"]))))
            else:
                withheld += 1
            self.put(sink, feature, "OUTPUT")
        if withheld:
            self.feedback.pushWarning(tr("{} reports are withheld: mask_note says why.")
                                      .format(withheld))
        self.style(where, styles.masked, precision.PROTECTED)
        return {"OUTPUT": where, "COUNT": count, "WITHHELD": withheld}
