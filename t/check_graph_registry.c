/* Every row of the registry against TensorFlow's registration of the operation: t/data/tf_signatures.tsv. */
#include <stdio.h>
#include "core/dtype.h"
#include "harness.h"
#include "ops/op_def.h"

static const struct {
    const char *name;
    int number;
} short_names[] = { { "f32", 1 },   { "f64", 2 },   { "i32", 3 },      { "u8", 4 },    { "i16", 5 },  { "i8", 6 },
                    { "str", 7 },   { "c64", 8 },   { "i64", 9 },      { "bool", 10 }, { "qi8", 11 }, { "qu8", 12 },
                    { "qi32", 13 }, { "bf16", 14 }, { "qi16", 15 },    { "qu16", 16 }, { "u16", 17 }, { "c128", 18 },
                    { "f16", 19 },  { "res", 20 },  { "variant", 21 }, { "u32", 22 },  { "u64", 23 } };

static int number_of(const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (strlen(short_names[i].name) == n && !memcmp(short_names[i].name, text, n))
            return short_names[i].number;
    ck_abort_msg("no dtype %.*s", (int)n, text);
    return 0;
}

static const char *short_name(int number)
{
    for (size_t i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (short_names[i].number == number)
            return short_names[i].name;
    return "?";
}

/* ---- Ours, written in the file's manner ---- */

static void write_args(char *to, const tn_signature *sig, const tn_sig_arg *args, int n)
{
    to[0] = '\0';
    for (int i = 0; i < n; i++) {
        const tn_sig_arg *a = &args[i];
        const char *type = a->type_attr < 0 ? short_name((int)a->dtype) : sig->attrs[a->type_attr].name;
        to += sprintf(to, "%s%s:", i ? ", " : "", a->name);
        if (a->number_attr >= 0)
            to += sprintf(to, "%s×", sig->attrs[a->number_attr].name);
        to += sprintf(to, "%s%s%s", a->is_ref ? "&" : "", type, a->type_list ? "…" : "");
    }
}

/* 'NHWC', 'NCHW' as NHWC,NCHW */
static void write_choices(char *to, const char *choices)
{
    for (; *choices; choices++)
        if (*choices != '\'' && *choices != '"' && *choices != ' ')
            *to++ = *choices;
    *to = '\0';
}

static const char *kind_text(tn_attr_kind kind)
{
    static const char *const names[] = { [TN_ATTR_INT] = "int",          [TN_ATTR_FLOAT] = "float",
                                         [TN_ATTR_BOOL] = "bool",        [TN_ATTR_STRING] = "string",
                                         [TN_ATTR_TYPE] = "type",        [TN_ATTR_SHAPE] = "shape",
                                         [TN_ATTR_TENSOR] = "tensor",    [TN_ATTR_FUNC] = "func",
                                         [TN_ATTR_INTS] = "list(int)",   [TN_ATTR_FLOATS] = "list(float)",
                                         [TN_ATTR_BOOLS] = "list(bool)", [TN_ATTR_STRINGS] = "list(string)",
                                         [TN_ATTR_TYPES] = "list(type)", [TN_ATTR_SHAPES] = "list(shape)" };
    return names[kind];
}

static void write_default(char *to, const tn_sig_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_INT:
        sprintf(to, "%lld", (long long)a->default_i);
        break;
    case TN_ATTR_FLOAT:
        sprintf(to, "%g", a->default_f);
        break;
    case TN_ATTR_BOOL:
        strcpy(to, a->default_i ? "T" : "F");
        break;
    case TN_ATTR_STRING:
        sprintf(to, "%s", *a->default_s ? a->default_s : "\"\"");
        break;
    case TN_ATTR_TYPE:
        strcpy(to, short_name((int)a->default_i));
        break;
    case TN_ATTR_SHAPE:
        strcpy(to, "shape?");
        break;
    default:
        to += sprintf(to, "[");
        for (int64_t i = 0; i < a->default_i; i++)
            to += sprintf(to, "%s%lld", i ? "," : "", (long long)a->default_ints[i]);
        sprintf(to, "]");
    }
}

/* ---- Comparison ---- */

static uint64_t set_of(const char *items)
{
    uint64_t set = 0;
    while (*items) {
        size_t n = strcspn(items, ",");
        set |= UINT64_C(1) << number_of(items, n);
        items += n + (items[n] == ',');
    }
    return set;
}

/* What stands after `mark` in text (which is ended there), or NULL. */
static char *after(char *text, const char *mark)
{
    char *at = strstr(text, mark);
    if (!at)
        return NULL;
    *at = '\0';
    return at + strlen(mark);
}

