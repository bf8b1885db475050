/* SPDX-License-Identifier: MIT */
#ifndef CMTY_EXACT_JUDGE_H
#define CMTY_EXACT_JUDGE_H

/*
 * Two judges of point location that share no code with the library.
 *
 * The rational judge takes the doubles for what they are, fractions with a power of two below the
 * line, and decides every side in whole numbers of any length (GMP); a rounded determinant is
 * believed only where its error bound leaves no doubt. An area is even-odd over all its rings, and
 * a point on a ring is held by the area. Where two edges of one area are the same, it has no
 * boundary there, unless nothing else makes the place inside (a spike).
 *
 * GEOS is the second judge: prepared geometries behind its STRtree, as another program would ask.
 */

#include "geo/geo.h"

typedef struct judge judge;
judge *judge_make(const cmty__area_input *areas, size_t count);
void judge_free(judge *j);
/* All areas that hold p, ascending, as cmty__areas_hits would say; at most JUDGE_HITS. */
enum { JUDGE_HITS = 1024 };
size_t judge_ask(judge *j, cmty_point p, cmty__hit *hits);
/* How often the rounded determinant left a doubt, so far. */
size_t judge_doubts(const judge *j);

/* Sign of the orientation of a, b, c: > 0 left turn, 0 on one line. */
int judge_side(cmty_point a, cmty_point b, cmty_point c);

typedef struct geos_judge geos_judge;
geos_judge *geos_judge_make(const cmty__area_input *areas, size_t count);
void geos_judge_free(geos_judge *j);
size_t geos_judge_ask(geos_judge *j, cmty_point p, int32_t *areas); /* ascending */

#endif
