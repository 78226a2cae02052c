/*
 * Writes what follows from the registry: the constructors' header and source, and the manual's list of operations.
 *
 *   gen_ops header|source|manual > FILE        (make generate does all three)
 *
 * A constructor takes the inputs, then the attributes without a default that no input determines; the last of these is the first field of
 * its options, so that the macro needs no empty argument list. Lists and texts that must be given are options all the same, since a call
 * says more with their names: tn_op_new tells when one is missing. Ints whose default is not 0 are lists of one number, bools that are true
 * by default are switches. Attributes whose default cannot be told from a value that the caller left out (a list that is no list of ints)
 * have no option: tn_op_new sets them.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "core/dtype.h"
#include "core/status.h"
#include "ops/op_def.h"

enum { MAX_FIELDS = TN_SIG_ARGS + TN_SIG_ATTRS, NAME = 96 };

/* A parameter or option of a constructor. */
typedef struct field {
    const char *of;          /* TensorFlow's name */
    char name[NAME];         /* ours */
    const char *type;        /* in C, with its space or star */
    const tn_sig_arg *input; /* or NULL */
    const tn_sig_attr *attr; /* or NULL */
} field;

typedef struct row {
    const tn_op_def *def;
    const tn_signature *sig;
    char name[NAME]; /* without tn_ */
    field fixed[MAX_FIELDS], options[MAX_FIELDS];
    int num_fixed, num_options;
} row;

/* ---- Names ---- */

static void snake(const char *camel, char *to)
{
    for (size_t i = 0; camel[i]; i++) {
        bool after_word = i && (islower((unsigned char)camel[i - 1]) || isdigit((unsigned char)camel[i - 1]));
        bool last_of_capitals = i && isupper((unsigned char)camel[i - 1]) && islower((unsigned char)camel[i + 1]);
        if (isupper((unsigned char)camel[i]) && (after_word || last_of_capitals))
            *to++ = '_';
        *to++ = (char)tolower((unsigned char)camel[i]);
    }
    *to = '\0';
}

/* ---- What becomes a parameter, an option, or nothing ---- */

static bool from_inputs(const tn_signature *sig, int attr)
{
    for (int i = 0; i < sig->num_inputs; i++)
        if (sig->inputs[i].type_attr == attr || sig->inputs[i].number_attr == attr)
            return true;
    return false;
}

static bool is_list(const tn_sig_arg *arg)
{
    return arg->number_attr >= 0 || arg->type_list;
}

/* The C type of an attribute that must be given; NULL when a constructor cannot take it. */
static const char *required_type(const tn_sig_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_INT:
        return "int64_t ";
    case TN_ATTR_FLOAT:
        return "double ";
    case TN_ATTR_BOOL:
        return "bool ";
    case TN_ATTR_STRING:
        return "const char *";
    case TN_ATTR_TYPE:
        return "tn_dtype ";
    case TN_ATTR_SHAPE:
        return "tn_shape ";
    case TN_ATTR_TENSOR:
        return "const tn_tensor *";
    case TN_ATTR_INTS:
        return "tn_axes ";
    default:
        return NULL;
    }
}

/* The C type of an attribute with a default; NULL when it is left to tn_op_new. */
static const char *option_type(const tn_sig_attr *a)
{
    if (a->kind == TN_ATTR_INT && a->default_i)
        return "tn_axes ";
    if (a->kind == TN_ATTR_BOOL && a->default_i)
        return "tn_switch ";
    return a->kind == TN_ATTR_TENSOR ? NULL : required_type(a);
}

/* Whether an attribute is given by its name. */
static bool is_option(const tn_sig_attr *a)
{
    return a->has_default || a->kind == TN_ATTR_INTS || a->kind == TN_ATTR_STRING;
}

static void add(field *fields, int *n, const char *of, const char *type, const tn_sig_arg *input, const tn_sig_attr *attr)
{
    field *f = &fields[(*n)++];
    *f = (field){ .of = of, .type = type, .input = input, .attr = attr };
    snake(of, f->name);
}

static bool read_row(const tn_op_def *def, row *r)
{
    *r = (row){ .def = def, .sig = tn_signature_of(def) };
    if (!r->sig)
        return false;
    if (def->constructor)
        snprintf(r->name, sizeof r->name, "%s", def->constructor);
    else
        snake(def->name, r->name);
    for (int i = 0; i < r->sig->num_inputs; i++)
        add(r->fixed, &r->num_fixed, r->sig->inputs[i].name, is_list(&r->sig->inputs[i]) ? "tn_outputs " : "tn_output ", &r->sig->inputs[i],
            NULL);
    for (int i = 0; i < r->sig->num_attrs; i++) {
        const tn_sig_attr *a = &r->sig->attrs[i];
        const char *type = a->has_default ? option_type(a) : required_type(a);
        if (type && !from_inputs(r->sig, i))
            add(is_option(a) ? r->options : r->fixed, is_option(a) ? &r->num_options : &r->num_fixed, a->name, type, NULL, a);
    }
    return true;
}

