/* SPDX-License-Identifier: MIT */
/* Numbers and points of a release: a table of counts, a table of points, or a GeoPackage with
   both. Serial per succession. */
#include "source.h"
#include "succession.h"

#include <stdlib.h>

enum { LAYERS_MAX = 64 };
static const int64_t count_max = 1000000000000; /* so that no sum overflows */

struct cmty__observation { /* a number in one release */
    int32_t counts, state;
    const char *key, *category, *district;
    size_t release;
    int64_t value;
};

static const char *const count_names[] = {"reports", "count", "counts", NULL};
static const char *const beat_names[] = {"beat_id", "beat", "key", "id", NULL};
static const char *const name_names[] = {"name", "label", NULL};
static const char *const level_names[] = {"level", NULL};
static const char *const parent_names[] = {"parent", NULL};
static const char *const district_names[] = {"district", NULL};
static const char *const category_names[] = {"category", NULL};
static const char *const note_names[] = {"reports_note", NULL};

typedef struct columns {
    int32_t count, beat, name, level, parent, district, category, note;
} columns;

void cmty__succession_free(cmty__succession *s)
{
    if (s->rows != NULL)
        cmty__zero(s->rows, s->row_count * sizeof *s->rows);
    cmty__free(s->rows);
    cmty__free(s->seen);
    cmty__free(s->numbers);
    cmty__free(s->slots);
    cmty__arena_free(s->texts);
    *s = (cmty__succession){0};
}

static columns find_columns(const cmty__source *in)
{
    return (columns){.count = cmty__source_column(in, count_names),
                     .beat = cmty__source_column(in, beat_names),
                     .name = cmty__source_column(in, name_names),
                     .level = cmty__source_column(in, level_names),
                     .parent = cmty__source_column(in, parent_names),
                     .district = cmty__source_column(in, district_names),
                     .category = cmty__source_column(in, category_names),
                     .note = cmty__source_column(in, note_names)};
}

/* ---- a row of numbers ---- */

/* Which number the row is about, by the names that our own tables use. False: none. */
static bool identify(const cmty__source *in, const columns *c, cmty__observation *o)
{
    const char *level = cmty__source_text(in, c->level);
    const char *key = cmty__source_text(in, c->beat);

    *o = (cmty__observation){
        .counts = CMTY__COUNTS_BEAT, .key = key, .category = "", .district = ""};
    if (*key == '\0')
        o->key = cmty__source_text(in, c->name);
    if (c->parent >= 0 && c->level >= 0) { /* community count */
        o->counts = CMTY__COUNTS_NOISY;
        o->category = level;
        o->district = cmty__source_text(in, c->parent);
        o->key = key;
    } else if (c->level >= 0 && strcmp(level, "all") == 0) {
        o->counts = CMTY__COUNTS_ALL;
        o->key = "";
    } else if (c->level >= 0 && strcmp(level, "district") == 0) {
        o->counts = CMTY__COUNTS_DISTRICT;
    } else if (c->level >= 0 && strcmp(level, "category") == 0) {
        o->counts = CMTY__COUNTS_CATEGORY;
    } else if (*cmty__source_text(in, c->category) != '\0') {
        o->counts = CMTY__COUNTS_CELL;
        o->category = cmty__source_text(in, c->category);
    } else {
        o->district = cmty__source_text(in, c->district);
    }
    return o->counts == CMTY__COUNTS_ALL || o->counts == CMTY__COUNTS_NOISY || *o->key != '\0';
}

static bool keep_text(cmty__arena *texts, const char **text)
{
    *text = cmty__arena_text(texts, *text, strlen(*text));
    return *text != NULL;
}

static cmty_status take_number(cmty__succession *s, const cmty__source *in, const columns *c,
                               size_t release, cmty_error *err)
{
    const char *text = cmty__source_text(in, c->count);
    cmty__observation o;

    if (!identify(in, c, &o))
        return cmty__source_fail(in, "the row does not say what it counts", err);
    o.release = release;
    o.state = *text == '\0' ? CMTY__UNPRINTED : CMTY__PRINTED;
    if (*text != '\0'
        && (!cmty__parse_int64(text, &o.value) || o.value > count_max || o.value < -count_max))
        return cmty__source_fail(in, "the count is not a whole number", err);
    if (!cmty__grow(&s->seen, &s->seen_capacity, s->seen_count + 1, sizeof *s->seen)
        || !keep_text(s->texts, &o.key) || !keep_text(s->texts, &o.category)
        || !keep_text(s->texts, &o.district))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->noisy |= strstr(cmty__source_text(in, c->note), "with noise") != NULL;
    s->seen[s->seen_count++] = o;
    return CMTY_OK;
}

