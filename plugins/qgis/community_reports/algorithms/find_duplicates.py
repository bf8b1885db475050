# SPDX-License-Identifier: GPL-2.0-or-later
"""Find likely duplicates."""

from qgis.core import (QgsFeature, QgsGeometry, QgsProcessing, QgsProcessingOutputNumber,
                       QgsProcessingParameterBoolean, QgsProcessingParameterEnum,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterField,
                       QgsProcessingParameterNumber, QgsWkbTypes)

from .. import layers, tables
from ..words import tr
from .base import CommunityAlgorithm, advanced, fields_of

LINK = (("first", "text"), ("second", "text"), ("metres", "real"), ("minutes", "real"),
        ("match_type", "text"), ("kind", "text"), ("group_id", "int"), ("originator", "text"),
        ("originator_tied", "int"))


class FindDuplicates(CommunityAlgorithm):
    NAME, GROUP = "finduplicates", "reports"
    TITLE = "Find likely duplicates"
    TAGS = "duplicate,near repeat,same incident,many callers,space time,match,link,group"
    HELP = ("Links reports that may tell of one event, because they are near in place and time: "
            "many callers, one incident. Each pair is linked once, the earlier report first. "
            "Reports that links join are one group, which names its originator; where several "
            "were the first at the same moment, originator_tied says so. Nothing is merged or "
            "removed: that is for people to decide.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports()
        for name, title, optional in (("ID_FIELD", tr("Field that identifies a report"), False),
                                      ("TIME_FIELD", tr("Time of the report"), False),
                                      ("CATEGORY_FIELD", tr("Category of the report"), True),
                                      ("SOURCE_FIELD", tr("Who sent the report"), True)):
            self.addParameter(QgsProcessingParameterField(
                name, title, parentLayerParameterName="INPUT", optional=optional))
        for name, title, value, most in (("RADIUS", tr("Near in place (metres)"), 100, 1e5),
                                         ("MINUTES", tr("Near in time (minutes)"), 60, 5256000)):
            self.addParameter(QgsProcessingParameterNumber(
                name, title, QgsProcessingParameterNumber.Double, value, False, 0, most))
        self.addParameter(QgsProcessingParameterEnum(
            "MATCH", tr("Link reports that are near"),
            [tr("in place and time"), tr("in place"), tr("in time")], allowMultiple=True,
            defaultValue=[0]))
        self.addParameter(QgsProcessingParameterBoolean(
            "SAME_CATEGORY", tr("Of one category only"), False))
        self.add_zone()
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Links"),
                                                            QgsProcessing.TypeVectorLine))
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "MAX_LINKS", tr("Refuse to make more links than"), defaultValue=1000000, minValue=1)))
        for name, title in (("LINKS", tr("Links")), ("GROUPS", tr("Groups"))):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(self):
        source = self.source("INPUT")
        given, made = self.work.path(".csv"), self.work.path(".csv")
        named = {column: self.text(name) for name, column in (
            ("ID_FIELD", "id"), ("TIME_FIELD", "occurred"), ("CATEGORY_FIELD", "category"),
            ("SOURCE_FIELD", "source")) if self.text(name)}
        carry = layers.ToWgs84(source.sourceCrs(), self.context.transformContext())
        places = {}
        tables.write_points(given, self.noted(source, named["id"], places), carry,
                            [(field, column) for column, field in named.items()])
        kinds = self.parameterAsEnums(self.parameters, "MATCH", self.context)
        self.lib.find_duplicates(
            given, made, self.host(), match=sum(1 << kind for kind in kinds) or 1,
            radius_m=self.number("RADIUS"), minutes=self.number("MINUTES"),
            same_category=int(self.flag("SAME_CATEGORY")), id_column="id", time_column="occurred",
            category_column="category" if "category" in named else None,
            source_column="source" if "source" in named else None,
            lon_column=tables.LON, lat_column=tables.LAT, max_links=self.whole("MAX_LINKS"),
            time_zone=self.text("TIME_ZONE") or None)
        return self.links(made, source, places)

    def noted(self, source, identity, places):
        for feature in self.each(source):
            places[tables.as_text(feature[identity])] = feature.geometry()
            yield feature

    def links(self, path, source, places):
        fields = fields_of(*LINK)
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.LineString, source.sourceCrs())
        links, groups = 0, set()
        for row in self.watched(tables.rows(path)):
            feature = QgsFeature(fields)
            feature.setAttributes(tables.convert([row[name] for name, _ in LINK], fields))
            ends = [places.get(row[end], QgsGeometry()) for end in ("first", "second")]
            if not any(end.isNull() or end.isEmpty() for end in ends):
                feature.setGeometry(QgsGeometry.fromPolylineXY(
                    [end.asMultiPoint()[0] if end.isMultipart() else end.asPoint()
                     for end in ends]))
            self.put(sink, feature, "OUTPUT")
            links += 1
            groups.add(row["group_id"])
        return {"OUTPUT": where, "LINKS": links, "GROUPS": len(groups)}
