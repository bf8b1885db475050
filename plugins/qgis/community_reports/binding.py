# SPDX-License-Identifier: GPL-2.0-or-later
"""The C interface as ctypes sees it: structs, values and prototypes. No QGIS, no logic.

A struct that the library fills with defaults has spare room at its end, because a newer library
may know members that this file does not; the others tell the library how large they are.
"""

import ctypes
from ctypes import (CFUNCTYPE, POINTER, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t,
                    c_uint8, c_uint32, c_uint64, c_void_p)

ABI_MAJOR, ABI_MINOR = 0, 1

OK, NOTFOUND, WITHHELD, DUPLICATE, REFUSED = 0, 2, 3, 4, 5
E_STOPPED = -10

TIME_UNKNOWN = -2 ** 63
TIME_OPEN_END = 2 ** 63 - 1

RELATIONS = ("outside", "inside", "on_edge", "overlap", "gap_nearest", "no_version")
FENCE_ACTIONS = ("accept", "escalate", "withhold", "refuse")
LAWS = ("auto", "lattice", "anchor", "donut", "grid", "withhold", "snap", "street")
REGIONS = ("none", "clamp", "redraw")

PROGRESS = CFUNCTYPE(c_int32, c_void_p, c_char_p, c_double)
NOTICE = CFUNCTYPE(None, c_void_p, c_char_p)

text_list = POINTER(c_char_p)


class Struct(ctypes.Structure):
    """A struct that says how large it is, so that the library fills no more."""

    def __init__(self):
        super().__init__()
        self.struct_size = ctypes.sizeof(self)


class Options(ctypes.Structure):
    """A struct that the library fills with its defaults."""


ROOM = [("_room", c_uint64 * 64)]


class Error(Struct):
    C_NAME = "cmty_error"
    _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("message", c_char * 504)]


class Point(ctypes.Structure):
    C_NAME = "cmty_point"
    _fields_ = [("lon_deg", c_double), ("lat_deg", c_double)]


class Host(Struct):
    C_NAME = "cmty_host"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("user", c_void_p),
                ("progress", PROGRESS), ("notice", NOTICE)]


host = POINTER(Host)


class BeatOptions(Options):
    C_NAME = "cmty_beat_options"
    _fields_ = [("struct_size", c_uint32), ("repair", c_uint32), ("id_field", c_char_p),
                ("name_field", c_char_p), ("sector_field", c_char_p), ("district_field", c_char_p),
                ("valid_from_field", c_char_p), ("valid_to_field", c_char_p), ("crs", c_char_p),
                ("time_zone", c_char_p), ("densify_m", c_double), ("tolerance_m", c_double),
                ("host", host)] + ROOM


class BeatInfo(Struct):
    C_NAME = "cmty_beat_info"
    _fields_ = [("struct_size", c_uint32), ("part_count", c_uint32), ("id", c_char_p),
                ("name", c_char_p), ("sector", c_char_p), ("district", c_char_p),
                ("valid_from", c_int64), ("valid_to", c_int64), ("area_m2", c_double)]


class BeatAnswer(Struct):
    C_NAME = "cmty_beat_answer"
    _fields_ = [("struct_size", c_uint32), ("relation", c_int32), ("beat", c_int32),
                ("version", c_int32), ("margin_m", c_double), ("ambiguous", c_uint32),
                ("candidate_count", c_uint32), ("other_probability", c_double),
                ("outside_probability", c_double)]


class BeatCandidate(ctypes.Structure):
    C_NAME = "cmty_beat_candidate"
    _fields_ = [("beat", c_int32), ("reserved", c_uint32), ("distance_m", c_double),
                ("probability", c_double)]


class FenceOptions(Options):
    C_NAME = "cmty_fence_options"
    _fields_ = [("struct_size", c_uint32), ("default_action", c_int32), ("time_zone", c_char_p),
                ("crs", c_char_p), ("host", host)] + ROOM


class FenceDecision(Struct):
    C_NAME = "cmty_fence_decision"
    _fields_ = [("struct_size", c_uint32), ("action", c_int32), ("fence", c_int32),
                ("matched_count", c_uint32), ("fence_id", c_char_p), ("note", c_char_p)]


class MaskOptions(Options):
    C_NAME = "cmty_mask_options"
    _fields_ = [("struct_size", c_uint32), ("law", c_int32), ("region", c_int32), ("k", c_uint32),
                ("epsilon_per_m", c_double), ("lattice_m", c_double), ("radius_m", c_double),
                ("inner_radius_m", c_double), ("min_addresses", c_uint32), ("reserved", c_uint32),
                ("addresses", c_char_p), ("key_file", c_char_p), ("host", host),
                ("snap_to", c_char_p), ("cutoff_m", c_double), ("land", c_char_p)] + ROOM


