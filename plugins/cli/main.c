/* SPDX-License-Identifier: MIT */
/* The command line's entry. One thread. */
#include <community/version.h>
#include <stdio.h>

int main(void)
{
    printf("community %s\n", cmty_version_string());
    return 0;
}
