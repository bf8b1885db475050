/* SPDX-License-Identifier: MIT */
/* mod_community: beats, fences and masks as SQL functions. Everything belongs to one database
   connection, which SQLite uses from one thread at a time. */
#ifndef MOD_COMMUNITY_MODULE_H
#define MOD_COMMUNITY_MODULE_H

#include <community/community.h>
#include <sqlite3ext.h>
#include <stdbool.h>

/* What a connection has opened. Shared by all of its functions, freed with the last of them. */
struct session {
    int uses;
    int cursors; /* open: rows that borrow from what is open */
    cmty_beatset *beats;
    cmty_fenceset *fences;
    cmty_masker *masker;
    cmty_beatset *masker_beats; /* those that the mask looks at; it outlives a change of beats */
};

void session_drop(void *session);

/* What was opened, else what the environment names, else a sentence that says how to open some. */
cmty_status session_beats(struct session *s, const cmty_beatset **beats, cmty_error *err);
cmty_status session_fences(struct session *s, const cmty_fenceset **fences, cmty_error *err);
cmty_status session_masker(struct session *s, const cmty_masker **masker, cmty_error *err);

/* Each takes the place of what was open before, and leaves that in place where it fails. Refused
   while a query still has rows of it. */
cmty_status session_open_beats(struct session *s, const char *const *layers, size_t count,
                               cmty_error *err);
cmty_status session_open_fences(struct session *s, const char *const *layers, size_t count,
                                cmty_error *err);
cmty_status session_open_mask(struct session *s, const cmty_mask_options *options, cmty_error *err);

/* The arguments of a call about a place. */
struct place {
    cmty_point at;
    cmty_time when;
    bool known; /* false: a coordinate is NULL, no number, or off the globe */
};

/* A time is text as the command line reads it, or a number of seconds since 1970, or NULL. */
cmty_status place_read(sqlite3_value *lon, sqlite3_value *lat, sqlite3_value *when,
                       struct place *place, cmty_error *err);

/* Make `name` known to a connection. Each call holds the session once more. */
int functions_register(sqlite3 *db, struct session *s);
int answers_register(sqlite3 *db, struct session *s);

#endif
