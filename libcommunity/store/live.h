/* SPDX-License-Identifier: MIT */
#ifndef CMTY_STORE_LIVE_H
#define CMTY_STORE_LIVE_H

/* Private to store/: what live.c and live_make.c share. */

#include "store/sql.h"
#include "store/store.h"

enum {
    CMTY__LIVE_APPLICATION = 0x434D544C, /* "CMTL" */
    CMTY__LIVE_LAYOUT = 2,               /* user_version; another one is made anew */
    CMTY__POINT_BLOB = 60
};

/* An empty layer in a file that is empty too; whole or not at all. */
cmty_status cmty__live_make(const char *path, cmty_error *err);

/* A point, EPSG:4326, as SpatiaLite stores it. */
void cmty__point_blob(cmty_point at, uint8_t out[CMTY__POINT_BLOB]);

#endif
