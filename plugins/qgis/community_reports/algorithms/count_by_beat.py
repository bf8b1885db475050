# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts by beat and period."""

import collections
import csv
import math

from qgis.core import (NULL, QgsCoordinateTransform, QgsFeature, QgsProcessing,
                       QgsProcessingOutputNumber, QgsProcessingParameterBoolean,
                       QgsProcessingParameterDateTime, QgsProcessingParameterFeatureSink,
                       QgsProcessingParameterField, QgsProcessingParameterNumber,
                       QgsProcessingParameterString, QgsWkbTypes)

from .. import layers, styles, tables
from ..binding import TIME_UNKNOWN
from ..words import tr
from .base import AREAS, CommunityAlgorithm, advanced, fields_of

ROW = (("beat", "text"), ("name", "text"), ("district", "text"), ("reports", "int"),
       ("low", "real"), ("high", "real"), ("previous", "int"), ("change_pct", "real"),
       ("per_km2", "real"))
Z = 1.959964  # 95 %
STARTS = ("valid_from", "effective", "effective_date", "start_date", "date_start", "begin")
ENDS = ("valid_to", "expire", "expires", "expire_date", "end_date", "date_end", "end")


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
        self.shapes = [(layer.crs(), [QgsFeature(feature) for feature in layer.getFeatures()])
                       for layer in self.areas]

    def compute(self):
        if self.flag("NOISE") and (not self.file("KEY") or self.text("CATEGORY_FIELD")):
            raise self.failure(tr("Noise needs a mask key file, and counts beats only: give the "
                                  "one, and leave the category empty."))
        if self.flag("NOISE") and self.parameters.get("TABLE"):
            raise self.failure(tr("The table by category has exact numbers: it is not made "
                                  "together with noise."))
        source = self.source("INPUT")
        self.beats = self.lib.beats(self.layers, self.host(5), **self.beat_options())
        now, before, by_category = self.count(source)
        there = self.in_force()
        shown = self.noisy(now, there) if self.flag("NOISE") else now
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
        if length is not None and length <= 0:
            raise self.failure(tr("The period ends before it begins: exchange its two dates."))
        now, categories = collections.Counter(), collections.Counter()
        before = collections.Counter() if length else None
        category, untimed = self.text("CATEGORY_FIELD"), 0
        for feature in self.each(source):
            when = clock.moment(feature[time]) if time else TIME_UNKNOWN
            place = carry.place(feature)
            beat = self.beats.locate(*place, as_of if as_of != TIME_UNKNOWN else when).beat \
                if place else ""
            known = when != TIME_UNKNOWN
            untimed += not known
            if (since == TIME_UNKNOWN or known and when >= since) and (
                    until == TIME_UNKNOWN or known and when < until):
                now[beat] += 1
                categories[beat, tables.as_text(feature[category]) if category else ""] += 1
            elif length and known and since - length <= when < since:
                before[beat] += 1
        if untimed and (since, until) != (TIME_UNKNOWN, TIME_UNKNOWN):
            self.feedback.pushWarning(
                tr("Reports without a time that can be read are in no period, and not counted."))
        return now, before, categories

    def moment(self, name):
        value = self.parameterAsDateTime(self.parameters, name, self.context)
        return self.clock().moment(value) if value.isValid() else TIME_UNKNOWN

    def in_force(self):
        """Beat -> its ground, of the beats in force: a point of each piece is asked."""
        there, as_of, clock = {}, self.as_of(), self.clock()
        moment = self.beats.latest if as_of == TIME_UNKNOWN else as_of
        target, context = self.areas[0].crs(), self.context.transformContext()
        for crs, features in self.shapes:
            carry, onto = layers.ToWgs84(crs, context), QgsCoordinateTransform(crs, target, context)
            for feature in features:
                if moment_in(feature, clock, moment):
                    geometry = feature.geometry()
                    beats = self.beats_of(feature, carry, as_of)
                    if beats:
                        geometry.transform(onto)
                    for beat in beats:
                        there[beat] = there[beat].combine(geometry) if beat in there else geometry
        for geometry in there.values():
            geometry.convertToMultiType()
        return there

    def beats_of(self, feature, carry, as_of):
        """The beats that this piece of ground belongs to."""
        place = carry.of(feature.geometry().pointOnSurface())
        if place is None:
            return []
        answer = self.beats.locate(*place, as_of)
        claimed = {answer.beat, *(beat for beat, metres in answer.candidates if not metres)}
        return [beat for beat in claimed & names_in(feature) or {answer.beat} if beat]

    def noisy(self, counts, there):
        """Beat -> count with noise, by the library: the ids of the beats in force are public."""
        given, public, made = (self.work.path(".csv") for _ in range(3))
        write_column(given, (beat for beat in sorted(counts) for _ in range(counts[beat])))
        write_column(public, sorted(there))
        self.lib.count(given, made, self.host(), by="beat", list=public, key_file=self.mask_key(),
                       epsilon=self.number("EPSILON"), release=self.text("RELEASE") or None)
        return {row["key"]: max(int(row["count"]), 0) for row in tables.rows(made)}

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
        for (beat, category), number in sorted(counts.items()):
            row = QgsFeature(fields)
            row.setAttributes([beat, category, number])
            self.put(sink, row, "TABLE")
        return {"TABLE": where}


def moment_in(feature, clock, moment):
    """Whether the dates of a piece of ground hold a moment, which may be “since ever”."""
    start, end = (next((value for value in (clock.moment(feature[index]) for index in
                                            map(feature.fields().lookupField, names) if index >= 0)
                        if value != TIME_UNKNOWN), None) for names in (STARTS, ENDS))
    return (start is None or start <= moment) and (end is None or moment < end)


def names_in(feature):
    """Whatever could be the id of a beat in a feature, as the library writes ids."""
    return {f"{value:.15g}" if isinstance(value, float) else tables.as_text(value).strip()
            for value in feature.attributes()}


def write_column(path, values):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["beat"], *([value] for value in values)])


def poisson_interval(count):
    """95 % interval of a Poisson mean, by Byar's approximation (Breslow and Day, "Statistical
    Methods in Cancer Research" II, 1987, section 2.3): within 1 % of the exact one from 5 on."""
    up = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count > 0 else 0.0
    return max(low, 0.0), up * (1 - 1 / (9 * up) + Z / (3 * math.sqrt(up))) ** 3
