/* SPDX-License-Identifier: MIT */
/*
 * A dispatch system in its smallest form: loads the plugin, hands in the reports of standard input,
 * one JSON object on each line, and prints what it is told. Copy what you need.
 *
 *   dispatch_example_host /usr/local/lib/libcommunity_dispatch.so \
 *       store=reports.db mask_key=mask.key role=agency < reports.ndjson
 */
#include <community/dispatch.h>

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TICKETS = 1000 };

struct host {
    char **settings; /* key=value, the last NULL */
    unsigned cases;
    char ref[64]; /* of the newest incident */
};

static void on_log(void *context, int32_t level, const char *text)
{
    (void)context;
    fprintf(stderr, "%s: %s\n", level == CMTY_LOG_ERROR ? "error" : "note", text);
}

static int32_t on_config(void *context, const char *key, char *text, uint64_t *size)
{
    const struct host *h = context;
    const size_t length = strlen(key);

    for (char **s = h->settings; *s != NULL; s++) {
        const char *value = *s + length + 1;
        const uint64_t needed = strlen(*s) > length ? strlen(value) + 1 : 0;

        if (strncmp(*s, key, length) != 0 || (*s)[length] != '=')
            continue;
        if (needed > *size) {
            *size = needed;
            return CMTY_E_LIMIT;
        }
        memcpy(text, value, needed);
        *size = needed;
        return CMTY_OK;
    }
    return CMTY_NOTFOUND;
}

/* A real host looks whether it has (source, ref, sequence) already, and commits before it answers.
 */
static int32_t on_incident(void *context, const cmty_dispatch_incident *i,
                           cmty_dispatch_answer *answer)
{
    static const char *const actions[] = {"accept", "escalate", "withhold", "refuse"};
    struct host *h = context;

    printf("incident %s: %s, beat %s of district %s (boundaries %s)%s\n", i->ref, i->category,
           i->beat_id, i->district, i->version, i->ambiguous ? ", or its neighbour" : "");
    printf("  fence decision: %s %s\n", actions[i->fence_action], i->fence_id);
    if (i->law[0] != '\0')
        printf("  about there (%s, %.0f m): %.6f %.6f\n", i->law, i->radius_m, i->at.lon_deg,
               i->at.lat_deg);
    if (i->json != NULL)
        printf("  exactly there: %.7f %.7f\n", i->exact.lon_deg, i->exact.lat_deg);
    for (uint64_t c = 0; c < i->candidate_count; c++)
        printf("  candidate %s at %.1f m, probability %.3f\n", i->candidates[c].beat_id,
               i->candidates[c].distance_m, i->candidates[c].probability);
    snprintf(answer->case_number, sizeof answer->case_number, "CAD-%06u", ++h->cases);
    snprintf(h->ref, sizeof h->ref, "%s", i->ref);
    return CMTY_OK;
}

static int32_t on_message(void *context, const cmty_dispatch_message *m)
{
    (void)context;
    printf("  for a person, about %s: %s\n", m->case_number, m->text);
    return CMTY_OK;
}

static const cmty_dispatch_plugin *load(const char *path)
{
    cmty_dispatch_negotiation n = {.struct_size = sizeof n,
                                   .host_major_min = CMTY_DISPATCH_MAJOR,
                                   .host_major_max = CMTY_DISPATCH_MAJOR,
                                   .host_minor = CMTY_DISPATCH_MINOR};
    const cmty_dispatch_plugin *plugin = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, CMTY_DISPATCH_ENTRY) : NULL;
    cmty_dispatch_entry_fn entry;

    if (symbol == NULL) {
        fprintf(stderr, "error: %s\n", dlerror());
        return NULL;
    }
    memcpy(&entry, &symbol, sizeof entry); /* C has no cast from object to function */
    if (entry(&n, &plugin) != CMTY_OK) {
        fprintf(stderr, "error: %s\n", n.why);
        return NULL;
    }
    printf("%s %s by %s, contract %" PRIu32 ".%" PRIu32 "\n", plugin->name, plugin->version,
           plugin->vendor, n.chosen_major, n.plugin_minor);
    return plugin;
}

static size_t hand_in(const cmty_dispatch_plugin *plugin, void *instance, uint64_t *tickets)
{
    char *line = NULL;
    size_t room = 0, count = 0;
    ssize_t size;

    while (count < MAX_TICKETS && (size = getline(&line, &room, stdin)) > 0) {
        const cmty_dispatch_submission s = {
            .struct_size = sizeof s, .bytes = line, .size = (uint64_t)size};

        if (plugin->submit(instance, &s, &tickets[count]) == CMTY_OK)
            count++;
        else
            fprintf(stderr, "error: a report was not taken into the queue\n");
    }
    free(line);
    return count;
}

static void print_ticket(const cmty_dispatch_plugin *plugin, void *instance, uint64_t ticket)
{
    static const char *const states[] = {"unknown",  "queued",    "stored",  "accepted",
                                         "rejected", "duplicate", "refused", "failed"};
    cmty_dispatch_receipt r = {.struct_size = sizeof r};

    if (plugin->status(instance, ticket, &r) != CMTY_OK)
        return;
    printf("ticket %" PRIu64 " %s", ticket, states[r.state]);
    if (r.state == CMTY_TICKET_REFUSED || r.state == CMTY_TICKET_FAILED)
        printf(": %s %s\n", r.cause, r.field);
    else
        printf(": beat %s, case %s\n", r.beat_id, r.case_number);
}

static int run(const cmty_dispatch_plugin *plugin, struct host *h)
{
    const cmty_dispatch_host host = {.struct_size = sizeof host,
                                     .context = h,
                                     .log = on_log,
                                     .config_get = on_config,
                                     .incident_upsert = on_incident,
                                     .incident_message = on_message};
    uint64_t tickets[MAX_TICKETS];
    void *instance = NULL;
    size_t count = 0;
    int32_t st = plugin->create(&host, &instance);

    if (st == CMTY_OK)
        st = plugin->start(instance);
    if (st == CMTY_OK) {
        count = hand_in(plugin, instance, tickets);
        do /* a real host calls this when woken, and now and then */
            st = plugin->poll(instance, 1000);
        while (st == CMTY_OK);
    }
    for (size_t i = 0; i < count; i++)
        print_ticket(plugin, instance, tickets[i]);
    if (st == CMTY_END && h->cases > 0) {
        const cmty_dispatch_change closed = {
            .struct_size = sizeof closed, .ref = h->ref, .status = "closed", .time = 1};

        st = plugin->update(instance, &closed);
        printf("the newest incident is closed\n");
    }
    plugin->destroy(instance);
    return st < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct host h = {0};
    const cmty_dispatch_plugin *plugin;

    if (argc < 2) {
        fprintf(stderr, "usage: %s PLUGIN key=value... < reports.ndjson\n", argv[0]);
        return 2;
    }
    h.settings = argv + 2;
    plugin = load(argv[1]);
    return plugin != NULL ? run(plugin, &h) : EXIT_FAILURE;
}