class Masked(Struct):
    C_NAME = "cmty_masked"
    _fields_ = [("struct_size", c_uint32), ("law", c_int32), ("at", Point), ("radius_m", c_double),
                ("beat", c_int32), ("reserved", c_uint32), ("note", c_char_p)]


class CheckOptions(Options):
    C_NAME = "cmty_check_options"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("beats", POINTER(BeatOptions)),
                ("sliver_m", c_double), ("ignore_m", c_double), ("host", host)] + ROOM


class Flaw(Struct):
    C_NAME = "cmty_flaw"
    _fields_ = [("struct_size", c_uint32), ("code", c_int32), ("severity", c_int32),
                ("unit", c_int32), ("size", c_double), ("width_m", c_double), ("count", c_uint64),
                ("at", Point), ("feature", c_int64), ("other_feature", c_int64),
                ("layer", c_char_p), ("beat", c_char_p), ("other_beat", c_char_p),
                ("what", c_char_p), ("geometry", c_char_p)]


class CompareOptions(Options):
    C_NAME = "cmty_compare_options"
    _fields_ = [("struct_size", c_uint32), ("unit", c_int32), ("old_version", c_int32),
                ("new_version", c_int32), ("tolerance_m", c_double), ("points", c_char_p),
                ("population", c_char_p), ("weight_field", c_char_p), ("host", host)] + ROOM


class ComparisonFiles(Options):
    C_NAME = "cmty_comparison_files"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("csv", c_char_p),
                ("geojson", c_char_p), ("gpkg", c_char_p), ("html", c_char_p), ("title", c_char_p),
                ("host", host)] + ROOM


class CountOptions(Options):
    C_NAME = "cmty_count_options"
    _fields_ = [("struct_size", c_uint32), ("contribution", c_uint32), ("select", c_int32),
                ("minimum", c_uint32), ("epsilon", c_double), ("delta", c_double),
                ("by", c_char_p), ("list", c_char_p), ("contributor", c_char_p),
                ("lon_column", c_char_p), ("lat_column", c_char_p), ("release", c_char_p),
                ("key_file", c_char_p), ("beats", c_void_p), ("as_of", c_int64),
                ("host", host)] + ROOM


class AttackOptions(Options):
    C_NAME = "cmty_attack_options"
    _fields_ = [("struct_size", c_uint32), ("trials", c_uint32), ("k", c_uint32),
                ("law", c_int32), ("epsilon_per_m", c_double), ("inner_radius_m", c_double),
                ("radius_m", c_double), ("addresses", c_char_p), ("policy", c_char_p),
                ("time_zone", c_char_p), ("beats", c_void_p), ("masker", c_void_p),
                ("mechanism", c_void_p), ("host", host)] + ROOM


class Finding(Struct):
    C_NAME = "cmty_finding"
    _fields_ = [("struct_size", c_uint32), ("kind", c_int32), ("verdict", c_int32),
                ("reserved", c_uint32), ("name", c_char_p), ("what", c_char_p),
                ("unit", c_char_p), ("note", c_char_p), ("value", c_double), ("low", c_double),
                ("high", c_double), ("baseline", c_double), ("limit", c_double),
                ("trials", c_uint64)]


class StoreOptions(Options):
    C_NAME = "cmty_store_options"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("beats", text_list),
                ("beats_count", c_size_t), ("beat_options", POINTER(BeatOptions)),
                ("fences", text_list), ("fences_count", c_size_t),
                ("fence_options", POINTER(FenceOptions)), ("addresses", c_char_p),
                ("policy", c_char_p), ("public_key", c_char_p), ("host", host)] + ROOM


class IngestOptions(Options):
    C_NAME = "cmty_ingest_options"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("source", c_char_p),
                ("format", c_char_p), ("map", text_list), ("map_count", c_size_t),
                ("mask_key", c_char_p), ("host", host)] + ROOM


class IngestCounts(Struct):
    C_NAME = "cmty_ingest_counts"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("read", c_uint64),
                ("accepted", c_uint64), ("duplicate", c_uint64), ("refused", c_uint64),
                ("withheld", c_uint64), ("escalated", c_uint64), ("ambiguous", c_uint64),
                ("by_reason", c_uint64 * 32), ("advised", c_uint64)]


class PublishOptions(Options):
    C_NAME = "cmty_publish_options"
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("gpkg", c_char_p),
                ("html", c_char_p), ("geojson", c_char_p), ("csv", c_char_p), ("title", c_char_p),
                ("since", c_int64), ("until", c_int64), ("host", host)] + ROOM