/* ---- a row of points ---- */

static cmty_status take_point(cmty__succession *s, const cmty__source *in, const columns *c,
                              size_t release, cmty_error *err)
{
    cmty__row_seen row = {.id = cmty__source_text(in, in->id),
                          .beat = cmty__source_text(in, c->beat),
                          .category = cmty__source_text(in, c->category),
                          .release = release};
    cmty_status st = cmty__source_point(in, &row.at, err);

    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? CMTY_OK : st;
    if (*row.id == '\0')
        return cmty__source_fail(in, "the id is empty", err);
    if (!cmty__grow(&s->rows, &s->row_capacity, s->row_count + 1, sizeof *s->rows)
        || !keep_text(s->texts, &row.id) || !keep_text(s->texts, &row.beat)
        || !keep_text(s->texts, &row.category))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s->rows[s->row_count++] = row;
    return CMTY_OK;
}

/* ---- a table ---- */

typedef cmty_status taker(cmty__succession *, const cmty__source *, const columns *, size_t,
                          cmty_error *);

static cmty_status take_all(cmty__succession *s, cmty__source *in, taker *take, size_t release,
                            cmty_error *err)
{
    columns c = find_columns(in);
    cmty_status st;

    if (take == take_point && c.beat == in->id) /* an id alone is that of the report */
        c.beat = -1;
    do {
        st = cmty__source_next(in, err);
        if (st == CMTY_OK)
            st = take(s, in, &c, release, err);
    } while (st == CMTY_OK);
    return st == CMTY_END ? CMTY_OK : st;
}

static cmty_status read_csv(cmty__succession *s, const char *path, size_t release,
                            const cmty_host *host, cmty_error *err)
{
    cmty__source in;
    cmty_status st = cmty__source_open(&in, path, host, err);

    if (st == CMTY_OK && in.lon >= 0 && in.lat >= 0) {
        st = cmty__source_needs_points(&in, err);
        if (st == CMTY_OK)
            st = take_all(s, &in, take_point, release, err);
    } else if (st == CMTY_OK) {
        st = cmty__source_column(&in, count_names) < 0
                 ? cmty__fail(err, CMTY_E_FORMAT,
                              "%s: there are neither counts (a column reports or count) nor points "
                              "(id, lon, lat)",
                              in.name)
                 : take_all(s, &in, take_number, release, err);
    }
    cmty__source_close(&in);
    return st;
}

/* A layer is read for its fields first; for its points only if it has an id and no counts. */
static cmty_status read_layer(cmty__succession *s, const cmty__spec *spec, bool points,
                              size_t release, const cmty_host *host, cmty_error *err)
{
    cmty__layer_options o = {.texts_only = true, .host = host};
    cmty__source in;
    cmty_status st = cmty__source_open_layer(&in, spec, &o, err);

    if (st == CMTY_OK && cmty__source_column(&in, count_names) >= 0) {
        st = take_all(s, &in, take_number, release, err);
        points = false;
    }
    points = points && in.id >= 0;
    cmty__source_close(&in);
    if (st != CMTY_OK || !points)
        return st;
    o = (cmty__layer_options){.points = true, .host = host};
    st = cmty__source_open_layer(&in, spec, &o, err);
    if (st == CMTY_OK)
        st = take_all(s, &in, take_point, release, err);
    cmty__source_close(&in);
    return st;
}

