/* SPDX-License-Identifier: MIT */
/* Options, messages, progress and signals. One thread; the signal handler only sets a flag. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The live layer follows at most this far behind. */
enum { LIVE_EVERY_MS = 500 };

static int32_t on_progress(void *user, const char *stage, double fraction)
{
    struct cli *cli = user;

    if (cli->live != NULL && clock_ms() >= cli->live_due_ms) {
        cmty_error err = CMTY_ERROR_INIT;

        if (cmty_live_update(cli->live, NULL, &err) < 0)
            cli->host.notice(cli, err.message);
        cli->live_due_ms = clock_ms() + LIVE_EVERY_MS;
    }
    if (!cli->quiet && isatty(STDERR_FILENO)) {
        if (fraction >= 0)
            fprintf(stderr, "\r\033[K%s %3.0f %%", stage, fraction * 100);
        else
            fprintf(stderr, "\r\033[K%s", stage);
        cli->bar = true;
    }
    return stop_signal != 0;
}

static void on_notice(void *user, const char *text)
{
    struct cli *cli = user;

    if (cli->quiet || strcmp(text, cli->said) == 0)
        return;
    snprintf(cli->said, sizeof cli->said, "%s", text);
    cli_bar_end(cli);
    fprintf(stderr, "community %s: note: %s\n", cli->verb, text);
}

void cli_bar_end(struct cli *cli)
{
    if (cli->bar)
        fputs("\r\033[K", stderr);
    cli->bar = false;
}

void cli_host_start(struct cli *cli)
{
    struct sigaction action = {.sa_handler = on_signal};

    cli->host = (cmty_host)CMTY_HOST_INIT;
    cli->host.user = cli;
    cli->host.progress = on_progress;
    cli->host.notice = on_notice;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, cleaned up after */
    signal(SIGXFSZ, SIG_IGN); /* the same for a file size limit */
}

poptContext cli_parse(struct cli *cli, int argc, const char **argv,
                      const struct poptOption *options, const char *operands, int *code)
{
    char name[64];
    poptContext context;
    int found;

    snprintf(name, sizeof name, "community %s", cli->verb);
    argv[0] = name;
    context = poptGetContext(name, argc, argv, options, 0);
    poptSetOtherOptionHelp(context, operands);
    do
        found = poptGetNextOpt(context);
    while (found >= 0);
    if (found == -1)
        return context;
    fprintf(stderr, "community %s: %s: %s; see community %s --help\n", cli->verb,
            poptBadOption(context, POPT_BADOPTION_NOALIAS), poptStrerror(found), cli->verb);
    poptFreeContext(context);
    *code = EXIT_USAGE;
    return NULL;
}

const char *cli_operand(poptContext context)
{
    return poptGetArg(context);
}

size_t cli_count(char **list)
{
    size_t n = 0;

    while (list != NULL && list[n] != NULL)
        n++;
    return n;
}

bool cli_is_geopackage(const char *name)
{
    const size_t length = strlen(name);

    return length > 5 && strcasecmp(name + length - 5, ".gpkg") == 0;
}

int cli_usage(const struct cli *cli, const char *sentence)
{
    fprintf(stderr, "community %s: %s; see community %s --help\n", cli->verb, sentence, cli->verb);
    return EXIT_USAGE;
}

static int exit_code(cmty_status status)
{
    switch (status) {
    case CMTY_OK:
        return EXIT_DONE;
    case CMTY_NOTFOUND:
    case CMTY_WITHHELD:
    case CMTY_REFUSED:
        return EXIT_ANSWER_NO;
    case CMTY_E_INVALID:
        return EXIT_USAGE;
    case CMTY_E_RANGE:
    case CMTY_E_FORMAT:
    case CMTY_E_KEY:
    case CMTY_E_LIMIT:
        return EXIT_BAD_INPUT;
    case CMTY_E_IO:
    case CMTY_E_EXISTS:
        return EXIT_FILE;
    default:
        return EXIT_INTERNAL;
    }
}

int cli_fail(struct cli *cli, cmty_status status, const cmty_error *err)
{
    cli_bar_end(cli);
    fprintf(stderr, "community %s: %s\n", cli->verb,
            err->message[0] != '\0' ? err->message : cmty_status_name(status));
    return exit_code(status);
}

int cli_end(int code)
{
    if (stop_signal != 0) { /* everything is cleaned up: end as the shell expects it */
        signal(stop_signal, SIG_DFL);
        raise(stop_signal);
    }
    return code;
}

void print_json_text(FILE *out, const char *text)
{
    putc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if ((unsigned char)*c < ' ')
            fprintf(out, "\\u%04x", (unsigned)*c);
        else
            putc(*c, out);
    }
    putc('"', out);
}

/* mkdir -p for the parents of a file, each closed to others. */
static void make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static char *own_mask_key(void)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    size_t size;

    if ((config == NULL || *config == '\0') && (home == NULL || *home == '\0'))
        return NULL;
    size = strlen(config != NULL && *config != '\0' ? config : home) + 64;
    path = malloc(size);
    if (path == NULL)
        return NULL;
    if (config != NULL && *config != '\0')
        snprintf(path, size, "%s/community/mask.key", config);
    else
        snprintf(path, size, "%s/.config/community/mask.key", home);
    return path;
}

char *cli_mask_key(struct cli *cli, const char *given, int *code)
{
    cmty_error err = CMTY_ERROR_INIT;
    char *path = given != NULL ? strdup(given) : own_mask_key();
    cmty_status st;

    if (path == NULL) {
        *code = cli_usage(cli, "--key FILE is needed: there is no home folder to keep a key in");
        return NULL;
    }
    if (given != NULL || access(path, F_OK) == 0)
        return path;
    make_parents(path);
    st = cmty_key_make_mask(path, &err);
    if (st < 0) {
        *code = cli_fail(cli, st, &err);
        free(path);
        return NULL;
    }
    cli_bar_end(cli);
    fprintf(
        stderr,
        "community %s: note: made your mask key, %s; keep it safe and secret: with another key\n"
        "every mask is drawn again, which costs privacy\n",
        cli->verb, path);
    return path;
}

int cli_write_private(struct cli *cli, const char *path, const char *bytes, size_t size)
{
    int file = path != NULL ? open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) : STDOUT_FILENO;
    bool failed = file < 0;

    while (!failed && size > 0) {
        ssize_t n = write(file, bytes, size);

        failed = n < 0 && errno != EINTR;
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
    if (path != NULL && file >= 0)
        failed = close(file) != 0 || failed;
    if (!failed)
        return EXIT_DONE;
    fprintf(stderr, "community %s: %s: %s\n", cli->verb, path != NULL ? path : "standard output",
            strerror(errno));
    return EXIT_FILE;
}

char *cli_read_file(struct cli *cli, const char *path, size_t limit, size_t *size, int *code)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(limit + 1);

    *size = file != NULL && bytes != NULL ? fread(bytes, 1, limit + 1, file) : 0;
    if (file == NULL || bytes == NULL || ferror(file)) {
        fprintf(stderr, "community %s: %s: %s\n", cli->verb, path, strerror(errno));
        *code = EXIT_FILE;
    } else if (*size == 0 || *size > limit) {
        fprintf(stderr, "community %s: %s: not 1 to %zu bytes\n", cli->verb, path, limit);
        *code = EXIT_BAD_INPUT;
    }
    if (file != NULL)
        fclose(file);
    return bytes;
}
