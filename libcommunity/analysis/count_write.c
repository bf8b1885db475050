/* SPDX-License-Identifier: MIT */
/* The noisy table: keys one by one, or a hierarchy whose sums come out even. Serial per counter. */
#include "count.h"

#include <stdlib.h>

/* ---- beats ---- */

static int by_place(const void *a, const void *b)
{
    const cmty__tally *x = a, *y = b;
    int order = strcmp(x->district, y->district);

    if (order == 0)
        order = strcmp(x->parent, y->parent);
    return order != 0 ? order : strcmp(x->key, y->key);
}

cmty_status cmty__counter_beats(cmty__counter *c, cmty_error *err)
{
    const cmty__areas *areas;
    size_t count;

    c->version = cmty__beatset_version_at(c->o.beats, c->o.as_of);
    if (c->version < 0)
        return cmty__fail(err, CMTY_E_FORMAT, "no beats were in force at that time");
    areas = cmty__beatset_areas(c->o.beats, c->version);
    count = cmty__areas_count(areas);
    c->tallies = cmty__calloc(count + 1, sizeof *c->tallies);
    c->tally_of = cmty__calloc(count + 1, sizeof *c->tally_of);
    if (c->tallies == NULL || c->tally_of == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        cmty_beat_info info = {.struct_size = sizeof info};
        int32_t beat = cmty__beatset_beat_of(c->o.beats, c->version, (int32_t)i);
        cmty_status st = cmty_beatset_info(c->o.beats, beat, &info, err);

        if (st < 0)
            return st;
        c->tallies[i] = (cmty__tally){
            .key = info.id, .parent = info.sector, .district = info.district, .number = (int32_t)i};
        c->has_districts |= *info.district != '\0';
        c->has_sectors |= *info.sector != '\0';
    }
    qsort(c->tallies, count, sizeof *c->tallies, by_place);
    for (size_t i = 0; i < count; i++) {
        c->tally_of[c->tallies[i].number] = (int32_t)i;
        c->tallies[i].number = (int32_t)i;
    }
    c->tallies[count] =
        (cmty__tally){.key = "", .parent = "", .district = "", .number = (int32_t)count};
    c->tally_count = count + 1;
    c->levels = 2 + c->has_districts + c->has_sectors;
    return CMTY_OK;
}

/* ---- a hierarchy ---- */

/* Tallies from first to last that share what stands above them. */
typedef struct branch {
    const char *level, *key;
    size_t first, last;
    int64_t count;
} branch;

typedef const char *name_of(const cmty__tally *t);

static const char *district_name(const cmty__tally *t)
{
    return t->district;
}

static const char *sector_name(const cmty__tally *t)
{
    return t->parent;
}

static const char *beat_name(const cmty__tally *t)
{
    return t->key;
}

static const struct {
    const char *name;
    name_of *of;
} levels[CMTY__COUNT_LEVELS] = {
    {"all", NULL}, {"district", district_name}, {"sector", sector_name}, {"beat", beat_name}};

static int64_t true_count(const cmty__counter *c, size_t first, size_t last)
{
    int64_t sum = 0;

    for (size_t i = first; i < last; i++)
        sum += c->tallies[i].count;
    return sum;
}

/* The branches of one level below a branch. The tally of no beat stands for itself. */
static size_t split(const cmty__counter *c, const branch *above, int level, branch *out)
{
    size_t n = 0;

    for (size_t i = above->first, end; i < above->last; i = end) {
        const char *name = levels[level].of(&c->tallies[i]);
        bool none = i + 1 == c->tally_count;

        for (end = i + 1; end < above->last && end + 1 < c->tally_count && !none; end++)
            if (strcmp(levels[level].of(&c->tallies[end]), name) != 0)
                break;
        out[n++] = (branch){levels[level].name, name, i, end, 0};
    }
    return n;
}

static void put_row(cmty__buf *b, const char *level, const char *key, const char *parent,
                    int64_t count)
{
    cmty__buf_text(b, level);
    cmty__buf_char(b, ',');
    cmty__buf_csv(b, key);
    cmty__buf_char(b, ',');
    cmty__buf_csv(b, parent);
    cmty__buf_format(b, ",%lld\r\n", (long long)count);
}

