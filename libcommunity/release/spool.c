/* SPDX-License-Identifier: MIT */
/*
 * An outbox as a folder. A report that was written counts as put off until it is answered for, so
 * the store alone knows what is open; the folder may be lost, and is filled again. Serial.
 */
#include "release/message.h"

#include <community/spool.h>

enum {
    AGAIN_LEAST_S = 1,
    AGAIN_MOST_S = 31622400,
    MOST_MOST = 100000,
    ACK_BYTES = 65536,
    ACK_SETTLED_MS = 60000, /* an older one is not being written any more */
    ID_DIGITS = CMTY__REPORT_ID_SIZE - 1
};

struct cmty_spool {
    cmty_outbox *outbox;
    cmty__lock *lock;
    char *out, *ack, *bad; /* folders */
    char *agency, *agency_name;
    cmty_convert_options convert;
    const cmty__format_rule *rule;
    int64_t again_ms;
    uint64_t most;
    bool unanswered, is_public;
    void *user;
    void (*answered)(void *user, const char *report_id, const cmty_outbox_answer *answer);
    const cmty_host *host;
};

cmty_status cmty_spool_options_init(cmty_spool_options *options)
{
    static const cmty_spool_options defaults = CMTY_SPOOL_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

void cmty_spool_free(cmty_spool *spool)
{
    if (spool == NULL)
        return;
    cmty_outbox_free(spool->outbox);
    cmty__lock_free(spool->lock);
    cmty__free(spool->out);
    cmty__free(spool->ack);
    cmty__free(spool->bad);
    cmty__free(spool->agency);
    cmty__free(spool->agency_name);
    cmty__free(spool);
}

/* ---- opening ---- */

static cmty_status check_options(const cmty_spool_options *o, cmty_error *err)
{
    if (o->folder == NULL || o->folder[0] == '\0' || o->convert == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "folder and convert must not be NULL or empty");
    if (o->role == CMTY_ROLE_DISPATCH)
        return cmty__fail(err, CMTY_E_INVALID,
                          "role: an exact place is not written to files; use the agency's role, or "
                          "the dispatch plugin, which hands it over in memory");
    if (o->role != CMTY_ROLE_PUBLIC && o->role != CMTY_ROLE_AGENCY)
        return cmty__fail(err, CMTY_E_INVALID, "there is no role of that number");
    if (o->again_s < AGAIN_LEAST_S || o->again_s > AGAIN_MOST_S)
        return cmty__fail(err, CMTY_E_RANGE, "again_s: %d to %d seconds are possible",
                          AGAIN_LEAST_S, AGAIN_MOST_S);
    if (o->most < 1 || o->most > MOST_MOST)
        return cmty__fail(err, CMTY_E_RANGE, "most: 1 to %d are possible", MOST_MOST);
    if (o->unanswered > 1)
        return cmty__fail(err, CMTY_E_INVALID, "unanswered is 0 or 1");
    return CMTY_OK;
}

static char *inside(const char *folder, const char *name)
{
    cmty__buf path = {0};

    cmty__buf_format(&path, "%s/%s", folder, name);
    if (!path.failed)
        return path.data;
    cmty__buf_free(&path);
    return NULL;
}

static cmty_status read_options(cmty_spool *spool, const cmty_spool_options *o, cmty_error *err)
{
    cmty__letterhead head;
    cmty_status st = cmty__letterhead_read(o->convert, &head, err);

    if (st != CMTY_OK)
        return st;
    spool->convert = head;
    spool->rule = cmty__format_rule_of(head.format);
    spool->again_ms = o->again_s * 1000;
    spool->most = o->most;
    spool->unanswered = o->unanswered == 1;
    spool->is_public = o->role == CMTY_ROLE_PUBLIC;
    spool->user = o->user;
    spool->answered = o->answered;
    spool->host = o->host;
    spool->agency = cmty__strdup(head.agency);
    spool->agency_name = cmty__strdup(head.agency_name);
    spool->convert.agency = spool->agency;
    spool->convert.agency_name = spool->agency_name;
    spool->out = inside(o->folder, "out");
    spool->ack = inside(o->folder, "ack");
    spool->bad = inside(o->folder, "bad");
    if (spool->out == NULL || spool->ack == NULL || spool->bad == NULL
        || (head.agency != NULL && spool->agency == NULL)
        || (head.agency_name != NULL && spool->agency_name == NULL))
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

/* A folder of its own for each direction, and nobody else in them. */
static cmty_status take_folder(cmty_spool *spool, const char *folder, cmty_error *err)
{
    char *path = inside(folder, ".lock");
    cmty_status st = cmty__folder_check(folder, err);

    if (st == CMTY_OK && path == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__lock_open(path, &spool->lock, err);
    if (st == CMTY_OK)
        st = cmty__lock_take(spool->lock, 0, 0, err);
    if (st == CMTY_NOTFOUND)
        st = cmty__fail(err, CMTY_E_EXISTS, "another process serves the folder %s",
                        cmty__basename(folder));
    if (st == CMTY_OK)
        st = cmty__folder_make(spool->out, 0770, err);
    if (st == CMTY_OK)
        st = cmty__folder_make(spool->ack, 0770, err);
    if (st == CMTY_OK)
        st = cmty__folder_make(spool->bad, 0770, err);
    cmty__free(path);
    return st;
}

static cmty_status open_outbox(cmty_spool *spool, const char *store, const cmty_spool_options *o,
                               cmty_error *err)
{
    cmty_outbox_options to = CMTY_OUTBOX_OPTIONS_INIT;

    to.role = o->role;
    to.receiver = o->receiver;
    to.priorities = o->priorities;
    return cmty_outbox_open(store, &to, &spool->outbox, err);
}

cmty_status cmty_spool_open(const char *store, const cmty_spool_options *options, cmty_spool **out,
                            cmty_error *err)
{
    cmty_spool_options o = CMTY_SPOOL_OPTIONS_INIT;
    cmty_spool *spool;
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || options == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store, options or out is NULL");
    st = cmty__struct_read(&o, sizeof o, options, CMTY_SPOOL_OPTIONS_SIZE_0_1, "cmty_spool_options",
                           err);
    if (st == CMTY_OK)
        st = check_options(&o, err);
    if (st != CMTY_OK)
        return st;
    spool = cmty__calloc(1, sizeof *spool);
    if (spool == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    st = read_options(spool, &o, err);
    if (st == CMTY_OK)
        st = open_outbox(spool, store, &o, err);
    if (st == CMTY_OK)
        st = take_folder(spool, o.folder, err);
    if (st == CMTY_OK)
        *out = spool;
    else
        cmty_spool_free(spool);
    return st;
}

/* ---- what was answered ---- */

typedef struct ack {
    cmty__json *json;
    char id[CMTY__REPORT_ID_SIZE];
    const char *answer, *case_number, *cause, *status, *time; /* NULL where absent */
} ack;

/* The id in the name of a file, before the given end. */
static bool id_of(const char *name, const char *end, char id[CMTY__REPORT_ID_SIZE])
{
    if (strlen(name) != ID_DIGITS + strlen(end) || strcmp(name + ID_DIGITS, end) != 0
        || strspn(name, "0123456789abcdef") != ID_DIGITS)
        return false;
    memcpy(id, name, ID_DIGITS);
    id[ID_DIGITS] = '\0';
    return true;
}

/* CMTY_E_FORMAT or CMTY_E_LIMIT: not an answer, or not yet. */
static cmty_status read_ack(const char *path, ack *a, cmty_error *err)
{
    char *text = NULL;
    size_t size = 0;
    cmty_status st = cmty__file_read(path, ACK_BYTES, &text, &size, err);

    if (st == CMTY_OK)
        st = cmty__json_parse(text != NULL ? text : "", size, &a->json, err);
    cmty__free(text);
    if (st != CMTY_OK)
        return st;
    a->answer = cmty__json_text(cmty__json_member(a->json, "answer"));
    a->case_number = cmty__json_text(cmty__json_member(a->json, "case_number"));
    a->cause = cmty__json_text(cmty__json_member(a->json, "cause"));
    a->status = cmty__json_text(cmty__json_member(a->json, "status"));
    a->time = cmty__json_text(cmty__json_member(a->json, "time"));
    if (a->answer == NULL && a->status == NULL)
        return cmty__fail(err, CMTY_E_FORMAT, "it has neither answer nor status");
    return CMTY_OK;
}

static int32_t answer_of(const char *word)
{
    static const char *const words[] = {"accepted", "rejected", "later"};

    for (int32_t i = 0; i <= CMTY_ANSWER_LATER; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

static cmty_status keep_answer(cmty_spool *spool, const ack *a, cmty_time now,
                               cmty_spool_counts *counts, cmty_error *err)
{
    cmty_outbox_answer answer = {.struct_size = (uint32_t)sizeof answer};
    uint64_t number = 0;
    int32_t before = 0;
    cmty_status st = cmty_outbox_find(spool->outbox, a->id, &number, &before, err);

    answer.answer = answer_of(a->answer);
    answer.case_number = a->case_number;
    answer.cause = a->cause;
    answer.due = now + spool->again_ms;
    if (st == CMTY_NOTFOUND)
        return cmty__fail(err, CMTY_E_FORMAT, "nobody was asked about this report");
    if (st == CMTY_OK && answer.answer < 0)
        return cmty__fail(err, CMTY_E_FORMAT, "answer is accepted, rejected or later");
    if (st == CMTY_OK)
        st = cmty_outbox_answer_item(spool->outbox, number, &answer, err);
    if (st != CMTY_OK)
        return st == CMTY_E_INVALID ? CMTY_E_FORMAT : st;
    counts->accepted += answer.answer == CMTY_ANSWER_ACCEPTED;
    counts->rejected += answer.answer == CMTY_ANSWER_REJECTED;
    counts->later += answer.answer == CMTY_ANSWER_LATER;
    if (spool->answered != NULL && answer.answer != CMTY_ANSWER_LATER)
        spool->answered(spool->user, a->id, &answer);
    return CMTY_OK;
}

static cmty_status keep_status(cmty_spool *spool, const ack *a, cmty_time now,
                               cmty_spool_counts *counts, cmty_error *err)
{
    cmty_time when = now;
    cmty_status st;

    if (a->time != NULL && !cmty__time_parse(a->time, NULL, 0, &when))
        return cmty__fail(err, CMTY_E_FORMAT, "time is no date and time");
    st = cmty_outbox_set_status(spool->outbox, a->id, a->status, when, err);
    if (st == CMTY_NOTFOUND || st == CMTY_E_INVALID)
        return CMTY_E_FORMAT;
    counts->statuses += st == CMTY_OK;
    return st;
}

static void remove_in(const char *folder, const char *name)
{
    char path[4096];

    if (cmty__format(path, sizeof path, "%s/%s", folder, name))
        cmty__remove(path);
}

/* A file that is no answer is left alone while it may still be written, then put aside. */
static cmty_status put_aside(const cmty_spool *spool, const cmty__file_entry *file,
                             cmty_spool_counts *counts, const cmty_error *why, cmty_error *err)
{
    char *from, *to;
    cmty_status st = CMTY_OK;

    if (cmty__time_now() - file->modified < ACK_SETTLED_MS)
        return CMTY_OK;
    from = inside(spool->ack, file->name);
    to = inside(spool->bad, file->name);
    if (from == NULL || to == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    else
        st = cmty__rename_into_place(from, to, err);
    if (st == CMTY_OK) {
        counts->unreadable++;
        cmty__notice(spool->host, "an answer was put into bad: %s", why->message);
    }
    cmty__free(from);
    cmty__free(to);
    return st;
}

static cmty_status take_ack(cmty_spool *spool, const cmty__file_entry *file, cmty_time now,
                            cmty_spool_counts *counts, cmty_error *err)
{
    cmty_error why = CMTY_ERROR_INIT;
    ack a = {0};
    char *path = inside(spool->ack, file->name);
    char name[CMTY__REPORT_ID_SIZE + 8];
    cmty_status st = CMTY_OK;

    if (path == NULL)
        st = cmty__fail(&why, CMTY_E_NOMEM, "out of memory");
    else if (!id_of(file->name, ".ack", a.id))
        st = cmty__fail(&why, CMTY_E_FORMAT, "its name is not that of an answer");
    if (st == CMTY_OK)
        st = read_ack(path, &a, &why);
    if (st == CMTY_E_IO) /* not ours to read: the others shall not wait for it */
        st = CMTY_E_FORMAT;
    if (st == CMTY_OK && a.answer != NULL)
        st = keep_answer(spool, &a, now, counts, &why);
    if (st == CMTY_OK && a.status != NULL)
        st = keep_status(spool, &a, now, counts, &why);
    if (st == CMTY_OK) {
        cmty__format(name, sizeof name, "%s%s", a.id, spool->rule->suffix);
        if (a.answer != NULL)
            remove_in(spool->out, name);
        remove_in(spool->ack, file->name);
    }
    cmty__json_free(a.json);
    cmty__free(path);
    if (st == CMTY_E_FORMAT || st == CMTY_E_LIMIT)
        return put_aside(spool, file, counts, &why, err);
    return st >= 0 ? CMTY_OK : cmty__fail(err, st, "%s", why.message);
}

/* Names that begin with a dot are being written. */
static cmty_status take_acks(cmty_spool *spool, cmty_time now, cmty_spool_counts *counts,
                             cmty_error *err)
{
    cmty__file_entry *list = NULL;
    size_t count = 0;
    cmty_status st = cmty__folder_list(spool->ack, &list, &count, err);

    for (size_t i = 0; st == CMTY_OK && i < count; i++)
        if (list[i].name[0] != '.')
            st = take_ack(spool, &list[i], now, counts, err);
    cmty__folder_list_free(list, count);
    return st;
}

/* ---- what is to be told ---- */

static bool is_temporary(const char *name)
{
    size_t size = strlen(name);

    return name[0] == '.' && size > 4 && strcmp(name + size - 4, ".tmp") == 0;
}

/* Takes out what is answered for, or no longer in the store, or half written by one that died. */
static cmty_status tidy(cmty_spool *spool, cmty_spool_counts *counts, cmty_error *err)
{
    cmty__file_entry *list = NULL;
    size_t count = 0;
    char id[CMTY__REPORT_ID_SIZE];
    cmty_status st = cmty__folder_list(spool->out, &list, &count, err);

    for (size_t i = 0; st == CMTY_OK && i < count; i++) {
        uint64_t number = 0;
        int32_t answer = CMTY_ANSWER_ACCEPTED;

        if (is_temporary(list[i].name))
            remove_in(spool->out, list[i].name);
        if (!id_of(list[i].name, spool->rule->suffix, id))
            continue; /* not ours */
        st = cmty_outbox_find(spool->outbox, id, &number, &answer, err);
        if (st == CMTY_OK && (spool->unanswered || answer == CMTY_ANSWER_LATER)) {
            counts->waiting++;
        } else if (st >= 0) {
            remove_in(spool->out, list[i].name);
            st = CMTY_OK;
        }
    }
    cmty__folder_list_free(list, count);
    return st;
}

static cmty_status write_message(cmty_spool *spool, const char *path, const char *text,
                                 cmty_error *err)
{
    cmty__outfile *f = NULL;
    cmty_status st = cmty__outfile_open(path, spool->is_public ? 0644 : 0640, &f, err);

    if (st == CMTY_OK)
        st = cmty__outfile_write(f, text, strlen(text), err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    return st;
}

/* Writes it unless it lies there still. CMTY_WITHHELD: the format cannot say it. */
static cmty_status offer(cmty_spool *spool, const cmty_outbox_item *item, cmty_time now,
                         cmty_spool_counts *counts, cmty_error *err)
{
    char name[CMTY__REPORT_ID_SIZE + 8];
    char *path = NULL, *text = NULL;
    cmty_status st = CMTY_OK;

    cmty__format(name, sizeof name, "%s%s", item->report_id, spool->rule->suffix);
    path = inside(spool->out, name);
    if (path == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (!cmty__file_exists(path)) {
        spool->convert.now = now;
        st = cmty_convert_item(item, &spool->convert, &text, err);
        if (st == CMTY_OK)
            st = write_message(spool, path, text, err);
        counts->written += st == CMTY_OK;
        counts->waiting += st == CMTY_OK;
    }
    cmty__free(text);
    cmty__free(path);
    return st;
}

static cmty_status deliver_one(cmty_spool *spool, cmty_time now, cmty_spool_counts *counts,
                               cmty_error *err)
{
    cmty_outbox_item item = {.struct_size = (uint32_t)sizeof item};
    cmty_outbox_answer answer = {.struct_size = (uint32_t)sizeof answer,
                                 .answer = CMTY_ANSWER_LATER,
                                 .cause = "written, not answered for"};
    char id[CMTY__REPORT_ID_SIZE];
    cmty_status st = cmty_outbox_next(spool->outbox, now, &item, err);

    if (st != CMTY_OK)
        return st;
    cmty__format(id, sizeof id, "%s", item.report_id);
    st = offer(spool, &item, now, counts, err);
    if (st < 0)
        return st;
    answer.due = now + spool->again_ms;
    if (spool->unanswered) {
        answer.answer = CMTY_ANSWER_ACCEPTED;
        answer.cause = NULL;
    }
    if (st == CMTY_WITHHELD) {
        answer.answer = CMTY_ANSWER_REJECTED;
        answer.cause = "the format cannot say that a place is withheld";
    }
    counts->accepted += answer.answer == CMTY_ANSWER_ACCEPTED;
    counts->rejected += answer.answer == CMTY_ANSWER_REJECTED;
    st = cmty_outbox_answer_item(spool->outbox, item.number, &answer, err);
    if (st == CMTY_OK && spool->answered != NULL && answer.answer != CMTY_ANSWER_LATER)
        spool->answered(spool->user, id, &answer);
    return st == CMTY_NOTFOUND ? CMTY_OK : st; /* erased meanwhile: tidied away next time */
}

cmty_status cmty_spool_turn(cmty_spool *spool, cmty_time now, cmty_spool_counts *counts,
                            cmty_error *err)
{
    cmty_spool_counts c = {.struct_size = (uint32_t)sizeof c};
    cmty_status st;

    if (spool == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a spool is needed");
    if (now < 0 || now > INT64_MAX / 2)
        return cmty__fail(err, CMTY_E_RANGE, "now is before 1970, or no moment");
    st = take_acks(spool, now, &c, err);
    if (st == CMTY_OK)
        st = tidy(spool, &c, err);
    while (st == CMTY_OK && c.waiting < spool->most) {
        st = cmty__progress(spool->host, "writing to the folder", -1, err);
        if (st == CMTY_OK)
            st = deliver_one(spool, now, &c, err);
    }
    if (st < 0)
        return st;
    if (counts != NULL)
        st = cmty__struct_write(counts, &c, sizeof c, sizeof c, "cmty_spool_counts", err);
    if (st < 0)
        return st;
    return c.written + c.accepted + c.rejected + c.later + c.statuses + c.unreadable > 0 ? CMTY_OK
                                                                                         : CMTY_END;
}
