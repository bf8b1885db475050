# SPDX-License-Identifier: GPL-2.0-or-later
"""Expression functions: which beat, how near its boundary, in a fence or not, what a dot promises.

QGIS asks from any thread. What was opened is kept in Sets under a lock; layers of the project are
looked up on the main thread, where they live, by Layers.
"""

import math
import os
import threading
import time

from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransformContext,
                       QgsExpression, QgsExpressionFunction, QgsGeometry, QgsMapLayerType,
                       QgsProject)
from qgis.PyQt.QtCore import QObject, QThread, pyqtSignal, pyqtSlot

from . import settings
from .binding import LAWS
from .layers import Clock, ToWgs84, Workspace, layer_spec
from .native import CommunityError, NoLibrary
from .words import library_missing, tr

KEPT = 8        # opened sets
LOOK_S = 1.0    # how long a look at files and settings is good for
PATIENCE_S = 5  # for the main thread, which may be waiting for the thread that asks


class Layers(QObject):
    """Layer specs of the layers of the project."""

    asked = pyqtSignal(object)

    def __init__(self):
        super().__init__()
        self.found, self.copies, self.watched = {}, {}, {}
        self.asked.connect(self.answer)
        project = QgsProject.instance()
        self.links = ((project.layersAdded, self.forget),
                      (project.layersWillBeRemoved["QStringList"], self.drop))
        for signal, slot in self.links:
            signal.connect(slot)

    def close(self):
        for signal, slot in self.links:
            signal.disconnect(slot)
        self.drop(list(self.watched))

    def forget(self, *_):
        self.found.clear()

    def spec(self, name, context):
        """The layer spec of a layer by its name or id. Any thread."""
        spec = self.found.get(name)
        if spec is not None:
            return spec
        request = Request(name)
        if QThread.currentThread() == self.thread():
            self.answer(request)
        else:
            self.asked.emit(request)
            request.wait(context.feedback())
        if request.failure:
            raise request.failure
        return request.spec

    @pyqtSlot(object)
    def answer(self, request):
        try:
            request.spec = self.found[request.name] = self.look_up(request.name)
        except Exception as failure:  # noqa: B902  raised again in the thread that asked
            request.failure = failure
        request.done.set()

    def look_up(self, name):
        project = QgsProject.instance()
        by_id = project.mapLayer(name)
        layers = [layer for layer in ([by_id] if by_id else project.mapLayersByName(name))
                  if layer.type() == QgsMapLayerType.VectorLayer]
        if not layers:
            raise CommunityError(tr("“{}” is neither a layer of the project nor a file.")
                                 .format(name))
        if len(layers) > 1:
            raise CommunityError(tr("More than one layer is called “{}”: give its id.")
                                 .format(name))
        return self.spec_of(layers[0])

    def spec_of(self, layer):
        self.watch(layer)
        work = Workspace()
        spec = layer_spec(layer, work)
        self.drop_copy(layer.id())
        self.copies[layer.id()] = work
        return spec

    def watch(self, layer):
        """Whatever changes what the spec stands for makes it forgotten."""
        if layer.id() not in self.watched:
            self.watched[layer.id()] = layer
            for signal in self.signals_of(layer):
                signal.connect(self.forget)

    @staticmethod
    def signals_of(layer):
        return (layer.nameChanged, layer.crsChanged, layer.subsetStringChanged,
                layer.dataSourceChanged, layer.dataChanged, layer.layerModified)

    def drop(self, layer_ids):
        """Before they go: a layer that is no more cannot be asked for its signals."""
        self.forget()
        for layer_id in layer_ids:
            self.drop_copy(layer_id)
            layer = self.watched.pop(layer_id, None)
            if layer is not None:
                for signal in self.signals_of(layer):
                    signal.disconnect(self.forget)

    def drop_copy(self, layer_id):
        work = self.copies.pop(layer_id, None)
        if work is not None:
            work.close()


class Request:
    """A question to the main thread."""

    def __init__(self, name):
        self.name, self.spec, self.failure = name, None, None
        self.done = threading.Event()

    def wait(self, feedback):
        until = time.monotonic() + PATIENCE_S
        while not self.done.wait(0.02):
            if time.monotonic() > until or (feedback and feedback.isCanceled()):
                raise CommunityError(tr("The layer could not be read while QGIS was busy."))


