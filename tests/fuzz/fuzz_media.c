/* SPDX-License-Identifier: MIT */
/* Any bytes as a picture: a copy that is given is proven clean, and clean already. One thread. */
#include "fuzz.h"

#include <community/media.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty_media_options limits = CMTY_MEDIA_OPTIONS_INIT;
    cmty_media_info info = {.struct_size = sizeof info}, again = {.struct_size = sizeof again};
    void *out = NULL, *twice = NULL;
    size_t out_size = 0, twice_size = 0;
    cmty_status st;

    limits.max_pixels = 1 << 20;
    st = cmty_media_clean(data, size, &limits, &out, &out_size, &info, NULL);
    FUZZ_CHECK(st == CMTY_OK || (st == CMTY_REFUSED && out == NULL && info.reason != 0));
    if (st != CMTY_OK)
        return 0;
    FUZZ_CHECK(cmty_media_clean(out, out_size, &limits, &twice, &twice_size, &again, NULL)
               == CMTY_OK);
    FUZZ_CHECK(again.removed == 0 && again.orientation == 1);
    FUZZ_CHECK(again.width == info.width && again.height == info.height);
    FUZZ_CHECK(twice_size == out_size && memcmp(twice, out, out_size) == 0);
    cmty_free(out);
    cmty_free(twice);
    return 0;
}
