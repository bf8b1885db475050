# SPDX-License-Identifier: GPL-2.0-or-later
"""CSV tables that pass between QGIS and the library, in the workspace only."""

import csv

from qgis.core import NULL
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

LON, LAT = "community_lon", "community_lat"


def as_text(value):
    """A value as the library reads it: empty for nothing, numbers with a point, ISO 8601 times."""
    if value is None or value == NULL:
        return ""
    if isinstance(value, QDateTime):
        return value.toString(Qt.DateFormat.ISODateWithMs)
    if isinstance(value, (QDate, QTime)):
        return value.toString(Qt.DateFormat.ISODate)
    return repr(value) if isinstance(value, float) else str(value)


def write_points(path, features, carry, columns, place_columns=(LON, LAT)):
    """Write (field, column) pairs of features with their places; no place leaves both empty."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(column for _, column in columns), *place_columns])
        for feature in features:
            place = carry.place(feature)
            writer.writerow([*(as_text(feature[field]) for field, _ in columns),
                             *(map(repr, place) if place else ("", ""))])


def write_fields(path, features, columns):
    """Write (field, column) pairs of features."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column for _, column in columns])
        writer.writerows([as_text(feature[field]) for field, _ in columns] for feature in features)


def rows(path):
    """Each row as a dict of texts."""
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def convert(values, fields):
    """Texts as the values of these fields; what does not convert is NULL."""
    made = []
    for value, field in zip(values, fields):
        try:
            made.append(NULL if value in ("", None) else field.convertCompatible(value))
        except ValueError:
            made.append(NULL)
    return made
