/* SPDX-License-Identifier: MIT */
#ifndef CMTY_BENCH_PEER_H
#define CMTY_BENCH_PEER_H

#include "layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Something that can say which areas of a layer hold a point. */
typedef struct peer {
    const char *title;
    void *(*open)(const layer *l);
    /* An area that holds each point (the first that is found), or -1. */
    void (*one)(void *self, const cmty_point *p, size_t n, int32_t *area);
    /* How many areas hold each point. */
    void (*all)(void *self, const cmty_point *p, size_t n, int32_t *count);
    void (*close)(void *self);
} peer;

extern const peer peer_geos_c;
#ifdef CMTY_BENCH_GEOS_INSIDE
extern const peer peer_geos_tree, peer_geos_packed;
#endif

#ifdef __cplusplus
}
#endif
#endif
