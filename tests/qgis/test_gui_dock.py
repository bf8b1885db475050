# SPDX-License-Identifier: MIT
"""The dock: what it shows, what it opens, and that it goes without a trace."""

import gc
import os
import re
import sys
import weakref

import pytest

import maps
from environment import PLUGIN


def date(text):
    from qgis.PyQt.QtCore import QDateTime, Qt

    made = QDateTime.fromString(text, "yyyy-MM-dd HH:mm")
    made.setTimeSpec(Qt.TimeSpec.UTC)
    return made


def wall(moment):
    return moment.toString("yyyy-MM-dd HH:mm")


def test_choices_live_in_the_project(desktop, project, tmp_path):
    first, second = maps.beats(), maps.beats()
    project.addMapLayers([first, second, maps.points(maps.EDGES)])
    dock = desktop.dock
    assert dock.beats.count() == 2  # no points
    dock.beats.item(0).setCheckState(2)
    chosen = dock.beats.item(0).data(0x100)
    assert [layer.id() for layer in desktop.workplace.beat_layers()] == [chosen]
    dock.store.setFilePath(str(tmp_path / "city.store"))
    dock.field.setText("beat")
    dock.field.editingFinished.emit()
    path = str(tmp_path / "city.qgs")
    assert project.write(path)
    text = (tmp_path / "city.qgs").read_text(encoding="utf-8")
    assert "./city.store" in text and str(tmp_path / "city.store") not in text
    project.clear()
    assert dock.store.filePath() == dock.field.text() == "" and dock.beats.count() == 0
    project.read(path)
    assert dock.store.filePath() == str(tmp_path / "city.store")
    assert dock.field.text() == "beat"
    assert project.readListEntry("community", "/beats")[0] == [chosen]


def test_the_date_and_the_temporal_controller_move_each_other(chicago, desktop, iface):
    from qgis.core import QgsDateTimeRange, QgsInterval, QgsTemporalNavigationObject

    mode = QgsTemporalNavigationObject.NavigationMode
    dock, controller = desktop.dock, iface.canvas.temporalController()
    assert desktop.as_of.moment is None and not dock.dated.isChecked()
    # from the dock
    dock.date.setDateTime(date("2024-05-12 00:00"))
    dock.dated.setChecked(True)
    shown = iface.canvas.temporalRange()
    assert controller.navigationMode() == mode.FixedRange
    assert (wall(shown.begin()), wall(shown.end())) == ("2024-05-12 00:00", "2024-05-13 00:00")
    dock.date.setDateTime(date("2024-06-01 06:30"))
    assert wall(iface.canvas.temporalRange().begin()) == "2024-06-01 06:30"
    dock.dated.setChecked(False)
    assert controller.navigationMode() == mode.NavigationOff
    assert not iface.canvas.mapSettings().isTemporal()
    # from the controller
    controller.setTemporalExtents(QgsDateTimeRange(date("2024-01-01 00:00"),
                                                   date("2024-12-31 00:00")))
    controller.setFrameDuration(QgsInterval(86400 * 10))
    controller.setNavigationMode(mode.Animated)
    controller.setCurrentFrameNumber(2)
    assert wall(dock.date.dateTime()) == wall(desktop.as_of.moment) == "2024-01-21 00:00"
    assert dock.dated.isChecked()
    # in an animation the dock goes to the frame, and keeps the moment within it
    dock.date.setDateTime(date("2024-03-05 00:00"))
    assert controller.navigationMode() == mode.Animated
    frame = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    assert wall(frame.begin()) <= "2024-03-05 00:00" < wall(frame.end())
    assert wall(desktop.as_of.moment) == "2024-03-05 00:00"
    controller.setCurrentFrameNumber(controller.currentFrameNumber() + 1)
    assert wall(desktop.as_of.moment) == wall(frame.end())
    # the start of a fixed range is what is meant, also where the moment before lies in it
    controller.setNavigationMode(mode.FixedRange)
    for start in ("2024-03-10 00:00", "2024-03-01 12:00"):
        controller.setTemporalExtents(QgsDateTimeRange(date(start), date("2024-12-31 00:00")))
        assert wall(desktop.as_of.moment) == start
    controller.setNavigationMode(mode.NavigationOff)
    assert desktop.as_of.moment is None and not dock.dated.isChecked()


