/* SPDX-License-Identifier: MIT */
/* Reading a store into one release: each row through the gate, counted, and judged beside the
   counts. One consistent view, even while reports come in. Serial per overlay. */
#include "release/overlay.h"

#include <math.h>

enum { PROGRESS_EVERY = 4096 };

void cmty__overlay_free(cmty__overlay *o)
{
    if (o == NULL)
        return;
    cmty__counts_free(o->counts);
    cmty__catchments_free(o->catchments);
    cmty__gate_free(o->gate);
    cmty_policy_free(o->policy);
    cmty_beatset_free(o->beats);
    cmty__free(o->points);
    cmty__free(o->title);
    cmty__free(o);
}

bool cmty__overlay_has_districts(const cmty__overlay *o)
{
    size_t named = 0;

    for (size_t i = 0; i < o->counts->district_count; i++)
        named += o->counts->districts[i].id[0] != '\0';
    return named > 1 && named + 2 < o->counts->row_count - 2;
}

bool cmty__overlay_row_empty(const cmty__overlay *o, size_t row)
{
    return o->counts->rows[row].beat < 0 && o->counts->rows[row].reports == 0;
}

double cmty__overlay_per_km2(const cmty__count_row *row)
{
    if (row->reports == CMTY__BLANK || !(row->area_km2 > 0))
        return (double)NAN;
    return (double)row->reports / row->area_km2;
}

static cmty_status read_catchments(cmty__overlay *o, cmty__journal *journal, cmty_error *err)
{
    void *data = NULL;
    size_t size = 0;
    cmty_status st = cmty__journal_get(journal, "catchments", &data, &size, err);

    if (st == CMTY_OK)
        st = cmty__catchments_load(data, size, &o->catchments, err);
    cmty__free(data);
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}

static cmty_status read_parts(cmty__overlay *o, cmty__journal *journal, cmty_error *err)
{
    cmty_status st = cmty__release_parts(journal, &o->beats, &o->policy, err);

    if (st == CMTY_OK)
        st = read_catchments(o, journal, err);
    if (st == CMTY_OK)
        st = cmty__gate_new(o->policy, o->beats, &o->gate, err);
    if (st == CMTY_OK && o->as_of != CMTY_TIME_UNKNOWN)
        cmty__gate_set_now(o->gate, o->as_of);
    return st;
}

/* The beats as they were at the end of the period. */
static int32_t version_of(const cmty__overlay *o)
{
    int32_t latest = (int32_t)cmty_beatset_version_count(o->beats) - 1;
    int32_t version = -1;

    if (o->until != CMTY_TIME_OPEN_END && o->until != CMTY_TIME_UNKNOWN)
        version = cmty__beatset_version_at(o->beats, o->until - 1);
    return version >= 0 ? version : latest;
}

static cmty_status read_row(cmty__overlay *o, const cmty__entry *entry, cmty_error *err)
{
    cmty__released *next;
    cmty_status st;

    if (!cmty__grow(&o->points, &o->point_capacity, o->point_count + 1, sizeof *o->points))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    next = &o->points[o->point_count];
    st = cmty__gate_admit(o->gate, entry, next, err);
    if (st < 0)
        return st;
    cmty__counts_add(o->counts, entry, st == CMTY_OK ? next : NULL);
    if (st == CMTY_OK)
        o->point_count++;
    return CMTY_OK;
}

static cmty_status read_rows(cmty__overlay *o, cmty__journal *journal, const cmty_host *host,
                             cmty_error *err)
{
    cmty__rows *rows = NULL;
    cmty__entry entry;
    size_t n = 0;
    cmty_status st = cmty__rows_open(journal, o->since, o->until, 0, &rows, err);

    while (st == CMTY_OK) {
        st = cmty__rows_next(rows, &entry, err);
        if (st == CMTY_OK)
            st = read_row(o, &entry, err);
        if (st == CMTY_OK && n++ % PROGRESS_EVERY == 0)
            st = cmty__progress(host, "reading the store", -1, err);
    }
    cmty__rows_free(rows);
    return st == CMTY_END ? CMTY_OK : st;
}

static void note_time(cmty__overlay *o, cmty_time time)
{
    if (time == CMTY_TIME_UNKNOWN)
        return;
    if (o->first == CMTY_TIME_UNKNOWN || time < o->first)
        o->first = time;
    if (o->last == CMTY_TIME_UNKNOWN || time > o->last)
        o->last = time;
}

