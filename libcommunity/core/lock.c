/* SPDX-License-Identifier: MIT */
/*
 * Advisory locks between objects, threads and processes alike, and where a file lives. Serial per
 * object. Open-file-description locks: unlike plain fcntl locks they belong to this one object, so
 * neither another one in this process nor its close() can undo them.
 */
#define _GNU_SOURCE
#include "core/core.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

struct cmty__lock {
    int fd;
};

enum { STEP_NS = 1000000 };

cmty_status cmty__lock_open(const char *path, cmty__lock **out, cmty_error *err)
{
    cmty__lock *lock = cmty__calloc(1, sizeof *lock);

    *out = NULL;
    if (lock == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (lock->fd < 0) {
        cmty__free(lock);
        return cmty__fail_errno(err, errno, "write", path);
    }
    *out = lock;
    return CMTY_OK;
}

void cmty__lock_free(cmty__lock *lock)
{
    if (lock == NULL)
        return;
    close(lock->fd);
    cmty__free(lock);
}

static int lock_set(const cmty__lock *lock, short type, int64_t place)
{
    struct flock what = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)place, .l_len = 1};

    return fcntl(lock->fd, F_OFD_SETLK, &what) == 0 ? 0 : errno;
}

cmty_status cmty__lock_take(cmty__lock *lock, int64_t place, int64_t wait_ms, cmty_error *err)
{
    static const struct timespec step = {0, STEP_NS};
    int code = lock_set(lock, F_WRLCK, place);

    for (int64_t waited_ms = 0; (code == EAGAIN || code == EACCES) && waited_ms < wait_ms;
         waited_ms++) {
        nanosleep(&step, NULL);
        code = lock_set(lock, F_WRLCK, place);
    }
    if (code == EAGAIN || code == EACCES)
        return CMTY_NOTFOUND;
    if (code != 0)
        return cmty__fail(err, CMTY_E_IO, "cannot lock a file (system error %d)", code);
    return CMTY_OK;
}

void cmty__lock_release(cmty__lock *lock, int64_t place)
{
    (void)lock_set(lock, F_UNLCK, place); /* taking back one's own lock cannot fail */
}

bool cmty__file_is_remote(const char *path)
{
    static const uint32_t remote[] = {
        0x6969,     /* NFS */
        0x517B,     /* SMB */
        0xFF534D42, /* CIFS */
        0xFE534D42, /* SMB2 */
        0x01021997, /* 9P */
        0x5346414F, /* AFS */
        0x73757245, /* Coda */
        0x564C,     /* NCP */
        0x00C36400, /* Ceph */
        0x0BD00BD0, /* Lustre */
        0x47504653, /* GPFS */
        0x01161970, /* GFS2 */
        0x7461636F, /* OCFS2 */
        0x786F4256, /* VirtualBox shared folder */
        0x19830326, /* BeeGFS */
    };
    size_t size = (size_t)(cmty__basename(path) - path);
    char folder[PATH_MAX];
    struct statfs s;
    bool found = false;

    if (cmty__format(folder, sizeof folder, "%.*s", (int)size, path)
        && statfs(size > 0 ? folder : ".", &s) == 0)
        for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
            found = found || (uint32_t)s.f_type == remote[i];
    return found;
}
