/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_HTML_H
#define CMTY_RELEASE_HTML_H

/* Parts of the page; private to the page. */

#include "release/overlay.h"

/* Pieces, the last NULL. */
extern const char *const cmty__html_style[];
extern const char *const cmty__html_script[]; /* the page is whole without it */

/* html_map.c: the map as inline SVG with its legend. */
cmty_status cmty__html_map(const cmty__overlay *o, const cmty__classes *classes, cmty__buf *out,
                           cmty_error *err);

/* html_shape.c: polygons as they are drawn */
typedef struct cmty__xy {
    double x, y; /* pixels of the drawing, y down */
} cmty__xy;

typedef struct cmty__view {
    double lon_deg, lat_deg; /* of the upper left corner */
    double x_per_deg, y_per_deg;
    double width, height;
    double m_per_px;
} cmty__view;
/* Fits all areas into a drawing. */
cmty__view cmty__view_fit(const cmty__areas *areas);
cmty__xy cmty__view_at(const cmty__view *v, cmty_point p);

/* The rings of one area in pixels, with vertices left out that move no edge by more than a
   fraction of a pixel. For drawing only. */
typedef struct cmty__shape {
    cmty__xy *points;
    size_t count, capacity;
    size_t *ends; /* one past the last point of each ring */
    size_t ring_count, ring_capacity;
} cmty__shape;
bool cmty__shape_make(const cmty__view *v, const cmty__areas *areas, int32_t area,
                      cmty__shape *out); /* false: out of memory */
void cmty__shape_free(cmty__shape *s);
void cmty__shape_path(const cmty__shape *s, cmty__buf *out);
/* Where a label has most room, and how far the boundary is from there, pixels. */
cmty__xy cmty__shape_centre(const cmty__shape *s, double *room);

void cmty__html_number(cmty__buf *out, int64_t n); /* 12,345; a dash with words where blank */

#endif
