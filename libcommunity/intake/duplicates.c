/* SPDX-License-Identifier: MIT */
/* Likely duplicates in a table of points: a table of links. The rows are in memory for as long as
   the call lasts, and are wiped behind it. Any thread. */
#include "duplicates.h"

#include "table.h"

#include <math.h>
#include <stdlib.h>

enum { WRITE_SIZE = 65536 };

typedef struct seeker {
    cmty_duplicates_options o;
    cmty__table table;
    int32_t category, source; /* columns; -1: none */
    cmty__arena *texts;
    cmty__sighting *list;
    size_t count, capacity;
    size_t unplaced, untimed;
    uint32_t *group_of; /* of each report: the first of its group */
    uint32_t *number;   /* of the group, at its first; 0: no group */
    bool *tied;
} seeker;

cmty_status cmty_duplicates_options_init(cmty_duplicates_options *options)
{
    if (options == NULL)
        return CMTY_E_INVALID;
    *options = (cmty_duplicates_options)CMTY_DUPLICATES_OPTIONS_INIT;
    return CMTY_OK;
}

static cmty_status check_options(const cmty_duplicates_options *o, cmty_error *err)
{
    const uint32_t all = CMTY_MATCH_SPACE_TIME | CMTY_MATCH_SPACE | CMTY_MATCH_TIME;

    if (o->match == 0 || (o->match & ~all) != 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "match is a sum of CMTY_MATCH_ values, at least one");
    if (o->same_category > 1)
        return cmty__fail(err, CMTY_E_INVALID, "same_category is 0 or 1");
    if (o->date_order != 0 && o->date_order != 'd' && o->date_order != 'm')
        return cmty__fail(err, CMTY_E_INVALID, "date_order is 0, 'd' or 'm'");
    if (!(o->radius_m >= 0 && o->radius_m <= 100000))
        return cmty__fail(err, CMTY_E_RANGE, "the radius must be 0 to 100000 metres");
    if (!(o->minutes >= 0 && o->minutes <= 5256000))
        return cmty__fail(err, CMTY_E_RANGE, "the time must be 0 to 5256000 minutes");
    return CMTY_OK;
}

/* ---- reading ---- */

static cmty_status find_columns(seeker *k, cmty_error *err)
{
    static const char *const ids[] = {"id", "report_id", "source_ref", "report_no", "ref", NULL};
    static const char *const categories[] = {"category",     "type",  "service_code",
                                             "service_name", "crime", NULL};
    cmty__table *t = &k->table;
    cmty_status st = cmty__table_column(t, k->o.id_column, ids, "id", &t->id, err);

    t->order = (char)k->o.date_order;
    k->category = k->source = -1;
    if (st == CMTY_OK && (k->o.time_column != NULL || k->o.match != CMTY_MATCH_SPACE))
        st = cmty__table_find_time(t, k->o.date_column, k->o.time_column, err);
    if (st == CMTY_OK && (k->o.same_category != 0 || k->o.category_column != NULL))
        st = cmty__table_column(t, k->o.category_column, categories, "category", &k->category, err);
    if (st == CMTY_OK && k->o.source_column != NULL)
        st = cmty__table_column(t, k->o.source_column, NULL, "source", &k->source, err);
    return st;
}

static const char *keep_text(seeker *k, int32_t column)
{
    const char *text = column >= 0 ? cmty__csv_field(k->table.csv, (size_t)column) : "";

    return cmty__arena_text(k->texts, text, strlen(text));
}

