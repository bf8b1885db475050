/* SPDX-License-Identifier: MIT */
/* What a policy gives to whom, and how long: read, asked, and kept on every way out. */
#include "../runner.h"
#include "privacy/privacy.h"
#include "release/released.h"
#include "small_city.h"

#include <community/community.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

static const cmty_time day_ms = INT64_C(86400000), then = INT64_C(1718409600000); /* 2024-06-15 */
static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[8][128];
    static int turn;

    turn = (turn + 1) % 8;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/cmty-audience-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void tear_down(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static cmty_policy *parse(const char *json)
{
    cmty_policy *policy = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st = cmty__policy_parse(json, strlen(json), "p.json", &policy, &err);

    ck_assert_msg(st == CMTY_OK, "%s: %s", json, err.message);
    return policy;
}

/* From the 90th day by month and without a beat, from the 365th counted only; of hate no point. */
static const char fading[] =
    "{\"policy\":1,\"default\":{\"law\":\"lattice\",\"audiences\":{\"public\":{\"ages\":["
    "{\"days\":90,\"time_bin\":\"month\",\"fields\":[\"category\",\"time\",\"point\"]},"
    "{\"days\":365,\"fields\":[\"beat\"]}]},"
    "\"agency\":{\"fields\":[\"category\",\"time\",\"beat\"],\"time_bin\":\"week\"}}},"
    "\"categories\":{\"hate\":{\"audiences\":{\"public\":{\"fields\":[\"category\",\"time\","
    "\"beat\"]},\"agency\":{\"fields\":[\"point\",\"doubt\"]}}}}}";

static cmty__allowance ask(const cmty_policy *p, const char *category, int32_t role, int64_t days)
{
    return cmty__rule_allows(cmty__policy_rule(p, category), role, then, then + days * day_ms);
}

START_TEST(steps_hold_from_their_day_on_and_add_up)
{
    cmty_policy *p = parse(fading);

    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 0).fields, CMTY__TELL_PUBLIC);
    ck_assert_str_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 0).time_bin, "day");
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 89).fields, CMTY__TELL_PUBLIC);
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 90).fields,
                      CMTY__TELL_CATEGORY | CMTY__TELL_TIME | CMTY__TELL_POINT);
    ck_assert_str_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 364).time_bin, "month");
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 365).fields, 0); /* no step gives back */
    ck_assert_str_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, 9999).time_bin, "month");
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_AGENCY, 9999).fields,
                      CMTY__TELL_CATEGORY | CMTY__TELL_TIME | CMTY__TELL_BEAT);
    ck_assert_str_eq(ask(p, "theft", CMTY_ROLE_AGENCY, 0).time_bin, "week");
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_DISPATCH, 9999).fields, CMTY__TELL_ALL);
    /* a report from the future is new, one without a time old */
    ck_assert_uint_eq(ask(p, "theft", CMTY_ROLE_PUBLIC, -5).fields, CMTY__TELL_PUBLIC);
    ck_assert_uint_eq(
        cmty__rule_allows(cmty__policy_rule(p, "theft"), CMTY_ROLE_PUBLIC, CMTY_TIME_UNKNOWN, then)
            .fields,
        0);
    cmty_policy_free(p);
}
END_TEST

START_TEST(members_that_a_category_leaves_out_come_from_the_default)
{
    cmty_policy *p = parse(fading);

    ck_assert_uint_eq(ask(p, "hate", CMTY_ROLE_PUBLIC, 0).fields,
                      CMTY__TELL_CATEGORY | CMTY__TELL_TIME | CMTY__TELL_BEAT);
    ck_assert_str_eq(ask(p, "hate", CMTY_ROLE_PUBLIC, 90).time_bin, "month");
    ck_assert_uint_eq(ask(p, "hate", CMTY_ROLE_AGENCY, 0).fields,
                      CMTY__TELL_POINT | CMTY__TELL_DOUBT);
    ck_assert_str_eq(ask(p, "hate", CMTY_ROLE_AGENCY, 0).time_bin, "week");
    ck_assert_int_eq(cmty__rule_point_role(cmty__policy_rule(p, "theft")), CMTY_ROLE_PUBLIC);
    ck_assert_int_eq(cmty__rule_point_role(cmty__policy_rule(p, "hate")), CMTY_ROLE_AGENCY);
    ck_assert_int_eq(cmty__rule_point_role(cmty__policy_rule(p, "sexual.offence")), -1);
    cmty_policy_free(p);
}
END_TEST

