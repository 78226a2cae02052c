/* The compiler of signatures. */
#include "core/dtype.h"
#include "harness.h"
#include "ops/op_def.h"

static tn_signature sig;

START_TEST(inputs_attributes_outputs)
{
    ck_assert(
        tn_signature_compile("a: T, b: T; transpose_a: bool = false; transpose_b: bool = true; T: {half, float} -> product: T", &sig));
    ck_assert_int_eq(sig.num_inputs, 2);
    ck_assert_int_eq(sig.num_attrs, 3);
    ck_assert_int_eq(sig.num_outputs, 1);
    ck_assert_str_eq(sig.inputs[1].name, "b");
    ck_assert_int_eq(sig.inputs[1].type_attr, 2);
    ck_assert_int_eq(sig.inputs[1].number_attr, -1);
    ck_assert_str_eq(sig.attrs[1].name, "transpose_b");
    ck_assert_int_eq(sig.attrs[1].default_i, 1);
    ck_assert_uint_eq(sig.attrs[2].allowed, 1u << TN_FLOAT16 | 1u << TN_FLOAT32);
    ck_assert(!sig.attrs[2].has_default);
    ck_assert_str_eq(sig.outputs[0].name, "product");
}
END_TEST

START_TEST(lists_and_fixed_types)
{
    ck_assert(tn_signature_compile("values: N * T, axis: int32; N: int >= 2; T: type; Ts: list(type) >= 1 -> outs: Ts", &sig));
    ck_assert_int_eq(sig.inputs[0].number_attr, 0);
    ck_assert_int_eq(sig.inputs[0].type_attr, 1);
    ck_assert_int_eq(sig.inputs[1].type_attr, -1);
    ck_assert_int_eq(sig.inputs[1].dtype, TN_INT32);
    ck_assert(sig.attrs[0].has_minimum && sig.attrs[0].minimum == 2);
    ck_assert_uint_eq(sig.attrs[1].allowed, UINT64_MAX);
    ck_assert(sig.outputs[0].type_list);
}
END_TEST

START_TEST(references)
{
    ck_assert(tn_signature_compile("ref: Ref(T), value: T; T: numbertype -> output_ref: Ref(T)", &sig));
    ck_assert(sig.inputs[0].is_ref && !sig.inputs[1].is_ref && sig.outputs[0].is_ref);
    ck_assert_uint_eq(sig.attrs[0].allowed >> TN_STRING & 1, 0);
    ck_assert_uint_eq(sig.attrs[0].allowed >> TN_COMPLEX128 & 1, 1);
}
END_TEST

START_TEST(defaults_of_each_kind)
{
    ck_assert(tn_signature_compile("; a: int >= -1 = -1; b: float = 0.0001; c: string = 'x y'; d: {'NHWC', 'NCHW'} = \"NCHW\"; "
                                   "e: type = int64; f: shape = { unknown_rank: true }; g: list(int) = [1, -2]; h: list(type) = []; "
                                   "i: tensor; j: func; k: shape = {}; l: float = -2.5e-3 ->",
                                   &sig));
    ck_assert_int_eq(sig.num_attrs, 12);
    ck_assert(sig.attrs[0].default_i == -1 && sig.attrs[0].minimum == -1);
    ck_assert_double_eq(sig.attrs[1].default_f, 0.0001);
    ck_assert_str_eq(sig.attrs[2].default_s, "x y");
    ck_assert_str_eq(sig.attrs[3].default_s, "NCHW");
    ck_assert_str_eq(sig.attrs[3].choices, "'NHWC', 'NCHW'");
    ck_assert_int_eq(sig.attrs[4].default_i, TN_INT64);
    ck_assert(sig.attrs[5].has_default && sig.attrs[10].has_default);
    ck_assert_int_eq(sig.attrs[6].default_i, 2);
    ck_assert_int_eq(sig.attrs[6].default_ints[1], -2);
    ck_assert_int_eq(sig.attrs[7].default_i, 0);
    ck_assert(!sig.attrs[8].has_default && sig.attrs[9].kind == TN_ATTR_FUNC);
    ck_assert_double_eq(sig.attrs[11].default_f, -2.5e-3);
}
END_TEST

START_TEST(empty_parts)
{
    ck_assert(tn_signature_compile("->", &sig));
    ck_assert(tn_signature_compile("", &sig));
    ck_assert(tn_signature_compile("; dtype: type -> output: dtype", &sig));
    ck_assert_int_eq(sig.num_inputs, 0);
    ck_assert(tn_signature_compile("x: float ->", &sig));
    ck_assert_int_eq(sig.num_outputs, 0);
    ck_assert_int_eq(sig.num_inputs, 1);
}
END_TEST

START_TEST(refuses_what_is_no_signature)
{
    static const char *const bad[] = { "x",
                                       "x:",
                                       "x: T",
                                       "x: float,",
                                       "x: N * float",
                                       "x: Ref(float",
                                       "; a",
                                       "; a: integer",
                                       "; a: int =",
                                       "; a: int = 99999999999999999999",
                                       "; a: bool = maybe",
                                       "; a: float = .",
                                       "; a: {float",
                                       "; a: {'x'",
                                       "; a: {nothing}",
                                       "; a: string = 'x",
                                       "; a: list(tensor)",
                                       "; a: list(int",
                                       "; a: list(int) = [1",
                                       "; a: list(float) = [1]",
                                       "; a: tensor = 1",
                                       "; a: shape = [1]",
                                       "; a: int; ",
                                       "x: a; a: int",
                                       "-> y: nothing",
                                       "x: float y: float",
                                       "; a: list(int) = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!tn_signature_compile(bad[i], &sig), "\"%s\" was taken", bad[i]);
}
END_TEST

START_TEST(refuses_more_than_there_is_room_for)
{
    char text[4096] = "";
    for (int i = 0; i <= TN_SIG_ARGS; i++)
        sprintf(text + strlen(text), "%sx%d: float", i ? ", " : "", i);
    ck_assert(!tn_signature_compile(text, &sig));
    memset(text, ' ', sizeof sig.text);
    text[sizeof sig.text] = '\0';
    ck_assert(!tn_signature_compile(text, &sig));
    text[sizeof sig.text - 1] = '\0';
    ck_assert(tn_signature_compile(text, &sig));
}
END_TEST

TN_SUITE("graph signature", inputs_attributes_outputs, lists_and_fixed_types, references, defaults_of_each_kind, empty_parts,
         refuses_what_is_no_signature, refuses_more_than_there_is_room_for)
