# SPDX-License-Identifier: GPL-2.0-or-later
"""What all algorithms share: names, help, progress, cancel, errors, and the parameters that come
again and again."""

import contextlib
import os
import re

from qgis.core import (QgsDataProvider, QgsFeature, QgsFeatureSink, QgsField, QgsFields,
                       QgsProcessing, QgsProcessingAlgorithm, QgsProcessingContext,
                       QgsProcessingException, QgsProcessingOutputLayerDefinition,
                       QgsProcessingParameterDateTime, QgsProcessingParameterDefinition,
                       QgsProcessingParameterFeatureSource, QgsProcessingParameterField,
                       QgsProcessingParameterFile, QgsProcessingParameterMultipleLayers,
                       QgsProcessingParameterString, QgsProcessingParameterVectorLayer,
                       QgsProviderRegistry, QgsVectorFileWriter, QgsWkbTypes)
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QIcon

from .. import precision, settings, styles
from ..binding import TIME_UNKNOWN
from ..layers import PASSING, Clock, Workspace, layer_spec
from ..native import CommunityError, Host, NoLibrary, Stopped
from ..words import library_missing, tr

HERE = os.path.dirname(os.path.dirname(__file__))
POINTS, AREAS = QgsProcessing.TypeVectorPoint, QgsProcessing.TypeVectorPolygon
ANY_LAYER = QgsProcessing.TypeVectorAnyGeometry
EVERY = 1000  # features between two looks at the cancel button: well under 200 ms

GROUPS = {"reports": "Reports", "beats": "Beats", "privacy": "Privacy", "analysis": "Analysis"}


def fields_of(*described):
    """QgsFields of (name, type)."""
    kinds = {"text": QVariant.String, "int": QVariant.LongLong, "real": QVariant.Double,
             "time": QVariant.DateTime}
    fields = QgsFields()
    for name, kind in described:
        fields.append(QgsField(name, kinds[kind]))
    return fields


def file_parameter(name, title, optional=False, ending=""):
    return QgsProcessingParameterFile(name, title, extension=ending, optional=optional)


def advanced(parameter):
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.FlagAdvanced)
    return parameter


def in_words(problem):
    """What went wrong, without the names of passing tables: nobody can look into these."""
    if isinstance(problem, OSError):
        name = os.path.basename(str(problem.filename or ""))
        problem = f"{name}: {problem.strerror}" if name else problem.strerror
    text = re.sub(PASSING + r", line (\d+)", lambda found: tr("row {} of the layer").format(
        int(found[1]) - 1) if found[1] != "1" else tr("the layer"), str(problem))
    return re.sub(PASSING, tr("the layer"), text)


def target_of(value):
    """(path, table) of a file that an output names; a table only where the others stay."""
    found = re.match(r'ogr:dbname=\'([^\']*)\' table="([^"]*)', value)
    path, table = found.groups() if found else (value.split("|")[0], "")
    return path and os.path.realpath(path), table


