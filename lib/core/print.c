/*
 * Tensors as text, exactly as NumPy's print: more than 1,000 elements are summarised by three at each end of an axis, lines are wrapped at
 * 75 columns, and all elements of an array share one layout, which is made from the elements that are shown.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/print_float.h"
#include "core/status.h"
#include "core/tensor.h"
#include "core/uncancelled.h"

enum { THRESHOLD = 1000, EDGE = 3, LINE = 75 };

/* Text that grows; memory that runs out is remembered, and looked at once, at the end. */
typedef struct text {
    char *bytes;
    size_t n, max;
    bool failed;
} text;

typedef struct printer {
    const tn_tensor *tensor;
    bool summarised;
    int64_t strides[TN_MAX_RANK];
    int64_t *shown; /* the elements that are shown, in that order */
    size_t num_shown, at;
    int width; /* of integers */
    tn_float_format real, imag;
    text word, out;
} printer;

static void put(text *t, const char *bytes, size_t n)
{
    if (t->failed || n > SIZE_MAX / 4 - t->n)
        t->failed = true;
    else if (t->n + n > t->max) {
        size_t max = 2 * (t->n + n) + 64;
        char *grown = TN_GROW_ARRAY(NULL, t->bytes, char, max);
        t->failed = !grown;
        t->bytes = grown ? grown : t->bytes;
        t->max = grown ? max : t->max;
    }
    if (t->failed || !n)
        return;
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
}

static void put_repeated(text *t, char c, int n)
{
    for (int i = 0; i < n; i++)
        put(t, &c, 1);
}

/* ---- The elements that are shown ---- */

static bool abridged(const printer *p, int64_t length)
{
    return p->summarised && length > 2 * EDGE;
}

/* How many are shown along an axis, and the position of the k-th of them. */
static int64_t shown_along(const printer *p, int axis)
{
    int64_t length = p->tensor->dims.dim[axis];
    return abridged(p, length) ? 2 * EDGE : length;
}

static int64_t shown_position(const printer *p, int axis, int64_t k)
{
    int64_t length = p->tensor->dims.dim[axis];
    return abridged(p, length) && k >= EDGE ? length - 2 * EDGE + k : k;
}

static bool pick_shown(printer *p)
{
    int rank = p->tensor->dims.rank;
    size_t n = 1;
    for (int axis = 0; axis < rank; axis++)
        n *= (size_t)shown_along(p, axis);
    p->shown = TN_NEW_ARRAY(NULL, int64_t, n);
    if (!p->shown)
        return false;
    p->num_shown = n;
    for (size_t i = 0; i < n; i++) {
        int64_t rest = (int64_t)i;
        for (int axis = rank - 1; axis >= 0; axis--) {
            p->shown[i] += shown_position(p, axis, rest % shown_along(p, axis)) * p->strides[axis];
            rest /= shown_along(p, axis);
        }
    }
    return true;
}

/* ---- Integers ---- */

static int integer_word(const tn_tensor *t, int64_t i, int width, char *word)
{
    switch (t->dtype) {
    case TN_INT8:
        return snprintf(word, TN_FLOAT_WORD, "%*d", width, ((const int8_t *)t->data)[i]);
    case TN_INT16:
        return snprintf(word, TN_FLOAT_WORD, "%*d", width, ((const int16_t *)t->data)[i]);
    case TN_INT32:
        return snprintf(word, TN_FLOAT_WORD, "%*" PRId32, width, ((const int32_t *)t->data)[i]);
    case TN_INT64:
        return snprintf(word, TN_FLOAT_WORD, "%*" PRId64, width, ((const int64_t *)t->data)[i]);
    case TN_UINT8:
        return snprintf(word, TN_FLOAT_WORD, "%*u", width, ((const uint8_t *)t->data)[i]);
    case TN_UINT16:
        return snprintf(word, TN_FLOAT_WORD, "%*u", width, ((const uint16_t *)t->data)[i]);
    case TN_UINT32:
        return snprintf(word, TN_FLOAT_WORD, "%*" PRIu32, width, ((const uint32_t *)t->data)[i]);
    default:
        return snprintf(word, TN_FLOAT_WORD, "%*" PRIu64, width, ((const uint64_t *)t->data)[i]);
    }
}

static void measure_integers(printer *p)
{
    char word[TN_FLOAT_WORD];
    for (size_t k = 0; k < p->num_shown; k++) {
        int n = integer_word(p->tensor, p->shown[k], 0, word);
        p->width = n > p->width ? n : p->width;
    }
}

