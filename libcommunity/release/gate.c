/* SPDX-License-Identifier: MIT */
/*
 * The gate: the only place where a record for the outside is made. It trusts the journal no more
 * than it must: the policy is asked again, bins are made at least as coarse as it says, and what
 * is derived (beat, local time) is derived from what is published. Serial per gate.
 */
#include "release/released.h"

#include <math.h>

typedef struct promise { /* a law that was met, and its guarantee: that of an earlier law too, where
                            they differ only in parameters that it does not use */
    cmty__law law;
    const cmty__guarantee *guarantee;
} promise;

struct cmty__gate {
    const cmty_policy *policy;
    const cmty_beatset *beats;
    cmty__zone *zone;
    cmty_time now;
    const char *hidden_bin; /* the coarsest of those that may go without their category */
    promise *promises;
    size_t promise_count, promise_capacity;
    cmty__guarantee **guarantees; /* pointers, so that ids stay where they are */
    size_t guarantee_count, guarantee_capacity;
};

/* A missing part of the store is a fault of the store, not an answer. */
static cmty_status get_part(cmty__journal *journal, const char *name, void **data, size_t *size,
                            cmty_error *err)
{
    cmty_status st = cmty__journal_get(journal, name, data, size, err);

    if (st == CMTY_NOTFOUND)
        return cmty__fail(err, CMTY_E_FORMAT, "the store has no %s; it was not made whole", name);
    return st;
}

cmty_status cmty__release_parts(cmty__journal *journal, cmty_beatset **beats, cmty_policy **policy,
                                cmty_error *err)
{
    void *beats_data = NULL, *policy_data = NULL;
    size_t beats_size = 0, policy_size = 0;
    cmty_status st = get_part(journal, "beats", &beats_data, &beats_size, err);

    if (st == CMTY_OK)
        st = get_part(journal, "policy", &policy_data, &policy_size, err);
    if (st == CMTY_OK)
        st = cmty__beatset_load(beats_data, beats_size, beats, err);
    if (st == CMTY_OK)
        st = cmty__policy_parse(policy_data, policy_size, "the store's policy", policy, err);
    cmty__free(beats_data);
    cmty__free(policy_data);
    return st;
}

static bool same_law(const cmty__law *a, const cmty__law *b)
{
    return a->law == b->law && a->region == b->region && a->k == b->k
           && a->min_addresses == b->min_addresses && a->epsilon_per_m == b->epsilon_per_m
           && a->lattice_m == b->lattice_m && a->radius_m == b->radius_m
           && a->inner_radius_m == b->inner_radius_m;
}

static const char *coarser_bin(const char *a, const char *b)
{
    static const char *const bins[] = {"month", "week", "day", "hour", "minute"};

    for (size_t i = 0; i < sizeof bins / sizeof bins[0]; i++)
        if (strcmp(a, bins[i]) == 0 || strcmp(b, bins[i]) == 0)
            return bins[i];
    return bins[0];
}

/* Whether nothing but its category sets such a report apart from the general run. */
static bool is_plain(const cmty_policy *policy, const cmty__rule *rule)
{
    const cmty__rule *run = cmty__policy_rule(policy, "other");

    return rule->publish_point && same_law(&rule->law, &run->law)
           && cmty__audience_same(&rule->audiences[CMTY_ROLE_PUBLIC],
                                  &run->audiences[CMTY_ROLE_PUBLIC]);
}

/* Of a report that is new. */
static const char *public_bin(const cmty__rule *rule)
{
    return coarser_bin(rule->time_bin, rule->audiences[CMTY_ROLE_PUBLIC].view.time_bin);
}

static const char *coarsest_plain_bin(const cmty_policy *policy)
{
    const char *bin = "minute";

    for (size_t i = 0; i < cmty_category_count(); i++) {
        const cmty__rule *rule = cmty__policy_rule(policy, cmty_category_code(i));

        if (is_plain(policy, rule))
            bin = coarser_bin(bin, public_bin(rule));
    }
    return bin;
}

