/* SPDX-License-Identifier: MIT */
/*
 * Seeds whose form is ours to change or the system's: saved sets of the small city of the fault
 * tests, pictures, and zone files. They are made afresh for each build, so they never go stale. One
 * thread.
 *
 * Usage: make_seeds FOLDER
 */
#include "../unit/picture.h"
#include "beat/beat.h"
#include "fence/fence.h"
#include "fuzz.h"
#include "privacy/privacy.h"

#include <sys/stat.h>

#define CITY CMTY_TEST_SOURCE_DIR "/tests/fault/data/"

static const char *folder;

static void write_seed(const char *kind, const char *name, const void *data, size_t size)
{
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, kind);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%s", folder, kind, name);
    file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(fwrite(data, 1, size, file) == size);
    FUZZ_CHECK(fclose(file) == 0);
}

static void make_catchments(const cmty__areas *areas, const cmty__areas *places, const char *name)
{
    enum { SIDE = 12 };
    cmty__address addresses[SIDE * SIDE];
    cmty__catchments *c = NULL;
    cmty__buf b = {0};

    for (int i = 0; i < SIDE * SIDE; i++)
        addresses[i] = (cmty__address){{-74.02 + (i % SIDE + 0.4) * 0.02 / SIDE,
                                        40 + (i / SIDE + (i % 7) / 10.0) * 0.02 / SIDE},
                                       1};
    FUZZ_CHECK(cmty__catchments_build(&areas, 1, addresses, SIDE * SIDE, places, 8, NULL, &c, NULL)
               == CMTY_OK);
    cmty__catchments_save(c, &b);
    write_seed("catchments", name, b.data, b.size);
    cmty__buf_free(&b);
    cmty__catchments_free(c);
}

static void make_beats(const char *layer, const char *name)
{
    cmty_beatset *set = NULL;
    cmty__buf b = {0};

    FUZZ_CHECK(cmty_beatset_open(&layer, 1, NULL, &set, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__beatset_save(set, &b, NULL) == CMTY_OK);
    write_seed("beats", name, b.data, b.size);
    cmty__buf_clear(&b);
    cmty__areas_save(cmty__beatset_areas(set, 0), &b);
    write_seed("areas", name, b.data, b.size);
    make_catchments(cmty__beatset_areas(set, 0), NULL, "city");
    make_catchments(cmty__beatset_areas(set, 0), cmty__beatset_areas(set, 0), "places");
    cmty__buf_free(&b);
    cmty_beatset_free(set);
}

static void make_fences(const char *layer)
{
    cmty_fenceset *set = NULL;
    cmty__buf b = {0};

    FUZZ_CHECK(cmty_fenceset_open(&layer, 1, NULL, &set, NULL) == CMTY_OK);
    FUZZ_CHECK(cmty__fenceset_save(set, &b, NULL) == CMTY_OK);
    write_seed("fences", "city", b.data, b.size);
    cmty__buf_free(&b);
    cmty_fenceset_free(set);
}

static void copy_zone(const char *path, const char *name)
{
    char *bytes = NULL;
    size_t size = 0;

    FUZZ_CHECK(cmty__file_read(path, 1024 * 1024, &bytes, &size, NULL) == CMTY_OK);
    write_seed("zone", name, bytes, size);
    cmty__free(bytes);
}

static void make_pictures(void)
{
    for (int i = 0; i < PICTURE_JPEGS + PICTURE_PNGS; i++) {
        bool jpeg = i < PICTURE_JPEGS;
        cmty__buf plain = jpeg ? picture_jpeg(i) : picture_png(i - PICTURE_JPEGS);
        const plant *exif = picture_exif((unsigned)(1 + i % 8));
        cmty__buf planted =
            jpeg ? picture_plant_jpeg(&plain, exif, 1) : picture_plant_png(&plain, exif, 1);
        char name[8];

        snprintf(name, sizeof name, "%02d", i);
        write_seed("media", name, planted.data, planted.size);
        cmty__buf_free(&plain);
        cmty__buf_free(&planted);
    }
}

/* Squares that share sides, cut sides, corners and ground, and questions on, beside and far from
   them. */
static void make_near(void)
{
    static const uint8_t partition[] = {9,  4, 0,  0, 10, 0,  10, 10, 0,  10, 4,  10, 0,  20, 0,
                                        20, 5, 10, 5, 4,  10, 5,  20, 5,  20, 10, 10, 10, 0,  10,
                                        5,  1, 5,  5, 4,  10, 10, 2,  15, 5,  9,  40, 40, 200};
    static const uint8_t overlaps[] = {0,  4,  0,  0,  20, 0,  20, 20, 0, 20, 4, 10, 0,  30, 0,
                                       30, 20, 10, 20, 7,  5,  5,  9,  5, 9,  9, 7,  9,  8,  7,
                                       6,  7,  7,  9,  0,  10, 0,  3,  7, 9,  1, 15, 10, 30};
    static const uint8_t crossing[] = {255, 4, 0, 0, 9, 9, 9, 0, 0, 9, 0, 4, 4, 9, 2, 5, 255};

    write_seed("near", "partition", partition, sizeof partition);
    write_seed("near", "overlaps", overlaps, sizeof overlaps);
    write_seed("near", "crossing", crossing, sizeof crossing);
}

int main(int argc, char **argv)
{
    FUZZ_CHECK(argc == 2);
    folder = argv[1];
    mkdir(folder, 0777);
    make_beats(CITY "beats.geojson", "plain");
    make_beats(CITY "beats.geojson|id=BEAT|from=2020-01-01|to=2030-01-01", "dated");
    make_pictures();
    make_near();
    make_fences(CITY "fences.geojson");
    copy_zone("/usr/share/zoneinfo/America/Chicago", "chicago");
    copy_zone("/usr/share/zoneinfo/Europe/Dublin", "dublin");
    copy_zone("/usr/share/zoneinfo/Etc/GMT+5", "fixed");
    return 0;
}
