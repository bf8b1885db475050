/* SPDX-License-Identifier: MIT */
/*
 * Fails the 1st, 2nd, 3rd ... allocation of a call until it succeeds, through the public allocator
 * hook: what a host short of memory would see. Allocations that GDAL, SQLite and others make for
 * themselves do not pass here.
 */
#ifndef CMTY_TESTS_FAULT_H
#define CMTY_TESTS_FAULT_H

#include <community/community.h>

/* A file of the small city. */
#define FAULT_FILE(name) CMTY_TEST_SOURCE_DIR "/tests/fault/data/" name

/*
 * One try of the call under test, from a clean start. It checks the outputs on failure (a pointer
 * is NULL, anything else untouched), frees them on success, and returns the status.
 */
typedef cmty_status (*fault_attempt)(void *context, cmty_error *err);

/*
 * Runs the attempt with the k-th allocation failing, for every k until none fails any more; then
 * again with the k-th and all later ones failing. Each must end in CMTY_E_NOMEM, with nothing
 * live; the last in `expect`. An attempt that succeeds although an allocation failed has swallowed
 * the failure, and fails the test.
 */
void fault_each_allocation(fault_attempt attempt, void *context, cmty_status expect);

/* Puts the counting allocator in force. Once, before any other call of the library. */
void fault_install(void);

/* From here on every allocation fails, until it is permitted again. */
void fault_forbid(void);
void fault_permit(void);

/* Blocks that the library holds now. */
long fault_live(void);

#endif
