/* SPDX-License-Identifier: MIT */
/* The live layer: what the journal took in since the last call, through the gate, into the public
   file. Each point is protected by its mask alone: counts grow while the layer is read, so the
   rule that keeps points from telling a blank count is kept by publish only. Serial per object.
 */
#include "release/released.h"

#include <community/live.h>

struct cmty_live {
    const cmty_host *host; /* borrowed */
    cmty__journal *journal;
    char *path;        /* of the layer */
    cmty__live *layer; /* NULL: not made yet */
    cmty_beatset *beats;
    cmty_policy *policy;
    cmty__gate *gate;
    cmty_time now; /* of the update under way */
};

static const cmty_time day_ms = 86400000;

void cmty_live_free(cmty_live *live)
{
    if (live == NULL)
        return;
    cmty__gate_free(live->gate);
    cmty_policy_free(live->policy);
    cmty_beatset_free(live->beats);
    cmty__live_free(live->layer);
    cmty__journal_free(live->journal);
    cmty__free(live->path);
    cmty__free(live);
}

/* A layer that is there is opened, so that a wrong file is known before work is done. */
static cmty_status open_layer(cmty_live *live, const char *store, const char *layer,
                              cmty_error *err)
{
    cmty__buf path = {0};

    cmty__buf_text(&path, layer != NULL ? layer : store);
    if (layer == NULL)
        cmty__buf_text(&path, ".public.sqlite");
    if (path.failed) {
        cmty__buf_free(&path);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    live->path = path.data; /* ownership moves */
    return cmty__file_exists(live->path) ? cmty__live_open(live->path, &live->layer, err) : CMTY_OK;
}

cmty_status cmty_live_open(const char *store, const char *layer, const cmty_host *host,
                           cmty_live **out, cmty_error *err)
{
    cmty_live *live;
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || out == NULL || (layer != NULL && strcmp(layer, store) == 0))
        return cmty__fail(err, CMTY_E_INVALID,
                          "store and out must not be NULL, and the layer must "
                          "have a name of its own");
    live = cmty__calloc(1, sizeof *live);
    if (live == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    live->host = host;
    st = cmty__journal_open(store, false, &live->journal, err);
    if (st == CMTY_OK)
        st = cmty__release_parts(live->journal, &live->beats, &live->policy, err);
    if (st == CMTY_OK)
        st = cmty__gate_new(live->policy, live->beats, &live->gate, err);
    if (st == CMTY_OK)
        st = open_layer(live, store, layer, err);
    if (st == CMTY_OK)
        *out = live;
    else
        cmty_live_free(live);
    return st;
}

static cmty_status put(cmty__live *layer, const cmty__released *r, cmty_error *err)
{
    cmty__live_row row = {.report_id = r->report_id,
                          .category = r->category,
                          .category_label = r->category_label,
                          .beat_id = r->beat_id,
                          .law = r->law,
                          .at = r->at,
                          .radius_m = r->radius_m,
                          .time_utc = r->time_utc,
                          .time_local = r->time_local,
                          .time_bin = r->time_bin};

    return cmty__live_put(layer, &row, err);
}

static cmty_status carry_rows(cmty_live *live, int64_t after, uint64_t *added, cmty_error *err)
{
    cmty__rows *rows = NULL;
    cmty__entry entry;
    cmty__released released;
    cmty_status st =
        cmty__rows_open(live->journal, CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, after, &rows, err);

    while (st >= 0 && st != CMTY_END) {
        st = cmty__rows_next(rows, &entry, err);
        if (st != CMTY_OK)
            break;
        st = cmty__gate_admit(live->gate, &entry, &released, err);
        if (st == CMTY_OK) {
            cmty__gate_take_off(&released);
            st = put(live->layer, &released, err);
            *added += st == CMTY_OK;
        }
    }
    cmty__rows_free(rows);
    return st == CMTY_END ? CMTY_OK : st;
}

/* What the layer lacks. */
struct lag {
    int64_t after, last; /* numbers: carried over, and to be carried over */
    bool fresh;          /* nothing was ever carried over */
    bool anew;           /* what was carried over is of another state, or nothing */
    bool any;
};

/* What the layer holds at this number. Where reports are told less of with age, it is another
   thing every day. */
static cmty_status state_at(cmty_live *live, int64_t number, char state[CMTY__STATE_SIZE],
                            cmty_error *err)
{
    uint8_t hash[CMTY__HASH_BYTES];
    char text[CMTY__STATE_SIZE + 24];
    cmty_status st = cmty__journal_state(live->journal, number, state, err);

    if (st != CMTY_OK || !cmty__policy_ages(live->policy))
        return st;
    (void)cmty__format(text, sizeof text, "%s %lld", state, (long long)(live->now / day_ms));
    cmty__hash(NULL, 0, text, strlen(text), hash);
    cmty__hex(hash, sizeof hash, state);
    return CMTY_OK;
}

static cmty_status find_lag(cmty_live *live, struct lag *lag, cmty_error *err)
{
    char followed[CMTY__STATE_SIZE], state[CMTY__STATE_SIZE];
    cmty_status st = cmty__live_cursor(live->layer, &lag->after, followed, err);

    if (st == CMTY_OK)
        st = cmty__journal_last(live->journal, &lag->last, err);
    if (st == CMTY_OK)
        st = state_at(live, lag->after, state, err);
    if (st != CMTY_OK)
        return st;
    lag->fresh = followed[0] == '\0';
    lag->anew = strcmp(followed, state) != 0 || lag->last < lag->after;
    lag->any = lag->anew || lag->last != lag->after;
    return CMTY_OK;
}

static cmty_status carry(cmty_live *live, const struct lag *lag, uint64_t *added, cmty_error *err)
{
    char state[CMTY__STATE_SIZE];
    cmty_status st = state_at(live, lag->last, state, err);

    if (st == CMTY_OK && lag->anew)
        st = cmty__live_restart(live->layer, err);
    if (st == CMTY_OK)
        st = carry_rows(live, lag->anew ? 0 : lag->after, added, err);
    if (st == CMTY_OK)
        st = cmty__live_set_cursor(live->layer, lag->last, state, err);
    if (st == CMTY_OK)
        st = cmty__live_commit(live->layer, err);
    if (st == CMTY_OK && lag->anew && !lag->fresh && !cmty__policy_ages(live->policy))
        cmty__notice(live->host, "%s followed another state of the store; it was filled anew",
                     cmty__basename(live->path));
    return st;
}

/* Whether there is something to do, without keeping others from the layer. */
static cmty_status look(cmty_live *live, bool *behind, cmty_error *err)
{
    struct lag lag = {0};
    cmty_status st = cmty__journal_begin(live->journal, err);

    if (st == CMTY_OK)
        st = find_lag(live, &lag, err);
    cmty__journal_rollback(live->journal); /* only read */
    *behind = lag.any;
    return st;
}

/* Rows and cursor in one transaction of the layer, from one view of the journal. The view comes
   second: another updater's is then never newer, and its cursor is not set back. */
static cmty_status catch_up(cmty_live *live, uint64_t *added, cmty_error *err)
{
    struct lag lag = {0};
    cmty_status st = cmty__live_begin(live->layer, err);

    if (st == CMTY_OK)
        st = cmty__journal_begin(live->journal, err);
    if (st == CMTY_OK)
        st = find_lag(live, &lag, err);
    if (st == CMTY_OK && lag.any)
        st = carry(live, &lag, added, err);
    cmty__journal_rollback(live->journal);
    cmty__live_rollback(live->layer); /* nothing after a commit */
    return st;
}

cmty_status cmty_live_update(cmty_live *live, uint64_t *added, cmty_error *err)
{
    uint64_t n = 0;
    bool behind = false;
    cmty_status st = CMTY_OK;

    if (live == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "live must not be NULL");
    live->now = cmty__time_now();
    cmty__gate_set_now(live->gate, live->now);
    if (live->layer == NULL)
        st = cmty__live_open(live->path, &live->layer, err);
    if (st == CMTY_OK)
        st = look(live, &behind, err);
    if (st == CMTY_OK && behind)
        st = catch_up(live, &n, err);
    if (st == CMTY_OK && added != NULL)
        *added = n;
    return st;
}