static bool gives_output(const row *r)
{
    return r->sig->num_outputs == 1 && !is_list(&r->sig->outputs[0]);
}

/* ---- Comments ---- */

static void print_types(FILE *to, uint64_t allowed)
{
    const char *before = "";
    for (int d = 1; d <= TN_UINT64; d++)
        if (allowed >> d & 1 && tn_dtype_valid((tn_dtype)d)) {
            fprintf(to, "%s%s", before, tn_dtype_name((tn_dtype)d));
            before = ", ";
        }
}

static void print_args(FILE *to, const tn_signature *sig, const tn_sig_arg *args, int n)
{
    for (int i = 0; i < n; i++) {
        const tn_sig_arg *a = &args[i];
        fprintf(to, "%s%s (", i ? ", " : "", a->name);
        if (a->number_attr >= 0)
            fprintf(to, "%s of ", sig->attrs[a->number_attr].name);
        fprintf(to, "%s%s)", a->is_ref ? "reference to " : "", a->type_attr < 0 ? tn_dtype_name(a->dtype) : sig->attrs[a->type_attr].name);
    }
}

static void print_type_attrs(FILE *to, const tn_signature *sig)
{
    for (int i = 0; i < sig->num_attrs; i++) {
        const tn_sig_attr *a = &sig->attrs[i];
        if (a->kind != TN_ATTR_TYPE && a->kind != TN_ATTR_TYPES)
            continue;
        fprintf(to, " * %s: ", a->name);
        if (a->allowed == UINT64_MAX)
            fprintf(to, "any dtype");
        else
            print_types(to, a->allowed);
        fprintf(to, ".\n");
    }
}

static void print_comment(const row *r)
{
    printf("/**\n * %s", r->def->name);
    if (r->def->formula)
        printf(": %s", r->def->formula);
    printf("%s\n", r->def->formula && r->def->formula[strlen(r->def->formula) - 1] == '.' ? "" : ".");
    if (r->sig->num_inputs) {
        printf(" * Inputs: ");
        print_args(stdout, r->sig, r->sig->inputs, r->sig->num_inputs);
        printf(".\n");
    }
    if (r->sig->num_outputs) {
        printf(" * Outputs: ");
        print_args(stdout, r->sig, r->sig->outputs, r->sig->num_outputs);
        printf(".\n");
    }
    print_type_attrs(stdout, r->sig);
    printf(" * %s when it fails: the statuses of tn_op_new.\n */\n", gives_output(r) ? "Empty" : "NULL");
}

/* What leaving an option out means, where zero does not say it. */
static void print_default(const tn_sig_attr *a)
{
    if (!a->has_default) {
        printf(" /**< must be given%s%s */", a->choices ? ": of " : "", a->choices ? a->choices : "");
        return;
    }
    switch (a->kind) {
    case TN_ATTR_INT:
        if (a->default_i)
            printf(" /**< one number; default %lld */", (long long)a->default_i);
        break;
    case TN_ATTR_BOOL:
        if (a->default_i)
            printf(" /**< default TN_ON */");
        break;
    case TN_ATTR_FLOAT:
        if (a->default_f != 0)
            printf(" /**< 0: the default, %g */", a->default_f);
        break;
    case TN_ATTR_TYPE:
        printf(" /**< default %s */", tn_dtype_name((tn_dtype)a->default_i));
        break;
    case TN_ATTR_STRING:
        printf(" /**< default \"%s\"%s%s */", a->default_s, a->choices ? ", of " : "", a->choices ? a->choices : "");
        break;
    default:
        break;
    }
}

/* ---- The header ---- */

static void print_prototype(const row *r)
{
    printf("%stn_%s_with(", gives_output(r) ? "tn_output " : "tn_op *", r->name);
    for (int i = 0; i + 1 < r->num_fixed; i++)
        printf("%s%s, ", r->fixed[i].type, r->fixed[i].name);
    printf("const tn_%s_args *args)", r->name);
}

static void print_struct(const row *r)
{
    printf("/** What tn_%s takes. */\ntypedef struct tn_%s_args {\n", r->name, r->name);
    if (r->num_fixed)
        printf("    %s%s;\n", r->fixed[r->num_fixed - 1].type, r->fixed[r->num_fixed - 1].name);
    else
        printf("    int unused_;\n");
    for (int i = 0; i < r->num_options; i++) {
        printf("    %s%s;", r->options[i].type, r->options[i].name);
        print_default(r->options[i].attr);
        printf("\n");
    }
    printf("    const char *name; /**< default \"%s\" */\n} tn_%s_args;\n", r->def->name, r->name);
}