def test_a_map_without_a_controller_follows_too(qgis):
    from community_reports.gui.as_of import AsOf
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QObject

    owner, canvas = QObject(), QgsMapCanvas()
    as_of = AsOf(canvas, owner)
    as_of.set(date("2024-05-12 00:00"))
    assert wall(canvas.temporalRange().begin()) == wall(as_of.moment) == "2024-05-12 00:00"
    as_of.set(None)
    assert as_of.moment is None and not canvas.temporalRange().begin().isValid()
    as_of.close()


def test_freshness_and_counts_are_those_of_the_file(desktop, overlay, tmp_path):
    from community_reports import published

    dock = desktop.dock
    assert not dock.load.isEnabled()
    path = overlay(tmp_path / "out.gpkg", 60)
    dock.overlay.setFilePath(str(path))
    assert dock.fresh.text() == "Published just now." and dock.load.isEnabled()
    assert "60 reports, " in dock.counts.text() and "4 beats, " in dock.counts.text()
    hours = os.stat(path).st_mtime - 3 * 3600 - 5
    os.utime(path, (hours, hours))
    dock.show_published()
    assert dock.fresh.text() == "Published 3 hours ago."
    assert [published.ago(s) for s in (59, 60, 7199, 86400, 200000)] == [
        "just now", "1 minute ago", "1 hour ago", "1 day ago", "2 days ago"]
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"no database")
    dock.overlay.setFilePath(str(broken))
    assert dock.fresh.text() == "The file is no published overlay." and not dock.load.isEnabled()


def test_buttons_open_filled_dialogs(chicago, desktop, iface, project, monkeypatch):
    import processing.gui.AlgorithmDialog  # noqa: F401  and all that it needs
    from community_reports.gui.algorithm_dialogs import algorithms, known, open_dialog

    for name, module in list(sys.modules.items()):  # each has its own name for the interface
        if name.split(".")[0] == "processing" and hasattr(module, "iface"):
            monkeypatch.setattr(module, "iface", iface)
    beats = maps.beats()
    project.addMapLayers([beats, maps.points(maps.EDGES)])
    desktop.workplace.set_beat_layers([beats])
    desktop.as_of.set(date("2024-05-12 00:00"))
    there = {a.name(): a for a in algorithms()}
    values = known(there["assignbeats"], desktop)
    assert values["BEATS"] == [beats] and "STORE" not in values
    assert wall(values["AS_OF"]) == "2024-05-12 00:00"
    desktop.dock.overlay.setFilePath("/maps/overlay.gpkg")
    assert known(there["publishoverlay"], desktop)["OUTPUT"] == "/maps/overlay.gpkg"
    assert "OUTPUT" not in known(there["assignbeats"], desktop)
    dialog = open_dialog("assignbeats", desktop)
    assert dialog.isVisible() and dialog.algorithm().id() == "community:assignbeats"
    filled = dialog.createProcessingParameters()
    assert filled["BEATS"] == [beats.source()]
    assert wall(filled["AS_OF"]) == "2024-05-12 00:00"
    dialog.close()
    dialog.deleteLater()
    assert desktop.dock.doors["assignbeats"].isEnabled()
    desktop.dock._fill_menu()
    assert {a.objectName() for a in desktop.dock.menu.actions()} == {
        "communityMore_" + name for name in there}
    desktop.dock.options.click()
    assert iface.opened == ["communityOptions"]


