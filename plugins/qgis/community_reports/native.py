# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the installed library and calls it. The only module that does; it needs no QGIS.

Nothing here is unloaded again: other code of the process may still hold what came from it.
"""

import ctypes
import os
import platform
from ctypes import byref

from . import binding
from .binding import E_STOPPED, OK, TIME_UNKNOWN, WITHHELD

NAMES = {
    "Linux": ("libcommunity.so.0",),
    "Darwin": ("libcommunity.0.dylib",),
    "Windows": ("community-0.dll", "libcommunity-0.dll"),
}
FOLDERS = {
    "Linux": ("/usr/local/lib", "/usr/lib", "/usr/lib/x86_64-linux-gnu",
              "/usr/lib/aarch64-linux-gnu"),
    "Darwin": ("/usr/local/lib", "/opt/homebrew/lib"),
    "Windows": (r"C:\Program Files\libcommunity\bin",),
}
VARIABLE = "COMMUNITY_LIBRARY"
CANDIDATES = 16


class CommunityError(Exception):
    """What the library says went wrong: one sentence, without positions or persons."""


class NoLibrary(CommunityError):
    """No library that this plugin can use. `tried`: (path, why not) in order."""

    def __init__(self, tried):
        self.tried = tried
        super().__init__("; ".join(f"{path}: {why}" for path, why in tried))


class Stopped(Exception):
    """The user asked to stop."""


def candidates(setting=None, environment=os.environ):
    """Where to look: what was asked for by setting or environment, and nothing else then; or the
    system's loader and the usual folders."""
    asked = setting or environment.get(VARIABLE)
    if asked:
        yield asked
        return
    system = platform.system()
    names = NAMES.get(system, NAMES["Linux"])
    yield from names
    for folder in FOLDERS.get(system, ()):
        yield from (os.path.join(folder, name) for name in names)


def _text(value):
    """What C takes: UTF-8, or NULL for nothing."""
    return str(value).encode() if value not in (None, "") else None


def _texts(values):
    return (ctypes.c_char_p * max(len(values), 1))(*(_text(v) for v in values))


def _read(value):
    return (value or b"").decode("utf-8", "replace")


class Host:
    """The services of the caller during one call: progress(stage, fraction) that returns true to
    stop, and notice(text). An exception in either stops the call and is raised after it."""

    def __init__(self, progress=None, notice=None):
        self.failure = None
        self.struct = binding.Host()
        self.struct.progress = binding.PROGRESS(self._guard(
            lambda _user, stage, fraction: bool(progress and progress(_read(stage), fraction)), 1))
        self.struct.notice = binding.NOTICE(self._guard(
            lambda _user, text: notice and notice(_read(text)), None))

    def _guard(self, function, otherwise):
        def guarded(*arguments):
            try:
                return function(*arguments)
            except BaseException as failure:  # noqa: B902  must not cross the C frames
                self.failure = self.failure or failure
                return otherwise
        return guarded


