/* SPDX-License-Identifier: MIT */
#ifndef CMTY_ANALYSIS_SOURCE_H
#define CMTY_ANALYSIS_SOURCE_H

/* Private to analysis: rows of a CSV file or of a layer, whichever it is. */

#include "geo/geo.h"

typedef struct cmty__source {
    cmty__csv *csv;
    cmty__layer *layer;
    const char *name; /* for messages */
    size_t row;       /* of the layer, one past the present one */
    int32_t id, lon, lat;
} cmty__source;

/* By its name: CSV, "-" too, or a layer spec. Close it also where opening failed. */
cmty_status cmty__source_open(cmty__source *s, const char *path, const cmty_host *host,
                              cmty_error *err);
cmty_status cmty__source_open_layer(cmty__source *s, const cmty__spec *spec,
                                    const cmty__layer_options *o, cmty_error *err);
bool cmty__source_is_csv(const char *path);
void cmty__source_close(cmty__source *s);
cmty_status cmty__source_next(cmty__source *s, cmty_error *err); /* CMTY_OK, CMTY_END */

/* The first of these columns that there is, or -1. */
int32_t cmty__source_column(const cmty__source *s, const char *const *names);
/* Of the present row; "" for column -1. */
const char *cmty__source_text(const cmty__source *s, int32_t column);
/* Fails where there is no id, or no place. */
cmty_status cmty__source_needs_points(const cmty__source *s, cmty_error *err);
/* CMTY_OK, or CMTY_NOTFOUND for a row without a place. */
cmty_status cmty__source_point(const cmty__source *s, cmty_point *out, cmty_error *err);
/* CMTY_E_FORMAT, with the line or feature. */
cmty_status cmty__source_fail(const cmty__source *s, const char *what, cmty_error *err);

#endif
