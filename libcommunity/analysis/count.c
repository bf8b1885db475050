/* SPDX-License-Identifier: MIT */
/*
 * Counting a table with differential privacy. Rows are read once; of each contributor a fixed few
 * count, chosen by a keyed hash, so that neither order nor repetition matters. One call, any
 * thread.
 */
#include "count.h"

#include <math.h>
#include <stdlib.h>

cmty_status cmty_count_options_init(cmty_count_options *options)
{
    static const cmty_count_options defaults = CMTY_COUNT_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

static cmty_status check_options(const cmty_count_options *o, cmty_error *err)
{
    if (!(o->epsilon >= 0.001 && o->epsilon <= 100))
        return cmty__fail(err, CMTY_E_RANGE, "epsilon must be 0.001 to 100");
    if (!(o->delta >= 1e-15 && o->delta <= 0.5))
        return cmty__fail(err, CMTY_E_RANGE, "delta must be 1e-15 to 0.5");
    if (o->contribution < 1 || o->contribution > 1000)
        return cmty__fail(err, CMTY_E_RANGE, "contribution must be 1 to 1000");
    if (o->minimum < 1 || o->minimum > 10000)
        return cmty__fail(err, CMTY_E_RANGE, "minimum must be 1 to 10000");
    if (o->select < CMTY_SELECT_GEOMETRIC || o->select > CMTY_SELECT_GAUSSIAN)
        return cmty__fail(err, CMTY_E_INVALID, "there is no selection %d", (int)o->select);
    if (o->by == NULL && o->beats == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "name a column to count by, or give beats");
    if (o->list != NULL && o->by == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a list of values needs the column that it lists");
    if (o->key_file == NULL)
        return cmty__fail(err, CMTY_E_KEY,
                          "counting needs a mask key; make one with: "
                          "community keygen");
    return CMTY_OK;
}

/* ---- keys ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const cmty__tally *)a)->key, ((const cmty__tally *)b)->key);
}

static cmty__tally *find_key(const cmty__counter *c, const char *text)
{
    const cmty__tally key = {.key = text};

    if (c->sorted == 0)
        return NULL;
    return bsearch(&key, c->tallies, c->sorted, sizeof key, by_text);
}

/* Sorted at each power of two and searched one by one behind that: keys of the data are few. */
static int32_t key_of(cmty__counter *c, const char *text)
{
    cmty__tally *found = find_key(c, text);
    char *copy;

    if (found != NULL)
        return found->number;
    for (size_t i = c->sorted; i < c->tally_count; i++)
        if (strcmp(c->tallies[i].key, text) == 0)
            return c->tallies[i].number;
    if (!cmty__grow(&c->tallies, &c->tally_capacity, c->tally_count + 1, sizeof *c->tallies))
        return -1;
    copy = cmty__arena_text(c->texts, text, strlen(text));
    if (copy == NULL)
        return -1;
    c->tallies[c->tally_count] =
        (cmty__tally){.key = copy, .parent = "", .number = (int32_t)c->tally_count};
    c->tally_count++;
    if (c->tally_count > 2 * c->sorted + 64) {
        qsort(c->tallies, c->tally_count, sizeof *c->tallies, by_text);
        c->sorted = c->tally_count;
    }
    return (int32_t)c->tally_count - 1;
}

static cmty_status read_list(cmty__counter *c, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty__csv *csv = NULL;
    cmty_status st = cmty__reader_open(c->o.list, &r, err);

    if (st == CMTY_OK)
        st = cmty__csv_open(r, &csv, err);
    while (st == CMTY_OK) {
        st = cmty__csv_next(csv, err);
        if (st == CMTY_OK && key_of(c, cmty__csv_field(csv, 0)) < 0)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    cmty__csv_free(csv);
    return st == CMTY_END ? CMTY_OK : st;
}

/* ---- rows ---- */

typedef struct columns {
    int32_t by, contributor, lon, lat;
} columns;

static cmty_status find_column(const cmty__csv *csv, const char *file, const char *name,
                               const char *const *usual, int32_t *out, cmty_error *err)
{
    *out = name != NULL ? cmty__csv_find(csv, name) : -1;
    for (size_t i = 0; name == NULL && *out < 0 && usual[i] != NULL; i++)
        *out = cmty__csv_find(csv, usual[i]);
    if (*out >= 0)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_FORMAT, "%s, line 1: there is no column %s", file,
                      name != NULL ? name : usual[0]);
}

static cmty_status find_columns(cmty__counter *c, const cmty__csv *csv, columns *out,
                                cmty_error *err)
{
    static const char *const lon[] = {"lon", "lng", "longitude", "x", "long", "lon_deg", NULL};
    static const char *const lat[] = {"lat", "latitude", "y", "lat_deg", NULL};
    cmty_status st = CMTY_OK;

    *out = (columns){-1, -1, -1, -1};
    if (c->o.by != NULL)
        st = find_column(csv, c->file, c->o.by, NULL, &out->by, err);
    if (st == CMTY_OK && c->o.by == NULL)
        st = find_column(csv, c->file, c->o.lon_column, lon, &out->lon, err);
    if (st == CMTY_OK && c->o.by == NULL)
        st = find_column(csv, c->file, c->o.lat_column, lat, &out->lat, err);
    if (st == CMTY_OK && c->o.contributor != NULL)
        st = find_column(csv, c->file, c->o.contributor, NULL, &out->contributor, err);
    return st;
}

/* The number of the beat's tally; rows in no beat have the last. */
static cmty_status beat_of(const cmty__counter *c, const cmty__csv *csv, const columns *k,
                           int32_t *out, cmty_error *err)
{
    const char *lon = cmty__csv_field(csv, (size_t)k->lon);
    const char *lat = cmty__csv_field(csv, (size_t)k->lat);
    cmty_point p;
    int32_t area;

    *out = (int32_t)c->tally_count - 1;
    if (*lon == '\0' && *lat == '\0')
        return CMTY_OK;
    if (!cmty__parse_double(lon, &p.lon_deg) || !cmty__parse_double(lat, &p.lat_deg)
        || !cmty__point_valid(p))
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s, line %llu: the coordinates are not degrees on "
                          "the globe",
                          c->file, (unsigned long long)cmty__csv_line_number(csv));
    area = cmty__areas_first(cmty__beatset_areas(c->o.beats, c->version), p, NULL, NULL);
    if (area >= 0)
        *out = c->tally_of[area];
    return CMTY_OK;
}

static cmty_status add_row(cmty__counter *c, const cmty__csv *csv, const columns *k,
                           cmty_error *err)
{
    size_t size;
    const char *raw = cmty__csv_raw(csv, &size);
    cmty_status st = CMTY_OK;
    cmty__row *row;

    if (!cmty__grow(&c->rows, &c->row_capacity, c->row_count + 1, sizeof *c->rows))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    row = &c->rows[c->row_count];
    cmty__counting_hash(&c->counting, raw, size, row->content);
    row->contributor[0] = c->row_count; /* someone else's each */
    row->contributor[1] = 0;
    if (k->contributor >= 0) {
        const char *who = cmty__csv_field(csv, (size_t)k->contributor);

        cmty__counting_hash(&c->counting, who, strlen(who), row->contributor);
    }
    if (k->by < 0) {
        st = beat_of(c, csv, k, &row->key, err);
    } else if (c->o.list != NULL) {
        const cmty__tally *found = find_key(c, cmty__csv_field(csv, (size_t)k->by));

        if (found == NULL) /* the list says what there is */
            return CMTY_OK;
        row->key = found->number;
    } else {
        row->key = key_of(c, cmty__csv_field(csv, (size_t)k->by));
        if (row->key < 0)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    c->row_count += st == CMTY_OK;
    return st;
}

static cmty_status read_rows(cmty__counter *c, const char *in, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty__csv *csv = NULL;
    columns k;
    cmty_status st = cmty__reader_open(in, &r, err);

    if (st == CMTY_OK)
        st = cmty__csv_open(r, &csv, err);
    if (st == CMTY_OK) {
        (void)cmty__format(c->file, sizeof c->file, "%s", cmty__reader_name(r));
        st = find_columns(c, csv, &k, err);
    }
    while (st == CMTY_OK) {
        st = cmty__csv_next(csv, err);
        if (st == CMTY_OK)
            st = add_row(c, csv, &k, err);
        if (st == CMTY_OK && c->row_count % 4096 == 0)
            st = cmty__progress(c->o.host, "reading the table", -1, err);
    }
    cmty__csv_free(csv);
    return st == CMTY_END ? CMTY_OK : st;
}

/* ---- bounded contribution ---- */

static int compare_words(const uint64_t *a, const uint64_t *b)
{
    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    return (a[1] > b[1]) - (a[1] < b[1]);
}

static int by_contributor(const void *a, const void *b)
{
    const cmty__row *x = a, *y = b;
    int order = compare_words(x->contributor, y->contributor);

    return order != 0 ? order : compare_words(x->content, y->content);
}

/* The first rows of each contributor, in the order of a keyed hash of their content. */
static void tally_rows(cmty__counter *c, int32_t *place_of)
{
    size_t taken = 0;

    if (c->row_count > 0)
        qsort(c->rows, c->row_count, sizeof *c->rows, by_contributor);
    for (size_t i = 0; i < c->row_count; i++) {
        bool next =
            i == 0 || compare_words(c->rows[i - 1].contributor, c->rows[i].contributor) != 0;
        cmty__tally *t = &c->tallies[place_of[c->rows[i].key]];

        taken = next ? 0 : taken;
        if (next)
            c->contributor++;
        if (taken++ >= c->o.contribution)
            continue;
        t->count++;
        t->contributors += t->last != c->contributor;
        t->last = c->contributor;
    }
}

cmty_status cmty__counter_tally(cmty__counter *c, cmty_error *err)
{
    int32_t *place_of = cmty__calloc(c->tally_count + 1, sizeof *place_of);

    if (place_of == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (c->o.by != NULL && c->tally_count > 0)
        qsort(c->tallies, c->tally_count, sizeof *c->tallies, by_text);
    for (size_t i = 0; i < c->tally_count; i++)
        place_of[c->tallies[i].number] = (int32_t)i;
    tally_rows(c, place_of);
    cmty__free(place_of);
    return CMTY_OK;
}

static void counter_close(cmty__counter *c)
{
    if (c->rows != NULL)
        cmty__zero(c->rows, c->row_count * sizeof *c->rows);
    cmty__free(c->rows);
    cmty__free(c->tallies);
    cmty__free(c->tally_of);
    cmty__arena_free(c->texts);
    cmty__mask_key_free(c->key);
    cmty__counting_close(&c->counting);
}

static cmty_status counter_open(cmty__counter *c, cmty_error *err)
{
    const char *release = c->o.release != NULL ? c->o.release : "";
    cmty_status st = cmty__mask_key_open(c->o.key_file, &c->key, err);

    c->texts = cmty__arena_new();
    if (st == CMTY_OK && c->texts == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    c->levels = c->o.list != NULL ? 1 : 2; /* counts; and which keys there are */
    if (st == CMTY_OK && c->o.by == NULL)
        st = cmty__counter_beats(c, err);
    if (st != CMTY_OK)
        return st;
    cmty__counting_open(&c->counting, c->key, release, c->o.epsilon / c->levels, c->o.contribution);
    return c->o.list != NULL ? read_list(c, err) : CMTY_OK;
}

cmty_status cmty_count_table(const char *in, const char *out, const cmty_count_options *options,
                             cmty_error *err)
{
    cmty__counter c = {.o = CMTY_COUNT_OPTIONS_INIT};
    cmty_status st;

    if (in == NULL || out == NULL || options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "in, out and options must not be NULL");
    st = cmty__struct_read(&c.o, sizeof c.o, options, sizeof c.o, "cmty_count_options", err);
    if (st == CMTY_OK)
        st = check_options(&c.o, err);
    if (st != CMTY_OK)
        return st;
    st = counter_open(&c, err);
    if (st == CMTY_OK && c.o.list != NULL && c.tally_count > 0) { /* all there will be */
        qsort(c.tallies, c.tally_count, sizeof *c.tallies, by_text);
        c.sorted = c.tally_count;
    }
    if (st == CMTY_OK)
        st = read_rows(&c, in, err);
    if (st == CMTY_OK)
        st = cmty__counter_tally(&c, err);
    if (st == CMTY_OK)
        st = cmty__counter_write(&c, out, err);
    counter_close(&c);
    return st;
}
