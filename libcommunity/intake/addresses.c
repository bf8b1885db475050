/* SPDX-License-Identifier: MIT */
/* Addresses and population units for catchments. Any thread. */
#include "addresses.h"

#include <math.h>
#include <stdlib.h>

/* Longitudes at which a parallel enters and leaves an area; kept for reuse. */
struct crossings {
    double *lon_deg;
    size_t count, capacity;
};

/* Twice the area, in square degrees. */
static double ring_size(const cmty__ring *ring)
{
    cmty_point o = ring->points[0]; /* near origin: keeps the products small */
    double sum = 0;

    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point a = ring->points[i], b = ring->points[i + 1];

        sum += (a.lon_deg - o.lon_deg) * (b.lat_deg - o.lat_deg)
               - (b.lon_deg - o.lon_deg) * (a.lat_deg - o.lat_deg);
    }
    return fabs(sum);
}

/* Halfway between the northern and the southern end of the largest ring. */
static double middle_parallel(const cmty__feature *f)
{
    const cmty__ring *largest = &f->rings[0];
    double size = ring_size(largest);
    double south = 90, north = -90;

    for (size_t r = 1; r < f->ring_count; r++) {
        double other = ring_size(&f->rings[r]);

        if (other > size) {
            largest = &f->rings[r];
            size = other;
        }
    }
    for (size_t i = 0; i < largest->count; i++) {
        south = fmin(south, largest->points[i].lat_deg);
        north = fmax(north, largest->points[i].lat_deg);
    }
    return south + (north - south) / 2;
}

static bool cross_ring(const cmty__ring *ring, double lat_deg, struct crossings *c)
{
    for (size_t i = 0; i + 1 < ring->count; i++) {
        cmty_point a = ring->points[i], b = ring->points[i + 1];
        double part;

        if ((a.lat_deg <= lat_deg) == (b.lat_deg <= lat_deg)) /* half-open: a vertex counts once */
            continue;
        if (!cmty__grow(&c->lon_deg, &c->capacity, c->count + 1, sizeof *c->lon_deg))
            return false;
        part = (lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg);
        c->lon_deg[c->count++] = a.lon_deg + part * (b.lon_deg - a.lon_deg);
    }
    return true;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

/* A point inside an area of any shape: the middle of the widest stretch of its middle parallel. A
   centroid may lie outside, and then in another beat. False: out of memory. */
static bool inner_point(const cmty__feature *f, struct crossings *c, cmty_point *out)
{
    double widest = -1;

    *out = (cmty_point){f->rings[0].points[0].lon_deg, middle_parallel(f)};
    c->count = 0;
    for (size_t r = 0; r < f->ring_count; r++)
        if (!cross_ring(&f->rings[r], out->lat_deg, c))
            return false;
    if (c->count > 0)
        qsort(c->lon_deg, c->count, sizeof *c->lon_deg, compare_doubles);
    for (size_t i = 0; i + 1 < c->count; i += 2) {
        double width = c->lon_deg[i + 1] - c->lon_deg[i];

        if (width > widest) {
            widest = width;
            out->lon_deg = c->lon_deg[i] + width / 2;
        }
    }
    return true;
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

struct address_list {
    cmty__address *items;
    size_t count, capacity;
};

static bool append(struct address_list *list, cmty_point at, double weight)
{
    if (!cmty__grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items))
        return false;
    list->items[list->count++] = (cmty__address){at, weight};
    return true;
}

static bool append_feature(const cmty__feature *f, double weight, struct crossings *c,
                           struct address_list *list)
{
    bool room = true;
    cmty_point at;

    if (f->ring_count > 0)
        room = inner_point(f, c, &at) && append(list, at, weight);
    for (size_t k = 0; room && k < f->point_count; k++)
        room = append(list, f->points[k], weight / (double)f->point_count);
    return room;
}

static cmty_status collect(const cmty__layer *layer, int32_t field, struct address_list *list,
                           cmty_error *err)
{
    struct crossings crossings = {0};
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);
        double weight = 0;

        if (f->ring_count > 0 && field < 0)
            st = cmty__fail(err, CMTY_E_FORMAT,
                            "%s holds areas; name the field that counts their people with "
                            "|weight=FIELD",
                            cmty__layer_name(layer));
        else
            st = weight_of(layer, i, field, &weight, err);
        if (st == CMTY_OK && weight > 0 && !append_feature(f, weight, &crossings, list))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    cmty__free(crossings.lon_deg);
    if (st == CMTY_OK && list->count == 0)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s holds no addresses and no people",
                        cmty__layer_name(layer));
    return st;
}

cmty_status cmty__addresses_open(const char *text, const cmty_host *host, cmty__address **out,
                                 size_t *count, cmty_error *err)
{
    cmty__layer_options o = {.densify_m = 1, .polygons = true, .points = true, .host = host};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    struct address_list list = {0};
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
    st = collect(layer, field, &list, err);
    if (st != CMTY_OK)
        goto done;
    *out = list.items; /* ownership moves to the caller */
    *count = list.count;
    list.items = NULL;

done:
    cmty__free(list.items);
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty__catchments_open(const char *spec, const cmty_beatset *beats, uint32_t k,
                                  const cmty_host *host, cmty__catchments **out, cmty_error *err)
{
    size_t versions = cmty_beatset_version_count(beats);
    const cmty__areas **areas = cmty__calloc(versions, sizeof *areas);
    cmty__address *addresses = NULL;
    size_t count = 0;
    cmty_status st;

    *out = NULL;
    if (areas == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < versions; i++)
        areas[i] = cmty__beatset_areas(beats, (int32_t)i);
    st = cmty__addresses_open(spec, host, &addresses, &count, err);
    if (st == CMTY_OK)
        st = cmty__catchments_build(areas, versions, addresses, count, k, host, out, err);
    cmty__free(addresses);
    cmty__free(areas);
    return st;
}
