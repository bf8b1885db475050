/* SPDX-License-Identifier: MIT */
/* Incidents out: what the role may have, and what the host answers. One thread at a time. */
#include "instance.h"

#include <math.h>
#include <string.h>

enum { CANDIDATES = 32, FIRST_DELAY_MS = 1000, MOST_DELAY_MS = 300000 };

/* An incident and what it borrows from. */
struct parcel {
    cmty_outbox_item item;
    cmty_disclosed disclosed;
    cmty_dispatch_candidate candidates[CANDIDATES];
    cmty_dispatch_incident incident;
};

static void fill_version(const cmty_beatset *beats, const cmty_outbox_item *item,
                         cmty_dispatch_incident *incident)
{
    const char *label = NULL;
    cmty_time ends = CMTY_TIME_OPEN_END;

    incident->version = "";
    incident->version_ends = CMTY_TIME_OPEN_END;
    if (item->version < 0
        || cmty_beatset_version(beats, item->version, NULL, &ends, &label, NULL) != CMTY_OK)
        return;
    incident->version = label;
    incident->version_ends = ends;
}

static void fill_incident(const struct instance *i, struct parcel *p)
{
    const cmty_outbox_item *item = &p->item;
    const bool shown = item->withheld[0] == '\0' && item->law[0] != '\0';

    p->incident = (cmty_dispatch_incident){
        .struct_size = sizeof p->incident,
        .role = i->config.role,
        .source = i->config.name,
        .ref = item->report_id,
        .sequence = 1,
        .tries = item->tries,
        .relation = item->relation,
        .fence_action = item->fence_action,
        .ambiguous = item->ambiguous,
        .fence_id = item->fence_id,
        .category = item->category,
        .beat_id = item->beat_id,
        .district = item->district,
        .time_bin = item->time_bin,
        .time = item->time,
        .law = item->law,
        .withheld = item->withheld,
        .at = shown ? item->at : (cmty_point){NAN, NAN},
        .radius_m = shown ? item->radius_m : NAN,
        .exact = {NAN, NAN},
        .accuracy_m = NAN,
        .occurred = CMTY_TIME_UNKNOWN,
        .priority = item->priority,
        .priority_rule = item->priority_rule,
    };
    fill_version(cmty_outbox_beats(i->outbox), item, &p->incident);
}

static cmty_status fill_candidates(const struct instance *i, struct parcel *p, cmty_error *err)
{
    const cmty_beatset *beats = cmty_outbox_beats(i->outbox);
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate found[CANDIDATES];
    size_t count = 0;
    cmty_status st = CMTY_OK;

    if (!isnan(p->disclosed.at.lon_deg))
        st = cmty_beatset_locate(beats, p->disclosed.at, p->disclosed.occurred,
                                 p->disclosed.accuracy_m, &answer, found, CANDIDATES, err);
    for (; st == CMTY_OK && count < answer.candidate_count && count < CANDIDATES; count++) {
        cmty_beat_info info = {.struct_size = sizeof info};

        st = cmty_beatset_info(beats, found[count].beat, &info, err);
        p->candidates[count] = (cmty_dispatch_candidate){
            info.id, info.district, found[count].distance_m, found[count].probability};
    }
    p->incident.candidates = count > 0 ? p->candidates : NULL;
    p->incident.candidate_count = count;
    return st;
}

/* What is sealed, once the audit log says that this receiver was given it. */
static cmty_status fill_exact(const struct instance *i, struct parcel *p, cmty_error *err)
{
    cmty_status st = cmty_store_disclose(i->config.store, p->item.report_id, i->config.secret_key,
                                         i->config.receiver, "dispatch", &p->disclosed, err);

    if (st != CMTY_OK)
        return st;
    p->incident.json = p->disclosed.json;
    p->incident.exact = p->disclosed.at;
    p->incident.accuracy_m = p->disclosed.accuracy_m;
    p->incident.occurred = p->disclosed.occurred;
    return fill_candidates(i, p, err);
}

/* Twice as long each time, and spread, so that a host that comes back is not met by all at once. */
static int64_t delay_ms(const struct instance *i, uint32_t tries)
{
    int64_t delay = tries < 16 ? (int64_t)FIRST_DELAY_MS << tries : MOST_DELAY_MS;
    uint16_t spread = 0;

    if (delay > MOST_DELAY_MS)
        delay = MOST_DELAY_MS;
    if (OFFERS(i->host, random)
        && i->host->random(i->host->context, &spread, sizeof spread) != CMTY_OK)
        spread = 0;
    return delay + delay * spread / UINT16_MAX / 4;
}

