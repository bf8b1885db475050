/* SPDX-License-Identifier: MIT */
/* A program outside the project: asks the library who it is, and provokes one error. One thread. */
#include <community/community.h>

#include <stdio.h>

int main(void)
{
    const char *layer = "no such file";
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beatset *set = NULL;

    if (cmty_abi_version() >> 16 != CMTY_ABI_VERSION >> 16) {
        fputs("unsupported ABI\n", stderr);
        return 2;
    }
    if (cmty_beatset_open(&layer, 1, NULL, &set, &err) != CMTY_E_IO || set != NULL)
        return 1;
    printf("%s: %s\n", cmty_status_name(err.status), err.message);
    return 0;
}
