/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_OVERLAY_H
#define CMTY_RELEASE_OVERLAY_H

/* One release in memory, and the encoders that write it. Encoders see nothing but this. */

#include "release/counts.h"

#include <community/publish.h>

typedef struct cmty__overlay {
    cmty_beatset *beats;
    cmty_policy *policy;
    cmty__gate *gate;
    cmty__catchments *catchments; /* NULL: no addresses */
    cmty__counts *counts;         /* protected: what must be blank is gone */
    cmty__released *points; /* in order of report_id, which says nothing about time or place */
    size_t point_count, point_capacity;
    char *title;
    cmty_time since, until; /* as asked */
    cmty_time as_of;        /* when ages are taken; UNKNOWN: now */
    cmty_time first, last; /* earliest and latest bin among the points; UNKNOWN if there are none */
    int64_t suppress_below;
} cmty__overlay;

/* Reads a store through the gate. */
cmty_status cmty__overlay_read(const char *store, const cmty_publish_options *options,
                               cmty__overlay **out, cmty_error *err);
void cmty__overlay_free(cmty__overlay *o);

/* True where reports of more than one district are told apart. */
bool cmty__overlay_has_districts(const cmty__overlay *o);
/* True for the two rows that are no beat and hold nothing; encoders leave those out. */
bool cmty__overlay_row_empty(const cmty__overlay *o, size_t row);
/* NaN where the count is blank or there is no area. */
double cmty__overlay_per_km2(const cmty__count_row *row);

/* ---- about.c: the release in words ---- */

void cmty__about_period(const cmty__overlay *o, cmty__buf *out);      /* "1 March to 4 May 2026" */
void cmty__about_suppression(const cmty__overlay *o, cmty__buf *out); /* why numbers are missing */
void cmty__about_points(const cmty__overlay *o, cmty__buf *out);      /* what a point is */

typedef struct cmty__about { /* key and text, in a fixed order */
    const char *key;
    char *text;
} cmty__about;
cmty_status cmty__about_list(const cmty__overlay *o, cmty__about **out, size_t *count,
                             cmty_error *err);
void cmty__about_list_free(cmty__about *list, size_t count);

/* ---- classes.c: classes of the choropleth ---- */

enum { CMTY__CLASSES_MAX = 5 };
typedef struct cmty__classes {
    size_t count;
    int64_t low[CMTY__CLASSES_MAX], high[CMTY__CLASSES_MAX];
} cmty__classes;
/* Quantiles of the printed counts that are not zero; equal counts share a class. */
cmty_status cmty__classes_make(const cmty__counts *counts, cmty__classes *out, cmty_error *err);
int cmty__classes_find(const cmty__classes *classes, int64_t value); /* -1: zero or blank */

extern const char *const cmty__class_colours[CMTY__CLASSES_MAX]; /* "r,g,b", light to dark */

/* ---- encoders ---- */

cmty_status cmty__write_gpkg(const cmty__overlay *o, cmty__writer *w, cmty_error *err);
cmty_status cmty__write_geojson(const cmty__overlay *o, cmty__outfile *f, cmty_error *err);
cmty_status cmty__write_csv(const cmty__overlay *o, cmty__outfile *f, cmty_error *err);
cmty_status cmty__write_html(const cmty__overlay *o, cmty__outfile *f, cmty_error *err);

/* qml.c: default styles for QGIS */
void cmty__qml_beats(const cmty__overlay *o, const cmty__classes *classes, cmty__buf *out);
void cmty__qml_reports(const cmty__overlay *o, bool rings, cmty__buf *out);

#endif
