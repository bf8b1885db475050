/* SPDX-License-Identifier: MIT */
/*
 * The way to one receiver. What the public may see comes through the gate; the agency reads the
 * protected columns as they are. The exact place is in neither. Serial per object.
 */
#include "release/priority.h"
#include "release/released.h"

#include <community/outbox.h>

enum { RECEIVER_BYTES = 64, CASE_BYTES = 64, CAUSE_BYTES = 200, STATUS_BYTES = 64 };

struct cmty_outbox {
    int32_t role;
    char *receiver;
    cmty__journal *journal;
    cmty_beatset *beats;
    cmty_policy *policy;
    cmty__gate *gate;
    cmty__priorities *priorities; /* NULL: none */
    cmty__arena *arena;           /* texts of the last item */
    int64_t passed;               /* all up to this number are answered, or not for this receiver */
};

cmty_status cmty_outbox_options_init(cmty_outbox_options *options)
{
    static const cmty_outbox_options defaults = CMTY_OUTBOX_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

void cmty_outbox_free(cmty_outbox *outbox)
{
    if (outbox == NULL)
        return;
    cmty__gate_free(outbox->gate);
    cmty__priorities_free(outbox->priorities);
    cmty_policy_free(outbox->policy);
    cmty_beatset_free(outbox->beats);
    cmty__journal_free(outbox->journal);
    cmty__arena_free(outbox->arena);
    cmty__free(outbox->receiver);
    cmty__free(outbox);
}

static cmty_status check_text(const char *text, size_t least, size_t most, const char *name,
                              cmty_error *err)
{
    size_t size = text != NULL ? strlen(text) : 0;

    if (size >= least && size <= most && cmty__utf8_valid(text != NULL ? text : "", size))
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_INVALID, "%s: %zu to %zu bytes of UTF-8 are needed", name, least,
                      most);
}

static cmty_status open_parts(cmty_outbox *outbox, const char *store, cmty_error *err)
{
    cmty_status st = cmty__journal_visit(store, &outbox->journal, err);

    if (st == CMTY_OK)
        st = cmty__release_parts(outbox->journal, &outbox->beats, &outbox->policy, err);
    if (st == CMTY_OK)
        st = cmty__gate_new(outbox->policy, outbox->beats, &outbox->gate, err);
    return st;
}

