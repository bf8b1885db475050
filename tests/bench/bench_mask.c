/* SPDX-License-Identifier: MIT */
/* CPU seconds to mask a million points, or --small, by the law lattice: one public call for each.
 */
#include <community/community.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static cmty_masker *open_masker(void)
{
    char folder[] = "/tmp/cmty-bench-XXXXXX", key[64];
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_masker *masker = NULL;

    if (mkdtemp(folder) == NULL)
        return NULL;
    snprintf(key, sizeof key, "%s/mask.key", folder);
    o.law = CMTY_LAW_LATTICE;
    o.key_file = key;
    if (cmty_key_make_mask(key, &err) != CMTY_OK
        || cmty_masker_open(&o, NULL, &masker, &err) != CMTY_OK)
        fprintf(stderr, "%s\n", err.message);
    unlink(key);
    rmdir(folder);
    return masker;
}

int main(int argc, char **argv)
{
    int count = argc > 1 && strcmp(argv[1], "--small") == 0 ? 1000 : 1000000;
    cmty_masker *masker = open_masker();
    char(*ids)[16] = calloc((size_t)count, sizeof *ids);
    double start;

    if (ids == NULL || masker == NULL)
        return 1;
    for (int i = 0; i < count; i++)
        snprintf(ids[i], sizeof ids[i], "report-%d", i);
    start = cpu_s();
    for (int i = 0; i < count; i++) {
        cmty_masked masked = {.struct_size = sizeof masked};
        cmty_point at = {-87.6 + i * 1e-6, 41.8 + i * 1e-7};

        if (cmty_masker_apply(masker, ids[i], at, 0, &masked, NULL) != CMTY_OK)
            return 1;
    }
    printf("%.6f\n", cpu_s() - start);
    cmty_masker_free(masker);
    free(ids);
    return 0;
}