START_TEST(canonical_text_keeps_what_audiences_may_have)
{
    cmty_policy *p = parse(fading), *again = parse(cmty_policy_json(p));

    ck_assert_str_eq(cmty_policy_json(p), cmty_policy_json(again));
    for (size_t i = 0; i < cmty_category_count(); i++)
        for (int32_t role = 0; role < CMTY__ROLES; role++) {
            const char *code = cmty_category_code(i);

            ck_assert(cmty__audience_same(&cmty__policy_rule(p, code)->audiences[role],
                                          &cmty__policy_rule(again, code)->audiences[role]));
        }
    cmty_policy_free(again);
    cmty_policy_free(p);
    p = parse("{\"policy\":1,\"default\":{\"audiences\":{}}}");
    ck_assert_ptr_nonnull(strstr(cmty_policy_json(p), "\"audiences\":{}"));
    ck_assert_ptr_null(strstr(cmty_policy_json(p), "\"fields\""));
    cmty_policy_free(p);
}
END_TEST

static uint64_t seed = 0x243f6a8885a308d3u;

static uint32_t below(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed % n);
}

static void put_random_fields(cmty__buf *b, int32_t role)
{
    static const char *const names[] = {"category", "time", "beat", "point", "fence", "doubt"};
    bool first = true;

    cmty__buf_text(b, "\"fields\":[");
    for (uint32_t k = 0; k < (role == CMTY_ROLE_PUBLIC ? 4u : 6u); k++)
        if (below(3) > 0) {
            cmty__buf_format(b, "%s\"%s\"", first ? "" : ",", names[k]);
            first = false;
        }
    cmty__buf_text(b, "]");
}

static void put_random_audiences(cmty__buf *b)
{
    static const char *const bins[] = {"hour", "day", "week", "month"};

    cmty__buf_text(b, "\"audiences\":{");
    for (int32_t role = 0; role < CMTY__ROLES; role++) {
        uint32_t steps = below(4);

        cmty__buf_format(b, "%s\"%s\":{\"ages\":[", role > 0 ? "," : "", cmty__role_name(role));
        for (uint32_t k = 0; k < steps; k++) {
            cmty__buf_format(b, "%s{\"days\":%u,\"time_bin\":\"%s\",", k > 0 ? "," : "",
                             10 * k + 1 + below(10), bins[below(4)]);
            put_random_fields(b, role);
            cmty__buf_char(b, '}');
        }
        cmty__buf_text(b, "]}");
    }
    cmty__buf_char(b, '}');
}

static int bin_rank(const char *bin)
{
    static const char *const bins[] = {"hour", "day", "week", "month"};
    int i = 0;

    while (strcmp(bins[i], bin) != 0)
        i++;
    return i;
}

START_TEST(with_age_less_is_told_and_never_more)
{
    for (int round = 0; round < 300; round++) {
        cmty__buf json = {0};
        cmty_policy *p;

        cmty__buf_text(&json, "{\"policy\":1,\"default\":{");
        put_random_audiences(&json);
        cmty__buf_text(&json, "},\"categories\":{\"hate\":{");
        put_random_audiences(&json);
        cmty__buf_text(&json, "}}}");
        p = parse(json.data);
        for (int32_t role = 0; role < CMTY__ROLES; role++)
            for (int k = 0; k < 3; k++) {
                const char *code = k == 0 ? "hate" : k == 1 ? "theft" : "medical.suicide";
                cmty__allowance last = ask(p, code, role, 0);

                for (int days = 1; days < 45; days++) {
                    cmty__allowance now = ask(p, code, role, days);

                    ck_assert_uint_eq(now.fields & ~last.fields, 0);
                    ck_assert_int_ge(bin_rank(now.time_bin), bin_rank(last.time_bin));
                    last = now;
                }
                ck_assert_uint_eq(k == 2 ? ask(p, code, role, 0).fields & CMTY__TELL_POINT : 0, 0);
            }
        cmty_policy_free(p);
        cmty__buf_free(&json);
    }
}
END_TEST

