/* SPDX-License-Identifier: MIT */
/*
 * What must not change an answer: the order of features, where a ring begins and which way it goes,
 * the size of a batch, the thread, and other threads. Whole answers are compared, to the last bit
 * of a margin.
 */
#include "../runner.h"
#include "stream.h"
#include "subject.h"

#include <pthread.h>
#include <string.h>

enum { POINTS = 12000, FULL = 1500, CANDIDATES = 8 };

typedef struct full {
    cmty_beat_answer answer;
    cmty_beat_candidate candidates[CANDIDATES];
} full;

typedef struct answers {
    int32_t beat[POINTS];
    uint8_t relation[POINTS];
    full full[FULL]; /* of the first points */
} answers;

static cmty_point points[POINTS];

static void ask_full(const cmty_beatset *set, size_t i, full *f)
{
    memset(f, 0, sizeof *f);
    f->answer.struct_size = sizeof f->answer;
    ck_assert_int_eq(cmty_beatset_locate(set, points[i], CMTY_TIME_UNKNOWN, (double)(i % 3) * 20,
                                         &f->answer, f->candidates, CANDIDATES, NULL),
                     CMTY_OK);
}

static answers *ask_all(const cmty_beatset *set, size_t batch)
{
    answers *a = calloc(1, sizeof *a);

    for (size_t i = 0; i < POINTS; i += batch)
        ck_assert_int_eq(cmty_beatset_locate_many(set, points + i, NULL,
                                                  POINTS - i < batch ? POINTS - i : batch,
                                                  a->beat + i, a->relation + i, NULL),
                         CMTY_OK);
    for (size_t i = 0; i < FULL; i++)
        ask_full(set, i, &a->full[i]);
    return a;
}

/* The points in an order of their own, so that hard and easy ones stand side by side. */
static void put_points(const partition *p, uint64_t seed)
{
    stream s = stream_begin(p, POINTS, seed);
    rng r = {seed};

    for (size_t i = 0; i < POINTS; i++)
        ck_assert(stream_next(&s, &points[i]));
    for (size_t i = POINTS - 1; i > 0; i--) {
        size_t k = rng_below(&r, i + 1);
        cmty_point swap = points[i];

        points[i] = points[k];
        points[k] = swap;
    }
}

static void check_same(const answers *a, const answers *b)
{
    ck_assert(memcmp(a->beat, b->beat, sizeof a->beat) == 0);
    ck_assert(memcmp(a->relation, b->relation, sizeof a->relation) == 0);
    for (size_t i = 0; i < FULL; i++)
        ck_assert(memcmp(&a->full[i], &b->full[i], sizeof a->full[i]) == 0);
}

static partition *make(int which)
{
    switch (which) {
    case 0:
        return partition_make(8, 6, 12, 300);
    case 1:
        return shape_special(SHAPE_TURNED, true);
    case 2:
        return shape_special(0, true);
    case 3:
        return shape_snapped(shape_voronoi(150, 4, 301), 24);
    default:
        return shape_fences(300, 302);
    }
}
enum { LAYERS = 5 };

START_TEST(order_of_features_start_and_direction_of_rings_change_nothing)
{
    partition *p = make(_i);
    subject *s = subject_make(p, NULL, false);
    size_t *order = calloc(p->area_count, sizeof *order),
           *same = calloc(p->area_count, sizeof *same);
    answers *a;
    rng r = {310 + (uint64_t)_i};

    put_points(s->truth, 311);
    a = ask_all(s->beats, POINTS);
    for (size_t i = 0; i < p->area_count; i++)
        same[i] = i;
    for (int round = 0; round < 3; round++) {
        partition *q = partition_shuffle(p, same, &r);
        subject *t;
        answers *b;

        for (size_t i = 0; i < p->area_count; i++) {
            size_t k = rng_below(&r, i + 1);

            order[i] = order[k];
            order[k] = i;
        }
        t = subject_make(q, order, false);
        b = ask_all(t->beats, POINTS);
        check_same(a, b);
        free(b);
        subject_free(t);
        partition_free(q);
    }
    free(a);
    free(order);
    free(same);
    subject_free(s);
    partition_free(p);
}
END_TEST

START_TEST(size_of_a_batch_changes_nothing)
{
    static const size_t sizes[] = {1,   2,   3,   7,   8,   9,   15,   16,   17,   63,   64,  65,
                                   255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2048, 5000};
    partition *p = make(_i);
    subject *s = subject_make(p, NULL, false);
    answers *a;

    put_points(s->truth, 320);
    a = ask_all(s->beats, POINTS);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        answers *b = ask_all(s->beats, sizes[k]);

        check_same(a, b);
        free(b);
    }
    for (size_t i = 0; i < FULL; i += 3) { /* without an accuracy: what the batch says */
        ck_assert_int_eq(a->full[i].answer.beat, a->beat[i]);
        ck_assert_int_eq(a->full[i].answer.relation, a->relation[i]);
    }
    free(a);
    subject_free(s);
    partition_free(p);
}
END_TEST

typedef struct share {
    const cmty_beatset *set;
    size_t batch;
    answers *got;
} share;

static void *ask_in_thread(void *user)
{
    share *s = user;

    s->got = ask_all(s->set, s->batch);
    return NULL;
}

START_TEST(threads_change_nothing)
{
    enum { THREADS = 4 };
    partition *p = make(_i);
    subject *s = subject_make(p, NULL, false);
    pthread_t thread[THREADS];
    share shares[THREADS];
    answers *a;

    put_points(s->truth, 330);
    a = ask_all(s->beats, POINTS);
    for (size_t i = 0; i < THREADS; i++) {
        shares[i] = (share){s->beats, 100 + 333 * i, NULL};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, ask_in_thread, &shares[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        check_same(a, shares[i].got);
        free(shares[i].got);
    }
    free(a);
    subject_free(s);
    partition_free(p);
}
END_TEST

static Suite *sameness_suite(void)
{
    Suite *suite = suite_create("sameness");
    TCase *tc = tcase_create("sameness");

    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, order_of_features_start_and_direction_of_rings_change_nothing, 0,
                        LAYERS);
    tcase_add_loop_test(tc, size_of_a_batch_changes_nothing, 0, LAYERS);
    tcase_add_loop_test(tc, threads_change_nothing, 0, LAYERS);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(sameness_suite)
