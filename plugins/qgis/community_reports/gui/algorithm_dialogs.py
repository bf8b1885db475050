# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens the dialogs of the algorithms, filled with what the project works with."""

from qgis.core import QgsApplication

from .workplace import OVERLAY, STORE

PROVIDER = "community"


def algorithms():
    """Those of the plugin, by group and title."""
    provider = QgsApplication.processingRegistry().providerById(PROVIDER)
    if provider is None:
        return []
    return sorted(provider.algorithms(), key=lambda a: (a.groupId(), a.displayName()))


def known(algorithm, desktop):
    """Values for those parameters of an algorithm that the desktop knows."""
    workplace = desktop.workplace
    values = {"STORE": workplace.path(STORE), "BEATS": workplace.beat_layers(),
              "BEATS_ID": workplace.beat_field, "AS_OF": desktop.as_of.local()}
    if algorithm.name() == "publishoverlay":  # the next edition of what the project follows
        values["OUTPUT"] = workplace.path(OVERLAY)
    names = {parameter.name() for parameter in algorithm.parameterDefinitions()}
    return {name: value for name, value in values.items() if value and name in names}


def open_dialog(name, desktop):
    """The same dialog that the toolbox opens."""
    import processing  # the plugin may be loaded before Processing is

    algorithm = QgsApplication.processingRegistry().algorithmById(f"{PROVIDER}:{name}")
    if algorithm is None:
        return None
    dialog = processing.createAlgorithmDialog(algorithm.id(), known(algorithm, desktop))
    if dialog is not None:
        dialog.show()
    return dialog
