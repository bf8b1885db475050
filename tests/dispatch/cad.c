/* SPDX-License-Identifier: MIT */
/*
 * A dispatch system that may be killed at any instant: what it has accepted lies in a file, each
 * line synced before it answers. Hands in the reports of standard input, polls until there is
 * nothing left. Prints "started", and "again" for each incident that it has already.
 *
 * With the key die_after it kills itself when it has so many new ones, before it has answered.
 *
 *   dispatch_cad PLUGIN CASES key=value... < reports.ndjson
 */
#include <community/dispatch.h>

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CASES = 4096, REF = 32 };

static char refs[MAX_CASES][REF + 1];
static int case_count;
static int die_after; /* new cases, once the last of them is synced; 0: never */
static FILE *cases;
static char **settings;

static void die(const char *what)
{
    fprintf(stderr, "dispatch_cad: %s\n", what);
    exit(1);
}

/* A line that was cut short was not answered for. */
static void read_cases(const char *path)
{
    char line[128];
    long good = 0;

    cases = fopen(path, "a+");
    if (cases == NULL)
        die("the file of cases cannot be opened");
    rewind(cases);
    while (fgets(line, sizeof line, cases) != NULL && strlen(line) == REF + 1
           && line[REF] == '\n') {
        memcpy(refs[case_count++], line, REF);
        good = ftell(cases);
    }
    if (ftruncate(fileno(cases), good) != 0 || fseek(cases, 0, SEEK_END) != 0)
        die("the file of cases cannot be mended");
}

static int32_t on_incident(void *context, const cmty_dispatch_incident *incident,
                           cmty_dispatch_answer *answer)
{
    int n = 0;

    (void)context;
    while (n < case_count && strcmp(refs[n], incident->ref) != 0)
        n++;
    snprintf(answer->case_number, sizeof answer->case_number, "%d", n);
    if (n < case_count) {
        puts("again");
        fflush(stdout);
        return CMTY_OK;
    }
    if (case_count == MAX_CASES || strlen(incident->ref) != REF)
        return CMTY_E_LIMIT;
    fprintf(cases, "%s\n", incident->ref);
    if (fflush(cases) != 0 || fsync(fileno(cases)) != 0)
        return CMTY_E_IO;
    memcpy(refs[case_count++], incident->ref, REF + 1);
    if (die_after > 0 && --die_after == 0)
        raise(SIGKILL);
    return CMTY_OK;
}

static int32_t on_config(void *context, const char *key, char *text, uint64_t *size)
{
    const size_t length = strlen(key);

    (void)context;
    for (char **s = settings; *s != NULL; s++)
        if (strncmp(*s, key, length) == 0 && (*s)[length] == '=') {
            *size = (uint64_t)snprintf(text, *size, "%s", *s + length + 1) + 1;
            return CMTY_OK;
        }
    return CMTY_NOTFOUND;
}

static void on_log(void *context, int32_t level, const char *text)
{
    (void)context;
    fprintf(stderr, "%d %s\n", (int)level, text);
}

static const cmty_dispatch_plugin *load(const char *path)
{
    cmty_dispatch_negotiation n = {
        .struct_size = sizeof n, .host_major_min = 1, .host_major_max = 1};
    const cmty_dispatch_plugin *plugin = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, CMTY_DISPATCH_ENTRY) : NULL;
    cmty_dispatch_entry_fn entry;

    if (symbol == NULL)
        die("the plugin cannot be loaded");
    memcpy(&entry, &symbol, sizeof entry);
    if (entry(&n, &plugin) != CMTY_OK)
        die(n.why);
    return plugin;
}

int main(int argc, char **argv)
{
    const cmty_dispatch_host host = {.struct_size = sizeof host,
                                     .log = on_log,
                                     .config_get = on_config,
                                     .incident_upsert = on_incident};
    const cmty_dispatch_plugin *plugin;
    void *instance = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    int32_t st;

    if (argc < 3)
        die("usage: dispatch_cad PLUGIN CASES key=value...");
    settings = argv + 3;
    for (char **s = settings; *s != NULL; s++)
        if (strncmp(*s, "die_after=", 10) == 0)
            die_after = atoi(*s + 10);
    read_cases(argv[2]);
    plugin = load(argv[1]);
    if (plugin->create(&host, &instance) != CMTY_OK || plugin->start(instance) != CMTY_OK)
        die("the plugin does not start");
    puts("started");
    fflush(stdout);
    while ((size = getline(&line, &room, stdin)) > 0) {
        const cmty_dispatch_submission s = {
            .struct_size = sizeof s, .bytes = line, .size = (uint64_t)size};
        uint64_t ticket;

        if (plugin->submit(instance, &s, &ticket) != CMTY_OK)
            die("a report was not taken");
    }
    do
        st = plugin->poll(instance, 1000);
    while (st == CMTY_OK);
    plugin->destroy(instance);
    free(line);
    return st == CMTY_END && fclose(cases) == 0 ? 0 : 1;
}
