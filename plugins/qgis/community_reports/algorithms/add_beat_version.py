# SPDX-License-Identifier: GPL-2.0-or-later
"""Add a beat version."""

from qgis.core import (NULL, QgsFeature, QgsFeatureRequest, QgsField, QgsFields,
                       QgsProcessingOutputNumber,
                       QgsProcessingParameterBoolean, QgsProcessingParameterDateTime,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterFeatureSource,
                       QgsProcessingParameterString, QgsWkbTypes)
from qgis.PyQt.QtCore import QDate, QVariant

from .. import styles
from ..layers import copy_spec
from ..native import CommunityError
from ..words import tr
from .base import AREAS, CommunityAlgorithm, advanced
from .check_beats import FAULT
from .count_by_beat import names_in

FROM, TO, NOTE = "valid_from", "valid_to", "version_note"


class AddBeatVersion(CommunityAlgorithm):
    NAME, GROUP = "addbeatversion", "beats"
    TITLE = "Add a beat version"
    TAGS = "redistricting,realignment,valid from,valid to,history,version,beat"
    HELP = ("Joins edited beats to the ones in force: the old ones end, and the new ones begin, "
            "on the day you say. Reports are then answered by the beats of their own day, and the "
            "temporal controller shows each version in its time. Nothing is lost: old beats stay "
            "in the layer. New beats with faults are refused; “Check beat boundaries” shows them.")

    def initAlgorithm(self, config=None):  # noqa: N802
        for name, title in (("CURRENT", tr("Beats with their history")),
                            ("EDITED", tr("New beats"))):
            self.addParameter(QgsProcessingParameterFeatureSource(name, title, [AREAS]))
        self.addParameter(QgsProcessingParameterDateTime(
            "EFFECTIVE", tr("First day of the new beats"), QgsProcessingParameterDateTime.Date))
        self.addParameter(QgsProcessingParameterString("NOTE", tr("Why (order, ordinance)"),
                                                       optional=True))
        self.addParameter(advanced(QgsProcessingParameterString(
            "BEATS_ID", tr("Field that names a beat (empty: found)"), optional=True)))
        self.addParameter(advanced(QgsProcessingParameterBoolean(
            "ALLOW_FAULTS", tr("Also where the new beats have faults"), False)))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Beats with history"),
                                                            AREAS))
        self.addOutput(QgsProcessingOutputNumber("ENDED", tr("Beats that end")))
        self.addOutput(QgsProcessingOutputNumber("BEGUN", tr("Beats that begin")))

    def compute(self):
        current, edited = self.source("CURRENT"), self.source("EDITED")
        day = self.parameterAsDateTime(self.parameters, "EFFECTIVE", self.context).date()
        spec = copy_spec(edited, edited.sourceCrs(), edited.wkbType(), self.work,
                         edited.sourceName())
        self.refuse_faults(spec)
        named = self.ids(spec)
        fields = history_fields(current.fields())
        sink, where = self.sink("OUTPUT", fields, QgsWkbTypes.multiType(current.wkbType()),
                                current.sourceCrs())
        ended = begun = 0
        for feature in self.each(current):
            start, end = (date_of(feature, name) for name in (FROM, TO))
            if start is not None and start >= day:
                raise self.failure(tr("A version that begins on {} is there already: choose a "
                                      "later day.").format(start.toString("yyyy-MM-dd")))
            closes = end is None or end > day
            ended += closes
            self.put(sink, self.row(feature, fields, start, day if closes else end), "OUTPUT")
        for feature in self.watched(self.in_crs_of(current, edited)):
            begun += 1
            row = self.row(feature, fields, day, None)
            if named and not named & names_in(row):
                raise self.failure(tr("The new beats would lose their ids: call the field that "
                                      "names a beat as in the beats with their history."))
            row[NOTE] = self.text("NOTE") or NULL
            self.put(sink, row, "OUTPUT")
        self.style(where, styles.versions)
        return {"OUTPUT": where, "ENDED": ended, "BEGUN": begun}

    def ids(self, spec):
        """What the new beats are called; nothing where faults that are allowed hide it."""
        try:
            beats = self.lib.beats([spec], self.host(), id_field=self.text("BEATS_ID") or None)
        except CommunityError:
            return set()
        return {info["id"] for info in beats.infos}

    def refuse_faults(self, spec):
        check = self.lib.check([spec], self.host(), {"id_field": self.text("BEATS_ID") or None})
        faults = [flaw for flaw in check.flaws() if flaw["severity"] == FAULT]
        if faults and not self.flag("ALLOW_FAULTS"):
            raise self.failure(tr("The new beats have {} faults; the first: {} Check beat "
                                  "boundaries shows all of them.").format(len(faults),
                                                                          faults[0]["what"]))

    def in_crs_of(self, current, edited):
        """The new beats, in the CRS of the old ones."""
        request = QgsFeatureRequest()
        request.setDestinationCrs(current.sourceCrs(), self.context.transformContext())
        return edited.getFeatures(request)

    @staticmethod
    def row(feature, fields, start, end):
        made = QgsFeature(fields)
        geometry = feature.geometry()
        geometry.convertToMultiType()
        made.setGeometry(geometry)
        names = {f.name().lower(): f.name() for f in feature.fields()}
        for field in fields:
            if field.name() not in (FROM, TO) and field.name().lower() in names:
                made[field.name()] = feature[names[field.name().lower()]]
        made[FROM], made[TO] = start or NULL, end or NULL
        return made


def history_fields(fields):
    """The fields of the beats with both dates, as dates, and the note."""
    made = QgsFields()
    for field in fields:
        if field.name().lower() not in ("fid", FROM, TO, NOTE):
            made.append(field)
    for name, kind in ((FROM, QVariant.Date), (TO, QVariant.Date), (NOTE, QVariant.String)):
        made.append(QgsField(name, kind))
    return made


def date_of(feature, name):
    """The day in a field, whatever its type; None where there is none."""
    index = feature.fields().lookupField(name)
    value = feature[index] if index >= 0 else None
    if hasattr(value, "date"):
        value = value.date()
    if isinstance(value, str):
        value = QDate.fromString(value[:10], "yyyy-MM-dd")
    return value if isinstance(value, QDate) and value.isValid() else None
