/* SPDX-License-Identifier: MIT */
/* The recording host. One thread but for on_wake, which only counts. */
#include "host.h"

#include <check.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

#define POLYGON(properties, west, east)                                                            \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":{\"type\":\"Polygon\","    \
    "\"coordinates\":[[[" west ",50],[" east ",50],[" east ",50.01],[" west ",50.01],[" west       \
    ",50]]]}}"

void make_store(void)
{
    static const char *const old[] = {"store.db", "store.db-wal", "store.db-shm", "store.db.lock",
                                      "mask.key", "public.key",   "secret.key"};
    const char *beats = "beats.geojson", *fences = "fences.geojson";
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;

    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        unlink(old[i]);
    write_file(beats, "{\"type\":\"FeatureCollection\",\"features\":[" POLYGON(
                          "\"BEAT\":\"A\",\"DISTRICT\":\"1\"", "10.00",
                          "10.01") "," POLYGON("\"BEAT\":\"B\",\"DISTRICT\":\"2\"", "10.01",
                                               "10.02") "]}");
    write_file(fences, "{\"type\":\"FeatureCollection\",\"features\":[" POLYGON(
                           "\"id\":\"market\",\"action\":\"escalate\"", "10.00", "10.003") "]}");
    ck_assert_msg(cmty_key_make_mask("mask.key", &err) == CMTY_OK, "%s", err.message);
    ck_assert_msg(cmty_key_make_seal("public.key", "secret.key", &err) == CMTY_OK, "%s",
                  err.message);
    o.beats = &beats;
    o.beats_count = 1;
    o.fences = &fences;
    o.fences_count = 1;
    o.public_key = "public.key";
    ck_assert_msg(cmty_store_init("store.db", &o, &err) == CMTY_OK, "%s", err.message);
}

const char *report_text(int number, double lon)
{
    static _Thread_local char text[512];

    /* Thousandths of a degree, so that no decimal mark of a locale comes in. */
    snprintf(text, sizeof text,
             "{\"source_ref\":\"r-%d\",\"occurred\":\"2026-03-04T21:15:00Z\",\"category\":"
             "\"vandalism\",\"lon\":10.%03d,\"lat\":50.005,\"accuracy_m\":20,\"description\":"
             "\"paint on the door\",\"reporter\":{\"name\":\"Ada Example\"}}",
             number, (int)((lon - 10) * 1000 + 0.5));
    return text;
}

const cmty_dispatch_plugin *load_plugin(void)
{
    cmty_dispatch_negotiation n = {
        .struct_size = sizeof n, .host_major_min = 1, .host_major_max = 1};
    const cmty_dispatch_plugin *plugin = NULL;
    void *library =
        dlopen(CMTY_TEST_BINARY_DIR "/lib/libcommunity_dispatch.so", RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, CMTY_DISPATCH_ENTRY) : NULL;
    cmty_dispatch_entry_fn entry;

    ck_assert_msg(symbol != NULL, "%s", dlerror());
    memcpy(&entry, &symbol, sizeof entry);
    ck_assert_msg(entry(&n, &plugin) == CMTY_OK, "%s", n.why);
    return plugin;
}

static void on_log(void *context, int32_t level, const char *text)
{
    struct recorder *r = context;

    r->error_count += level == CMTY_LOG_ERROR;
    snprintf(r->log, sizeof r->log, "%s", text);
}

static int64_t on_now(void *context)
{
    return ((struct recorder *)context)->now_ms;
}

static int32_t on_config(void *context, const char *key, char *text, uint64_t *size)
{
    const struct recorder *r = context;
    const char *value = strcmp(key, "store") == 0        ? "store.db"
                        : strcmp(key, "role") == 0       ? r->role
                        : strcmp(key, "mask_key") == 0   ? r->mask_key
                        : strcmp(key, "secret_key") == 0 ? r->secret_key
                        : strcmp(key, "receiver") == 0   ? r->receiver
                        : strcmp(key, "spool") == 0      ? r->spool
                        : strcmp(key, "agency") == 0     ? "police.example.gov"
                                                         : NULL;

    if (value == NULL)
        return CMTY_NOTFOUND;
    ck_assert_uint_gt(*size, strlen(value));
    *size = (uint64_t)snprintf(text, *size, "%s", value) + 1;
    return CMTY_OK;
}

static int32_t on_incident(void *context, const cmty_dispatch_incident *incident,
                           cmty_dispatch_answer *answer)
{
    struct recorder *r = context;
    struct told *t = &r->told[r->told_count++];

    ck_assert_int_lt(r->told_count, MAX_TOLD);
    t->incident = *incident;
    snprintf(t->ref, sizeof t->ref, "%s", incident->ref);
    snprintf(t->beat_id, sizeof t->beat_id, "%s", incident->beat_id);
    snprintf(t->fence_id, sizeof t->fence_id, "%s", incident->fence_id);
    snprintf(t->category, sizeof t->category, "%s", incident->category);
    snprintf(t->json, sizeof t->json, "%s", incident->json != NULL ? incident->json : "");
    for (uint64_t i = 0; i < incident->candidate_count && i < 4; i++) {
        t->candidates[i] = incident->candidates[i];
        snprintf(t->candidate_ids[i], sizeof t->candidate_ids[i], "%s",
                 incident->candidates[i].beat_id);
    }
    answer->answer = r->answer;
    answer->later_ms = r->later_ms;
    snprintf(answer->case_number, sizeof answer->case_number, "CAD-%d", r->told_count);
    return r->fail;
}

static int32_t on_message(void *context, const cmty_dispatch_message *message)
{
    struct recorder *r = context;

    r->message_count++;
    r->last_message = message->kind;
    return CMTY_OK;
}

static void on_wake(void *context)
{
    ((struct recorder *)context)->wake_count++;
}

cmty_dispatch_host services_of(struct recorder *r)
{
    return (cmty_dispatch_host){.struct_size = sizeof(cmty_dispatch_host),
                                .context = r,
                                .log = on_log,
                                .now_ms = on_now,
                                .config_get = on_config,
                                .incident_upsert = on_incident,
                                .incident_message = on_message,
                                .wake = on_wake};
}
