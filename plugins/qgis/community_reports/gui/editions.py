# SPDX-License-Identifier: GPL-2.0-or-later
"""Private copies of a published file, one for each edition.

A file that is replaced while QGIS has it open is read in parts: a connection that was open goes on
with the old edition, one that is opened later meets the new one, and a map mixes them. So layers
read a copy that nobody replaces. It also keeps QGIS from writing to what is published.
"""

import contextlib
import os
import shutil
import stat
import tempfile
import time

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLockFile

KEPT_S = 60  # a map that is being drawn may still open the edition before
LOCK = "lock"


def _folder():
    """Not among temporary files: QGIS would warn that such layers will be lost."""
    return os.path.join(QgsApplication.qgisSettingsDirPath(), "community", "editions")


def stamp(status):
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


class Editions:
    """`current`: path of the newest copy; `published`: what it is a copy of; `problem`: why the
    edition that is there could not be copied. Raises OSError where no copy can be kept."""

    def __init__(self, published):
        os.makedirs(_folder(), exist_ok=True)
        _sweep()
        self.published, self.current, self.stamp, self.problem = published, None, None, ""
        self._folder = tempfile.mkdtemp(dir=_folder())
        self._lock = QLockFile(os.path.join(self._folder, LOCK))
        self._lock.tryLock(0)
        self._made = []  # (when it was replaced, path)

    def changed(self):
        """Whether another edition is there."""
        try:
            return stamp(os.stat(self.published)) != self.stamp
        except OSError:
            return False

    def take(self, accepted):
        """Copy the edition that is there; true if it is new and `accepted(path)`."""
        number = str(time.time_ns())
        path = os.path.join(self._folder, number, os.path.basename(self.published))
        self.problem = ""
        try:
            os.makedirs(os.path.dirname(path))
            with open(self.published, "rb") as source, open(path, "xb") as target:
                taken = stamp(os.fstat(source.fileno()))
                shutil.copyfileobj(source, target)
            good = accepted(path)
        except OSError as problem:
            good, self.problem = False, problem.strerror or str(problem)
        if not good:
            shutil.rmtree(os.path.dirname(path), ignore_errors=True)
            return False
        os.utime(path, ns=(taken[2], taken[2]))
        os.chmod(path, stat.S_IRUSR)
        if self.current is not None:
            self._made.append((time.monotonic(), self.current))
        self.current, self.stamp = path, taken
        self._tidy()
        return True

    def owns(self, path):
        return path.startswith(self._folder + os.sep)

    def _tidy(self):
        """The editions that nothing reads any more."""
        now = time.monotonic()
        for replaced, path in self._made[:-1]:
            if now - replaced > KEPT_S:
                shutil.rmtree(os.path.dirname(path), ignore_errors=True)
                self._made.remove((replaced, path))

    def close(self):
        self._lock.unlock()
        shutil.rmtree(self._folder, ignore_errors=True)


def _sweep():
    """What a QGIS that ended badly left behind."""
    for name in os.listdir(_folder()):
        folder = os.path.join(_folder(), name)
        lock = QLockFile(os.path.join(folder, LOCK))
        lock.setStaleLockTime(0)
        with contextlib.suppress(OSError):
            if lock.tryLock(0):
                lock.unlock()
                shutil.rmtree(folder)
