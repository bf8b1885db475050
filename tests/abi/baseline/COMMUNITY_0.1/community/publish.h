/* SPDX-License-Identifier: MIT */
/* clang-format off */
#ifndef COMMUNITY_PUBLISH_H
#define COMMUNITY_PUBLISH_H
#include <community/types.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cmty_publication cmty_publication;
typedef struct cmty_publish_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *gpkg;
    const char *html;
    const char *geojson;
    const char *csv;
    const char *title;
    cmty_time since;
    cmty_time until;
    const cmty_host *host;
} cmty_publish_options;
#define CMTY_PUBLISH_OPTIONS_INIT \
    { \
        (uint32_t)sizeof(cmty_publish_options), 0, NULL, NULL, NULL, NULL, NULL, \
            CMTY_TIME_UNKNOWN, CMTY_TIME_OPEN_END, NULL \
    }
CMTY_API cmty_status cmty_publish_options_init(cmty_publish_options *options);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_publish(const char *store,
                                                 const cmty_publish_options *options,
                                                 cmty_publication **out, cmty_error *err);
CMTY_API void cmty_publication_free(cmty_publication *publication);
typedef struct cmty_publication_row {
    uint32_t struct_size;
    uint32_t suppressed;
    const char *beat_id;
    const char *name;
    const char *district;
    int64_t reports;
    int64_t points;
} cmty_publication_row;
CMTY_API size_t cmty_publication_count(const cmty_publication *publication);
CMTY_API CMTY_MUSTCHECK cmty_status cmty_publication_row_at(const cmty_publication *publication,
                                                            size_t index, cmty_publication_row *row,
                                                            cmty_error *err);
CMTY_API cmty_status cmty_publication_totals(const cmty_publication *publication, int64_t *reports,
                                             int64_t *points, int64_t *suppressed);
#ifdef __cplusplus
}
#endif
#endif
