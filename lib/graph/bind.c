/* Matches the inputs and attributes of a constructor call with the operation's signature: see bind.h. */
#include "graph/bind.h"

#include <limits.h>
#include <string.h>
#include "core/dtype.h"
#include "core/status.h"

static tn_status __attribute__((__format__(__printf__, 2, 3))) fail(const tn_binding *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_status status = tn_vfail_node(TN_INVALID_ARGUMENT, b->def->name, b->name, format, args);
    va_end(args);
    return status;
}

static const char *kind_name(tn_attr_kind kind)
{
    static const char *const names[] = {
        [TN_ATTR_NONE] = "none",
        [TN_ATTR_INT] = "int",
        [TN_ATTR_FLOAT] = "float",
        [TN_ATTR_BOOL] = "bool",
        [TN_ATTR_STRING] = "string",
        [TN_ATTR_TYPE] = "type",
        [TN_ATTR_SHAPE] = "shape",
        [TN_ATTR_TENSOR] = "tensor",
        [TN_ATTR_FUNC] = "func",
        [TN_ATTR_INTS] = "list(int)",
        [TN_ATTR_FLOATS] = "list(float)",
        [TN_ATTR_BOOLS] = "list(bool)",
        [TN_ATTR_STRINGS] = "list(string)",
        [TN_ATTR_TYPES] = "list(type)",
        [TN_ATTR_SHAPES] = "list(shape)",
    };
    return kind <= TN_ATTR_SHAPES ? names[kind] : "invalid";
}

/* ---- Attributes given by the caller ---- */

static int attr_index(const tn_signature *sig, const char *name)
{
    for (int i = 0; i < sig->num_attrs; i++)
        if (sig->attrs[i].name == name || !strcmp(sig->attrs[i].name, name))
            return i;
    return -1;
}

/* Bytes of its own in another place count as another value: who gives an attribute twice hardly builds it twice. */
static bool same_attr(const tn_attr *a, const tn_attr *b)
{
    return a->i == b->i && a->f == b->f && a->p == b->p && a->q == b->q && a->n == b->n;
}

static tn_status take_given(tn_binding *b, tn_attrs given)
{
    for (size_t i = 0; i < given.n; i++) {
        const tn_attr *a = &given.items[i];
        if (!a->name)
            return fail(b, "an attribute has no name");
        int at = attr_index(b->sig, a->name);
        if (at < 0)
            return fail(b, "NodeDef mentions attr '%s' not in Op<name=%s; signature=%s>", a->name, b->def->name, b->def->signature);
        if (a->kind != b->sig->attrs[at].kind)
            return fail(b, "AttrValue had value with type '%s' when '%s' expected for attr '%s'", kind_name(a->kind),
                        kind_name(b->sig->attrs[at].kind), a->name);
        if (b->attrs[at].kind != TN_ATTR_NONE && !same_attr(a, &b->attrs[at]))
            return fail(b, "Inconsistent values for attr '%s'", a->name);
        b->attrs[at] = *a;
    }
    return TN_OK;
}

/* ---- Inputs ---- */

int64_t tn_bound_count(const tn_binding *b, const tn_sig_arg *arg)
{
    int at = arg->type_list ? arg->type_attr : arg->number_attr;
    if (at < 0)
        return 1;
    if (b->attrs[at].kind == TN_ATTR_NONE)
        return -1;
    return arg->type_list ? (int64_t)b->attrs[at].n : b->attrs[at].i;
}

tn_dtype tn_bound_dtype(const tn_binding *b, const tn_sig_arg *arg, int64_t j)
{
    if (arg->type_attr < 0)
        return arg->dtype;
    const tn_attr *a = &b->attrs[arg->type_attr];
    if (!arg->type_list)
        return (tn_dtype)a->i;
    return a->p ? ((const tn_dtype *)a->p)[j] : tn_output_dtype(((const tn_output *)a->q)[j]);
}

static tn_status wrong_number(const tn_binding *b)
{
    return fail(b, "%zu inputs specified of %d inputs in Op while building NodeDef '%s' using Op<name=%s; signature=%s>", b->inputs.n,
                b->sig->num_inputs, b->name, b->def->name, b->def->signature);
}

