# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of the dock that asks for the beat of one place, clicked or pasted."""

from qgis.core import QgsApplication, QgsProcessingException
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (QGroupBox, QHBoxLayout, QLabel, QLineEdit, QPushButton,
                                 QVBoxLayout)

from .. import settings
from ..native import CommunityError, NoLibrary
from ..words import library_missing, tr
from . import coordinates
from .which_beat import NoPlace, WhichBeatTool, describe, to_globe, to_map
from .widgets import read_only_text

LINES = 7


class WhichBeatPanel(QGroupBox):
    def __init__(self, desktop):
        super().__init__(tr("Which beat?"))
        self.setObjectName("communityWhichBeat")
        self.canvas = desktop.iface.mapCanvas()
        self.workplace, self.as_of = desktop.workplace, desktop.as_of
        self.action = desktop.which_beat
        self.tool = WhichBeatTool(self.canvas, self.ask_map)
        self.tool.setAction(self.action)
        self.action.triggered.connect(self._toggle)
        box, row, last = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self.line = QLineEdit()
        self.line.setObjectName("communityCoordinates")
        self.line.setAccessibleName(tr("Coordinates"))
        self.line.setPlaceholderText("41.88, -87.65")
        self.line.setToolTip(tr("Paste coordinates and press Enter: “41.88, -87.65”, "
                                "“-87.65 41.88”, “41°52'48\"N 87°39'00\"W”."))
        label = QLabel(tr("Coordi&nates"))
        label.setBuddy(self.line)
        self.ask = QPushButton(tr("F&ind"))
        self.ask.setObjectName("communityAsk")
        box.addWidget(label)
        row.addWidget(self.line, 1)
        row.addWidget(self.ask)
        self.answer = read_only_text("communityAnswer", tr("The beat and how sure it is"), LINES)
        self.pick = QPushButton(tr("Clic&k on the map"))
        self.pick.setObjectName("communityPick")
        self.pick.setCheckable(True)
        self.copy = QPushButton(tr("Copy as te&xt"))
        self.copy.setObjectName("communityCopyAnswer")
        box.addLayout(row)
        box.addWidget(self.answer)
        box.addLayout(last)
        for widget in (self.pick, self.copy):
            last.addWidget(widget)
        self.line.returnPressed.connect(self.ask_line)
        self.ask.clicked.connect(self.ask_line)
        self.pick.clicked.connect(self.action.trigger)
        self.action.toggled.connect(self.pick.setChecked)
        self.copy.clicked.connect(self._copy)
        self.copy.setEnabled(False)

    def refresh(self):
        there = not settings.why_no_library()
        for widget in (self.line, self.ask, self.pick, self.action):
            widget.setEnabled(there)

    def _toggle(self, checked):
        if checked:
            self.canvas.setMapTool(self.tool)
        else:
            self.canvas.unsetMapTool(self.tool)

    # --- asking ---------------------------------------------------------------------------------

    def ask_map(self, point):
        """A point in the CRS of the map."""
        try:
            self._answer([to_globe(point, self.canvas)])
        except NoPlace as why:
            self._say(str(why))

    def ask_line(self):
        try:
            self._answer(coordinates.read(self.line.text()))
        except coordinates.NotCoordinates:
            self._say(tr("These are no coordinates that can be read. Write latitude and longitude "
                         "in degrees, as in 41.88, -87.65."))

    def _answer(self, places):
        """Of readings that are both possible, the first that lies in a beat is meant."""
        QgsApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            beats = self.workplace.beats()
            if beats is None:
                self._say(tr("No layer of beats is chosen: tick one under Sources."))
                return
            when = self.as_of.milliseconds(settings.open_library(), settings.time_zone())
            answers = [(beats.locate(*place, when), place) for place in places]
            answer, place = next((found for found in answers if found[0].beat), answers[0])
        except NoLibrary as problem:
            self._say(library_missing(problem))
            return
        except (CommunityError, QgsProcessingException, OSError) as problem:
            self._say(str(problem))
            return
        finally:
            QgsApplication.restoreOverrideCursor()
        self._say(describe(answer, *place, self.as_of.text()), True)
        self._mark(place)

    def _say(self, text, is_answer=False):
        self.answer.setPlainText(text)
        self.copy.setEnabled(is_answer)
        if not is_answer:
            self.tool.remove_mark()

    def _mark(self, place):
        point = to_map(*place, self.canvas)
        if point is None:
            return
        self.tool.show_mark(point)
        if not self.canvas.extent().contains(point):
            self.canvas.setCenter(point)
            self.canvas.refresh()

    def _copy(self):
        QgsApplication.clipboard().setText(self.answer.toPlainText())

    def close_down(self):
        self.tool.remove_mark()
        self.canvas.unsetMapTool(self.tool)
        self.tool.setAction(None)
        self.tool.deleteLater()
