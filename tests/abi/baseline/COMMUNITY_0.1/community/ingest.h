/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_INGEST_H
#define COMMUNITY_INGEST_H
#include <community/beat.h>
#include <community/report.h>
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_ingest cmty_ingest;
typedef struct cmty_ingest_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *source;
    const char *format;
    const char *const *map;
    size_t map_count;
    const char *mask_key;
    const cmty_host *host;
} cmty_ingest_options;
#define CMTY_INGEST_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_ingest_options), 0, NULL, NULL, NULL, 0, NULL, NULL \
    }
CMTY_API cmty_status cmty_ingest_options_init(cmty_ingest_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_open(const char *store,
                                                     const cmty_ingest_options *options,
                                                     cmty_ingest **out, cmty_error *err);
CMTY_API void cmty_ingest_free(cmty_ingest *ingest);
typedef struct cmty_ingest_counts {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t read;
    uint64_t accepted;
    uint64_t duplicate;
    uint64_t refused;
    uint64_t withheld;
    uint64_t escalated;
    uint64_t ambiguous;
    uint64_t by_reason[32];
} cmty_ingest_counts;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_file(cmty_ingest *ingest, const char *path,
                                                     cmty_ingest_counts *counts, cmty_error *err);
typedef struct cmty_receipt {
    uint32_t struct_size;
    int32_t reason;
    const char *report_id;
    const char *beat_id;
    const char *field;
    const char *fence_id;
    int32_t fence_action;
    int32_t relation;
    uint32_t ambiguous;
    uint32_t withheld;
    double margin_m;
} cmty_receipt;
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_report(cmty_ingest *ingest, const char *bytes,
                                                       size_t size, cmty_receipt *receipt,
                                                       cmty_error *err);
#ifdef __cplusplus
}
#endif
#endif
