/* SPDX-License-Identifier: MIT */
/*
 * The dispatch plugin under load: 1, 2 and 4 threads hand in reports, as fast as they may, while
 * one polls. Prints how long a submit blocks, how long a report takes until it is durable and
 * answered for, and how many come through in a second. --small for a short turn.
 */
#include <community/community.h>
#include <community/dispatch.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const cmty_dispatch_plugin *plugin;
static char folder[] = "/tmp/cmty-bench-XXXXXX", store[80], mask_key[80];
static cmty_point at = {-74.0151, 40.0123}; /* in a beat of the layer */
static atomic_int answered;

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int32_t on_config(void *context, const char *key, char *text, uint64_t *size)
{
    const char *value = strcmp(key, "store") == 0      ? store
                        : strcmp(key, "mask_key") == 0 ? mask_key
                        : strcmp(key, "role") == 0     ? "agency"
                                                       : NULL;

    (void)context;
    if (value != NULL)
        *size = (uint64_t)snprintf(text, *size, "%s", value) + 1;
    return value != NULL ? CMTY_OK : CMTY_NOTFOUND;
}

static int32_t on_incident(void *context, const cmty_dispatch_incident *incident,
                           cmty_dispatch_answer *answer)
{
    (void)context;
    (void)incident;
    (void)answer;
    answered++;
    return CMTY_OK;
}

static void on_log(void *context, int32_t level, const char *text)
{
    (void)context;
    fprintf(stderr, "%d %s\n", (int)level, text);
}

static int load(void)
{
    cmty_dispatch_negotiation n = {
        .struct_size = sizeof n, .host_major_min = 1, .host_major_max = 1};
    void *library =
        dlopen(CMTY_BENCH_BINARY_DIR "/lib/libcommunity_dispatch.so", RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, CMTY_DISPATCH_ENTRY) : NULL;
    cmty_dispatch_entry_fn entry;

    if (symbol == NULL)
        return -1;
    memcpy(&entry, &symbol, sizeof entry);
    return entry(&n, &plugin);
}

static cmty_status make_store(const char *beats, cmty_error *err)
{
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    char public_key[80], secret_key[80];
    cmty_status st;

    snprintf(public_key, sizeof public_key, "%s/public.key", folder);
    snprintf(secret_key, sizeof secret_key, "%s/secret.key", folder);
    st = cmty_key_make_mask(mask_key, err);
    if (st == CMTY_OK)
        st = cmty_key_make_seal(public_key, secret_key, err);
    o.beats = &beats;
    o.beats_count = 1;
    o.public_key = public_key;
    return st == CMTY_OK ? cmty_store_init(store, &o, err) : st;
}

struct sender {
    void *instance;
    int first, count;
    int64_t *blocked_us; /* of each submit */
};

static void *send(void *context)
{
    struct sender *s = context;

    for (int i = 0; i < s->count; i++) {
        char text[300];
        int size =
            snprintf(text, sizeof text,
                     "{\"source_ref\":\"r-%d\",\"occurred\":\"2026-03-04T21:15:00Z\","
                     "\"category\":\"vandalism\",\"lon\":%.6f,\"lat\":%.6f}",
                     s->first + i, at.lon_deg + i % 900 * 1e-6, at.lat_deg + i * 7 % 900 * 1e-6);
        const cmty_dispatch_submission submission = {
            .struct_size = sizeof submission, .bytes = text, .size = (uint64_t)size};
        uint64_t ticket;
        int64_t start = now_us();
        int32_t st = plugin->submit(s->instance, &submission, &ticket);

        s->blocked_us[i] = now_us() - start;
        if (st == CMTY_E_LIMIT) { /* the queue is full: the host waits, not the plugin */
            struct timespec pause = {0, 1000000};

            nanosleep(&pause, NULL);
            i--;
        }
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int race(int threads, int count)
{
    const cmty_dispatch_host host = {.struct_size = sizeof host,
                                     .log = on_log,
                                     .config_get = on_config,
                                     .incident_upsert = on_incident};
    static int first = 0;
    int64_t *blocked = calloc((size_t)(threads * count), sizeof *blocked), start;
    struct sender senders[4];
    pthread_t ids[4];
    void *instance = NULL;
    int32_t st = plugin->create(&host, &instance);
    int all = threads * count;

    if (st != CMTY_OK || blocked == NULL || plugin->start(instance) != CMTY_OK)
        return 1;
    answered = 0;
    start = now_us();
    for (int t = 0; t < threads; t++) {
        senders[t] = (struct sender){instance, first, count, blocked + t * count};
        first += count;
        pthread_create(&ids[t], NULL, send, &senders[t]);
    }
    while (answered < all && st >= 0)
        st = plugin->poll(instance, 100);
    for (int t = 0; t < threads; t++)
        pthread_join(ids[t], NULL);
    qsort(blocked, (size_t)all, sizeof *blocked, by_value);
    printf("%d threads, %d reports: submit blocks %lld us (median), %lld (99.9 %%), %lld (most); "
           "%.0f durable and answered a second\n",
           threads, all, (long long)blocked[all / 2], (long long)blocked[all - 1 - all / 1000],
           (long long)blocked[all - 1], all / ((double)(now_us() - start) / 1e6));
    plugin->destroy(instance);
    free(blocked);
    return st < 0;
}

/* One report at a time, from its bytes to the host's answer on disk. */
static int answer_one_by_one(int count)
{
    const cmty_dispatch_host host = {.struct_size = sizeof host,
                                     .log = on_log,
                                     .config_get = on_config,
                                     .incident_upsert = on_incident};
    int64_t *took = calloc((size_t)count, sizeof *took), start = now_us();
    void *instance = NULL;
    struct rusage usage;

    if (took == NULL || plugin->create(&host, &instance) != CMTY_OK
        || plugin->start(instance) != CMTY_OK)
        return 1;
    printf("start-up %.1f ms\n", (double)(now_us() - start) / 1e3);
    for (int i = 0; i < count; i++) {
        struct sender one = {instance, 1000000 + i, 1, &took[i]};

        start = now_us();
        (void)send(&one);
        if (plugin->poll(instance, 60000) != CMTY_END)
            return 1;
        took[i] = now_us() - start;
    }
    qsort(took, (size_t)count, sizeof *took, by_value);
    getrusage(RUSAGE_SELF, &usage);
    printf("one by one, %d reports: submit to durable answer %lld us (median), %lld (99.9 %%); "
           "%ld MB resident at most\n",
           count, (long long)took[count / 2], (long long)took[count - 1 - count / 1000],
           usage.ru_maxrss / 1024);
    plugin->destroy(instance);
    free(took);
    return 0;
}

static int run(const char *beats, int count)
{
    cmty_error err = CMTY_ERROR_INIT;

    if (make_store(beats, &err) != CMTY_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return answer_one_by_one(count) || race(1, count) || race(2, count) || race(4, count);
}

int main(int argc, char **argv)
{
    const char *beats = CMTY_BENCH_SOURCE_DIR "/tests/fault/data/beats.geojson";
    int count = 5000, failed;
    char command[100];

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--small") == 0) {
            count = 50;
        } else if (i + 2 < argc) {
            beats = argv[i];
            at = (cmty_point){atof(argv[i + 1]), atof(argv[i + 2])};
            i += 2;
        }
    if (load() != CMTY_OK || mkdtemp(folder) == NULL)
        return 1;
    snprintf(store, sizeof store, "%s/store.db", folder);
    snprintf(mask_key, sizeof mask_key, "%s/mask.key", folder);
    failed = run(beats, count);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0 || failed;
}