static void message(const struct instance *i, const char *report_id,
                    const cmty_dispatch_answer *answer, int32_t kind, const char *text)
{
    const cmty_dispatch_message m = {.struct_size = sizeof m,
                                     .kind = kind,
                                     .ref = report_id,
                                     .case_number = answer->case_number,
                                     .text = text};

    if (OFFERS(i->host, incident_message)
        && i->host->incident_message(i->host->context, &m) != CMTY_OK)
        host_log(i->host, CMTY_LOG_WARNING, "the host took no message about an incident");
}

static cmty_status take_answer(struct instance *i, const struct parcel *p, int32_t said,
                               cmty_dispatch_answer *answer, cmty_error *err)
{
    cmty_outbox_answer out = {.struct_size = sizeof out};
    cmty_status st;

    answer->case_number[sizeof answer->case_number - 1] = '\0';
    answer->cause[sizeof answer->cause - 1] = '\0';
    if (said != CMTY_OK || answer->answer < CMTY_ANSWER_ACCEPTED
        || answer->answer > CMTY_ANSWER_LATER)
        answer->answer = CMTY_ANSWER_LATER;
    out.answer = answer->answer;
    out.case_number = answer->case_number;
    out.cause = answer->cause;
    out.due = host_now_ms(i->host)
              + (answer->later_ms > 0 ? answer->later_ms : delay_ms(i, p->item.tries));
    st = cmty_outbox_answer_item(i->outbox, p->item.number, &out, err);
    if (st != CMTY_OK)
        return st;
    if (answer->answer != CMTY_ANSWER_LATER)
        tickets_answered(i->tickets, p->item.report_id,
                         answer->answer == CMTY_ANSWER_ACCEPTED ? CMTY_TICKET_ACCEPTED
                                                                : CMTY_TICKET_REJECTED,
                         answer->case_number, answer->cause);
    if (answer->answer == CMTY_ANSWER_ACCEPTED && p->item.fence_action == CMTY_FENCE_ESCALATE)
        message(i, p->item.report_id, answer, CMTY_MESSAGE_ESCALATED,
                "a geofence asks that a person look at this at once");
    if (answer->answer == CMTY_ANSWER_ACCEPTED && p->item.ambiguous)
        message(i, p->item.report_id, answer, CMTY_MESSAGE_AMBIGUOUS,
                "another beat is as good an answer: tell both");
    return CMTY_OK;
}

static cmty_status send(struct instance *i, struct parcel *p, cmty_error *err)
{
    cmty_dispatch_answer answer = {.struct_size = sizeof answer};
    cmty_status st = CMTY_OK;
    int32_t said = CMTY_E_IO;

    fill_incident(i, p);
    if (i->config.role == CMTY_ROLE_DISPATCH)
        st = fill_exact(i, p, err);
    if (st == CMTY_NOTFOUND)
        return CMTY_OK; /* erased meanwhile */
    if (st == CMTY_OK)
        said = i->host->incident_upsert(i->host->context, &p->incident, &answer);
    else if (st == CMTY_E_FORMAT || st == CMTY_E_KEY) /* this one; the others shall not wait */
        copy_text(answer.cause, sizeof answer.cause, "the report could not be opened");
    else
        return st;
    if (st != CMTY_OK)
        host_log(i->host, CMTY_LOG_ERROR, err->message);
    st = take_answer(i, p, said, &answer, err);
    return st == CMTY_NOTFOUND ? CMTY_OK : st;
}

cmty_status deliver_next(struct instance *i)
{
    cmty_error err = CMTY_ERROR_INIT;
    struct parcel p = {.item = {.struct_size = sizeof p.item},
                       .disclosed = {.struct_size = sizeof p.disclosed}};
    cmty_status st = cmty_outbox_next(i->outbox, host_now_ms(i->host), &p.item, &err);

    if (st == CMTY_OK)
        st = send(i, &p, &err);
    cmty_disclosed_clear(&p.disclosed);
    if (st < 0)
        host_log(i->host, CMTY_LOG_ERROR, err.message);
    return st;
}
