/* Files: see file.h. */
#include "formats/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/alloc.h"
#include "core/status.h"

tn_status tn_file_fail(const char *path, int error)
{
    tn_status code = TN_UNAVAILABLE;
    if (error == ENOENT || error == ENOTDIR)
        code = TN_NOT_FOUND;
    else if (error == EACCES || error == EPERM || error == EROFS)
        code = TN_PERMISSION_DENIED;
    char text[128] = "";
    /* the GNU form may give a constant instead of filling text */
    return tn_fail(code, "%s: %s", path, strerror_r(error, text, sizeof text));
}

static int close_file(tn_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    return 0;
}

static tn_status open_and_measure(tn_file *file)
{
    struct stat info;
    file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0 || fstat(file->fd, &info))
        return tn_file_fail(file->path, errno);
    if (!S_ISREG(info.st_mode))
        return tn_fail(TN_UNAVAILABLE, "%s: not a regular file", file->path);
    file->size = (uint64_t)info.st_size;
    return TN_OK;
}

tn_file *tn_file_open(const void *owner, const char *path)
{
    tn_file *file = TN_NEW(owner, tn_file);
    if (!file)
        return NULL;
    file->fd = -1;
    talloc_set_destructor(file, close_file);
    file->path = tn_strdup(file, path);
    if (file->path && !open_and_measure(file))
        return file;
    talloc_free(file);
    return NULL;
}

tn_status tn_file_read(tn_file *file, uint64_t offset, void *into, size_t n)
{
    if (offset > file->size || n > file->size - offset)
        return tn_fail(TN_DATA_LOSS, "%s: cut short: %zu bytes at %llu are not there", file->path, n, (unsigned long long)offset);
    for (char *at = into; n;) {
        ssize_t got = pread(file->fd, at, n, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tn_file_fail(file->path, errno);
        if (got == 0)
            return tn_fail(TN_DATA_LOSS, "%s: cut short while being read", file->path);
        at += got;
        n -= (size_t)got;
        offset += (uint64_t)got;
    }
    return TN_OK;
}

static int discard(tn_new_file *file)
{
    if (file->file)
        fclose(file->file);
    if (file->aside && !file->published)
        unlink(file->aside);
    return 0;
}

/* A device or a pipe of that name must not be replaced by a file. */
static bool replaceable(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 || S_ISREG(info.st_mode);
}

/* A name that no other thread or process takes; O_EXCL makes sure. */
static tn_status create(tn_new_file *file)
{
    static atomic_uint serial;
    if (!replaceable(file->path))
        return tn_fail(TN_UNAVAILABLE, "%s: not a regular file", file->path);
    const char *aside = tn_sprintf(file, "%s.tempstate%ld-%u", file->path, (long)getpid(), atomic_fetch_add(&serial, 1));
    if (!aside)
        return TN_RESOURCE_EXHAUSTED;
    int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return tn_file_fail(file->path, errno);
    file->aside = aside;
    file->file = fdopen(fd, "wb");
    if (file->file)
        return TN_OK;
    close(fd);
    return tn_file_fail(file->path, errno);
}

tn_new_file *tn_new_file_open(const void *owner, const char *path)
{
    tn_new_file *file = TN_NEW(owner, tn_new_file);
    if (!file)
        return NULL;
    talloc_set_destructor(file, discard);
    file->path = tn_strdup(file, path);
    if (file->path && !create(file))
        return file;
    talloc_free(file);
    return NULL;
}

tn_status tn_new_file_write(tn_new_file *file, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, file->file) == n ? TN_OK : tn_file_fail(file->path, errno);
}

tn_status tn_new_file_close(tn_new_file *file)
{
    int failed = fclose(file->file);
    file->file = NULL;
    return failed ? tn_file_fail(file->path, errno) : TN_OK;
}

tn_status tn_new_file_publish(tn_new_file *file)
{
    if (rename(file->aside, file->path))
        return tn_file_fail(file->path, errno);
    file->published = true;
    return TN_OK;
}
