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
    char store_id[CMTY__STORE_ID_SIZE];
    char *path;        /* of the layer */
    cmty__live *layer; /* NULL: not made yet */
    cmty_beatset *beats;
    cmty_policy *policy;
    cmty__gate *gate;
};

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
        st = cmty__journal_store_id(live->journal, live->store_id, err);
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
            st = put(live->layer, &released, err);
            *added += st == CMTY_OK;
        }
    }
    cmty__rows_free(rows);
    return st == CMTY_END ? CMTY_OK : st;
}

/* Rows and cursor in one transaction of the layer, from one view of the journal. */
static cmty_status carry(cmty_live *live, uint64_t *added, cmty_error *err)
{
    char followed[CMTY__STORE_ID_SIZE];
    int64_t after = 0, last = 0;
    bool restart = false;
    cmty_status st = cmty__live_cursor(live->layer, &after, followed, err);

    if (st == CMTY_OK)
        st = cmty__journal_last(live->journal, &last, err);
    restart = st == CMTY_OK && (strcmp(followed, live->store_id) != 0 || last < after);
    if (st != CMTY_OK || (last == after && !restart))
        return st;
    st = cmty__live_begin(live->layer, err);
    if (st == CMTY_OK && restart) {
        after = 0;
        st = cmty__live_restart(live->layer, live->store_id, err);
    }
    if (st == CMTY_OK)
        st = carry_rows(live, after, added, err);
    if (st == CMTY_OK)
        st = cmty__live_set_cursor(live->layer, last, err);
    if (st == CMTY_OK)
        st = cmty__live_commit(live->layer, err);
    if (st == CMTY_OK && restart && followed[0] != '\0')
        cmty__notice(live->host, "%s followed another state of the store; it was filled anew",
                     cmty__basename(live->path));
    cmty__live_rollback(live->layer); /* nothing after a commit */
    return st;
}

cmty_status cmty_live_update(cmty_live *live, uint64_t *added, cmty_error *err)
{
    uint64_t n = 0;
    cmty_status st;

    if (live == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "live must not be NULL");
    if (live->layer == NULL) {
        st = cmty__live_open(live->path, &live->layer, err);
        if (st != CMTY_OK)
            return st;
    }
    st = cmty__journal_begin(live->journal, err);
    if (st != CMTY_OK)
        return st;
    st = carry(live, &n, err);
    cmty__journal_rollback(live->journal); /* only read */
    if (st == CMTY_OK && added != NULL)
        *added = n;
    return st;
}