class TableOptions(Options):
    C_NAME = "cmty_table_options"
    _fields_ = [("struct_size", c_uint32), ("probabilities", c_uint32), ("lon_column", c_char_p),
                ("lat_column", c_char_p), ("time_column", c_char_p), ("accuracy_column", c_char_p),
                ("id_column", c_char_p), ("keep", text_list), ("keep_count", c_size_t),
                ("time_zone", c_char_p), ("as_of", c_int64), ("host", host)] + ROOM


class DuplicatesOptions(Options):
    C_NAME = "cmty_duplicates_options"
    _fields_ = [("struct_size", c_uint32), ("match", c_uint32), ("same_category", c_uint32),
                ("max_links", c_uint32), ("date_order", c_uint32), ("reserved", c_uint32),
                ("radius_m", c_double), ("minutes", c_double), ("lon_column", c_char_p),
                ("lat_column", c_char_p), ("date_column", c_char_p), ("time_column", c_char_p),
                ("id_column", c_char_p), ("category_column", c_char_p),
                ("source_column", c_char_p), ("time_zone", c_char_p), ("host", host)] + ROOM


class DatepartsOptions(Options):
    C_NAME = "cmty_dateparts_options"
    _fields_ = [("struct_size", c_uint32), ("date_order", c_uint32), ("date_column", c_char_p),
                ("time_column", c_char_p), ("time_zone", c_char_p), ("source_zone", c_char_p),
                ("shifts", text_list), ("shift_count", c_size_t), ("host", host)] + ROOM


class Refused(Struct):
    C_NAME = "cmty_refused"
    _fields_ = [("struct_size", c_uint32), ("reason", c_int32), ("number", c_int64),
                ("received", c_int64), ("field", c_char_p)]


STRUCTS = [kind for kind in (*Struct.__subclasses__(), *Options.__subclasses__(), Point,
                             BeatCandidate)]

_error = POINTER(Error)
_handle = POINTER(c_void_p)

