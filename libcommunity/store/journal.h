/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_JOURNAL_H
#define CMTY_STORE_JOURNAL_H

/* Private to store/: the journal's parts, shared by its sources. */

#include "store/merkle.h"
#include "store/sql.h"
#include "store/store.h"

#include "privacy/privacy.h"

enum {
    CMTY__ID_BYTES = 16,
    CMTY__SALT_BYTES = 16,
    CMTY__ID_DIGITS = 2 * CMTY__ID_BYTES,
};

/* Who may do what. A visitor writes single transactions while a writer may have its place. */
typedef enum cmty__role { CMTY__READER, CMTY__VISITOR, CMTY__WRITER } cmty__role;

enum cmty__journal_statement {
    CMTY__STMT_STATE_GET,
    CMTY__STMT_STATE_SET,
    CMTY__STMT_ARTIFACT_SET,
    CMTY__STMT_PERIOD,
    CMTY__STMT_REPORT,
    CMTY__STMT_REPORT_HASH,
    CMTY__STMT_REPORT_SALT,
    CMTY__STMT_REPORT_ID,
    CMTY__STMT_GONE,
    CMTY__STMT_QUARANTINE,
    CMTY__STMT_REFUSED_DROP,
    CMTY__STMT_REFUSED_DROPPED,
    CMTY__STMT_REFUSED_OLD,
    CMTY__STMT_REFUSED_REASON,
    CMTY__STMT_REFUSED_SEALED,
    CMTY__STMT_AUDIT,
    CMTY__STMT_LEDGER_GET,
    CMTY__STMT_LEDGER_ADD,
    CMTY__STMT_OUTBOX_DUE,
    CMTY__STMT_OUTBOX_NEW,
    CMTY__STMT_OUTBOX_ANSWER,
    CMTY__STMT_OUTBOX_STATUS,
    CMTY__STMT_OUTBOX_COUNT,
    CMTY__STMT_OUTBOX_FIND,
    CMTY__STMT_COUNT
};

struct cmty__journal {
    cmty__sql sql;
    cmty__role role;
    cmty__lock *lock; /* NULL: a reader */
    char *path, *lock_path;
    bool creating;      /* the file goes unless the first transaction is committed */
    bool broken;        /* a write of this transaction failed: it cannot be committed */
    bool has_turn;      /* holds the place of the one transaction */
    bool state_changed; /* last or tree differ from what is stored */
    int64_t last;       /* number of the newest report; never used again, not even after erasure */
    cmty__tree tree;    /* of the audit log */
    cmty__buf leaf;     /* scratch */
    uint8_t recent_id[CMTY__ID_BYTES], recent_salt[CMTY__SALT_BYTES];
    bool any_gone; /* reports that are not to come again */
    bool recent;   /* the two above are of the last put */
    sqlite3_stmt *statements[CMTY__STMT_COUNT];
};

cmty_status cmty__journal_open_as(const char *path, cmty__role role, cmty__journal **out,
                                  cmty_error *err);
/* A prepared statement of the journal, made on first use, and a binder at its first value. */
cmty_status cmty__journal_statement(cmty__journal *j, enum cmty__journal_statement which,
                                    cmty__binder *b, cmty_error *err);
/* Guards a write: inside a transaction of a writer that no earlier write has broken. */
cmty_status cmty__journal_may_write(const cmty__journal *j, cmty_error *err);
/* Result of a write: a failure breaks the transaction. */
cmty_status cmty__journal_wrote(cmty__journal *j, cmty_status st);

/* open.c: an actor or a purpose that the audit log takes. */
cmty_status cmty__note_check(const char *text, const char *name, cmty_error *err);

/* The place of an only writer too, if none has it. CMTY_NOTFOUND. */
cmty_status cmty__journal_alone(cmty__journal *j, cmty_error *err);
/* Between transactions: empties the write-ahead log into the file. CMTY_NOTFOUND: a reader stands
   in the way. */
cmty_status cmty__journal_flush(cmty__journal *j, cmty_error *err);

/* quarantine.c, in a transaction: all that was refused at this time or before. */
cmty_status cmty__refused_drop_before(cmty__journal *j, cmty_time time, cmty_error *err);
/* retain.c: what is left of the id of a report that is gone. */
void cmty__gone_id(const uint8_t id[CMTY__ID_BYTES], uint8_t out[CMTY__HASH_BYTES]);
/* hold.c: CMTY_REFUSED where the report is held. */
cmty_status cmty__hold_check(cmty__journal *j, const char *report_id, cmty_error *err);
/* audit.c: how the log names a report. */
void cmty__audit_subject(const void *salt, const void *id, uint8_t out[32]);

/* ---- migrate.c ---- */

/* Step i brings layout i to i + 1. */
extern const char *const cmty__journal_steps[];
extern const size_t cmty__journal_step_count;
enum { CMTY__JOURNAL_APPLICATION = 0x434D5459 }; /* "CMTY" */
/* Inside a transaction. Nothing to do: CMTY_OK. A newer layout than count: CMTY_E_FORMAT. */
cmty_status cmty__migrate(cmty__sql *sql, const char *const *steps, size_t count, cmty_error *err);
cmty_status cmty__layout_version(cmty__sql *sql, size_t known, size_t *version, cmty_error *err);

/* ---- entry.c ---- */

/* The clear columns of table report, in the order of cmty__entry_columns and _read. */
#define CMTY__ENTRY_COLUMNS "report_id," CMTY__ENTRY_COLUMNS_AFTER_ID
#define CMTY__ENTRY_COLUMNS_AFTER_ID                                                               \
    "category,beat_id,district,beat,version,relation,ambiguous,time_bin,bin,withheld,"             \
    "withheld_note,lon_deg,lat_deg,radius_m,law,beat_disclosed,published_beat,fence_action,"       \
    "fence_id"
enum { CMTY__ENTRY_COLUMN_COUNT = 20 };
/* Lower-case digits, two for each byte, and no more. */
bool cmty__unhex(const char *digits, uint8_t *out, size_t size);
bool cmty__id_parse(const char *report_id, uint8_t out[CMTY__ID_BYTES]);
/* id: the parsed report_id, borrowed until the statement is unbound. */
void cmty__entry_columns(cmty__binder *b, const cmty__entry *e, const uint8_t *id);
/* Texts borrow from the statement, report_id from `id`. */
void cmty__entry_read(sqlite3_stmt *stmt, cmty__entry *e, char id[CMTY__ID_DIGITS + 1]);

/* Bytes for hashing and binding, the same on every machine. */
void cmty__encode_int(cmty__buf *b, int64_t v);
void cmty__encode_real(cmty__buf *b, double v); /* one NaN, one zero */
void cmty__encode_text(cmty__buf *b, const char *text);
void cmty__encode_bytes(cmty__buf *b, const void *data, size_t size);

#endif
