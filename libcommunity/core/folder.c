/* SPDX-License-Identifier: MIT */
/* Folders that appear whole. Any thread, one at a time per object. */
#include "core/core.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 + 256 + 2 }; /* PATH_MAX, NAME_MAX */

struct cmty__outfolder {
    char *path, *temp; /* temp: NULL once it has its name */
};

/* The name without slashes at its end, so that something can stand beside it. */
static char *plain_path(const char *path)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    return cmty__strndup(path, size);
}

cmty_status cmty__outfolder_open(const char *path, uint32_t mode, cmty__outfolder **out,
                                 cmty_error *err)
{
    cmty__outfolder *f = cmty__calloc(1, sizeof *f);
    cmty_status st = CMTY_OK;
    struct stat there;

    *out = NULL;
    if (f != NULL)
        f->path = plain_path(path);
    if (f == NULL || f->path == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK && stat(f->path, &there) == 0 && !S_ISDIR(there.st_mode))
        st = cmty__fail_errno(err, EEXIST, "make", f->path);
    if (st == CMTY_OK)
        st = cmty__temp_beside(f->path, &f->temp, err);
    if (st == CMTY_OK && mkdir(f->temp, (mode_t)mode) != 0) {
        st = cmty__fail_errno(err, errno, "make", f->path);
        cmty__free(f->temp);
        f->temp = NULL;
    }
    if (st == CMTY_OK)
        *out = f;
    else
        cmty__outfolder_free(f);
    return st;
}

cmty_status cmty__outfolder_write(cmty__outfolder *f, const char *name, const void *data,
                                  size_t size, cmty_error *err)
{
    char path[PATH_BYTES];
    int code = 0;
    int fd;

    if (!cmty__format(path, sizeof path, "%s/%s", f->temp, name))
        return cmty__fail_errno(err, ENAMETOOLONG, "write", name);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return cmty__fail_errno(err, errno, "write", name);
    if (!cmty__write_all(fd, data, size) || fsync(fd) != 0)
        code = errno;
    if (close(fd) != 0 && code == 0)
        code = errno;
    return code == 0 ? CMTY_OK : cmty__fail_errno(err, code, "write", name);
}

/* What stands under the name gives way if it is an empty folder; rename() sees to that. */
cmty_status cmty__outfolder_finish(cmty__outfolder *f, cmty_error *err)
{
    cmty_status st = cmty__sync_file(f->temp, f->path, err);

    if (st == CMTY_OK)
        st = cmty__rename_into_place(f->temp, f->path, err);
    if (st == CMTY_OK) {
        cmty__free(f->temp);
        f->temp = NULL;
    }
    return st;
}

/* Best effort; also where memory has run out. */
static void remove_folder(const char *path)
{
    char name[PATH_BYTES];
    const struct dirent *entry;
    DIR *folder = opendir(path);

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
            && cmty__format(name, sizeof name, "%s/%s", path, entry->d_name))
            unlink(name);
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

void cmty__outfolder_free(cmty__outfolder *f)
{
    if (f == NULL)
        return;
    if (f->temp != NULL)
        remove_folder(f->temp);
    cmty__free(f->temp);
    cmty__free(f->path);
    cmty__free(f);
}
