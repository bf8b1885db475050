/* SPDX-License-Identifier: MIT */
/* Blanks networks that come in and tells which numbers are blank, for scripts that judge them: for
   each "NODES ARCS BELOW" and as many lines "FROM TO VALUE", a line of 0 and 1. One thread. */
#include "release/suppress.h"

#include <stdio.h>
#include <stdlib.h>

static int read_arcs(cmty__network *n, int nodes, int arcs)
{
    long long value;
    int from, to;

    for (int i = 0; i < nodes; i++)
        cmty__network_node(n);
    for (int i = 0; i < arcs; i++) {
        if (scanf("%d %d %lld", &from, &to, &value) != 3)
            return 0;
        cmty__network_arc(n, from, to, value);
    }
    return 1;
}

int main(void)
{
    cmty_error err = CMTY_ERROR_INIT;
    long long below;
    int nodes, arcs;

    while (scanf("%d %d %lld", &nodes, &arcs, &below) == 3) {
        cmty__network *n = cmty__network_new();

        if (n == NULL || !read_arcs(n, nodes, arcs)
            || cmty__network_protect(n, below, &err) != CMTY_OK) {
            fprintf(stderr, "suppress_tables: %s\n", err.message);
            return EXIT_FAILURE;
        }
        for (int i = 0; i < arcs; i++)
            putchar(cmty__network_blank(n, i) ? '1' : '0');
        putchar('\n');
        cmty__network_free(n);
    }
    return EXIT_SUCCESS;
}