static void print_macro(const row *r)
{
    printf("#define tn_%s(", r->name);
    for (int i = 0; i + 1 < r->num_fixed; i++)
        printf("%s, ", r->fixed[i].name);
    printf("...) tn_%s_with(", r->name);
    for (int i = 0; i + 1 < r->num_fixed; i++)
        printf("%s, ", r->fixed[i].name);
    printf("&(const tn_%s_args){ ", r->name);
    if (r->num_fixed)
        printf(".%s = __VA_ARGS__ })\n", r->fixed[r->num_fixed - 1].name);
    else
        printf("0, __VA_ARGS__ })\n");
}

static void header_row(const row *r)
{
    if (!r->name[0])
        return;
    print_struct(r);
    print_comment(r);
    printf("TN_API ");
    print_prototype(r);
    printf(";\n\n");
}

static void macro_row(const row *r)
{
    if (r->name[0])
        print_macro(r);
}

/* ---- The source ---- */

/* A field as the function sees it. */
static const char *access_of(const row *r, const field *f)
{
    return f == &r->fixed[r->num_fixed - 1] || (f >= r->options && f < r->options + MAX_FIELDS) ? "args->" : "";
}

static void print_attr(const row *r, const field *f)
{
    const char *from = access_of(r, f);
    bool optional = f->attr->has_default;
    switch (f->attr->kind) {
    case TN_ATTR_SHAPE:
        printf("        TN_SHAPE_ATTR(\"%s\", %s%s.dims ? %s%s.rank : -1, %s%s.dims),\n", f->of, from, f->name, from, f->name, from,
               f->name);
        return;
    case TN_ATTR_INT:
        printf("        %s(\"%s\", %s%s),\n", optional && f->attr->default_i ? "tn_given_int" : "TN_INT_ATTR", f->of, from, f->name);
        return;
    case TN_ATTR_FLOAT:
        printf("        %s(\"%s\", %s%s),\n", optional && f->attr->default_f != 0 ? "tn_given_float" : "TN_FLOAT_ATTR", f->of, from,
               f->name);
        return;
    case TN_ATTR_BOOL:
        printf("        %s(\"%s\", %s%s),\n", optional && f->attr->default_i ? "tn_given_switch" : "TN_BOOL_ATTR", f->of, from, f->name);
        return;
    case TN_ATTR_STRING:
        printf("        tn_given_string(\"%s\", %s%s),\n", f->of, from, f->name);
        return;
    case TN_ATTR_TYPE:
        printf("        tn_given_type(\"%s\", %s%s),\n", f->of, from, f->name);
        return;
    case TN_ATTR_TENSOR:
        printf("        TN_TENSOR_ATTR(\"%s\", %s%s),\n", f->of, from, f->name);
        return;
    default:
        printf("        tn_given_ints(\"%s\", %s%s),\n", f->of, from, f->name);
    }
}

/* The inputs as parts: lists stand for themselves, single ones are parts of one. */
static void print_parts(const row *r)
{
    int lists = 0, n = r->sig->num_inputs;
    for (int i = 0; i < n; i++)
        lists += is_list(r->fixed[i].input);
    if (!lists) {
        printf("    const tn_output inputs[] = { ");
        for (int i = 0; i < n; i++)
            printf("%s%s%s", i ? ", " : "", access_of(r, &r->fixed[i]), r->fixed[i].name);
        printf(" };\n    const tn_outputs parts[] = { { inputs, %d } };\n", n);
        return;
    }
    printf("    const tn_outputs parts[] = { ");
    for (int i = 0; i < n; i++) {
        const char *from = access_of(r, &r->fixed[i]), *name = r->fixed[i].name;
        if (is_list(r->fixed[i].input))
            printf("%s%s%s", i ? ", " : "", from, name);
        else
            printf("%s{ &%s%s, 1 }", i ? ", " : "", from, name);
    }
    printf(" };\n");
}

static int print_attrs(const row *r)
{
    int n = r->num_options;
    for (int i = 0; i < r->num_fixed; i++)
        n += r->fixed[i].attr != NULL;
    if (!n)
        return 0;
    printf("    tn_attr attrs[] = {\n");
    for (int i = 0; i < r->num_fixed; i++)
        if (r->fixed[i].attr)
            print_attr(r, &r->fixed[i]);
    for (int i = 0; i < r->num_options; i++)
        print_attr(r, &r->options[i]);
    printf("    };\n");
    return n;
}

