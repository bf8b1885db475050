# SPDX-License-Identifier: GPL-2.0-or-later
"""Assign reports to beats."""

import contextlib
import math
import os
import sqlite3

from qgis.core import (QgsProcessingFeatureSourceDefinition,
                       QgsProcessingOutputLayerDefinition, QgsProcessingOutputNumber,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterField,
                       QgsProcessingUtils)

from .. import styles, tables
from ..layers import ToWgs84, spec_of_file
from ..native import millimetres
from ..words import tr
from .base import POINTS, CommunityAlgorithm, advanced, fields_of

ANSWER = (("beat", "text"), ("beat_relation", "text"), ("beat_margin_m", "real"),
          ("beat_ambiguous", "int"), ("beat_candidates", "text"), ("beat_version", "text"))


class AssignBeats(CommunityAlgorithm):
    NAME, GROUP = "assignbeats", "reports"
    TITLE = "Assign reports to beats"
    TAGS = "beat,district,sector,point in polygon,join,spatial join,police,patrol"
    HELP = ("Adds to each report the beat that it belongs to, as of its own date, and says how "
            "sure that is. Every report is answered exactly once, also on an edge or a corner. "
            "beat_margin_m is the distance to the nearest boundary; beat_ambiguous marks reports "
            "for which another beat is as good an answer, and beat_candidates names them with "
            "their distances. Reports in no beat also go, with a reason, to a layer of their own.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports()
        self.add_beats()
        self.add_time()
        self.addParameter(advanced(QgsProcessingParameterField(
            "ACCURACY_FIELD", tr("Accuracy of the position in metres (68 % radius)"),
            parentLayerParameterName="INPUT", optional=True)))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Reports with beats"),
                                                            POINTS))
        self.addParameter(QgsProcessingParameterFeatureSink(
            "REJECTS", tr("Reports in no beat"), POINTS, optional=True, createByDefault=False))
        for name, title in (("COUNT", tr("Reports")), ("ASSIGNED", tr("Reports in a beat")),
                            ("AMBIGUOUS", tr("Reports that may belong to another beat"))):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def gather(self):
        self.layers = self.specs("BEATS")
        self.file_in = self.whole_file()

    def whole_file(self):
        """The layer spec of reports that are a whole file as it stands, else None."""
        given = self.parameters.get("INPUT")
        if isinstance(given, QgsProcessingFeatureSourceDefinition):
            if given.selectedFeaturesOnly or given.featureLimit >= 0 or \
                    getattr(given, "filterExpression", ""):
                return None
        return spec_of_file(self.parameterAsVectorLayer(self.parameters, "INPUT", self.context))

    def file_out(self):
        """The file to write where it is a plain new GeoPackage, else None."""
        given = self.parameters.get("OUTPUT")
        if isinstance(given, QgsProcessingOutputLayerDefinition):
            given, _ = given.sink.valueAsString(self.context.expressionContext())
        plain = isinstance(given, str) and given.endswith(".gpkg") and os.path.isabs(given) \
            and not os.path.exists(given)
        return given if plain and not self.parameters.get("REJECTS") else None

    def compute(self):
        beats = self.lib.beats(self.layers, self.host(5), **self.beat_options())
        if self.file_in and self.file_out():
            return self.file_to_file(beats, self.file_out())
        return self.feature_by_feature(beats)

    def file_to_file(self, beats, target):
        """The library reads and writes: many times faster than features that pass through QGIS."""
        self.parameterAsOutputLayer(self.parameters, "OUTPUT", self.context)
        beats.locate_layer(self.file_in, target, self.host(),
                           time_column=self.time_field() or None, as_of=self.as_of(),
                           accuracy_column=self.text("ACCURACY_FIELD") or None,
                           time_zone=self.text("TIME_ZONE") or None)
        self.style(target, styles.relations, self.mark)
        return {"OUTPUT": target, **totals(target)}

    def feature_by_feature(self, beats):
        source = self.source("INPUT")
        fields = QgsProcessingUtils.combineFields(source.fields(), fields_of(*ANSWER))
        rejected = QgsProcessingUtils.combineFields(
            source.fields(), fields_of(("reason", "text"), ("reason_text", "text")))
        sink, where = self.sink("OUTPUT", fields, source.wkbType(), source.sourceCrs())
        rejects, elsewhere = self.sink("REJECTS", rejected, source.wkbType(), source.sourceCrs(),
                                       optional=True)
        count = assigned = ambiguous = 0
        for feature, answer in self.answers(source, beats):
            count += 1
            assigned += bool(answer[0])
            ambiguous += answer[3]
            self.put(sink, self.with_fields(feature, fields, answer), "OUTPUT")
            if rejects is not None and not answer[0]:
                reason = (answer[1], reason_text(answer[1]))
                self.put(rejects, self.with_fields(feature, rejected, reason), "REJECTS")
        self.style(where, styles.relations, self.mark)
        found = {"OUTPUT": where, "COUNT": count, "ASSIGNED": assigned, "AMBIGUOUS": ambiguous}
        return {**found, "REJECTS": elsewhere} if rejects is not None else found

    def answers(self, source, beats):
        """(feature, values of ANSWER) of each report."""
        carry = ToWgs84(source.sourceCrs(), self.context.transformContext())
        clock, as_of = self.clock(), self.as_of()
        time, accuracy = self.time_field(), self.text("ACCURACY_FIELD")
        for feature in self.each(source):
            place = carry.place(feature)
            when = clock.moment(feature[time]) if time else as_of
            metres = self.metres(feature, accuracy) if accuracy else 0.0
            yield feature, self.answer(beats, place, when, metres)
        if clock.unread:
            self.feedback.pushWarning(
                tr("{} reports have a time that cannot be read; the latest beats answered for "
                   "them.").format(clock.unread))

    def metres(self, feature, field):
        """The accuracy in a field, 0 where it is empty."""
        try:
            metres = float(tables.as_text(feature[field]) or 0)
        except ValueError:
            metres = math.nan
        if not 0 <= metres < math.inf:
            raise self.failure(tr("Feature {}, field {}: an accuracy is a number of metres, not "
                                  "below 0.").format(feature.id(), field))
        return metres

    @staticmethod
    def answer(beats, place, when, accuracy):
        if place is None:
            return [None, "no_place", None, 0, None, None]
        found = beats.locate(*place, when, accuracy)
        margin = millimetres(found.margin_m) if found.margin_m == found.margin_m else None
        return [found.beat or None, found.relation, margin, int(found.ambiguous),
                found.candidates_text() or None, found.version or None]


def totals(path):
    """The numbers of a GeoPackage that the library wrote."""
    name = os.path.splitext(os.path.basename(path))[0].replace('"', '""')
    query = f'SELECT count(*), count(beat), total(beat_ambiguous) FROM "{name}"'  # nosec B608
    with contextlib.closing(sqlite3.connect(path)) as database:
        return dict(zip(("COUNT", "ASSIGNED", "AMBIGUOUS"), map(int, database.execute(query)
                                                                .fetchone())))


def reason_text(relation):
    """Why a report has no beat."""
    return {"outside": tr("It lies in no beat."),
            "no_version": tr("No beats were in force at that time."),
            "no_place": tr("It has no position, or one that is off the globe.")}[relation]
