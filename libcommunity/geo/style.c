/* SPDX-License-Identifier: MIT */
/* Styles of QGIS, kept in the GeoPackage itself: pieces of QML, and the table that QGIS reads the
   default of a layer from. Any thread. */
#include "geo/geo.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

void cmty__qml_begin(cmty__buf *out, const char *categories)
{
    cmty__buf_text(out, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    cmty__buf_format(out, "<qgis version=\"3.22.0\" styleCategories=\"%s\" labelsEnabled=\"%d\">\n",
                     categories, strstr(categories, "Labeling") != NULL);
}

void cmty__qml_prop(cmty__buf *out, const char *key, const char *value)
{
    cmty__buf_format(out, "<prop k=\"%s\" v=\"%s\"/>", key, value);
}

void cmty__qml_fill(cmty__buf *out, size_t name, const cmty__qml_look *look)
{
    cmty__buf_format(out,
                     "<symbol type=\"fill\" name=\"%zu\" alpha=\"1\"><layer class=\"SimpleFill\" "
                     "enabled=\"1\" pass=\"0\" locked=\"0\">",
                     name);
    cmty__qml_prop(out, "color", look->colour);
    cmty__qml_prop(out, "style", look->style);
    cmty__qml_prop(out, "outline_color", look->outline);
    cmty__qml_prop(out, "outline_style", look->outline_style);
    cmty__qml_prop(out, "outline_width", look->outline_width);
    cmty__qml_prop(out, "joinstyle", "round");
    cmty__buf_text(out, "</layer></symbol>\n");
}

void cmty__qml_rule(cmty__buf *out, const char *group, size_t symbol, const char *filter,
                    const char *label)
{
    cmty__buf_format(out, "<rule key=\"{%s-%zu}\" symbol=\"%zu\" filter=\"", group, symbol, symbol);
    cmty__buf_xml(out, filter);
    cmty__buf_text(out, "\" label=\"");
    cmty__buf_xml(out, label);
    cmty__buf_text(out, "\"/>\n");
}

void cmty__qml_rules_begin(cmty__buf *out, const char *group)
{
    cmty__buf_format(out,
                     "<renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" "
                     "enableorderby=\"0\" forceraster=\"0\"><rules key=\"{%s}\">\n",
                     group);
}

void cmty__qml_labels(cmty__buf *out, const char *expression)
{
    cmty__buf_text(out,
                   "<labeling type=\"simple\"><settings calloutType=\"simple\"><text-style "
                   "isExpression=\"1\" fontSize=\"9\" fontWeight=\"75\" fontSizeUnit=\"Point\" "
                   "textColor=\"30,30,30,255\" textOpacity=\"1\" fieldName=\"");
    cmty__buf_xml(out, expression);
    cmty__buf_text(out, "\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" "
                        "bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" "
                        "bufferOpacity=\"0.85\"/></text-style>"
                        "<text-format multilineAlign=\"1\"/>"
                        "<placement placement=\"1\" centroidInside=\"1\"/>"
                        "<rendering drawLabels=\"1\" obstacle=\"1\" scaleVisibility=\"0\"/>"
                        "</settings></labeling>\n");
}

void cmty__qml_polygons_end(cmty__buf *out)
{
    cmty__buf_text(out, "<layerGeometryType>2</layerGeometryType>\n</qgis>\n");
}

/* ---- the table ---- */

static cmty__value text_value(const char *text)
{
    return (cmty__value){.text = text};
}

static cmty_status write_style(cmty__writer *w, const cmty__style *s, cmty_time when,
                               cmty_error *err)
{
    cmty__value values[] = {
        text_value(""),
        text_value(""),
        text_value(s->table),
        text_value("geom"),
        text_value(s->name),
        text_value(s->qml.data),
        text_value(""),
        {.integer = s->is_default},
        text_value(s->description),
        text_value(""),
        {.text = NULL},
        {.time = when},
    };

    if (s->qml.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return cmty__writer_row(w, values, err);
}

/* The table and its columns are QGIS's (QgsOgrProviderUtils), which loads the default from it. */
cmty_status cmty__writer_styles(cmty__writer *w, const cmty__style *styles, size_t count,
                                cmty_time when, cmty_error *err)
{
    static const cmty__field fields[] = {{"f_table_catalog", CMTY__FIELD_TEXT},
                                         {"f_table_schema", CMTY__FIELD_TEXT},
                                         {"f_table_name", CMTY__FIELD_TEXT},
                                         {"f_geometry_column", CMTY__FIELD_TEXT},
                                         {"styleName", CMTY__FIELD_TEXT},
                                         {"styleQML", CMTY__FIELD_TEXT},
                                         {"styleSLD", CMTY__FIELD_TEXT},
                                         {"useAsDefault", CMTY__FIELD_BOOL},
                                         {"description", CMTY__FIELD_TEXT},
                                         {"owner", CMTY__FIELD_TEXT},
                                         {"ui", CMTY__FIELD_TEXT},
                                         {"update_time", CMTY__FIELD_DATETIME}};
    cmty_status st = cmty__writer_layer(w, "layer_styles", "Styles of QGIS", CMTY__GEOMETRY_NONE,
                                        fields, COUNT_OF(fields), err);

    for (size_t i = 0; st == CMTY_OK && i < count; i++)
        st = write_style(w, &styles[i], when, err);
    return st;
}
