/* SPDX-License-Identifier: MIT */
/*
 * Counting by beat, district and category, and blanking what is small. Points and counts are
 * published side by side, so a point may say only what the counts say too: a point that discloses
 * its beat goes out only where that beat's number, and its category only where that category's
 * number in that beat, is printed. Then the points add nothing to what a reader of the table
 * knows. Serial per object.
 */
#include "release/counts.h"
#include "release/suppress.h"

enum { ROWS_WITHOUT_BEAT = 2, ROW_EARLIER = 0, ROW_NO_BEAT = 1 };

/* ---- rows ---- */

/* First beat number after the run that has the same id as `beat`. */
static int32_t run_end(const cmty_beatset *beats, int32_t beat)
{
    int32_t count = (int32_t)cmty_beatset_count(beats), end = beat + 1;
    const char *id = cmty__beatset_id(beats, beat);

    while (end < count && strcmp(cmty__beatset_id(beats, end), id) == 0)
        end++;
    return end;
}

static int32_t district_of(cmty__counts *c, const char *name)
{
    for (size_t i = 0; i < c->district_count; i++)
        if (strcmp(c->districts[i].id, name) == 0)
            return (int32_t)i;
    c->districts[c->district_count] = (cmty__count_sum){name, name, 0};
    return (int32_t)c->district_count++;
}

static const char *earlier_note(cmty__counts *c, cmty_time from, const cmty__zone *zone)
{
    cmty__buf b = {0};
    cmty__civil day;
    const char *note;

    cmty__time_to_civil(from, zone, &day);
    cmty__buf_format(&b, "includes reports under this beat's boundaries before %04d-%02d-%02d",
                     day.year, day.month, day.day);
    note = b.failed ? NULL : cmty__arena_text(c->texts, b.data, b.size);
    cmty__buf_free(&b);
    return note;
}

static bool add_row(cmty__counts *c, int32_t beat, bool earlier, const cmty__zone *zone)
{
    cmty__count_row *row = &c->rows[c->row_count];
    cmty_beat_info info = {.struct_size = sizeof info};

    if (cmty_beatset_info(c->beats, beat, &info, NULL) != CMTY_OK)
        return false;
    *row = (cmty__count_row){.beat = beat,
                             .id = info.id,
                             .name = info.name,
                             .sector = info.sector,
                             .district = info.district,
                             .note = "",
                             .valid_from = info.valid_from,
                             .valid_to = info.valid_to,
                             .area_km2 = info.area_m2 / 1e6};
    if (earlier)
        row->note = earlier_note(c, info.valid_from, zone);
    row->group = district_of(c, info.district);
    c->row_count++;
    return row->note != NULL;
}

static void add_row_without_beat(cmty__counts *c, const char *name, const char *note)
{
    c->districts[c->district_count] = (cmty__count_sum){"", name, 0};
    c->rows[c->row_count++] = (cmty__count_row){.beat = -1,
                                                .id = "",
                                                .name = name,
                                                .sector = "",
                                                .district = "",
                                                .note = note,
                                                .valid_from = CMTY_TIME_UNKNOWN,
                                                .valid_to = CMTY_TIME_OPEN_END,
                                                .group = (int32_t)c->district_count++};
}

static const cmty__ring *rings_of(const cmty_beatset *beats, int32_t beat, size_t *count)
{
    int32_t versions = (int32_t)cmty_beatset_version_count(beats);

    *count = 0;
    for (int32_t v = 0; v < versions; v++) {
        int32_t area = cmty__beatset_area_of(beats, v, beat);

        if (area >= 0)
            return cmty__areas_rings(cmty__beatset_areas(beats, v), area, count);
    }
    return NULL;
}

static bool same_ring(const cmty__ring *a, const cmty__ring *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->points[i].lon_deg != b->points[i].lon_deg
            || a->points[i].lat_deg != b->points[i].lat_deg)
            return false;
    return true;
}

/* A beat that stands unchanged in the next layer is another beat of the set, but the same ground.
 */
static bool same_ground(const cmty_beatset *beats, int32_t a, int32_t b)
{
    size_t a_count, b_count;
    const cmty__ring *x = rings_of(beats, a, &a_count), *y = rings_of(beats, b, &b_count);

    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (!same_ring(&x[i], &y[i]))
            return false;
    return true;
}

/* Whether the beats from `first` on, of the same id as `beat` and earlier, were drawn otherwise. */
static bool redrawn(const cmty__counts *c, int32_t first, int32_t beat, cmty_time since)
{
    cmty_beat_info info = {.struct_size = sizeof info};

    if (cmty_beatset_info(c->beats, beat, &info, NULL) != CMTY_OK || since >= info.valid_from)
        return false;
    for (int32_t b = first; b < beat; b++)
        if (!same_ground(c->beats, b, beat))
            return true;
    return false;
}

