/* SPDX-License-Identifier: MIT */
/*
 * What the databases are given, and what they have to answer: writes the areas of one layer and its
 * points into a folder, and prints, one line for each set of points,
 *
 *     SET POINTS PAIRS SUM SECONDS
 *
 * the pairs of a point and a beat that holds it, the sum of their beats' numbers from 1, and the
 * CPU time of one batch.
 *
 *     bench_sql_data FOLDER POINTS NAME
 */
#include "cases.h"
#include "clock.h"
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5, CANDIDATES = 64 };

static FILE *make_file(const char *folder, const char *name)
{
    char path[1024];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    if (f == NULL)
        bench_die("cannot write %s", path);
    return f;
}

static void write_areas(const layer *l, const char *folder)
{
    FILE *f = make_file(folder, "beats.csv");

    for (size_t a = 0; a < l->area_count; a++) {
        fprintf(f, "%zu;MULTIPOLYGON(", a + 1);
        for (size_t p = l->area_start[a]; p < l->area_start[a + 1]; p++) {
            fprintf(f, p == l->area_start[a] ? "(" : ",(");
            for (size_t r = l->part_start[p]; r < l->part_start[p + 1]; r++) {
                fprintf(f, r == l->part_start[p] ? "(" : ",(");
                for (size_t i = l->ring_start[r]; i < l->ring_start[r + 1]; i++)
                    fprintf(f, "%s%.17g %.17g", i == l->ring_start[r] ? "" : ",",
                            l->points[i].lon_deg, l->points[i].lat_deg);
                fputc(')', f);
            }
            fputc(')', f);
        }
        fputs(")\n", f);
    }
    if (fclose(f) != 0)
        bench_die("cannot write the areas");
}

static void write_points(const point_set *set, const char *folder, const char *name)
{
    FILE *f = make_file(folder, name);

    for (size_t i = 0; i < set->count; i++)
        fprintf(f, "%zu;%.17g;%.17g\n", i + 1, set->points[i].lon_deg, set->points[i].lat_deg);
    if (fclose(f) != 0)
        bench_die("cannot write the points");
}

/* Those that hold the point are the candidates at distance 0. */
static void put_pairs(const cmty_beatset *set, cmty_point at, size_t *pairs, size_t *sum)
{
    cmty_beat_candidate found[CANDIDATES];
    cmty_beat_answer answer = {.struct_size = sizeof answer};

    if (cmty_beatset_locate(set, at, CMTY_TIME_UNKNOWN, 0, &answer, found, CANDIDATES, NULL)
            != CMTY_OK
        || answer.candidate_count > CANDIDATES)
        bench_die("a look-up failed");
    for (uint32_t k = 0; k < answer.candidate_count; k++)
        if (found[k].distance_m == 0) {
            ++*pairs;
            *sum += (size_t)found[k].beat + 1;
        }
}

static void print_answers(ours *o, const point_set *set, const char *name)
{
    int32_t *beat = bench_alloc(NULL, set->count, sizeof *beat);
    uint8_t *relation = bench_alloc(NULL, set->count, 1);
    size_t pairs = 0, sum = 0;
    double best = 0;

    for (int round = 0; round < ROUNDS; round++) {
        double start = cpu_seconds(), took;

        if (cmty_beatset_locate_many(o->beats, set->points, NULL, set->count, beat, relation, NULL)
            != CMTY_OK)
            bench_die("a look-up failed");
        took = cpu_seconds() - start;
        best = round == 0 || took < best ? took : best;
    }
    for (size_t i = 0; i < set->count; i++)
        if (relation[i] == CMTY_RELATION_INSIDE) {
            pairs++;
            sum += (size_t)beat[i] + 1;
        } else if (relation[i] != CMTY_RELATION_OUTSIDE
                   && relation[i] != CMTY_RELATION_GAP_NEAREST) {
            put_pairs(o->beats, set->points[i], &pairs, &sum);
        }
    printf("%s %zu %zu %zu %.9f\n", name, set->count, pairs, sum, best);
    free(beat);
    free(relation);
}

int main(int argc, char **argv)
{
    size_t count = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;

    if (count == 0)
        bench_die("usage: bench_sql_data FOLDER POINTS NAME");
    for (size_t i = 0; i < bench_case_count; i++) {
        const bench_case *c = &bench_cases[i];
        point_set sets[3];
        layer l;
        ours o;

        if (!case_wanted(c, false, argv + 3, 1) || !case_layer(c, &l))
            continue;
        write_areas(&l, argv[1]);
        ours_open(&o, &l, false);
        sets[0] = points_uniform(&l, count, 11);
        sets[1] = points_clustered(&l, case_reports(c), c->lon, c->lat, count, 12);
        sets[2] = points_near_edges(&l, count, 13);
        for (int k = 0; k < 3; k++) {
            static const char *const names[] = {"uniform", "clustered", "edges"};

            write_points(&sets[k], argv[1], names[k]);
            print_answers(&o, &sets[k], names[k]);
            points_free(&sets[k]);
        }
        ours_close(&o);
        layer_free(&l);
        return 0;
    }
    return 77;
}
