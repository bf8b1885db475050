/* SPDX-License-Identifier: MIT */
/* Versions of the library and of its binary interface. Any thread; no state. */
#include <community/version.h>

const char *cmty_version_string(void)
{
    return "0.1.0";
}

uint32_t cmty_abi_version(void)
{
    return CMTY_ABI_VERSION;
}