def inputs(root):
    """Widgets that the keyboard can reach, in the order of the tab key."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtWidgets import QWidget

    found, widget = [], root
    while True:
        widget = widget.nextInFocusChain()
        if widget is root or not isinstance(widget, QWidget):
            return found
        if root.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus \
                and not widget.objectName().startswith("qt_") and widget.focusProxy() is None \
                and not widget.isHidden():
            found.append(widget)


def mnemonics(root):
    from qgis.PyQt.QtWidgets import QAbstractButton, QLabel

    texts = [w.text() for w in root.findChildren(QAbstractButton) if w.objectName()]
    texts += [w.text() for w in root.findChildren(QLabel) if w.buddy() is not None]
    return [m.group(1).lower() for text in texts for m in re.finditer("&([^& ])", text)]


@pytest.mark.parametrize("part", ["dock", "options"])
def test_everything_is_reached_by_keyboard_and_has_a_name(desktop, part):
    from community_reports.gui.options import OptionsPage
    from qgis.PyQt.QtWidgets import QAbstractButton, QLabel

    root = desktop.dock.widget().widget() if part == "dock" else OptionsPage(None)
    found = inputs(root)
    buddies = [label.buddy() for label in root.findChildren(QLabel)]
    for widget in found:
        named = widget.accessibleName() or widget in buddies or widget.toolTip() \
            or (isinstance(widget, QAbstractButton) and widget.text())
        assert named, (widget, widget.objectName(), widget.parent().objectName())
    names = [w.objectName() or w.parent().objectName() for w in found]
    wanted = {"dock": ["communityStore", "communityOverlay", "communityBeats",
                       "communityBeatField", "communityDated", "communityLoadOverlay",
                       "communityDo_assignbeats", "communityMore", "communityCoordinates",
                       "communityAsk", "communityAnswer", "communityPick", "communityOpenOptions"],
              "options": ["communityLibraryPath", "communitySelfTest", "communityPolicyPath",
                          "communityMaskKeyPath", "communityTimeZone"]}[part]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places)
    assert_letters(root, part, "en")


# the letters of QGIS's own menus, which a dock shares its window with
MENUS = {"en": "jevlsprodwmch", "es": "yevcfmordw"}


def assert_letters(root, part, language):
    """Each letter leads to one place."""
    letters = mnemonics(root)
    assert len(letters) >= 4 and len(letters) == len(set(letters)), letters
    assert part != "dock" or not set(letters) & set(MENUS[language]), letters


@pytest.mark.parametrize("part", ["dock", "options"])
def test_each_letter_leads_to_one_place_in_spanish_too(qgis, iface, project, part):
    import package
    from community_reports.gui.options import OptionsPage
    from environment import PLUGINS
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator

    translator, compiled = QTranslator(), package.compiled(
        PLUGINS / PLUGIN / "i18n/community_es.ts")
    assert translator.loadFromData(compiled)
    QCoreApplication.installTranslator(translator)
    plugin = __import__(PLUGIN).classFactory(iface)
    plugin.initGui()
    try:
        root = plugin.desktop.dock.widget().widget() if part == "dock" else OptionsPage(None)
        assert plugin.desktop.dock.windowTitle() != "Community reports"
        assert_letters(root, part, "es")
    finally:
        plugin.unload()
        QCoreApplication.removeTranslator(translator)


@pytest.mark.parametrize("path, why", [("/nowhere/libcommunity.so.0", "/nowhere/libcommunity.so.0"),
                                       ("libm.so.6", "is not libcommunity")])
def test_without_the_library_every_place_says_the_same(iface, project, setting, path, why):
    from community_reports import settings
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    setting(settings.PATH_OF_LIBRARY, path)
    plugin = __import__(PLUGIN).classFactory(iface)
    plugin.initGui()
    try:
        dock = plugin.desktop.dock
        sentence = dock.problem.text()
        assert why in sentence and "./dev install" in sentence
        registry = QgsApplication.processingRegistry()
        assert registry.providerById("community").warningMessage() == sentence
        algorithm = registry.createAlgorithmById("community:assignbeats")
        assert algorithm.canExecute() == (False, sentence)
        feedback = QgsProcessingFeedback()
        _, done = algorithm.run({"INPUT": maps.points(maps.EDGES), "BEATS": [maps.beats()],
                                 "OUTPUT": "memory:"}, QgsProcessingContext(), feedback)
        assert not done and sentence in feedback.textLog()
        assert not dock.doors["assignbeats"].isEnabled() and not dock.which.ask.isEnabled()
        beats = maps.beats()
        project.addMapLayer(beats)
        plugin.desktop.workplace.set_beat_layers([beats])
        dock.which.line.setText("41, 2")
        dock.which.ask_line()
        assert dock.which.answer.toPlainText() == sentence
        setting(settings.PATH_OF_LIBRARY, "")
        plugin.desktop.refresh()  # as the page of settings does
        assert dock.problem.isHidden() and dock.which.ask.isEnabled()
    finally:
        plugin.unload()


LONG_LIVED = (
    ("project", ("readProject", "cleared", "layersAdded", "layersRemoved", "writeProject")),
    ("canvas", ("temporalRangeChanged", "mapToolSet")),
)


def receivers(iface):
    """How many slots hang on signals of what outlives the plugin."""
    from qgis.core import QgsApplication, QgsProject

    project = QgsProject.instance()
    things = {"project": project, "canvas": iface.canvas}
    found = {(thing, name): things[thing].receivers(getattr(things[thing], name))
             for thing, names in LONG_LIVED for name in names}
    tasks = QgsApplication.taskManager()
    found["tasks"] = tasks.receivers(tasks.taskAdded)
    app, tree = QgsApplication.instance(), project.layerTreeRoot()
    found["focus"] = app.receivers(app.focusChanged)
    found["tree"] = [tree.receivers(signal) for signal in (
        tree.addedChildren, tree.removedChildren, tree.willRemoveChildren)]
    found["copy"] = iface.copy.receivers(iface.copy.triggered)
    found["layouts"] = (iface.receivers(iface.layoutDesignerOpened),
                        iface.receivers(iface.layoutDesignerWillBeClosed))
    return found


def settle():
    """Let go of what is deleted later, and of what that deletes later."""
    from qgis.PyQt.QtCore import QCoreApplication, QEvent

    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


def test_unload_leaves_nothing(iface, project):
    from community_reports import precision
    from qgis.core import QgsApplication, QgsProject
    from qgis.PyQt.QtCore import QObject

    def one_life():
        plugin = __import__(PLUGIN).classFactory(iface)
        plugin.initGui()
        dock = plugin.desktop.dock
        beats = maps.beats()
        project.addMapLayer(beats)
        precision.mark_exact(beats)
        plugin.desktop.workplace.set_beat_layers([beats])
        dock.which.action.trigger()
        assert iface.canvas.mapTool() is dock.which.tool
        dock.which.line.setText("45.157, 15.006")
        dock.which.ask_line()
        plugin.desktop.as_of.set(date("2024-05-12 00:00"))
        kept = [weakref.ref(thing) for thing in (
            plugin, plugin.desktop, dock, dock.which, dock.which.tool, plugin.desktop.as_of,
            plugin.desktop.workplace, plugin.desktop.options, plugin.desktop.overlay,
            plugin.desktop.guard, plugin.desktop.layouts)]
        assert len(receivers(iface)) and iface.left()
        plugin.unload()
        project.removeAllMapLayers()
        return kept

    settle()  # other tests
    before, children = receivers(iface), len(iface.window.findChildren(QObject))
    items = len(iface.canvas.scene().items())
    for _ in range(2):
        kept = one_life()
        settle()
        assert iface.left() == []
        assert [ref() for ref in kept if ref() is not None] == []
        assert receivers(iface) == before
        assert iface.canvas.mapTool() is None
    assert len(iface.canvas.scene().items()) == items
    assert len(iface.window.findChildren(QObject)) <= children + 1  # the layout of docks stays
    assert QgsApplication.processingRegistry().providerById("community") is None
    assert QgsProject.instance().mapLayers() == {}
