# SPDX-License-Identifier: MIT
"""Beats in two versions and a published overlay in the temporal controller, as they are loaded.

The maps are compared with those in golden/. To draw them anew: delete them, run this, look at them.
"""

import json
import os
import subprocess

import pytest
from qgis.core import (QgsDateTimeRange, QgsExpression, QgsExpressionContext,
                       QgsExpressionContextUtils, QgsFeature, QgsFeatureRequest,
                       QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle, QgsRenderContext,
                       QgsVectorLayer, QgsVectorLayerTemporalContext)
from qgis.PyQt.QtCore import QDateTime, QEventLoop, QSize, Qt
from qgis.PyQt.QtGui import QColor, QImage

from environment import BUILD, ROOT

GOLDEN = ROOT / "tests/qgis/golden"
SIZE = QSize(320, 160)
APART = 40       # of 255: more is another colour, less is how edges are smoothed
TOLERATED = 0.004  # of all pixels
WEST, SOUTH, SIDE = -95.2, 39.9, 0.02
DAYS = {"march": ("2024-03-31T00:00:00", "2024-04-01T00:00:00"),
        "april": ("2024-04-01T00:00:00", "2024-04-02T00:00:00")}
# source_ref, longitude and latitude in sides, occurred: the third is April in UTC already.
REPORTS = (("a", 0.3, 0.3, "2024-03-31T09:00:00"), ("b", 1.2, 0.7, "2024-03-31T12:00:00"),
           ("c", 1.7, 0.2, "2024-03-31T23:30:00"), ("d", 0.6, 0.8, "2024-04-01T00:10:00"),
           ("e", 1.8, 0.8, "2024-05-02T08:00:00"))
SHOWN = {"march": {"2024-03-31T09:00:00", "2024-03-31T12:00:00", "2024-03-31T23:00:00"},
         "april": {"2024-04-01T00:00:00"}}


