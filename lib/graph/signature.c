/*
 * Compiles signatures in TensorFlow's registration grammar: see ops/op_def.h.
 *
 * The text is copied into the result and cut up in place, so that every name of the result is a pointer into it. The three parts are
 * cut first; attributes are read before the arguments, which name them.
 */
#include "ops/op_def.h"

#include <string.h>
#include "core/dtype.h"

/* TensorFlow's quantised types: numbers in a list of allowed types, no dtypes of this library. */
static const struct {
    const char *name;
    int number;
} quantised[] = { { "qint8", 11 }, { "quint8", 12 }, { "qint32", 13 }, { "qint16", 15 }, { "quint16", 16 } };

#define BIT(d) (UINT64_C(1) << (d))
#define REAL_TYPES                                                                                                                         \
    (BIT(TN_FLOAT32) | BIT(TN_FLOAT64) | BIT(TN_INT32) | BIT(TN_UINT8) | BIT(TN_INT16) | BIT(TN_INT8) | BIT(TN_INT64) | BIT(TN_BFLOAT16) | \
     BIT(TN_UINT16) | BIT(TN_FLOAT16) | BIT(TN_UINT32) | BIT(TN_UINT64))
#define NUMBER_TYPES    (REAL_TYPES | BIT(TN_COMPLEX64) | BIT(TN_COMPLEX128) | BIT(11) | BIT(12) | BIT(13))
#define QUANTISED_TYPES (BIT(11) | BIT(12) | BIT(13) | BIT(15) | BIT(16))

typedef struct cursor {
    char *p;
    tn_signature *sig;
} cursor;

static void skip_spaces(cursor *c)
{
    while (*c->p == ' ' || *c->p == '\n' || *c->p == '\t')
        c->p++;
}

static bool take(cursor *c, const char *token)
{
    size_t n = strlen(token);
    skip_spaces(c);
    if (strncmp(c->p, token, n) != 0)
        return false;
    c->p += n;
    return true;
}

static bool at_end(cursor *c)
{
    skip_spaces(c);
    return !*c->p;
}

static bool word_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* The next word, not terminated; 0 when there is none. */
static size_t word(cursor *c, char **start)
{
    skip_spaces(c);
    *start = c->p;
    while (word_char(*c->p))
        c->p++;
    return (size_t)(c->p - *start);
}

static bool is(const char *start, size_t n, const char *text)
{
    return strlen(text) == n && !memcmp(start, text, n);
}

/* "name:", the name zero-terminated where the colon or a space was. */
static const char *name_and_colon(cursor *c)
{
    char *start;
    size_t n = word(c, &start);
    if (!n || !take(c, ":"))
        return NULL;
    start[n] = '\0';
    return start;
}

static bool integer(cursor *c, int64_t *out)
{
    skip_spaces(c);
    bool negative = *c->p == '-';
    if (negative)
        c->p++;
    if (*c->p < '0' || *c->p > '9')
        return false;
    int64_t v = 0;
    for (; *c->p >= '0' && *c->p <= '9'; c->p++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c->p - '0', &v))
            return false;
    *out = negative ? -v : v;
    return true;
}

/* A decimal number, whatever the locale says. Exact for up to 15 digits and exponents up to 22: one rounding, that of the last step. */
static bool number(cursor *c, double *out)
{
    bool negative = take(c, "-");
    double digits = 0, power = 1;
    int scale = 0, count = 0;
    for (bool point = false; (*c->p >= '0' && *c->p <= '9') || (*c->p == '.' && !point); c->p++) {
        if (*c->p == '.') {
            point = true;
            continue;
        }
        digits = digits * 10 + (*c->p - '0');
        scale -= point;
        count++;
    }
    int64_t exponent = 0;
    if (*c->p == 'e' && (c->p++, !integer(c, &exponent)))
        return false;
    exponent += scale;
    if (!count || count > 15 || exponent < -22 || exponent > 22)
        return false;
    for (int64_t i = exponent < 0 ? -exponent : exponent; i > 0; i--)
        power *= 10;
    *out = (negative ? -1 : 1) * (exponent < 0 ? digits / power : digits * power);
    return true;
}

/* 'text' or "text", terminated where the closing quote was. */
static const char *quoted(cursor *c)
{
    skip_spaces(c);
    char quote = *c->p;
    if (quote != '\'' && quote != '"')
        return NULL;
    char *start = c->p + 1, *end = strchr(start, quote);
    if (!end)
        return NULL;
    *end = '\0';
    c->p = end + 1;
    return start;
}

