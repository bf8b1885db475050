/* SPDX-License-Identifier: MIT */
/*
 * Pairs of reports that are near in place or time. Reports are sorted into cells as wide as the
 * radius, and by time within a cell, so that a report is compared with those of its own and the
 * next cells from its own time on: with about as many as there are links. Serial per finder.
 */
#include "duplicates.h"
#include "geo/geo.h"

#include <math.h>
#include <stdlib.h>

enum { PROGRESS_ENTRIES = 4096, WHOLE_TURN = 360 };

/* A report in its cell. `rank` is its place in the list, and so its place in time. */
typedef struct entry {
    int32_t category, band, column;
    uint32_t rank;
} entry;

typedef struct cells {
    entry *list;
    size_t count;
    double band_deg, side_m;
} cells;

static int by_cell(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->category != y->category)
        return x->category < y->category ? -1 : 1;
    if (x->band != y->band)
        return x->band < y->band ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Width of the columns in a band: no two points within a side of each other, one of them in the
   band or the next, are further apart in longitude. Near the poles one column is all there is. */
static double column_deg(const cells *c, int32_t band)
{
    const double radians = 3.14159265358979323846 / 180.0, m_per_deg = 111319.0;
    double edge = fmax(fabs(band * c->band_deg), fabs((band + 1) * c->band_deg));
    double m = m_per_deg * cos(fmin(edge + c->band_deg, 90.0) * radians);

    return m * 10 > c->side_m * 1.01 && m > 1000 ? c->side_m * 1.01 / m : WHOLE_TURN;
}

static int32_t cell_at(double deg, double width)
{
    return (int32_t)floor(deg / width);
}

static void enter(const cells *c, const cmty__sighting *s, uint32_t rank, entry *out)
{
    out->category = s->category_number;
    out->rank = rank;
    out->band = cell_at(s->at.lat_deg, c->band_deg);
    out->column = cell_at(s->at.lon_deg + 180, column_deg(c, out->band));
}