def box(west, east):
    west, east, north = WEST + west * SIDE, WEST + east * SIDE, SOUTH + SIDE
    return [[[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]]


def write_beats(path):
    """Two beats; their border moves east on 1 April."""
    rows = []
    for start, end, border in (("2023-01-01", "2024-04-01", 1.0), ("2024-04-01", None, 1.4)):
        for name, west, east in (("A", 0, border), ("B", border, 2)):
            rows.append({"type": "Feature", "geometry": {"type": "Polygon",
                                                         "coordinates": box(west, east)},
                         "properties": {"beat": name, "valid_from": start, "valid_to": end}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Beats, and an overlay whose places come from addresses: the same whatever the key."""
    folder = tmp_path_factory.mktemp("temporal")
    write_beats(folder / "beats.geojson")
    lines = ["lon,lat"] + [f"{WEST + SIDE * (x + 0.5) / 12:.6f},{SOUTH + SIDE * (y + 0.5) / 12:.6f}"
                           for x in range(24) for y in range(12)]
    (folder / "addresses.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["source_ref,lon,lat,occurred,category"] + [
        f"{name},{WEST + x * SIDE:.6f},{SOUTH + y * SIDE:.6f},{when},noise"
        for name, x, y, when in REPORTS]
    (folder / "reports.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "policy.json").write_text(json.dumps(
        {"policy": 1, "name": "test", "time_zone": "America/Chicago", "suppress_below": 1, "k": 8,
         "default": {"law": "anchor", "time_bin": "hour"}}), encoding="utf-8")
    subprocess.run(
        [BUILD / "bin/community", "overlay", "--quiet", "--beats", "beats.geojson", "--addresses",
         "addresses.csv", "--policy", "policy.json", "--reports", "reports.csv",
         "-o", "overlay.gpkg"], cwd=folder, check=True,
        env={**os.environ, "HOME": str(folder), "LD_PRELOAD": ""})
    return folder


def beats_as(kind, source):
    """The same beats, with dates of another type in memory: Date, DateTime, string."""
    made = QgsVectorLayer("Polygon?crs=EPSG:4326&field=beat:string"
                          f"&field=valid_from:{kind}&field=valid_to:{kind}", kind, "memory")
    convert = {"Date": lambda day: day, "DateTime": QDateTime,
               "string": lambda day: day.toString("yyyy-MM-dd")}[kind]
    rows = []
    for feature in source.getFeatures():
        row = QgsFeature(made.fields())
        row.setGeometry(feature.geometry())
        row.setAttributes([feature["beat"], *(convert(feature[name]) if feature[name] else None
                                              for name in ("valid_from", "valid_to"))])
        rows.append(row)
    made.dataProvider().addFeatures(rows)
    return made


@pytest.fixture()
def layers(plugin, files):
    """[reports, beats], styled as the plugin styles what it loads."""
    from community_reports import styles
    beats = QgsVectorLayer(f"{files}/beats.geojson", "beats", "ogr")
    reports = QgsVectorLayer(f"{files}/overlay.gpkg|layername=reports", "reports", "ogr")
    assert beats.featureCount() == 4 and reports.featureCount() == 5
    styles.versions(beats)
    styles.published(reports)
    both = [reports, beats]
    del reports, beats
    yield both
    both.clear()  # before QGIS ends: pytest holds on to what a fixture gave


def frame(day):
    return QgsDateTimeRange(*(QDateTime.fromString(text, Qt.DateFormat.ISODate)
                              for text in DAYS[day]), True, False)


def active(layer, day, field):
    """The values of a field of what the temporal controller shows on a day."""
    assert layer.temporalProperties().isActive()
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    text = layer.temporalProperties().createFilterString(context, frame(day))
    request = QgsFeatureRequest(QgsExpression(text))
    request.setExpressionContext(QgsExpressionContext(
        QgsExpressionContextUtils.globalProjectLayerScopes(layer)))
    return sorted(str(feature[field]) for feature in layer.getFeatures(request))


def draw(layers, day=None):
    wanted = QgsMapSettings()
    wanted.setLayers(list(layers))
    wanted.setDestinationCrs(layers[0].crs())
    wanted.setExtent(QgsRectangle(WEST, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE).buffered(0.002))
    wanted.setOutputSize(SIZE)
    wanted.setOutputDpi(96)
    wanted.setBackgroundColor(QColor("white"))
    wanted.setExpressionContext(QgsExpressionContext(
        QgsExpressionContextUtils.globalProjectLayerScopes(None)))
    if day:
        wanted.setIsTemporal(True)
        wanted.setTemporalRange(frame(day))
    job, loop = QgsMapRendererParallelJob(wanted), QEventLoop()
    job.finished.connect(loop.quit)
    job.start()
    loop.exec()
    assert not job.errors()
    return job.renderedImage().convertToFormat(QImage.Format.Format_RGB32)


def difference(one, other):
    """The share of pixels that are of another colour."""
    assert one.size() == other.size()
    apart = 0
    for y in range(one.height()):
        for x in range(one.width()):
            a, b = one.pixel(x, y), other.pixel(x, y)
            apart += a != b and any(abs((a >> bits & 255) - (b >> bits & 255)) > APART
                                    for bits in (0, 8, 16))
    return apart / (one.width() * one.height())


@pytest.mark.parametrize("day", DAYS)
def test_each_day_shows_its_own_beats_and_reports(layers, day):
    reports, beats = layers
    assert set(active(reports, day, "time_local")) == SHOWN[day]
    assert active(beats, day, "beat") == ["A", "B"]
    shown = next(f for f in beats.getFeatures() if str(f["valid_from"]) == active(
        beats, day, "valid_from")[0])
    assert shown["valid_from"].year() == {"march": 2023, "april": 2024}[day]
    assert len(active(beats, day, "valid_from")) == 2


@pytest.mark.parametrize("kind", ["Date", "DateTime", "string"])
def test_dates_of_any_type_end_where_the_next_begin(layers, kind):
    from community_reports import styles
    beats = beats_as(kind, layers[1])
    styles.versions(beats)
    for day in DAYS:
        assert active(beats, day, "beat") == ["A", "B"]


def test_local_time_stands_beside_utc(layers):
    """The agency's clock decides the day: half past eleven at night is tomorrow in UTC."""
    late = [f for f in layers[0].getFeatures() if f["time_local"] == "2024-03-31T23:00:00"]
    assert len(late) == 1
    utc = late[0]["time_utc"]
    assert utc.toString("yyyy-MM-ddTHH") == "2024-04-01T04"


def test_the_controller_is_on_without_a_hand(files, plugin):
    """QGIS restores all of a style in the file but whether time is active."""
    from community_reports import styles
    layer = QgsVectorLayer(f"{files}/overlay.gpkg|layername=reports", "reports", "ogr")
    styles.published(layer)
    assert layer.temporalProperties().isActive()
    beats = QgsVectorLayer(f"{files}/overlay.gpkg|layername=beats", "beats", "ogr")
    styles.published(beats)
    assert not beats.temporalProperties().isActive()  # nothing says when they begin and end


def test_what_has_no_style_hides_nothing(files, plugin):
    from community_reports import styles
    fills = {}
    for name in ("beats", "catchments"):
        layer = QgsVectorLayer(f"{files}/overlay.gpkg|layername={name}", name, "ogr")
        styles.published(layer)
        fills[name] = layer.renderer().type(), layer.renderer().symbols(
            QgsRenderContext())[0].symbolLayer(0).properties().get("style")
    assert fills["catchments"] == ("singleSymbol", "no")
    assert fills["beats"][0] == "RuleRenderer"


@pytest.mark.parametrize("day", DAYS)
def test_the_map_of_a_day_is_as_it_was(layers, day):
    drawn, path = draw(layers, day), GOLDEN / f"temporal-{day}.png"
    if not path.exists():
        assert drawn.save(str(path))
        pytest.fail(f"{path} was drawn anew: look at it")
    apart = difference(drawn, QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32))
    assert apart < TOLERATED, f"{apart:.3f} of the map of {day} differs"


def test_the_tolerance_tells_the_two_days_apart(layers):
    maps = [draw(layers, day) for day in DAYS] + [draw(layers)]
    assert all(difference(one, other) > 2 * TOLERATED for i, one in enumerate(maps)
               for other in maps[:i])