class Native:
    """An opened library. Its methods raise CommunityError or Stopped."""

    def __init__(self, setting=None):
        tried = []
        for path in candidates(setting):
            try:
                self.c = self._open(path)
                self.path = path
                return
            except (OSError, CommunityError) as why:
                tried.append((path, str(why)))
        raise NoLibrary(tried)

    @staticmethod
    def _open(path):
        lib = ctypes.CDLL(path)  # not PyDLL: other threads run while the library works
        try:
            lib.cmty_abi_version.restype = ctypes.c_uint32
            found = lib.cmty_abi_version()
        except AttributeError:
            raise CommunityError("is not libcommunity") from None
        major, minor = found >> 16, found & 0xffff
        if major != binding.ABI_MAJOR or minor < binding.ABI_MINOR:
            raise CommunityError(f"has the binary interface {major}.{minor}; "
                                 f"{binding.ABI_MAJOR}.{binding.ABI_MINOR} is needed")
        try:
            binding.declare(lib)
        except AttributeError as missing:
            raise CommunityError(f"is too old: {missing}") from None
        return lib

    @property
    def version(self):
        return _read(self.c.cmty_version_string())

    def dependencies(self):
        """Name and version of each library below, in lines."""
        text = ctypes.c_void_p()
        self.call("cmty_dependencies", byref(text))
        try:
            return _read(ctypes.string_at(text))
        finally:
            self.c.cmty_free(text)

    def call(self, name, *arguments, host=None):
        """Call what reports its failure in a last argument; the status where that is none."""
        error = binding.Error()
        status = getattr(self.c, name)(*arguments, byref(error))
        if host is not None and host.failure is not None:
            raise host.failure
        if status == E_STOPPED:
            raise Stopped
        if status < 0:
            raise CommunityError(_read(error.message) or f"{name}: status {status}")
        return status

    def options(self, kind, host=None, **values):
        """Options with the library's defaults, then these. Texts may be str; None is left alone."""
        options = kind()
        getattr(self.c, kind.C_NAME + "_init")(byref(options))
        if host is not None:
            options.host = ctypes.pointer(host.struct)
        for name, value in values.items():
            if value is not None:
                setattr(options, name, _text(value) if isinstance(value, str) else value)
        return options

    # --- small questions ------------------------------------------------------------------------

    def time(self, text, zone=None):
        """Milliseconds since 1970 of an RFC 3339 time, or of one without a zone in `zone`."""
        moment = ctypes.c_int64()
        self.call("cmty_time_parse", _text(text), _text(zone), byref(moment))
        return moment.value

    def reason(self, code):
        """(name, sentence) of a reason code."""
        return _read(self.c.cmty_reason_name(code)), _read(self.c.cmty_reason_text(code))

    def key_kind(self, path):
        """"mask", "public" or "secret", and the key's public id."""
        kind, name = ctypes.c_char_p(), (ctypes.c_char * 9)()
        self.call("cmty_key_check", _text(path), byref(kind), name)
        return _read(kind.value), _read(name.value)

    def make_mask_key(self, path):
        self.call("cmty_key_make_mask", _text(path))

    def make_seal_keys(self, public, secret):
        self.call("cmty_key_make_seal", _text(public), _text(secret))

    # --- objects --------------------------------------------------------------------------------

    def beats(self, layers, host=None, **options):
        """The beats of layer specs, in all their versions."""
        return BeatSet(self, layers, host, options)

    def fences(self, layers, host=None, **options):
        return FenceSet(self, layers, host, options)

    def masker(self, beats=None, host=None, **options):
        return Masker(self, beats, host, options)

    def check(self, layers, host=None, beats=None, **options):
        """Every flaw of layers of beats, and a page about them."""
        return Check(self, layers, host, beats or {}, options)

    # --- file to file ---------------------------------------------------------------------------

    def count(self, source, target, host=None, **options):
        """A table counted with noise. `beats`: a BeatSet."""
        options = _handles(options)
        settings = self.options(binding.CountOptions, host, **options)
        self.call("cmty_count_table", _text(source), _text(target), byref(settings), host=host)

    def find_duplicates(self, source, target, host=None, **options):
        """A table of links between reports that may tell of one event."""
        settings = self.options(binding.DuplicatesOptions, host, **options)
        self.call("cmty_duplicates_table", _text(source), _text(target), byref(settings),
                  host=host)

    def date_parts(self, source, target, host=None, shifts=(), **options):
        """A table with what the clocks of a place showed."""
        settings = self.options(binding.DatepartsOptions, host, **options)
        settings.shifts, settings.shift_count = _texts(shifts), len(shifts)
        self.call("cmty_dateparts_table", _text(source), _text(target), byref(settings), host=host)

    def compare(self, old, new, files, host=None, **options):
        """Write what moved between two beat sets to files: gpkg, csv, geojson, html, title."""
        settings = self.options(binding.CompareOptions, host, **options)
        comparison = ctypes.c_void_p()
        self.call("cmty_compare", old.handle, new.handle, byref(settings), byref(comparison),
                  host=host)
        try:
            outputs = self.options(binding.ComparisonFiles, host, **files)
            self.call("cmty_comparison_write", comparison, byref(outputs), host=host)
            return self.c.cmty_comparison_count(comparison)
        finally:
            self.c.cmty_comparison_free(comparison)

    def attack(self, truth, published, page=None, host=None, **options):
        """(passed, findings) of an attack on a release; a finding is a dict."""
        settings = self.options(binding.AttackOptions, host, **_handles(options))
        attack = ctypes.c_void_p()
        self.call("cmty_attack_run", _text(truth), _texts(published), len(published),
                  byref(settings), byref(attack), host=host)
        try:
            if page:
                self.call("cmty_attack_html", byref(attack), _texts(["Release"]), 1, _text(page))
            rows = [self._row("cmty_attack_finding", attack, i, binding.Finding)
                    for i in range(self.c.cmty_attack_count(attack))]
            return bool(self.c.cmty_attack_passed(attack)), rows
        finally:
            self.c.cmty_attack_free(attack)

    def make_store(self, path, beats, public_key, host=None, fences=(), beat_options=None,
                   fence_options=None, **options):
        """A store of layer specs."""
        of_beats = self.options(binding.BeatOptions, host, **(beat_options or {}))
        of_fences = self.options(binding.FenceOptions, host, **(fence_options or {}))
        settings = self.options(binding.StoreOptions, host, public_key=public_key, **options)
        settings.beats, settings.beats_count = _texts(beats), len(beats)
        settings.fences, settings.fences_count = _texts(fences), len(fences)
        settings.beat_options = ctypes.pointer(of_beats)
        settings.fence_options = ctypes.pointer(of_fences)
        self.call("cmty_store_init", _text(path), byref(settings), host=host)

    def ingest(self, store, paths, host=None, mapping=(), **options):
        """Take files into a store: counts by name, and refusals by reason code."""
        settings = self.options(binding.IngestOptions, host, **options)
        if mapping:
            settings.map, settings.map_count = _texts(mapping), len(mapping)
        ingest, counts = ctypes.c_void_p(), binding.IngestCounts()
        totals, reasons = {}, {}
        self.call("cmty_ingest_open", _text(store), byref(settings), byref(ingest), host=host)
        try:
            for path in paths:
                self.call("cmty_ingest_file", ingest, _text(path), byref(counts), host=host)
                for name in ("read", "accepted", "duplicate", "refused", "withheld", "escalated",
                             "ambiguous", "advised"):
                    totals[name] = totals.get(name, 0) + getattr(counts, name)
                for code, number in enumerate(counts.by_reason):
                    if number:
                        reasons[code] = reasons.get(code, 0) + number
        finally:
            self.c.cmty_ingest_free(ingest)
        return totals, reasons

    def refused(self, store):
        """The refused records of a store: number -> (reason code, field at fault)."""
        quarantine, item, found = ctypes.c_void_p(), binding.Refused(), {}
        self.call("cmty_quarantine_open", _text(store), 0, byref(quarantine))
        try:
            while self.call("cmty_quarantine_next", quarantine, byref(item)) == OK:
                found[item.number] = item.reason, _read(item.field)
            return found
        finally:
            self.c.cmty_quarantine_free(quarantine)

    def publish(self, store, host=None, **options):
        """Write the overlay of a store: reports, points, suppressed beats."""
        settings = self.options(binding.PublishOptions, host, **options)
        publication = ctypes.c_void_p()
        self.call("cmty_publish", _text(store), byref(settings), byref(publication), host=host)
        try:
            numbers = [ctypes.c_int64() for _ in range(3)]
            self.c.cmty_publication_totals(publication, *map(byref, numbers))
            return dict(zip(("reports", "points", "suppressed"), (n.value for n in numbers)))
        finally:
            self.c.cmty_publication_free(publication)

    def _row(self, function, handle, index, kind):
        row = kind()
        self.call(function, handle, index, byref(row))
        return {name: _read(value) if isinstance(value := getattr(row, name), bytes) else value
                for name, *_ in kind._fields_}