class Sets:
    """Beats and fences that were opened, until their files change. Any thread."""

    def __init__(self):
        self.layers, self.lock = Layers(), threading.Lock()
        self.opened, self.looks = {}, {}
        self.zone, self.zone_until = "", 0

    def close(self):
        self.layers.close()
        self.opened.clear()
        self.looks.clear()

    def time_zone(self):
        now = time.monotonic()
        if now > self.zone_until:
            self.zone, self.zone_until = settings.time_zone(), now + LOOK_S
        return self.zone

    def get(self, kind, value, context):
        """The set that a function's argument means. kind: beats or fences."""
        if value in (None, ""):
            value = context.variable("community_" + kind)
        names = value if isinstance(value, (list, tuple)) else str(value or "").split(";")
        specs = tuple(self.spec(name.strip(), context) for name in names if name and name.strip())
        if not specs:
            raise CommunityError(
                tr("Say which layer: as argument, or in the project variable “{}”.")
                .format("community_" + kind))
        key = (kind, specs, self.time_zone())
        stamp = tuple(self.stamp(spec) for spec in specs)
        kept = self.opened.get(key)
        if kept is None or kept[0] != stamp:
            with self.lock:
                kept = self.opened.get(key)
                if kept is None or kept[0] != stamp:
                    kept = self.opened[key] = (stamp, self.open(*key))
                    while len(self.opened) > KEPT:
                        del self.opened[next(iter(self.opened))]
        opened = kept[1]
        if isinstance(opened, CommunityError):
            raise CommunityError(str(opened))
        return opened

    @staticmethod
    def open(kind, specs, zone):
        """The set, or the reason why there is none: found once, not for each feature."""
        lib = settings.open_library()
        try:
            if kind == "beats":
                return lib.beats(specs, time_zone=zone)
            return lib.fences(specs, time_zone=zone, default_action=0)
        except CommunityError as problem:
            return problem

    def spec(self, name, context):
        """A layer spec as it stands, or that of a layer of the project with its |PARTS."""
        first, *parts = name.split("|")
        path = os.path.join(context.variable("project_home") or "/", first)
        if (os.path.isabs(first) or context.variable("project_home")) and os.path.exists(path):
            return "|".join([path, *parts])
        return "|".join([self.layers.spec(first.strip(), context), *parts])

    def stamp(self, spec):
        """What changes when the file of a spec does."""
        stamp, until = self.looks.get(spec, (None, 0))
        now = time.monotonic()
        if now > until:
            stamp = []
            for path in (spec.split("|")[0], spec.split("|")[0] + "-wal"):
                try:
                    found = os.stat(path)
                    stamp += [found.st_mtime_ns, found.st_size, found.st_ino]
                except OSError:
                    stamp.append(None)
            self.looks[spec] = stamp, now + LOOK_S
        return stamp


def place_of(geometry, context):
    """(lon, lat) of a point in the CRS of the layer, else of the project; None where it has no
    place on the globe."""
    if not isinstance(geometry, QgsGeometry):
        raise CommunityError(tr("The first argument must be a geometry."))
    crs = context.variable("_layer_crs")
    if not isinstance(crs, QgsCoordinateReferenceSystem):
        name = context.variable("layer_crs") if context.hasVariable("layer_id") \
            else context.variable("project_crs")
        crs = QgsCoordinateReferenceSystem(name or "")
    carry = context.variable("_project_transform_context")
    if not isinstance(carry, QgsCoordinateTransformContext):
        carry = QgsCoordinateTransformContext()
    try:
        return ToWgs84(crs, carry).of(geometry)
    except TypeError:
        raise CommunityError(tr("The geometry must be a point.")) from None


class Function(QgsExpressionFunction):
    """A function of the group. A subclass gives texts and value()."""

    NAME, ARGUMENTS, OPTIONAL = "", (), ()
    HELP = EXAMPLE = ""

    def __init__(self, sets):
        parameter = QgsExpressionFunction.Parameter
        super().__init__(self.NAME,
                         [parameter(name) for name in self.ARGUMENTS]
                         + [parameter(name, True, None) for name in self.OPTIONAL],
                         tr("Community reports"), self.page(), False, True, True)
        self.sets = sets

    def page(self):
        """The help of the expression builder, as HTML."""
        arguments = ", ".join(self.ARGUMENTS) + "".join(f" [, {name}]" for name in self.OPTIONAL)
        return (f"<h3>{self.NAME}</h3><p>{tr(self.HELP)}</p><h4>{tr('Syntax')}</h4>"
                f"<p><code>{self.NAME}({arguments})</code></p><h4>{tr('Example')}</h4>"
                f"<p><code>{self.EXAMPLE}</code></p>")

    def usesGeometry(self, node):  # noqa: N802  $geometry says so itself
        return False

    def referencedColumns(self, node):  # noqa: N802  as the arguments say
        return set()

    def func(self, values, context, parent, node):
        if values[0] is None:
            return None
        try:
            return self.value(context, *values)
        except NoLibrary as problem:
            parent.setEvalErrorString(library_missing(problem))
        except Exception as problem:  # noqa: B902  nobody above could say it
            parent.setEvalErrorString(str(problem))
        return None

    def value(self, context, *values):
        raise NotImplementedError


