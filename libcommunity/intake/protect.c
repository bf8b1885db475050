/* SPDX-License-Identifier: MIT */
/* From an admitted report to what may stand in the clear: the rule of its category, the mask, the
   time bin. Any thread. */
#include "ingest.h"

#include <math.h>

cmty__law cmty__resolve_law(const cmty__rule *rule, const cmty__catchments *catchments)
{
    cmty__law law = rule->law;

    if (law.law == CMTY_LAW_AUTO)
        law.law = catchments != NULL ? CMTY_LAW_ANCHOR : CMTY_LAW_LATTICE;
    return law;
}

/* The beat of the point that is published, for what follows from it must not tell more. */
static cmty_status beat_of_published(const cmty_ingest *in, const cmty__report *r, cmty__entry *e,
                                     cmty_error *err)
{
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_status st;

    if (e->beat_disclosed) {
        e->published_beat = e->beat;
        return CMTY_OK;
    }
    st = cmty_beatset_locate(in->beats, e->masked, r->occurred, NAN, &answer, NULL, 0, err);
    if (st == CMTY_OK)
        e->published_beat = answer.beat;
    return st;
}

static void withhold(cmty__entry *e, const char *note)
{
    e->withheld = true;
    e->withheld_note = note;
}

/* What a role has been told of the place: what is for a wider one it sees too. */
static cmty_status spent_by(cmty_ingest *in, int32_t role, double *sum, cmty_error *err)
{
    cmty__charge charge = in->charge;
    cmty_status st = CMTY_OK;

    *sum = 0;
    for (int32_t i = CMTY_ROLE_PUBLIC; i <= role && st == CMTY_OK; i++) {
        double spent = 0;

        charge.audience = cmty__role_name(i);
        st = cmty__journal_spent(in->journal, &charge, &spent, err);
        *sum += spent;
    }
    return st;
}

/* What the point would spend with the widest role that is told it, and whether the place can still
   afford it. */
static cmty_status account(cmty_ingest *in, const cmty__law *law, int32_t role, cmty_point at,
                           cmty__entry *e, cmty_error *err)
{
    double budget_per_m = cmty__policy_budget_per_m(in->policy), spent = 0;
    cmty_status st = CMTY_OK;

    in->charge.audience = cmty__role_name(role);
    in->charge.epsilon_per_m = cmty__law_charge(law);
    if (in->charge.epsilon_per_m == 0)
        return CMTY_OK;
    in->charge.key_id = cmty__mask_key_id(in->mask_key);
    cmty__law_place(in->mask_key, at, in->charge.cell);
    if (budget_per_m > 0)
        st = spent_by(in, role, &spent, err);
    spent += in->charge.epsilon_per_m;
    if (budget_per_m > 0 && spent > budget_per_m * (1 + 1e-9)) /* sums of decimals */
        withhold(e, "the privacy budget of this place is spent");
    return st;
}

static cmty_status mask(cmty_ingest *in, const cmty__report *r, const cmty__rule *rule,
                        cmty__entry *e, cmty_error *err)
{
    cmty__law law = cmty__resolve_law(rule, in->catchments);
    int32_t area = cmty__beatset_area_of(in->beats, e->version, e->beat);
    cmty__region region = {cmty__beatset_areas(in->beats, e->version), area, -1, e->version};
    cmty__mask_result result = {.note = ""};
    int32_t role = cmty__rule_point_role(rule);
    cmty_status st;

    e->law = law.law;
    if (e->fence_action == CMTY_FENCE_WITHHOLD)
        withhold(e, "protected place");
    else if (role < 0)
        withhold(e, "counted only");
    if (e->withheld)
        return CMTY_OK;
    if (in->catchments != NULL && area >= 0)
        region.address_count = cmty__catchments_address_count(in->catchments, e->version, area);
    st = cmty__law_apply(&law, in->mask_key, in->catchments, e->report_id,
                         (cmty_point){r->lon_deg, r->lat_deg}, &region, &result, err);
    if (st == CMTY_WITHHELD) {
        withhold(e, result.note);
        return CMTY_OK;
    }
    if (st == CMTY_OK)
        st = account(in, &law, role, (cmty_point){r->lon_deg, r->lat_deg}, e, err);
    if (st != CMTY_OK || e->withheld)
        return st;
    e->masked = result.at;
    e->radius_m = result.radius_m;
    e->beat_disclosed = result.beat_disclosed;
    return beat_of_published(in, r, e, err);
}

cmty_status cmty__protect(cmty_ingest *in, const cmty__report *r, const cmty__admission *a,
                          cmty__entry *e, cmty_error *err)
{
    const cmty__rule *rule = cmty__policy_rule(in->policy, r->category);
    cmty_beat_info info = {.struct_size = sizeof info};
    cmty_status st = cmty_beatset_info(in->beats, a->answer.beat, &info, err);

    if (st != CMTY_OK)
        return st;
    in->charge = (cmty__charge){.audience = cmty__role_name(CMTY_ROLE_PUBLIC)};
    *e = (cmty__entry){
        .report_id = in->report_id,
        .category = r->category,
        .beat_id = info.id,
        .district = info.district,
        .beat = a->answer.beat,
        .version = a->answer.version,
        .relation = a->answer.relation,
        .ambiguous = a->answer.ambiguous != 0,
        .bin = rule->time_bin,
        .withheld_note = "",
        .masked = {NAN, NAN},
        .published_beat = -1,
        .fence_action = a->fence.action,
        .fence_id = a->fence.fence_id,
    };
    if (!cmty__time_floor(r->occurred, rule->time_bin, in->zone, &e->time_bin))
        return cmty__fail(err, CMTY_E_INTERNAL, "the time bin of the policy cannot be applied");
    return mask(in, r, rule, e, err);
}
