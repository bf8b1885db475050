# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts by beat and period."""

import collections
import math

from qgis.core import (NULL, QgsFeature, QgsProcessing, QgsProcessingOutputNumber,
                       QgsProcessingParameterBoolean, QgsProcessingParameterDateTime,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterField,
                       QgsProcessingParameterNumber, QgsProcessingParameterString, QgsWkbTypes)

from .. import layers, styles, tables
from ..binding import TIME_UNKNOWN
from ..words import tr
from .base import AREAS, CommunityAlgorithm, advanced, fields_of

ROW = (("beat", "text"), ("name", "text"), ("district", "text"), ("reports", "int"),
       ("low", "real"), ("high", "real"), ("previous", "int"), ("change_pct", "real"),
       ("per_km2", "real"))
Z = 1.959964  # 95 %


class CountByBeat(CommunityAlgorithm):
    NAME, GROUP = "countbybeat", "analysis"
    TITLE = "Counts by beat and period"
    TAGS = "count,choropleth,rate,change,poisson,differential privacy,statistics,beat,period"
    HELP = ("Counts every report once in the beat that it belonged to on its day, also on edges, "
            "with a 95 % interval for what chance alone would do, and the change from the period "
            "of the same length before. Change is empty where there was nothing before. These "
            "exact numbers are for the house. For publication let the noise be added: then the "
            "table is differentially private, and repeats under the same name and key.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports()
        self.add_beats()
        self.add_time()
        for name, title in (("SINCE", tr("From")),
                            ("UNTIL", tr("To (first moment not counted)"))):
            self.addParameter(QgsProcessingParameterDateTime(name, title, optional=True))
        self.addParameter(QgsProcessingParameterField(
            "CATEGORY_FIELD", tr("Category of the report (for the table)"),
            parentLayerParameterName="INPUT", optional=True))
        self.addParameter(QgsProcessingParameterBoolean(
            "NOISE", tr("Add noise, so that the counts may be published"), False))
        self.addParameter(advanced(QgsProcessingParameterNumber(
            "EPSILON", tr("Noise: privacy of the whole table (epsilon)"),
            QgsProcessingParameterNumber.Double, 1, False, 0.001, 100)))
        self.addParameter(advanced(QgsProcessingParameterString(
            "RELEASE", tr("Noise: name of the release"), optional=True)))
        self.add_mask_key(optional=True)
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Counts by beat"), AREAS))
        self.addParameter(QgsProcessingParameterFeatureSink(
            "TABLE", tr("Counts by beat and category"), QgsProcessing.TypeVector, optional=True,
            createByDefault=False))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Reports in the period")))
        self.addOutput(QgsProcessingOutputNumber("NO_BEAT", tr("Of these, in no beat")))
        self.addOutput(QgsProcessingOutputNumber("OTHER_BEAT", tr("Of these, in a beat that is no "
                                                                  "longer there")))

    def gather(self):
        self.areas = self.parameterAsLayerList(self.parameters, "BEATS", self.context)
        self.layers = self.specs("BEATS")
        self.shapes = [(QgsFeature(feature), layer.crs()) for layer in self.areas
                       for feature in layer.getFeatures()]

    def compute(self):
        if self.flag("NOISE") and (not self.file("KEY") or self.text("CATEGORY_FIELD")):
            raise self.failure(tr("Noise needs a mask key file, and counts beats only: give the "
                                  "one, and leave the category empty."))
        source = self.source("INPUT")
        self.beats = self.lib.beats(self.layers, self.host(5), **self.beat_options())
        now, before, by_category = self.count(source)
        there = self.in_force()
        shown = self.noisy(source) if self.flag("NOISE") else now
        fields = fields_of(*ROW)
        crs = self.areas[0].crs()
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.MultiPolygon, crs)
        infos = {info["id"]: info for info in self.beats.infos}
        for beat, geometry in there.items():
            row = QgsFeature(fields)
            row.setGeometry(geometry)
            previous = before[beat] if before is not None and not self.flag("NOISE") else NULL
            row.setAttributes(self.row(infos[beat], shown.get(beat, 0), previous))
            self.put(sink, row, "OUTPUT")
        self.style(where, styles.counts)
        found = {"OUTPUT": where}
        if not self.flag("NOISE"):
            gone = sum(n for beat, n in now.items() if beat and beat not in there)
            found.update(COUNT=sum(now.values()), NO_BEAT=now[""], OTHER_BEAT=gone)
        return {**found, **self.table(by_category, crs)}

    def count(self, source):
        """Reports by beat in the period and in the one before (None without a period), and by
        (beat, category)."""
        carry = layers.ToWgs84(source.sourceCrs(), self.context.transformContext())
        clock, time, as_of = self.clock(), self.text("TIME_FIELD"), self.as_of()
        since, until = self.moment("SINCE"), self.moment("UNTIL")
        if (since, until) != (TIME_UNKNOWN, TIME_UNKNOWN) and not time:
            raise self.failure(tr("A period needs the field with the time of the report."))
        length = until - since if TIME_UNKNOWN not in (since, until) else None
        now, categories = collections.Counter(), collections.Counter()
        before = collections.Counter() if length else None
        category = self.text("CATEGORY_FIELD")
        for feature in self.each(source):
            when = clock.moment(feature[time]) if time else TIME_UNKNOWN
            place = carry.place(feature)
            on_globe = place and -180 <= place[0] <= 180 and -90 <= place[1] <= 90
            beat = self.beats.locate(*place, as_of if as_of != TIME_UNKNOWN else when).beat \
                if on_globe else ""
            known = when != TIME_UNKNOWN
            if (since == TIME_UNKNOWN or known and when >= since) and (
                    until == TIME_UNKNOWN or known and when < until):
                now[beat] += 1
                categories[beat, tables.as_text(feature[category]) if category else ""] += 1
            elif length and known and since - length <= when < since:
                before[beat] += 1
        return now, before, categories

    def moment(self, name):
        value = self.parameterAsDateTime(self.parameters, name, self.context)
        return self.clock().moment(value) if value.isValid() else TIME_UNKNOWN

    def in_force(self):
        """Beat -> its ground, of the beats in force: a point of each piece is asked."""
        there = {}
        carriers = {}
        for feature, crs in self.shapes:
            carry = carriers.setdefault(crs.authid(), layers.ToWgs84(
                crs, self.context.transformContext()))
            inner = QgsFeature()
            inner.setGeometry(feature.geometry().pointOnSurface())
            place = carry.place(inner)
            if place is None:
                continue
            answer = self.beats.locate(*place, self.as_of())
            names = {str(value) for value in feature.attributes()}
            for beat in {answer.beat, *(beat for beat, metres in answer.candidates if not metres)}:
                if beat and beat in names:
                    geometry = feature.geometry()
                    there[beat] = there[beat].combine(geometry) if beat in there else geometry
        for geometry in there.values():
            geometry.convertToMultiType()
        return there

    def noisy(self, source):
        """Beat -> count with noise, by the library."""
        given, made = self.work.path(".csv"), self.work.path(".csv")
        tables.write_points(given, source.getFeatures(), layers.ToWgs84(
            source.sourceCrs(), self.context.transformContext()), [])
        self.lib.count(given, made, self.host(), beats=self.beats, key_file=self.mask_key(),
                       epsilon=self.number("EPSILON"), release=self.text("RELEASE") or None,
                       lon_column=tables.LON, lat_column=tables.LAT, as_of=self.as_of())
        return {row["key"]: int(row["count"]) for row in tables.rows(made)
                if row["level"] == "beat"}

    def row(self, info, reports, previous):
        low, high = (NULL, NULL) if self.flag("NOISE") else poisson_interval(reports)
        change = 100 * (reports - previous) / previous if previous not in (NULL, 0) else NULL
        return [info["id"], info["name"], info["district"], reports, low, high, previous, change,
                reports / (info["area_m2"] / 1e6) if info["area_m2"] > 0 else NULL]

    def table(self, counts, crs):
        fields = fields_of(("beat", "text"), ("category", "text"), ("reports", "int"))
        sink, where = self.sink("TABLE", fields, QgsWkbTypes.NoGeometry, crs, optional=True)
        if sink is None:
            return {}
        if self.flag("NOISE"):
            raise self.failure(tr("The table by category has exact numbers: it is not made "
                                  "together with noise."))
        for (beat, category), number in sorted(counts.items()):
            row = QgsFeature(fields)
            row.setAttributes([beat, category, number])
            self.put(sink, row, "TABLE")
        return {"TABLE": where}


def poisson_interval(count):
    """95 % interval of a Poisson mean, by Byar's approximation (Breslow and Day, "Statistical
    Methods in Cancer Research" II, 1987, section 2.3): within 1 % of the exact one from 5 on."""
    up = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count > 0 else 0.0
    return max(low, 0.0), up * (1 - 1 / (9 * up) + Z / (3 * math.sqrt(up))) ** 3
