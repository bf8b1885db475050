#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Opens an overlay and a live layer as QGIS does, and prints as JSON what it finds.

    qgis_opens.py OVERLAY.gpkg LAYER.sqlite MAP.png
"""

import json
import sys

from qgis.core import (QgsApplication, QgsExpression, QgsExpressionContext,
                       QgsExpressionContextUtils, QgsMapRendererParallelJob, QgsMapSettings,
                       QgsProject, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

NAMES = ("beats", "reports", "counts_by_category", "totals", "about")


def describe(layer):
    found = {"valid": layer.isValid(), "features": layer.featureCount(),
             "crs": layer.crs().authid(), "fields": [f.name() for f in layer.fields()]}
    if layer.isSpatial():
        found["renderer"] = layer.renderer().type()
        found["legend"] = [item.label() for item in layer.renderer().legendSymbolItems()]
        found["labels"] = layer.labelsEnabled()
    return found


def describe_time(layer):
    """Its temporal extent, as the default style sets it up."""
    layer.loadDefaultStyle()
    properties = layer.temporalProperties()
    context = QgsExpressionContext()
    context.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    ends = [QgsExpression(text).evaluate(context) for text in
            (properties.startExpression(), properties.endExpression())]
    return {"active": properties.isActive(), "seconds": ends[0].secsTo(ends[1])}


def draw(layers, path):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(QColor("white"))
    settings.setDestinationCrs(layers[-1].crs())
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setExtent(layers[-1].extent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(path)
    return len({image.pixel(x, y) for x in range(0, 400, 4) for y in range(0, 400, 4)})


def main(overlay, live, png):
    layers = {name: QgsVectorLayer(f"{overlay}|layername={name}", name, "ogr") for name in NAMES}
    found = {name: describe(layer) for name, layer in layers.items()}
    found["time"] = describe_time(layers["reports"])
    found["colours"] = draw([layers["reports"], layers["beats"]], png)
    found["live"] = describe(QgsVectorLayer(f"{live}|layername=reports", "live", "ogr"))
    print("FOUND " + json.dumps(found))


if __name__ == "__main__":
    app = QgsApplication([], False)
    app.initQgis()
    main(*sys.argv[1:])  # its layers must be gone before QGIS is
    app.exitQgis()
