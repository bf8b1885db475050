/* SPDX-License-Identifier: MIT */
/* A small city for the fault tests: its files, and objects opened from them. */
#ifndef CMTY_TESTS_CITY_H
#define CMTY_TESTS_CITY_H

#include "fault.h"

/* One folder for each test, made before and removed after it, with fresh keys in it. */
void city_set_up(void);
void city_tear_down(void);

/* A path in that folder; valid until the next call but three. */
const char *city_path(const char *name);

/* Keys in the folder. */
#define CITY_MASK_KEY city_path("mask.key")
#define CITY_PUBLIC_KEY city_path("public.key")
#define CITY_SECRET_KEY city_path("secret.key")

/* Removes the files in that folder whose names start like this. */
void city_remove(const char *start);

/* The two beats; the caller frees. */
cmty_beatset *city_beats(void);

/* A file in the folder that is neither a key nor, if not NULL, starts with `allowed`; NULL: none.
 */
const char *city_stray(const char *allowed);

#endif
