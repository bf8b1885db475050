/* SPDX-License-Identifier: MIT */
/*
 * Counts with noise in place of blanks. Each number of the public lists (all, districts, beats,
 * categories) is drawn once from the exact discrete Laplace law, zeros too; then each level is
 * fitted to the one above, which uses nothing but what was drawn. The key of the noise is made of
 * the store's own secret and of the whole table: the same table again is the same noise, and
 * another one is drawn anew in every number, so that what did not move does not show that it did
 * not. Serial per object.
 */
#include "release/counts.h"

typedef struct table {
    cmty__counts *c;
    cmty__counting counting;
    bool by_district; /* more than one has a name */
} table;

/* ---- the key ---- */

static void put_number(cmty__buf *b, int64_t number)
{
    cmty__buf_format(b, " %lld", (long long)number);
}

/* The table in one name. */
static cmty_status name_of(const cmty__counts *c, const char *period, const uint8_t *secret,
                           char name[2 * CMTY__HASH_BYTES + 1], cmty_error *err)
{
    uint8_t hash[CMTY__HASH_BYTES];
    cmty__buf b = {0};

    cmty__buf_format(&b, "%s %d", period, c->version);
    put_number(&b, c->reports);
    for (size_t i = 0; i < c->row_count; i++)
        put_number(&b, c->rows[i].reports);
    for (size_t i = 0; i < c->category_count; i++)
        put_number(&b, c->categories[i].reports);
    if (b.failed) {
        cmty__buf_free(&b);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    cmty__hash(secret, CMTY__HASH_BYTES, b.data, b.size, hash);
    cmty__hex(hash, sizeof hash, name);
    cmty__buf_wipe(&b);
    return CMTY_OK;
}

/* ---- levels ---- */

/* Numbers of one level that come to a sum: where each stands, and the noise it was drawn with. */
typedef struct level {
    int64_t **numbers, *noisy, *fitted;
    size_t count;
} level;

static void level_free(level *l)
{
    cmty__free(l->numbers);
    cmty__free(l->noisy);
    cmty__free(l->fitted);
}

static bool level_open(level *l, size_t most)
{
    *l = (level){0};
    l->numbers = cmty__calloc(most, sizeof *l->numbers);
    l->noisy = cmty__calloc(most, sizeof *l->noisy);
    l->fitted = cmty__calloc(most, sizeof *l->fitted);
    return l->numbers != NULL && l->noisy != NULL && l->fitted != NULL;
}

static void level_add(level *l, const table *t, const char *name, const char *cell, int64_t *number)
{
    l->noisy[l->count] = cmty__counting_noisy(&t->counting, name, cell, *number);
    l->numbers[l->count++] = number;
}

static bool level_fit(level *l, int64_t sum)
{
    if (l->count > 0 && !cmty__counting_fit(l->noisy, l->count, sum, l->fitted))
        return false;
    for (size_t i = 0; i < l->count; i++)
        *l->numbers[i] = l->fitted[i];
    return true;
}

static const char *row_key(const cmty__count_row *row)
{
    return row->beat >= 0 ? row->id : row->name;
}

static bool draw_districts(table *t)
{
    cmty__counts *c = t->c;
    level l;
    bool done = level_open(&l, c->district_count);

    for (size_t i = 0; done && i < c->district_count; i++)
        level_add(&l, t, "district", c->districts[i].label, &c->districts[i].reports);
    done = done && level_fit(&l, c->reports);
    level_free(&l);
    return done;
}

/* The beats of one district, or all. */
static bool draw_rows(table *t, int32_t district)
{
    cmty__counts *c = t->c;
    level l;
    bool done = level_open(&l, c->row_count);

    for (size_t i = 0; done && i < c->row_count; i++)
        if (district < 0 || c->rows[i].group == district)
            level_add(&l, t, "beat", row_key(&c->rows[i]), &c->rows[i].reports);
    done = done && level_fit(&l, district < 0 ? c->reports : c->districts[district].reports);
    level_free(&l);
    return done;
}

static bool draw_beats(table *t)
{
    cmty__counts *c = t->c;

    if (t->by_district) {
        bool done = draw_districts(t);

        for (size_t i = 0; done && i < c->district_count; i++)
            done = draw_rows(t, (int32_t)i);
        return done;
    }
    if (!draw_rows(t, -1))
        return false;
    for (size_t i = 0; i < c->district_count; i++)
        c->districts[i].reports = 0;
    for (size_t i = 0; i < c->row_count; i++)
        c->districts[c->rows[i].group].reports += c->rows[i].reports;
    return true;
}

static bool draw_categories(table *t)
{
    cmty__counts *c = t->c;
    level l;
    bool done = level_open(&l, c->category_count);

    for (size_t i = 0; done && i < c->category_count; i++)
        level_add(&l, t, "category", c->categories[i].id, &c->categories[i].reports);
    done = done && level_fit(&l, c->reports);
    level_free(&l);
    return done;
}

/* ---- notes ---- */

static bool note_rows(cmty__counts *c)
{
    static const char with_noise[] = "with noise";

    for (size_t i = 0; i < c->row_count; i++) {
        cmty__buf b = {0};

        if (c->rows[i].note[0] != '\0')
            cmty__buf_format(&b, "%s; ", c->rows[i].note);
        cmty__buf_text(&b, with_noise);
        c->rows[i].note = b.failed ? NULL : cmty__arena_text(c->texts, b.data, b.size);
        cmty__buf_free(&b);
        if (c->rows[i].note == NULL)
            return false;
    }
    return true;
}

cmty_status cmty__counts_noise(cmty__counts *c, const uint8_t *secret, double epsilon,
                               const char *period, cmty_error *err)
{
    char name[2 * CMTY__HASH_BYTES + 1];
    table t = {.c = c};
    size_t named = 0;
    int64_t all;
    bool done;
    cmty_status st = name_of(c, period, secret, name, err);

    if (st != CMTY_OK)
        return st;
    for (size_t i = 0; i < c->district_count; i++)
        named += c->districts[i].id[0] != '\0';
    t.by_district = named > 1;
    cmty__counting_open_secret(&t.counting, secret, name, epsilon / (t.by_district ? 4 : 3), 1);
    all = cmty__counting_noisy(&t.counting, "all", "", c->reports);
    c->reports = all > 0 ? all : 0;
    done = draw_beats(&t) && draw_categories(&t) && note_rows(c);
    cmty__counting_close(&t.counting);
    cmty__zero(c->cells, c->row_count * c->category_count * sizeof *c->cells);
    c->noisy = true;
    return done ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}
