/*
 * NumPy's .npy files: a magic, a version, the length of a header, the header (a Python dictionary), the elements.
 *
 * A file is not trusted: memory is asked for only as far as bytes are really there, and the header is parsed by a small grammar of its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "core/uncancelled.h"
#include "core/tensor.h"
#include "formats/file.h"

static const char magic[6] = "\x93NUMPY";
/* A header of the types that are read here has some 120 bytes. Longer ones than this belong to records. */
enum { MAX_HEADER = 65535 };
enum { HOST_IS_LITTLE = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

typedef struct npy_header {
    tn_dtype dtype;
    bool swapped, fortran;
    tn_dims dims;
} npy_header;

typedef struct npy_type {
    char kind;
    int size;
    tn_dtype dtype;
} npy_type;

static const npy_type types[] = { { 'f', 2, TN_FLOAT16 },   { 'f', 4, TN_FLOAT32 },    { 'f', 8, TN_FLOAT64 }, { 'i', 1, TN_INT8 },
                                  { 'i', 2, TN_INT16 },     { 'i', 4, TN_INT32 },      { 'i', 8, TN_INT64 },   { 'u', 1, TN_UINT8 },
                                  { 'u', 2, TN_UINT16 },    { 'u', 4, TN_UINT32 },     { 'u', 8, TN_UINT64 },  { 'b', 1, TN_BOOL },
                                  { 'c', 8, TN_COMPLEX64 }, { 'c', 16, TN_COMPLEX128 } };
enum { NUM_TYPES = sizeof types / sizeof types[0] };

/* ---- Parsing the header ---- */

typedef struct parser {
    const char *at, *path;
    npy_header header;
    bool has_descr, has_order, has_shape;
} parser;

static tn_status damaged(const char *path, const char *what)
{
    return tn_fail(TN_DATA_LOSS, "%s is not a whole .npy file: %s", path, what);
}

static char peek(parser *p)
{
    p->at += strspn(p->at, " \t\n");
    return *p->at;
}

static bool take(parser *p, const char *word)
{
    size_t n = strlen(word);
    peek(p);
    if (strncmp(p->at, word, n) != 0)
        return false;
    p->at += n;
    return true;
}

/* A Python string without escapes, into text of size bytes. */
static bool take_string(parser *p, char *text, size_t size)
{
    char quote = peek(p);
    if (quote != '\'' && quote != '"')
        return false;
    const char *end = strchr(p->at + 1, quote);
    size_t n = end ? (size_t)(end - p->at - 1) : size;
    if (n >= size || memchr(p->at, '\\', n + 1))
        return false;
    memcpy(text, p->at + 1, n);
    text[n] = 0;
    p->at = end + 1;
    return true;
}

static tn_status parse_descr(parser *p)
{
    char text[32];
    if (peek(p) == '[')
        return tn_fail(TN_UNIMPLEMENTED, "%s holds records, which no dtype has", p->path);
    if (!take_string(p, text, sizeof text) || strlen(text) < 2)
        return damaged(p->path, "its header has no type");
    bool little = text[0] == '<' || (text[0] == '=' && HOST_IS_LITTLE), single = text[0] == '|';
    if (!little && !single && text[0] != '>' && text[0] != '=')
        return damaged(p->path, "its type has no byte order");
    for (int i = 0; i < NUM_TYPES; i++)
        if (text[1] == types[i].kind && strcmp(text + 2, types[i].size == 16 ? "16" : (char[]){ (char)('0' + types[i].size), 0 }) == 0) {
            p->header.dtype = types[i].dtype;
            p->header.swapped = !single && little != HOST_IS_LITTLE;
            return TN_OK;
        }
    return tn_fail(TN_UNIMPLEMENTED, "%s holds elements of NumPy's type '%s', which no dtype has", p->path, text);
}

static tn_status parse_order(parser *p)
{
    p->header.fortran = take(p, "True");
    if (p->header.fortran || take(p, "False"))
        return TN_OK;
    return damaged(p->path, "fortran_order is neither True nor False");
}

static bool take_length(parser *p, int64_t *length)
{
    if (peek(p) < '0' || peek(p) > '9')
        return false;
    char *end;
    errno = 0;
    long long n = strtoll(p->at, &end, 10);
    p->at = end + (*end == 'L'); /* Python 2 wrote long integers so */
    *length = n;
    return errno == 0;
}

static tn_status parse_shape(parser *p)
{
    tn_dims d = tn_dims_scalar();
    if (!take(p, "("))
        return damaged(p->path, "its shape is no tuple");
    while (!take(p, ")")) {
        int64_t length;
        if (!take_length(p, &length))
            return damaged(p->path, "its shape holds something else than lengths");
        if (d.rank == TN_MAX_RANK)
            return tn_fail(TN_UNIMPLEMENTED, "%s holds an array of more than %d axes", p->path, TN_MAX_RANK);
        d.dim[d.rank++] = length;
        if (!take(p, ",") && peek(p) != ')')
            return damaged(p->path, "its shape is no tuple");
    }
    p->header.dims = d;
    return TN_OK;
}

static tn_status parse_entry(parser *p)
{
    char key[32];
    if (!take_string(p, key, sizeof key) || !take(p, ":"))
        return damaged(p->path, "its header is no dictionary");
    bool *seen = !strcmp(key, "descr")           ? &p->has_descr
                 : !strcmp(key, "fortran_order") ? &p->has_order
                 : !strcmp(key, "shape")         ? &p->has_shape
                                                 : NULL;
    if (!seen || *seen)
        return damaged(p->path, "its header has an unknown key, or one twice");
    *seen = true;
    return seen == &p->has_descr ? parse_descr(p) : seen == &p->has_order ? parse_order(p) : parse_shape(p);
}

static tn_status parse_header(const char *path, const char *text, npy_header *header)
{
    parser p = { .at = text, .path = path };
    if (!take(&p, "{"))
        return damaged(path, "its header is no dictionary");
    while (!take(&p, "}")) {
        tn_status status = parse_entry(&p);
        if (status)
            return status;
        if (!take(&p, ",") && peek(&p) != '}')
            return damaged(path, "its header is no dictionary");
    }
    if (!p.has_descr || !p.has_order || !p.has_shape || peek(&p))
        return damaged(path, "its header lacks a key, or something follows it");
    *header = p.header;
    return TN_OK;
}

/* ---- Reading ---- */

/* Parses the header; *body is the offset of the elements. */
static tn_status read_header(tn_file *file, npy_header *header, uint64_t *body)
{
    unsigned char start[12] = { 0 };
    if (file->size < sizeof start)
        return damaged(file->path, "it is cut short");
    tn_status status = tn_file_read(file, 0, start, sizeof start);
    if (status)
        return status;
    int version = start[6];
    if (memcmp(start, magic, sizeof magic) != 0 || version < 1 || version > 3 || start[7] != 0)
        return damaged(file->path, "it does not begin as one");
    size_t n = start[8] | (size_t)start[9] << 8, at = 10;
    if (version > 1) {
        n |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
        at = 12;
    }
    if (n > MAX_HEADER)
        return damaged(file->path, "its header is too long");
    char *text = tn_alloc(NULL, n + 1, "char");
    status = text ? tn_file_read(file, at, text, n) : TN_RESOURCE_EXHAUSTED;
    if (!status)
        status = strlen(text) == n ? parse_header(file->path, text, header) : damaged(file->path, "its header holds a zero byte");
    talloc_free(text);
    *body = at + n;
    return status;
}

static void swap_bytes(tn_tensor *t)
{
    size_t size = tn_dtype_size(t->dtype), part = tn_dtype_kind_of(t->dtype) == TN_KIND_COMPLEX ? size / 2 : size;
    char *number = t->data, *end = number + tn_tensor_bytes(t);
    for (; number < end; number += part)
        for (size_t i = 0; i < part / 2; i++) {
            char c = number[i];
            number[i] = number[part - 1 - i];
            number[part - 1 - i] = c;
        }
}

/* Any byte but 0 is true; only 0 and 1 are bools in C. */
static void make_bools(tn_tensor *t)
{
    unsigned char *bytes = t->data;
    for (int64_t i = 0; t->dtype == TN_BOOL && i < t->size; i++)
        bytes[i] = bytes[i] != 0;
}

/* Copies elements from column-major order: the first axis runs fastest there. */
static void copy_fortran(tn_tensor *to, const tn_tensor *from)
{
    const tn_dims *d = &to->dims;
    int64_t stride[TN_MAX_RANK], index[TN_MAX_RANK] = { 0 }, at = 0;
    size_t size = tn_dtype_size(to->dtype);
    for (int axis = 0; axis < d->rank; axis++)
        stride[axis] = axis ? stride[axis - 1] * d->dim[axis - 1] : 1;
    for (int64_t i = 0; i < to->size; i++) {
        memcpy((char *)to->data + (size_t)i * size, (const char *)from->data + (size_t)at * size, size);
        for (int axis = d->rank - 1; axis >= 0; axis--) {
            at += stride[axis];
            if (++index[axis] < d->dim[axis])
                break;
            at -= stride[axis] * d->dim[axis];
            index[axis] = 0;
        }
    }
}

/* Takes the tensor it is given, and gives the one in C order; NULL when memory ran out. */
static tn_tensor *c_order(const void *owner, tn_tensor *fortran)
{
    tn_tensor *t = tn_tensor_raw(owner, fortran->dtype, &fortran->dims, NULL);
    if (t)
        copy_fortran(t, fortran);
    talloc_free(fortran);
    return t;
}

/* The elements, once it is known that the file has so many. */
static tn_tensor *read_body(const void *owner, tn_file *file, uint64_t at, const npy_header *header)
{
    size_t bytes;
    if (!tn_dims_bytes(&header->dims, header->dtype, &bytes) || at > file->size || bytes > file->size - at) {
        damaged(file->path, "its elements are cut short");
        return NULL;
    }
    tn_tensor *t = tn_tensor_raw(owner, header->dtype, &header->dims, NULL);
    if (!t)
        return NULL;
    if (tn_file_read(file, at, t->data, bytes)) {
        talloc_free(t);
        return NULL;
    }
    if (header->swapped)
        swap_bytes(t);
    make_bools(t);
    return header->fortran && t->dims.rank > 1 ? c_order(owner, t) : t;
}

tn_tensor *tn_npy_load(const void *owner, const char *path)
{
    TN_UNCANCELLED;
    npy_header header;
    uint64_t body = 0;
    if (!path) {
        tn_fail(TN_NOT_FOUND, "a .npy file without a path (NULL)");
        return NULL;
    }
    tn_file *file = tn_file_open(NULL, path);
    if (!file)
        return NULL;
    tn_tensor *t = read_header(file, &header, &body) == TN_OK ? read_body(owner, file, body, &header) : NULL;
    talloc_free(file);
    return t;
}

/* ---- Writing ---- */

static const npy_type *type_of(tn_dtype dtype)
{
    for (int i = 0; i < NUM_TYPES; i++)
        if (types[i].dtype == dtype)
            return &types[i];
    return NULL;
}

/* The header as NumPy writes it: room for the first length to grow, and elements that begin at a multiple of 64 bytes. Its length. */
static size_t make_header(const tn_tensor *t, const npy_type *type, char *text, size_t size)
{
    char shape[TN_DIMS_TEXT] = "", first[24] = "";
    for (int i = 0, n = 0; i < t->dims.rank; i++)
        n += snprintf(shape + n, sizeof shape - (size_t)n, i ? ", %" PRId64 : "%" PRId64, t->dims.dim[i]);
    int room = t->dims.rank ? 21 - snprintf(first, sizeof first, "%" PRId64, t->dims.dim[0]) : 0;
    int n = snprintf(text, size, "{'descr': '%c%c%d', 'fortran_order': False, 'shape': (%s%s), }%*s",
                     type->size == 1  ? '|'
                     : HOST_IS_LITTLE ? '<'
                                      : '>',
                     type->kind, type->size, shape, t->dims.rank == 1 ? "," : "", room, "");
    int padding = 63 - (10 + n) % 64;
    return (size_t)(n + snprintf(text + n, size - (size_t)n, "%*s\n", padding, ""));
}

static tn_status write_all(tn_new_file *file, const tn_tensor *t, const npy_type *type)
{
    char header[TN_DIMS_TEXT + 256];
    size_t n = make_header(t, type, header, sizeof header);
    const unsigned char start[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)(n & 255), (unsigned char)(n >> 8) };
    tn_status status = tn_new_file_write(file, start, sizeof start);
    status = status ? status : tn_new_file_write(file, header, n);
    status = status ? status : tn_new_file_write(file, t->data, tn_tensor_bytes(t));
    status = status ? status : tn_new_file_close(file);
    return status ? status : tn_new_file_publish(file);
}

tn_status tn_npy_save(const tn_tensor *tensor, const char *path)
{
    TN_UNCANCELLED;
    const npy_type *type = tensor ? type_of(tensor->dtype) : NULL;
    if (!type || !path)
        return tn_fail(TN_INVALID_ARGUMENT, "a tensor of %s cannot be saved as %s",
                       tensor ? tn_dtype_name(tensor->dtype) : "no dtype (NULL)", path ? path : "a file without a path (NULL)");
    tn_new_file *file = tn_new_file_open(NULL, path);
    if (!file)
        return tn_last_error()->code;
    tn_status status = write_all(file, tensor, type);
    talloc_free(file);
    return status;
}
