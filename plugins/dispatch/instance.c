/* SPDX-License-Identifier: MIT */
/* The table of the plugin: making, starting, reports in, the turn in which all work is done. */
#include "instance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_ATTEMPTS = 5 };

void host_log(const cmty_dispatch_host *host, int32_t level, const char *text)
{
    if (OFFERS(host, log))
        host->log(host->context, level, text);
}

int64_t host_now_ms(const cmty_dispatch_host *host)
{
    struct timespec now;

    if (OFFERS(host, now_ms))
        return host->now_ms(host->context);
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void copy_text(char *to, size_t room, const char *text)
{
    size_t size = text != NULL ? strlen(text) : 0;

    if (size >= room) {
        size = room - 1;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
    }
    if (size > 0)
        memcpy(to, text, size);
    to[size] = '\0';
}

/* ---- life ---- */

static int32_t plugin_create(const cmty_dispatch_host *host, void **instance)
{
    struct instance *i;

    if (instance == NULL)
        return CMTY_E_INVALID;
    *instance = NULL;
    if (host == NULL || !OFFERS(host, config_get))
        return CMTY_E_INVALID;
    i = calloc(1, sizeof *i);
    if (i == NULL)
        return CMTY_E_NOMEM;
    i->host = host;
    i->tickets = tickets_new();
    if (i->tickets == NULL) {
        free(i);
        return CMTY_E_NOMEM;
    }
    *instance = i;
    return CMTY_OK;
}

static cmty_status open_intake(struct instance *i, cmty_error *err)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;

    if (i->config.mask_key[0] == '\0')
        return CMTY_OK;
    o.source = i->config.source;
    o.format = i->config.format;
    o.mask_key = i->config.mask_key;
    return cmty_ingest_open(i->config.store, &o, &i->ingest, err);
}

static cmty_status open_outbox(struct instance *i, cmty_error *err)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;

    o.role = i->config.role;
    o.receiver = i->config.receiver;
    o.priorities = i->config.priorities[0] != '\0' ? i->config.priorities : NULL;
    return cmty_outbox_open(i->config.store, &o, &i->outbox, err);
}

static cmty_status check_secret_key(const struct instance *i, cmty_error *err)
{
    const char *kind = NULL;
    char id[9];

    if (i->config.role != CMTY_ROLE_DISPATCH)
        return CMTY_OK;
    return cmty_key_check(i->config.secret_key, &kind, id, err);
}

static void close_store(struct instance *i)
{
    cmty_spool_free(i->spool);
    cmty_outbox_free(i->outbox);
    cmty_ingest_free(i->ingest);
    i->spool = NULL;
    i->outbox = NULL;
    i->ingest = NULL;
}

static int32_t plugin_start(void *instance)
{
    struct instance *i = instance;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    if (i == NULL || i->started)
        return CMTY_E_INVALID;
    st = config_read(i->host, &i->config);
    if (st != CMTY_OK)
        return st;
    st = open_intake(i, &err); /* first: it brings an older store up to date */
    if (st == CMTY_OK)
        st = open_outbox(i, &err);
    if (st == CMTY_OK)
        st = check_secret_key(i, &err);
    if (st == CMTY_OK)
        st = folder_open(i, &err);
    i->started = st == CMTY_OK;
    if (!i->started) {
        close_store(i);
        host_log(i->host, CMTY_LOG_ERROR, err.message);
    }
    return st;
}

static int32_t plugin_stop(void *instance)
{
    struct instance *i = instance;

    if (i == NULL)
        return CMTY_E_INVALID;
    tickets_give_up(i->tickets, "the plugin was stopped before this was stored");
    close_store(i);
    i->started = false;
    return CMTY_OK;
}

static void plugin_destroy(void *instance)
{
    struct instance *i = instance;

    if (i == NULL)
        return;
    (void)plugin_stop(i);
    tickets_free(i->tickets);
    free(i);
}

/* ---- reports in ---- */

static int32_t plugin_submit(void *instance, const cmty_dispatch_submission *submission,
                             uint64_t *ticket)
{
    struct instance *i = instance;
    int32_t st;

    if (i == NULL || submission == NULL || ticket == NULL
        || !HAS(submission, cmty_dispatch_submission, size))
        return CMTY_E_INVALID;
    if (!i->started)
        return CMTY_E_INVALID;
    if (i->ingest == NULL)
        return CMTY_E_KEY; /* configured without a mask key: reports go out only */
    st = tickets_add(i->tickets, submission->bytes, submission->size, ticket);
    if (st == CMTY_OK && OFFERS(i->host, wake))
        i->host->wake(i->host->context);
    return st;
}