static const struct {
    const char *json, *word;
} bad[] = {
    {"{\"audiences\":7}", "audiences"},
    {"{\"audiences\":{\"press\":{}}}", "public, agency and dispatch"},
    {"{\"audiences\":{\"public\":7}}", "default.audiences.public"},
    {"{\"audiences\":{\"public\":{\"fields\":[\"fence\"]}}}", "audiences.public.fields"},
    {"{\"audiences\":{\"agency\":{\"fields\":[\"name\"]}}}", "audiences.agency.fields"},
    {"{\"audiences\":{\"agency\":{\"fields\":[7]}}}", "audiences.agency.fields"},
    {"{\"audiences\":{\"agency\":{\"fields\":\"point\"}}}", "must be a list"},
    {"{\"audiences\":{\"agency\":{\"fields\":[\"beat\",\"beat\"]}}}", "twice"},
    {"{\"audiences\":{\"agency\":{\"time_bin\":\"year\"}}}", "time_bin"},
    {"{\"audiences\":{\"agency\":{\"until\":3}}}", "until"},
    {"{\"audiences\":{\"agency\":{\"ages\":3}}}", "ages"},
    {"{\"audiences\":{\"agency\":{\"ages\":[3]}}}", "ages"},
    {"{\"audiences\":{\"agency\":{\"ages\":[{}]}}}", "ages.days"},
    {"{\"audiences\":{\"agency\":{\"ages\":[{\"days\":\"3\"}]}}}", "ages.days"},
    {"{\"audiences\":{\"agency\":{\"ages\":[{\"days\":3},{\"days\":3}]}}}", "grow"},
    {"{\"audiences\":{\"agency\":{\"ages\":[{\"days\":3,\"law\":\"grid\"}]}}}", "ages"},
};
enum { BAD_COUNT = sizeof bad / sizeof bad[0] };

START_TEST(what_is_not_understood_of_audiences_is_refused)
{
    char json[200];
    cmty_policy *p = (cmty_policy *)folder;
    cmty_error err = CMTY_ERROR_INIT;

    snprintf(json, sizeof json, "{\"policy\":1,\"default\":%s}", bad[_i].json);
    ck_assert_int_eq(cmty__policy_parse(json, strlen(json), "p.json", &p, &err), CMTY_E_FORMAT);
    ck_assert_ptr_null(p);
    ck_assert_msg(strstr(err.message, bad[_i].word) != NULL, "%s", err.message);
}
END_TEST

START_TEST(a_protected_category_gives_nobody_a_point)
{
    static const char loose[] = "{\"policy\":1,\"categories\":{\"medical.*\":{\"audiences\":"
                                "{\"public\":{\"fields\":[\"point\",\"time\"]}}}}}";
    cmty_policy *p = NULL;
    cmty_error err = CMTY_ERROR_INIT;

    ck_assert_int_eq(cmty__policy_parse(loose, strlen(loose), "p.json", &p, &err), CMTY_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "audiences.public.fields"));
    ck_assert_ptr_nonnull(strstr(err.message, "medical"));
}
END_TEST

START_TEST(words_say_who_is_given_what_and_until_when)
{
    cmty_policy *p = parse(fading);
    const char *words = cmty_policy_explain(p);

    ck_assert_ptr_nonnull(strstr(words, "90 days later: the point stays."));
    ck_assert_ptr_nonnull(strstr(words, "365 days later: no point; it is counted."));
    ck_assert_ptr_nonnull(strstr(words, "The agency is given: its category, its time and the "
                                        "beat; of its time, the week"));
    ck_assert_ptr_nonnull(strstr(words, "The agency is given: the masked point and how sure"));
    cmty_policy_free(p);
}
END_TEST

/* ---- the gate ---- */

