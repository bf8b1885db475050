# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user set once: paths and names, never a key itself."""

from qgis.core import QgsSettings

from . import native
from .words import library_missing

GROUP = "community/"
PATH_OF_LIBRARY, POLICY, MASK_KEY, TIME_ZONE = "library", "policy", "maskKey", "timeZone"


def get(name, otherwise=""):
    return QgsSettings().value(GROUP + name, otherwise) or otherwise


def put(name, value):
    QgsSettings().setValue(GROUP + name, value)


def time_zone():
    return get(TIME_ZONE, "UTC")


def open_library():
    """The library that the settings name. Raises NoLibrary."""
    return native.opened(get(PATH_OF_LIBRARY) or None)


def why_no_library():
    """Why there is no library, in words; empty where there is one."""
    try:
        open_library()
        return ""
    except native.NoLibrary as problem:
        return library_missing(problem)