cmty_status cmty__gate_new(const cmty_policy *policy, const cmty_beatset *beats, cmty__gate **out,
                           cmty_error *err)
{
    cmty__gate *gate = cmty__calloc(1, sizeof *gate);
    cmty_status st;

    *out = NULL;
    if (gate == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    gate->policy = policy;
    gate->beats = beats;
    gate->now = cmty__time_now();
    gate->hidden_bin = coarsest_plain_bin(policy);
    st = cmty__zone_open(cmty_policy_time_zone(policy), &gate->zone, err);
    if (st == CMTY_OK)
        *out = gate;
    else
        cmty__gate_free(gate);
    return st;
}

void cmty__gate_set_now(cmty__gate *gate, cmty_time now)
{
    gate->now = now;
}

static void guarantee_free(cmty__guarantee *g)
{
    if (g == NULL)
        return;
    cmty__free(g->words);
    cmty__free(g->metadata);
    cmty__free(g);
}

void cmty__gate_free(cmty__gate *gate)
{
    if (gate == NULL)
        return;
    for (size_t i = 0; i < gate->guarantee_count; i++)
        guarantee_free(gate->guarantees[i]);
    cmty__free(gate->guarantees);
    cmty__free(gate->promises);
    cmty__zone_free(gate->zone);
    cmty__free(gate);
}

const cmty__zone *cmty__gate_zone(const cmty__gate *gate)
{
    return gate->zone;
}

size_t cmty__gate_guarantee_count(const cmty__gate *gate)
{
    return gate->guarantee_count;
}

const cmty__guarantee *cmty__gate_guarantee(const cmty__gate *gate, size_t i)
{
    return gate->guarantees[i];
}

/* ---- guarantees ---- */

static cmty__guarantee *guarantee_new(const cmty__law *law)
{
    cmty__guarantee *g = cmty__calloc(1, sizeof *g);
    cmty__buf words = {0}, metadata = {0};

    if (g == NULL)
        return NULL;
    cmty__law_guarantee(law, &words);
    cmty__law_metadata(law, NULL, &metadata);
    g->words = words.data;
    g->metadata = metadata.data;
    if (!words.failed && !metadata.failed)
        return g;
    guarantee_free(g);
    return NULL;
}

/* Takes over g: an equal one that is there already, or g itself under an id of its own. NULL: out
   of memory. */
static const cmty__guarantee *guarantee_keep(cmty__gate *gate, cmty__guarantee *g, int32_t law)
{
    const char *name = cmty_law_name(law);
    size_t earlier = 0;

    for (size_t i = 0; i < gate->guarantee_count; i++) {
        const cmty__guarantee *old = gate->guarantees[i];

        if (strcmp(old->words, g->words) == 0 && strcmp(old->metadata, g->metadata) == 0) {
            guarantee_free(g);
            return old;
        }
        earlier += cmty__starts_with(old->id, name);
    }
    if (!cmty__grow(&gate->guarantees, &gate->guarantee_capacity, gate->guarantee_count + 1,
                    sizeof(void *))) {
        guarantee_free(g);
        return NULL;
    }
    if (earlier == 0)
        cmty__format(g->id, sizeof g->id, "%s", name);
    else
        cmty__format(g->id, sizeof g->id, "%s-%zu", name, earlier + 1);
    gate->guarantees[gate->guarantee_count++] = g;
    return g;
}

/* The guarantee's id, made when the law is met first; NULL: out of memory. */
static const char *guarantee_of(cmty__gate *gate, const cmty__law *law)
{
    cmty__guarantee *made;
    promise *p;

    for (size_t i = 0; i < gate->promise_count; i++)
        if (same_law(&gate->promises[i].law, law))
            return gate->promises[i].guarantee->id;
    if (!cmty__grow(&gate->promises, &gate->promise_capacity, gate->promise_count + 1,
                    sizeof *gate->promises))
        return NULL;
    made = guarantee_new(law);
    if (made == NULL)
        return NULL;
    p = &gate->promises[gate->promise_count];
    p->law = *law;
    p->guarantee = guarantee_keep(gate, made, law->law);
    if (p->guarantee == NULL)
        return NULL;
    gate->promise_count++;
    return p->guarantee->id;
}

/* ---- what is let through ---- */

static bool may_leave(const cmty__entry *e, const cmty__rule *rule)
{
    if (e->withheld || !rule->publish_point || e->time_bin == CMTY_TIME_UNKNOWN)
        return false;
    if (e->law != CMTY_LAW_LATTICE && e->law != CMTY_LAW_ANCHOR && e->law != CMTY_LAW_DONUT
        && e->law != CMTY_LAW_GRID)
        return false;
    if (!cmty__point_valid(e->masked) || (e->masked.lon_deg == 0 && e->masked.lat_deg == 0))
        return false;
    return isfinite(e->radius_m) && e->radius_m > 0;
}

static bool is_report_id(const char *id)
{
    return strlen(id) == CMTY__REPORT_ID_SIZE - 1
           && strspn(id, "0123456789abcdef") == CMTY__REPORT_ID_SIZE - 1;
}

/* Only codes of the table leave; anything else in the column might be a text. */
static const char *known_category(const char *code)
{
    for (size_t i = 0; i < cmty_category_count(); i++)
        if (strcmp(cmty_category_code(i), code) == 0)
            return cmty_category_code(i);
    return "other";
}

static double rounded(double degrees, double (*how)(double))
{
    return how(degrees * 1e6) / 1e6;
}

/* Six decimals, 0.1 m: nothing of the mask's arithmetic is left in the low bits. A point that
   promises its beat stays in it: of the four neighbours the first that lies inside. */
static cmty_point six_decimals(cmty_point p, const cmty__areas *areas, int32_t area)
{
    cmty_point nearest = {rounded(p.lon_deg, round), rounded(p.lat_deg, round)};

    if (areas == NULL || area < 0 || cmty__areas_contains(areas, area, nearest))
        return nearest;
    for (int i = 0; i < 4; i++) {
        cmty_point q = {rounded(p.lon_deg, i % 2 == 0 ? floor : ceil),
                        rounded(p.lat_deg, i / 2 == 0 ? floor : ceil)};

        if (cmty__areas_contains(areas, area, q))
            return q;
    }
    return p;
}

static bool is_six_decimals(cmty_point p)
{
    return p.lon_deg == rounded(p.lon_deg, round) && p.lat_deg == rounded(p.lat_deg, round);
}

static void set_time(const cmty__gate *gate, cmty_time time, const char *bin, cmty__released *r)
{
    cmty__civil c;

    r->time_bin = bin;
    if (!cmty__time_floor(time, bin, gate->zone, &r->time_utc))
        r->time_utc = time;
    cmty__time_to_civil(r->time_utc, gate->zone, &c);
    cmty__format(r->time_local, sizeof r->time_local, "%04d-%02d-%02dT%02d:%02d:%02d", c.year,
                 c.month, c.day, c.hour, c.minute, c.second);
}

/* The beat that the mask disclosed, or else the one in which the masked point lies. */
static void set_place(const cmty__gate *gate, const cmty__entry *e, cmty__released *r)
{
    const cmty_beatset *beats = gate->beats;
    bool version_known = e->version >= 0 && (size_t)e->version < cmty_beatset_version_count(beats);
    const cmty__areas *areas = version_known ? cmty__beatset_areas(beats, e->version) : NULL;
    int32_t area = -1;

    r->beat_disclosed = e->beat_disclosed && e->published_beat >= 0
                        && (size_t)e->published_beat < cmty_beatset_count(beats);
    if (r->beat_disclosed && areas != NULL)
        area = cmty__beatset_area_of(beats, e->version, e->published_beat);
    r->at = six_decimals(e->masked, areas, area);
    if (!r->beat_disclosed && areas != NULL)
        area = cmty__areas_first(areas, r->at, NULL, NULL);
    r->beat = -1;
    if (r->beat_disclosed)
        r->beat = e->published_beat;
    else if (area >= 0)
        r->beat = cmty__beatset_beat_of(beats, e->version, area);
    r->beat_id = r->beat >= 0 ? cmty__beatset_id(beats, r->beat) : "";
    r->radius_m = ceil(e->radius_m); /* whole metres, never less than promised */
}

cmty_status cmty__gate_admit(cmty__gate *gate, const cmty__entry *entry, cmty__released *out,
                             cmty_error *err)
{
    const cmty__rule *rule = cmty__policy_rule(gate->policy, entry->category);
    const cmty__allowance allowed =
        cmty__rule_allows(rule, CMTY_ROLE_PUBLIC, entry->time_bin, gate->now);
    cmty__released r = {.fields = allowed.fields};
    cmty__law law = rule->law;

    if (!may_leave(entry, rule) || (allowed.fields & CMTY__TELL_POINT) == 0)
        return CMTY_WITHHELD;
    if (!is_report_id(entry->report_id))
        return cmty__fail(err, CMTY_E_FORMAT, "the store holds a report id that is none");
    memcpy(r.report_id, entry->report_id, sizeof r.report_id);
    r.category = known_category(entry->category);
    r.category_label = cmty_category_label(r.category);
    law.law = entry->law; /* what "auto" came to */
    r.law = cmty_law_name(entry->law);
    r.guarantee = guarantee_of(gate, &law);
    if (r.guarantee == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    set_place(gate, entry, &r);
    if (!is_six_decimals(r.at)) /* its beat is narrower than that */
        return CMTY_WITHHELD;
    set_time(gate, entry->time_bin, coarser_bin(entry->bin, allowed.time_bin), &r);
    r.plain = is_plain(gate->policy, rule);
    *out = r;
    return CMTY_OK;
}

/* A record without a category is one that had a category that may be shown. */
static bool fits_category(const cmty__gate *gate, const cmty__released *r)
{
    const cmty__rule *rule;

    if (r->category[0] == '\0')
        return true;
    rule = cmty__policy_rule(gate->policy, r->category);
    return strcmp(known_category(r->category), r->category) == 0 && rule->publish_point
           && (r->time_utc == CMTY_TIME_UNKNOWN
               || strcmp(coarser_bin(r->time_bin, public_bin(rule)), r->time_bin) == 0);
}

static bool fits_time(const cmty__gate *gate, const cmty__released *r)
{
    cmty_time start;

    if (r->time_utc == CMTY_TIME_UNKNOWN)
        return r->time_local[0] == '\0' && r->time_bin[0] == '\0';
    return cmty__time_floor(r->time_utc, r->time_bin, gate->zone, &start) && start == r->time_utc;
}

bool cmty__gate_fit(const cmty__gate *gate, const cmty__released *r)
{
    return is_report_id(r->report_id) && fits_category(gate, r) && cmty__point_valid(r->at)
           && is_six_decimals(r->at) && r->radius_m >= 1 && floor(r->radius_m) == r->radius_m
           && fits_time(gate, r);
}

void cmty__gate_hide_category(const cmty__gate *gate, cmty__released *r)
{
    set_time(gate, r->time_utc, coarser_bin(r->time_bin, gate->hidden_bin), r);
    r->category = "";
    r->category_label = "Not told (few of its kind here)";
}

void cmty__gate_take_off(cmty__released *r)
{
    if ((r->fields & CMTY__TELL_CATEGORY) == 0 && r->category[0] != '\0') {
        r->category = "";
        r->category_label = "Not told";
    }
    if ((r->fields & CMTY__TELL_TIME) == 0) {
        r->time_utc = CMTY_TIME_UNKNOWN;
        r->time_local[0] = '\0';
        r->time_bin = "";
    }
    if ((r->fields & CMTY__TELL_BEAT) == 0) {
        r->beat = -1;
        r->beat_id = "";
        r->beat_disclosed = false;
    }
}

const char *cmty__beat_of(const cmty__released *r)
{
    if ((r->fields & CMTY__TELL_BEAT) == 0)
        return "";
    return r->beat_disclosed ? "true place" : "masked place";
}