def _handles(options):
    """Objects of this module as C knows them."""
    return {name: value.handle if isinstance(value, _Object) else value
            for name, value in options.items()}


class _Object:
    """Owns a handle of the library."""

    release = None

    def __init__(self, lib):
        self.lib, self.handle = lib, ctypes.c_void_p()

    def __del__(self):
        if self.handle:
            getattr(self.lib.c, self.release)(self.handle)


class Answer:
    """Where a point is. `beat`: text, empty where there is none."""

    __slots__ = ("beat", "name", "relation", "margin_m", "ambiguous", "candidates", "version")

    def candidates_text(self):
        return "|".join(f"{beat}@{millimetres(metres):.3f}" for beat, metres in self.candidates)


def millimetres(metres):
    """As the library writes distances: 0 only for what is 0."""
    return 0.001 if 0 < metres < 0.001 else round(metres, 3)


class BeatSet(_Object):
    """Beats in all their versions; any thread may ask."""

    release = "cmty_beatset_free"

    def __init__(self, lib, layers, host, options):
        super().__init__(lib)
        settings = lib.options(binding.BeatOptions, host, **options)
        lib.call("cmty_beatset_open", _texts(layers), len(layers), byref(settings),
                 byref(self.handle), host=host)
        self.infos = [lib._row("cmty_beatset_info", self.handle, i, binding.BeatInfo)
                      for i in range(lib.c.cmty_beatset_count(self.handle))]
        versions = [self._version(i)
                    for i in range(lib.c.cmty_beatset_version_count(self.handle))]
        self.versions = [label for label, _ in versions]
        self.latest = versions[-1][1] if versions else TIME_UNKNOWN  # since when it is in force

    def _version(self, index):
        start, end = ctypes.c_int64(), ctypes.c_int64()
        label = ctypes.c_char_p()
        self.lib.call("cmty_beatset_version", self.handle, index, byref(start), byref(end),
                      byref(label))
        return _read(label.value), start.value

    def version_at(self, text, zone=None):
        """Number of the version of a label, a date or a time."""
        number = ctypes.c_int32()
        self.lib.call("cmty_beatset_find_version", self.handle, _text(text), _text(zone),
                      byref(number))
        return number.value

    def locate(self, lon, lat, when=TIME_UNKNOWN, accuracy_m=0.0):
        """The honest answer for one point."""
        found = binding.BeatAnswer()
        near = (binding.BeatCandidate * CANDIDATES)()
        self.lib.call("cmty_beatset_locate", self.handle, binding.Point(lon, lat), when,
                      accuracy_m, byref(found), near, CANDIDATES)
        answer = Answer()
        info = self.infos[found.beat] if found.beat >= 0 else None
        answer.beat, answer.name = (info["id"], info["name"]) if info else ("", "")
        answer.relation = binding.RELATIONS[found.relation]
        answer.margin_m, answer.ambiguous = found.margin_m, bool(found.ambiguous)
        answer.candidates = [(self.infos[c.beat]["id"], c.distance_m)
                             for c in near[:min(found.candidate_count, CANDIDATES)]]
        answer.version = self.versions[found.version] if found.version >= 0 else ""
        return answer

    def locate_layer(self, source, target, host=None, **options):
        """Copy a layer (spec) to a file, with the answer beside each point."""
        settings = self.lib.options(binding.TableOptions, host, **options)
        self.lib.call("cmty_locate_layer", self.handle, _text(source), _text(target),
                      byref(settings), host=host)

    def locate_many(self, points, when=None):
        """Beat numbers of (lon, lat) pairs, -1 where there is none."""
        count = len(points)
        places = (binding.Point * max(count, 1))(*points)
        times = (ctypes.c_int64 * count)(*when) if when else None
        numbers = (ctypes.c_int32 * max(count, 1))()
        self.lib.call("cmty_beatset_locate_many", self.handle, places, times, count, numbers, None)
        return numbers[:count]


