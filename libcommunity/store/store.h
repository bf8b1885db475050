/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_STORE_H
#define CMTY_STORE_STORE_H

/* Floor 3: the private journal and the live public layer. The only room that sees SQLite and
   SpatiaLite. It stores what it is given: protected columns in the clear, the rest sealed already.
 */

#include "core/core.h"

#include <community/outbox.h>
#include <community/photo.h>
#include <community/quarantine.h>
#include <community/store.h>

/* ---- journal.c ---- */

typedef struct cmty__journal cmty__journal; /* one connection; serial */

/* The protected, clear part of a report: all that routing, counts and overlays need. Never the
   exact position, the source reference, a name or a text. Texts borrowed for the call. */
typedef struct cmty__entry {
    const char *report_id; /* 32 hex digits, keyed hash of (source, source_ref): no order in it */
    const char *category;
    const char *beat_id, *district; /* "" if none; the beat of the true point */
    int32_t beat, version;          /* numbers in the stored beat set; -1 */
    int32_t relation;
    bool ambiguous;
    cmty_time time_bin; /* start of the policy's bin */
    const char *bin;    /* "hour", "day", ... */
    bool withheld;
    const char *withheld_note; /* "" if published */
    cmty_point masked;         /* unset where withheld */
    double radius_m;
    int32_t law;
    bool beat_disclosed;    /* the masked point carries the beat of the true point */
    int32_t published_beat; /* beat that the published point may show; -1 none */
    int32_t fence_action;
    const char *fence_id;
} cmty__entry;

/* The clear columns as bytes, the associated data that the sealed part is bound to. Entries that
   were stored and read back give the same bytes. */
void cmty__entry_bind(const cmty__entry *e, cmty__buf *out);

/* Makes the file (mode 0600; CMTY_E_EXISTS) and comes back inside its first transaction, so that a
   store is made whole or not at all: set the artifacts, then commit. Freed before that commit, the
   file is removed. It is a writer, as below. */
cmty_status cmty__journal_create(const char *path, cmty__journal **out, cmty_error *err);
/* writer: takes the writer's place for its life (one in all processes together); else read only.
   Migrates forward by user_version (writer), refuses a newer one, and a file open to others. */
cmty_status cmty__journal_open(const char *path, bool writer, cmty__journal **out, cmty_error *err);
void cmty__journal_free(cmty__journal *j);

/* One transaction; every write below needs one. After a failed write only rollback is left: commit
   refuses. An error of commit means "unknown": send again, the keys make that safe. For a reader,
   begin and commit bracket one consistent view. */
cmty_status cmty__journal_begin(cmty__journal *j, cmty_error *err);
cmty_status cmty__journal_commit(cmty__journal *j, cmty_error *err);
void cmty__journal_rollback(cmty__journal *j); /* nothing if none is open */

/* Artifacts: what intake and publishing need of the world around a store, by name. */
cmty_status cmty__journal_set(cmty__journal *j, const char *name, const void *data, size_t size,
                              cmty_error *err);
/* Copy owned by the caller (cmty__free). CMTY_NOTFOUND. */
cmty_status cmty__journal_get(cmty__journal *j, const char *name, void **data, size_t *size,
                              cmty_error *err);

/* Stores a period key once per intake; returns its number. */
cmty_status cmty__journal_period(cmty__journal *j, const void *sealed, size_t size, int64_t *id,
                                 cmty_error *err);
/* CMTY_OK stored; CMTY_DUPLICATE same key, same content; CMTY_REFUSED same key, other content. */
cmty_status cmty__journal_put(cmty__journal *j, const cmty__entry *e,
                              const uint8_t content_hash[32], int64_t period, const void *sealed,
                              size_t sealed_size, cmty_error *err);
/* Replaces the content hash of each report by its hash under this key. */
cmty_status cmty__journal_rehash(cmty__journal *j, const void *key, size_t key_size,
                                 cmty_error *err);
/* ---- quarantine.c ---- */

/* A refused record, sealed whole; `once` makes a re-sent record the same row (CMTY_OK too). */
cmty_status cmty__journal_quarantine(cmty__journal *j, const uint8_t once[32], int32_t reason,
                                     const char *field, int64_t period, const void *sealed,
                                     size_t sealed_size, cmty_error *err);
/* A record, and what it takes to read it again. Of those that an earlier release kept there are the
   bytes only. */
typedef struct cmty__packet {
    const char *format, *source; /* NULL: unknown */
    const char *header;          /* of a table, without its line end; NULL: none */
    size_t header_size;
    const char *const *map; /* "field=column" pairs */
    size_t map_count;
    const char *raw;
    size_t raw_size; /* 0: too large to be kept */
} cmty__packet;
void cmty__packet_write(const cmty__packet *p, cmty__buf *out); /* what is sealed */
/* The associated data that it is sealed with. */
void cmty__quarantine_bind(const uint8_t once[32], bool packet, cmty__buf *out);
/* As a document that its decoder reads. */
void cmty__packet_document(const cmty__packet *p, cmty__buf *out);
/* Who reads, why, and with which key. */
typedef struct cmty__reading {
    const char *secret_key, *actor, *purpose;
} cmty__reading;
/* The record in the clear, once the consultation is durably in the audit log; outside a
   transaction. Texts are kept in the arena. CMTY_NOTFOUND. */