/* Drops the points that the counts forbid, and notes what time the rest covers. */
static void judge_points(cmty__overlay *o)
{
    size_t kept = 0;

    o->first = o->last = CMTY_TIME_UNKNOWN;
    for (size_t i = 0; i < o->point_count; i++) {
        cmty__released *r = &o->points[kept];
        int verdict = cmty__counts_judge(o->counts, &o->points[i]);

        if (verdict == CMTY__POINT_WITHHELD)
            continue;
        *r = o->points[i];
        if (verdict == CMTY__POINT_HIDDEN_CATEGORY)
            cmty__gate_hide_category(o->gate, r);
        cmty__counts_point(o->counts, r);
        cmty__gate_take_off(r);
        note_time(o, r->time_utc);
        kept++;
    }
    o->point_count = kept;
}

/* The last look before anything is encoded: what a fault of ours or of the store would let out. */
static cmty_status check_points(const cmty__overlay *o, cmty_error *err)
{
    for (size_t i = 0; i < o->point_count; i++)
        if (!cmty__gate_fit(o->gate, &o->points[i])
            || (i > 0 && strcmp(o->points[i - 1].report_id, o->points[i].report_id) >= 0))
            return cmty__fail(err, CMTY_E_INTERNAL,
                              "a record is finer than its policy; nothing is written");
    return CMTY_OK;
}

/* Under a secret of the store itself: whoever has the store has the exact counts. */
static cmty_status draw_noise(cmty__overlay *o, cmty__journal *journal, cmty_error *err)
{
    uint8_t secret[CMTY__HASH_BYTES];
    char period[64];
    void *id = NULL;
    size_t size = 0;
    cmty_status st = cmty__journal_get(journal, "store_id", &id, &size, err);

    if (st != CMTY_OK)
        return st == CMTY_NOTFOUND ? cmty__fail(err, CMTY_E_FORMAT, "the store has no secret") : st;
    cmty__hash(NULL, 0, id, size, secret);
    (void)cmty__format(period, sizeof period, "%lld %lld", (long long)o->since,
                       (long long)o->until);
    o->suppress_below = 1;
    st = cmty__counts_noise(o->counts, secret, cmty__policy_count_epsilon(o->policy), period, err);
    cmty__zero(secret, sizeof secret);
    cmty__free(id);
    return st;
}

static cmty_status overlay_fill(cmty__overlay *o, cmty__journal *journal, const cmty_host *host,
                                cmty_error *err)
{
    cmty_status st = read_parts(o, journal, err);

    if (st == CMTY_OK)
        st = cmty__counts_new(o->beats, version_of(o), o->since, cmty__gate_zone(o->gate),
                              &o->counts, err);
    if (st == CMTY_OK)
        st = read_rows(o, journal, host, err);
    if (st != CMTY_OK)
        return st;
    o->suppress_below = cmty__policy_suppress_below(o->policy);
    st = cmty__policy_count_epsilon(o->policy) > 0
             ? draw_noise(o, journal, err)
             : cmty__counts_protect(o->counts, o->suppress_below, err);
    if (st != CMTY_OK)
        return st;
    judge_points(o);
    return check_points(o, err);
}

cmty_status cmty__overlay_read(const char *store, const cmty_publish_options *options,
                               cmty__overlay **out, cmty_error *err)
{
    cmty__overlay *o = cmty__calloc(1, sizeof *o);
    cmty__journal *journal = NULL;
    cmty_status st = CMTY_OK;

    *out = NULL;
    if (o != NULL)
        o->title =
            cmty__strdup(options->title != NULL ? options->title : "Community reports by beat");
    if (o == NULL || o->title == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    o->since = options->since;
    o->until = options->until;
    o->as_of = options->as_of;
    st = cmty__journal_open(store, false, &journal, err);
    if (st == CMTY_OK)
        st = cmty__journal_begin(journal, err);
    if (st != CMTY_OK)
        goto done;
    st = overlay_fill(o, journal, options->host, err);
    cmty__journal_rollback(journal); /* only read */
    if (st == CMTY_OK) {
        *out = o;
        o = NULL;
    }

done:
    cmty__journal_free(journal);
    cmty__overlay_free(o);
    return st;
}
