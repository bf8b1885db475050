/* SPDX-License-Identifier: MIT */
/* Addresses and population units for catchments. Any thread. */
#include "addresses.h"

#include <math.h>

/* Twice the signed area, and the centroid weighted by it, of a closed ring. */
static double ring_moments(const cmty__ring *ring, cmty_point *centroid)
{
    cmty_point o = ring->points[0]; /* near origin: keeps the products small */
    double twice_area = 0;
    double x = 0;
    double y = 0;

    for (size_t i = 0; i + 1 < ring->count; i++) {
        double ax = ring->points[i].lon_deg - o.lon_deg;
        double ay = ring->points[i].lat_deg - o.lat_deg;
        double bx = ring->points[i + 1].lon_deg - o.lon_deg;
        double by = ring->points[i + 1].lat_deg - o.lat_deg;
        double cross = ax * by - bx * ay;

        twice_area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    *centroid = o;
    if (twice_area != 0) {
        centroid->lon_deg += x / (3 * twice_area);
        centroid->lat_deg += y / (3 * twice_area);
    }
    return twice_area;
}

/* Centroid of the largest ring. */
static cmty_point middle(const cmty__feature *f)
{
    cmty_point best = {NAN, NAN};
    double largest = -1;

    for (size_t i = 0; i < f->ring_count; i++) {
        cmty_point centroid;
        double area = fabs(ring_moments(&f->rings[i], &centroid));

        if (area > largest) {
            largest = area;
            best = centroid;
        }
    }
    return best;
}

static cmty_status weight_of(const cmty__layer *layer, size_t feature, int32_t field, double *out,
                             cmty_error *err)
{
    const char *text;

    *out = 1;
    if (field < 0)
        return CMTY_OK;
    text = cmty__layer_text(layer, feature, field);
    *out = 0;
    if (*text == '\0' || (cmty__parse_double(text, out) && *out >= 0))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s, feature %zu: %s is not a number of people",
                      cmty__layer_name(layer), feature + 1, cmty__layer_field_name(layer, field));
}

static bool append(cmty__address **list, size_t *capacity, size_t *count, cmty_point at,
                   double weight)
{
    if (!cmty__grow(list, capacity, *count + 1, sizeof **list))
        return false;
    (*list)[(*count)++] = (cmty__address){at, weight};
    return true;
}

static cmty_status collect(const cmty__layer *layer, int32_t field, cmty__address **list,
                           size_t *count, cmty_error *err)
{
    size_t capacity = 0;
    bool room = true;

    for (size_t i = 0; i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);
        double weight;
        cmty_status st = weight_of(layer, i, field, &weight, err);

        if (st != CMTY_OK)
            return st;
        if (weight <= 0)
            continue;
        if (f->ring_count > 0)
            room = room && append(list, &capacity, count, middle(f), weight);
        for (size_t k = 0; k < f->point_count; k++)
            room = room
                   && append(list, &capacity, count, f->points[k], weight / (double)f->point_count);
    }
    if (!room)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (*count == 0)
        return cmty__fail(err, CMTY_E_FORMAT, "%s holds no addresses and no people",
                          cmty__layer_name(layer));
    return CMTY_OK;
}

cmty_status cmty__addresses_open(const char *text, const cmty_host *host, cmty__address **out,
                                 size_t *count, cmty_error *err)
{
    cmty__layer_options o = {.densify_m = 1, .polygons = true, .points = true, .host = host};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    int32_t field = -1;
    cmty_status st = cmty__spec_parse(text, &spec, err);

    *out = NULL;
    *count = 0;
    if (st != CMTY_OK)
        return st;
    st = cmty__layer_open(&spec, &o, &layer, err);
    if (st != CMTY_OK)
        goto done;
    if (spec.weight != NULL) {
        field = cmty__layer_field(layer, spec.weight);
        if (field < 0) {
            st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field %s", cmty__layer_name(layer),
                            spec.weight);
            goto done;
        }
    }
    st = collect(layer, field, out, count, err);
    if (st != CMTY_OK) {
        cmty__free(*out);
        *out = NULL;
        *count = 0;
    }

done:
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}