class Beat(Function):
    NAME, ARGUMENTS, OPTIONAL = "community_beat", ("geometry",), ("when", "beats")
    HELP = ("The beat that a point belongs to, or NULL where it is in none. An edge or corner "
            "gives one answer, always the same. <i>when</i>: the date or time whose beats answer; "
            "the latest where it is missing. <i>beats</i>: name or id of a layer of the project, "
            "or a file such as <code>beats.gpkg|layername=beats|id=BEAT_NUM</code>; several (one "
            "for each version) as an array; the project variable <i>community_beats</i> where it "
            "is missing. The point is in the CRS of its layer.")
    EXAMPLE = "community_beat($geometry, \"reported_at\", 'Beats')"

    def value(self, context, geometry, when=None, beats=None):
        answer = self.answer(context, geometry, when, beats)
        return answer.beat or None if answer else None

    def answer(self, context, geometry, when, beats):
        place = place_of(geometry, context)
        beats = self.sets.get("beats", beats, context)
        clock = Clock(beats.lib, self.sets.time_zone())
        moment = clock.moment(when)
        if clock.unread:
            raise CommunityError(tr("The time cannot be read: give a date, or text such as "
                                    "2026-04-01T08:30."))
        return beats.locate(*place, moment) if place else None


class BeatMargin(Beat):
    NAME = "community_beat_margin"
    HELP = ("How far a point is from the nearest boundary of a beat, in metres. Where this is less "
            "than the report's accuracy, another beat may be the true one. Arguments as in "
            "<i>community_beat</i>.")
    EXAMPLE = "community_beat_margin($geometry) &lt; 25"

    def value(self, context, geometry, when=None, beats=None):
        answer = self.answer(context, geometry, when, beats)
        return answer.margin_m if answer and math.isfinite(answer.margin_m) else None


class InFence(Function):
    NAME, ARGUMENTS, OPTIONAL = "community_in_fence", ("geometry",), ("fences",)
    HELP = ("Whether a point lies in any of the fences, whatever their rules say; their boundary "
            "belongs to them. <i>fences</i>: name or id of a layer of polygons, or of points with "
            "a field radius_m, or a file; the project variable <i>community_fences</i> where it "
            "is missing.")
    EXAMPLE = "community_in_fence($geometry, 'Protected places')"

    def value(self, context, geometry, fences=None):
        place = place_of(geometry, context)
        fences = self.sets.get("fences", fences, context)
        return fences.holds(*place) if place else None


class MaskNote(Function):
    NAME, ARGUMENTS, OPTIONAL = "community_mask_note", ("law", "radius_m"), ()
    HELP = ("What a published dot promises, as a sentence for labels and layouts. <i>law</i> and "
            "<i>radius_m</i>: the fields of that name of a published overlay.")
    EXAMPLE = "community_mask_note(\"law\", \"radius_m\")"

    def value(self, context, law, radius_m):
        sentences = {
            "likely": tr("Moved on purpose: with 95 % probability the true place is within {} m of "
                         "this dot."),
            "sure": tr("Moved on purpose: the true place is always within {} m of this dot."),
            "street": tr("Moved on purpose, then put on the nearest road: before that step the "
                         "true place was within {} m with 95 % probability."),
            "withhold": tr("Withheld: no dot shows where this report is."),
        }
        promise = {"lattice": "likely", "donut": "likely", "anchor": "sure", "grid": "sure",
                   "snap": "sure", "street": "street", "withhold": "withhold"}.get(law)
        if promise is None:
            raise CommunityError(tr("The law of a dot is one of {}.").format(
                ", ".join(name for name in LAWS if name != "auto")))
        if promise == "withhold":
            return sentences[promise]
        if radius_m is None:
            return None
        if not isinstance(radius_m, (int, float)) or not 0 <= radius_m < math.inf:
            raise CommunityError(tr("radius_m must be a number of metres."))
        return sentences[promise].format(math.ceil(radius_m))


class Expressions:
    """The functions while the plugin is on."""

    def __init__(self):
        self.sets = Sets()
        self.functions = [kind(self.sets) for kind in (Beat, BeatMargin, InFence, MaskNote)]
        for function in self.functions:
            QgsExpression.registerFunction(function)

    def close(self):
        for function in self.functions:
            QgsExpression.unregisterFunction(function.name())
        self.sets.close()
