/* SPDX-License-Identifier: MIT */
/*
 * One instance of the plugin. Tickets have a lock of their own and may be touched from any thread;
 * all else is touched by one thread at a time, which the contract asks of the host.
 */
#ifndef DISPATCH_INSTANCE_H
#define DISPATCH_INSTANCE_H

#include <community/community.h>
#include <community/dispatch.h>
#include <stdbool.h>

/* True if a table of the other side is long enough for a member. */
#define HAS(table, type, member)                                                                   \
    ((table)->struct_size >= offsetof(type, member) + sizeof((table)->member))
/* True if the host offers a service. */
#define OFFERS(host, service) (HAS(host, cmty_dispatch_host, service) && (host)->service != NULL)

enum { CONFIG_TEXT = 1024 };

/* ---- config.c ---- */

struct config {
    char store[CONFIG_TEXT], mask_key[CONFIG_TEXT], secret_key[CONFIG_TEXT];
    char source[CONFIG_TEXT], format[CONFIG_TEXT], receiver[CONFIG_TEXT], name[CONFIG_TEXT];
    char spool[CONFIG_TEXT], spool_format[CONFIG_TEXT]; /* spool: a folder, or empty */
    char agency[CONFIG_TEXT], agency_name[CONFIG_TEXT], priorities[CONFIG_TEXT];
    int32_t role; /* CMTY_ROLE_* */
};

int32_t config_read(const cmty_dispatch_host *host, struct config *config);

/* ---- tickets.c ---- */

struct tickets; /* threads: any */
/* A report that is being stored. It stays where it is until tickets_done. */
struct queued {
    uint64_t ticket;
    const char *bytes;
    size_t size;
};

struct tickets *tickets_new(void);
void tickets_free(struct tickets *t);
int32_t tickets_add(struct tickets *t, const char *bytes, uint64_t size, uint64_t *ticket);
/* The oldest in the queue, without taking it out. False: the queue is empty. */
bool tickets_first(struct tickets *t, struct queued *queued);
/* Takes the oldest out of the queue, and wipes its bytes. */
void tickets_done(struct tickets *t, const cmty_dispatch_receipt *receipt);
/* Gives up all that are queued. */
void tickets_give_up(struct tickets *t, const char *cause);
/* Notes the host's answer on the ticket of that report, where there is one. */
void tickets_answered(struct tickets *t, const char *report_id, int32_t state,
                      const char *case_number, const char *cause);
void tickets_get(struct tickets *t, uint64_t ticket, cmty_dispatch_receipt *receipt);

/* ---- instance.c ---- */

struct instance {
    const cmty_dispatch_host *host;
    struct tickets *tickets;
    bool started;
    struct config config;
    cmty_ingest *ingest; /* NULL: reports go out only */
    cmty_outbox *outbox;
    cmty_spool *spool; /* NULL: incidents go to the host */
    uint32_t attempts; /* to store the first of the queue */
};

extern const cmty_dispatch_plugin dispatch_plugin;

void host_log(const cmty_dispatch_host *host, int32_t level, const char *text);
int64_t host_now_ms(const cmty_dispatch_host *host);
void copy_text(char *to, size_t room, const char *text); /* cut at a character where too long */

/* ---- folder.c: incidents into a folder, in place of the host ---- */

cmty_status folder_open(struct instance *i, cmty_error *err); /* nothing if none is configured */
/* One turn. CMTY_END: there was nothing to do. */
cmty_status folder_turn(struct instance *i);

/* ---- deliver.c ---- */

/* Sends the next incident, if there is one. CMTY_END: none is due. */
cmty_status deliver_next(struct instance *i);

#endif