/* Beats of one id are neighbours in the set; the one in force in our version gives the row. */
static bool add_rows(cmty__counts *c, cmty_time since, const cmty__zone *zone)
{
    int32_t count = (int32_t)cmty_beatset_count(c->beats);

    for (int32_t beat = 0, end; beat < count; beat = end) {
        int32_t row = -1;

        end = run_end(c->beats, beat);
        for (int32_t b = beat; b < end; b++)
            if (cmty__beatset_area_of(c->beats, c->version, b) >= 0) {
                row = (int32_t)c->row_count;
                if (!add_row(c, b, redrawn(c, beat, b, since), zone))
                    return false;
                break;
            }
        for (int32_t b = beat; b < end; b++)
            c->row_of[b] = row;
    }
    add_row_without_beat(c, "Earlier boundaries", "reports in beats that no longer exist");
    add_row_without_beat(c, "No beat", "accepted reports that lie in no beat");
    return true;
}

static bool allocate(cmty__counts *c)
{
    size_t beats = cmty_beatset_count(c->beats);
    size_t rows = beats + ROWS_WITHOUT_BEAT;

    c->category_count = cmty_category_count();
    c->rows = cmty__calloc(rows, sizeof *c->rows);
    c->districts = cmty__calloc(rows, sizeof *c->districts);
    c->categories = cmty__calloc(c->category_count, sizeof *c->categories);
    c->cells = cmty__calloc(rows, c->category_count * sizeof *c->cells);
    c->disclosed = cmty__calloc(rows, c->category_count * sizeof *c->disclosed);
    c->row_of = cmty__calloc(beats + 1, sizeof *c->row_of);
    c->texts = cmty__arena_new();
    return c->rows != NULL && c->districts != NULL && c->categories != NULL && c->cells != NULL
           && c->disclosed != NULL && c->row_of != NULL && c->texts != NULL;
}

cmty_status cmty__counts_new(const cmty_beatset *beats, int32_t version, cmty_time since,
                             const cmty__zone *zone, cmty__counts **out, cmty_error *err)
{
    cmty__counts *c = cmty__calloc(1, sizeof *c);

    *out = NULL;
    if (c == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    c->beats = beats;
    c->version = version;
    if (!allocate(c) || !add_rows(c, since, zone)) {
        cmty__counts_free(c);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < c->category_count; i++)
        c->categories[i] =
            (cmty__count_sum){cmty_category_code(i), cmty_category_label(cmty_category_code(i)), 0};
    *out = c;
    return CMTY_OK;
}

void cmty__counts_free(cmty__counts *c)
{
    if (c == NULL)
        return;
    cmty__free(c->rows);
    cmty__free(c->districts);
    cmty__free(c->categories);
    cmty__free(c->cells);
    cmty__free(c->disclosed);
    cmty__free(c->row_of);
    cmty__arena_free(c->texts);
    cmty__free(c);
}

/* ---- counting ---- */

static size_t row_of_beat(const cmty__counts *c, int32_t beat)
{
    size_t without = c->row_count - ROWS_WITHOUT_BEAT;

    if (beat < 0 || (size_t)beat >= cmty_beatset_count(c->beats))
        return without + ROW_NO_BEAT;
    return c->row_of[beat] < 0 ? without + ROW_EARLIER : (size_t)c->row_of[beat];
}

/* A code that the table does not know counts as "other", as it does at the gate. */
static size_t category_of(const cmty__counts *c, const char *code)
{
    size_t other = c->category_count - 1;

    for (size_t i = 0; i < c->category_count; i++) {
        if (strcmp(c->categories[i].id, code) == 0)
            return i;
        if (strcmp(c->categories[i].id, "other") == 0)
            other = i;
    }
    return other;
}

static size_t cell_index(const cmty__counts *c, size_t row, size_t category)
{
    return row * c->category_count + category;
}

int64_t cmty__counts_cell(const cmty__counts *c, size_t row, size_t category)
{
    return c->cells[cell_index(c, row, category)];
}

void cmty__counts_add(cmty__counts *c, const cmty__entry *entry, const cmty__released *released)
{
    size_t row = row_of_beat(c, entry->beat);
    size_t category = category_of(c, entry->category);

    c->reports++;
    c->rows[row].reports++;
    c->districts[c->rows[row].group].reports++;
    c->categories[category].reports++;
    c->cells[cell_index(c, row, category)]++;
    if (released != NULL && released->beat_disclosed && released->plain)
        c->disclosed[cell_index(c, row, category)]++;
}

/* ---- blanking ---- */

enum kind { SUM, CELL, UNTOLD_CELL };

typedef struct binding { /* a number and the arc that stands for it */
    int64_t *number;
    int32_t arc;
    enum kind kind;
} binding;

typedef struct plan {
    cmty__network *network;
    binding *bindings;
    size_t count, capacity;
    bool failed;
} plan;

static void bind(plan *p, int32_t from, int32_t to, int64_t *number, enum kind kind)
{
    int32_t arc;

    if (!cmty__grow(&p->bindings, &p->capacity, p->count + 1, sizeof *p->bindings)) {
        p->failed = true;
        return;
    }
    arc = kind == UNTOLD_CELL ? cmty__network_untold(p->network, from, to, *number)
                              : cmty__network_arc(p->network, from, to, *number);
    p->bindings[p->count++] = (binding){number, arc, kind};
}

/* With the sum of the row printed, and that none of its blanks is 0, could no blank of it be as
   much as `below`? Then what the few are about is not told at all, zeros included, and the sum can
   be. */
static bool is_thin(const cmty__counts *c, size_t row, int64_t below)
{
    int64_t cells = 0;

    for (size_t i = 0; i < c->category_count; i++)
        cells += c->cells[cell_index(c, row, i)] > 0;
    return c->rows[row].reports >= below && c->rows[row].reports - cells + 1 < below;
}

static void bind_cells(cmty__counts *c, plan *p, size_t row, int32_t node, int32_t first_category,
                       bool thin)
{
    for (size_t i = 0; i < c->category_count; i++) {
        int64_t *cell = &c->cells[cell_index(c, row, i)];

        if (*cell > 0 || (thin && c->categories[i].reports > 0))
            bind(p, node, first_category + (int32_t)i, cell, thin ? UNTOLD_CELL : CELL);
    }
}

/* city -> district -> beat -> category -> end -> city. Zeros in the cells are left out, but where
   nothing of the row is told. */
static void bind_all(cmty__counts *c, plan *p, int64_t below)
{
    cmty__network *n = p->network;
    int32_t city = cmty__network_node(n), end = cmty__network_node(n);
    int32_t first_district = end + 1;
    int32_t first_category = first_district + (int32_t)c->district_count;

    for (size_t i = 0; i < c->district_count + c->category_count; i++)
        cmty__network_node(n);
    bind(p, end, city, &c->reports, SUM);
    for (size_t i = 0; i < c->district_count; i++)
        bind(p, city, first_district + (int32_t)i, &c->districts[i].reports, SUM);
    for (size_t i = 0; i < c->category_count; i++)
        bind(p, first_category + (int32_t)i, end, &c->categories[i].reports, SUM);
    for (size_t row = 0; row < c->row_count; row++) {
        int32_t node = cmty__network_node(n);

        bind(p, first_district + c->rows[row].group, node, &c->rows[row].reports, SUM);
        bind_cells(c, p, row, node, first_category, is_thin(c, row, below));
    }
}

/* Points without a category tell that a beat's blank cells come to at least so many. Where all of
   those reports are such points, a reader knows that sum from the table. Where some are not, or
   none is told to be none, their number must stay as uncertain as the table leaves it: to make one
   number `below`, no more than below - 1 reports have to be thought away from the others, so that
   many points are held back. They are the first by id, so that one that was shown is shown again
   when reports have been added.
 */
static void judge_hidden(cmty__counts *c, const plan *p, int64_t below)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t cell;

        if (p->bindings[i].kind == SUM || !cmty__network_blank(p->network, p->bindings[i].arc))
            continue;
        cell = (size_t)(p->bindings[i].number - c->cells);
        if (c->cells[cell] != c->disclosed[cell] || c->cells[cell] == 0)
            c->rows[cell / c->category_count].hold_back = below - 1;
    }
}