cmty_status cmty__refused_open(cmty__journal *j, int64_t number, const cmty__reading *by,
                               cmty__arena *arena, cmty__packet *out, cmty_error *err);
/* In a transaction. CMTY_NOTFOUND. */
cmty_status cmty__refused_drop(cmty__journal *j, int64_t number, cmty_error *err);
cmty_status cmty__refused_reason(cmty__journal *j, int64_t number, int32_t reason,
                                 const char *field, cmty_error *err);

/* ---- photo.c ---- */

/* A photo of a report: what may be seen of it, and two sealed parts. */
typedef struct cmty__photo {
    const char *report_id;
    const uint8_t *once; /* 32 bytes; the same photo of the same report has the same */
    int32_t kind;
    uint32_t width, height, removed;
} cmty__photo;
/* What each part is bound to. */
void cmty__photo_bind(const cmty__photo *p, bool original, cmty__buf *out);
/* In a transaction. CMTY_OK; CMTY_DUPLICATE; CMTY_NOTFOUND: no such report, or nothing sealed in it
   any more. */
cmty_status cmty__journal_photo(cmty__journal *j, const cmty__photo *p, int64_t period,
                                const cmty__buf *sterile, const cmty__buf *original,
                                int64_t *number, cmty_error *err);
/* One part in the clear, once the consultation is durably in the audit log; with the original, the
   report too. CMTY_NOTFOUND. */
cmty_status cmty__photo_open(cmty__journal *j, int64_t number, bool original,
                             const cmty__reading *by, cmty__buf *plain, cmty__buf *report,
                             cmty_error *err);

/* ---- ledger.c ---- */

enum { CMTY__CELL_BYTES = 16 };
/* What one masked point spends. */
typedef struct cmty__charge {
    const char *key_id;             /* of the mask key; another key is another draw */
    uint8_t cell[CMTY__CELL_BYTES]; /* keyed hash of the place: opaque here */
    const char *audience;           /* who sees the point: "public" */
    double epsilon_per_m;
} cmty__charge;
/* The sum for this place so far; c->epsilon_per_m is not asked. */
cmty_status cmty__journal_spent(cmty__journal *j, const cmty__charge *c, double *epsilon_per_m,
                                cmty_error *err);
cmty_status cmty__journal_charge(cmty__journal *j, const cmty__charge *c, cmty_error *err);

/* ---- disclosures.c: who was told of what ---- */

/* All that was spent with one audience. Texts borrowed for the call. */
typedef struct cmty__spent {
    const char *audience;
    uint64_t places, points;
    double epsilon_per_m, most_per_m;
} cmty__spent;
typedef cmty_status cmty__spent_fn(const cmty__spent *s, void *user, cmty_error *err);
cmty_status cmty__journal_spent_all(cmty__journal *j, cmty__spent_fn *fn, void *user,
                                    cmty_error *err);

/* A report that is there; or, besides, one that a receiver has taken, or that somebody has read
   exactly. Texts borrowed for the call. */
typedef struct cmty__disclosure {
    const cmty__entry *entry; /* NULL: a reading of all reports */
    const char *case_number;  /* of a receiver that gave one; "" */
    const char *receiver;     /* NULL: not about a receiver */
    const char *actor;        /* NULL: not about a reader */
    cmty_time time;           /* of the reading */
} cmty__disclosure;
typedef cmty_status cmty__disclosed_fn(const cmty__disclosure *d, void *user, cmty_error *err);
cmty_status cmty__journal_disclosures(cmty__journal *j, cmty__disclosed_fn *fn, void *user,
                                      cmty_error *err);

/* Appends to the audit log in the current transaction. verb: collect, alter, consult, disclose,
   combine, erase. Never content. report_id: NULL, or of a report that is stored already (put comes
   first; else CMTY_NOTFOUND, and nothing is written). */
cmty_status cmty__journal_audit(cmty__journal *j, const char *verb, const char *report_id,
                                const char *actor, const char *purpose, cmty_error *err);

/* What a log was at some time. */
typedef struct cmty__audit_mark {
    uint64_t size;
    uint8_t root[32];
} cmty__audit_mark;
/* Reads the whole log: CMTY_OK with what it is now, or CMTY_E_FORMAT naming the first entry that is
   missing or was altered, or that the log no longer begins with what it was earlier (NULL: not
   asked). Call it between begin and commit where a writer may be at work. */
cmty_status cmty__journal_audit_verify(cmty__journal *j, const cmty__audit_mark *earlier,
                                       cmty__audit_mark *now, cmty_error *err);

/* open.c: every report in the clear, one by one, once the consultation is durably in the audit log.
   Borrowed for the call, wiped behind it. json is NULL where what was sealed is destroyed. */
