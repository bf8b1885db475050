# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock "Community reports": what the project works with, how fresh what is published is, and
doors to the algorithms."""

from qgis.gui import QgsDockWidget, QgsFileWidget
from qgis.PyQt.QtCore import QDateTime, Qt, QTime, QTimer
from qgis.PyQt.QtWidgets import (QCheckBox, QDateTimeEdit, QFormLayout, QGridLayout, QGroupBox,
                                 QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QMenu,
                                 QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget)

from .. import published, settings
from ..words import tr
from .algorithm_dialogs import algorithms, open_dialog
from .layout_guard import project_in_words
from .options import PAGE
from .which_beat_panel import WhichBeatPanel
from .widgets import file_row, message_label
from .workplace import OVERLAY, STORE

FIRST = ("ingestreports", "checkbeats", "assignbeats", "maskpoints", "checkprivacy",
         "publishoverlay")  # the way of a report; the others are in the menu
MINUTE, WIDTH = 60000, 320  # milliseconds, pixels


class Dock(QgsDockWidget):
    def __init__(self, desktop):
        super().__init__(tr("Community reports"), desktop.iface.mainWindow())
        self.setObjectName("communityDock")
        self.desktop, self.workplace, self.as_of = desktop, desktop.workplace, desktop.as_of
        body = QWidget()
        self.box = QVBoxLayout(body)
        self.problem = message_label("communityProblem", tr("What is missing"))
        self.exact = message_label("communityExact", tr("Exact positions in this project"))
        for label in (self.problem, self.exact):
            self.box.addWidget(label)
        self._add_sources()
        self._add_published()
        self._add_doors()
        self.which = WhichBeatPanel(desktop)
        self.box.addWidget(self.which)
        self._add_settings()
        self.box.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setMinimumWidth(WIDTH)
        scroll.setWidget(body)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(scroll)
        self.timer = QTimer(self)
        self.timer.setInterval(MINUTE)
        self.timer.timeout.connect(self.show_published)
        self.visibilityChanged.connect(self._visible)
        self.workplace.changed.connect(self.show_sources)
        self.as_of.changed.connect(self.show_as_of)
        desktop.guard.changed.connect(self.show_exact)
        self.refresh()

    # --- parts ----------------------------------------------------------------------------------

    def _add_sources(self):
        group = QGroupBox(tr("Sources"))
        form = QFormLayout(group)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.store = file_row(form, tr("S&tore"), "communityStore")
        self.overlay = file_row(form, tr("Published overla&y"), "communityOverlay", kinds=tr(
            "Overlays") + " (*.gpkg)")
        for widget in (self.store, self.overlay):
            widget.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.beats = QListWidget()
        self.beats.setObjectName("communityBeats")
        self.beats.setAccessibleName(tr("Layers that hold beats"))
        self.beats.setToolTip(tr("Tick one layer, or one for each version of the beats."))
        self.beats.setMaximumHeight(self.fontMetrics().lineSpacing() * 6)
        form.addRow(tr("&Beats"), self.beats)
        self.field = QLineEdit()
        self.field.setObjectName("communityBeatField")
        self.field.setAccessibleName(tr("Field that names a beat"))
        self.field.setPlaceholderText(tr("empty: found by itself"))
        form.addRow(tr("Beat &field"), self.field)
        row = QHBoxLayout()
        self.dated = QCheckBox(tr("&As of"))
        self.dated.setObjectName("communityDated")
        self.dated.setToolTip(tr("The date for which beats answer. It moves with the temporal "
                                 "controller of the map, and moves it. Off: the latest beats."))
        self.date = QDateTimeEdit(QDateTime.currentDateTime())
        self.date.setObjectName("communityAsOfDate")
        self.date.setAccessibleName(tr("Date for which beats answer"))
        self.date.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.date.setTimeSpec(Qt.TimeSpec.UTC)
        self.date.setDateTime(QDateTime(self.date.date(), QTime(0, 0), Qt.TimeSpec.UTC))
        self.date.setCalendarPopup(True)
        self.date.setKeyboardTracking(False)
        row.addWidget(self.dated)
        row.addWidget(self.date, 1)
        form.addRow(row)
        self.box.addWidget(group)
        self.store.fileChanged.connect(lambda path: self.workplace.set_path(STORE, path))
        self.overlay.fileChanged.connect(lambda path: self.workplace.set_path(OVERLAY, path))
        self.beats.itemChanged.connect(self._beats_ticked)
        self.field.editingFinished.connect(self._field_named)
        self.dated.toggled.connect(self._date_chosen)
        self.date.dateTimeChanged.connect(self._date_chosen)

    def _add_published(self):
        group = QGroupBox(tr("Published"))
        box = QVBoxLayout(group)
        self.fresh = message_label("communityFreshness", tr("How fresh the overlay is"))
        self.counts = message_label("communityCounts", tr("What the overlay counts"))
        self.load = QPushButton(tr("Load, and keep c&urrent"))
        self.load.setObjectName("communityLoadOverlay")
        self.load.setToolTip(tr("Adds the layers of the overlay. They follow each new edition of "
                                "the file."))
        box.addWidget(self.fresh)
        box.addWidget(self.counts)
        box.addWidget(self.load)
        self.box.addWidget(group)
        self.load.clicked.connect(self.desktop.overlay.load)
        self.desktop.overlay.renewed.connect(self.show_published)

    def _add_doors(self):
        group = QGroupBox(tr("Do"))
        grid = QGridLayout(group)
        self.doors = {}
        for index, name in enumerate(FIRST):
            button = QPushButton()
            button.setObjectName("communityDo_" + name)
            button.clicked.connect(lambda _=False, name=name: self.open(name))
            grid.addWidget(button, index, 0)
            self.doors[name] = button
        self.more = QToolButton()
        self.more.setObjectName("communityMore")
        self.more.setText(tr("More…"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        grid.addWidget(self.more, len(FIRST), 0)
        self.box.addWidget(group)

    def _add_settings(self):
        self.options = QPushButton(tr("Settin&gs…"))
        self.options.setObjectName("communityOpenOptions")
        self.options.clicked.connect(
            lambda: self.desktop.iface.showOptionsDialog(self.desktop.iface.mainWindow(), PAGE))
        self.box.addWidget(self.options)

    # --- what the user does ---------------------------------------------------------------------

    def _beats_ticked(self, _item):
        ticked = {item.data(Qt.ItemDataRole.UserRole) for item in self._items()
                  if item.checkState() == Qt.CheckState.Checked}
        self.workplace.set_beat_layers(
            [layer for layer in self.workplace.areas() if layer.id() in ticked])

    def _field_named(self):
        self.workplace.set_beat_field(self.field.text().strip())

    def _date_chosen(self, *_):
        self.as_of.set(self.date.dateTime() if self.dated.isChecked() else None)

    def open(self, name):
        open_dialog(name, self.desktop)

    def _fill_menu(self):
        self.menu.clear()
        for algorithm in algorithms():
            action = self.menu.addAction(algorithm.icon(), algorithm.displayName() + "…")
            action.setObjectName("communityMore_" + algorithm.name())
            action.triggered.connect(lambda _=False, name=algorithm.name(): self.open(name))

    # --- what is shown --------------------------------------------------------------------------

    def refresh(self):
        """Everything, as after a change of the settings."""
        self.problem.setText(settings.why_no_library())
        self.problem.setVisible(bool(self.problem.text()))
        there = {algorithm.name(): algorithm for algorithm in algorithms()}
        for name, button in self.doors.items():
            button.setEnabled(name in there and not self.problem.text())
            if name in there:
                button.setText(there[name].displayName() + "…")
                button.setIcon(there[name].icon())
                button.setToolTip(there[name].shortDescription() or there[name].displayName())
            button.setVisible(name in there)
        self.more.setEnabled(bool(there))
        self.which.refresh()
        self.show_sources()
        self.show_as_of()
        self.show_exact()

    def show_exact(self):
        self.exact.setText(project_in_words(self.desktop.guard))
        self.exact.setVisible(bool(self.exact.text()))

    def _items(self):
        return [self.beats.item(row) for row in range(self.beats.count())]

    def show_sources(self):
        for widget, name in ((self.store, STORE), (self.overlay, OVERLAY)):
            if widget.filePath() != self.workplace.path(name):
                widget.setFilePath(self.workplace.path(name))
        if self.field.text() != self.workplace.beat_field:
            self.field.setText(self.workplace.beat_field)
        self._show_beats()
        self.show_published()

    def _show_beats(self):
        chosen = {layer.id() for layer in self.workplace.beat_layers()}
        wanted = [(layer.id(), layer.name(), layer.id() in chosen)
                  for layer in self.workplace.areas()]
        shown = [(item.data(Qt.ItemDataRole.UserRole), item.text(),
                  item.checkState() == Qt.CheckState.Checked) for item in self._items()]
        if wanted == shown:
            return
        blocked = self.beats.blockSignals(True)
        self.beats.clear()
        for layer_id, name, ticked in wanted:
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, layer_id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.beats.addItem(item)
        self.beats.blockSignals(blocked)

    def show_published(self):
        path = self.workplace.path(OVERLAY)
        overlay = published.read(path) if path else None
        self.load.setEnabled(overlay is not None)
        if overlay is None:
            self.fresh.setText(tr("The file is no published overlay.") if path else
                               tr("No overlay is chosen."))
            self.counts.clear()
            return
        self.fresh.setText(tr("Published {}.").format(overlay.age()))
        lines = [overlay.title, overlay.period,
                 tr("{} reports, {} points").format(_shown(overlay.reports), overlay.points),
                 tr("{} beats, {} without a number").format(overlay.beats, overlay.suppressed)]
        if self.desktop.overlay.problem:
            lines.insert(0, tr("The map cannot show this edition: {}").format(
                self.desktop.overlay.problem))
        self.counts.setText("\n".join(line for line in lines if line))

    def show_as_of(self):
        for widget in (self.dated, self.date):
            widget.blockSignals(True)
        moment = self.as_of.moment
        self.dated.setChecked(moment is not None)
        self.date.setEnabled(moment is not None)
        if moment is not None:
            self.date.setDateTime(moment)
        for widget in (self.dated, self.date):
            widget.blockSignals(False)

    def _visible(self, visible):
        if visible:
            self.show_published()
            self.show_exact()
            self.timer.start()
        else:
            self.timer.stop()

    def close_down(self):
        self.timer.stop()
        self.which.close_down()


def _shown(number):
    return tr("a number of") if number is None else str(number)
