/* SPDX-License-Identifier: MIT */
/* Beat sets to be judged, from files. Serial. */
#include "subject.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The same for both directions of an edge; edges add up, so order and start are nothing; one
   without length is none. */
static uint64_t edge_sum(const cmty__area_input *area)
{
    uint64_t sum = 0;

    for (size_t r = 0; r < area->ring_count; r++)
        for (size_t i = 0; i + 1 < area->rings[r].count; i++) {
            const cmty_point *p = &area->rings[r].points[i];
            uint64_t ends = 0;

            for (size_t k = 0; k < 2; k++) {
                double v[2] = {p[k].lon_deg + 0.0, p[k].lat_deg + 0.0}; /* -0 is 0 */
                rng at = {0}, on;

                memcpy(&at.state, &v[0], sizeof v[0]);
                on.state = rng_next(&at);
                memcpy(&at.state, &v[1], sizeof v[1]);
                on.state ^= at.state;
                ends += rng_next(&on);
            }
            if (p[0].lon_deg != p[1].lon_deg || p[0].lat_deg != p[1].lat_deg)
                sum += ends * ends;
        }
    return sum;
}

static subject *take_apart(subject *s)
{
    int32_t version = cmty__beatset_version_at(s->beats, CMTY_TIME_UNKNOWN);
    cmty__area_input *inputs;
    size_t count;

    ck_assert_uint_eq(cmty_beatset_version_count(s->beats), 1);
    s->areas = cmty__beatset_areas(s->beats, version);
    count = cmty__areas_count(s->areas);
    inputs = calloc(count, sizeof *inputs);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(cmty__beatset_beat_of(s->beats, version, (int32_t)i), (int)i);
        inputs[i].rings = cmty__areas_rings(s->areas, (int32_t)i, &inputs[i].ring_count);
    }
    s->truth = partition_copy(inputs, count);
    free(inputs);
    return s;
}

subject *subject_open(const char *spec)
{
    subject *s = calloc(1, sizeof *s);
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(cmty_beatset_open(&spec, 1, NULL, &s->beats, &err) == CMTY_OK, "%s", err.message);
    return take_apart(s);
}

/* Each ring a polygon of its own: it is the even-odd rule that makes holes. 17 digits give every
   double back. */
static void write_area(FILE *f, const cmty__area_input *area, size_t number)
{
    fprintf(f,
            "{\"type\":\"Feature\",\"properties\":{\"id\":\"%08zu\"},"
            "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[",
            number);
    for (size_t r = 0; r < area->ring_count; r++) {
        fputs(r == 0 ? "[[" : ",[[", f);
        for (size_t i = 0; i < area->rings[r].count; i++) {
            cmty_point at = area->rings[r].points[i];
            char text[64];

            /* as C writes it, whatever the locale */
            cmty__format(text, sizeof text, "[%.17g,%.17g]", at.lon_deg, at.lat_deg);
            fprintf(f, "%s%s", i == 0 ? "" : ",", text);
        }
        fputs("]]", f);
    }
    fputs("]}}", f);
}

static void write_layer(const partition *p, const char *path, const size_t *order)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("{\"type\":\"FeatureCollection\",\"features\":[\n", f);
    for (size_t i = 0; i < p->area_count; i++) {
        size_t a = order == NULL ? i : order[i];

        fputs(i == 0 ? "" : ",\n", f);
        write_area(f, &p->areas[a], a);
    }
    fputs("]}\n", f);
    ck_assert_int_eq(fclose(f), 0);
}

subject *subject_make(const partition *p, const size_t *order, bool fences)
{
    char path[64], spec[128];
    const char *spec_again = spec;
    cmty_error err = CMTY_ERROR_INIT;
    subject *s;

    snprintf(path, sizeof path, "areas_%ld.geojson", (long)getpid());
    write_layer(p, path, order);
    snprintf(spec, sizeof spec, "%s|id=id", path);
    s = subject_open(spec);
    snprintf(spec, sizeof spec, "%s|id=id|action=escalate", path);
    if (fences)
        ck_assert_msg(cmty_fenceset_open(&spec_again, 1, NULL, &s->fences, &err) == CMTY_OK, "%s",
                      err.message);
    unlink(path);
    ck_assert_uint_eq(s->truth->area_count, p->area_count);
    for (size_t a = 0; a < p->area_count; a++)
        ck_assert_uint_eq(edge_sum(&s->truth->areas[a]), edge_sum(&p->areas[a]));
    return s;
}

void subject_free(subject *s)
{
    cmty_beatset_free(s->beats);
    cmty_fenceset_free(s->fences);
    partition_free(s->truth);
    free(s);
}
