# SPDX-License-Identifier: GPL-2.0-or-later
"""Add local date parts."""

from qgis.core import (QgsProcessing, QgsProcessingParameterFeatureSink,
                       QgsProcessingParameterFeatureSource, QgsProcessingParameterField,
                       QgsProcessingParameterString, QgsProcessingUtils)

from .. import settings, tables
from ..words import tr
from .base import CommunityAlgorithm, advanced, fields_of

PARTS = (("local_time", "text"), ("local_offset", "text"), ("local_date", "text"),
         ("local_week", "text"), ("local_weekday", "int"), ("local_weekday_name", "text"),
         ("local_hour", "int"), ("local_clock", "text"))
SHIFTS = (("local_shift", "text"), ("local_shift_date", "text"))


class DateParts(CommunityAlgorithm):
    NAME, GROUP = "dateparts", "analysis"
    TITLE = "Add local date parts and shifts"
    TAGS = "date,time,hour,weekday,week,shift,watch,time zone,daylight saving,night"
    HELP = ("Adds what the clocks on the wall showed: local date and time, ISO week, weekday, "
            "hour, and the shift on duty with the day on which it began, over midnight too. "
            "QGIS up to 3.22 drops the zone of times in files, so that night shifts are hours "
            "off; this does not. local_clock marks times that clocks skipped or showed twice.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.addParameter(QgsProcessingParameterFeatureSource(
            "INPUT", tr("Reports"), [QgsProcessing.TypeVector]))
        self.addParameter(QgsProcessingParameterField(
            "TIME_FIELD", tr("Time of the report"), parentLayerParameterName="INPUT"))
        self.addParameter(QgsProcessingParameterString(
            "TIME_ZONE", tr("Whose clocks (such as America/Chicago)"), settings.time_zone()))
        self.addParameter(advanced(QgsProcessingParameterString(
            "SOURCE_ZONE", tr("Time zone of times without one (empty: the same)"),
            optional=True)))
        self.addParameter(QgsProcessingParameterString(
            "SHIFTS", tr("Shifts: NAME=HH:MM-HH:MM, one a line"), multiLine=True, optional=True))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Reports with date "
                                                                         "parts")))

    def compute(self):
        source = self.source("INPUT")
        shifts = [line.strip() for line in self.text("SHIFTS").splitlines() if line.strip()]
        given, made = self.work.path(".csv"), self.work.path(".csv")
        tables.write_fields(given, self.each(source), [(self.text("TIME_FIELD"), "occurred")])
        self.lib.date_parts(given, made, self.host(), shifts, time_column="occurred",
                            time_zone=self.text("TIME_ZONE"),
                            source_zone=self.text("SOURCE_ZONE") or None)
        parts = fields_of(*PARTS, *(SHIFTS if shifts else ()))
        fields = QgsProcessingUtils.combineFields(source.fields(), parts)
        sink, where = self.sink("OUTPUT", fields, source.wkbType(), source.sourceCrs())
        for feature, row in zip(self.each(source), tables.rows(made)):
            values = tables.convert([row[part.name()] for part in parts], parts)
            self.put(sink, self.with_fields(feature, fields, values), "OUTPUT")
        return {"OUTPUT": where}
