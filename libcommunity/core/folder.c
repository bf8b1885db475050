/* SPDX-License-Identifier: MIT */
/* Folders that appear whole. Any thread, one at a time per object. */
#include "core/core.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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

/* ---- what lies in one ---- */

void cmty__folder_list_free(cmty__file_entry *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cmty__free(list[i].name);
    cmty__free(list);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const cmty__file_entry *)a)->name, ((const cmty__file_entry *)b)->name);
}

typedef struct listing {
    cmty__file_entry *list;
    size_t count, capacity;
} listing;

/* What is gone meanwhile is not in the list. False: out of memory. */
static bool list_one(listing *l, const char *path, const char *name)
{
    char whole[PATH_BYTES];
    struct stat s;

    if (!cmty__format(whole, sizeof whole, "%s/%s", path, name) || lstat(whole, &s) != 0
        || !S_ISREG(s.st_mode))
        return true;
    if (!cmty__grow(&l->list, &l->capacity, l->count + 1, sizeof *l->list))
        return false;
    l->list[l->count].modified = (cmty_time)s.st_mtim.tv_sec * 1000 + s.st_mtim.tv_nsec / 1000000;
    l->list[l->count].name = cmty__strdup(name);
    return l->list[l->count++].name != NULL;
}

cmty_status cmty__folder_list(const char *path, cmty__file_entry **list, size_t *count,
                              cmty_error *err)
{
    listing l = {0};
    const struct dirent *entry;
    DIR *folder = opendir(path);
    bool enough = true;

    *list = NULL;
    *count = 0;
    if (folder == NULL)
        return cmty__fail_errno(err, errno, "read", path);
    while (enough && (entry = readdir(folder)) != NULL)
        enough = list_one(&l, path, entry->d_name);
    closedir(folder);
    if (!enough) {
        cmty__folder_list_free(l.list, l.count);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (l.count > 1)
        qsort(l.list, l.count, sizeof *l.list, by_name);
    *list = l.list;
    *count = l.count;
    return CMTY_OK;
}

cmty_status cmty__folder_make(const char *path, uint32_t mode, cmty_error *err)
{
    struct stat s;

    if (mkdir(path, (mode_t)mode) == 0
        || (errno == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode)))
        return CMTY_OK;
    return cmty__fail_errno(err, errno, "make", path);
}

cmty_status cmty__folder_check(const char *path, cmty_error *err)
{
    struct stat s;

    if (stat(path, &s) != 0)
        return cmty__fail_errno(err, errno, "read", path);
    if (!S_ISDIR(s.st_mode))
        return cmty__fail(err, CMTY_E_INVALID, "%s is not a folder", cmty__basename(path));
    if ((s.st_mode & S_IWOTH) != 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "everybody may write to %s; take that right away: chmod o-w",
                          cmty__basename(path));
    return CMTY_OK;
}
