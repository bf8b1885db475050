/* SPDX-License-Identifier: MIT */
/* From files to a store to an overlay: what is true of the whole way, whatever comes in. */
#include "../runner.h"
#include "core/core.h"
#include "privacy/privacy.h"

#include <community/community.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define DATA(name) CMTY_TEST_SOURCE_DIR "/tests/fault/data/" name

enum { RECORDS = 160, FILES = 4 };

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[16][128];
    static unsigned next;
    char *path = paths[next++ % 16];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void open_folder(void)
{
    cmty_error err = CMTY_ERROR_INIT;

    strcpy(folder, "/tmp/cmty-pipeline-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(cmty_key_make_mask(in_folder("mask.key"), &err), CMTY_OK);
    ck_assert_int_eq(cmty_key_make_mask(in_folder("other.key"), &err), CMTY_OK);
    ck_assert_int_eq(cmty_key_make_seal(in_folder("public.key"), in_folder("secret.key"), &err),
                     CMTY_OK);
}

static void command(const char *tool, const char *a, const char *b)
{
    char text[512];

    snprintf(text, sizeof text, "%s %s %s", tool, a, b);
    ck_assert_int_eq(system(text), 0);
}

static void remove_folder(void)
{
    command("rm -rf", folder, "");
}

static cmty_status init(const char *store, const char *policy, const char *addresses,
                        cmty_error *err)
{
    const char *beats = DATA("beats.geojson"), *fences = DATA("fences.geojson");
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;

    o.beats = &beats;
    o.beats_count = 1;
    o.fences = &fences;
    o.fences_count = 1;
    o.policy = policy;
    o.addresses = addresses;
    o.public_key = in_folder("public.key");
    return cmty_store_init(in_folder(store), &o, err);
}

static void make_store(const char *store)
{
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_msg(init(store, NULL, DATA("addresses.csv"), &err) == CMTY_OK, "%s", err.message);
}

/* ---- files ---- */

typedef struct made { /* one record, sound or not */
    int ref;          /* 0: none */
    double lon, lat;
    const char *category, *occurred;
} made;

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static made make_record(uint32_t *seed, int file, int i)
{
    static const char *const categories[] = {"theft.bicycle", "vandalism", "domestic", "graffiti"};
    made m = {1000 * file + i + 1, -74.02 + draw(seed, 2000) * 1e-5, 40 + draw(seed, 2000) * 1e-5,
              categories[draw(seed, 4)], "2026-03-04T21:15:00Z"};

    switch (draw(seed, 12)) {
    case 0:
        m.lon = -73; /* outside */
        break;
    case 1:
        m.lat = 91;
        break;
    case 2:
        m.occurred = "2026-02-30T00:00:00Z";
        break;
    case 3:
        m.ref = 0;
        break;
    case 4: /* the same again, or another under its reference: whatever the draw gives */
        m.ref = m.ref > 1000 * file + 1 ? m.ref - 1 : m.ref;
        break;
    default:
        break;
    }
    return m;
}

static void write_record(FILE *f, const char *kind, const made *m, bool first)
{
    char ref[24] = "";

    if (m->ref > 0)
        snprintf(ref, sizeof ref, "r-%d", m->ref);
    if (strcmp(kind, "csv") == 0)
        fprintf(f, "%s,%s,%s,%.5f,%.5f\n", ref, m->occurred, m->category, m->lon, m->lat);
    else if (strcmp(kind, "ndjson") == 0)
        fprintf(f,
                "{\"source_ref\":\"%s\",\"occurred\":\"%s\",\"category\":\"%s\",\"lon\":%.5f,"
                "\"lat\":%.5f}\n",
                ref, m->occurred, m->category, m->lon, m->lat);
    else if (strcmp(kind, "geojson") == 0)
        fprintf(
            f,
            "%s{\"type\":\"Feature\",\"properties\":{\"source_ref\":\"%s\",\"occurred\":\"%s\","
            "\"category\":\"%s\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[%.5f,%.5f]}}",
            first ? "" : ",", ref, m->occurred, m->category, m->lon, m->lat);
    else
        fprintf(f,
                "%s{\"service_request_id\":\"%s\",\"requested_datetime\":\"%s\",\"service_code\":"
                "\"%s\",\"long\":%.5f,\"lat\":%.5f}",
                first ? "" : ",", ref, m->occurred, m->category, m->lon, m->lat);
}

static const char *const names[FILES][2] = {
    {"a.csv", "csv"}, {"b.ndjson", "ndjson"}, {"c.geojson", "geojson"}, {"d.json", "open311"}};

static void write_file(int file, uint32_t seed)
{
    static const char *const heads[] = {"source_ref,occurred,category,lon,lat\n", "",
                                        "{\"type\":\"FeatureCollection\",\"features\":[", "["};
    static const char *const tails[] = {"", "", "]}", "]"};
    FILE *f = fopen(in_folder(names[file][0]), "w");
    char locale[64];

    ck_assert_ptr_nonnull(f);
    snprintf(locale, sizeof locale, "%s", setlocale(LC_NUMERIC, NULL));
    setlocale(LC_NUMERIC, "C");
    fputs(heads[file], f);
    for (int i = 0; i < RECORDS; i++) {
        made m = make_record(&seed, file, i);

        write_record(f, names[file][1], &m, i == 0);
    }
    fputs(tails[file], f);
    fclose(f);
    setlocale(LC_NUMERIC, locale);
}

static void write_files(uint32_t seed)
{
    for (int i = 0; i < FILES; i++)
        write_file(i, seed + (uint32_t)i * 77);
}

/* ---- sending ---- */

static char notice[600];

static void keep_notice(void *user, const char *text)
{
    (void)user;
    snprintf(notice, sizeof notice, "%s", text);
}

static cmty_status send_under(const char *store, const char *key, const char *name,
                              cmty_ingest_counts *counts, cmty_error *err)
{
    static const cmty_host host = {.struct_size = sizeof host, .notice = keep_notice};
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_ingest *ingest = NULL;
    cmty_status st;

    *counts = (cmty_ingest_counts){.struct_size = sizeof *counts};
    o.mask_key = key != NULL ? in_folder(key) : NULL;
    o.host = &host;
    st = cmty_ingest_open(in_folder(store), &o, &ingest, err);
    if (st == CMTY_OK)
        st = cmty_ingest_file(ingest, in_folder(name), counts, err);
    cmty_ingest_free(ingest);
    return st;
}

static cmty_ingest_counts send(const char *store, const char *name)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_counts counts;

    ck_assert_msg(send_under(store, "mask.key", name, &counts, &err) == CMTY_OK, "%s: %s", name,
                  err.message);
    return counts;
}