static cmty_status add_row(seeker *k, const cmty__table_row *row, cmty_error *err)
{
    cmty__sighting *s;

    if (*cmty__csv_field(k->table.csv, (size_t)k->table.id) == '\0')
        return cmty__table_fail(&k->table, k->table.id,
                                "empty; a link names its two reports by their ids", err);
    if (k->count >= UINT32_MAX)
        return cmty__fail(err, CMTY_E_LIMIT, "more than %u rows", UINT32_MAX);
    if (!cmty__grow(&k->list, &k->capacity, k->count + 1, sizeof *k->list))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s = &k->list[k->count];
    *s = (cmty__sighting){.at = row->at, .when = row->when, .row = k->count};
    s->placed = row->has_place;
    s->ref = keep_text(k, k->table.id);
    s->category = keep_text(k, k->category);
    s->source = keep_text(k, k->source);
    if (s->ref == NULL || s->category == NULL || s->source == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    k->unplaced += !s->placed;
    k->untimed += s->when == CMTY_TIME_UNKNOWN;
    k->count++;
    return CMTY_OK;
}

static cmty_status read_rows(seeker *k, cmty_error *err)
{
    cmty__table_row row = {0};
    cmty_status st;

    do {
        st = cmty__table_next(&k->table, &row, err);
        if (st == CMTY_OK)
            st = add_row(k, &row, err);
    } while (st == CMTY_OK);
    if (st != CMTY_END)
        return st;
    if (k->unplaced > 0 && k->o.match != CMTY_MATCH_TIME)
        cmty__notice(k->o.host, "%zu rows without coordinates are near to none", k->unplaced);
    if (k->untimed > 0 && k->o.match != CMTY_MATCH_SPACE)
        cmty__notice(k->o.host, "%zu rows without a time are near in time to none", k->untimed);
    return CMTY_OK;
}

/* ---- order ---- */

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int by_time(const void *a, const void *b)
{
    const cmty__sighting *x = a, *y = b;
    bool x_known = x->when != CMTY_TIME_UNKNOWN, y_known = y->when != CMTY_TIME_UNKNOWN;
    int order = y_known - x_known;

    if (order == 0)
        order = (x->when > y->when) - (x->when < y->when);
    if (order == 0)
        order = strcmp(x->ref, y->ref);
    if (order == 0)
        order = compare_numbers(x->at.lon_deg, y->at.lon_deg);
    if (order == 0)
        order = compare_numbers(x->at.lat_deg, y->at.lat_deg);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* ASCII letters of any case are one. */
static int compare_words(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : (unsigned char)*a;
        int y = *b >= 'A' && *b <= 'Z' ? *b + 32 : (unsigned char)*b;

        if (x != y || x == 0)
            return (x > y) - (x < y);
    }
}

static int by_category(const void *a, const void *b)
{
    return compare_words((*(cmty__sighting *const *)a)->category,
                         (*(cmty__sighting *const *)b)->category);
}

static int by_source(const void *a, const void *b)
{
    return compare_words((*(cmty__sighting *const *)a)->source,
                         (*(cmty__sighting *const *)b)->source);
}

/* Equal texts get one number. Of the categories, an empty one is like no other. */
static void number_texts(seeker *k, cmty__sighting **order)
{
    int32_t n = 0;

    for (size_t i = 0; i < k->count; i++)
        order[i] = &k->list[i];
    if (k->o.same_category != 0)
        qsort(order, k->count, sizeof(cmty__sighting *), by_category);
    for (size_t i = 0; k->o.same_category != 0 && i < k->count; i++) {
        n += i > 0 && (*order[i]->category == '\0' || by_category(&order[i - 1], &order[i]) != 0);
        order[i]->category_number = n;
    }
    qsort(order, k->count, sizeof(cmty__sighting *), by_source);
    n = 0;
    for (size_t i = 0; i < k->count; i++) {
        n += i > 0 && by_source(&order[i - 1], &order[i]) != 0;
        order[i]->source_number = *order[i]->source != '\0' ? n : -1;
    }
}

static cmty_status put_in_order(seeker *k, cmty_error *err)
{
    cmty__sighting **order;

    if (k->count == 0)
        return CMTY_OK;
    qsort(k->list, k->count, sizeof *k->list, by_time);
    order = cmty__calloc(k->count, sizeof(cmty__sighting *));
    if (order == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    number_texts(k, order);
    cmty__free(order);
    return CMTY_OK;
}

/* ---- groups ---- */

static uint32_t group_of(seeker *k, uint32_t i)
{
    while (k->group_of[i] != i) {
        k->group_of[i] = k->group_of[k->group_of[i]];
        i = k->group_of[i];
    }
    return i;
}

/* Each group is named by the first of its reports, so that it begins with its originator. */
static cmty_status make_groups(seeker *k, const cmty__link_finder *f, cmty_error *err)
{
    uint32_t groups = 0;

    k->group_of = cmty__calloc(k->count + 1, sizeof *k->group_of);
    k->number = cmty__calloc(k->count + 1, sizeof *k->number);
    k->tied = cmty__calloc(k->count + 1, sizeof *k->tied);
    if (k->group_of == NULL || k->number == NULL || k->tied == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < k->count; i++)
        k->group_of[i] = i;
    for (size_t i = 0; i < f->link_count; i++) {
        uint32_t a = group_of(k, f->links[i].first), b = group_of(k, f->links[i].second);

        k->group_of[a > b ? a : b] = a < b ? a : b;
    }
    for (uint32_t i = 0; i < k->count; i++) {
        uint32_t first = group_of(k, i);

        if (first == i)
            continue;
        k->number[first] = 1; /* a group: it has a second report */
        k->tied[first] |= k->list[i].when == k->list[first].when;
    }
    for (uint32_t i = 0; i < k->count; i++)
        if (k->number[i] != 0)
            k->number[i] = ++groups;
    return CMTY_OK;
}

/* ---- writing ---- */

static const char *kind_of(const seeker *k, const cmty__link *link)
{
    const cmty__sighting *a = &k->list[link->first], *b = &k->list[link->second];

    if (a->source_number >= 0 && a->source_number == b->source_number)
        return "same_source";
    if (isnan(link->metres))
        return "";
    if (link->metres <= 1)
        return "same_spot";
    return link->metres <= k->o.radius_m ? "near" : "apart";
}

static void put_text(cmty__buf *b, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        cmty__buf_text(b, text);
        return;
    }
    cmty__buf_char(b, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            cmty__buf_char(b, '"');
        cmty__buf_char(b, *text);
    }
    cmty__buf_char(b, '"');
}

static void put_link(seeker *k, const cmty__link *link, cmty__buf *b)
{
    const cmty__sighting *first = &k->list[link->first], *second = &k->list[link->second];
    uint32_t group = group_of(k, link->first);
    bool timed = k->list[group].when != CMTY_TIME_UNKNOWN;

    put_text(b, first->ref);
    cmty__buf_char(b, ',');
    put_text(b, second->ref);
    cmty__buf_char(b, ',');
    cmty__buf_fixed(b, link->metres, 3);
    cmty__buf_char(b, ',');
    if (first->when != CMTY_TIME_UNKNOWN && second->when != CMTY_TIME_UNKNOWN)
        cmty__buf_fixed(b, (double)((uint64_t)second->when - (uint64_t)first->when) / 60000, 3);
    cmty__buf_format(b, ",%c,%s,%u,", link->type, kind_of(k, link), k->number[group]);
    if (timed)
        put_text(b, k->list[group].ref);
    cmty__buf_text(b, !timed ? "," : k->tied[group] ? ",1" : ",0");
}

static cmty_status write_links(seeker *k, const cmty__link_finder *f, cmty_error *err)
{
    cmty__table *t = &k->table;
    cmty_status st = CMTY_OK;

    cmty__buf_text(
        &t->line,
        "first,second,metres,minutes,match_type,kind,group_id,originator,originator_tied");
    for (size_t i = 0; st == CMTY_OK && i < f->link_count; i++) {
        cmty__buf_char(&t->line, '\n');
        put_link(k, &f->links[i], &t->line);
        if (t->line.failed || t->line.size < WRITE_SIZE)
            continue;
        st = cmty__outfile_write(t->out, t->line.data, t->line.size, err);
        cmty__buf_clear(&t->line);
    }
    if (st == CMTY_OK)
        st = cmty__table_write(t, err);
    return st == CMTY_OK ? cmty__outfile_finish(t->out, err) : st;
}

static void seeker_close(seeker *k)
{
    if (k->list != NULL)
        cmty__zero(k->list, k->count * sizeof *k->list);
    cmty__free(k->list);
    cmty__free(k->group_of);
    cmty__free(k->number);
    cmty__free(k->tied);
    cmty__arena_free(k->texts);
    cmty__table_close(&k->table);
}

static cmty_status find_and_write(seeker *k, cmty_error *err)
{
    cmty__link_finder f = {.o = &k->o,
                           .list = k->list,
                           .count = k->count,
                           .window_ms = (int64_t)round(k->o.minutes * 60000)};
    cmty_status st = cmty__links_find(&f, err);

    if (st == CMTY_OK)
        st = make_groups(k, &f, err);
    if (st == CMTY_OK)
        st = write_links(k, &f, err);
    cmty__free(f.links);
    return st;
}

cmty_status cmty_duplicates_table(const char *in, const char *out,
                                  const cmty_duplicates_options *options, cmty_error *err)
{
    seeker k = {.o = CMTY_DUPLICATES_OPTIONS_INIT};
    cmty_table_options columns = CMTY_TABLE_OPTIONS_INIT;
    cmty_status st = CMTY_OK;

    if (options != NULL)
        st = cmty__struct_read(&k.o, sizeof k.o, options, sizeof k.o, "cmty_duplicates_options",
                               err);
    if (st == CMTY_OK)
        st = check_options(&k.o, err);
    if (st != CMTY_OK)
        return st;
    columns.lon_column = k.o.lon_column;
    columns.lat_column = k.o.lat_column;
    columns.time_zone = k.o.time_zone;
    columns.host = k.o.host;
    st = cmty__table_open(in, out, &columns, true, &k.table, err);
    if (st == CMTY_OK && (k.texts = cmty__arena_new()) == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = find_columns(&k, err);
    if (st == CMTY_OK)
        st = read_rows(&k, err);
    if (st == CMTY_OK)
        st = put_in_order(&k, err);
    if (st == CMTY_OK)
        st = find_and_write(&k, err);
    seeker_close(&k);
    return st;
}
