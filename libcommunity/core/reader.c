/* SPDX-License-Identifier: MIT */
/* Streaming bytes and lines with constant memory. Serial per reader. */
#include "core/core.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

struct cmty__reader {
    int fd;    /* -1: bytes in memory */
    int error; /* errno of the first failed read, or 0 */
    char *name;
    char *chunk; /* owned, for files */
    const char *data;
    size_t pos, size;  /* within data */
    uint64_t consumed; /* bytes before data */
    uint64_t total, lines;
};

static cmty_status reader_new(const char *name, cmty__reader **out, cmty_error *err)
{
    cmty__reader *r = cmty__calloc(1, sizeof *r);

    *out = NULL;
    if (r == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    r->fd = -1;
    r->name = cmty__strdup(cmty__basename(name));
    if (r->name == NULL) {
        cmty__free(r);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *out = r;
    return CMTY_OK;
}

static cmty_status reader_attach(cmty__reader *r, const char *path, cmty_error *err)
{
    struct stat s;

    if (strcmp(path, "-") == 0)
        r->fd = STDIN_FILENO;
    else
        r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0)
        return cmty__fail(err, CMTY_E_IO, "cannot read %s: %s", r->name,
                          errno == ENOENT   ? "no such file"
                          : errno == EACCES ? "permission denied"
                                            : "the system refused");
    if (fstat(r->fd, &s) == 0 && S_ISDIR(s.st_mode))
        return cmty__fail(err, CMTY_E_IO, "cannot read %s: it is a folder", r->name);
    if (fstat(r->fd, &s) == 0 && S_ISREG(s.st_mode))
        r->total = (uint64_t)s.st_size;
    r->chunk = cmty__alloc(CHUNK);
    if (r->chunk == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    r->data = r->chunk;
    return CMTY_OK;
}

cmty_status cmty__reader_open(const char *path, cmty__reader **out, cmty_error *err)
{
    cmty__reader *r = NULL;
    cmty_status st = reader_new(strcmp(path, "-") == 0 ? "standard input" : path, &r, err);

    *out = NULL;
    if (st == CMTY_OK)
        st = reader_attach(r, path, err);
    if (st == CMTY_OK)
        *out = r;
    else
        cmty__reader_free(r);
    return st;
}

cmty_status cmty__reader_open_bytes(const char *bytes, size_t size, const char *name,
                                    cmty__reader **out, cmty_error *err)
{
    cmty_status st = reader_new(name, out, err);

    if (st == CMTY_OK) {
        (*out)->data = bytes;
        (*out)->size = size;
        (*out)->total = size;
    }
    return st;
}

void cmty__reader_free(cmty__reader *r)
{
    if (r == NULL)
        return;
    if (r->fd >= 0 && r->fd != STDIN_FILENO)
        close(r->fd);
    if (r->chunk != NULL)
        cmty__zero(r->chunk, CHUNK);
    cmty__free(r->chunk);
    cmty__free(r->name);
    cmty__free(r);
}

static bool reader_fill(cmty__reader *r)
{
    ssize_t n;

    if (r->fd < 0 || r->error != 0)
        return false;
    do
        n = read(r->fd, r->chunk, CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        r->error = errno;
    if (n <= 0)
        return false;
    r->consumed += r->size;
    r->pos = 0;
    r->size = (size_t)n;
    return true;
}

int cmty__reader_peek(cmty__reader *r)
{
    if (r->pos == r->size && !reader_fill(r))
        return -1;
    return (unsigned char)r->data[r->pos];
}

int cmty__reader_get(cmty__reader *r)
{
    int c = cmty__reader_peek(r);

    if (c < 0)
        return -1;
    r->pos++;
    if (c == '\n')
        r->lines++;
    return c;
}

/* Takes what is left of the line in the present chunk. Returns true at the end of the line. */
static bool line_piece(cmty__reader *r, size_t limit, cmty__buf *line, bool *too_long)
{
    const char *start = r->data + r->pos;
    const char *lf = memchr(start, '\n', r->size - r->pos);
    size_t n = lf != NULL ? (size_t)(lf - start) : r->size - r->pos;

    if (*too_long || line->size + n > limit + 1) /* + 1: a CR to be dropped */
        *too_long = true;
    else
        cmty__buf_bytes(line, start, n);
    r->pos += n + (lf != NULL ? 1 : 0);
    return lf != NULL;
}

cmty_status cmty__reader_line(cmty__reader *r, size_t limit, cmty__buf *line, cmty_error *err)
{
    bool too_long = false;

    cmty__buf_clear(line);
    if (cmty__reader_peek(r) < 0)
        return r->error != 0 ? cmty__reader_status(r, err) : CMTY_END;
    r->lines++;
    while (cmty__reader_peek(r) >= 0)
        if (line_piece(r, limit, line, &too_long))
            break;
    if (r->error != 0)
        return cmty__reader_status(r, err);
    if (line->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (!too_long && line->size > 0 && line->data[line->size - 1] == '\r')
        line->data[--line->size] = '\0';
    if (too_long || line->size > limit)
        return cmty__fail(err, CMTY_E_LIMIT, "%s, line %llu: longer than %zu bytes", r->name,
                          (unsigned long long)r->lines, limit);
    return CMTY_OK;
}

cmty_status cmty__reader_status(const cmty__reader *r, cmty_error *err)
{
    if (r->error == 0)
        return CMTY_OK;
    return cmty__fail(err, CMTY_E_IO, "cannot read %s to its end: %s", r->name,
                      r->error == EISDIR ? "it is a folder" : "the system reports a read error");
}

uint64_t cmty__reader_line_number(const cmty__reader *r)
{
    return r->lines;
}

uint64_t cmty__reader_offset(const cmty__reader *r)
{
    return r->consumed + r->pos;
}

uint64_t cmty__reader_total(const cmty__reader *r)
{
    return r->total;
}

const char *cmty__reader_name(const cmty__reader *r)
{
    return r->name;
}