static cmty_status read_layers(cmty__succession *s, const char *path, size_t release,
                               const cmty_host *host, cmty_error *err)
{
    cmty__layer_entry entries[LAYERS_MAX] = {{NULL, true}};
    size_t count = 1;
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(path, &spec, err);

    if (st == CMTY_OK && spec.layer != NULL)
        entries[0].name = spec.layer;
    else if (st == CMTY_OK)
        st = cmty__layer_list(spec.path, s->texts, entries, LAYERS_MAX, &count, err);
    for (size_t i = 0; st == CMTY_OK && i < count; i++) {
        spec.layer = entries[i].name;
        st = read_layer(s, &spec, entries[i].points, release, host, err);
    }
    cmty__spec_free(&spec);
    return st;
}

/* Of a release that says so: its numbers are told apart by what they count, and never subtracted.
 */
static void make_noisy(cmty__observation *o)
{
    static const char *const kinds[] = {"all", "district", "category", "beat", "cell"};

    if (o->counts == CMTY__COUNTS_NOISY)
        return;
    o->district = kinds[o->counts];
    o->counts = CMTY__COUNTS_NOISY;
}

cmty_status cmty__succession_read(cmty__succession *s, const char *path, size_t release,
                                  const cmty_host *host, cmty_error *err)
{
    size_t before = s->seen_count + s->row_count, first = s->seen_count;
    cmty_status st;

    s->noisy = false;
    st = cmty__source_is_csv(path) ? read_csv(s, path, release, host, err)
                                   : read_layers(s, path, release, host, err);
    for (size_t i = first; i < s->seen_count && s->noisy; i++)
        make_noisy(&s->seen[i]);

    if (st == CMTY_OK && s->seen_count + s->row_count == before)
        return cmty__fail(err, CMTY_E_FORMAT, "%s holds neither counts nor points",
                          cmty__basename(path));
    return st;
}

/* ---- all releases together ---- */

static int by_number(const void *a, const void *b)
{
    const cmty__observation *x = a, *y = b;
    int order = (x->counts > y->counts) - (x->counts < y->counts);

    if (order == 0)
        order = strcmp(x->key, y->key);
    if (order == 0)
        order = strcmp(x->category, y->category);
    if (order == 0 && x->counts == CMTY__COUNTS_NOISY)
        order = strcmp(x->district, y->district);
    return order;
}

static int by_number_and_release(const void *a, const void *b)
{
    const cmty__observation *x = a, *y = b;
    int order = by_number(a, b);

    return order != 0 ? order : (x->release > y->release) - (x->release < y->release);
}

static int by_row(const void *a, const void *b)
{
    const cmty__row_seen *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order != 0 ? order : (x->release > y->release) - (x->release < y->release);
}

static cmty_status check_twice(const cmty__succession *s, cmty_error *err)
{
    for (size_t i = 1; i < s->seen_count; i++)
        if (by_number_and_release(&s->seen[i - 1], &s->seen[i]) == 0)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "release %zu: two rows count the same; give one table of each kind",
                              s->seen[i].release + 1);
    for (size_t i = 1; i < s->row_count; i++)
        if (by_row(&s->rows[i - 1], &s->rows[i]) == 0)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "release %zu: an id stands twice; one row for each report",
                              s->rows[i].release + 1);
    return CMTY_OK;
}

cmty_status cmty__succession_join(cmty__succession *s, cmty_error *err)
{
    cmty_status st;

    if (s->seen_count > 0)
        qsort(s->seen, s->seen_count, sizeof *s->seen, by_number_and_release);
    if (s->row_count > 0)
        qsort(s->rows, s->row_count, sizeof *s->rows, by_row);
    st = check_twice(s, err);
    if (st != CMTY_OK)
        return st;
    s->numbers = cmty__calloc(s->seen_count + 1, sizeof *s->numbers);
    s->slots = cmty__calloc((s->seen_count + 1) * s->releases, sizeof *s->slots);
    if (s->numbers == NULL || s->slots == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < s->seen_count; i++) {
        const cmty__observation *o = &s->seen[i];
        cmty__number *n;

        if (i == 0 || by_number(o - 1, o) != 0) {
            n = &s->numbers[s->number_count];
            *n = (cmty__number){o->counts, o->key, o->category, o->district,
                                &s->slots[s->number_count++ * s->releases]};
        }
        n = &s->numbers[s->number_count - 1];
        n->slots[o->release] = (cmty__slot){.state = o->state, .value = o->value};
    }
    return CMTY_OK;
}
