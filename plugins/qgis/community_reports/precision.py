# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the positions of a layer are exact or protected: a property that stays with the layer,
with its copies, and with the project."""

from qgis.core import QgsProviderRegistry, QgsVectorLayer

from . import published

PROPERTY = "community/precision"
EXACT, PROTECTED = "exact", "protected"
ASSIGNED = {"beat_relation", "beat_margin_m"}  # what the answer about an exact place looks like
MASKED = {"mask_law", "mask_radius_m"}


def mark_exact(layer):
    layer.setCustomProperty(PROPERTY, EXACT)


def mark_protected(layer):
    layer.setCustomProperty(PROPERTY, PROTECTED)


def unmark(layer):
    """Nobody says: it is not guessed again."""
    layer.setCustomProperty(PROPERTY, "")


def of(layer):
    """EXACT, PROTECTED, or "" where nobody has said."""
    return layer.customProperty(PROPERTY, "") or ""


def is_exact(layer):
    return of(layer) == EXACT


def guess(layer):
    """Mark a layer that tells by itself what it is, and of which nobody has said anything: a part
    of a published overlay, or reports with exact answers that were loaded from a file again."""
    if not isinstance(layer, QgsVectorLayer) or PROPERTY in layer.customPropertyKeys():
        return
    names = set(layer.fields().names())
    if layer.isSpatial() and ASSIGNED <= names and not MASKED <= names:
        mark_exact(layer)
    elif layer.providerType() == "ogr":
        parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
        if parts.get("layerName") in published.LAYERS and published.read(parts["path"]) is not None:
            mark_protected(layer)