/* The set that a word stands for: one type, or one of TensorFlow's lists. 0: no such word. */
static uint64_t types_of(const char *start, size_t n)
{
    if (is(start, n, "numbertype"))
        return NUMBER_TYPES;
    if (is(start, n, "realnumbertype"))
        return REAL_TYPES;
    if (is(start, n, "quantizedtype"))
        return QUANTISED_TYPES;
    for (size_t i = 0; i < sizeof quantised / sizeof quantised[0]; i++)
        if (is(start, n, quantised[i].name))
            return BIT(quantised[i].number);
    tn_dtype dtype = tn_dtype_of_name(start, n);
    return dtype ? BIT(dtype) : 0;
}

/* The rest of "{half, float}" or "{'NHWC', 'NCHW'}", after the brace. */
static bool braces(cursor *c, tn_sig_attr *a)
{
    skip_spaces(c);
    if (*c->p == '\'' || *c->p == '"') {
        char *end = strchr(c->p, '}');
        if (!end)
            return false;
        a->kind = TN_ATTR_STRING;
        a->choices = c->p;
        *end = '\0';
        c->p = end + 1;
        return true;
    }
    a->kind = TN_ATTR_TYPE;
    a->allowed = 0;
    do {
        char *start;
        size_t n = word(c, &start);
        uint64_t types = types_of(start, n);
        if (!types)
            return false;
        a->allowed |= types;
    } while (take(c, ","));
    return take(c, "}");
}

static bool scalar_kind(cursor *c, tn_sig_attr *a)
{
    static const struct {
        const char *name;
        tn_attr_kind kind;
    } kinds[] = { { "int", TN_ATTR_INT },   { "float", TN_ATTR_FLOAT }, { "bool", TN_ATTR_BOOL },     { "string", TN_ATTR_STRING },
                  { "type", TN_ATTR_TYPE }, { "shape", TN_ATTR_SHAPE }, { "tensor", TN_ATTR_TENSOR }, { "func", TN_ATTR_FUNC } };
    if (take(c, "{"))
        return braces(c, a);
    char *start;
    size_t n = word(c, &start);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (is(start, n, kinds[i].name)) {
            a->kind = kinds[i].kind;
            return true;
        }
    a->kind = TN_ATTR_TYPE;
    a->allowed = types_of(start, n);
    return a->allowed != 0;
}

static bool list_kind(tn_sig_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_INT:
        a->kind = TN_ATTR_INTS;
        return true;
    case TN_ATTR_FLOAT:
        a->kind = TN_ATTR_FLOATS;
        return true;
    case TN_ATTR_BOOL:
        a->kind = TN_ATTR_BOOLS;
        return true;
    case TN_ATTR_STRING:
        a->kind = TN_ATTR_STRINGS;
        return true;
    case TN_ATTR_TYPE:
        a->kind = TN_ATTR_TYPES;
        return true;
    case TN_ATTR_SHAPE:
        a->kind = TN_ATTR_SHAPES;
        return true;
    default:
        return false;
    }
}

static bool kind(cursor *c, tn_sig_attr *a)
{
    a->allowed = UINT64_MAX;
    if (take(c, "list("))
        return scalar_kind(c, a) && take(c, ")") && list_kind(a);
    return scalar_kind(c, a);
}

static bool default_bool(cursor *c, tn_sig_attr *a)
{
    a->default_i = take(c, "true");
    return a->default_i || take(c, "false");
}

static bool default_type(cursor *c, tn_sig_attr *a)
{
    char *start;
    size_t n = word(c, &start);
    a->default_i = (int64_t)tn_dtype_of_name(start, n);
    return a->default_i != 0;
}

/* "[1, 2]": numbers for a list(int), empty for every other list. */
static bool default_list(cursor *c, tn_sig_attr *a)
{
    tn_signature *sig = c->sig;
    a->default_ints = sig->ints + sig->num_ints;
    if (!take(c, "["))
        return false;
    if (take(c, "]"))
        return true;
    do {
        if (a->kind != TN_ATTR_INTS || sig->num_ints == TN_SIG_INTS || !integer(c, &sig->ints[sig->num_ints++]))
            return false;
        a->default_i++;
    } while (take(c, ","));
    return take(c, "]");
}

