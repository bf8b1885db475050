# SPDX-License-Identifier: GPL-2.0-or-later
"""The weekly job: a model of the other algorithms, which the model designer opens and changes."""

import os

from qgis.core import QgsProcessingModelAlgorithm

from .. import settings
from ..words import tr
from .base import HERE, CommunityAlgorithm

MODEL = os.path.join(HERE, "models", "weeklyoverlay.model3")
TITLES = {
    "REPORTS": "Reports", "REF_FIELD": "Report number", "TIME_FIELD": "Time of the report",
    "CATEGORY_FIELD": "Category of the report",
    "BEATS": "Beats: one layer, or one for each version",
    "DAY": "Any day of the week (empty: last week)",
    "KEY": "Mask key file (made where it does not exist)", "ADDRESSES": "Addresses",
    "POLICY": "Policy file (empty: the built-in one)",
    "TIME_ZONE": "Time zone of times without one",
    "COUNTS": "Counts by beat", "OVERLAY": "Overlay",
    "PAGE": "Page",
}


class WeeklyOverlay(QgsProcessingModelAlgorithm):
    NAME, GROUP = "weeklyoverlay", "reports"
    TITLE = "Weekly overlay"
    TAGS = "weekly,job,cron,model,schedule,meeting,overlay"
    HELP = ("What is done every week, in one run: reports get their beats, the week from Monday to "
            "Sunday is counted by beat, and its protected overlay is published. Without a day it "
            "is the last whole week, so that a clock can start it. It is a model: take a copy of "
            "models/weeklyoverlay.model3 from the folder of the plugin, open it in the model "
            "designer, and change what your agency does otherwise.")

    def __init__(self):
        super().__init__()
        self.fromFile(MODEL)
        for definition in self.parameterDefinitions():
            definition.setDescription(tr(TITLES[definition.name().split(":")[-1]]))
        for name, value in (("KEY", settings.get(settings.MASK_KEY)),
                            ("POLICY", settings.get(settings.POLICY)),
                            ("TIME_ZONE", settings.time_zone())):
            self.parameterDefinition(name).setDefaultValue(value or None)

    name, displayName = CommunityAlgorithm.name, CommunityAlgorithm.displayName
    groupId, group, tags = CommunityAlgorithm.groupId, CommunityAlgorithm.group, \
        CommunityAlgorithm.tags
    picture, icon = CommunityAlgorithm.picture, CommunityAlgorithm.icon
    svgIconPath = CommunityAlgorithm.svgIconPath
    shortHelpString = CommunityAlgorithm.shortHelpString
    createInstance = CommunityAlgorithm.createInstance
    canExecute = CommunityAlgorithm.canExecute
