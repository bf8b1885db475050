# SPDX-License-Identifier: MIT
"""The overlay that keeps itself current: one edition at a time, whatever happens to the file."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

import overlays

COUNTS = (40, 60, 90, 130)
PATIENCE_S = 120  # only a hang takes so long
WRITER = """
import itertools, os, shutil, sys, time
live, *editions = sys.argv[1:]
for edition in itertools.cycle(editions):
    shutil.copyfile(edition, live + ".new")
    os.replace(live + ".new", live)
    time.sleep(0.01)
"""

CRASH = """
import os, sys
from qgis.PyQt.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
assert lock.tryLock(0)
os._exit(0)
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editions")
    return [overlays.publish(folder / f"{count}.gpkg", count, f"Edition {count}")
            for count in COUNTS]


def facts(path):
    """What tells editions apart: total, numbers by beat, points, title."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        return (file.execute("SELECT reports FROM totals WHERE level = 'all'").fetchone()[0],
                tuple(row[0] for row in file.execute("SELECT reports FROM beats ORDER BY fid")),
                file.execute("SELECT count(*) FROM reports").fetchone()[0],
                file.execute("SELECT text FROM about WHERE key = 'title'").fetchone()[0])


def put(edition, live):
    """Publish: a new file is renamed into place."""
    shutil.copyfile(edition, f"{live}.new")
    os.replace(f"{live}.new", live)


def wait(condition, what):
    from qgis.PyQt.QtCore import QCoreApplication

    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"never happened: {what}"
        QCoreApplication.processEvents()
        time.sleep(0.002)


@pytest.fixture()
def live(tmp_path, editions, desktop):
    """The first edition, loaded and followed."""
    path = tmp_path / "out" / "live.gpkg"
    path.parent.mkdir()
    put(editions[0], path)
    desktop.dock.overlay.setFilePath(str(path))
    desktop.dock.load.click()
    return path


def layer_of(project, table):
    return next(layer for layer in project.mapLayers().values()
                if layer.source().endswith("|layername=" + table))


def shown(project):
    """The same facts as the layers of the project tell them."""
    layers = [layer_of(project, t) for t in ("totals", "beats", "reports", "about")]
    rows = [list(layer.getFeatures()) for layer in layers]
    assert [layer.featureCount() for layer in layers] == [len(found) for found in rows]
    return (next(f["reports"] for f in rows[0] if f["level"] == "all"),
            tuple(f["reports"] for f in sorted(rows[1], key=lambda f: f.id())), len(rows[2]),
            next(f["text"] for f in rows[3] if f["key"] == "title"))


def picture(layers):
    """A job that draws the layers."""
    from qgis.core import (QgsCoordinateReferenceSystem, QgsMapRendererParallelJob, QgsMapSettings,
                           QgsRectangle)
    from qgis.PyQt.QtCore import QSize

    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(-87.655, 41.875, -87.625, 41.905))
    settings.setOutputSize(QSize(120, 120))
    settings.setLayers(layers)
    return QgsMapRendererParallelJob(settings)


def drawn(job):
    job.waitForFinished()
    image = job.renderedImage()
    return image.constBits().asstring(image.sizeInBytes())


def static_picture(path):
    from community_reports import styles
    from qgis.core import QgsVectorLayer

    layers = [QgsVectorLayer(f"{path}|layername={table}", table, "ogr")
              for table in ("reports", "beats")]
    for layer in layers:
        styles.published(layer)
    job = picture(layers)
    job.start()
    return drawn(job)


@pytest.mark.once
def test_no_read_and_no_picture_mixes_editions(live, editions, desktop, project):
    """Another process replaces the file as fast as it can while QGIS reads and draws."""
    from qgis.PyQt.QtCore import QCoreApplication

    known = {facts(path): path for path in editions}
    pictures = {static_picture(path) for path in editions}
    assert len(known) == len(pictures) == len(COUNTS)
    desktop.overlay.soon.setInterval(0)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, live, *editions])
    try:
        seen, frames, reads = set(), set(), 0
        end = time.monotonic() + PATIENCE_S
        while reads < 25 or len(seen) < 3 or len(frames) < 3:
            assert time.monotonic() < end and writer.poll() is None, (reads, len(seen))
            job = picture([layer_of(project, "reports"), layer_of(project, "beats")])
            job.start()
            QCoreApplication.processEvents()  # layers may change while the map is drawn
            found = shown(project)
            assert found in known
            frame = drawn(job)
            assert frame in pictures
            seen.add(found)
            frames.add(frame)
            reads += 1
    finally:
        writer.kill()
        writer.wait()
    put(editions[-1], live)
    wait(lambda: shown(project) == facts(editions[-1]), "the last edition is shown")


def test_a_new_edition_is_shown_soon_and_said(live, editions, desktop, project):
    assert shown(project) == facts(editions[0])
    for edition in editions[1:3]:
        put(edition, live)
        wait(lambda: shown(project) == facts(edition), "the new edition is shown")
        assert f"{facts(edition)[0]} reports, " in desktop.dock.counts.text()


def test_where_no_notice_comes_the_timer_finds_it(live, editions, desktop, project):
    desktop.overlay.watcher.blockSignals(True)
    desktop.overlay.sometimes.setInterval(10)
    put(editions[1], live)
    wait(lambda: shown(project) == facts(editions[1]), "the timer finds the new edition")


def test_what_the_user_has_set_stays(live, editions, desktop, project):
    from qgis.core import QgsMarkerSymbol, QgsSingleSymbolRenderer

    reports, beats = layer_of(project, "reports"), layer_of(project, "beats")
    assert reports.temporalProperties().isActive()
    reports.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple({"name": "star"})))
    reports.temporalProperties().setFixedDuration(7)
    beats.setName("My beats")
    beats.setOpacity(0.5)
    beats.temporalProperties().setIsActive(False)
    tree = project.layerTreeRoot()
    tree.findLayer(beats.id()).setItemVisibilityChecked(False)
    order = [node.layerId() for node in tree.findLayers()]
    project.setDirty(False)
    put(editions[1], live)
    wait(lambda: shown(project) == facts(editions[1]), "the new edition is shown")
    assert reports.renderer().symbol().symbolLayer(0).properties()["name"] == "star"
    assert reports.temporalProperties().isActive()
    assert reports.temporalProperties().fixedDuration() == 7
    assert (beats.name(), beats.opacity()) == ("My beats", 0.5)
    assert not tree.findLayer(beats.id()).isVisible()
    assert [node.layerId() for node in tree.findLayers()] == order
    assert not project.isDirty()
    reports.temporalProperties().setIsActive(False)
    put(editions[2], live)
    wait(lambda: shown(project) == facts(editions[2]), "the next edition is shown")
    assert not reports.temporalProperties().isActive()


def rules(layer):
    return [rule.label() for rule in layer.renderer().rootRule().children()]


def test_classes_that_nobody_changed_follow_the_numbers(live, editions, project):
    beats = layer_of(project, "beats")
    before = rules(beats)
    put(editions[3], live)
    wait(lambda: shown(project) == facts(editions[3]), "the new edition is shown")
    assert rules(beats) != before
    assert any(str(facts(editions[3])[1][0]) in label for label in rules(beats))


def test_a_project_is_saved_with_what_is_published_and_comes_back(live, editions, desktop,
                                                                  project, tmp_path):
    path = tmp_path / "city.qgs"
    assert project.write(str(path))
    text = path.read_text(encoding="utf-8")
    assert "./out/live.gpkg|layername=beats" in text and "/editions/" not in text
    before = rules(layer_of(project, "beats"))
    project.clear()
    put(editions[3], live)
    assert project.read(str(path))
    assert shown(project) == facts(editions[3])
    assert "/editions/" in layer_of(project, "beats").source()
    assert rules(layer_of(project, "beats")) != before
    assert layer_of(project, "reports").temporalProperties().isActive()


def test_a_layer_that_the_user_dragged_in_follows_too(live, editions, desktop, project):
    from qgis.core import QgsVectorLayer

    project.removeAllMapLayers()
    for table in ("totals", "beats", "reports", "about"):
        project.addMapLayer(QgsVectorLayer(f"{live}|layername={table}", table, "ogr"))
    assert len(desktop.overlay.layers()) == 4
    assert layer_of(project, "reports").temporalProperties().isActive()
    before = rules(layer_of(project, "beats"))
    put(editions[1], live)
    wait(lambda: shown(project) == facts(editions[1]), "the new edition is shown")
    assert rules(layer_of(project, "beats")) != before  # nobody had changed its style


@pytest.mark.parametrize("damage", ["gone", "half", "other"])
def test_what_is_no_overlay_leaves_the_last_edition(live, editions, desktop, project, damage):
    if damage == "gone":
        live.unlink()
    else:
        live.write_bytes(editions[1].read_bytes()[:5000] if damage == "half" else b"x" * 5000)
    desktop.overlay.look()
    assert shown(project) == facts(editions[0])
    put(editions[2], live)
    wait(lambda: shown(project) == facts(editions[2]), "a whole edition is shown again")


def test_a_file_that_comes_later_is_found(desktop, project, editions, tmp_path):
    path = tmp_path / "later.gpkg"
    desktop.dock.overlay.setFilePath(str(path))
    assert not desktop.dock.load.isEnabled()
    put(editions[0], path)
    wait(desktop.dock.load.isEnabled, "the overlay is found")
    desktop.dock.load.click()
    assert shown(project) == facts(editions[0])


@pytest.mark.parametrize("when", ["at first", "later"])
def test_where_no_copy_can_be_kept_the_dock_says_so(editions, desktop, project, tmp_path,
                                                    monkeypatch, when):
    from community_reports.gui import editions as module

    def full(*_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "live.gpkg"
    put(editions[0], path)
    if when == "at first":
        monkeypatch.setattr(module.tempfile, "mkdtemp", lambda **_: full())
    desktop.dock.overlay.setFilePath(str(path))
    if when == "later":
        desktop.dock.load.click()
        monkeypatch.setattr(module.shutil, "copyfileobj", full)
        put(editions[1], path)
        desktop.overlay.look()
        assert shown(project) == facts(editions[0])
    assert "cannot show this edition: No space left on device" in desktop.dock.counts.text()
    desktop.dock.load.click()
    monkeypatch.undo()
    if when == "later":
        desktop.overlay.look()
        assert shown(project) == facts(editions[1])
        assert "cannot show" not in desktop.dock.counts.text()


def test_what_is_published_is_never_written_to(live, editions, desktop, project):
    before = live.read_bytes()
    list(layer_of(project, "beats").getFeatures())
    assert not layer_of(project, "beats").startEditing()
    assert live.read_bytes() == before == editions[0].read_bytes()
    assert sorted(p.name for p in live.parent.iterdir()) == ["live.gpkg"]


def test_afterwards_layers_have_their_file_again_and_no_copy_is_left(live, desktop, project):
    from qgis.core import QgsPathResolver

    source = layer_of(project, "beats").source()
    folder = pathlib.Path(source.split("|")[0]).parent.parent
    assert folder.exists()
    desktop.overlay.close()
    assert layer_of(project, "beats").source() == f"{live}|layername=beats"
    assert not layer_of(project, "beats").readOnly()
    assert list(folder.parent.iterdir()) == []
    assert QgsPathResolver().writePath(source.split("|")[0]) == source.split("|")[0]
    desktop.workplace.changed.emit()
    assert layer_of(project, "beats").source() == f"{live}|layername=beats"


def test_copies_that_a_crash_left_are_swept(qgis, editions):
    from community_reports.gui import editions as module

    left = pathlib.Path(module._folder()) / "left"
    left.mkdir(parents=True)
    (left / "old.gpkg").write_bytes(b"x")
    subprocess.run([sys.executable, "-c", CRASH, left / "lock"], check=True)
    assert (left / "lock").exists()
    first, second = module.Editions(str(editions[0])), module.Editions(str(editions[0]))
    try:
        assert not left.exists()
        assert first.take(os.path.exists) and second.take(os.path.exists)
        assert os.path.exists(first.current) and os.path.exists(second.current)
    finally:
        first.close()
        second.close()
