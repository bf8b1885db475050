# SPDX-License-Identifier: GPL-2.0-or-later
"""What a published overlay says about itself. Each read takes one connection to one edition, so
that a file which is replaced meanwhile cannot mix two of them."""

import contextlib
import os
import pathlib
import sqlite3
import time

from .words import tr

LAYERS = ("beats", "reports", "catchments", "counts_by_category", "totals", "about")


class Overlay:
    """One edition: title, period, reports, points, beats, suppressed, changed (seconds)."""

    def __init__(self, path):
        self.path = path
        self.changed = os.stat(path).st_mtime
        about = {}
        with contextlib.closing(_open(path)) as file:
            for key, text in file.execute("SELECT key, text FROM about ORDER BY fid"):
                about.setdefault(key, text)
            self.reports = _number(file, "SELECT reports FROM totals WHERE level = 'all'")
            self.points = _number(file, "SELECT count(*) FROM reports")
            self.beats = _number(file, "SELECT count(*) FROM beats")
            self.suppressed = _number(file, "SELECT count(*) FROM beats WHERE reports IS NULL")
        self.title, self.period = about.get("title", ""), about.get("period", "")

    def age(self):
        return ago(time.time() - self.changed)


def _open(path):
    """Read only, and without a lock: what is published is not written to, it is replaced."""
    return sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro&immutable=1",
                           uri=True)


def _number(file, question):
    row = file.execute(question).fetchone()
    return row[0] if row else None


def read(path):
    """The overlay, or None where the file is none."""
    try:
        return Overlay(path)
    except (OSError, sqlite3.Error):
        return None


def ago(seconds):
    """How long since, as a person says it."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return tr("just now")
    for size, one, many in ((60 * 24, tr("1 day ago"), tr("{} days ago")),
                            (60, tr("1 hour ago"), tr("{} hours ago")),
                            (1, tr("1 minute ago"), tr("{} minutes ago"))):
        if minutes >= size:
            count = minutes // size
            return one if count == 1 else many.format(count)
    return ""