/* ---- Floats and complex numbers ---- */

static tn_dtype part_dtype(tn_dtype dtype)
{
    return dtype == TN_COMPLEX64 ? TN_FLOAT32 : dtype == TN_COMPLEX128 ? TN_FLOAT64 : dtype;
}

/* The numbers that are shown; part 1: the imaginary parts. */
static tn_floats shown_floats(const printer *p, int part)
{
    const tn_tensor *t = p->tensor;
    tn_dtype dtype = part_dtype(t->dtype);
    const char *data = (const char *)t->data + (size_t)part * tn_dtype_size(dtype);
    return (tn_floats){ dtype, data, dtype == t->dtype ? 1 : 2, p->shown, p->num_shown };
}

static int complex_word(const printer *p, char *word)
{
    tn_floats real = shown_floats(p, 0), imag = shown_floats(p, 1);
    int n = tn_float_word(&p->real, tn_floats_at(&real, p->at), word);
    n += tn_float_word(&p->imag, tn_floats_at(&imag, p->at), word + n);
    int end = n;
    while (word[end - 1] == ' ')
        end--;
    memmove(word + end + 1, word + end, (size_t)(n - end));
    word[end] = 'j';
    return n + 1;
}

/* "(1+2j)", or "2j" when the real part is a positive zero. */
static int complex_scalar(const printer *p, char *word)
{
    tn_floats real = shown_floats(p, 0), imag = shown_floats(p, 1);
    double re = tn_floats_at(&real, 0), im = tn_floats_at(&imag, 0);
    bool both = !(re == 0 && !__builtin_signbit(re));
    int n = 0;
    if (both) {
        word[n++] = '(';
        n += tn_float_scalar(real.dtype, re, true, false, word + n);
    }
    n += tn_float_scalar(imag.dtype, im, true, both, word + n);
    word[n++] = 'j';
    if (both)
        word[n++] = ')';
    return n;
}

/* ---- Strings, as Python's bytes ---- */

static void put_escaped(text *t, unsigned char c, char quote)
{
    char escape[8];
    const char *letters = "\tt\nn\rr\\\\";
    for (const char *l = letters; *l; l += 2)
        if (c == (unsigned char)*l) {
            put(t, "\\", 1);
            put(t, l + 1, 1);
            return;
        }
    if (c == (unsigned char)quote)
        put(t, escape, (size_t)snprintf(escape, sizeof escape, "\\%c", c));
    else if (c < 0x20 || c >= 0x7f)
        put(t, escape, (size_t)snprintf(escape, sizeof escape, "\\x%02x", c));
    else
        put(t, (const char *)&c, 1);
}

static void put_string(text *t, const char *bytes, size_t n)
{
    char quote = memchr(bytes, '\'', n) && !memchr(bytes, '"', n) ? '"' : '\'';
    put(t, "b", 1);
    put(t, &quote, 1);
    for (size_t i = 0; i < n; i++)
        put_escaped(t, (unsigned char)bytes[i], quote);
    put(t, &quote, 1);
}

/* ---- One element ---- */

static void measure(printer *p)
{
    tn_floats real = shown_floats(p, 0);
    switch (tn_dtype_kind_of(p->tensor->dtype)) {
    case TN_KIND_INT:
    case TN_KIND_UINT:
        measure_integers(p);
        break;
    case TN_KIND_COMPLEX: {
        tn_floats imag = shown_floats(p, 1);
        p->imag = tn_float_format_of(&imag, true);
        p->real = tn_float_format_of(&real, false);
        break;
    }
    case TN_KIND_FLOAT:
        if (p->tensor->dtype != TN_BFLOAT16)
            p->real = tn_float_format_of(&real, false);
        break;
    default:
        break;
    }
}

static int float_word(const printer *p, char *word)
{
    tn_floats real = shown_floats(p, 0);
    double value = tn_floats_at(&real, p->at);
    if (p->tensor->dtype == TN_BFLOAT16)
        return tn_bfloat16_word(value, word);
    return p->tensor->dims.rank ? tn_float_word(&p->real, value, word) : tn_float_scalar(real.dtype, value, false, false, word);
}