START_TEST(the_gate_takes_off_what_is_not_told)
{
    cmty_beatset *beats = small_city_beats(folder);
    cmty_policy *p = parse(fading);
    cmty__gate *gate = NULL;
    cmty__entry e = small_city_entry(beats, "A1", "theft", then, 1);
    cmty__released r;

    ck_assert_int_eq(cmty__gate_new(p, beats, &gate, NULL), CMTY_OK);
    cmty__gate_set_now(gate, then + 10 * day_ms);
    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_OK);
    cmty__gate_take_off(&r);
    ck_assert_str_eq(r.beat_id, "A1");
    ck_assert_str_eq(r.time_bin, "day");
    ck_assert(cmty__gate_fit(gate, &r));
    cmty__gate_set_now(gate, then + 100 * day_ms);
    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_OK);
    ck_assert_str_eq(r.beat_id, "A1"); /* counting still needs it */
    cmty__gate_take_off(&r);
    ck_assert_str_eq(r.beat_id, "");
    ck_assert_str_eq(cmty__beat_of(&r), "");
    ck_assert_str_eq(r.time_bin, "month");
    ck_assert_str_eq(r.time_local, "2024-06-01T00:00:00");
    ck_assert(cmty__gate_fit(gate, &r));
    cmty__gate_set_now(gate, then + 365 * day_ms);
    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_WITHHELD);
    e.category = "hate";
    cmty__gate_set_now(gate, then);
    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_WITHHELD);
    cmty__gate_free(gate);
    cmty_policy_free(p);
    cmty_beatset_free(beats);
}
END_TEST

START_TEST(a_row_may_go_without_time_and_category)
{
    cmty_beatset *beats = small_city_beats(folder);
    cmty_policy *p = parse("{\"policy\":1,\"default\":{\"audiences\":{\"public\":{\"fields\":"
                           "[\"point\"]}}}}");
    cmty__gate *gate = NULL;
    cmty__entry e = small_city_entry(beats, "A1", "theft", then, 1);
    cmty__released r;

    ck_assert_int_eq(cmty__gate_new(p, beats, &gate, NULL), CMTY_OK);
    ck_assert_int_eq(cmty__gate_admit(gate, &e, &r, NULL), CMTY_OK);
    cmty__gate_take_off(&r);
    ck_assert_str_eq(r.category, "");
    ck_assert_int_eq(r.time_utc, CMTY_TIME_UNKNOWN);
    ck_assert_str_eq(r.time_local, "");
    ck_assert_str_eq(r.time_bin, "");
    ck_assert(cmty__gate_fit(gate, &r));
    cmty__gate_free(gate);
    cmty_policy_free(p);
    cmty_beatset_free(beats);
}
END_TEST

/* ---- a store, from intake to every way out ---- */

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void make_store(const char *policy)
{
    cmty_store_options o = CMTY_STORE_OPTIONS_INIT;
    cmty_beat_options beat_options = CMTY_BEAT_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    const char *layer = in_folder("beats.geojson");

    ck_assert_int_eq(cmty_key_make_seal(in_folder("public.key"), in_folder("secret.key"), NULL),
                     CMTY_OK);
    ck_assert_int_eq(cmty_key_make_mask(in_folder("mask.key"), NULL), CMTY_OK);
    cmty_beatset_free(small_city_beats(folder));
    write_text("policy", policy);
    beat_options.id_field = "beat";
    o.beats = &layer;
    o.beats_count = 1;
    o.beat_options = &beat_options;
    o.policy = in_folder("policy");
    o.public_key = in_folder("public.key");
    ck_assert_msg(cmty_store_init(in_folder("store"), &o, &err) == CMTY_OK, "%s", err.message);
}

static void take_in(const char *category)
{
    cmty_ingest_options o = CMTY_INGEST_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_receipt receipt = {.struct_size = sizeof receipt};
    cmty_ingest *in = NULL;
    char text[300];

    o.source = "test";
    o.format = "json";
    o.mask_key = in_folder("mask.key");
    ck_assert_msg(cmty_ingest_open(in_folder("store"), &o, &in, &err) == CMTY_OK, "%s",
                  err.message);
    for (int i = 0; i < 8; i++) {
        snprintf(text, sizeof text,
                 "{\"source_ref\":\"%s%d\",\"occurred\":\"2024-06-15T21:15:00Z\",\"category\":"
                 "\"%s\",\"lon\":-94.99,\"lat\":40.01}",
                 category, i, category);
        ck_assert_msg(cmty_ingest_report(in, text, strlen(text), &receipt, &err) == CMTY_OK, "%s",
                      err.message);
    }
    cmty_ingest_free(in);
}

