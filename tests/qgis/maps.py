# SPDX-License-Identifier: MIT
"""Small layers made in memory: four square beats, and points on their edges."""

from qgis.core import (QgsFeature, QgsGeometry, QgsPointXY, QgsRectangle, QgsVectorLayer)

CRS = "EPSG:32633"
SIDE = 1000  # metres
WEST, SOUTH = 500000, 5000000
SQUARES = (("A", 0, 0), ("B", 1, 0), ("C", 0, 1), ("D", 1, 1))


def layer(kind, name, fields, rows, crs=CRS):
    """A memory layer of (geometry, values)."""
    made = QgsVectorLayer(f"{kind}?crs={crs}" + "".join(f"&field={f}" for f in fields), name,
                          "memory")
    features = []
    for geometry, values in rows:
        feature = QgsFeature(made.fields())
        feature.setGeometry(geometry)
        feature.setAttributes(list(values))
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


def square(column, row, side=SIDE):
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return QgsGeometry.fromRect(QgsRectangle(west, south, west + side, south + side))


def at(x, y):
    """A point, in squares from the south-west corner."""
    return QgsGeometry.fromPointXY(QgsPointXY(WEST + x * SIDE, SOUTH + y * SIDE))


def beats(crs=CRS):
    return layer("Polygon", "beats", ("beat:string",),
                 [(square(column, row), (name,)) for name, column, row in SQUARES], crs)


def points(places, name="points"):
    """Points with an id, and a field that must never leave."""
    return layer("Point", name, ("id:string", "secret:string"),
                 [(at(x, y), (f"r{i}", "Jane Roe")) for i, (x, y) in enumerate(places)])


EDGES = ((0.5, 0.5), (1, 0.5), (1, 1), (0, 0), (0.5, 1), (2.5, 0.5))  # four of six on edges