static bool default_value(cursor *c, tn_sig_attr *a)
{
    a->has_default = true;
    switch (a->kind) {
    case TN_ATTR_INT:
        return integer(c, &a->default_i);
    case TN_ATTR_FLOAT:
        return number(c, &a->default_f);
    case TN_ATTR_BOOL:
        return default_bool(c, a);
    case TN_ATTR_STRING:
        return (a->default_s = quoted(c)) != NULL;
    case TN_ATTR_TYPE:
        return default_type(c, a);
    case TN_ATTR_SHAPE: /* in TensorFlow's words { unknown_rank: true } */
        return take(c, "{") && (take(c, "unknown_rank: true"), take(c, "}"));
    case TN_ATTR_TENSOR:
    case TN_ATTR_FUNC:
    case TN_ATTR_NONE:
        return false;
    default:
        return default_list(c, a);
    }
}

static bool attribute(cursor *c)
{
    tn_signature *sig = c->sig;
    if (sig->num_attrs == TN_SIG_ATTRS)
        return false;
    tn_sig_attr *a = &sig->attrs[sig->num_attrs++];
    a->name = name_and_colon(c);
    if (!a->name || !kind(c, a))
        return false;
    if (take(c, ">=")) {
        a->has_minimum = true;
        if (!integer(c, &a->minimum))
            return false;
    }
    return !take(c, "=") || default_value(c, a);
}

static int attr_index(const tn_signature *sig, const char *start, size_t n)
{
    for (int i = 0; i < sig->num_attrs; i++)
        if (is(start, n, sig->attrs[i].name))
            return i;
    return -1;
}

/* "T", "float" or "types" (a list of types), after "name:", "N *" and "Ref(". */
static bool argument_type(cursor *c, tn_sig_arg *arg)
{
    char *start;
    size_t n = word(c, &start);
    arg->type_attr = attr_index(c->sig, start, n);
    if (arg->type_attr < 0)
        return (arg->dtype = tn_dtype_of_name(start, n)) != 0;
    tn_attr_kind k = c->sig->attrs[arg->type_attr].kind;
    arg->type_list = k == TN_ATTR_TYPES;
    return k == TN_ATTR_TYPE || k == TN_ATTR_TYPES;
}

/* "N *" before a type, when it stands there. */
static bool argument_number(cursor *c, tn_sig_arg *arg)
{
    char *start, *before = c->p;
    size_t n = word(c, &start);
    arg->number_attr = -1;
    if (!take(c, "*")) {
        c->p = before;
        return true;
    }
    arg->number_attr = attr_index(c->sig, start, n);
    return arg->number_attr >= 0 && c->sig->attrs[arg->number_attr].kind == TN_ATTR_INT;
}

static bool argument(cursor *c, tn_sig_arg *arg)
{
    arg->name = name_and_colon(c);
    if (!arg->name)
        return false;
    arg->is_ref = take(c, "Ref(");
    return argument_number(c, arg) && argument_type(c, arg) && (!arg->is_ref || take(c, ")"));
}

static bool arguments(cursor *c, tn_sig_arg *args, int max, int *n)
{
    if (at_end(c))
        return true;
    do
        if (*n == max || !argument(c, &args[(*n)++]))
            return false;
    while (take(c, ","));
    return at_end(c);
}

static bool attributes(cursor *c)
{
    if (at_end(c))
        return true;
    do
        if (!attribute(c))
            return false;
    while (take(c, ";"));
    return at_end(c);
}

/* Ends the text before token and gives what stands after it; the empty end of the text when there is no such token. */
static char *cut(char *text, const char *token)
{
    char *at = strstr(text, token);
    if (!at)
        return text + strlen(text);
    *at = '\0';
    return at + strlen(token);
}

bool tn_signature_compile(const char *text, tn_signature *out)
{
    memset(out, 0, sizeof *out);
    if (strlen(text) >= sizeof out->text)
        return false;
    strcpy(out->text, text);
    cursor outputs = { cut(out->text, "->"), out }, attrs = { cut(out->text, ";"), out }, inputs = { out->text, out };
    return attributes(&attrs) && arguments(&inputs, out->inputs, TN_SIG_ARGS, &out->num_inputs) &&
           arguments(&outputs, out->outputs, TN_SIG_OUTPUTS, &out->num_outputs);
}
