/* See checkpoint_folder.h. */
#include "checkpoint_folder.h"

#include <stdio.h>
#include <unistd.h>
#include "core/alloc.h"
#include "formats/checkpoint.h"

static char folder[64];

void open_folder(void)
{
    strcpy(folder, "/tmp/tenure-checkpoint-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void close_folder(void)
{
    unlink(path_of("c.index"));
    unlink(path_of("c.data-00000-of-00001"));
    ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

tn_tensor *read_one(const char *prefix, const char *name)
{
    tn_checkpoint_entry entry;
    tn_checkpoint *c = tn_checkpoint_open(root, prefix);
    tn_tensor *tensor = c && !tn_checkpoint_find(c, name, &entry) ? tn_checkpoint_read(root, c, name, &entry) : NULL;
    talloc_free(c);
    return tensor;
}
