/* SPDX-License-Identifier: MIT */
/* Any bytes as saved areas: those that load can be asked, and save to bytes that load to the same.
   Once more with a checksum that fits, as an enemy would write it: then nothing may be read that is
   not there. One thread. */
#include "fuzz.h"
#include "geo/areas.h"

static void ask(const cmty__areas *areas, cmty_point p)
{
    enum { CAPACITY = 8 };
    cmty__hit hits[CAPACITY];
    bool edge, several;
    size_t n = cmty__areas_hits(areas, p, hits, CAPACITY);
    int32_t first = cmty__areas_first(areas, p, &edge, &several);

    FUZZ_CHECK(n <= cmty__areas_count(areas));
    FUZZ_CHECK(n == 0 ? first == -1 : first == hits[0].area);
    for (size_t i = 0; i < n && i < CAPACITY; i++) {
        FUZZ_CHECK(cmty__areas_contains(areas, hits[i].area, p));
        FUZZ_CHECK(i == 0 || hits[i].area > hits[i - 1].area);
    }
}

static void ask_sealed(const uint8_t *data, size_t size)
{
    cmty__areas_head head;
    cmty__areas *areas = NULL;
    uint8_t *copy;

    if (size < sizeof head)
        return;
    copy = malloc(size);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, size);
    memcpy(&head, data, sizeof head);
    head.size = size;
    head.check = cmty__areas_checksum(copy + sizeof head, size - sizeof head);
    memcpy(copy, &head, sizeof head);
    if (cmty__areas_load(copy, size, &areas, NULL) == CMTY_OK)
        for (int i = 0; i < 49; i++) {
            cmty_point p[2] = {{-74.025 + i % 7 * 0.005, 39.995 + i / 7 * 0.005}, {i, i}};
            cmty__hit hits[8];
            cmty__near near[4];
            int32_t area[2], of[8];
            uint64_t first[3];

            (void)cmty__areas_hits(areas, p[0], hits, 8);
            cmty__areas_first_many(areas, p, 2, area, NULL);
            FUZZ_CHECK(area[0] < (int32_t)cmty__areas_count(areas));
            (void)cmty__areas_hits_many(areas, p, 2, first, of, 8);
            (void)cmty__areas_near(areas, p[0], 1000, near, 4);
            (void)cmty__areas_clear(areas, p[0], 1);
        }
    cmty__areas_free(areas);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__areas *areas = NULL, *again = NULL;
    cmty__buf bytes = {0}, same = {0};

    ask_sealed(data, size);
    if (cmty__areas_load(data, size, &areas, NULL) != CMTY_OK) {
        FUZZ_CHECK(areas == NULL);
        return 0;
    }
    for (int x = -1; x <= 5; x++)
        for (int y = -1; y <= 5; y++)
            ask(areas, (cmty_point){-74.02 + x * 0.005, 40 + y * 0.005});
    cmty__areas_save(areas, &bytes);
    FUZZ_CHECK(cmty__areas_load(bytes.data, bytes.size, &again, NULL) == CMTY_OK);
    cmty__areas_save(again, &same);
    fuzz_check_same(&bytes, &same);
    cmty__areas_free(areas);
    cmty__areas_free(again);
    cmty__buf_free(&bytes);
    cmty__buf_free(&same);
    return 0;
}
