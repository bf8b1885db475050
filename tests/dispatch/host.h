/* SPDX-License-Identifier: MIT */
/* A host that remembers what it was told, and a store of four square beats to talk about. */
#ifndef CMTY_TESTS_DISPATCH_HOST_H
#define CMTY_TESTS_DISPATCH_HOST_H

#include <community/community.h>
#include <community/dispatch.h>

enum { MAX_TOLD = 4096 };

/* Makes store.db, mask.key, public.key and secret.key in the working directory. Beats A and B, left
   and right of 10.01 E; a fence over the west of A that escalates. */
void make_store(void);
/* The report `number`, in A (longitude 10.002), on the line (10.010) or in B (10.018). */
const char *report_text(int number, double lon);

struct told {
    cmty_dispatch_incident incident; /* its texts point into the buffers below */
    char ref[40], beat_id[64], json[1024], fence_id[64], category[64];
    cmty_dispatch_candidate candidates[4];
    char candidate_ids[4][16];
};

struct recorder {
    const char *role, *mask_key, *secret_key, *receiver, *spool; /* NULL: not configured */
    int32_t answer;                                              /* CMTY_ANSWER_* to everything */
    int64_t later_ms, now_ms;
    int32_t fail; /* returned in place of CMTY_OK */
    struct told told[MAX_TOLD];
    int told_count, message_count, wake_count, error_count;
    int32_t last_message;
    char log[512];
};

/* The plugin's table; the test fails where it cannot be had. */
const cmty_dispatch_plugin *load_plugin(void);
/* The services of a recorder; valid as long as that. */
cmty_dispatch_host services_of(struct recorder *r);

#endif
