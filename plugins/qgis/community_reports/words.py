# SPDX-License-Identifier: GPL-2.0-or-later
"""Every text that a person reads goes through tr(). English is the source; i18n/ has the others."""

from qgis.PyQt.QtCore import QCoreApplication

CONTEXT = "community"


def tr(text):
    return QCoreApplication.translate(CONTEXT, text)


def library_missing(problem):
    """The one sentence about a library that is missing or wrong, wherever it is said."""
    tried = "\n".join(f"  {path}: {why}" for path, why in problem.tried)
    return tr("libcommunity was not found, or is not the one that is needed. Install it with "
              "“./dev install” from its source folder, or give its path in Settings > "
              "Options > Community reports. Tried:") + "\n" + tried
