/* SPDX-License-Identifier: MIT */
/* Random bytes from the system's generator, through libsodium. Any thread. */
#include "core/core.h"

#include <sodium.h>

cmty_status cmty__random(void *out, size_t size, cmty_error *err)
{
    if (sodium_init() < 0)
        return cmty__fail(err, CMTY_E_INTERNAL, "the system has no secure random generator");
    randombytes_buf(out, size);
    return CMTY_OK;
}
