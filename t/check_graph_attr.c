/* Attributes as an operation keeps them. */
#include "core/alloc.h"
#include "graph/bind.h"
#include "harness.h"

/* Stores an attribute in a room of its own. */
static tn_attr_value *store(const tn_attr *a)
{
    tn_attr_value *value = TN_NEW(root, tn_attr_value);
    ck_assert(tn_attr_store(tn_room_new(value), a, value));
    return value;
}

START_TEST(texts_are_copied)
{
    char text[] = "ab";
    const tn_attr s = TN_STRING_ATTR("s", text), bytes = TN_BYTES_ATTR("b", "x\0y", 3), f = TN_FUNC_ATTR("f", text);
    tn_attr_value *stored[] = { store(&s), store(&bytes), store(&f) };
    text[0] = 'z';
    ck_assert_str_eq(stored[0]->p, "ab");
    ck_assert_int_eq(stored[0]->i, 2);
    ck_assert_int_eq(stored[1]->i, 3);
    ck_assert_mem_eq(stored[1]->p, "x\0y", 4);
    ck_assert_str_eq(stored[2]->p, "ab");
    for (int i = 0; i < 3; i++)
        talloc_free(stored[i]);
}
END_TEST

START_TEST(lists_are_copied)
{
    int64_t ints[] = { 1, 2 };
    const char *strings[] = { "one", "", "three" };
    const int narrow[] = { -1, 5 };
    const tn_attr a = TN_INTS_ATTR("a", 2, ints), s = TN_STRINGS_ATTR("s", 3, strings), e = TN_FLOATS_ATTR("e", 0, NULL),
                  q = { .name = "q", .kind = TN_ATTR_INTS, .q = narrow, .n = 2 };
    tn_attr_value *stored[] = { store(&a), store(&s), store(&e), store(&q) };
    ints[0] = 9;
    strings[0] = NULL;
    ck_assert_int_eq(((const int64_t *)stored[0]->p)[0], 1);
    ck_assert_int_eq(stored[1]->i, 3);
    ck_assert_str_eq(((const char *const *)stored[1]->p)[0], "one");
    ck_assert_str_eq(((const char *const *)stored[1]->p)[2], "three");
    ck_assert_int_eq(stored[2]->i, 0);
    ck_assert_int_eq(((const int64_t *)stored[3]->p)[0], -1);
    ck_assert_int_eq(((const int64_t *)stored[3]->p)[1], 5);
    for (int i = 0; i < 4; i++)
        talloc_free(stored[i]);
}
END_TEST

START_TEST(shapes_keep_what_is_unknown)
{
    const int64_t dims[] = { 2, -1 };
    const int ranks[] = { 2, -1 };
    const int64_t *const lists[] = { dims, NULL };
    const tn_attr one = TN_SHAPE_ATTR("one", 2, dims), none = TN_SHAPE_ATTR("none", -1, NULL),
                  many = TN_SHAPES_ATTR("many", 2, ranks, lists);
    tn_attr_value *stored[] = { store(&one), store(&none), store(&many) };
    ck_assert_int_eq(((const tn_dims *)stored[0]->p)->dim[1], -1);
    ck_assert_int_eq(((const tn_dims *)stored[1]->p)->rank, -1);
    ck_assert_int_eq(stored[2]->i, 2);
    for (int i = 0; i < 3; i++)
        talloc_free(stored[i]);
}
END_TEST

START_TEST(reading_back)
{
    tn_graph *g = tn_graph_new(root);
    const int64_t dims[] = { 2, -1 };
    tn_op *p =
        tn_op_new(g, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT64), TN_SHAPE_ATTR("shape", 2, dims)));
    tn_attr a = { .name = NULL };
    ck_assert_int_eq(tn_op_attr(p, "dtype", &a), TN_OK);
    ck_assert_int_eq(a.kind, TN_ATTR_TYPE);
    ck_assert_int_eq(a.i, TN_INT64);
    ck_assert_str_eq(a.name, "dtype");
    ck_assert_int_eq(tn_op_attr(p, "shape", &a), TN_OK);
    ck_assert_int_eq(a.i, 2);
    ck_assert_int_eq(((const int64_t *)a.p)[1], -1);
    ck_assert_int_eq(tn_op_dtype(p, "dtype"), TN_INT64);
    ck_assert_int_eq(tn_op_dims(p, "shape").dim[0], 2);
    a.i = 77;
    ck_assert_int_eq(tn_op_attr(p, "none", &a), TN_NOT_FOUND);
    expect_error(TN_NOT_FOUND, "Placeholder 'Placeholder': No attr named 'none'");
    ck_assert_int_eq(a.i, 77);
    ck_assert_int_eq(tn_op_attr(NULL, "dtype", &a), TN_INVALID_ARGUMENT);
    talloc_free(g);
}
END_TEST

START_TEST(a_tensor_is_counted)
{
    tn_graph *g = tn_graph_new(root);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, (const float[]){ 3 });
    const void *data = tn_tensor_data(t);
    tn_op *c = tn_op_new(g, "Const", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_TENSOR_ATTR("value", t)));
    talloc_free(t);
    tn_attr a;
    ck_assert_int_eq(tn_op_attr(c, "value", &a), TN_OK);
    ck_assert_ptr_eq(((const tn_tensor *)a.p)->data, data);
    ck_assert_float_eq(*(const float *)((const tn_tensor *)a.p)->data, 3);
    talloc_free(g);
}
END_TEST

TN_SUITE("graph attr", texts_are_copied, lists_are_copied, shapes_keep_what_is_unknown, reading_back, a_tensor_is_counted)
