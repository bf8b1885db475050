/* SPDX-License-Identifier: MIT */
#ifndef CMTY_REPORT_REPORT_H
#define CMTY_REPORT_REPORT_H

/* Floor 1: the report in the clear. Only intake/, fence/ and privacy/ may include this header;
   release/ cannot name the type. */

#include "core/core.h"

#include <community/report.h>

/* One report as it came in. Texts are UTF-8, owned by the arena it was decoded into, NULL if
 * absent. */
typedef struct cmty__report {
    const char *source, *source_ref;
    const char *category;      /* canonical code once validated; as sent before */
    const char *category_sent; /* once validated: the sender's own word, where it differs */
    bool category_unknown;     /* once validated: the word is on no list, so it became "other" */
    bool domestic;             /* marked so beside its category */
    cmty_time occurred;        /* CMTY_TIME_UNKNOWN if absent */
    bool has_place, anonymous;
    double lon_deg, lat_deg;
    double accuracy_m; /* NaN if unknown */
    const char *title, *description, *lang, *address;
    const char *reporter_name, *reporter_phone, *reporter_email;
    const char *raw; /* the record's own bytes, for quarantine */
    size_t raw_size;
} cmty__report;

enum {
    CMTY__LIMIT_REF = 128,
    CMTY__LIMIT_TITLE = 160,
    CMTY__LIMIT_DESCRIPTION = 4000,
    CMTY__LIMIT_FIELD = 1000,
    CMTY__LIMIT_RECORD = 1024 * 1024
};

/* Checks everything that needs no map: presence, ranges, sentinels, lengths, dates. Canonicalises
   the category. Returns CMTY_REASON_*, and the field at fault (a static string) in *field. */
int32_t cmty__report_validate(cmty__report *r, cmty_time now, const char **field);

/* Canonical category code for a code, synonym or foreign code (NIBRS, police.uk, Open311 ...), or
 * NULL. */
const char *cmty__category_canonical(const char *text);
/* True for categories whose protection no policy may loosen (domestic, sexual, juvenile, medical).
 */
bool cmty__category_protected(const char *code);

/* ---- advice.c ---- */

/* CMTY_ADVICE_* for what the texts say; they may be NULL. False: out of memory. */
bool cmty__advice_find(const char *title, const char *description, int32_t *advice);

/* ---- pattern.c ---- */

/* A pattern is a code, or a family: "theft.*" is "theft" and all that begins with "theft.". */
bool cmty__category_matches(const char *pattern, const char *code);
/* False: matches no category there is, so it is a slip of the pen. */
bool cmty__category_pattern_known(const char *pattern);

/* All content fields as canonical JSON, for sealing and for telling a duplicate from a conflict. */
void cmty__report_json(const cmty__report *r, cmty__buf *out);

#endif
