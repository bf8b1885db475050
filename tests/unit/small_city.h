/* SPDX-License-Identifier: MIT */
/* A city of squares in two versions, for the tests of the way out. */
#ifndef CMTY_TESTS_SMALL_CITY_H
#define CMTY_TESTS_SMALL_CITY_H

#include "beat/beat.h"
#include "privacy/privacy.h"
#include "store/store.h"

/* Four beats of 0.02 by 0.02 degrees, south west corner at 95 W, 40 N:
 *
 *     C B1 | OLD        C B1 | B2       OLD is cut down and named B2 on 2024-07-01;
 *     -----+----   ->   -----+----      A2 gains what it loses; A1 and B1 stay.
 *     S A1 | A2         S A1 | A2       Districts: C and S.
 */
#define SMALL_CITY_REDRAWN INT64_C(1719792000000) /* 2024-07-01T00:00:00Z */

cmty_beatset *small_city_beats(const char *folder);
int32_t small_city_beat(const cmty_beatset *beats, const char *id, int32_t version); /* number */
cmty_point small_city_middle(const char *id); /* of the square that the beat had at first */

/* A policy with this threshold, UTC, one-day bins; everything else as built in. */
cmty_policy *small_city_policy(int64_t suppress_below);

/* An entry as intake would leave it: published, anchor, beat disclosed, masked to the middle. */
cmty__entry small_city_entry(const cmty_beatset *beats, const char *beat_id, const char *category,
                             cmty_time when, uint32_t number);

#endif
