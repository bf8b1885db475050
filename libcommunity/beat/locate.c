/* SPDX-License-Identifier: MIT */
/* The beat answer: which beat, how the point lies in it, and which others it may be. Any thread. */
#include "beat/set.h"

#include <math.h>
#include <string.h>

/* By the CMTY__FIRST_* of a point. Without branch or table, so that the compiler takes many at a
 * time.
 */
static uint8_t relation_of(int32_t area, unsigned flags)
{
    const uint8_t inside =
        (flags & CMTY__FIRST_SEVERAL) != 0 ? CMTY_RELATION_OVERLAP : CMTY_RELATION_INSIDE;
    const uint8_t held = (flags & CMTY__FIRST_EDGE) != 0 ? CMTY_RELATION_ON_EDGE : inside;

    return area < 0 ? CMTY_RELATION_OUTSIDE : held;
}

/* ---- candidates ---- */

enum { FEW = 16 };

typedef struct found {
    cmty__near few[FEW], *list; /* nearest first */
    size_t count;
} found;

/* What holds the point, and what is within reach of it. */
static cmty_status find_candidates(const cmty__version *v, cmty_point at, double within_m, found *c,
                                   cmty_error *err)
{
    c->list = c->few;
    c->count = cmty__areas_near(v->areas, at, within_m, c->few, FEW);
    if (c->count <= FEW)
        return CMTY_OK;
    c->list = cmty__realloc(NULL, c->count, sizeof *c->list);
    if (c->list == NULL) {
        c->list = c->few;
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    (void)cmty__areas_near(v->areas, at, within_m, c->list, c->count);
    return CMTY_OK;
}

static void found_clear(found *c)
{
    if (c->list != c->few)
        cmty__free(c->list);
}

/* 68 % of a Gaussian with standard deviation 1 in each direction lie within this radius:
   sqrt(-2 ln 0.32). */
static const double radius_68 = 1.5095921854516636;

/* The probabilities of an answer that is else complete. */
static cmty_status weigh(const cmty__version *v, cmty_point at, double accuracy_m, found *c,
                         cmty_beat_answer *a, cmty_error *err)
{
    double sigma_m = accuracy_m / radius_68, all = 0, named = 0;
    cmty_status st = CMTY_OK;

    if (a->margin_m > 1.01 * CMTY__SHARE_REACH * sigma_m) /* no boundary is in sight */
        for (size_t i = 0; i < c->count; i++)
            all += c->list[i].share = 1;
    else
        st = cmty__areas_shares(v->areas, at, sigma_m, c->list, c->count, &all, err);
    if (st != CMTY_OK)
        return st;
    for (size_t i = 0; i < c->count; i++)
        named += c->list[i].share;
    a->other_probability = fmin(fmax(all - named, 0), 1);
    a->outside_probability = fmax(1 - all, 0);
    return CMTY_OK;
}

/* ---- one point ---- */

static cmty_status answer_in(const cmty_beatset *set, int32_t version, cmty_point at,
                             double accuracy_m, cmty_beat_answer *a, cmty_beat_candidate *out,
                             size_t capacity, cmty_error *err)
{
    const cmty__version *v = &set->versions[version];
    double within_m = accuracy_m > 0 ? accuracy_m : set->tolerance_m;
    bool edge, several;
    int32_t area = cmty__areas_first(v->areas, at, &edge, &several);
    found c; /* one by one: most of it is never looked at */
    cmty_status st = CMTY_OK;

    c.list = c.few;
    c.count = area >= 0 ? 1 : 0;
    c.few[0] = (cmty__near){area, 0, NAN};
    a->version = version;
    a->margin_m = edge ? 0 : cmty__areas_margin_m(v->areas, at);
    a->relation =
        relation_of(area, (edge ? CMTY__FIRST_EDGE : 0U) | (several ? CMTY__FIRST_SEVERAL : 0U));
    if (a->margin_m <= within_m)
        st = find_candidates(v, at, within_m, &c, err);
    else if (several)
        st = find_candidates(v, at, 0, &c, err);
    if (st == CMTY_OK && accuracy_m > 0 && capacity > 0)
        st = weigh(v, at, accuracy_m, &c, a, err);
    if (st != CMTY_OK)
        goto done;
    if (area < 0 && c.count > 0) {
        area = c.list[0].area;
        a->relation = CMTY_RELATION_GAP_NEAREST;
    }
    a->beat = area < 0 ? -1 : v->beats[area];
    a->candidate_count = c.count > UINT32_MAX ? UINT32_MAX : (uint32_t)c.count;
    a->ambiguous = c.count > 1 || a->margin_m <= within_m;
    for (size_t i = 0; i < c.count && i < capacity; i++)
        out[i] = (cmty_beat_candidate){v->beats[c.list[i].area], 0, c.list[i].distance_m,
                                       accuracy_m > 0 ? c.list[i].share : NAN};

done:
    found_clear(&c);
    return st;
}

cmty_status cmty_beatset_locate(const cmty_beatset *set, cmty_point at, cmty_time when,
                                double accuracy_m, cmty_beat_answer *answer,
                                cmty_beat_candidate *candidates, size_t capacity, cmty_error *err)
{
    cmty_beat_answer a = {.struct_size = (uint32_t)sizeof a,
                          .relation = CMTY_RELATION_NO_VERSION,
                          .beat = -1,
                          .version = -1,
                          .margin_m = NAN,
                          .other_probability = NAN,
                          .outside_probability = NAN};
    int32_t version;
    cmty_status st = CMTY_OK;

    if (set == NULL || answer == NULL || (candidates == NULL && capacity > 0))
        return cmty__fail(err, CMTY_E_INVALID, "a beat set and a place for the answer are needed");
    if (!cmty__point_valid(at))
        return cmty__fail(err, CMTY_E_RANGE, "the position is not finite or off the globe");
    if (accuracy_m < 0 || isinf(accuracy_m))
        return cmty__fail(err, CMTY_E_RANGE, "accuracy_m must be a positive number of metres");
    version = cmty__beatset_version_at(set, when);
    if (version >= 0)
        st = answer_in(set, version, at, accuracy_m, &a, candidates, capacity, err);
    if (st == CMTY_OK)
        st = cmty__struct_write(answer, &a, sizeof a, sizeof a, "cmty_beat_answer", err);
    return st;
}

/* ---- many ---- */

/* At most so many points of one version are looked up at once. */
enum { BLOCK = 256 };

/* Whether only a point with CMTY__FIRST_NEAR can be within the tolerance of a beat. */
static bool near_alone(const cmty_beatset *set, const cmty__version *v)
{
    return set->tolerance_m < cmty__areas_clear_m(v->areas);
}

/* A point in no beat, and perhaps within reach of one: it belongs to the nearest. */
static void settle_gap(const cmty_beatset *set, const cmty__version *v, cmty_point at,
                       int32_t *area, uint8_t *relation)
{
    if (!cmty__point_valid(at))
        return;
    *area = cmty__areas_nearest_within(v->areas, at, set->tolerance_m);
    if (*area >= 0 && relation != NULL)
        *relation = CMTY_RELATION_GAP_NEAREST;
}

/* Kept apart, so that the way of most points needs no room on the stack. */
__attribute__((noinline)) static void settle_one(const cmty_beatset *set, const cmty__version *v,
                                                 cmty_point at, int32_t *area, uint8_t *relation)
{
    if (!cmty__areas_clear(v->areas, at, set->tolerance_m))
        settle_gap(set, v, at, area, relation);
}

static void locate_one(const cmty_beatset *set, const cmty__version *v, cmty_point at,
                       int32_t *beat, uint8_t *relation)
{
    uint32_t flags;

    *beat = cmty__areas_first_flags(v->areas, at, &flags);
    if (relation != NULL)
        *relation = relation_of(*beat, flags);
    /* whether it is in a beat at all is anybody's guess: asked last */
    if ((flags & CMTY__FIRST_NEAR) != 0 || (!near_alone(set, v) && *beat < 0))
        settle_one(set, v, at, beat, relation);
    if (!v->same_numbers && *beat >= 0)
        *beat = v->beats[*beat];
}

/* Where the points that may be in a gap are; most often there is none among eight. */
static size_t find_gaps(const uint8_t *flags, const int32_t *area, size_t count, bool near_only,
                        uint16_t *gaps)
{
    static const uint64_t near = 0x0101010101010101u * CMTY__FIRST_NEAR;
    size_t n = 0, start = 0;

    for (; near_only && start + 8 <= count; start += 8) {
        uint64_t eight;

        memcpy(&eight, flags + start, sizeof eight);
        if ((eight & near) == 0)
            continue;
        for (size_t i = start; i < start + 8; i++) {
            gaps[n] = (uint16_t)i;
            n += (flags[i] & CMTY__FIRST_NEAR) != 0;
        }
    }
    for (size_t i = start; i < count; i++) {
        gaps[n] = (uint16_t)i;
        n += near_only ? (flags[i] & CMTY__FIRST_NEAR) != 0 : area[i] < 0;
    }
    return n;
}

static void locate_block(const cmty_beatset *set, const cmty__version *v, const cmty_point *points,
                         size_t count, int32_t *beat, uint8_t *relation)
{
    const bool near_only = near_alone(set, v);
    uint8_t flags[BLOCK];
    uint16_t gaps[BLOCK + 1];
    size_t gap_count;

    cmty__areas_first_many(v->areas, points, count, beat, flags);
    for (size_t i = 0; relation != NULL && i < count; i++)
        relation[i] = relation_of(beat[i], flags[i]);
    gap_count = find_gaps(flags, beat, count, near_only, gaps);
    gap_count = cmty__areas_unclear(v->areas, points, set->tolerance_m, gaps, gap_count);
    for (size_t k = 0; k < gap_count; k++) {
        size_t i = gaps[k];

        settle_gap(set, v, points[i], &beat[i], relation == NULL ? NULL : &relation[i]);
    }
    for (size_t i = 0; !v->same_numbers && i < count; i++)
        beat[i] = beat[i] < 0 ? -1 : v->beats[beat[i]];
}

static void locate_none(size_t count, int32_t *beat, uint8_t *relation)
{
    for (size_t i = 0; i < count; i++) {
        beat[i] = -1;
        if (relation != NULL)
            relation[i] = CMTY_RELATION_NO_VERSION;
    }
}

__attribute__((noinline)) static void locate_runs(const cmty_beatset *set, const cmty_point *points,
                                                  const cmty_time *when, size_t count,
                                                  int32_t *beat, uint8_t *relation)
{
    for (size_t start = 0, run; start < count; start += run) {
        size_t most = count - start < BLOCK ? count - start : BLOCK;
        int32_t version =
            cmty__beatset_version_at(set, when == NULL ? CMTY_TIME_UNKNOWN : when[start]);
        uint8_t *said = relation == NULL ? NULL : relation + start;

        for (run = 1;
             run < most
             && (when == NULL || cmty__beatset_version_at(set, when[start + run]) == version);)
            run++;
        if (version < 0)
            locate_none(run, beat + start, said);
        else if (run == 1)
            locate_one(set, &set->versions[version], points[start], beat + start, said);
        else
            locate_block(set, &set->versions[version], points + start, run, beat + start, said);
    }
}

cmty_status cmty_beatset_locate_many(const cmty_beatset *set, const cmty_point *points,
                                     const cmty_time *when, size_t count, int32_t *beat,
                                     uint8_t *relation, cmty_error *err)
{
    if (set == NULL || (count > 0 && (points == NULL || beat == NULL)))
        return cmty__fail(err, CMTY_E_INVALID,
                          "a beat set, points and a place for the answers are "
                          "needed");
    if (count == 1 && when == NULL && set->version_count > 0) /* soon done with */
        locate_one(set, &set->versions[set->version_count - 1], points[0], beat, relation);
    else
        locate_runs(set, points, when, count, beat, relation);
    return CMTY_OK;
}

const char *cmty_relation_name(int32_t relation)
{
    static const char *const names[] = {"outside", "inside",      "on_edge",
                                        "overlap", "gap_nearest", "no_version"};

    return relation >= 0 && relation < (int32_t)(sizeof names / sizeof *names) ? names[relation]
                                                                               : "unknown";
}
