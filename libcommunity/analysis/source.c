/* SPDX-License-Identifier: MIT */
/* Rows of a CSV file or of a layer. Serial per source. */
#include "source.h"

static const char *const id_names[] = {"id", "report_id", "source_ref", "report_no", "ref", NULL};
static const char *const lon_names[] = {"lon", "lng", "longitude", "x", "long", "lon_deg", NULL};
static const char *const lat_names[] = {"lat", "latitude", "y", "lat_deg", NULL};

void cmty__source_close(cmty__source *s)
{
    cmty__csv_free(s->csv);
    cmty__layer_free(s->layer);
}

static void find_columns(cmty__source *s)
{
    s->id = cmty__source_column(s, id_names);
    s->lon = s->csv != NULL ? cmty__source_column(s, lon_names) : -1;
    s->lat = s->csv != NULL ? cmty__source_column(s, lat_names) : -1;
}

cmty_status cmty__source_open_layer(cmty__source *s, const cmty__spec *spec,
                                    const cmty__layer_options *o, cmty_error *err)
{
    cmty_status st;

    *s = (cmty__source){0};
    st = cmty__layer_open(spec, o, &s->layer, err);
    if (st != CMTY_OK)
        return st;
    s->name = cmty__layer_name(s->layer);
    find_columns(s);
    return CMTY_OK;
}

bool cmty__source_is_csv(const char *path)
{
    size_t size = strlen(path);

    return strcmp(path, "-") == 0 || (size > 4 && cmty__text_equal_nocase(path + size - 4, ".csv"));
}

static cmty_status open_spec(cmty__source *s, const char *path, const cmty_host *host,
                             cmty_error *err)
{
    const cmty__layer_options o = {.points = true, .host = host};
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(path, &spec, err);

    if (st == CMTY_OK)
        st = cmty__source_open_layer(s, &spec, &o, err);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty__source_open(cmty__source *s, const char *path, const cmty_host *host,
                              cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty_status st;

    *s = (cmty__source){0};
    if (!cmty__source_is_csv(path))
        return open_spec(s, path, host, err);
    st = cmty__reader_open(path, &r, err);
    if (st == CMTY_OK)
        st = cmty__csv_open(r, &s->csv, err);
    if (st != CMTY_OK)
        return st;
    s->name = cmty__reader_name(r);
    find_columns(s);
    return CMTY_OK;
}

cmty_status cmty__source_next(cmty__source *s, cmty_error *err)
{
    if (s->csv != NULL)
        return cmty__csv_next(s->csv, err);
    return s->row++ < cmty__layer_count(s->layer) ? CMTY_OK : CMTY_END;
}

int32_t cmty__source_column(const cmty__source *s, const char *const *names)
{
    int32_t found = -1;

    for (size_t i = 0; found < 0 && names[i] != NULL; i++)
        found = s->csv != NULL ? cmty__csv_find(s->csv, names[i])
                               : cmty__layer_field(s->layer, names[i]);
    return found;
}

const char *cmty__source_text(const cmty__source *s, int32_t column)
{
    if (column < 0)
        return "";
    return s->csv != NULL ? cmty__csv_field(s->csv, (size_t)column)
                          : cmty__layer_text(s->layer, s->row - 1, column);
}

cmty_status cmty__source_fail(const cmty__source *s, const char *what, cmty_error *err)
{
    if (s->csv != NULL)
        return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: %s", s->name,
                          (unsigned long long)cmty__csv_line_number(s->csv), what);
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: %s", s->name, s->row, what);
}

cmty_status cmty__source_needs_points(const cmty__source *s, cmty_error *err)
{
    const char *missing = NULL;

    if (s->id < 0)
        missing = "id, report_id, source_ref or report_no";
    else if (s->csv != NULL && (s->lon < 0 || s->lat < 0))
        missing = s->lon < 0 ? "lon" : "lat";
    if (missing == NULL)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s: there is no column %s", s->name, missing);
}

cmty_status cmty__source_point(const cmty__source *s, cmty_point *out, cmty_error *err)
{
    const char *lon, *lat;

    if (s->csv == NULL) {
        const cmty__feature *f = cmty__layer_feature(s->layer, s->row - 1);

        if (f->point_count == 0)
            return CMTY_NOTFOUND;
        *out = f->points[0];
        return CMTY_OK;
    }
    lon = cmty__source_text(s, s->lon);
    lat = cmty__source_text(s, s->lat);
    if (*lon == '\0' && *lat == '\0')
        return CMTY_NOTFOUND;
    if (!cmty__parse_double(lon, &out->lon_deg) || !cmty__parse_double(lat, &out->lat_deg)
        || !cmty__point_valid(*out))
        return cmty__source_fail(s, "the coordinates are not degrees on the globe", err);
    return CMTY_OK;
}
