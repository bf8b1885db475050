/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_ENRICH_H
#define CMTY_GEO_ENRICH_H

/* What the ways to enrich a layer share. Private to geo. */

#include "geo/writer.h"

enum { CMTY__BATCH = 256 };

/* Some features, and what was said about them. */
typedef struct cmty__batch {
    size_t count;
    bool known[CMTY__BATCH];
    cmty_point at[CMTY__BATCH];
    cmty_time when[CMTY__BATCH];
    double accuracy_m[CMTY__BATCH];
    cmty__value *values; /* of the further fields, feature by feature */
    cmty__arena *texts;  /* what the values point into */
} cmty__batch;
/* False: out of memory; to be closed in any case. */
bool cmty__batch_open(cmty__batch *b, size_t field_count);
void cmty__batch_close(cmty__batch *b);

typedef struct cmty__enriching {
    const cmty__enrichment *e;
    const cmty__spec *in;
    const char *file; /* its name, for messages */
    GDALDatasetH set;
    OGRLayerH from;
    cmty__carry carry;
    bool nowhere;       /* no feature has a geometry */
    int time, accuracy; /* fields; -1: none */
    cmty__writer *writer;
    size_t seen, found, several, other, off_globe; /* features */
} cmty__enriching;

/* The feature read last: names file, feature and field. */
cmty_status cmty__enrich_fail(const cmty__enriching *g, int field, const char *what,
                              cmty_error *err);
/* What its fields say. */
cmty_status cmty__enrich_time(const cmty__enriching *g, const char *text, cmty_time *out,
                              cmty_error *err);
cmty_status cmty__enrich_accuracy(const cmty__enriching *g, const char *text, double *out,
                                  cmty_error *err);
cmty_status cmty__enrich_check_accuracy(const cmty__enriching *g, double accuracy_m,
                                        cmty_error *err);
/* Its one place, in the layer's own CRS; NULL: it has none. */
void cmty__enrich_place(cmty__enriching *g, const cmty_point *own, cmty__batch *b, size_t i);
cmty_status cmty__enrich_ask(const cmty__enriching *g, cmty__batch *b, cmty_error *err);
cmty_status cmty__enrich_progress(const cmty__enriching *g, int64_t total, cmty_error *err);

/* ---- enrich_gpkg.c ---- */

/* A plain table of a GeoPackage into a GeoPackage, without GDAL between. CMTY_NOTFOUND: this is no
   such table, and what was written, if GDAL has let go of it, is to be thrown away. */
cmty_status cmty__enrich_gpkg(cmty__enriching *g, cmty_error *err);

#endif
