# SPDX-License-Identifier: GPL-2.0-or-later
"""How outputs look, in colours that people with any colour vision can tell apart (Okabe and Ito,
"Color Universal Design", 2008), and never by colour alone."""

from qgis.core import (Qgis, QgsCategorizedSymbolRenderer, QgsClassificationQuantile,
                       QgsFillSymbol, QgsGraduatedSymbolRenderer, QgsMarkerSymbol,
                       QgsProcessingLayerPostProcessorInterface, QgsProject,
                       QgsRendererCategory, QgsSingleSymbolRenderer, QgsStyle, QgsWkbTypes)

from . import precision

BLUE, ORANGE, GREEN, RED, GREY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#999999"

RELATIONS = (("inside", BLUE, "circle"), ("on_edge", ORANGE, "diamond"),
             ("overlap", ORANGE, "square"), ("gap_nearest", GREEN, "triangle"),
             ("outside", RED, "cross2"), ("no_version", RED, "cross"),
             ("no_place", GREY, "cross"))
ACTIONS = (("accept", BLUE, "circle"), ("escalate", ORANGE, "triangle"),
           ("withhold", GREEN, "square"), ("refuse", RED, "cross2"))


def _outline(shape, colour):
    """A cross is nothing but its outline."""
    return {"outline_color": colour, "outline_width": "0.6"} if shape.startswith("cross") \
        else {"outline_color": "#ffffff"}


def _marks(layer, field, kinds):
    layer.setRenderer(QgsCategorizedSymbolRenderer(field, [
        QgsRendererCategory(value, QgsMarkerSymbol.createSimple(
            {"name": shape, "color": colour, "size": "2.2", **_outline(shape, colour)}), value)
        for value, colour, shape in kinds]))


def relations(layer):
    _marks(layer, "beat_relation", RELATIONS)


def actions(layer):
    _marks(layer, "fence_action", ACTIONS)


def masked(layer):
    """A disc as wide on the ground as the place is uncertain would need a metric CRS: dots here."""
    symbol = QgsMarkerSymbol.createSimple({"name": "circle", "color": "0,114,178,128",
                                           "outline_color": "#ffffff", "size": "2.6"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))


def counts(layer):
    """Five shades; a number that is not shown is hatched."""
    renderer = QgsGraduatedSymbolRenderer("reports")
    renderer.setClassificationMethod(QgsClassificationQuantile())
    renderer.updateClasses(layer, 5)
    renderer.updateColorRamp(QgsStyle.defaultStyle().colorRamp("Blues"))
    for item in renderer.ranges():
        item.symbol().setOpacity(0.8)
    layer.setRenderer(renderer)


def flaws(layer):
    _marks(layer, "severity", (("fault", RED, "cross2"), ("doubt", ORANGE, "circle")))


def versions(layer):
    """In the temporal controller each beat shows while it is in force."""
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(
        {"color": "0,114,178,40", "outline_color": BLUE, "outline_width": "0.5"})))
    temporal = layer.temporalProperties()
    # As expressions: QGIS compares a field of dates, or of text, wrongly with a moment of a day.
    # It takes an expression without a value as never, not as open.
    temporal.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromExpressions)
    temporal.setStartExpression(
        'coalesce(to_datetime("valid_from"), make_datetime(1, 1, 1, 0, 0, 0))')
    temporal.setEndExpression(
        'coalesce(to_datetime("valid_to"), make_datetime(9999, 1, 1, 0, 0, 0))')
    temporal.setLimitMode(Qgis.VectorTemporalLimitMode.IncludeBeginExcludeEnd)
    temporal.setIsActive(True)


def published(layer):
    """The style lies in the file; what QGIS does not take from there is whether time is active.
    What has no style there, as catchments, must not hide what has."""
    _, found = layer.loadDefaultStyle()
    if not found and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(
            {"style": "no", "outline_color": GREY, "outline_style": "dot",
             "outline_width": "0.2"})))
    temporal = layer.temporalProperties()
    temporal.setIsActive(bool(temporal.startField() or temporal.startExpression()))


def plain(layer):
    """As QGIS draws it."""


class _Style(QgsProcessingLayerPostProcessorInterface):
    """Called on the main thread when an output is added to a project."""

    style, mark, group = None, "", ""

    def postProcessLayer(self, layer, context, feedback):  # noqa: N802  QGIS gives the name
        type(self).style(layer)
        if self.mark:
            layer.setCustomProperty(precision.PROPERTY, self.mark)
        if self.group:
            move_to_group(layer, self.group)
        layer.triggerRepaint()


def move_to_group(layer, name):
    """Points above areas, so that they are seen."""
    root = QgsProject.instance().layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is not None:
        group = root.findGroup(name) or root.insertGroup(0, name)
        is_points = layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry
        group.insertChildNode(0 if is_points else -1, node.clone())
        node.parent().removeChildNode(node)


_kept = []  # until QGIS has used them, which deletes them; it keeps one for each class


def post_processor(style, mark="", group=""):
    """What styles one output when it is loaded, marks its positions as exact or protected, and
    puts it with the others of its run."""
    kind = type(f"Style_{len(_kept)}", (_Style,),
                {"style": staticmethod(style), "mark": mark, "group": group})
    _kept.append(kind())
    return _kept[-1]
