/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_MESSAGE_H
#define CMTY_RELEASE_MESSAGE_H

/* One record in the words that every message format shares, and the formats that write it. Like
   cmty__released it has no exact field. */

#include "release/released.h"

#include <community/convert.h>

/* Texts are borrowed from what it was made of, never NULL. */
typedef struct cmty__message {
    const char *report_id;
    const char *category, *label; /* category: "" where it must not be told */
    const char *beat_id, *district;
    const char *law, *promise; /* promise: the guarantee in words, or "" */
    const char *withheld;      /* why there is no place; "" where there is one */
    const char *time_bin, *fence_id;
    cmty_point at; /* masked, six decimals */
    double radius_m;
    cmty_time time;            /* start of the bin */
    const char *priority_rule; /* "" if none */
    int32_t priority;          /* 0 to 10; -1 */
    bool beat_disclosed, ambiguous, escalated;
    bool internal; /* more than the public may see */
} cmty__message;

/* What stands on every message: the options, checked and with `now` filled in. */
typedef cmty_convert_options cmty__letterhead;

/* An encoder: one record to the end of the buffer. */
typedef void cmty__encode(const cmty__letterhead *head, const cmty__message *m, cmty__buf *out);
cmty__encode cmty__encode_cap, cmty__encode_cot, cmty__encode_eido, cmty__encode_open311_json,
    cmty__encode_open311_xml;

typedef struct cmty__format_rule {
    const char *name, *suffix;
    const char *before, *between, *after; /* of the records of one document */
    cmty__encode *encode;
    bool single; /* a document holds one record */
    bool needs_agency, needs_place, has_exercise;
} cmty__format_rule;
const cmty__format_rule *cmty__format_rule_of(int32_t format);

/* Reads the caller's options, refuses what is wrong with them, and sets the time. */
cmty_status cmty__letterhead_read(const cmty_convert_options *options, cmty__letterhead *out,
                                  cmty_error *err);

void cmty__message_released(const cmty__gate *gate, const cmty_beatset *beats,
                            const cmty__released *r, cmty__message *out);
void cmty__message_item(const cmty_outbox_item *item, cmty__message *out);

/* "Theft, beat 3B12" */
void cmty__message_headline(const cmty__message *m, cmty__buf *out);
/* Sentences: when, where, what the place is, what to do. */
void cmty__message_about(const cmty__message *m, cmty__buf *out);
void cmty__message_radius(const cmty__message *m, cmty__buf *out); /* whole metres */
/* A moment in whole seconds, before `zone`: "Z", "-00:00". */
void cmty__message_time(cmty__buf *out, cmty_time t, const char *zone);
/* The end of what the message is good for. */
cmty_time cmty__letterhead_expires(const cmty__letterhead *head);

#endif
