/*
 * Files: read by parts that were checked to be there, and written so that they appear whole or not at all.
 *
 * A new file is written beside its place under a name of its own. tn_new_file_publish puts it there; until then freeing it removes it.
 */
#ifndef TN_FORMATS_FILE_H
#define TN_FORMATS_FILE_H

#include <tenure/base.h>

/* TN_NOT_FOUND, TN_PERMISSION_DENIED or TN_UNAVAILABLE for an errno, the message naming the file. */
tn_status tn_file_fail(const char *path, int error);

typedef struct tn_file {
    const char *path;
    int fd;
    uint64_t size;
} tn_file;

/* Opens for reading; a talloc child of owner, closed when freed. NULL with the thread's error. */
tn_file *tn_file_open(const void *owner, const char *path);
/* Reads n bytes at an offset. TN_DATA_LOSS when they are not all there; nothing is read then. */
tn_status tn_file_read(tn_file *file, uint64_t offset, void *into, size_t n);

typedef struct tn_new_file {
    const char *path, *aside;
    FILE *file;
    bool published;
} tn_new_file;

/* Opens for writing; a talloc child of owner. NULL with the thread's error. */
tn_new_file *tn_new_file_open(const void *owner, const char *path);
tn_status tn_new_file_write(tn_new_file *file, const void *bytes, size_t n);
/* Finishes writing: everything that could still fail for want of space has not. The file stays aside. */
tn_status tn_new_file_close(tn_new_file *file);
/* Puts the closed file in its place, over what is there. */
tn_status tn_new_file_publish(tn_new_file *file);

#endif
