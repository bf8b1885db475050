/* SPDX-License-Identifier: MIT */
/* The layers of the benchmark. Serial. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KML "uk_leicestershire/boundaries/"

const bench_case bench_cases[] = {
    {.name = "Chicago beats",
     .files = {"chicago/boundaries/police_beats_2012-12.geojson"},
     .reports = "chicago/reports/crimes_2015-02_10k.csv",
     .lon = "Longitude",
     .lat = "Latitude",
     .least = 50,
     .least_edge = 40},
    {.name = "San Francisco 2015",
     .files = {"san_francisco/boundaries/sfpd_districts_after_2015.geojson"},
     .reports = "san_francisco/reports/incidents_2018-12.csv",
     .lon = "Longitude",
     .lat = "Latitude",
     .least = 50,
     .least_edge = 40},
    {.name = "San Francisco before",
     .files = {"san_francisco/boundaries/sfpd_districts_before_2015.geojson"},
     .reports = "san_francisco/reports/incidents_2013-12.csv",
     .lon = "X",
     .lat = "Y",
     .least = 50,
     .least_edge = 40},
    {.name = "Charlottesville beats",
     .files = {"charlottesville/boundaries/police_beats_esri.json"},
     .reports = "charlottesville/population/master_address_points.csv",
     .lon = "X",
     .lat = "Y",
     .least = 50,
     .least_edge = 40},
    {.name = "Raleigh beats",
     .files = {"raleigh/boundaries/police_beats.geojson"},
     .least = 50,
     .least_edge = 40},
    {.name = "Leicestershire and around",
     .files = {KML "leicestershire.kml", KML "derbyshire.kml", KML "lincolnshire.kml",
               KML "northamptonshire.kml", KML "nottinghamshire.kml", KML "staffordshire.kml",
               KML "warwickshire.kml"},
     .reports = "uk_leicestershire/reports/leicestershire_street_2025-10.csv",
     .lon = "longitude",
     .lat = "latitude",
     .least = 50,
     .least_edge = 40},
    {.name = "invented, 40", .areas = 40, .levels = 3, .small = true},
    {.name = "invented fences, 60", .areas = 60, .fences = true, .small = true},
    {.name = "invented, 300", .areas = 300, .levels = 6, .least = 50, .least_edge = 40},
    {.name = "invented, 10,000", .areas = 10000, .levels = 3, .least = 150, .least_edge = 40},
    {.name = "invented, 100,000", .areas = 100000, .levels = 3, .least = 120, .least_edge = 40},
    {.name = "fences, 2,000", .areas = 2000, .fences = true, .least = 70},
    {.name = "fences, 100,000", .areas = 100000, .fences = true},
};
const size_t bench_case_count = sizeof bench_cases / sizeof *bench_cases;

static const char *shared_path(const char *name)
{
    static char path[1024];
    const char *folder = getenv("CMTY_SHARED");

    snprintf(path, sizeof path, "%s/data/%s",
             folder != NULL ? folder : CMTY_BENCH_SOURCE_DIR "/../shared", name);
    return path;
}

bool case_layer(const bench_case *c, layer *l)
{
    memset(l, 0, sizeof *l);
    snprintf(l->name, sizeof l->name, "%s", c->name);
    if (c->files[0] == NULL) {
        double largest_m = c->areas > 10000 ? 150 : 1500;

        if (c->fences)
            layer_make_fences(l, c->areas, largest_m / 15, largest_m, 5);
        else
            layer_make_partition(l, c->areas, c->levels, 7 + c->areas);
        return true;
    }
    for (size_t i = 0; i < sizeof c->files / sizeof *c->files && c->files[i] != NULL; i++)
        if (!layer_read(l, shared_path(c->files[i]))) {
            fprintf(stderr, "SKIP: %s: %s is absent\n", c->name, c->files[i]);
            layer_free(l);
            return false;
        }
    layer_finish(l);
    return true;
}

const char *case_reports(const bench_case *c)
{
    return c->reports == NULL ? NULL : shared_path(c->reports);
}

bool case_wanted(const bench_case *c, bool small, char *const *names, int count)
{
    if (count == 0)
        return c->small == small;
    for (int i = 0; i < count; i++)
        if (strstr(c->name, names[i]) != NULL)
            return true;
    return false;
}
