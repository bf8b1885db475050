/* SPDX-License-Identifier: MIT */
/* The failing allocator. Counts are atomic, so a library that allocates on its threads is seen. */
#include "fault.h"

#include <check.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { ATTEMPTS = 20000 }; /* far above any fixture; a loop that never ends is a failure too */

static atomic_long live, calls, denied;
static atomic_long fail_at = -1; /* number of the allocation to fail, from 0; -1: none */
static atomic_bool fail_after;   /* that one and all later ones */

static void *fault_realloc(void *user, void *ptr, size_t size)
{
    long call = atomic_fetch_add(&calls, 1);
    long at = atomic_load(&fail_at);
    void *block;

    (void)user;
    if (at >= 0 && (call == at || (call > at && atomic_load(&fail_after)))) {
        atomic_fetch_add(&denied, 1);
        return NULL;
    }
    block = realloc(ptr, size);
    if (ptr == NULL && block != NULL)
        atomic_fetch_add(&live, 1);
    return block;
}

static void fault_free(void *user, void *ptr)
{
    (void)user;
    if (ptr != NULL)
        atomic_fetch_sub(&live, 1);
    free(ptr);
}

void fault_install(void)
{
    const cmty_allocator a = {sizeof a, 0, NULL, fault_realloc, fault_free};

    ck_assert_int_eq(cmty_set_allocator(&a), CMTY_OK);
}

void fault_forbid(void)
{
    atomic_store(&calls, 0);
    atomic_store(&fail_after, true);
    atomic_store(&fail_at, 0);
}

void fault_permit(void)
{
    atomic_store(&fail_at, -1);
}

long fault_live(void)
{
    return atomic_load(&live);
}

static bool attempt_failing_at(fault_attempt attempt, void *context, cmty_status expect, long at)
{
    cmty_error err = CMTY_ERROR_INIT;
    long before = atomic_load(&live);
    cmty_status status;

    atomic_store(&calls, 0);
    atomic_store(&denied, 0);
    atomic_store(&fail_at, at);
    status = attempt(context, &err);
    atomic_store(&fail_at, -1);

    ck_assert_msg(atomic_load(&live) == before, "allocation %ld failed: %ld blocks leaked", at,
                  atomic_load(&live) - before);
    if (atomic_load(&denied) == 0) {
        ck_assert_msg(status == expect, "nothing failed, yet %s: %s", cmty_status_name(status),
                      err.message);
        return true;
    }
    ck_assert_msg(status == CMTY_E_NOMEM, "allocation %ld failed: %s, not CMTY_E_NOMEM: %s", at,
                  cmty_status_name(status), err.message);
    ck_assert_int_eq(err.status, status);
    return false;
}

void fault_each_allocation(fault_attempt attempt, void *context, cmty_status expect)
{
    int mode;

    /* What is made once and kept (tables, caches) is made here, so that it is no leak below. */
    attempt_failing_at(attempt, context, expect, -1);
    for (mode = 0; mode < 2; mode++) {
        long at = 0;

        atomic_store(&fail_after, mode == 1);
        while (at < ATTEMPTS && !attempt_failing_at(attempt, context, expect, at))
            at++;
        ck_assert_msg(at < ATTEMPTS, "still failing at allocation %ld", at);
        if (expect == CMTY_OK)
            ck_assert_msg(at > 0, "the call allocates nothing: the loop tests nothing");
    }
}
