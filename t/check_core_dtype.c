/* lib/core/dtype.c: names, sizes and kinds. */
#include "harness.h"

#include "core/dtype.h"

/* TensorFlow 2.21: tf.dtypes.as_dtype(n).name of the wire enumeration's numbers, and the size of one element. */
static const struct dtype_fact {
    int number;
    const char *name;
    size_t size;
    tn_dtype_kind kind;
} facts[] = {
    { 1, "float", 4, TN_KIND_FLOAT },          { 2, "double", 8, TN_KIND_FLOAT },      { 3, "int32", 4, TN_KIND_INT },
    { 4, "uint8", 1, TN_KIND_UINT },           { 5, "int16", 2, TN_KIND_INT },         { 6, "int8", 1, TN_KIND_INT },
    { 7, "string", 0, TN_KIND_OTHER },         { 8, "complex64", 8, TN_KIND_COMPLEX }, { 9, "int64", 8, TN_KIND_INT },
    { 10, "bool", 1, TN_KIND_BOOL },           { 14, "bfloat16", 2, TN_KIND_FLOAT },   { 17, "uint16", 2, TN_KIND_UINT },
    { 18, "complex128", 16, TN_KIND_COMPLEX }, { 19, "half", 2, TN_KIND_FLOAT },       { 20, "resource", 0, TN_KIND_OTHER },
    { 21, "variant", 0, TN_KIND_OTHER },       { 22, "uint32", 4, TN_KIND_UINT },      { 23, "uint64", 8, TN_KIND_UINT },
};
enum { NUM_FACTS = sizeof facts / sizeof facts[0] };

START_TEST(the_table_is_tensorflows)
{
    for (int i = 0; i < NUM_FACTS; i++) {
        tn_dtype dtype = (tn_dtype)facts[i].number;
        ck_assert_str_eq(tn_dtype_name(dtype), facts[i].name);
        ck_assert_uint_eq(tn_dtype_size(dtype), facts[i].size);
        ck_assert_int_eq(tn_dtype_kind_of(dtype), facts[i].kind);
        ck_assert_int_eq(tn_dtype_of_name(facts[i].name, strlen(facts[i].name)), dtype);
        ck_assert(tn_dtype_valid(dtype));
    }
}
END_TEST

START_TEST(nothing_else_is_a_dtype)
{
    int valid = 0;
    for (int i = -300; i < 300; i++) {
        tn_dtype dtype = (tn_dtype)i;
        valid += tn_dtype_valid(dtype);
        if (tn_dtype_valid(dtype))
            continue;
        ck_assert_str_eq(tn_dtype_name(dtype), "invalid");
        ck_assert_uint_eq(tn_dtype_size(dtype), 0);
        ck_assert_int_eq(tn_dtype_kind_of(dtype), TN_KIND_NONE);
    }
    ck_assert_int_eq(valid, NUM_FACTS);
}
END_TEST

START_TEST(names_match_whole)
{
    ck_assert_int_eq(tn_dtype_of_name("int32,", 5), TN_INT32);
    ck_assert_int_eq(tn_dtype_of_name("int32", 3), 0);
    ck_assert_int_eq(tn_dtype_of_name("int3", 4), 0);
    ck_assert_int_eq(tn_dtype_of_name("", 0), 0);
    ck_assert_int_eq(tn_dtype_of_name("Float", 5), 0);
    ck_assert_int_eq(tn_dtype_of_name("float32", 7), 0);
}
END_TEST

START_TEST(kinds_are_grouped)
{
    ck_assert(tn_dtype_is_integer(TN_INT8) && tn_dtype_is_integer(TN_UINT64));
    ck_assert(!tn_dtype_is_integer(TN_BOOL) && !tn_dtype_is_integer(TN_FLOAT32) && !tn_dtype_is_integer(TN_STRING));
    ck_assert(tn_dtype_is_floating(TN_FLOAT16) && tn_dtype_is_floating(TN_BFLOAT16) && tn_dtype_is_floating(TN_FLOAT64));
    ck_assert(!tn_dtype_is_floating(TN_COMPLEX64) && !tn_dtype_is_floating(TN_INT32) && !tn_dtype_is_floating((tn_dtype)0));
}
END_TEST

TN_SUITE("core dtype", the_table_is_tensorflows, nothing_else_is_a_dtype, names_match_whole, kinds_are_grouped)
