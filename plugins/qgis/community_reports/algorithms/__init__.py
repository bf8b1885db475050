# SPDX-License-Identifier: GPL-2.0-or-later
"""The algorithms, one a file."""

from .assign_beats import AssignBeats

ALGORITHMS = (AssignBeats,)