def file_of(layer):
    """(path, table) of a layer; the path is empty where it is no file."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    if not parts.get("path"):
        return "", ""
    tables = [found.split(QgsDataProvider.sublayerSeparator())[1]
              for found in layer.dataProvider().subLayers()]
    name = parts.get("layerName") or "".join(tables[parts.get("layerId") or 0:][:1])
    return os.path.realpath(parts["path"]), name


def remove_file(path):
    """A file of features that is not whole."""
    if path.lower().endswith(".shp"):
        QgsVectorFileWriter.deleteShapeFile(path)
    for name in (path, path + "-wal", path + "-shm", path + "-journal"):
        with contextlib.suppress(OSError):
            os.remove(name)


class CommunityAlgorithm(QgsProcessingAlgorithm):
    """A thin call into the library. A subclass gives texts, initAlgorithm() and compute()."""

    NAME = TITLE = GROUP = HELP = TAGS = ""

    def createInstance(self):  # noqa: N802
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):  # noqa: N802
        return tr(self.TITLE)

    def groupId(self):  # noqa: N802
        return self.GROUP

    def group(self):
        return tr(GROUPS[self.GROUP])

    def tags(self):
        return [tag.strip() for tag in tr(self.TAGS).split(",")]

    def picture(self):
        return os.path.join(HERE, "icons", self.NAME + ".svg")

    def icon(self):
        return QIcon(self.picture())

    def svgIconPath(self):  # noqa: N802
        return self.picture()

    def shortHelpString(self):  # noqa: N802
        picture = f'<img src="{self.picture()}" width="96" height="96" alt="{tr(self.TITLE)}">'
        return f"<p>{picture}</p><p>{tr(self.HELP)}</p>"

    def canExecute(self):  # noqa: N802
        problem = settings.why_no_library()
        return not problem, problem

    def prepareAlgorithm(self, parameters, context, feedback):  # noqa: N802
        """On the main thread, where layers may be touched. qgis_process does not ask canExecute,
        and QGIS swallows the words of an exception here: it is raised where the work begins."""
        self.work, self.problem = Workspace(), None
        self.parameters, self.context, self.feedback = parameters, context, feedback
        try:
            self.lib = settings.open_library()
            given = self.parameterAsVectorLayer(parameters, "INPUT", context)
            self.mark = given and precision.of(given) or precision.EXACT  # of what is made of it
            self.check_outputs()
            self.check_fields()
            self.gather()
        except NoLibrary as problem:
            self.problem = self.failure(library_missing(problem))
        except QgsProcessingException as problem:
            self.problem = problem
        except (CommunityError, OSError) as problem:
            self.problem = self.failure(in_words(problem))
        except BaseException:
            self.work.close()
            raise
        return True

    def check_outputs(self):
        """What is read is not written over: it would be gone before it was read."""
        taken = [given for parameter in self.parameterDefinitions()
                 if not parameter.isDestination() for given in self.inputs(parameter)]
        for parameter in self.destinationParameterDefinitions():
            value = self.parameters.get(parameter.name())
            if isinstance(value, QgsProcessingOutputLayerDefinition):
                value, _ = value.sink.valueAsString(self.context.expressionContext())
            path, table = target_of(value) if isinstance(value, str) else ("", "")
            if any(path and path == given and table in ("", name) for given, name in taken):
                raise self.failure(tr("{}: {} is read by this run and would be lost: write to "
                                      "another file.").format(parameter.name(),
                                                              os.path.basename(path)))

    def inputs(self, parameter):
        """(path, table) of the files of an input."""
        if isinstance(parameter, QgsProcessingParameterFile):
            path = self.file(parameter.name())
            return [(os.path.realpath(path), "")] if path else []
        given = []
        if isinstance(parameter, QgsProcessingParameterMultipleLayers):
            given = self.parameterAsLayerList(self.parameters, parameter.name(), self.context)
        elif isinstance(parameter, (QgsProcessingParameterFeatureSource,
                                    QgsProcessingParameterVectorLayer)):
            given = [self.parameterAsVectorLayer(self.parameters, parameter.name(), self.context)]
        return [file_of(layer) for layer in given if layer is not None]

    def check_fields(self):
        """A field that is not there is said before anything is read."""
        for parameter in self.parameterDefinitions():
            if parameter.type() != QgsProcessingParameterField.typeName():
                continue
            source = self.source(parameter.parentLayerParameterName(), optional=True)
            for name in self.parameterAsFields(self.parameters, parameter.name(), self.context):
                if source is not None and source.fields().lookupField(name) < 0:
                    raise self.failure(
                        tr("{}: {} has no field {}; it has: {}").format(
                            parameter.name(), source.sourceName(), name,
                            ", ".join(source.fields().names())))

    def gather(self):
        """Read what only the main thread may read."""

    def processAlgorithm(self, parameters, context, feedback):  # noqa: N802
        self.parameters, self.context, self.feedback = parameters, context, feedback
        failure, begun = None, []
        self.begun = begun
        try:
            if self.problem is not None:
                raise self.problem
            return self.compute()
        except Stopped:
            pass
        except (CommunityError, OSError) as problem:
            failure = self.failure(in_words(problem))
        except QgsProcessingException as problem:
            failure = self.failure(str(problem))
        finally:
            self.work.close()
            vars(self).clear()  # QGIS keeps what it ran; a layer that outlives QGIS ends it
        for path in begun:  # nobody writes to them any more: what held the sinks is gone
            remove_file(path)
        if failure is not None:
            raise failure
        return {}

    def compute(self):
        raise NotImplementedError

    # --- what compute() asks --------------------------------------------------------------------

    def host(self, share=100):
        """Progress up to a share of the bar, cancel and notices."""
        def progress(stage, fraction):
            if fraction >= 0:
                self.feedback.setProgress(fraction * share)
            return self.feedback.isCanceled()

        return Host(progress, lambda notice: self.feedback.pushInfo(in_words(notice)))

    def text(self, name):
        return self.parameterAsString(self.parameters, name, self.context)

    def number(self, name):
        return self.parameterAsDouble(self.parameters, name, self.context)

    def whole(self, name):
        return self.parameterAsInt(self.parameters, name, self.context)

    def choice(self, name, values):
        return values[self.parameterAsEnum(self.parameters, name, self.context)]

    def flag(self, name):
        return self.parameterAsBool(self.parameters, name, self.context)

    def file(self, name):
        return self.parameterAsFile(self.parameters, name, self.context)

    def output(self, name):
        """Path of a file to write; empty where it is not asked for."""
        return self.parameterAsFileOutput(self.parameters, name, self.context)

    def source(self, name, optional=False):
        source = self.parameterAsSource(self.parameters, name, self.context)
        if source is None and not optional:
            raise QgsProcessingException(self.invalidSourceError(self.parameters, name))
        return source

    def sink(self, name, fields, kind, crs, optional=False):
        """(sink, id); (None, None) for one that is optional and not asked for."""
        if optional and not self.parameters.get(name):
            return None, None
        sink, where = self.parameterAsSink(self.parameters, name, self.context, fields, kind, crs)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(self.parameters, name))
        if os.path.isfile(where):
            self.begun.append(where)
        if QgsWkbTypes.geometryType(kind) in (QgsWkbTypes.GeometryType.PointGeometry,
                                              QgsWkbTypes.GeometryType.LineGeometry):
            self.style(where, styles.plain, self.mark)
        return sink, where

    def put(self, sink, feature, name):
        if not sink.addFeature(feature, QgsFeatureSink.FastInsert):
            raise QgsProcessingException(self.writeFeatureError(sink, self.parameters, name))

    def style(self, where, style, mark=""):
        """Style an output where it is loaded into a project, and say how precise its places are."""
        if where and self.context.willLoadLayerOnCompletion(where):
            self.context.layerToLoadOnCompletionDetails(where).setPostProcessor(
                styles.post_processor(style, mark))

    @staticmethod
    def with_fields(feature, fields, values):
        """A copy of a feature whose own values these follow."""
        made = QgsFeature(fields)
        made.setGeometry(feature.geometry())
        made.setAttributes([*feature.attributes(), *values])
        return made

    @staticmethod
    def failure(text):
        return QgsProcessingException(text)

    def load_package(self, path, style=styles.published):
        """Add every layer of a GeoPackage to the project, where there is one."""
        project = self.context.project()
        if project is None or not path:
            return
        for sublayer in QgsProviderRegistry.instance().querySublayers(path):
            details = QgsProcessingContext.LayerDetails(sublayer.name(), project, sublayer.name())
            shown = style if sublayer.wkbType() != QgsWkbTypes.NoGeometry else styles.plain
            details.setPostProcessor(styles.post_processor(
                shown, group=os.path.splitext(os.path.basename(path))[0]))
            self.context.addLayerToLoadOnCompletion(sublayer.uri(), details)

    def each(self, source):
        """The features of a source, with progress, until cancelled."""
        return self.watched(source.getFeatures(), source.featureCount())

    def watched(self, items, count=0):
        """These, until cancelled; with progress where it is known how many they are."""
        for index, item in enumerate(items):
            if index % EVERY == 0:
                if self.feedback.isCanceled():
                    raise Stopped
                if count > 0:
                    self.feedback.setProgress(100 * index / count)
            yield item

    # --- parameters that come again -------------------------------------------------------------

    def add_reports(self, name="INPUT", title=None):
        self.addParameter(QgsProcessingParameterFeatureSource(
            name, title or tr("Reports"), [POINTS]))

    def add_beats(self, name="BEATS", title=None, optional=False):
        self.addParameter(QgsProcessingParameterMultipleLayers(
            name, title or tr("Beats: one layer, or one for each version"), AREAS,
            optional=optional))
        self.addParameter(advanced(QgsProcessingParameterString(
            name + "_ID", tr("Field that names a beat (empty: found)"), optional=True)))

    def add_time(self, parent="INPUT"):
        self.addParameter(QgsProcessingParameterField(
            "TIME_FIELD", tr("Time of the report: decides which version of the beats answers"),
            parentLayerParameterName=parent, optional=True))
        self.addParameter(QgsProcessingParameterDateTime(
            "AS_OF", tr("Or one date for all (empty: the latest beats)"), optional=True))
        self.add_zone()

    def add_zone(self):
        self.addParameter(advanced(QgsProcessingParameterString(
            "TIME_ZONE", tr("Time zone of times without one"), settings.time_zone())))

    def add_mask_key(self, optional=False):
        self.addParameter(QgsProcessingParameterFile(
            "KEY", tr("Mask key file (made where it does not exist)"),
            defaultValue=settings.get(settings.MASK_KEY) or None, optional=optional,
            fileFilter=tr("Keys") + " (*.key)"))

    def mask_key(self):
        """Path of the mask key; a new key where there is no file yet."""
        path = self.file("KEY")
        if path and not os.path.exists(path):
            self.lib.make_mask_key(path)
            self.feedback.pushInfo(tr("A new mask key was made. Keep it: without it the same "
                                      "place gets another mask next time.") + f" {path}")
        return path

    def specs(self, name):
        """Layer specs of the layers of a parameter. Main thread only."""
        return [layer_spec(layer, self.work) for layer in
                self.parameterAsLayerList(self.parameters, name, self.context)]

    def spec(self, name):
        """Layer spec of one layer that may be absent. Main thread only."""
        layer = self.parameterAsVectorLayer(self.parameters, name, self.context)
        return layer_spec(layer, self.work) if layer is not None else None

    def beat_options(self, name="BEATS"):
        return {"id_field": self.text(name + "_ID") or None,
                "time_zone": self.text("TIME_ZONE") or None}

    def as_of(self):
        value = self.parameterAsDateTime(self.parameters, "AS_OF", self.context)
        return self.clock().moment(value) if value.isValid() else TIME_UNKNOWN

    def time_field(self):
        """The field whose times choose the beats; empty where one date holds for all."""
        return self.text("TIME_FIELD") if self.as_of() == TIME_UNKNOWN else ""

    def clock(self):
        return Clock(self.lib, self.text("TIME_ZONE") or None)