/* Makes p->word the text of the next element. */
static void next_word(printer *p)
{
    const tn_tensor *t = p->tensor;
    int64_t i = p->shown[p->at];
    char word[2 * TN_FLOAT_WORD];
    int n = 0;
    p->word.n = 0;
    switch (tn_dtype_kind_of(t->dtype)) {
    case TN_KIND_BOOL:
        n = snprintf(word, sizeof word, "%s", !((const bool *)t->data)[i] ? "False" : t->dims.rank ? " True" : "True");
        break;
    case TN_KIND_FLOAT:
        n = float_word(p, word);
        break;
    case TN_KIND_COMPLEX:
        n = t->dims.rank ? complex_word(p, word) : complex_scalar(p, word);
        break;
    case TN_KIND_INT:
    case TN_KIND_UINT:
        n = integer_word(t, i, p->width, word);
        break;
    default: {
        size_t length = 0;
        const char *bytes = tn_string_at(t, i, &length);
        put_string(&p->word, bytes, length);
    }
    }
    put(&p->word, word, (size_t)n);
    p->at++;
}

/* ---- Rows and brackets ---- */

/* Appends a word to a row whose line holds *column characters, on a new line when it would not fit (and that helps). */
static void put_word(printer *p, const char *word, size_t n, size_t *column)
{
    size_t indent = (size_t)p->tensor->dims.rank, width = LINE - indent;
    if (*column + n > width && *column > indent) {
        while (p->out.n && p->out.bytes[p->out.n - 1] == ' ')
            p->out.n--;
        put(&p->out, "\n", 1);
        put_repeated(&p->out, ' ', (int)indent);
        *column = indent;
    }
    put(&p->out, word, n);
    *column += n;
}

static void put_row(printer *p)
{
    int axis = p->tensor->dims.rank - 1;
    int64_t n = shown_along(p, axis);
    size_t column = (size_t)axis + 1;
    for (int64_t k = 0; k < n && !p->out.failed; k++) {
        if (k == EDGE && abridged(p, p->tensor->dims.dim[axis])) {
            put_word(p, "...", 3, &column);
            put(&p->out, " ", 1);
            column++;
        }
        next_word(p);
        put_word(p, p->word.bytes, p->word.n, &column);
        put(&p->out, " ", k + 1 < n);
        column++;
    }
}

static void put_between(printer *p, int axis)
{
    put_repeated(&p->out, '\n', p->tensor->dims.rank - axis - 1);
    put_repeated(&p->out, ' ', axis + 1);
}

/* As deep as the rank: at most 8. */
static void put_array(printer *p, int axis)
{
    bool row = axis == p->tensor->dims.rank - 1;
    int64_t n = shown_along(p, axis);
    put(&p->out, "[", 1);
    if (row)
        put_row(p);
    for (int64_t k = 0; !row && k < n && !p->out.failed; k++) {
        if (k == EDGE && abridged(p, p->tensor->dims.dim[axis])) {
            put(&p->out, "...", 3);
            put_between(p, axis);
        }
        put_array(p, axis + 1);
        if (k + 1 < n)
            put_between(p, axis);
    }
    put(&p->out, "]", 1);
}

static void put_tensor(printer *p)
{
    if (!p->tensor->size) {
        put(&p->out, "[]", 2);
        return;
    }
    p->out.failed = !pick_shown(p);
    if (p->out.failed)
        return;
    measure(p);
    if (p->tensor->dims.rank) {
        put_array(p, 0);
        return;
    }
    next_word(p);
    put(&p->out, p->word.bytes, p->word.n);
}

char *tn_tensor_text(const void *owner, const tn_tensor *tensor)
{
    if (!tensor) {
        tn_fail(TN_INVALID_ARGUMENT, "the text of no tensor (NULL)");
        return NULL;
    }
    printer p = { .tensor = tensor, .summarised = tensor->size > THRESHOLD };
    tn_dims_strides(&tensor->dims, p.strides);
    put_tensor(&p);
    bool failed = p.out.failed || p.word.failed;
    char *whole = failed ? NULL : tn_strndup(owner, p.out.bytes, p.out.n);
    talloc_free(p.shown);
    talloc_free(p.word.bytes);
    talloc_free(p.out.bytes);
    return whole;
}

void tn_print(const tn_tensor *tensor)
{
    TN_UNCANCELLED;
    char *whole = tensor ? tn_tensor_text(NULL, tensor) : NULL;
    if (!whole) {
        const tn_error *error = tn_last_error();
        fprintf(stderr, "%s: %s\n", tn_status_name(error->code), error->message);
        return;
    }
    puts(whole);
    talloc_free(whole);
}