static void source_row(const row *r)
{
    if (!r->name[0])
        return;
    print_prototype(r);
    printf("\n{\n    static const tn_%s_args none;\n    args = args ? args : &none;\n", r->name);
    if (r->sig->num_inputs)
        print_parts(r);
    int n = print_attrs(r), lists = 0;
    for (int i = 0; i < r->sig->num_inputs; i++)
        lists += is_list(r->fixed[i].input);
    int parts = lists ? r->sig->num_inputs : r->sig->num_inputs > 0;
    printf("    const tn_construction c = { \"%s\", args->name, %s, %d, %s, %d };\n", r->def->name, parts ? "parts" : "NULL", parts,
           n ? "attrs" : "NULL", n);
    printf(gives_output(r) ? "    return tn_op_output(tn_construct(&c), 0);\n}\n\n" : "    return tn_construct(&c);\n}\n\n");
}

/* ---- The manual ---- */

static void print_call(const row *r)
{
    printf("`tn_%s(", r->name);
    for (int i = 0; i < r->num_fixed; i++)
        printf("%s%s", i ? ", " : "", r->fixed[i].name);
    for (int i = 0; i < r->num_options; i++)
        printf("%s.%s", i || r->num_fixed ? ", " : "", r->options[i].name);
    printf(")` gives a `%s`.", gives_output(r) ? "tn_output" : "tn_op *");
}

static void manual_row(const row *r)
{
    printf("## %s\n\n", r->def->name);
    if (r->def->formula)
        printf("%s\n\n", r->def->formula);
    if (r->name[0])
        print_call(r);
    else
        printf("Its constructor is written by hand: `<tenure/build.h>`, `<tenure/train.h>`.");
    printf("\n\n    %s\n\n", r->def->signature);
    printf("Gradient: %s.\n\n", !r->def->gradient ? "not defined" : r->def->gradient == tn_no_gradient ? "none flows" : "yes");
}

/* ---- The three files ---- */

static bool each(void (*print)(const row *r))
{
    row r;
    for (size_t i = 0; i < tn_registry_count(); i++) {
        if (!read_row(tn_registry_at(i), &r)) {
            fprintf(stderr, "gen_ops: %s\n", tn_last_error()->message);
            return false;
        }
        print(&r);
    }
    return true;
}

static bool header(void)
{
    printf(
        "/*\n"
        " * Made by `make generate` from the registry (lib/ops): do not edit.\n"
        " *\n"
        " * One constructor for each operation type. All build in the graph of their inputs, else in the default graph; what fails gives\n"
        " * an empty output (or NULL), and the graph keeps its first error. Attributes that have no option here: tn_op_new.\n"
        " * args may be NULL: nothing is given.\n"
        " */\n/* clang-format off */\n#ifndef TENURE_OPS_H\n#define TENURE_OPS_H\n\n#include <tenure/graph.h>\n\nTN_BEGIN_C\n\n");
    bool done = each(header_row);
    printf("#ifndef __cplusplus\n");
    done = done && each(macro_row);
    printf("#endif\n\nTN_END_C\n#endif\n");
    return done;
}

static bool source(void)
{
    printf("/* Made by `make generate` from the registry (lib/ops): do not edit. */\n/* clang-format off */\n#include "
           "\"graph/construct.h\"\n\n");
    return each(source_row);
}

static bool manual(void)
{
    printf(
        "<!-- Made by `make generate` from the registry (lib/ops): do not edit. -->\n# Operations\n\n"
        "Each operation type, its constructor in C, and its signature: `inputs; attributes -> outputs`. Every type can also be made by\n"
        "`tn_op_new(graph, \"Type\", TN_OUTPUTS(...), .attrs = TN_ATTRS(...))`, with every attribute of its signature.\n\n"
        "Signatures are TensorFlow's, and so are the dtypes they allow. Operations that move elements (Reshape, Transpose, ConcatV2, "
        "Slice, Pack,\n"
        "GatherV2, Select, Fill, …) run for every dtype of fixed size, Cast between all real ones; those that compute, for float, double,\n"
        "int32, int64 and bool where they make sense. For another dtype a graph can be built, and running it is `TN_UNIMPLEMENTED`.\n\n");
    return each(manual_row);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    bool done = !strcmp(what, "header") ? header() : !strcmp(what, "source") ? source() : !strcmp(what, "manual") ? manual() : false;
    if (!done)
        fprintf(stderr, "usage: gen_ops header|source|manual\n");
    return done && !fflush(stdout) && !ferror(stdout) ? 0 : 1;
}
