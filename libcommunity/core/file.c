/* SPDX-License-Identifier: MIT */
/* Files that appear whole or not at all, and files that must stay private. Serial per object. */
#include "core/core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct cmty__outfile {
    char *path, *temp; /* NULL for standard output */
    int fd;
    cmty__buf pending;
};

enum { FLUSH_AT = 64 * 1024 };

cmty_status cmty__fail_errno(cmty_error *err, int code, const char *what, const char *path)
{
    const char *name = cmty__basename(path);

    switch (code) {
    case ENOENT:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: no such file or folder", what, name);
    case EACCES:
    case EPERM:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: permission denied", what, name);
    case EROFS:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: the file system is read-only", what, name);
    case ENOSPC:
    case EDQUOT:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: the disk is full", what, name);
    case EISDIR:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: it is a folder", what, name);
    case ENOTDIR:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s: part of its path is not a folder", what,
                          name);
    case EEXIST:
    case ENOTEMPTY:
        return cmty__fail(err, CMTY_E_EXISTS, "%s exists already; it is never overwritten", name);
    default:
        return cmty__fail(err, CMTY_E_IO, "cannot %s %s (system error %d)", what, name, code);
    }
}

bool cmty__write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

cmty_status cmty__file_read(const char *path, size_t limit, char **data, size_t *size,
                            cmty_error *err)
{
    cmty__buf b = {0};
    char chunk[16 * 1024];
    ssize_t n = 1;
    cmty_status st = CMTY_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return cmty__fail_errno(err, errno, "read", path);
    while (st == CMTY_OK && n != 0) {
        n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = cmty__fail_errno(err, errno, "read", path);
        else if (b.size + (size_t)n > limit)
            st = cmty__fail(err, CMTY_E_LIMIT, "%s is larger than %zu bytes", cmty__basename(path),
                            limit);
        else
            cmty__buf_bytes(&b, chunk, (size_t)n);
        if (b.failed)
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    close(fd);
    cmty__zero(chunk, sizeof chunk); /* the file may have been a key */
    if (st != CMTY_OK) {
        cmty__buf_wipe(&b);
        return st;
    }
    *data = b.data;
    *size = b.size;
    return CMTY_OK;
}

cmty_status cmty__temp_beside(const char *path, char **temp, cmty_error *err)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char random[8];
    cmty__buf b = {0};
    const char *name = cmty__basename(path);
    cmty_status st = cmty__random(random, sizeof random, err);

    if (st != CMTY_OK)
        return st;
    cmty__buf_bytes(&b, path, (size_t)(name - path));
    cmty__buf_format(&b, ".%s.", name);
    for (size_t i = 0; i < sizeof random; i++)
        cmty__buf_char(&b, digits[random[i] % (sizeof digits - 1)]);
    cmty__buf_text(&b, ".tmp");
    if (b.failed) {
        cmty__buf_free(&b);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *temp = b.data;
    return CMTY_OK;
}

cmty_status cmty__outfile_open(const char *path, uint32_t mode, cmty__outfile **out,
                               cmty_error *err)
{
    cmty__outfile *f = cmty__calloc(1, sizeof *f);
    cmty_status st = CMTY_OK;
    struct stat there;

    *out = NULL;
    if (f == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    f->fd = -1;
    if (strcmp(path, "-") == 0) {
        f->fd = STDOUT_FILENO;
        *out = f;
        return CMTY_OK;
    }
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        st = cmty__fail_errno(err, EISDIR, "write", path);
    f->path = cmty__strdup(path);
    if (st == CMTY_OK && f->path == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__temp_beside(path, &f->temp, err);
    if (st == CMTY_OK) {
        f->fd = open(f->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
        if (f->fd < 0) {
            st = cmty__fail_errno(err, errno, "write", path);
            cmty__free(f->temp);
            f->temp = NULL;
        }
    }
    if (st == CMTY_OK)
        *out = f;
    else
        cmty__outfile_free(f);
    return st;
}

static cmty_status outfile_flush(cmty__outfile *f, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (f->pending.failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (f->pending.size > 0 && !cmty__write_all(f->fd, f->pending.data, f->pending.size))
        st = cmty__fail_errno(err, errno, "write", f->path != NULL ? f->path : "standard output");
    cmty__buf_clear(&f->pending);
    return st;
}

cmty_status cmty__outfile_write(cmty__outfile *f, const void *data, size_t size, cmty_error *err)
{
    cmty__buf_bytes(&f->pending, data, size);
    if (f->pending.size < FLUSH_AT && !f->pending.failed)
        return CMTY_OK;
    return outfile_flush(f, err);
}

cmty_status cmty__outfile_settle(cmty__outfile *f, cmty_error *err)
{
    cmty_status st = outfile_flush(f, err);

    if (st != CMTY_OK || f->path == NULL || f->fd < 0)
        return st;
    if (fsync(f->fd) != 0 && errno != EINVAL)
        st = cmty__fail_errno(err, errno, "write", f->path);
    if (close(f->fd) != 0 && st == CMTY_OK)
        st = cmty__fail_errno(err, errno, "write", f->path);
    f->fd = -1;
    return st;
}

cmty_status cmty__outfile_finish(cmty__outfile *f, cmty_error *err)
{
    cmty_status st = cmty__outfile_settle(f, err);

    if (st == CMTY_OK && f->path != NULL)
        st = cmty__rename_into_place(f->temp, f->path, err);
    if (st == CMTY_OK) {
        cmty__free(f->temp);
        f->temp = NULL;
    }
    return st;
}

void cmty__outfile_free(cmty__outfile *f)
{
    if (f == NULL)
        return;
    if (f->fd >= 0 && f->path != NULL)
        close(f->fd);
    if (f->temp != NULL)
        unlink(f->temp);
    cmty__buf_wipe(&f->pending);
    cmty__free(f->temp);
    cmty__free(f->path);
    cmty__free(f);
}

/* 0 or an errno. Folders are synced so that the new name itself survives a power cut. */
static int sync_path(const char *path, int flags)
{
    int code = 0;
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        return errno;
    if (fsync(fd) != 0 && errno != EINVAL)
        code = errno;
    close(fd);
    return code;
}

cmty_status cmty__sync_file(const char *temp, const char *path, cmty_error *err)
{
    int code = sync_path(temp, O_RDONLY);

    return code == 0 ? CMTY_OK : cmty__fail_errno(err, code, "write", path);
}

cmty_status cmty__rename_into_place(const char *temp, const char *path, cmty_error *err)
{
    int size = (int)(cmty__basename(path) - path);
    char folder[4096]; /* PATH_MAX: it must work where memory has run out */
    int code = 0;

    if (!cmty__format(folder, sizeof folder, "%.*s", size > 0 ? size : 1, size > 0 ? path : "."))
        code = ENAMETOOLONG;
    if (code == 0 && rename(temp, path) != 0)
        code = errno;
    if (code == 0)
        code = sync_path(folder, O_RDONLY | O_DIRECTORY);
    return code == 0 ? CMTY_OK : cmty__fail_errno(err, code, "write", path);
}

void cmty__remove(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char name[4096 + 16]; /* PATH_MAX and a tail: it must work where memory has run out */

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (cmty__format(name, sizeof name, "%s%s", path, tails[i]))
            unlink(name);
}

bool cmty__file_exists(const char *path)
{
    struct stat s;

    return lstat(path, &s) == 0;
}

bool cmty__same_file(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev
           && one.st_ino == other.st_ino;
}

cmty_status cmty__file_check_private(const char *path, cmty_error *err)
{
    const char *name = cmty__basename(path);
    struct stat s;

    if (stat(path, &s) != 0)
        return cmty__fail_errno(err, errno, "read", path);
    if (!S_ISREG(s.st_mode))
        return cmty__fail(err, CMTY_E_KEY, "%s is not a regular file", name);
    if (s.st_uid != geteuid() && s.st_uid != 0)
        return cmty__fail(err, CMTY_E_KEY, "%s belongs to another user", name);
    if ((s.st_mode & 077) != 0)
        return cmty__fail(err, CMTY_E_KEY, "%s is open to others; run: chmod 600 %s", name, name);
    return CMTY_OK;
}

cmty_status cmty__file_make_private(const char *path, const void *data, size_t size, uint32_t mode,
                                    cmty_error *err)
{
    int code = 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);

    if (fd < 0)
        return cmty__fail_errno(err, errno, "write", path);
    /* the umask may have taken bits away; it must not decide */
    if (fchmod(fd, (mode_t)mode) != 0 || !cmty__write_all(fd, data, size) || fsync(fd) != 0)
        code = errno;
    close(fd);
    if (code == 0)
        return CMTY_OK;
    unlink(path);
    return cmty__fail_errno(err, code, "write", path);
}
