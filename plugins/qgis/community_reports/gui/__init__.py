# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin shows on the desktop. Nothing here decides anything: the library answers, the
algorithms work. Never imported by qgis_process."""
