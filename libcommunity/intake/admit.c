/* SPDX-License-Identifier: MIT */
/* May a report come in? Validation, beats, fences. Any thread; changes nothing but the record. */
#include "ingest.h"

#include <math.h>

static cmty_status refuse(cmty__admission *out, int32_t reason, const char *field)
{
    out->reason = reason;
    out->field = field;
    return CMTY_OK;
}

static cmty_status locate(const cmty_ingest *in, cmty_point at, const cmty__report *r,
                          cmty_beat_answer *answer, cmty_error *err)
{
    *answer = (cmty_beat_answer){.struct_size = sizeof *answer};
    return cmty_beatset_locate(in->beats, at, r->occurred, r->accuracy_m, answer, NULL, 0, err);
}

static bool in_jurisdiction(const cmty_beat_answer *answer)
{
    return answer->relation != CMTY_RELATION_OUTSIDE
           && answer->relation != CMTY_RELATION_NO_VERSION;
}

/* Inside only if longitude and latitude change places? */
static bool swapped(const cmty_ingest *in, const cmty__report *r)
{
    cmty_point at = {r->lat_deg, r->lon_deg};
    cmty_beat_answer answer;

    return r->has_place && cmty__point_valid(at) && locate(in, at, r, &answer, NULL) == CMTY_OK
           && in_jurisdiction(&answer);
}

static cmty_status ask_beats(const cmty_ingest *in, const cmty__report *r, cmty__admission *out,
                             cmty_error *err)
{
    cmty_point at = {r->lon_deg, r->lat_deg};
    cmty_status st = locate(in, at, r, &out->answer, err);

    if (st != CMTY_OK)
        return st;
    if (out->answer.relation == CMTY_RELATION_NO_VERSION)
        return refuse(out, CMTY_REASON_NO_VERSION, "occurred");
    if (!in_jurisdiction(&out->answer))
        return refuse(out, swapped(in, r) ? CMTY_REASON_SWAPPED_AXES : CMTY_REASON_OUTSIDE, "lon");
    return CMTY_OK;
}

static cmty_status ask_fences(const cmty_ingest *in, const cmty__report *r, cmty__admission *out,
                              cmty_error *err)
{
    cmty_point at = {r->lon_deg, r->lat_deg};
    cmty_status st;

    if (in->fences == NULL)
        return CMTY_OK;
    st = cmty_fenceset_decide(in->fences, at, r->category, r->occurred, &out->fence, err);
    if (st == CMTY_OK && out->fence.action == CMTY_FENCE_REFUSE)
        return refuse(out, CMTY_REASON_FENCE, "");
    return st;
}

cmty_status cmty__admit(const cmty_ingest *in, cmty__record *rec, cmty__admission *out,
                        cmty_error *err)
{
    cmty_status st;

    *out = (cmty__admission){.field = ""};
    out->answer = (cmty_beat_answer){.struct_size = sizeof out->answer,
                                     .relation = CMTY_RELATION_OUTSIDE,
                                     .beat = -1,
                                     .version = -1,
                                     .margin_m = NAN};
    out->fence = (cmty_fence_decision){
        sizeof out->fence, CMTY_FENCE_ACCEPT, -1, 0, "", "",
    };
    if (rec->reason != CMTY_REASON_NONE)
        return refuse(out, rec->reason, rec->field);
    out->reason = cmty__report_validate(&rec->report, cmty__time_now(), &out->field);
    if (out->reason == CMTY_REASON_BAD_COORDINATE && swapped(in, &rec->report))
        out->reason = CMTY_REASON_SWAPPED_AXES;
    if (out->reason != CMTY_REASON_NONE)
        return CMTY_OK;
    st = ask_beats(in, &rec->report, out, err);
    if (st == CMTY_OK && out->reason == CMTY_REASON_NONE)
        st = ask_fences(in, &rec->report, out, err);
    return st;
}