cmty_status cmty__counts_protect(cmty__counts *c, int64_t below, cmty_error *err)
{
    plan p = {cmty__network_new(), NULL, 0, 0, false};
    cmty_status st = CMTY_OK;

    if (p.network != NULL)
        bind_all(c, &p, below);
    if (p.network == NULL || p.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__network_protect(p.network, below, err);
    if (st == CMTY_OK)
        judge_hidden(c, &p, below);
    for (size_t i = 0; st == CMTY_OK && i < p.count; i++)
        if (cmty__network_blank(p.network, p.bindings[i].arc))
            *p.bindings[i].number = CMTY__BLANK;
    for (size_t row = 0; st == CMTY_OK && row < c->row_count; row++)
        if (c->rows[row].reports == CMTY__BLANK) {
            c->rows[row].points = CMTY__BLANK;
            c->blank_beats += c->rows[row].beat >= 0;
        }
    cmty__network_free(p.network);
    cmty__free(p.bindings);
    return st;
}

/* ---- points beside counts ---- */

int cmty__counts_judge(cmty__counts *c, const cmty__released *r)
{
    size_t row = row_of_beat(c, r->beat);
    size_t category = category_of(c, r->category);

    if (c->reports == CMTY__BLANK)
        return CMTY__POINT_WITHHELD; /* the points could be counted */
    if (!r->beat_disclosed)
        return c->categories[category].reports == CMTY__BLANK ? CMTY__POINT_WITHHELD
                                                              : CMTY__POINT_SHOWN;
    if (c->rows[row].reports == CMTY__BLANK)
        return CMTY__POINT_WITHHELD;
    if (cmty__counts_cell(c, row, category) != CMTY__BLANK)
        return CMTY__POINT_SHOWN;
    if (!r->plain || c->rows[row].hold_back > 0) {
        c->rows[row].hold_back -= r->plain;
        return CMTY__POINT_WITHHELD;
    }
    return CMTY__POINT_HIDDEN_CATEGORY;
}

void cmty__counts_point(cmty__counts *c, const cmty__released *r)
{
    cmty__count_row *row = &c->rows[row_of_beat(c, r->beat)];

    if (row->points != CMTY__BLANK)
        row->points++;
}