static void expect_attr(const tn_op_def *def, const tn_sig_attr *a, char *theirs)
{
    char *minimum = after(theirs, "≥"), *set = after(theirs, "∈"), *value = after(theirs, "="), ours[256];
    ck_assert_msg(!strcmp(theirs, kind_text(a->kind)), "%s.%s is %s, not %s", def->name, a->name, theirs, kind_text(a->kind));
    ck_assert_msg(a->has_default == (value != NULL), "%s.%s: a default on one side", def->name, a->name);
    if (value) {
        write_default(ours, a);
        ck_assert_msg(!strcmp(value, ours), "%s.%s: default %s, not %s", def->name, a->name, value, ours);
    }
    /* a minimum of 0 is left out by the file */
    ck_assert_msg((a->has_minimum && a->minimum != 0) == (minimum != NULL), "%s.%s: a minimum on one side", def->name, a->name);
    if (minimum)
        ck_assert_msg(a->minimum == atoi(minimum), "%s.%s: minimum %s", def->name, a->name, minimum);
    if (set) {
        ck_assert_int_eq(*set++, '{');
        set[strlen(set) - 1] = '\0';
    }
    if (a->kind == TN_ATTR_STRING) {
        ck_assert_msg((a->choices != NULL) == (set != NULL), "%s.%s: choices on one side", def->name, a->name);
        if (set) {
            write_choices(ours, a->choices);
            ck_assert_str_eq(set, ours);
        }
    } else if (a->kind == TN_ATTR_TYPE || a->kind == TN_ATTR_TYPES) {
        uint64_t allowed = set ? set_of(set) : UINT64_MAX;
        ck_assert_msg(allowed == a->allowed, "%s.%s allows %llx, not %llx", def->name, a->name, (unsigned long long)allowed,
                      (unsigned long long)a->allowed);
    }
}

static const tn_sig_attr *attr_named(const tn_signature *sig, const char *name)
{
    for (int i = 0; i < sig->num_attrs; i++)
        if (!strcmp(sig->attrs[i].name, name))
            return &sig->attrs[i];
    return NULL;
}

static void expect_attrs(const tn_op_def *def, const tn_signature *sig, char *theirs)
{
    int count = 0;
    for (char *next; theirs && *theirs; theirs = next, count++) {
        next = after(theirs, "; ");
        char *rest = after(theirs, ":");
        const tn_sig_attr *a = attr_named(sig, theirs);
        ck_assert_msg(rest && a, "%s: no attribute %s", def->name, theirs);
        expect_attr(def, a, rest);
    }
    ck_assert_msg(count == sig->num_attrs, "%s: %d attributes, not %d", def->name, count, sig->num_attrs);
}

static void expect_row(char *line)
{
    char *inputs = after(line, "\t"), *outputs = after(inputs, "\t"), *attrs = after(outputs, "\t"), ours[1024];
    const tn_op_def *def = tn_registry_find(line);
    if (!def)
        return;
    const tn_signature *sig = tn_signature_of(def);
    ck_assert_msg(sig != NULL, "%s", tn_last_error()->message);
    write_args(ours, sig, sig->inputs, sig->num_inputs);
    ck_assert_msg(!strcmp(inputs, ours), "%s: inputs %s, not %s", line, inputs, ours);
    write_args(ours, sig, sig->outputs, sig->num_outputs);
    ck_assert_msg(!strcmp(outputs, ours), "%s: outputs %s, not %s", line, outputs, ours);
    expect_attrs(def, sig, attrs);
}

static char *read_line(FILE *file, char *line, int size)
{
    if (!fgets(line, size, file))
        return NULL;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

START_TEST(rows_are_those_of_tensorflow)
{
    FILE *file = fopen(TN_T_DATA "/tf_signatures.tsv", "r");
    ck_assert_ptr_nonnull(file);
    char line[2048];
    while (read_line(file, line, sizeof line))
        if (line[0] != '#')
            expect_row(line);
    fclose(file);
}
END_TEST

static bool in_file(const char *name)
{
    FILE *file = fopen(TN_T_DATA "/tf_signatures.tsv", "r");
    ck_assert_ptr_nonnull(file);
    char line[2048];
    bool found = false;
    while (!found && read_line(file, line, sizeof line))
        found = !strncmp(line, name, strlen(name)) && line[strlen(name)] == '\t';
    fclose(file);
    return found;
}

START_TEST(every_row_is_compared)
{
    ck_assert_uint_gt(tn_registry_count(), 100);
    for (size_t i = 0; i < tn_registry_count(); i++) {
        const tn_op_def *def = tn_registry_at(i);
        ck_assert_msg(in_file(def->name), "%s is not in tf_signatures.tsv", def->name);
    }
}
END_TEST

START_TEST(every_row_is_found_by_its_name)
{
    for (size_t i = 0; i < tn_registry_count(); i++)
        ck_assert_ptr_eq(tn_registry_find(tn_registry_at(i)->name), tn_registry_at(i));
    ck_assert_ptr_null(tn_registry_find("NoSuchOp"));
    ck_assert_ptr_null(tn_registry_find(""));
    ck_assert_ptr_null(tn_registry_at(tn_registry_count()));
}
END_TEST

/* Without a kernel are views, and what the plan and the session do themselves. */
START_TEST(every_row_is_whole)
{
    const unsigned elsewhere = TN_OP_VIEW | TN_OP_READS | TN_OP_VARIABLE | TN_OP_CONST | TN_OP_PLACEHOLDER;
    for (size_t i = 0; i < tn_registry_count(); i++) {
        const tn_op_def *def = tn_registry_at(i);
        ck_assert_msg(def->infer != NULL, "%s has no inference", def->name);
        ck_assert_msg(def->formula && def->formula[0], "%s has no formula", def->name);
        ck_assert_msg(def->prepare || def->flags & elsewhere || !tn_signature_of(def)->num_outputs, "%s has no kernel", def->name);
    }
}
END_TEST

START_TEST(a_bad_row_is_an_error)
{
    const tn_op_def stray = { .name = "Stray", .signature = "x: float -> y: float" };
    ck_assert_ptr_null(tn_signature_of(&stray));
    expect_error(TN_INTERNAL, "Stray");
}
END_TEST

TN_SUITE("graph registry", rows_are_those_of_tensorflow, every_row_is_compared, every_row_is_found_by_its_name, every_row_is_whole,
         a_bad_row_is_an_error)
