/* Whole arrays: against what NumPy prints, in t/data/print.txt (made by t/data/make_print.py). */
#include "harness.h"

#include <ctype.h>
#include <stdio.h>
#include <unistd.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"

typedef struct print_case {
    tn_dtype dtype;
    int rank;
    int64_t dims[TN_MAX_RANK];
    char *data, *expected;
    int lines;
} print_case;

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static size_t unhex(const char *hex, char *bytes)
{
    size_t n = 0;
    for (; isxdigit((unsigned char)hex[0]); hex += 2)
        bytes[n++] = (char)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
    return n;
}

static tn_tensor *string_tensor(const print_case *c)
{
    const char *elements[64];
    size_t lengths[64], n = 0;
    char *bytes = tn_alloc(root, strlen(c->data) + 1, "bytes");
    for (char *hex = c->data, *end = hex; end; hex = end + 1) {
        end = strchr(hex, ',');
        lengths[n] = unhex(hex, bytes);
        elements[n++] = bytes;
        bytes += lengths[n - 1];
        if (!end)
            break;
    }
    return tn_string_tensor_new(root, c->rank, c->dims, elements, lengths);
}

static void fill_steps(tn_tensor *t, double step)
{
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        double value = (double)i * step;
        switch (tn_tensor_dtype(t)) {
        case TN_INT32:
            tn_i32(t)[i] = (int32_t)value;
            break;
        case TN_FLOAT32:
            tn_f32(t)[i] = (float)value;
            break;
        case TN_FLOAT64:
            tn_f64(t)[i] = value;
            break;
        default:
            tn_bool(t)[i] = value != 0;
        }
    }
}

/* The data are little-endian numbers. */
static void to_host_order(tn_tensor *t)
{
    const uint16_t one = 1;
    size_t size = tn_dtype_size(tn_tensor_dtype(t)), part = tn_dtype_kind_of(tn_tensor_dtype(t)) == TN_KIND_COMPLEX ? size / 2 : size;
    if (*(const char *)&one == 1)
        return;
    for (char *number = tn_tensor_data(t), *end = number + tn_tensor_bytes(t); number < end; number += part)
        for (size_t i = 0; i < part / 2; i++) {
            char c = number[i];
            number[i] = number[part - 1 - i];
            number[part - 1 - i] = c;
        }
}

static tn_tensor *tensor_of(const print_case *c)
{
    if (c->dtype == TN_STRING)
        return string_tensor(c);
    tn_tensor *t = tn_tensor_new(root, c->dtype, c->rank, c->dims, NULL);
    if (c->data[0] == '=') {
        fill_steps(t, atof(c->data + 1));
    } else if (c->data[0] != '-') {
        ck_assert_uint_eq(strlen(c->data), 2 * tn_tensor_bytes(t));
        unhex(c->data, tn_tensor_data(t));
        to_host_order(t);
    }
    return t;
}

/* "DTYPE RANK DIMS… DATA LINES" */
static void parse_head(char *line, print_case *c)
{
    char *rest = NULL, *name = strtok_r(line, " \n", &rest);
    *c = (print_case){ .dtype = tn_dtype_of_name(name, strlen(name)) };
    c->rank = atoi(strtok_r(NULL, " ", &rest));
    for (int i = 0; i < c->rank; i++)
        c->dims[i] = atoll(strtok_r(NULL, " ", &rest));
    c->data = strtok_r(NULL, " ", &rest);
    c->lines = atoi(strtok_r(NULL, " \n", &rest));
}

static bool check_case(FILE *file, char **line, size_t *room)
{
    print_case c;
    if (getline(line, room, file) < 0)
        return false;
    char *head = tn_strdup(root, *line), *expected = tn_strdup(root, "");
    parse_head(*line, &c);
    tn_tensor *t = tensor_of(&c);
    for (int i = 0; i < c.lines; i++) {
        ck_assert_int_gt(getline(line, room, file), 0);
        expected = talloc_strdup_append(expected, *line);
    }
    char *text = talloc_asprintf_append(tn_tensor_text(root, t), "\n");
    ck_assert_msg(!strcmp(text, expected), "%sexpected:\n%sgot:\n%s", head, expected, text);
    talloc_free_children(root);
    return true;
}

static void check_all(void)
{
    FILE *file = fopen(TN_T_DATA "/print.txt", "r");
    char *line = NULL;
    size_t room = 0;
    int n = 0;
    ck_assert_ptr_nonnull(file);
    while (check_case(file, &line, &room))
        n++;
    ck_assert_int_gt(n, 500);
    free(line);
    fclose(file);
}

START_TEST(prints_as_numpy)
{
    check_all();
}
END_TEST

START_TEST(refuses_no_tensor)
{
    ck_assert_ptr_null(tn_tensor_text(root, NULL));
    expect_error(TN_INVALID_ARGUMENT, "NULL");
}
END_TEST

static tn_status print_out_of_memory(void *ctx)
{
    const char *words[] = {
        "a", "it's a long one: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    };
    tn_tensor *t = tn_string_tensor_new(ctx, 1, (int64_t[]){ 2 }, words, (size_t[]){ 1, strlen(words[1]) });
    tn_tensor *big = t ? tn_tensor_new(ctx, TN_FLOAT32, 2, (int64_t[]){ 40, 50 }, NULL) : NULL;
    char *text = big ? tn_tensor_text(ctx, t) : NULL, *more = text ? tn_tensor_text(ctx, big) : NULL;
    tn_status status = more ? TN_OK : tn_last_error()->code;
    talloc_free(text);
    talloc_free(more);
    talloc_free(t);
    talloc_free(big);
    return status;
}

START_TEST(survives_memory_running_out)
{
    expect_survives_oom(print_out_of_memory);
}
END_TEST

/* What print writes to a stream, by a file in its place. */
static void expect_printed(FILE *stream, const tn_tensor *t, const char *expected)
{
    char got[256];
    FILE *aside = tmpfile();
    fflush(stream);
    int kept = dup(fileno(stream));
    dup2(fileno(aside), fileno(stream));
    tn_print(t);
    fflush(stream);
    dup2(kept, fileno(stream));
    close(kept);
    rewind(aside);
    size_t n = fread(got, 1, sizeof got - 1, aside);
    got[n] = 0;
    fclose(aside);
    ck_assert_str_eq(got, expected);
}

START_TEST(prints_to_stdout_and_errors_to_stderr)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 2 }, (float[]){ 3, 5 });
    expect_printed(stdout, t, "[3. 5.]\n");
    tn_fail(TN_NOT_FOUND, "nothing there");
    expect_printed(stderr, NULL, "NOT_FOUND: nothing there\n");
    talloc_free(t);
}
END_TEST

TN_SUITE("core print", prints_as_numpy, refuses_no_tensor, survives_memory_running_out, prints_to_stdout_and_errors_to_stderr)
