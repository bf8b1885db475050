#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""live_qgis.py LAYER PROVIDER SECONDS: QGIS reads the layer while it grows; 0 seconds: edits a row.

Prints one JSON object: the row counts of each reading in order, the extent, what QGIS logged.
"""

import json
import sys
import time

from qgis.core import QgsApplication, QgsVectorLayer


def source(path, provider):
    return f"{path}|layername=reports" if provider == "ogr" else \
        f"dbname='{path}' table=\"reports\" (geom)"


def edit_one(layer):
    """True once saved. Another writer may be in between, so a user may have to save again."""
    for _ in range(20):
        feature = next(layer.getFeatures())
        index = layer.fields().indexOf("category_label")
        layer.startEditing()
        layer.changeAttributeValue(feature.id(), index, "Edited")
        if layer.commitChanges():
            return True
        layer.rollBack()
    return layer.commitErrors()


def work(path, provider, seconds):
    logged, counts = [], []
    QgsApplication.messageLog().messageReceived.connect(
        lambda text, tag, level: logged.append(f"{tag}: {text}") if level > 0 else None)
    layer = QgsVectorLayer(source(path, provider), "reports", provider)
    end = time.time() + seconds
    while time.time() < end and layer.isValid():
        counts.append(sum(1 for _ in layer.getFeatures()))
        if len(counts) % 10 == 0:  # somebody opens it anew
            layer = QgsVectorLayer(source(path, provider), "reports", provider)
    box = layer.extent()
    return {"valid": layer.isValid(), "counts": counts, "logged": logged,
            "crs": layer.crs().authid(), "fields": [f.name() for f in layer.fields()],
            "extent": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]}


def edit(path, provider):
    return {"edited": edit_one(QgsVectorLayer(source(path, provider), "reports", provider))}


def main(path, provider, seconds):
    app = QgsApplication([], False)
    app.initQgis()
    seen = work(path, provider, float(seconds)) if float(seconds) > 0 else edit(path, provider)
    print(json.dumps(seen), flush=True)
    app.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
