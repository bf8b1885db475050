# SPDX-License-Identifier: GPL-2.0-or-later
"""The date for which beats answer, bound both ways to the temporal controller of the map.

QGIS gives the times of its controller the zone of this computer or of none; layers carry the clock
of the agency without a zone. So only the date and the time of day are taken from either.
"""

from qgis.core import QgsDateTimeRange, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QDateTime, QObject, Qt, pyqtSignal

from ..binding import TIME_UNKNOWN
from .connections import Connections

Mode = QgsTemporalNavigationObject.NavigationMode
ISO = "yyyy-MM-ddTHH:mm:ss.zzz"
DAY = 86400


def _wall(moment):
    """Date and time of day alone, so that moments compare."""
    return QDateTime(moment.date(), moment.time(), Qt.TimeSpec.UTC)


class AsOf(QObject):
    """`moment`: a QDateTime in UTC that means the clock of the agency; None: the latest beats."""

    changed = pyqtSignal()

    def __init__(self, canvas, parent):
        super().__init__(parent)
        self.setObjectName("communityAsOf")
        self.canvas, self.moment, self._setting, self._seen = canvas, None, False, None
        self._signals = Connections()
        self._signals.add(canvas, "temporalRangeChanged", self._follow)
        self._follow()

    def close(self):
        self._signals.drop()

    def text(self):
        """What the library reads; empty for the latest."""
        return self.moment.toString(ISO) if self.moment else ""

    def local(self):
        """As forms of QGIS take it: without a zone."""
        return _dressed(self.moment, Qt.TimeSpec.LocalTime) if self.moment else None

    def milliseconds(self, lib, zone):
        return lib.time(self.text(), zone) if self.moment else TIME_UNKNOWN

    def _follow(self):
        """The map shows another time: its start is meant. In an animation the frame that was gone
        to for a moment holds that moment, wherever it starts."""
        shown = self.canvas.temporalRange()
        if self._setting or shown == self._seen:
            self._seen = shown
            return
        self._seen, start = shown, shown.begin()
        temporal = self.canvas.mapSettings().isTemporal() and start.isValid()
        self._put(_wall(start) if temporal else None)

    def _put(self, moment):
        if moment != self.moment:
            self.moment = moment
            self.changed.emit()

    def set(self, moment):
        """Choose a moment, or None; the map follows."""
        moment = _wall(moment) if moment is not None else None
        if moment == self.moment:
            return
        self._setting = True
        try:
            self._show(moment)
        finally:
            self._setting = False
        self._put(moment)

    def _show(self, moment):
        controller = self.canvas.temporalController()
        if not isinstance(controller, QgsTemporalNavigationObject):
            self.canvas.setTemporalRange(_day(moment, Qt.TimeSpec.LocalTime))
        elif moment is None:
            controller.setNavigationMode(Mode.NavigationOff)
        elif controller.navigationMode() == Mode.Animated and _holds(controller, moment):
            controller.setCurrentFrameNumber(controller.findBestFrameNumberForFrameStart(
                _dressed(moment, controller.temporalExtents().begin().timeSpec())))
        else:
            before = controller.temporalExtents().begin()
            spec = before.timeSpec() if before.isValid() else Qt.TimeSpec.LocalTime
            controller.setTemporalExtents(_day(moment, spec))
            controller.setNavigationMode(Mode.FixedRange)


def _dressed(moment, spec):
    return QDateTime(moment.date(), moment.time(), spec)


def _day(moment, spec):
    """The day that begins at a moment, without its end."""
    if moment is None:
        return QgsDateTimeRange(QDateTime(), QDateTime())
    return QgsDateTimeRange(_dressed(moment, spec), _dressed(moment.addSecs(DAY), spec), True,
                            False)


def _holds(controller, moment):
    extents = controller.temporalExtents()
    return extents.begin().isValid() and _wall(extents.begin()) <= moment <= _wall(extents.end())