/* The first entry at or behind a key, among those from `low` on. */
static size_t lower_bound(const cells *c, size_t low, const entry *key)
{
    size_t high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_cell(&c->list[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool known(cmty_time t)
{
    return t != CMTY_TIME_UNKNOWN;
}

/* a is not later than b. The difference of two times may not fit in one. */
static bool in_time(const cmty__link_finder *f, const cmty__sighting *a, const cmty__sighting *b)
{
    return known(a->when) && known(b->when)
           && (uint64_t)b->when - (uint64_t)a->when <= (uint64_t)f->window_ms;
}

/* NaN where it is beyond the radius. The frame, which would be that of the middle latitude, errs by
   less than a hundredth where it is asked. */
static double near_m(const cmty__link_finder *f, const cmty__frame *frame, cmty_point a,
                     cmty_point b)
{
    bool short_way = fabs(a.lat_deg) < 66 && f->o->radius_m <= 20000;
    double east = b.lon_deg - a.lon_deg, x, y, reach = f->o->radius_m * 1.05 + 1, m;

    east -= WHOLE_TURN * round(east / WHOLE_TURN);
    x = east * frame->m_per_deg_lon;
    y = (b.lat_deg - a.lat_deg) * frame->m_per_deg_lat;
    if (short_way && x * x + y * y > reach * reach)
        return NAN;
    m = cmty__geodesic_m(a, b);
    return m <= f->o->radius_m ? m : NAN;
}

static cmty_status add(cmty__link_finder *f, uint32_t a, uint32_t b, double metres, char type,
                       cmty_error *err)
{
    if (f->link_count >= f->o->max_links)
        return cmty__fail(
            err, CMTY_E_LIMIT,
            "more than %u links; give a smaller radius, fewer minutes or one category "
            "at a time, or allow more",
            f->o->max_links);
    if (!cmty__grow(&f->links, &f->link_capacity, f->link_count + 1, sizeof *f->links))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    f->links[f->link_count++] = (cmty__link){a, b, metres, type};
    return CMTY_OK;
}

/* Two reports in neighbouring cells, a before b. */
static cmty_status try_place(cmty__link_finder *f, const cmty__frame *frame, uint32_t a, uint32_t b,
                             cmty_error *err)
{
    const cmty__sighting *s = &f->list[a], *t = &f->list[b];
    bool together = in_time(f, s, t);
    char type;
    double m;

    if (together && (f->o->match & CMTY_MATCH_SPACE_TIME) != 0)
        type = 'B';
    else if ((f->o->match & CMTY_MATCH_SPACE) != 0)
        type = 'S';
    else
        return CMTY_OK; /* near in time alone: is found there */
    m = near_m(f, frame, s->at, t->at);
    return isnan(m) ? CMTY_OK : add(f, a, b, m, type, err);
}

/* Whether later reports of a cell can still be linked to this one. */
static bool goes_on(const cmty__link_finder *f, const cmty__sighting *s, const cmty__sighting *t)
{
    return (f->o->match & CMTY_MATCH_SPACE) != 0 || in_time(f, s, t);
}

/* The columns from `low` to `high` of a band, each from the report's own time on. */
static cmty_status scan_columns(cmty__link_finder *f, const cells *c, const cmty__frame *frame,
                                const entry *low, int32_t high, uint32_t rank, cmty_error *err)
{
    entry key = *low;
    size_t i = lower_bound(c, 0, &key);
    cmty_status st = CMTY_OK;

    while (st == CMTY_OK && i < c->count && c->list[i].category == key.category
           && c->list[i].band == key.band && c->list[i].column <= high) {
        key.column = c->list[i].column;
        key.rank = rank + 1;
        i = lower_bound(c, i, &key);
        for (; st == CMTY_OK && i < c->count && c->list[i].category == key.category
               && c->list[i].band == key.band && c->list[i].column == key.column;
             i++) {
            if (!goes_on(f, &f->list[rank], &f->list[c->list[i].rank]))
                break;
            st = try_place(f, frame, rank, c->list[i].rank, err);
        }
        key.column++;
        key.rank = 0;
        i = lower_bound(c, i, &key);
    }
    return st;
}

/* One band of cells; the longitudes may go round the globe. */
static cmty_status scan_band(cmty__link_finder *f, const cells *c, const entry *own, int32_t band,
                             cmty_error *err)
{
    const cmty__sighting *s = &f->list[own->rank];
    cmty__frame frame = cmty__frame_at(s->at);
    double width = column_deg(c, band), reach = fmax(width, column_deg(c, own->band));
    double at = s->at.lon_deg + 180, from = at - reach, to = at + reach;
    entry low = {own->category, band, cell_at(from, width), 0};
    cmty_status st;

    if (reach >= WHOLE_TURN) {
        low.column = 0;
        return scan_columns(f, c, &frame, &low, INT32_MAX, own->rank, err);
    }
    st = scan_columns(f, c, &frame, &low, cell_at(to, width), own->rank, err);
    if (st == CMTY_OK && from < 0) {
        low.column = cell_at(from + WHOLE_TURN, width);
        st = scan_columns(f, c, &frame, &low, INT32_MAX, own->rank, err);
    }
    if (st == CMTY_OK && to >= WHOLE_TURN) {
        low.column = 0;
        st = scan_columns(f, c, &frame, &low, cell_at(to - WHOLE_TURN, width), own->rank, err);
    }
    return st;
}

static cmty_status tell_progress(const cmty__link_finder *f, const char *what, size_t done,
                                 size_t all, cmty_error *err)
{
    if (done % PROGRESS_ENTRIES != 0)
        return CMTY_OK;
    return cmty__progress(f->o->host, what, (double)done / (double)all, err);
}

static cmty_status find_in_space(cmty__link_finder *f, cells *c, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    c->side_m = fmax(f->o->radius_m, 1);
    c->band_deg = c->side_m * 1.01 / 110574; /* metres of a degree of latitude, at least */
    c->count = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i].placed)
            enter(c, &f->list[i], (uint32_t)i, &c->list[c->count++]);
    qsort(c->list, c->count, sizeof *c->list, by_cell);
    for (size_t i = 0; st == CMTY_OK && i < c->count; i++) {
        const entry *own = &c->list[i];

        st = tell_progress(f, "comparing places", i, c->count, err);
        for (int32_t band = own->band - 1; st == CMTY_OK && band <= own->band + 1; band++)
            st = scan_band(f, c, own, band, err);
    }
    return st;
}

/* Near in time alone: what is near in place too has its link, if one was asked for. */
static cmty_status try_time(cmty__link_finder *f, uint32_t a, uint32_t b, cmty_error *err)
{
    const cmty__sighting *s = &f->list[a], *t = &f->list[b];
    cmty__frame frame;
    double m = NAN;

    if (s->placed && t->placed) {
        frame = cmty__frame_at(s->at);
        if (!isnan(near_m(f, &frame, s->at, t->at))
            && (f->o->match & (CMTY_MATCH_SPACE_TIME | CMTY_MATCH_SPACE)) != 0)
            return CMTY_OK;
        m = cmty__geodesic_m(s->at, t->at);
    }
    return add(f, a, b, m, 'T', err);
}

static cmty_status find_in_time(cmty__link_finder *f, cells *c, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    c->count = 0;
    for (size_t i = 0; i < f->count; i++)
        if (known(f->list[i].when))
            c->list[c->count++] = (entry){f->list[i].category_number, 0, 0, (uint32_t)i};
    qsort(c->list, c->count, sizeof *c->list, by_cell);
    for (size_t i = 0; st == CMTY_OK && i < c->count; i++) {
        const entry *e = c->list;

        st = tell_progress(f, "comparing times", i, c->count, err);
        for (size_t k = i + 1; st == CMTY_OK && k < c->count && e[k].category == e[i].category
                               && in_time(f, &f->list[e[i].rank], &f->list[e[k].rank]);
             k++)
            st = try_time(f, e[i].rank, e[k].rank, err);
    }
    return st;
}

static int by_reports(const void *a, const void *b)
{
    const cmty__link *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->second > y->second) - (x->second < y->second);
}

cmty_status cmty__links_find(cmty__link_finder *f, cmty_error *err)
{
    cells c = {.list = cmty__calloc(f->count + 1, sizeof *c.list)};
    cmty_status st = CMTY_OK;

    if (c.list == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if ((f->o->match & (CMTY_MATCH_SPACE_TIME | CMTY_MATCH_SPACE)) != 0)
        st = find_in_space(f, &c, err);
    if (st == CMTY_OK && (f->o->match & CMTY_MATCH_TIME) != 0)
        st = find_in_time(f, &c, err);
    if (st == CMTY_OK && f->link_count > 1)
        qsort(f->links, f->link_count, sizeof *f->links, by_reports);
    cmty__zero(c.list, f->count * sizeof *c.list);
    cmty__free(c.list);
    return st;
}