class FenceSet(_Object):
    """Geofences and their rules; any thread may ask."""

    release = "cmty_fenceset_free"

    def __init__(self, lib, layers, host, options):
        super().__init__(lib)
        settings = lib.options(binding.FenceOptions, host, **options)
        lib.call("cmty_fenceset_open", _texts(layers), len(layers), byref(settings),
                 byref(self.handle), host=host)

    def decide(self, lon, lat, category="", when=TIME_UNKNOWN):
        """What the fences say: action, fence_id, note, matched."""
        found = binding.FenceDecision()
        self.lib.call("cmty_fenceset_decide", self.handle, binding.Point(lon, lat),
                      category.encode(), when, byref(found))
        return {"action": binding.FENCE_ACTIONS[found.action], "fence_id": _read(found.fence_id),
                "note": _read(found.note), "matched": found.matched_count}

    def holds(self, lon, lat):
        """Whether any fence holds the point, whatever its rules."""
        first = (ctypes.c_uint64 * 2)()
        self.lib.call("cmty_fenceset_find_many", self.handle, byref(binding.Point(lon, lat)), 1,
                      first, None, 0)
        return first[1] > 0


class Masker(_Object):
    """One mask law under one key; any thread may ask."""

    release = "cmty_masker_free"

    def __init__(self, lib, beats, host, options):
        super().__init__(lib)
        self.beats = beats  # borrowed by the masker
        settings = lib.options(binding.MaskOptions, host, **options)
        lib.call("cmty_masker_open", byref(settings), beats.handle if beats else None,
                 byref(self.handle), host=host)

    @property
    def guarantee(self):
        return _read(self.lib.c.cmty_masker_guarantee(self.handle))

    def mask(self, report_id, lon, lat, when=TIME_UNKNOWN):
        """(lon, lat or None where withheld, law, radius_m, note)."""
        masked = binding.Masked()
        status = self.lib.call("cmty_masker_apply", self.handle, str(report_id).encode(),
                               binding.Point(lon, lat), when, byref(masked))
        place = None if status == WITHHELD else (masked.at.lon_deg, masked.at.lat_deg)
        return place, binding.LAWS[masked.law], masked.radius_m, _read(masked.note)

    def mask_table(self, source, target, host=None, keep=(), **options):
        """Mask a CSV file into another, with these columns kept."""
        settings = self.lib.options(binding.TableOptions, host, **options)
        settings.keep, settings.keep_count = _texts(keep), len(keep)
        self.lib.call("cmty_mask_table", self.handle, _text(source), _text(target),
                      byref(settings), host=host)


class Check(_Object):
    """What is wrong with layers of beats."""

    release = "cmty_check_free"

    def __init__(self, lib, layers, host, beats, options):
        super().__init__(lib)
        of_beats = lib.options(binding.BeatOptions, host, **beats)
        settings = lib.options(binding.CheckOptions, host, **options)
        settings.beats = ctypes.pointer(of_beats)
        lib.call("cmty_check_open", _texts(layers), len(layers), byref(settings),
                 byref(self.handle), host=host)

    def flaws(self):
        """Each finding as a dict, worst first, with its stable name and advice."""
        for index in range(self.lib.c.cmty_check_count(self.handle)):
            flaw = self.lib._row("cmty_check_flaw", self.handle, index, binding.Flaw)
            flaw["name"] = _read(self.lib.c.cmty_flaw_name(flaw["code"]))
            flaw["advice"] = _read(self.lib.c.cmty_flaw_advice(flaw["code"]))
            yield flaw

    def write_page(self, path, title=None):
        self.lib.call("cmty_check_html", self.handle, _text(path), _text(title))


_opened = {}


def opened(setting=None):
    """The library of this process: opened once for each setting."""
    if setting not in _opened:
        _opened[setting] = Native(setting)
    return _opened[setting]
