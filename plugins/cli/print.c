/* SPDX-License-Identifier: MIT */
/* Results for people and, with --json, for machines. One thread. */
#include "cli.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

void cli_moment(char out[32], cmty_time t)
{
    const time_t seconds = (time_t)(t / 1000);
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
}

static void print_counts_json(const cmty_ingest_counts *c)
{
    const char *comma = "";

    printf("{\"read\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"duplicate\":%" PRIu64
           ",\"refused\":%" PRIu64 ",\"withheld\":%" PRIu64 ",\"escalated\":%" PRIu64
           ",\"ambiguous\":%" PRIu64 ",\"advised\":%" PRIu64 ",\"reasons\":{",
           c->read, c->accepted, c->duplicate, c->refused, c->withheld, c->escalated, c->ambiguous,
           c->advised);
    for (int32_t r = 1; r < CMTY_REASON_COUNT; r++)
        if (c->by_reason[r] > 0) {
            printf("%s\"%s\":%" PRIu64, comma, cmty_reason_name(r), c->by_reason[r]);
            comma = ",";
        }
    fputs("}}\n", stdout);
}

void print_counts(struct cli *cli, const cmty_ingest_counts *c)
{
    cli_bar_end(cli);
    if (cli->json) {
        print_counts_json(c);
        return;
    }
    printf("reports read   %8" PRIu64 "\n", c->read);
    printf("  accepted     %8" PRIu64 "   (%" PRIu64 " counted without a point, %" PRIu64
           " escalated, %" PRIu64 " near a boundary)\n",
           c->accepted, c->withheld, c->escalated, c->ambiguous);
    printf("  duplicate    %8" PRIu64 "\n", c->duplicate);
    printf("  refused      %8" PRIu64 "\n", c->refused);
    for (int32_t r = 1; r < CMTY_REASON_COUNT; r++)
        if (c->by_reason[r] > 0)
            printf("    %-18s %6" PRIu64 "  %s\n", cmty_reason_name(r), c->by_reason[r],
                   cmty_reason_text(r));
}

static void print_row(bool json, size_t i, const cmty_publication_row *row)
{
    if (json) {
        fputs(i > 0 ? ",{\"beat\":" : "{\"beat\":", stdout);
        print_json_text(stdout, row->beat_id);
        fputs(",\"name\":", stdout);
        print_json_text(stdout, row->name);
        fputs(",\"district\":", stdout);
        print_json_text(stdout, row->district);
        if (row->suppressed)
            fputs(",\"reports\":null,\"points\":null}", stdout);
        else
            printf(",\"reports\":%" PRId64 ",\"points\":%" PRId64 "}", row->reports, row->points);
        return;
    }
    printf("%-10.10s %-28.28s %-12.12s ", row->beat_id, row->name, row->district);
    if (row->suppressed)
        printf("%8s %8s\n", "(few)", "-");
    else
        printf("%8" PRId64 " %8" PRId64 "\n", row->reports, row->points);
}

int print_publication(struct cli *cli, const cmty_publication *publication)
{
    cmty_error err = CMTY_ERROR_INIT;
    int64_t reports = 0, points = 0, suppressed = 0;
    size_t count = cmty_publication_count(publication);

    cli_bar_end(cli);
    cmty_publication_totals(publication, &reports, &points, &suppressed);
    if (cli->json)
        printf("{\"reports\":%" PRId64 ",\"points\":%" PRId64 ",\"suppressed\":%" PRId64
               ",\"beats\":[",
               reports, points, suppressed);
    else
        printf("%-10s %-28s %-12s %8s %8s\n", "beat", "name", "district", "reports", "points");
    for (size_t i = 0; i < count; i++) {
        cmty_publication_row row = {.struct_size = sizeof row};
        cmty_status st = cmty_publication_row_at(publication, i, &row, &err);

        if (st < 0)
            return cli_fail(cli, st, &err);
        print_row(cli->json, i, &row);
    }
    if (cli->json)
        fputs("]}\n", stdout);
    else
        printf("%-52s %8" PRId64 " %8" PRId64 "%s\n", "all", reports, points,
               suppressed > 0 ? "   (few): too small a count to publish" : "");
    return EXIT_DONE;
}
