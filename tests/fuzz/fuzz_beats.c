/* SPDX-License-Identifier: MIT */
/* Any bytes as saved beats: those that load answer, and save to bytes that load to the same. One
   thread. */
#include "beat/beat.h"
#include "fuzz.h"

static void ask(const cmty_beatset *set, cmty_point at)
{
    enum { CAPACITY = 4 };
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate candidates[CAPACITY];
    cmty_status st =
        cmty_beatset_locate(set, at, 1777000000000, 25.0, &answer, candidates, CAPACITY, NULL);

    FUZZ_CHECK(st == CMTY_OK);
    FUZZ_CHECK(answer.beat >= -1 && answer.beat < (int32_t)cmty_beatset_count(set));
    FUZZ_CHECK((answer.beat == -1)
               == (answer.relation == CMTY_RELATION_OUTSIDE
                   || answer.relation == CMTY_RELATION_NO_VERSION));
    for (uint32_t i = 0; i < answer.candidate_count && i < CAPACITY; i++)
        FUZZ_CHECK(candidates[i].beat >= 0 && candidates[i].beat < (int32_t)cmty_beatset_count(set)
                   && cmty__beatset_id(set, candidates[i].beat) != NULL
                   && candidates[i].probability >= 0 && candidates[i].probability <= 1);
    FUZZ_CHECK(answer.version < 0
               || (answer.outside_probability >= 0 && answer.outside_probability <= 1
                   && answer.other_probability >= 0 && answer.other_probability <= 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty_beatset *set = NULL, *again = NULL;
    cmty__buf bytes = {0}, same = {0};

    if (cmty__beatset_load(data, size, &set, NULL) != CMTY_OK) {
        FUZZ_CHECK(set == NULL);
        return 0;
    }
    for (int x = -1; x <= 5; x++)
        for (int y = -1; y <= 5; y++)
            ask(set, (cmty_point){-74.02 + x * 0.005, 40 + y * 0.005});
    FUZZ_CHECK(cmty__beatset_save(set, &bytes, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__beatset_load(bytes.data, bytes.size, &again, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__beatset_save(again, &same, NULL) == CMTY_OK);
    fuzz_check_same(&bytes, &same);
    cmty_beatset_free(set);
    cmty_beatset_free(again);
    cmty__buf_free(&bytes);
    cmty__buf_free(&same);
    return 0;
}
