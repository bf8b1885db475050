# SPDX-License-Identifier: GPL-2.0-or-later
"""Test reports against geofences."""

from qgis.core import (QgsProcessingOutputNumber, QgsProcessingParameterEnum,
                       QgsProcessingParameterFeatureSink, QgsProcessingParameterField,
                       QgsProcessingParameterMultipleLayers, QgsProcessingUtils)

from .. import styles
from ..binding import FENCE_ACTIONS
from ..layers import ToWgs84
from ..tables import as_text
from ..words import tr
from .base import AREAS, POINTS, CommunityAlgorithm, fields_of

SAID = (("fence_action", "text"), ("fence_id", "text"), ("fence_note", "text"),
        ("fences_matched", "int"))


class FenceCheck(CommunityAlgorithm):
    NAME, GROUP = "fencecheck", "reports"
    TITLE = "Test reports against geofences"
    TAGS = "geofence,protected place,refuse,withhold,escalate,school,hospital"
    HELP = ("Says for each report what the geofences do with it at intake: accept, escalate, "
            "withhold (counted, but no point is published) or refuse, and which fence decides. "
            "Fences may hold for some categories, days and hours only. Their edge belongs to "
            "them.")

    def initAlgorithm(self, config=None):  # noqa: N802
        self.add_reports()
        self.addParameter(QgsProcessingParameterMultipleLayers("FENCES", tr("Geofences"), AREAS))
        self.addParameter(QgsProcessingParameterEnum(
            "DEFAULT", tr("What a fence without a field “action” does"),
            [tr("It must say so itself"), tr("Accept"), tr("Escalate"), tr("Withhold"),
             tr("Refuse")], defaultValue=0))
        for name, title in (("CATEGORY_FIELD", tr("Category of the report")),
                            ("TIME_FIELD", tr("Time of the report"))):
            self.addParameter(QgsProcessingParameterField(
                name, title, parentLayerParameterName="INPUT", optional=True))
        self.add_zone()
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Reports with fences"),
                                                            POINTS))
        for name, title in (("ACCEPT", tr("Accepted")), ("ESCALATE", tr("Escalated")),
                            ("WITHHOLD", tr("Withheld")), ("REFUSE", tr("Refused"))):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def gather(self):
        self.layers = self.specs("FENCES")

    def compute(self):
        source = self.source("INPUT")
        fences = self.lib.fences(
            self.layers, self.host(5), time_zone=self.text("TIME_ZONE") or None,
            default_action=self.parameterAsEnum(self.parameters, "DEFAULT", self.context) - 1)
        fields = QgsProcessingUtils.combineFields(source.fields(), fields_of(*SAID))
        sink, where = self.sink("OUTPUT", fields, source.wkbType(), source.sourceCrs())
        carry = ToWgs84(source.sourceCrs(), self.context.transformContext())
        clock, category, time = self.clock(), self.text("CATEGORY_FIELD"), self.text("TIME_FIELD")
        tally = dict.fromkeys(FENCE_ACTIONS, 0)
        for feature in self.each(source):
            place = carry.place(feature)
            values = [None, None, tr("has no position"), 0]
            if place is not None:
                said = fences.decide(*place, as_text(feature[category]) if category else "",
                                     clock.moment(feature[time] if time else None))
                values = [said["action"], said["fence_id"], said["note"], said["matched"]]
                tally[said["action"]] += 1
            self.put(sink, self.with_fields(feature, fields, values), "OUTPUT")
        self.style(where, styles.actions, self.mark)
        return {"OUTPUT": where, **{action.upper(): n for action, n in tally.items()}}