cmty_status cmty_outbox_open(const char *store, const cmty_outbox_options *options,
                             cmty_outbox **out, cmty_error *err)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox *outbox;
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || options == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store, options or out is NULL");
    st = cmty__struct_read(&o, sizeof o, options, CMTY_OUTBOX_OPTIONS_SIZE_0_1,
                           "cmty_outbox_options", err);
    if (st == CMTY_OK && (o.role < CMTY_ROLE_PUBLIC || o.role > CMTY_ROLE_DISPATCH))
        st = cmty__fail(err, CMTY_E_INVALID, "there is no role of that number");
    if (st == CMTY_OK)
        st = check_text(o.receiver, 1, RECEIVER_BYTES, "receiver", err);
    if (st != CMTY_OK)
        return st;
    outbox = cmty__calloc(1, sizeof *outbox);
    if (outbox == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    outbox->role = o.role;
    outbox->receiver = cmty__strdup(o.receiver);
    outbox->arena = cmty__arena_new();
    if (outbox->receiver == NULL || outbox->arena == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = open_parts(outbox, store, err);
    if (st == CMTY_OK && o.priorities != NULL)
        st = cmty__priorities_open(o.priorities, &outbox->priorities, err);
    if (st == CMTY_OK)
        *out = outbox;
    else
        cmty_outbox_free(outbox);
    return st;
}

const cmty_beatset *cmty_outbox_beats(const cmty_outbox *outbox)
{
    return outbox->beats;
}

/* ---- items ---- */

static const char *district_of(const cmty_beatset *beats, int32_t beat)
{
    cmty_beat_info info = {.struct_size = sizeof info};

    return beat >= 0 && cmty_beatset_info(beats, beat, &info, NULL) == CMTY_OK ? info.district : "";
}

/* What anyone may see, and nothing of the entry itself. */
static cmty_status public_item(cmty_outbox *outbox, const cmty__entry *e, cmty_outbox_item *item,
                               cmty_error *err)
{
    cmty__released r;
    cmty_status st = cmty__gate_admit(outbox->gate, e, &r, err);

    if (st == CMTY_OK)
        cmty__gate_take_off(&r);
    if (st == CMTY_OK && !cmty__gate_fit(outbox->gate, &r))
        st = CMTY_WITHHELD;
    if (st != CMTY_OK)
        return st;
    item->report_id = cmty__arena_text(outbox->arena, r.report_id, strlen(r.report_id));
    item->category = r.category;
    item->beat = r.beat;
    item->beat_id = r.beat_id;
    item->district = district_of(outbox->beats, r.beat);
    item->beat_disclosed = r.beat_disclosed;
    item->law = r.law;
    item->at = r.at;
    item->radius_m = r.radius_m;
    item->time = r.time_utc;
    item->time_bin = r.time_bin;
    item->version = -1;
    item->relation = -1;
    item->fence_action = CMTY_FENCE_ACCEPT;
    return item->report_id != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static void agency_beat(const cmty_outbox *outbox, const cmty__entry *e, uint32_t fields,
                        cmty_outbox_item *item)
{
    const bool known = e->beat >= 0 && (size_t)e->beat < cmty_beatset_count(outbox->beats);
    const bool told = (fields & CMTY__TELL_BEAT) != 0;

    item->beat = told && known ? e->beat : -1;
    item->beat_id = told ? e->beat_id : "";
    item->district = told ? e->district : "";
    item->beat_disclosed = told;
    item->version = told ? e->version : -1;
    item->relation = (fields & CMTY__TELL_DOUBT) != 0 ? e->relation : -1;
    item->ambiguous = (fields & CMTY__TELL_DOUBT) != 0 && e->ambiguous;
}

static void agency_point(const cmty__entry *e, uint32_t fields, cmty_outbox_item *item)
{
    if (e->withheld) {
        item->withheld = e->withheld_note;
        return;
    }
    if ((fields & CMTY__TELL_POINT) == 0) {
        item->withheld = "the policy gives this receiver no place";
        return;
    }
    item->law = cmty_law_name(e->law);
    item->at = e->masked;
    item->radius_m = e->radius_m;
}

/* The protected columns as they are, less what the policy keeps from the role. */
static cmty_status agency_item(const cmty_outbox *outbox, const cmty__entry *e, cmty_time now,
                               cmty_outbox_item *item, cmty_error *err)
{
    const cmty__rule *rule = cmty__policy_rule(outbox->policy, e->category);
    const cmty__allowance allowed = cmty__rule_allows(rule, outbox->role, e->time_bin, now);
    const uint32_t fields = allowed.fields;

    item->report_id = e->report_id;
    item->category = (fields & CMTY__TELL_CATEGORY) != 0 ? e->category : "";
    agency_beat(outbox, e, fields, item);
    item->fence_action = (fields & CMTY__TELL_FENCE) != 0 ? e->fence_action : CMTY_FENCE_ACCEPT;
    item->fence_id = (fields & CMTY__TELL_FENCE) != 0 ? e->fence_id : "";
    item->time = CMTY_TIME_UNKNOWN;
    item->time_bin = "";
    if ((fields & CMTY__TELL_TIME) != 0) {
        item->time_bin = cmty__time_bin_coarser(e->bin, allowed.time_bin);
        if (!cmty__time_floor(e->time_bin, item->time_bin, cmty__gate_zone(outbox->gate),
                              &item->time))
            return cmty__fail(err, CMTY_E_FORMAT, "the store holds a time that is none");
    }
    agency_point(e, fields, item);
    return CMTY_OK;
}

static cmty_status make_item(cmty_outbox *outbox, const cmty__entry *e, cmty_time now,
                             cmty_outbox_item *item, cmty_error *err)
{
    item->fence_id = "";
    item->law = "";
    item->withheld = "";
    if (outbox->role == CMTY_ROLE_PUBLIC)
        return public_item(outbox, e, item, err);
    return agency_item(outbox, e, now, item, err);
}

/* Not for this receiver: CMTY_WITHHELD, so that the next is asked for, or a failure. What was put
   off while it still was for the receiver would come up again and again. */
static cmty_status pass_over(cmty_outbox *outbox, const cmty__letter *letter, cmty_error *err)
{
    const cmty_outbox_answer gone = {.struct_size = (uint32_t)sizeof gone,
                                     .answer = CMTY_ANSWER_REJECTED,
                                     .cause = "no longer published"};
    cmty_status st = CMTY_OK;

    if (letter->number > outbox->passed)
        outbox->passed = letter->number;
    if (letter->tries > 0)
        st = cmty_outbox_answer_item(outbox, (uint64_t)letter->number, &gone, err);
    return st == CMTY_OK ? CMTY_WITHHELD : st;
}

cmty_status cmty_outbox_next(cmty_outbox *outbox, cmty_time now, cmty_outbox_item *item,
                             cmty_error *err)
{
    cmty_outbox_item found = {.struct_size = (uint32_t)sizeof found};
    cmty__letter letter = {0};
    cmty__entry e;
    cmty_status st;

    if (outbox == NULL || item == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an outbox and a place for the item are needed");
    cmty__gate_set_now(outbox->gate, now);
    do {
        cmty__arena_clear(outbox->arena);
        st = cmty__outbox_next(outbox->journal, outbox->receiver, outbox->passed, now, &letter, &e,
                               outbox->arena, err);
        if (st == CMTY_OK)
            st = make_item(outbox, &e, now, &found, err);
        if (st == CMTY_WITHHELD)
            st = pass_over(outbox, &letter, err);
    } while (st == CMTY_WITHHELD);
    if (st != CMTY_OK)
        return st;
    found.number = (uint64_t)letter.number;
    found.tries = letter.tries;
    cmty__priorities_judge(outbox->priorities, &found);
    return cmty__struct_write(item, &found, sizeof found, CMTY_OUTBOX_ITEM_SIZE_0_1,
                              "cmty_outbox_item", err);
}

/* ---- answers ---- */

cmty_status cmty_outbox_answer_item(cmty_outbox *outbox, uint64_t number,
                                    const cmty_outbox_answer *answer, cmty_error *err)
{
    cmty_outbox_answer a = {0};
    cmty_status st;

    if (outbox == NULL || answer == NULL || number == 0 || number > INT64_MAX)
        return cmty__fail(err, CMTY_E_INVALID,
                          "an outbox, the number of an item and an answer "
                          "are needed");
    st = cmty__struct_read(&a, sizeof a, answer, sizeof a, "cmty_outbox_answer", err);
    if (st == CMTY_OK && (a.answer < CMTY_ANSWER_ACCEPTED || a.answer > CMTY_ANSWER_LATER))
        st = cmty__fail(err, CMTY_E_INVALID, "there is no answer of that number");
    if (st == CMTY_OK)
        st = check_text(a.case_number, 0, CASE_BYTES, "case_number", err);
    if (st == CMTY_OK)
        st = check_text(a.cause, 0, CAUSE_BYTES, "cause", err);
    if (st != CMTY_OK)
        return st;
    st = cmty__journal_begin(outbox->journal, err);
    if (st == CMTY_OK)
        st = cmty__outbox_answer(outbox->journal, outbox->receiver, (int64_t)number, &a, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(outbox->journal, err);
    cmty__journal_rollback(outbox->journal);
    return st;
}

cmty_status cmty_outbox_find(cmty_outbox *outbox, const char *report_id, uint64_t *number,
                             int32_t *answer, cmty_error *err)
{
    int64_t found = 0;
    int32_t said = 0;
    cmty_status st;

    if (outbox == NULL || report_id == NULL || number == NULL || answer == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "an outbox, a report id and places for what is found are needed");
    st = cmty__outbox_find(outbox->journal, outbox->receiver, report_id, &found, &said, err);
    if (st == CMTY_OK) {
        *number = (uint64_t)found;
        *answer = said;
    }
    return st;
}

cmty_status cmty_outbox_set_status(cmty_outbox *outbox, const char *report_id, const char *status,
                                   cmty_time time, cmty_error *err)
{
    cmty_status st;

    if (outbox == NULL || report_id == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an outbox and a report id are needed");
    st = check_text(status, 1, STATUS_BYTES, "status", err);
    if (st == CMTY_OK)
        st = cmty__journal_begin(outbox->journal, err);
    if (st != CMTY_OK)
        return st;
    st = cmty__outbox_status(outbox->journal, outbox->receiver, report_id, status, time, err);
    if (st == CMTY_OK)
        st = cmty__journal_commit(outbox->journal, err);
    cmty__journal_rollback(outbox->journal);
    return st;
}

cmty_status cmty_outbox_count(cmty_outbox *outbox, cmty_outbox_counts *counts, cmty_error *err)
{
    cmty_outbox_counts c = {.struct_size = (uint32_t)sizeof c};
    cmty_status st;

    if (outbox == NULL || counts == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "an outbox and a place for the counts are needed");
    st = cmty__outbox_counts(outbox->journal, outbox->receiver, &c, err);
    return st != CMTY_OK
               ? st
               : cmty__struct_write(counts, &c, sizeof c, sizeof c, "cmty_outbox_counts", err);
}
