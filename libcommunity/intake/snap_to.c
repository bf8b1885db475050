/* SPDX-License-Identifier: MIT */
/* Layers that masked positions are put on: published points, and roads. Any thread. */
#include "addresses.h"

#include <math.h>

typedef struct places {
    cmty_point *points;
    size_t count, capacity;
} places;

static bool add(places *p, cmty_point at)
{
    if (!cmty__grow(&p->points, &p->capacity, p->count + 1, sizeof *p->points))
        return false;
    p->points[p->count++] = at;
    return true;
}

/* Both ends, and places between them; seven decimals, so that nothing hides in further ones. */
static bool add_piece(places *p, cmty_point a, cmty_point b, double step_m)
{
    size_t parts = (size_t)ceil(cmty__geodesic_m(a, b) / step_m);
    bool room = true;

    for (size_t i = 0; room && i <= parts; i++) {
        double t = parts > 0 ? (double)i / (double)parts : 0;

        room = add(p, (cmty_point){round((a.lon_deg + t * (b.lon_deg - a.lon_deg)) * 1e7) / 1e7,
                                   round((a.lat_deg + t * (b.lat_deg - a.lat_deg)) * 1e7) / 1e7});
    }
    return room;
}

static bool add_feature(places *p, const cmty__feature *f, double step_m)
{
    bool room = true;

    for (size_t i = 0; room && i < f->point_count; i++)
        room = add(p, f->points[i]);
    for (size_t r = 0; room && r < f->ring_count; r++)
        for (size_t i = 0; room && i + 1 < f->rings[r].count; i++)
            room = add_piece(p, f->rings[r].points[i], f->rings[r].points[i + 1], step_m);
    return room;
}

static cmty_status read_places(const char *text, const cmty__layer_options *o, double step_m,
                               places *out, cmty_error *err)
{
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    cmty_status st = cmty__spec_parse(text, &spec, err);

    if (st == CMTY_OK)
        st = cmty__layer_open(&spec, o, &layer, err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++)
        if (!add_feature(out, cmty__layer_feature(layer, i), step_m))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty__street_list_open(const char *text, double step_m, const cmty_host *host,
                                   cmty__list **out, cmty_error *err)
{
    const cmty__layer_options o = {.densify_m = 1, .lines = true, .host = host};
    places p = {0};
    cmty_status st = read_places(text, &o, step_m, &p, err);

    *out = NULL;
    if (st == CMTY_OK)
        st = cmty__list_new(p.points, p.count, out, err);
    cmty__free(p.points);
    return st;
}

cmty_status cmty__snap_list_open(const char *text, const char *addresses, uint32_t k,
                                 double within_m, const cmty_host *host, cmty__list **out,
                                 cmty_error *err)
{
    const cmty__layer_options o = {.points = true, .host = host};
    cmty__address *homes = NULL;
    places p = {0};
    size_t count = 0;
    cmty_status st = read_places(text, &o, 1, &p, err);

    *out = NULL;
    if (st == CMTY_OK && addresses != NULL)
        st = cmty__addresses_open(addresses, host, &homes, &count, err);
    if (st == CMTY_OK)
        st = addresses == NULL
                 ? cmty__list_new(p.points, p.count, out, err)
                 : cmty__list_settle(p.points, p.count, homes, count, k, within_m, out, err);
    cmty__free(homes);
    cmty__free(p.points);
    return st;
}
