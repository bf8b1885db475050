# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS starts here. Light on purpose: this file runs at every start of QGIS."""


def classFactory(iface):  # noqa: N802  QGIS gives the name
    from .plugin import Plugin

    return Plugin(iface)
