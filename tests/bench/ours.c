/* SPDX-License-Identifier: MIT */
/* The library in the benchmark. Any thread may ask. */
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ours_open(ours *o, const layer *l, bool fences)
{
    char folder[] = "/tmp/bench_locate_XXXXXX", path[64], spec[128];
    const char *layers[] = {spec};
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    if (mkdtemp(folder) == NULL)
        bench_die("cannot make a folder in /tmp");
    snprintf(path, sizeof path, "%s/layer.gpkg", folder);
    snprintf(spec, sizeof spec, "%s|id=id%s", path, fences ? "|action=escalate" : "");
    layer_write(l, path);
    *o = (ours){NULL, NULL};
    st = fences ? cmty_fenceset_open(layers, 1, NULL, &o->fences, &err)
                : cmty_beatset_open(layers, 1, NULL, &o->beats, &err);
    unlink(path);
    rmdir(folder);
    if (st != CMTY_OK)
        bench_die("%s: %s", l->name, err.message);
    if ((fences ? cmty_fenceset_count(o->fences) : cmty_beatset_count(o->beats)) != l->area_count)
        bench_die("%s: the library counts other areas", l->name);
}

void ours_close(ours *o)
{
    cmty_beatset_free(o->beats);
    cmty_fenceset_free(o->fences);
}

static void must(cmty_status st)
{
    if (st != CMTY_OK)
        bench_die("a look-up failed with status %d", (int)st);
}

void ours_batch(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    must(cmty_beatset_locate_many(((ours *)self)->beats, p, NULL, n, area, NULL, NULL));
}

void ours_single(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    const cmty_beatset *set = ((ours *)self)->beats;

    for (size_t i = 0; i < n; i++)
        must(cmty_beatset_locate_many(set, p + i, NULL, 1, area + i, NULL, NULL));
}

void ours_honest(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    const cmty_beatset *set = ((ours *)self)->beats;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate candidates[8];

    for (size_t i = 0; i < n; i++) {
        must(cmty_beatset_locate(set, p[i], CMTY_TIME_UNKNOWN, 0, &answer, candidates, 8, NULL));
        area[i] = answer.beat;
    }
}

void ours_strict(void *self, const cmty_point *p, size_t n, int32_t *area)
{
    uint8_t *relation = bench_alloc(NULL, n, 1);

    must(cmty_beatset_locate_many(((ours *)self)->beats, p, NULL, n, area, relation, NULL));
    for (size_t i = 0; i < n; i++)
        if (relation[i] == CMTY_RELATION_GAP_NEAREST)
            area[i] = -1;
    free(relation);
}

void ours_fence_single(void *self, const cmty_point *p, size_t n, int32_t *count)
{
    const cmty_fenceset *set = ((ours *)self)->fences;
    cmty_fence_decision decision = {.struct_size = sizeof decision};

    for (size_t i = 0; i < n; i++) {
        must(cmty_fenceset_decide(set, p[i], "theft", CMTY_TIME_UNKNOWN, &decision, NULL));
        count[i] = (int32_t)decision.matched_count;
    }
}
