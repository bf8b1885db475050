# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the positions of a layer are exact or protected: a property that stays with the layer,
with its copies, and with the project."""

PROPERTY = "community/precision"
EXACT, PROTECTED = "exact", "protected"


def mark_exact(layer):
    layer.setCustomProperty(PROPERTY, EXACT)


def mark_protected(layer):
    layer.setCustomProperty(PROPERTY, PROTECTED)


def unmark(layer):
    layer.removeCustomProperty(PROPERTY)


def of(layer):
    """EXACT, PROTECTED, or "" where nobody has said."""
    return layer.customProperty(PROPERTY, "")


def is_exact(layer):
    return of(layer) == EXACT
