/*
 * What hangs where, with bytes: tn_report. The tree is walked by talloc's own report, which writes a mark into each chunk while it is
 * there: not for a tree that another thread is changing.
 */
#include <string.h>
#include "core/live.h"
#include "core/tensor.h"
#include "core/uncancelled.h"

typedef struct live_text {
    const void *thing;
    char where[256];
} live_text;

static const char *kind_name(tn_live_kind kind)
{
    return kind == TN_LIVE_SESSION ? "session" : "graph";
}

static void say_where(const tn_live *live, char *text, size_t size)
{
    if (live->file && live->line)
        snprintf(text, size, "%s opened at %s:%d", kind_name(live->kind), live->file, live->line);
    else
        snprintf(text, size, "%s%s%s", kind_name(live->kind), live->file ? ": " : "", live->file ? live->file : "");
}

static void find_where(const tn_live *live, void *data)
{
    live_text *found = data;
    if (live->thing == found->thing)
        say_where(live, found->where, sizeof found->where);
}

/* A tensor's elements lie outside talloc. */
static size_t bytes_beside(const void *chunk)
{
    const tn_tensor *tensor = talloc_get_type(chunk, tn_tensor);
    return tensor ? tn_buffer_size(tensor->buffer) : 0;
}

static void sum_chunk(const void *chunk, int depth, int max_depth, int is_reference, void *data)
{
    (void)depth, (void)max_depth;
    if (!is_reference)
        *(size_t *)data += talloc_get_size(chunk) + bytes_beside(chunk);
}

static size_t bytes_below(const void *chunk)
{
    size_t bytes = 0;
    talloc_report_depth_cb(chunk, 0, -1, sum_chunk, &bytes);
    return bytes;
}

static void print_tensor(const tn_tensor *tensor, FILE *file)
{
    char text[TN_DIMS_TEXT];
    fprintf(file, ": %s %s, %zu bytes of elements", tn_dtype_name(tensor->dtype), tn_dims_text(&tensor->dims, text),
            tn_buffer_size(tensor->buffer));
}

static void print_chunk(const void *chunk, int depth, int max_depth, int is_reference, void *data)
{
    (void)max_depth;
    FILE *file = data;
    live_text found = { .thing = chunk };
    const tn_tensor *tensor = talloc_get_type(chunk, tn_tensor);
    if (is_reference)
        return;
    fprintf(file, "%*s%s %zu bytes", 2 * depth, "", talloc_get_name(chunk), talloc_get_size(chunk));
    if (tensor)
        print_tensor(tensor, file);
    tn_live_each(find_where, &found);
    fprintf(file, "%s%s\n", found.where[0] ? ": " : "", found.where);
}

static void print_live(const tn_live *live, void *data)
{
    char where[sizeof((live_text){ 0 }.where)];
    say_where(live, where, sizeof where);
    fprintf(data, "%s\n", where);
}

void tn_report(const void *ctx, FILE *file)
{
    TN_UNCANCELLED;
    if (!ctx) {
        tn_live_each(print_live, file);
        return;
    }
    fprintf(file, "%zu bytes in all\n", bytes_below(ctx));
    talloc_report_depth_cb(ctx, 0, -1, print_chunk, file);
}