typedef cmty_status cmty__opened_fn(const cmty__entry *e, const char *json, size_t size, void *user,
                                    cmty_error *err);
cmty_status cmty__store_open_all(const char *store, const char *secret_key, const char *actor,
                                 const char *purpose, cmty__opened_fn *fn, void *user,
                                 cmty_error *err);

/* A journal for what is no intake: it writes single transactions, in turn with the writer. */
cmty_status cmty__journal_visit(const char *path, cmty__journal **out, cmty_error *err);

/* Rows for publishing: no sealed column can be read through it. Ordered by report_id, of those with
   since <= time_bin < until that were stored after number `after` (0: all).
   An incremental publisher takes rows and journal_last inside one begin/commit of its reader. */
typedef struct cmty__rows cmty__rows;
cmty_status cmty__rows_open(cmty__journal *j, cmty_time since, cmty_time until, int64_t after,
                            cmty__rows **out, cmty_error *err);
/* CMTY_OK, CMTY_END. Texts valid until the next call. */
cmty_status cmty__rows_next(cmty__rows *rows, cmty__entry *e, cmty_error *err);
void cmty__rows_free(cmty__rows *rows);
cmty_status cmty__journal_last(cmty__journal *j, int64_t *number,
                               cmty_error *err); /* newest stored */
/* Names the state of the store at this number, in hex: another store under the same name, or this
   one set back and filled otherwise, has another name. Erasing the newest report up to `number`
   changes it too. A hash over random bytes of the store and of that report's row, so it is fit to
   be public. */
enum { CMTY__STATE_SIZE = 65 };
cmty_status cmty__journal_state(cmty__journal *j, int64_t number, char state[CMTY__STATE_SIZE],
                                cmty_error *err);
cmty_status cmty__journal_quarantine_counts(cmty__journal *j, int64_t *by_reason, size_t n,
                                            cmty_error *err);

/* ---- outbox.c: which reports a receiver has answered for ---- */

typedef struct cmty__letter {
    int64_t number; /* of the report; what answers go by */
    uint32_t tries; /* answers of "later" so far */
} cmty__letter;

/* The next report for a receiver: one whose time has come again, else the first that came in after
   number `passed` and all that are answered. CMTY_END. Texts are kept in the arena. */
cmty_status cmty__outbox_next(cmty__journal *j, const char *receiver, int64_t passed, cmty_time now,
                              cmty__letter *letter, cmty__entry *e, cmty__arena *arena,
                              cmty_error *err);
/* In a transaction. CMTY_NOTFOUND where the report is gone. */
cmty_status cmty__outbox_answer(cmty__journal *j, const char *receiver, int64_t number,
                                const cmty_outbox_answer *answer, cmty_error *err);
/* In a transaction: the receiver's word on a report that it has accepted. CMTY_NOTFOUND. */
cmty_status cmty__outbox_status(cmty__journal *j, const char *receiver, const char *report_id,
                                const char *status, cmty_time time, cmty_error *err);
/* The number and the answer of a report. CMTY_NOTFOUND: never answered for, or gone. */
cmty_status cmty__outbox_find(cmty__journal *j, const char *receiver, const char *report_id,
                              int64_t *number, int32_t *answer, cmty_error *err);
cmty_status cmty__outbox_counts(cmty__journal *j, const char *receiver, cmty_outbox_counts *counts,
                                cmty_error *err);

/* ---- live.c: the public SpatiaLite layer, masked columns only ---- */

typedef struct cmty__live cmty__live;
typedef struct cmty__live_row {
    const char *report_id, *category, *category_label, *beat_id, *law;
    cmty_point at;
    double radius_m;
    cmty_time time_utc;
    const char *time_local, *time_bin;
} cmty__live_row;
/* Made if absent. Row ids are derived from report_id, so that they show no order of arrival. */
cmty_status cmty__live_open(const char *path, cmty__live **out, cmty_error *err);
/* How far a journal has been carried over, and its state there ("" in a new layer; may be NULL);
   kept in the layer, in the same transaction as the rows. */
cmty_status cmty__live_cursor(cmty__live *live, int64_t *number, char state[CMTY__STATE_SIZE],
                              cmty_error *err);
/* In a transaction: empties the layer. */
cmty_status cmty__live_restart(cmty__live *live, cmty_error *err);
cmty_status cmty__live_set_cursor(cmty__live *live, int64_t number, const char *state,
                                  cmty_error *err);
void cmty__live_free(cmty__live *live);
cmty_status cmty__live_begin(cmty__live *live, cmty_error *err);
/* CMTY_OK, or CMTY_DUPLICATE where the report is in the layer already. */
cmty_status cmty__live_put(cmty__live *live, const cmty__live_row *row, cmty_error *err);
cmty_status cmty__live_commit(cmty__live *live, cmty_error *err);
void cmty__live_rollback(cmty__live *live); /* nothing if none is open */

void cmty__store_versions(cmty__buf *out); /* SQLite, SpatiaLite */

#endif