static void fill_receipt(cmty_status st, const cmty_receipt *from, cmty_dispatch_receipt *to)
{
    to->state = st == CMTY_OK          ? CMTY_TICKET_STORED
                : st == CMTY_DUPLICATE ? CMTY_TICKET_DUPLICATE
                                       : CMTY_TICKET_REFUSED;
    to->reason = from->reason;
    to->relation = from->relation;
    to->fence_action = from->fence_action;
    to->ambiguous = from->ambiguous;
    to->withheld = from->withheld;
    to->margin_m = from->margin_m;
    copy_text(to->report_id, sizeof to->report_id, from->report_id);
    copy_text(to->beat_id, sizeof to->beat_id, from->beat_id);
    copy_text(to->fence_id, sizeof to->fence_id, from->fence_id);
    copy_text(to->field, sizeof to->field, from->field);
    if (st == CMTY_REFUSED)
        copy_text(to->cause, sizeof to->cause, cmty_reason_text(from->reason));
}

/* CMTY_END: nothing is queued. A failure to write leaves the report where it is: the key of a
   report makes it safe to store it again. */
static cmty_status store_next(struct instance *i)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_receipt receipt = {.struct_size = sizeof receipt};
    cmty_dispatch_receipt out = {.margin_m = NAN};
    struct queued queued;
    cmty_status st;

    if (i->ingest == NULL || !tickets_first(i->tickets, &queued))
        return CMTY_END;
    st = cmty_ingest_report(i->ingest, queued.bytes, queued.size, &receipt, &err);
    if (st >= 0) {
        fill_receipt(st, &receipt, &out);
    } else {
        host_log(i->host, CMTY_LOG_ERROR, err.message);
        if (++i->attempts < MAX_ATTEMPTS)
            return st;
        out.state = CMTY_TICKET_FAILED;
        copy_text(out.cause, sizeof out.cause, err.message);
    }
    i->attempts = 0;
    tickets_done(i->tickets, &out);
    return CMTY_OK;
}

/* ---- the turn ---- */

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool cancelled(const struct instance *i)
{
    return OFFERS(i->host, cancelled) && i->host->cancelled(i->host->context) != 0;
}

static int32_t plugin_poll(void *instance, int64_t for_ms)
{
    struct instance *i = instance;
    cmty_status in, out;
    int64_t end;

    if (i == NULL || !i->started)
        return CMTY_E_INVALID;
    end = for_ms < INT32_MAX ? monotonic_ms() + for_ms : INT64_MAX;
    do {
        in = store_next(i);
        out = in < 0 ? CMTY_OK : i->spool != NULL ? CMTY_END : deliver_next(i);
        if (in == CMTY_END && i->spool != NULL)
            out = folder_turn(i); /* once for all that was stored */
        if (in < 0 || out < 0)
            return in < 0 ? in : out;
        if (in == CMTY_END && out == CMTY_END)
            return CMTY_END;
    } while (monotonic_ms() < end && !cancelled(i));
    return CMTY_OK;
}

static int32_t plugin_update(void *instance, const cmty_dispatch_change *change)
{
    struct instance *i = instance;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    if (i == NULL || !i->started || change == NULL || !HAS(change, cmty_dispatch_change, time))
        return CMTY_E_INVALID;
    st = cmty_outbox_set_status(i->outbox, change->ref, change->status, change->time, &err);
    if (st < 0)
        host_log(i->host, CMTY_LOG_ERROR, err.message);
    return st;
}

static int32_t plugin_status(void *instance, uint64_t ticket, cmty_dispatch_receipt *receipt)
{
    struct instance *i = instance;
    cmty_dispatch_receipt found;
    uint32_t room;

    if (i == NULL || receipt == NULL || !HAS(receipt, cmty_dispatch_receipt, state))
        return CMTY_E_INVALID;
    room = receipt->struct_size;
    tickets_get(i->tickets, ticket, &found);
    found.struct_size = room;
    memcpy(receipt, &found, room < sizeof found ? room : sizeof found);
    return CMTY_OK;
}

static const void *plugin_extension(void *instance, const char *id)
{
    (void)instance;
    (void)id;
    return NULL;
}

const cmty_dispatch_plugin dispatch_plugin = {
    .struct_size = sizeof dispatch_plugin,
    .id = "libcommunity.dispatch",
    .name = "Community reports",
    .vendor = "libcommunity",
    .version = "0.1.0",
    .create = plugin_create,
    .start = plugin_start,
    .stop = plugin_stop,
    .submit = plugin_submit,
    .poll = plugin_poll,
    .update = plugin_update,
    .status = plugin_status,
    .destroy = plugin_destroy,
    .get_extension = plugin_extension,
};