/* The one list length that the number of inputs determines, when an attribute does not say it. */
static tn_status find_lengths(tn_binding *b)
{
    int unknown = -1, times = 0;
    int64_t rest = (int64_t)b->inputs.n;
    for (int i = 0; i < b->sig->num_inputs; i++) {
        const tn_sig_arg *arg = &b->sig->inputs[i];
        int64_t n = tn_bound_count(b, arg);
        int at = arg->type_list ? arg->type_attr : arg->number_attr;
        if (n >= 0)
            rest -= n;
        else if (at < 0 || b->attrs[at].kind != TN_ATTR_NONE)
            return fail(b, "Value for attr '%s' of %lld must be at least minimum 0", b->sig->attrs[at].name, (long long)n);
        else if (unknown >= 0 && unknown != at)
            return fail(b, "attr '%s' must be given: the op has several lists", b->sig->attrs[at].name);
        else
            times++, unknown = at;
    }
    if (rest < 0 || (unknown < 0 ? rest != 0 : rest % times != 0))
        return wrong_number(b);
    if (unknown >= 0) {
        tn_attr *a = &b->attrs[unknown];
        *a = (tn_attr){ .name = b->sig->attrs[unknown].name, .kind = b->sig->attrs[unknown].kind };
        a->i = rest / times;
        a->n = a->kind == TN_ATTR_TYPES ? (size_t)a->i : 0;
    }
    return TN_OK;
}

static tn_status wrong_dtype(const tn_binding *b, const tn_sig_arg *arg, tn_dtype got, tn_dtype expected)
{
    const char *from = arg->type_attr >= 0 ? b->from[arg->type_attr] : NULL;
    if (from)
        return fail(b, "Input '%s' of '%s' Op has type %s that does not match type %s of argument '%s'.", arg->name, b->def->name,
                    tn_dtype_name(got), tn_dtype_name(expected), from);
    return fail(b, "Input '%s' passed %s expected %s while building NodeDef '%s' using Op<name=%s; signature=%s>", arg->name,
                tn_dtype_name(got), tn_dtype_name(expected), b->name, b->def->name, b->def->signature);
}

static tn_status match_input(tn_binding *b, const tn_sig_arg *arg, size_t i, int64_t j)
{
    const tn_value *value = tn_value_of(b->inputs.items[i]);
    if (arg->is_ref && !value->is_ref)
        return fail(b, "Input '%s' passed %s expected ref type while building NodeDef '%s' using Op<name=%s; signature=%s>", arg->name,
                    tn_dtype_name(value->dtype), b->name, b->def->name, b->def->signature);
    if (arg->type_attr >= 0 && !arg->type_list && b->attrs[arg->type_attr].kind == TN_ATTR_NONE) {
        b->attrs[arg->type_attr] = (tn_attr){ .name = b->sig->attrs[arg->type_attr].name, .kind = TN_ATTR_TYPE, .i = value->dtype };
        b->from[arg->type_attr] = arg->name;
        return TN_OK;
    }
    tn_dtype expected = tn_bound_dtype(b, arg, j);
    return value->dtype == expected ? TN_OK : wrong_dtype(b, arg, value->dtype, expected);
}

static tn_status match_inputs(tn_binding *b)
{
    size_t at = 0;
    for (int i = 0; i < b->sig->num_inputs; i++) {
        const tn_sig_arg *arg = &b->sig->inputs[i];
        int64_t n = tn_bound_count(b, arg);
        if (arg->type_list && !b->attrs[arg->type_attr].p && !b->attrs[arg->type_attr].q)
            b->attrs[arg->type_attr].q = b->inputs.items + at;
        for (int64_t j = 0; j < n; j++, at++) {
            tn_status status = match_input(b, arg, at, j);
            if (status)
                return status;
        }
    }
    return TN_OK;
}

/* ---- Defaults and checks ---- */

static void set_default(tn_binding *b, int at)
{
    const tn_sig_attr *s = &b->sig->attrs[at];
    tn_attr *a = &b->attrs[at];
    *a = (tn_attr){ .name = s->name, .kind = s->kind };
    switch (s->kind) {
    case TN_ATTR_FLOAT:
        a->f = s->default_f;
        break;
    case TN_ATTR_STRING:
        a->p = s->default_s;
        a->i = (int64_t)strlen(s->default_s);
        break;
    case TN_ATTR_SHAPE:
        a->i = -1;
        break;
    case TN_ATTR_INTS:
        a->p = s->default_ints;
        a->n = (size_t)s->default_i;
        break;
    default: /* int, bool, type, and the empty list of everything else */
        a->i = s->default_i;
    }
}

static tn_status check_type(const tn_binding *b, const tn_sig_attr *s, tn_dtype dtype)
{
    if (!tn_dtype_valid(dtype))
        return fail(b, "Value for attr '%s' of %d is no dtype", s->name, (int)dtype);
    if (s->allowed >> dtype & 1)
        return TN_OK;
    char list[512] = "";
    size_t n = 0;
    for (int d = 1; d <= TN_UINT64; d++)
        if (s->allowed >> d & 1 && tn_dtype_valid((tn_dtype)d))
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", tn_dtype_name((tn_dtype)d));
    return fail(b, "Value for attr '%s' of %s is not in the list of allowed values: %s", s->name, tn_dtype_name(dtype), list);
}

static tn_status check_minimum(const tn_binding *b, const tn_sig_attr *s, const char *what, int64_t got)
{
    if (!s->has_minimum || got >= s->minimum)
        return TN_OK;
    return fail(b, "%s for attr '%s' of %lld must be at least minimum %lld", what, s->name, (long long)got, (long long)s->minimum);
}

