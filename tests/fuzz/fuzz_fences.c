/* SPDX-License-Identifier: MIT */
/* Any bytes as saved fences: those that load decide, and save to bytes that load to the same. One
   thread. */
#include "fence/fence.h"
#include "fuzz.h"

static void ask(const cmty_fenceset *set, cmty_point at)
{
    cmty_fence_decision d = {.struct_size = sizeof d};

    FUZZ_CHECK(cmty_fenceset_decide(set, at, "theft.bicycle", 1777000000000, &d, NULL) == CMTY_OK);
    FUZZ_CHECK((d.matched_count == 0) == (d.fence == -1));
    FUZZ_CHECK(d.fence < (int32_t)cmty_fenceset_count(set));
    FUZZ_CHECK(d.action >= CMTY_FENCE_ACCEPT && d.action <= CMTY_FENCE_REFUSE);
    FUZZ_CHECK(d.fence_id != NULL && d.note != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty_fenceset *set = NULL, *again = NULL;
    cmty__buf bytes = {0}, same = {0};

    if (cmty__fenceset_load(data, size, &set, NULL) != CMTY_OK) {
        FUZZ_CHECK(set == NULL);
        return 0;
    }
    for (int x = -1; x <= 5; x++)
        for (int y = -1; y <= 5; y++)
            ask(set, (cmty_point){-74.02 + x * 0.005, 40 + y * 0.005});
    FUZZ_CHECK(cmty__fenceset_save(set, &bytes, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__fenceset_load(bytes.data, bytes.size, &again, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__fenceset_save(again, &same, NULL) == CMTY_OK);
    fuzz_check_same(&bytes, &same);
    cmty_fenceset_free(set);
    cmty_fenceset_free(again);
    cmty__buf_free(&bytes);
    cmty__buf_free(&same);
    return 0;
}
