# SPDX-License-Identifier: GPL-2.0-or-later
"""The algorithms, one a file."""

from .add_beat_version import AddBeatVersion
from .assign_beats import AssignBeats
from .check_beats import CheckBeats
from .check_privacy import CheckPrivacy
from .compare_beats import CompareBeats
from .count_by_beat import CountByBeat
from .date_parts import DateParts
from .demo_data import DemoData
from .fence_check import FenceCheck
from .find_duplicates import FindDuplicates
from .ingest_reports import IngestReports
from .mask_points import MaskPoints
from .publish_overlay import PublishOverlay
from .weekly_overlay import WeeklyOverlay

ALGORITHMS = (AddBeatVersion, AssignBeats, CheckBeats, CheckPrivacy, CompareBeats, CountByBeat,
              DateParts, DemoData, FenceCheck, FindDuplicates, IngestReports, MaskPoints,
              PublishOverlay, WeeklyOverlay)