static bool is_choice(const char *choices, const char *text, size_t n)
{
    for (const char *p = choices; (p = strpbrk(p, "'\"")) != NULL;) {
        const char *end = strchr(p + 1, *p);
        if (!end)
            return false;
        if ((size_t)(end - p - 1) == n && (!n || !memcmp(p + 1, text, n)))
            return true;
        p = end + 1;
    }
    return false;
}

static tn_status check_string(const tn_binding *b, const tn_sig_attr *s, const tn_attr *a)
{
    if (a->i < 0 || (a->i && !a->p))
        return fail(b, "attr '%s' has no bytes", s->name);
    if (!s->choices || is_choice(s->choices, a->p, (size_t)a->i))
        return TN_OK;
    return fail(b, "Value for attr '%s' of \"%.*s\" is not in the list of allowed values: %s", s->name, (int)a->i, (const char *)a->p,
                s->choices);
}

static tn_status check_shape(const tn_binding *b, const tn_sig_attr *s, int64_t rank, const int64_t *dims)
{
    if (rank < 0)
        return TN_OK;
    if (rank > TN_MAX_RANK || (rank && !dims))
        return fail(b, "attr '%s' has a shape of rank %lld; 0 to %d are possible", s->name, (long long)rank, TN_MAX_RANK);
    for (int64_t i = 0; i < rank; i++)
        if (dims[i] < -1)
            return fail(b, "attr '%s': Dimension %lld must be >= 0", s->name, (long long)dims[i]);
    return TN_OK;
}

static tn_status check_list(const tn_binding *b, const tn_sig_attr *s, const tn_attr *a)
{
    if (a->n && !a->p && !a->q)
        return fail(b, "attr '%s' has no items", s->name);
    tn_status status = check_minimum(b, s, "Length", (int64_t)a->n);
    for (size_t i = 0; i < a->n && !status; i++)
        if (a->kind == TN_ATTR_TYPES)
            status = check_type(b, s, a->p ? ((const tn_dtype *)a->p)[i] : tn_output_dtype(((const tn_output *)a->q)[i]));
        else if (a->kind == TN_ATTR_SHAPES)
            status = check_shape(b, s, ((const int *)a->p)[i], ((const int64_t *const *)a->q)[i]);
        else if (a->kind == TN_ATTR_STRINGS && !((const char *const *)a->p)[i])
            status = fail(b, "attr '%s' has no item %zu", s->name, i);
    return status;
}

static tn_status check_attr(const tn_binding *b, const tn_sig_attr *s, const tn_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_NONE:
        return fail(b, "NodeDef missing attr '%s' from Op<name=%s; signature=%s>", s->name, b->def->name, b->def->signature);
    case TN_ATTR_INT:
        return check_minimum(b, s, "Value", a->i);
    case TN_ATTR_FLOAT:
    case TN_ATTR_BOOL:
        return TN_OK;
    case TN_ATTR_STRING:
        return check_string(b, s, a);
    case TN_ATTR_TYPE:
        return check_type(b, s, (tn_dtype)a->i);
    case TN_ATTR_SHAPE:
        return check_shape(b, s, a->i, a->p);
    case TN_ATTR_TENSOR:
    case TN_ATTR_FUNC:
        return a->p ? TN_OK : fail(b, "attr '%s' has no value", s->name);
    default:
        return check_list(b, s, a);
    }
}

static tn_status finish_attrs(tn_binding *b)
{
    for (int i = 0; i < b->sig->num_attrs; i++) {
        const tn_sig_attr *s = &b->sig->attrs[i];
        if (b->attrs[i].kind == TN_ATTR_NONE && s->has_default)
            set_default(b, i);
        tn_status status = check_attr(b, s, &b->attrs[i]);
        if (status)
            return status;
    }
    return TN_OK;
}

static tn_status count_outputs(tn_binding *b)
{
    int64_t total = 0;
    for (int i = 0; i < b->sig->num_outputs; i++) {
        int64_t n = tn_bound_count(b, &b->sig->outputs[i]);
        if (n < 0 || n > INT_MAX - total)
            return fail(b, "it cannot have %lld outputs '%s'", (long long)n, b->sig->outputs[i].name);
        total += n;
    }
    b->num_outputs = (int)total;
    return TN_OK;
}

tn_status tn_bind(tn_binding *b, tn_attrs given)
{
    for (int i = 0; i < b->sig->num_attrs; i++) {
        b->attrs[i].kind = TN_ATTR_NONE;
        b->from[i] = NULL;
    }
    tn_status status = take_given(b, given);
    if (!status)
        status = find_lengths(b);
    if (!status)
        status = match_inputs(b);
    if (!status)
        status = finish_attrs(b);
    return status ? status : count_outputs(b);
}
