/* SPDX-License-Identifier: MIT */
#ifndef CMTY_EXACT_STREAM_H
#define CMTY_EXACT_STREAM_H

/*
 * Points that are hard to place, for one set of areas. The first half goes along all edges, or as
 * many of them as the number of points allows, evenly: the vertex and its eight neighbours one unit
 * in the last place away, the middle and its four, two further points of the edge and their
 * neighbours. The second half is random: uniform, clustered round vertices, within 5 m of edges, on
 * edges, and on the parallels and meridians of vertices.
 */

#include "../unit/partition.h"

typedef struct stream {
    const partition *p;
    size_t count, next;             /* points */
    size_t ring, edge, part, every; /* where it is, and each how manieth edge it takes */
    rng r;
} stream;

stream stream_begin(const partition *p, size_t count, uint64_t seed);
bool stream_next(stream *s, cmty_point *at);

/* A double on the edge if there is one: every point of it whose coordinates are whole in the units
   of its ends is a whole step from them. Its middle, rounded, if there is none. */
cmty_point point_on_edge(cmty_point a, cmty_point b, rng *r);

#endif