# name: (result, arguments)
PROTOTYPES = {
    "cmty_abi_version": (c_uint32, []),
    "cmty_version_string": (c_char_p, []),
    "cmty_dependencies": (c_int32, [_handle, _error]),
    "cmty_free": (None, [c_void_p]),
    "cmty_time_parse": (c_int32, [c_char_p, c_char_p, POINTER(c_int64), _error]),
    "cmty_reason_name": (c_char_p, [c_int32]),
    "cmty_reason_text": (c_char_p, [c_int32]),
    "cmty_key_make_mask": (c_int32, [c_char_p, _error]),
    "cmty_key_make_seal": (c_int32, [c_char_p, c_char_p, _error]),
    "cmty_key_check": (c_int32, [c_char_p, POINTER(c_char_p), c_char * 9, _error]),

    "cmty_beat_options_init": (c_int32, [POINTER(BeatOptions)]),
    "cmty_beatset_open": (c_int32, [text_list, c_size_t, POINTER(BeatOptions), _handle, _error]),
    "cmty_beatset_free": (None, [c_void_p]),
    "cmty_beatset_count": (c_size_t, [c_void_p]),
    "cmty_beatset_info": (c_int32, [c_void_p, c_int32, POINTER(BeatInfo), _error]),
    "cmty_beatset_version_count": (c_size_t, [c_void_p]),
    "cmty_beatset_version": (c_int32, [c_void_p, c_int32, POINTER(c_int64), POINTER(c_int64),
                                       POINTER(c_char_p), _error]),
    "cmty_beatset_find_version": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_int32),
                                            _error]),
    "cmty_beatset_locate": (c_int32, [c_void_p, Point, c_int64, c_double, POINTER(BeatAnswer),
                                      POINTER(BeatCandidate), c_size_t, _error]),
    "cmty_beatset_locate_many": (c_int32, [c_void_p, POINTER(Point), POINTER(c_int64), c_size_t,
                                           POINTER(c_int32), POINTER(c_uint8), _error]),

    "cmty_fence_options_init": (c_int32, [POINTER(FenceOptions)]),
    "cmty_fenceset_open": (c_int32, [text_list, c_size_t, POINTER(FenceOptions), _handle, _error]),
    "cmty_fenceset_free": (None, [c_void_p]),
    "cmty_fenceset_decide": (c_int32, [c_void_p, Point, c_char_p, c_int64, POINTER(FenceDecision),
                                       _error]),
    "cmty_fenceset_find_many": (c_int32, [c_void_p, POINTER(Point), c_size_t, POINTER(c_uint64),
                                          POINTER(c_int32), c_size_t, _error]),

    "cmty_mask_options_init": (c_int32, [POINTER(MaskOptions)]),
    "cmty_masker_open": (c_int32, [POINTER(MaskOptions), c_void_p, _handle, _error]),
    "cmty_masker_free": (None, [c_void_p]),
    "cmty_masker_apply": (c_int32, [c_void_p, c_char_p, Point, c_int64, POINTER(Masked), _error]),
    "cmty_masker_guarantee": (c_char_p, [c_void_p]),

    "cmty_check_options_init": (c_int32, [POINTER(CheckOptions)]),
    "cmty_check_open": (c_int32, [text_list, c_size_t, POINTER(CheckOptions), _handle, _error]),
    "cmty_check_free": (None, [c_void_p]),
    "cmty_check_count": (c_size_t, [c_void_p]),
    "cmty_check_flaw": (c_int32, [c_void_p, c_size_t, POINTER(Flaw), _error]),
    "cmty_check_html": (c_int32, [c_void_p, c_char_p, c_char_p, _error]),
    "cmty_flaw_name": (c_char_p, [c_int32]),
    "cmty_flaw_advice": (c_char_p, [c_int32]),

    "cmty_compare_options_init": (c_int32, [POINTER(CompareOptions)]),
    "cmty_compare": (c_int32, [c_void_p, c_void_p, POINTER(CompareOptions), _handle, _error]),
    "cmty_comparison_free": (None, [c_void_p]),
    "cmty_comparison_count": (c_size_t, [c_void_p]),
    "cmty_comparison_files_init": (c_int32, [POINTER(ComparisonFiles)]),
    "cmty_comparison_write": (c_int32, [c_void_p, POINTER(ComparisonFiles), _error]),

    "cmty_count_options_init": (c_int32, [POINTER(CountOptions)]),
    "cmty_count_table": (c_int32, [c_char_p, c_char_p, POINTER(CountOptions), _error]),

    "cmty_attack_options_init": (c_int32, [POINTER(AttackOptions)]),
    "cmty_attack_run": (c_int32, [c_char_p, text_list, c_size_t, POINTER(AttackOptions), _handle,
                                  _error]),
    "cmty_attack_free": (None, [c_void_p]),
    "cmty_attack_count": (c_size_t, [c_void_p]),
    "cmty_attack_finding": (c_int32, [c_void_p, c_size_t, POINTER(Finding), _error]),
    "cmty_attack_passed": (c_int32, [c_void_p]),
    "cmty_attack_html": (c_int32, [_handle, text_list, c_size_t, c_char_p, _error]),

    "cmty_store_options_init": (c_int32, [POINTER(StoreOptions)]),
    "cmty_store_init": (c_int32, [c_char_p, POINTER(StoreOptions), _error]),
    "cmty_ingest_options_init": (c_int32, [POINTER(IngestOptions)]),
    "cmty_ingest_open": (c_int32, [c_char_p, POINTER(IngestOptions), _handle, _error]),
    "cmty_ingest_free": (None, [c_void_p]),
    "cmty_ingest_file": (c_int32, [c_void_p, c_char_p, POINTER(IngestCounts), _error]),
    "cmty_quarantine_open": (c_int32, [c_char_p, c_int64, _handle, _error]),
    "cmty_quarantine_next": (c_int32, [c_void_p, POINTER(Refused), _error]),
    "cmty_quarantine_free": (None, [c_void_p]),
    "cmty_publish_options_init": (c_int32, [POINTER(PublishOptions)]),
    "cmty_publish": (c_int32, [c_char_p, POINTER(PublishOptions), _handle, _error]),
    "cmty_publication_free": (None, [c_void_p]),
    "cmty_publication_totals": (c_int32, [c_void_p, POINTER(c_int64), POINTER(c_int64),
                                          POINTER(c_int64)]),
    "cmty_table_options_init": (c_int32, [POINTER(TableOptions)]),
    "cmty_duplicates_options_init": (c_int32, [POINTER(DuplicatesOptions)]),
    "cmty_duplicates_table": (c_int32, [c_char_p, c_char_p, POINTER(DuplicatesOptions), _error]),
    "cmty_dateparts_options_init": (c_int32, [POINTER(DatepartsOptions)]),
    "cmty_dateparts_table": (c_int32, [c_char_p, c_char_p, POINTER(DatepartsOptions), _error]),
    "cmty_locate_layer": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(TableOptions), _error]),
    "cmty_mask_table": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(TableOptions), _error]),
}


def declare(lib):
    """Give each function of an opened library its types. AttributeError: one is not there."""
    for name, (result, arguments) in PROTOTYPES.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
