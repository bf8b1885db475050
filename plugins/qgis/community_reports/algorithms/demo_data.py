# SPDX-License-Identifier: GPL-2.0-or-later
"""Make a demonstration city."""

import os

from qgis.core import (QgsProcessingContext, QgsProcessingParameterFolderDestination,
                       QgsProcessingParameterNumber, QgsVectorLayer)

from .. import styles
from ..words import tr
from .base import CommunityAlgorithm, advanced

LAYERS = (("beats_before.geojson", styles.versions), ("beats_after.geojson", styles.versions),
          ("fences.geojson", None), ("streets.geojson", None))


class DemoData(CommunityAlgorithm):
    NAME, GROUP = "demodata", "analysis"
    TITLE = "Make a demonstration city"
    TAGS = "demo,example,sample data,training,synthetic,port linden"
    HELP = ("Makes Port Linden: an invented city with twelve beats in two versions, a lake, "
            "streets, addresses, geofences, a policy, and reports in four formats, bad ones "
            "among them. Nobody and nothing in it is real, so that you can learn, test and ask "
            "for help with it. The same number makes the same city everywhere.")

    def initAlgorithm(self, config=None):  # noqa: N802
        for name, title, value in (("SEED", tr("Number of the city"), 7),
                                   ("REPORTS", tr("Reports"), 1500)):
            self.addParameter(advanced(QgsProcessingParameterNumber(
                name, title, defaultValue=value, minValue=0)))
        self.addParameter(QgsProcessingParameterFolderDestination("OUTPUT", tr("Folder")))

    def compute(self):
        from ..city.make import make

        folder = self.text("OUTPUT")
        make(folder, self.whole("SEED"), self.whole("REPORTS"))
        self.feedback.setProgress(100)
        if self.context.project() is not None:
            for name, style in LAYERS:
                self.load(os.path.join(folder, name), style)
            table = "file://" + os.path.join(folder, "reports.csv")
            layer = QgsVectorLayer(table + "?delimiter=,&xField=longitude&yField=latitude"
                                   "&crs=EPSG:4326", tr("Reports"), "delimitedtext")
            self.context.temporaryLayerStore().addMapLayer(layer)
            self.context.addLayerToLoadOnCompletion(layer.id(), QgsProcessingContext.LayerDetails(
                tr("Reports"), self.context.project(), "REPORTS"))
        return {"OUTPUT": folder}

    def load(self, path, style):
        details = QgsProcessingContext.LayerDetails(
            os.path.basename(path).partition(".")[0], self.context.project(), path)
        if style is not None:
            details.setPostProcessor(styles.post_processor(style))
        self.context.addLayerToLoadOnCompletion(path, details)
