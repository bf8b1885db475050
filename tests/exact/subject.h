/* SPDX-License-Identifier: MIT */
#ifndef CMTY_EXACT_SUBJECT_H
#define CMTY_EXACT_SUBJECT_H

/* What is judged: a beat set, opened as any user opens one, and what was in its file. */

#include "../unit/partition.h"
#include "beat/beat.h"
#include "fence/fence.h"

typedef struct subject {
    cmty_beatset *beats;
    cmty_fenceset *fences;    /* the same areas as fences, or NULL */
    const cmty__areas *areas; /* of its only version; area i is beat i */
    partition *truth;         /* the rings, taken out again */
} subject;

/* From a layer spec, or from areas: they are written to a file in the folder of the test, and must
   come out of it to the last bit. `order` is that of the features in the file, NULL: by number.
   As fences too, which needs areas whose rings neither nest nor cross. */
subject *subject_open(const char *spec);
subject *subject_make(const partition *p, const size_t *order, bool fences);
void subject_free(subject *s);

/* shapes.c: the areas that are hard. Voronoi-like ones and fences are those of the benchmark. */
partition *shape_voronoi(size_t areas, unsigned levels, uint64_t seed);
partition *shape_fences(size_t count, uint64_t seed);
/* Every coordinate to a multiple of 2^-bits degrees, so that many doubles lie on the edges. */
partition *shape_snapped(partition *p, int bits);
/* Holes that touch, beats in beats, parts that touch at corners, seams, spikes, slivers, overlaps;
   in 12 x 12 units put down at several places of the globe. */
enum { SHAPE_TURNED = 3, SHAPE_PLACES = 5 };
partition *shape_special(size_t place, bool overlaps);
/* A ring of beats round the pole, cut at the antimeridian. */
partition *shape_polar(void);

#endif