/* ---- looking into the store ---- */

static sqlite3 *open_sql(const char *store)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(in_folder(store), &db), SQLITE_OK);
    return db;
}

static int64_t number(const char *store, const char *text)
{
    sqlite3 *db = open_sql(store);
    sqlite3_stmt *stmt = NULL;
    int64_t n;

    ck_assert_msg(sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

static void change(const char *store, const char *text)
{
    sqlite3 *db = open_sql(store);

    ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void publish(const char *store, const char *gpkg, const char *html)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;

    o.gpkg = in_folder(gpkg);
    o.html = in_folder(html);
    o.title = "The same";
    ck_assert_msg(cmty_publish(in_folder(store), &o, NULL, &err) == CMTY_OK, "%s", err.message);
}

/* ---- properties ---- */

START_TEST(every_record_is_accepted_or_a_duplicate_or_refused_and_kept)
{
    int64_t accepted = 0, refused = 0;
    char question[96];

    write_files(11 + (uint32_t)_i);
    make_store("store");
    for (int i = 0; i < FILES; i++) {
        cmty_ingest_counts c = send("store", names[i][0]);
        uint64_t by_reason = 0;

        ck_assert_uint_eq(c.read, RECORDS);
        ck_assert_uint_eq(c.accepted + c.duplicate + c.refused, c.read);
        for (int r = 0; r < CMTY_REASON_COUNT; r++)
            by_reason += c.by_reason[r];
        ck_assert_uint_eq(by_reason, c.refused);
        ck_assert_uint_gt(c.accepted, RECORDS / 2);
        ck_assert_uint_gt(c.refused, RECORDS / 10);
        accepted += (int64_t)c.accepted;
        refused += (int64_t)c.refused;
        snprintf(question, sizeof question, "SELECT count(*) FROM quarantine WHERE reason=%d",
                 CMTY_REASON_OUTSIDE);
        ck_assert_int_ge(number("store", question), (int64_t)c.by_reason[CMTY_REASON_OUTSIDE]);
    }
    ck_assert_int_eq(number("store", "SELECT count(*) FROM report"), accepted);
    ck_assert_int_le(number("store", "SELECT count(*) FROM quarantine"), refused);
    ck_assert_int_ge(number("store", "SELECT count(*) FROM quarantine"), refused * 9 / 10);
}
END_TEST

START_TEST(what_is_sent_twice_changes_nothing)
{
    cmty_ingest_counts first[FILES];
    int64_t kept;

    write_files(31);
    make_store("store");
    for (int i = 0; i < FILES; i++)
        first[i] = send("store", names[i][0]);
    kept = number("store", "SELECT count(*) FROM quarantine");
    publish("store", "1.gpkg", "1.html");
    for (int i = FILES - 1; i >= 0; i--) {
        cmty_ingest_counts again = send("store", names[i][0]);

        ck_assert_uint_eq(again.accepted, 0);
        ck_assert_uint_eq(again.duplicate, first[i].accepted + first[i].duplicate);
        ck_assert_uint_eq(again.refused, first[i].refused);
    }
    ck_assert_int_eq(number("store", "SELECT count(*) FROM quarantine"), kept);
    publish("store", "2.gpkg", "2.html");
    command("cmp", in_folder("1.gpkg"), in_folder("2.gpkg"));
    command("cmp", in_folder("1.html"), in_folder("2.html"));
}
END_TEST

START_TEST(the_order_of_files_does_not_show_in_what_is_published)
{
    write_files(51);
    make_store("store");
    command("cp -p", in_folder("store"), in_folder("twin"));
    for (int i = 0; i < FILES; i++)
        send("store", names[i][0]);
    for (int i = FILES - 1; i >= 0; i--)
        send("twin", names[i][0]);
    publish("store", "1.gpkg", "1.html");
    publish("twin", "2.gpkg", "2.html");
    command("cmp", in_folder("1.gpkg"), in_folder("2.gpkg"));
    command("cmp", in_folder("1.html"), in_folder("2.html"));
}
END_TEST

/* ---- telling duplicates ---- */

START_TEST(a_store_keeps_to_one_mask_key)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_ingest_counts counts;

    write_files(61);
    make_store("store");
    ck_assert_int_eq(send_under("store", NULL, "a.csv", &counts, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "keygen"));
    send("store", "a.csv");
    ck_assert_int_eq(send_under("store", "other.key", "a.csv", &counts, &err), CMTY_E_KEY);
    ck_assert_ptr_nonnull(strstr(err.message, "another mask key"));
    ck_assert_uint_eq(send("store", "a.csv").accepted, 0);
}
END_TEST

static void write_one(const char *category)
{
    FILE *f = fopen(in_folder("one.csv"), "w");

    ck_assert_ptr_nonnull(f);
    fprintf(f, "source_ref,occurred,category,lon,lat\nr-1,2026-03-04T21:15:00Z,%s,-74.0151,40.01\n",
            category);
    fclose(f);
}

static void bytes_of(const char *store, const char *text, void *out, size_t size)
{
    sqlite3 *db = open_sql(store);
    sqlite3_stmt *stmt = NULL;

    ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_uint_eq((size_t)sqlite3_column_bytes(stmt, 0), size);
    memcpy(out, sqlite3_column_blob(stmt, 0), size);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* What the first layout stored: the hash of the report under a key that lay in the store. */
static void hash_in_the_open(const char *key_name, uint8_t out[CMTY__HASH_BYTES])
{
    uint8_t key[CMTY__HASH_BYTES], id[16];
    char question[96], hex[33], *json = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    snprintf(question, sizeof question, "SELECT data FROM artifact WHERE name='%s'", key_name);
    bytes_of("store", question, key, sizeof key);
    bytes_of("store", "SELECT report_id FROM report", id, sizeof id);
    cmty__hex(id, sizeof id, hex);
    ck_assert_msg(cmty_store_open_report(in_folder("store"), hex, in_folder("secret.key"), "test",
                                         "test", &json, &err)
                      == CMTY_OK,
                  "%s", err.message);
    cmty__hash(key, sizeof key, json, strlen(json), out);
    cmty_free(json);
}

START_TEST(the_store_alone_does_not_tell_whether_a_guess_at_a_report_is_right)
{
    uint8_t guess[CMTY__HASH_BYTES], stored[CMTY__HASH_BYTES];

    write_one("theft.bicycle");
    make_store("store");
    send("store", "one.csv");
    hash_in_the_open("dedupe_salt", guess);
    bytes_of("store", "SELECT content_hash FROM report", stored, sizeof stored);
    ck_assert_mem_ne(guess, stored, sizeof stored);
}
END_TEST

START_TEST(a_store_whose_key_lay_beside_its_hashes_is_brought_forward)
{
    uint8_t old[CMTY__HASH_BYTES], stored[CMTY__HASH_BYTES];
    char hex[2 * CMTY__HASH_BYTES + 1], update[160];
    cmty_ingest_counts counts;

    write_one("theft.bicycle");
    make_store("store");
    /* as the first layout made it, and the steps of the layout leave it: a row, its hash under the
       key that lies beside it */
    change("store", "UPDATE artifact SET name='report_id_key' WHERE name='dedupe_salt'");
    send("store", "one.csv");
    hash_in_the_open("report_id_key", old);
    cmty__hex(old, sizeof old, hex);
    snprintf(update, sizeof update, "UPDATE report SET content_hash=x'%s'", hex);
    change("store", update);
    change("store", "DELETE FROM artifact WHERE name IN ('dedupe_salt','mask_key_id')");

    counts = send("store", "one.csv");
    ck_assert_uint_eq(counts.duplicate, 1);
    bytes_of("store", "SELECT content_hash FROM report", stored, sizeof stored);
    ck_assert_mem_ne(old, stored, sizeof stored);
    ck_assert_uint_eq(send("store", "one.csv").duplicate, 1);
    write_one("vandalism");
    counts = send("store", "one.csv");
    ck_assert_uint_eq(counts.by_reason[CMTY_REASON_CONFLICT], 1);
    ck_assert_int_eq(number("store", "SELECT count(*) FROM report"), 1);
}
END_TEST

/* ---- what has to be said ---- */

START_TEST(a_date_that_can_be_read_in_two_ways_is_asked_about)
{
    FILE *f = fopen(in_folder("dates.csv"), "w");
    cmty_ingest_counts counts;

    ck_assert_ptr_nonnull(f);
    fputs("source_ref,Date,category,lon,lat\n"
          "r-1,2026-03-04,theft,-74.015,40.01\n"
          "r-2,03/04/2026,theft,-74.015,40.01\n"
          "r-3,25/12/2025,theft,-74.015,40.01\n"
          "r-4,12/25/2025,theft,-74.015,40.01\n"
          "r-5,99/99/2025,theft,-74.015,40.01\n",
          f);
    fclose(f);
    make_store("store");
    counts = send("store", "dates.csv");
    ck_assert_uint_eq(counts.accepted, 1);
    ck_assert_uint_eq(counts.by_reason[CMTY_REASON_BAD_TIME], 4);
    ck_assert_msg(strstr(notice, "dates.csv, line 3, column Date") != NULL
                      && strstr(notice, "order=d") != NULL && strstr(notice, "2 more") != NULL,
                  "%s", notice);
}
END_TEST

START_TEST(a_policy_that_needs_addresses_is_refused_where_there_are_none)
{
    FILE *f = fopen(in_folder("anchor.json"), "w");
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_ptr_nonnull(f);
    fputs("{\"policy\":1,\"name\":\"x\",\"categories\":{\"burglary\":{\"law\":\"anchor\"}}}", f);
    fclose(f);
    ck_assert_int_eq(init("store", in_folder("anchor.json"), NULL, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "anchor.json"));
    ck_assert_ptr_nonnull(strstr(err.message, "burglary"));
    ck_assert(access(in_folder("store"), F_OK) != 0);
    ck_assert_msg(init("store", in_folder("anchor.json"), DATA("addresses.csv"), &err) == CMTY_OK,
                  "%s", err.message);
}
END_TEST

static Suite *pipeline_suite(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *tc = tcase_create("pipeline");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, open_folder, remove_folder);
    tcase_add_loop_test(tc, every_record_is_accepted_or_a_duplicate_or_refused_and_kept, 0, 3);
    tcase_add_test(tc, what_is_sent_twice_changes_nothing);
    tcase_add_test(tc, the_order_of_files_does_not_show_in_what_is_published);
    tcase_add_test(tc, a_store_keeps_to_one_mask_key);
    tcase_add_test(tc, the_store_alone_does_not_tell_whether_a_guess_at_a_report_is_right);
    tcase_add_test(tc, a_store_whose_key_lay_beside_its_hashes_is_brought_forward);
    tcase_add_test(tc, a_date_that_can_be_read_in_two_ways_is_asked_about);
    tcase_add_test(tc, a_policy_that_needs_addresses_is_refused_where_there_are_none);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(pipeline_suite)