static void publish(int64_t days, int64_t *reports, int64_t *points, char *json, size_t size)
{
    cmty_publish_options o = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_publication *out = NULL;
    cmty_error err = CMTY_ERROR_INIT;
    FILE *f;
    size_t n;

    o.as_of = then + days * day_ms;
    o.geojson = in_folder("out.geojson");
    o.gpkg = in_folder("out.gpkg");
    o.html = in_folder("out.html");
    ck_assert_msg(cmty_publish(in_folder("store"), &o, &out, &err) == CMTY_OK, "%s", err.message);
    ck_assert_int_eq(cmty_publication_totals(out, reports, points, NULL), CMTY_OK);
    cmty_publication_free(out);
    f = fopen(in_folder("out.geojson"), "r");
    ck_assert_ptr_nonnull(f);
    n = fread(json, 1, size - 1, f);
    json[n] = '\0';
    fclose(f);
}

START_TEST(an_overlay_shows_less_of_what_is_old)
{
    static char json[40000];
    int64_t reports, points;

    make_store(fading);
    take_in("theft");
    take_in("hate");
    publish(1, &reports, &points, json, sizeof json);
    ck_assert_int_eq(reports, 16);
    ck_assert_int_eq(points, 8);
    ck_assert_ptr_nonnull(strstr(json, "\"time_bin\":\"day\""));
    ck_assert_ptr_nonnull(strstr(json, "\"beat_of\":\"masked place\""));
    ck_assert_ptr_null(strstr(json, "\"category\":\"hate\""));
    publish(120, &reports, &points, json, sizeof json);
    ck_assert_int_eq(points, 8);
    ck_assert_ptr_null(strstr(json, "\"time_bin\":\"day\""));
    ck_assert_ptr_nonnull(strstr(json, "\"time_utc\":\"2024-06-01T00:00:00.000Z\""));
    ck_assert_ptr_nonnull(strstr(json, "\"beat_id\":\"\",\"beat_of\":\"\""));
    publish(400, &reports, &points, json, sizeof json);
    ck_assert_int_eq(reports, 16);
    ck_assert_int_eq(points, 0);
}
END_TEST

/* Every file under the path, one after another. */
static void slurp(const char *path, char *text, size_t size)
{
    char command[300];
    FILE *f;
    size_t n;

    snprintf(command, sizeof command, "find %s -type f -exec cat {} +", path);
    f = popen(command, "r");
    ck_assert_ptr_nonnull(f);
    n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    ck_assert_int_eq(pclose(f), 0);
    ck_assert_uint_gt(n, 100);
}

START_TEST(messages_do_without_what_is_not_told)
{
    static const char *const never[] = {"onset",    "occurred=",   "requested_datetime",
                                        "time_bin", "It happened", "A1",
                                        "0001-",    "1970-"};
    static char text[400000];
    cmty_convert_options o = CMTY_CONVERT_OPTIONS_INIT;
    cmty_error err = CMTY_ERROR_INIT;
    uint64_t count = 0;

    make_store("{\"policy\":1,\"default\":{\"law\":\"lattice\",\"audiences\":{\"public\":{"
               "\"fields\":[\"point\",\"category\"]}}}}");
    take_in("theft");
    o.format = _i;
    o.agency = "police.example.gov";
    ck_assert_msg(cmty_convert(in_folder("store"), &o, in_folder("messages"), &count, &err)
                      == CMTY_OK,
                  "%s", err.message);
    ck_assert_uint_eq(count, 8);
    slurp(in_folder("messages"), text, sizeof text);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        ck_assert_msg(strstr(text, never[i]) == NULL, "%s in format %d", never[i], _i);
    ck_assert_ptr_nonnull(strstr(text, "heft"));
}
END_TEST

