/* SPDX-License-Identifier: MIT */
/* The small city. One thread; each test runs in its own process. */
#include "city.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

void city_set_up(void)
{
    cmty_error err = CMTY_ERROR_INIT;

    snprintf(folder, sizeof folder, "/tmp/cmty-fault-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_msg(cmty_key_make_mask(CITY_MASK_KEY, &err) == CMTY_OK, "%s", err.message);
    ck_assert_msg(cmty_key_make_seal(CITY_PUBLIC_KEY, CITY_SECRET_KEY, &err) == CMTY_OK, "%s",
                  err.message);
}

void city_remove(const char *start)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
            && strncmp(entry->d_name, start, strlen(start)) == 0)
            unlink(city_path(entry->d_name));
    closedir(dir);
}

void city_tear_down(void)
{
    city_remove("");
    rmdir(folder);
}

const char *city_path(const char *name)
{
    static char paths[4][400];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

cmty_beatset *city_beats(void)
{
    const char *layer = FAULT_FILE("beats.geojson");
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beatset *set = NULL;

    ck_assert_msg(cmty_beatset_open(&layer, 1, NULL, &set, &err) == CMTY_OK, "%s", err.message);
    return set;
}

const char *city_stray(const char *allowed)
{
    static char stray[300];
    DIR *dir = opendir(folder);
    struct dirent *entry;

    ck_assert_ptr_nonnull(dir);
    stray[0] = '\0';
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strstr(name, ".key") != NULL
            || (allowed != NULL && strncmp(name, allowed, strlen(allowed)) == 0))
            continue;
        snprintf(stray, sizeof stray, "%s", name);
    }
    closedir(dir);
    return stray[0] != '\0' ? stray : NULL;
}
