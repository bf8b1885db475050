/* SPDX-License-Identifier: MIT */
/*
 * A program of a user, built with the headers of an earlier release and linked with what stands for
 * its library: from layers and a report to a beat, a store, an answer and files. It is run in an
 * empty folder, with the library of today.
 */
#include <community/community.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cmty_error err = CMTY_ERROR_INIT;

static void must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "old caller: %s: %s\n", what, err.message);
    exit(EXIT_FAILURE);
}

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, name);
}

#define SQUARE(west, east)                                                                         \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[" west ",50],[" east ",50],[" east      \
    ",50.01],[" west ",50.01],[" west ",50]]]}}"

static const char beats[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"A\"}," SQUARE(
        "10.00", "10.01") ",{\"type\":\"Feature\",\"properties\":{\"BEAT\":\"B\"},"
                          "" SQUARE("10.01", "10.02") "]}";
static const char fences[] =
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
    "\"properties\":{\"id\":\"m\",\"action\":\"escalate\"}," SQUARE("10.00", "10.02") "]}";

static void ask_beats(void)
{
    const char *layer = "beats.geojson";
    const cmty_point points[] = {{10.005, 50.005}, {10.015, 50.005}, {0, 0}};
    cmty_beat_options options = CMTY_BEAT_OPTIONS_INIT;
    cmty_beat_answer answer = {.struct_size = sizeof answer};
    cmty_beat_candidate candidates[4];
    cmty_beat_info info = {.struct_size = sizeof info};
    cmty_beatset *set = NULL;
    int32_t found[3];

    options.time_zone = "UTC";
    must(cmty_beatset_open(&layer, 1, &options, &set, &err) == CMTY_OK, "beats");
    must(cmty_beatset_locate_many(set, points, NULL, 3, found, NULL, &err) == CMTY_OK, "locate");
    must(found[0] >= 0 && found[1] >= 0 && found[0] != found[1] && found[2] == -1, "beats found");
    must(cmty_beatset_locate(set, points[1], CMTY_TIME_UNKNOWN, 20, &answer, candidates, 4, &err)
             == CMTY_OK,
         "locate one");
    must(answer.beat == found[1] && answer.margin_m > 100 && !answer.ambiguous, "answer");
    must(cmty_beatset_info(set, answer.beat, &info, &err) == CMTY_OK, "info");
    must(strcmp(info.id, "B") == 0, "id");
    cmty_beatset_free(set);
}

static void mask_one(void)
{
    cmty_mask_options options = CMTY_MASK_OPTIONS_INIT;
    cmty_masked masked = {.struct_size = sizeof masked};
    cmty_masker *masker = NULL;

    options.law = CMTY_LAW_LATTICE;
    options.key_file = "mask.key";
    must(cmty_masker_open(&options, NULL, &masker, &err) == CMTY_OK, "masker");
    must(cmty_masker_apply(masker, "r-1", (cmty_point){10.005, 50.005}, CMTY_TIME_UNKNOWN, &masked,
                           &err)
             == CMTY_OK,
         "mask");
    must(fabs(masked.at.lat_deg - 50.005) < 1 && masked.radius_m > 0, "masked");
    cmty_masker_free(masker);
}

static void fill_store(void)
{
    static const char report[] = "{\"source_ref\":\"r-1\",\"occurred\":\"2026-03-04T21:15:00Z\","
                                 "\"category\":\"vandalism\",\"lon\":10.015,\"lat\":50.005}";
    const char *layer = "beats.geojson", *fence = "fences.geojson";
    cmty_store_options options = CMTY_STORE_OPTIONS_INIT;
    cmty_ingest_options in = CMTY_INGEST_OPTIONS_INIT;
    cmty_receipt receipt = {.struct_size = sizeof receipt};
    cmty_ingest *ingest = NULL;

    must(cmty_key_make_seal("public.key", "secret.key", &err) == CMTY_OK, "sealing keys");
    options.beats = &layer;
    options.beats_count = 1;
    options.fences = &fence;
    options.fences_count = 1;
    options.public_key = "public.key";
    must(cmty_store_init("store.db", &options, &err) == CMTY_OK, "store");
    in.source = "old";
    in.mask_key = "mask.key";
    must(cmty_ingest_open("store.db", &in, &ingest, &err) == CMTY_OK, "ingest");
    must(cmty_ingest_report(ingest, report, strlen(report), &receipt, &err) == CMTY_OK, "report");
    must(strcmp(receipt.beat_id, "B") == 0 && receipt.fence_action == CMTY_FENCE_ESCALATE,
         "receipt");
    must(cmty_ingest_report(ingest, report, strlen(report), NULL, &err) == CMTY_DUPLICATE, "again");
    cmty_ingest_free(ingest);
}

static void answer_for_it(void)
{
    cmty_outbox_options options = CMTY_OUTBOX_OPTIONS_INIT;
    cmty_outbox_item item = {.struct_size = sizeof item};
    cmty_outbox_counts counts = {.struct_size = sizeof counts};
    const cmty_outbox_answer answer = {
        .struct_size = sizeof answer, .answer = CMTY_ANSWER_ACCEPTED, .case_number = "7"};
    cmty_convert_options convert = CMTY_CONVERT_OPTIONS_INIT;
    cmty_outbox *outbox = NULL;
    char *text = NULL;

    options.receiver = "cad";
    options.role = CMTY_ROLE_AGENCY;
    must(cmty_outbox_open("store.db", &options, &outbox, &err) == CMTY_OK, "outbox");
    must(cmty_outbox_next(outbox, 0, &item, &err) == CMTY_OK, "item");
    must(strcmp(item.beat_id, "B") == 0 && strcmp(item.category, "vandalism") == 0, "item's beat");
    convert.format = CMTY_FORMAT_CAP;
    convert.agency = "police.example.gov";
    must(cmty_convert_item(&item, &convert, &text, &err) == CMTY_OK, "message");
    must(strstr(text, "Restricted") != NULL, "message's scope");
    cmty_free(text);
    must(cmty_outbox_answer_item(outbox, item.number, &answer, &err) == CMTY_OK, "answer");
    must(cmty_outbox_count(outbox, &counts, &err) == CMTY_OK && counts.accepted == 1, "counts");
    cmty_outbox_free(outbox);
}

static void publish(void)
{
    cmty_publish_options options = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_publication *publication = NULL;
    int64_t reports = 0;

    options.gpkg = "out.gpkg";
    options.html = "out.html";
    must(cmty_publish("store.db", &options, &publication, &err) == CMTY_OK, "publish");
    must(cmty_publication_totals(publication, &reports, NULL, NULL) == CMTY_OK, "totals");
    must(reports <= 1 && cmty_publication_count(publication) == 2, "rows");
    cmty_publication_free(publication);
}

int main(void)
{
    must(cmty_abi_version() >> 16 == CMTY_ABI_VERSION >> 16
             && cmty_abi_version() >= CMTY_ABI_VERSION,
         "version");
    write_text("beats.geojson", beats);
    write_text("fences.geojson", fences);
    must(cmty_key_make_mask("mask.key", &err) == CMTY_OK, "mask key");
    ask_beats();
    mask_one();
    fill_store();
    answer_for_it();
    publish();
    return EXIT_SUCCESS;
}
