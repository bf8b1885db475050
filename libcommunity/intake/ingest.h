/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_INGEST_H
#define CMTY_INTAKE_INGEST_H

/* Private to intake: one open way in, and the steps that a decoded record goes through. */

#include "beat/beat.h"
#include "decode.h"
#include "fence/fence.h"
#include "privacy/privacy.h"
#include "store/store.h"

#include <community/ingest.h>

/* Names under which a store keeps what it was made of. */
#define CMTY__ARTIFACT_BEATS "beats"
#define CMTY__ARTIFACT_FENCES "fences"
#define CMTY__ARTIFACT_CATCHMENTS "catchments"
#define CMTY__ARTIFACT_POLICY "policy"
#define CMTY__ARTIFACT_PUBLIC_KEY "public_key"
#define CMTY__ARTIFACT_DEDUPE_SALT "dedupe_salt"
#define CMTY__ARTIFACT_MASK_KEY_ID "mask_key_id"
#define CMTY__ARTIFACT_REPORT_ID_KEY "report_id_key" /* of stores of the first layouts only */

#define CMTY__FORMAT_PHOTO "photo" /* of refused photos; no decoder reads it */

/* The only one that is shown points: all views are made from the same ones. */

struct cmty_ingest {
    char *source, *format; /* NULL: from the file */
    char **map;            /* the pairs of the mapping */
    size_t map_count;
    cmty__mapping mapping;
    const cmty_host *host; /* borrowed */

    cmty__journal *journal;
    cmty_beatset *beats;
    cmty_fenceset *fences;        /* NULL: none */
    cmty__catchments *catchments; /* NULL: none */
    cmty_policy *policy;
    cmty__zone *zone;
    cmty__mask_key *mask_key;
    uint8_t dedupe_key[CMTY__HASH_BYTES], report_id_key[CMTY__HASH_BYTES];

    cmty__sealer *sealer;
    int64_t period;                       /* number of its key in the journal, once stored */
    bool period_stored, period_committed; /* stored: perhaps only in the open transaction */

    cmty__arena *arena; /* of one record; wiped behind it */
    cmty__buf plain, bound, sealed;
    char report_id[2 * 16 + 1];
    struct {
        const char *format, *source;
    } at_hand;           /* of the records that come now; borrowed */
    cmty__charge charge; /* of the report at hand, epsilon 0: none */
};

/* ---- dedupe.c ---- */

/* Fills the two keys, and brings an older store forward; the journal and the mask key are open. */
cmty_status cmty__dedupe_open(cmty_ingest *in, cmty_error *err);
void cmty__dedupe_content(const cmty_ingest *in, const void *data, size_t size,
                          uint8_t out[CMTY__HASH_BYTES]);

/* ---- admit.c ---- */

/* What became of one record on its way. */
typedef struct cmty__admission {
    int32_t reason; /* CMTY_REASON_*; NONE: admitted */
    const char *field;
    cmty_beat_answer answer;
    cmty_fence_decision fence;
} cmty__admission;

/* Validates, locates, asks the fences. CMTY_OK also where the answer is a refusal. */
cmty_status cmty__admit(const cmty_ingest *in, cmty__record *rec, cmty__admission *out,
                        cmty_error *err);

/* ---- protect.c ---- */

/* Fills the clear, protected entry of an admitted report, and in->charge; in->report_id is set
   before. */
cmty_status cmty__protect(cmty_ingest *in, const cmty__report *r, const cmty__admission *a,
                          cmty__entry *e, cmty_error *err);
/* The law of a rule with AUTO resolved: anchor where there are catchments, else lattice. */
cmty__law cmty__resolve_law(const cmty__rule *rule, const cmty__catchments *catchments);

/* ---- keep.c ---- */

typedef struct cmty__outcome {
    cmty_status status; /* CMTY_OK stored, CMTY_DUPLICATE, CMTY_REFUSED into quarantine */
    cmty__admission admission;
    bool withheld, unknown_category;
    int32_t advice; /* CMTY_ADVICE_* */
} cmty__outcome;

/* Within the open transaction. */
cmty_status cmty__store_period(cmty_ingest *in, cmty_error *err);
/* The record is refused for out->admission. */
cmty_status cmty__quarantine(cmty_ingest *in, const cmty__record *rec, cmty__outcome *out,
                             cmty_error *err);
/* The whole way of one record into the open transaction. */
cmty_status cmty__take_in(cmty_ingest *in, cmty__record *rec, cmty__outcome *out, cmty_error *err);

/* ---- ingest.c ---- */

/* Before anything is stored. A receipt may be NULL. */
cmty_status cmty__receipt_check(const cmty_receipt *receipt, cmty_error *err);
cmty_status cmty__receipt_write(const cmty_ingest *in, const cmty__outcome *o,
                                cmty_receipt *receipt, cmty_error *err);

#endif
