# SPDX-License-Identifier: MIT
"""Beats in versions and reports of an overlay at two dates: the map shows what was in force and
what happened then, on a computer with another clock too."""

import pytest

import maps
import overlays

WEST, SOUTH, SIDE = overlays.WEST, overlays.SOUTH, overlays.SIDE
DAYS = ("2024-05-03", "2024-05-17")
VERSIONS = (("old", "2020-01-01", "2024-05-10"), ("new", "2024-05-10", None))


def day(text):
    from qgis.PyQt.QtCore import QDate, QDateTime, QTime, Qt

    return QDateTime(QDate.fromString(text, "yyyy-MM-dd"), QTime(0, 0), Qt.TimeSpec.UTC)


def versioned(rows=VERSIONS):
    """The old beat is the western half, the new one is all."""
    from community_reports import styles
    from qgis.core import QgsGeometry, QgsRectangle

    wide = {"old": SIDE, "new": 2 * SIDE}
    layer = maps.layer("Polygon", "beats", ("beat:string", "valid_from:date", "valid_to:date"), [
        (QgsGeometry.fromRect(QgsRectangle(WEST, SOUTH, WEST + wide[row[0]], SOUTH + 2 * SIDE)),
         row) for row in rows], "EPSG:4326")
    styles.versions(layer)
    return layer


def picture(canvas, layers, temporal=True):
    from qgis.core import (QgsCoordinateReferenceSystem, QgsMapRendererSequentialJob,
                           QgsMapSettings, QgsRectangle)
    from qgis.PyQt.QtCore import QSize

    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(WEST - SIDE / 2, SOUTH - SIDE / 2, WEST + 2.5 * SIDE,
                                    SOUTH + 2.5 * SIDE))
    settings.setOutputSize(QSize(150, 150))
    settings.setLayers(layers)
    settings.setIsTemporal(temporal)
    if temporal:
        settings.setTemporalRange(canvas.temporalRange())
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return image.constBits().asstring(image.sizeInBytes())


def plain_dots(layer):
    """One colour and no rim: dots over each other look the same in whatever order QGIS reads."""
    from qgis.core import QgsMarkerSymbol, QgsSingleSymbolRenderer

    layer.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(
        {"name": "square", "color": "#000000", "outline_style": "no", "size": "2"})))


@pytest.mark.parametrize("clock", ["here", "chicago"])
def test_the_map_shows_the_beats_and_the_reports_of_the_date(desktop, iface, project, tmp_path,
                                                             clock, request):
    from qgis.core import QgsVectorLayer

    if clock == "chicago":
        request.getfixturevalue("chicago")
    path = overlays.publish(tmp_path / "out.gpkg", 120)
    desktop.dock.overlay.setFilePath(str(path))
    desktop.dock.load.click()
    reports = project.mapLayersByName("Reports (protected places)")[0]
    plain_dots(reports)
    beats = versioned()
    seen = set()
    for date, version in zip(DAYS, VERSIONS):
        desktop.dock.dated.setChecked(True)
        desktop.dock.date.setDateTime(day(date))
        shown = picture(iface.canvas, [reports, beats])
        # the same by hand: only what has this date, without any time
        of_day = QgsVectorLayer(f"{path}|layername=reports", "of day", "ogr")
        plain_dots(of_day)
        of_day.temporalProperties().setIsActive(False)
        of_day.setSubsetString(f"\"time_local\" LIKE '{date}%'")
        assert 0 < of_day.featureCount() < 20
        assert shown == picture(iface.canvas, [of_day, versioned([version])], False)
        assert shown != picture(iface.canvas, [of_day], False)
        seen.add(shown)
    assert len(seen) == len(DAYS)
    desktop.dock.dated.setChecked(False)
    assert picture(iface.canvas, [reports, beats], False) not in seen
