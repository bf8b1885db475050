/* SPDX-License-Identifier: MIT */
/*
 * Reports that were handed in: a queue in memory, and what became of the last 65,536 of them.
 * Threads: any; every function takes the lock, and none keeps it for longer than a copy.
 */
#include "instance.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    REMEMBERED = 65536, /* a power of two */
    MAX_QUEUED = 16384, /* fewer than are remembered: none is forgotten while it is queued */
    MAX_REPORT = 1024 * 1024,
    MAX_QUEUED_BYTES = 64 * 1024 * 1024
};

struct ticket {
    uint64_t number;
    cmty_dispatch_receipt receipt;
    char *bytes; /* NULL once it has been taken out of the queue */
    size_t size;
    struct ticket *behind;      /* in the queue */
    struct ticket *same_bucket; /* of by_report */
};

struct tickets {
    pthread_mutex_t lock;
    uint64_t last;
    struct ticket *first, *end; /* of the queue */
    size_t queued, queued_bytes;
    struct ticket *remembered[REMEMBERED]; /* by number */
    struct ticket *by_report[REMEMBERED];  /* those that have a report id */
};

struct tickets *tickets_new(void)
{
    struct tickets *t = calloc(1, sizeof *t);

    if (t != NULL && pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        return NULL;
    }
    return t;
}

static void wipe(void *data, size_t size)
{
    volatile unsigned char *p = data;

    while (size-- > 0)
        *p++ = 0;
}

static void forget_bytes(struct ticket *ticket)
{
    if (ticket->bytes != NULL)
        wipe(ticket->bytes, ticket->size);
    free(ticket->bytes);
    ticket->bytes = NULL;
}

void tickets_free(struct tickets *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < REMEMBERED; i++)
        if (t->remembered[i] != NULL) {
            forget_bytes(t->remembered[i]);
            free(t->remembered[i]);
        }
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* Report ids are keyed hashes in hex: any four digits of one are as good as another hash. */
static struct ticket **bucket_of(struct tickets *t, const char *report_id)
{
    char digits[5] = {0};

    for (size_t i = 0; i < 4 && report_id[i] != '\0'; i++)
        digits[i] = report_id[i];
    return &t->by_report[strtoul(digits, NULL, 16) % REMEMBERED];
}

static void forget(struct tickets *t, struct ticket *ticket)
{
    struct ticket **link;

    if (ticket == NULL)
        return;
    if (ticket->receipt.report_id[0] != '\0') {
        for (link = bucket_of(t, ticket->receipt.report_id); *link != NULL;
             link = &(*link)->same_bucket)
            if (*link == ticket) {
                *link = ticket->same_bucket;
                break;
            }
    }
    free(ticket);
}

static struct ticket *ticket_new(const char *bytes, size_t size)
{
    struct ticket *ticket = calloc(1, sizeof *ticket);

    if (ticket == NULL)
        return NULL;
    ticket->bytes = malloc(size);
    if (ticket->bytes == NULL) {
        free(ticket);
        return NULL;
    }
    memcpy(ticket->bytes, bytes, size);
    ticket->size = size;
    ticket->receipt.state = CMTY_TICKET_QUEUED;
    return ticket;
}

int32_t tickets_add(struct tickets *t, const char *bytes, uint64_t size, uint64_t *ticket)
{
    struct ticket *made, **slot;

    if (bytes == NULL || size == 0)
        return CMTY_E_INVALID;
    if (size > MAX_REPORT)
        return CMTY_E_LIMIT;
    made = ticket_new(bytes, (size_t)size);
    if (made == NULL)
        return CMTY_E_NOMEM;
    pthread_mutex_lock(&t->lock);
    if (t->queued >= MAX_QUEUED || t->queued_bytes + size > MAX_QUEUED_BYTES) {
        pthread_mutex_unlock(&t->lock);
        forget_bytes(made);
        free(made);
        return CMTY_E_LIMIT;
    }
    made->number = ++t->last;
    slot = &t->remembered[made->number % REMEMBERED];
    forget(t, *slot);
    *slot = made;
    if (t->end != NULL)
        t->end->behind = made;
    else
        t->first = made;
    t->end = made;
    t->queued++;
    t->queued_bytes += (size_t)size;
    *ticket = made->number;
    pthread_mutex_unlock(&t->lock);
    return CMTY_OK;
}

bool tickets_first(struct tickets *t, struct queued *queued)
{
    bool any;

    pthread_mutex_lock(&t->lock);
    any = t->first != NULL;
    if (any)
        *queued = (struct queued){t->first->number, t->first->bytes, t->first->size};
    pthread_mutex_unlock(&t->lock);
    return any;
}

/* The caller holds the lock. */
static struct ticket *take_first(struct tickets *t)
{
    struct ticket *ticket = t->first;

    if (ticket == NULL)
        return NULL;
    t->first = ticket->behind;
    if (t->first == NULL)
        t->end = NULL;
    ticket->behind = NULL;
    t->queued--;
    t->queued_bytes -= ticket->size;
    forget_bytes(ticket);
    return ticket;
}

void tickets_done(struct tickets *t, const cmty_dispatch_receipt *receipt)
{
    struct ticket *ticket;

    pthread_mutex_lock(&t->lock);
    ticket = take_first(t);
    if (ticket != NULL) {
        ticket->receipt = *receipt;
        if (receipt->report_id[0] != '\0') {
            struct ticket **bucket = bucket_of(t, receipt->report_id);

            ticket->same_bucket = *bucket;
            *bucket = ticket;
        }
    }
    pthread_mutex_unlock(&t->lock);
}

void tickets_give_up(struct tickets *t, const char *cause)
{
    struct ticket *ticket;

    pthread_mutex_lock(&t->lock);
    while ((ticket = take_first(t)) != NULL) {
        ticket->receipt.state = CMTY_TICKET_FAILED;
        copy_text(ticket->receipt.cause, sizeof ticket->receipt.cause, cause);
    }
    pthread_mutex_unlock(&t->lock);
}

void tickets_answered(struct tickets *t, const char *report_id, int32_t state,
                      const char *case_number, const char *cause)
{
    struct ticket *ticket;

    pthread_mutex_lock(&t->lock);
    for (ticket = *bucket_of(t, report_id); ticket != NULL; ticket = ticket->same_bucket)
        if (strcmp(ticket->receipt.report_id, report_id) == 0
            && ticket->receipt.state != CMTY_TICKET_DUPLICATE) {
            ticket->receipt.state = state;
            copy_text(ticket->receipt.case_number, sizeof ticket->receipt.case_number, case_number);
            copy_text(ticket->receipt.cause, sizeof ticket->receipt.cause, cause);
        }
    pthread_mutex_unlock(&t->lock);
}

void tickets_get(struct tickets *t, uint64_t ticket, cmty_dispatch_receipt *receipt)
{
    const struct ticket *found;

    *receipt = (cmty_dispatch_receipt){.state = CMTY_TICKET_UNKNOWN};
    pthread_mutex_lock(&t->lock);
    found = t->remembered[ticket % REMEMBERED];
    if (found != NULL && found->number == ticket)
        *receipt = found->receipt;
    pthread_mutex_unlock(&t->lock);
}