static cmty_outbox_item first_of(int32_t role, const char *category)
{
    cmty_outbox_options o = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox_item item = {.struct_size = sizeof item};
    static cmty_outbox *outbox; /* its texts are asked for after the call */
    cmty_error err = CMTY_ERROR_INIT;

    cmty_outbox_free(outbox);
    o.role = role;
    o.receiver = category;
    ck_assert_msg(cmty_outbox_open(in_folder("store"), &o, &outbox, &err) == CMTY_OK, "%s",
                  err.message);
    ck_assert_int_eq(cmty_outbox_next(outbox, then + day_ms, &item, &err), CMTY_OK);
    return item;
}

START_TEST(receivers_are_given_what_their_role_may_have)
{
    cmty_outbox_item item;

    make_store(fading);
    take_in("theft");
    item = first_of(CMTY_ROLE_PUBLIC, "a");
    ck_assert_str_eq(item.withheld, "");
    ck_assert_str_eq(item.time_bin, "day");
    item = first_of(CMTY_ROLE_AGENCY, "b");
    ck_assert_str_eq(item.category, "theft");
    ck_assert_str_eq(item.beat_id, "A1");
    ck_assert_str_eq(item.time_bin, "week");
    ck_assert_int_eq(item.time, then - 5 * day_ms); /* that Monday */
    ck_assert_str_eq(item.withheld, "the policy gives this receiver no place");
    ck_assert_str_eq(item.law, "");
    ck_assert_double_eq(item.radius_m, 0);
    ck_assert_int_eq(item.relation, -1);
    item = first_of(CMTY_ROLE_DISPATCH, "c");
    ck_assert_str_eq(item.withheld, "");
    ck_assert_double_gt(item.radius_m, 0);
    ck_assert_int_ge(item.relation, 0);
}
END_TEST

START_TEST(what_only_the_agency_sees_is_spent_with_the_agency)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty__mask_key *key = NULL;
    cmty__charge c = {.audience = "public"};
    cmty__journal *j = NULL;
    double sum = NAN;

    make_store(fading);
    take_in("hate");
    ck_assert_int_eq(cmty__mask_key_open(in_folder("mask.key"), &key, &err), CMTY_OK);
    c.key_id = cmty__mask_key_id(key);
    cmty__law_place(key, (cmty_point){-94.99, 40.01}, c.cell);
    ck_assert_int_eq(cmty__journal_open(in_folder("store"), false, &j, &err), CMTY_OK);
    ck_assert_int_eq(cmty__journal_spent(j, &c, &sum, &err), CMTY_OK);
    ck_assert_double_eq(sum, 0);
    c.audience = "agency";
    ck_assert_int_eq(cmty__journal_spent(j, &c, &sum, &err), CMTY_OK);
    ck_assert_double_eq_tol(sum, 0.08, 1e-12);
    cmty__journal_free(j);
    cmty__mask_key_free(key);
    ck_assert_str_eq(first_of(CMTY_ROLE_AGENCY, "a").withheld, "");
}
END_TEST

static Suite *audience_suite(void)
{
    Suite *suite = suite_create("audience");
    TCase *tc = tcase_create("audience");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, steps_hold_from_their_day_on_and_add_up);
    tcase_add_test(tc, members_that_a_category_leaves_out_come_from_the_default);
    tcase_add_test(tc, canonical_text_keeps_what_audiences_may_have);
    tcase_add_test(tc, with_age_less_is_told_and_never_more);
    tcase_add_loop_test(tc, what_is_not_understood_of_audiences_is_refused, 0, BAD_COUNT);
    tcase_add_test(tc, a_protected_category_gives_nobody_a_point);
    tcase_add_test(tc, words_say_who_is_given_what_and_until_when);
    tcase_add_test(tc, the_gate_takes_off_what_is_not_told);
    tcase_add_test(tc, a_row_may_go_without_time_and_category);
    tcase_add_test(tc, an_overlay_shows_less_of_what_is_old);
    tcase_add_loop_test(tc, messages_do_without_what_is_not_told, 0, CMTY_FORMAT_COUNT);
    tcase_add_test(tc, receivers_are_given_what_their_role_may_have);
    tcase_add_test(tc, what_only_the_agency_sees_is_spent_with_the_agency);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

CMTY_TEST_MAIN(audience_suite)
