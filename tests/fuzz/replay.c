/* SPDX-License-Identifier: MIT */
/*
 * The main of a harness where there is no fuzzer: runs it over saved inputs, and over altered
 * copies of each, the same ones every time. One thread.
 *
 * Arguments are files and folders. With CMTY_FUZZ_KEEP in the environment each input is first
 * written to the file "crash", which is slow, so that one that ends the program can be kept.
 */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

enum { ALTERED_COPIES = 1000, GROWTH = 64 };

static uint64_t state;
static unsigned long inputs;
static bool keeping;

static size_t random_below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % n);
}

static void keep(const uint8_t *data, size_t size)
{
    FILE *file = fopen("crash", "wb");

    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(fwrite(data, 1, size, file) == size);
    fclose(file);
}

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1); /* a block of this size, so that overreads show */

    FUZZ_CHECK(exact != NULL);
    memcpy(exact, data, size);
    if (keeping)
        keep(exact, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs++;
}

static size_t alter_once(uint8_t *data, size_t size, size_t capacity)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, '"', '\\', ',', '\n', '-', '9', '{'};
    size_t at = random_below(size + 1), n;

    switch (random_below(5)) {
    case 0: /* one bit */
        if (at < size)
            data[at] = (uint8_t)(data[at] ^ 1u << random_below(8));
        return size;
    case 1: /* one byte */
        if (at < size)
            data[at] = odd[random_below(sizeof odd)];
        return size;
    case 2: /* cut */
        return random_below(3) == 0 ? at : size;
    case 3: /* leave out a piece */
        n = random_below(size - at + 1);
        memmove(data + at, data + at + n, size - at - n);
        return size - n;
    default: /* say a piece twice */
        n = random_below(size - at + 1);
        n = n > capacity - size ? capacity - size : n;
        memmove(data + at + n, data + at, size - at);
        return size + n;
    }
}

static void run_file(const char *path)
{
    char *data = NULL;
    uint8_t *copy;
    size_t size = 0;

    FUZZ_CHECK(cmty__file_read(path, 1024 * 1024, &data, &size, NULL) == CMTY_OK);
    copy = malloc(size + GROWTH);
    FUZZ_CHECK(copy != NULL);
    state = 0x9e3779b97f4a7c15u ^ size;
    run((const uint8_t *)data, size);
    for (int i = 0; i < ALTERED_COPIES; i++) {
        size_t altered = size;

        memcpy(copy, data, size);
        for (size_t k = 1 + random_below(4); k > 0; k--)
            altered = alter_once(copy, altered, size + GROWTH);
        run(copy, altered);
    }
    free(copy);
    cmty__free(data);
}

static void run_path(const char *path)
{
    struct stat about;
    struct dirent *entry;
    char inner[1024];
    DIR *folder;

    FUZZ_CHECK(stat(path, &about) == 0);
    if (!S_ISDIR(about.st_mode)) {
        run_file(path);
        return;
    }
    folder = opendir(path);
    FUZZ_CHECK(folder != NULL);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        run_path(inner);
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    keeping = getenv("CMTY_FUZZ_KEEP") != NULL;
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    FUZZ_CHECK(inputs > 0);
    if (keeping)
        remove("crash");
    printf("%lu inputs\n", inputs);
    return 0;
}