/* The key of the noise: the branch by its whole way down, so that two sectors "1" differ. */
static int64_t noisy_count(const cmty__counter *c, const branch *b, cmty__buf *way)
{
    const cmty__tally *t = &c->tallies[b->first];

    cmty__buf_clear(way);
    if (b->first + 1 == c->tally_count)
        cmty__buf_text(way, "none");
    else
        cmty__buf_format(way, "%s/%s/%s", t->district, t->parent,
                         b->level == levels[CMTY__COUNT_LEVELS - 1].name ? t->key : "");
    return way->failed ? 0
                       : cmty__counting_noisy(&c->counting, b->level, way->data,
                                              true_count(c, b->first, b->last));
}

/* Noise on every branch of a level, fitted to the count that stands above. */
static bool fit_level(const cmty__counter *c, const branch *above, branch *below, size_t n)
{
    int64_t *noisy = cmty__calloc(n, sizeof *noisy), *fitted = cmty__calloc(n, sizeof *fitted);
    cmty__buf way = {0};
    bool done = noisy != NULL && fitted != NULL;

    for (size_t i = 0; i < n && done; i++) {
        noisy[i] = noisy_count(c, &below[i], &way);
        done = !way.failed;
    }
    done = done && cmty__counting_fit(noisy, n, above->count, fitted);
    for (size_t i = 0; i < n && done; i++)
        below[i].count = fitted[i];
    cmty__buf_free(&way);
    cmty__free(noisy);
    cmty__free(fitted);
    return done;
}

static bool level_is_used(const cmty__counter *c, int level)
{
    return (level != 1 || c->has_districts) && (level != 2 || c->has_sectors);
}

/* From the top down; `level` is that of the table above. */
static bool put_below(const cmty__counter *c, const branch *above, int level, cmty__buf *b)
{
    branch *below;
    size_t n;
    bool done = true;

    while (level < CMTY__COUNT_LEVELS && !level_is_used(c, level))
        level++;
    if (level == CMTY__COUNT_LEVELS)
        return true;
    below = cmty__calloc(above->last - above->first, sizeof *below);
    if (below == NULL)
        return false;
    n = split(c, above, level, below);
    done = fit_level(c, above, below, n);
    for (size_t i = 0; i < n && done; i++) {
        put_row(b, below[i].level, below[i].key, above->key, below[i].count);
        done = put_below(c, &below[i], level + 1, b);
    }
    cmty__free(below);
    return done;
}

static bool put_beats(const cmty__counter *c, cmty__buf *b)
{
    branch all = {levels[0].name, "", 0, c->tally_count, 0};
    int64_t noisy =
        cmty__counting_noisy(&c->counting, all.level, "", true_count(c, 0, c->tally_count));

    all.count = noisy > 0 ? noisy : 0;
    put_row(b, all.level, all.key, "", all.count);
    return put_below(c, &all, 1, b);
}

/* ---- keys of a column ---- */

static void put_keys(const cmty__counter *c, cmty__buf *b)
{
    double epsilon = c->o.epsilon / c->levels;

    for (size_t i = 0; i < c->tally_count; i++) {
        const cmty__tally *t = &c->tallies[i];
        int64_t n = t->contributors - c->o.minimum + 1; /* fewer than the minimum are as none */

        if (c->o.list == NULL
            && !cmty__counting_keeps(
                &c->counting, t->key, t->contributors,
                cmty__keep_probability(c->o.select, n, epsilon, c->o.delta, c->o.contribution)))
            continue;
        put_row(b, "key", t->key, "", cmty__counting_noisy(&c->counting, "key", t->key, t->count));
    }
}

cmty_status cmty__counter_write(cmty__counter *c, const char *out, cmty_error *err)
{
    cmty__buf b = {0};
    cmty__outfile *f = NULL;
    bool done = true;
    cmty_status st = CMTY_OK;

    cmty__buf_text(&b, "level,key,parent,count\r\n");
    if (c->o.by == NULL)
        done = put_beats(c, &b);
    else
        put_keys(c, &b);
    if (!done || b.failed)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__outfile_open(out, 0644, &f, err);
    if (st == CMTY_OK)
        st = cmty__outfile_write(f, b.data, b.size, err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    cmty__buf_free(&b);
    return st;
}
