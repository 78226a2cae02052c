/* The engine that moves elements, against loops written out: every element size, backwards, repeated, by tiles. */
#include "cpu/copy.h"
#include "cpu/isa.h"
#include "harness.h"

START_TEST(boxes_are_made_as_small_as_they_can_be)
{
    tn_copy c = { .run = 4 };
    tn_copy_axis(&c, 2, 48, 24);
    tn_copy_axis(&c, 1, 7, 9);
    tn_copy_axis(&c, 3, 8, 8);
    tn_copy_axis(&c, 2, 4, 4);
    tn_copy_plan(&c);
    ck_assert_uint_eq(c.run, 24);
    ck_assert_int_eq(c.rank, 1);
    ck_assert_int_eq(c.length[0], 2);
}
END_TEST

START_TEST(nothing_is_copied_of_an_empty_box)
{
    tn_copy c = { .run = 4 };
    tn_copy_axis(&c, INT64_MAX, INT64_MAX, 4);
    tn_copy_axis(&c, 0, 4, 4);
    tn_copy_plan(&c);
    ck_assert(c.empty);
    tn_copy_run(&c, NULL, NULL);
}
END_TEST

/* A matrix of rows x columns transposed, and its columns turned round, for elements of that many bytes. */
static void check_size(size_t size, int64_t rows, int64_t columns)
{
    size_t bytes = size * (size_t)(rows * columns);
    unsigned char *from = talloc_array_size(root, sizeof(unsigned char), (unsigned)(bytes)),
                  *to = talloc_array_size(root, sizeof(unsigned char), (unsigned)(bytes));
    int64_t s = (int64_t)size;
    for (size_t i = 0; i < bytes; i++)
        from[i] = (unsigned char)(i * 7 + i / 251);
    tn_copy c = { .run = size, .from_offset = (columns - 1) * s };
    tn_copy_axis(&c, columns, -s, rows * s);
    tn_copy_axis(&c, rows, columns * s, s);
    tn_copy_plan(&c);
    tn_copy_run(&c, from, to);
    for (int64_t i = 0; i < columns; i++)
        for (int64_t j = 0; j < rows; j++)
            ck_assert_mem_eq(to + (i * rows + j) * s, from + (j * columns + columns - 1 - i) * s, size);
    c = (tn_copy){ .run = size };
    tn_copy_axis(&c, columns, s, rows * s);
    tn_copy_axis(&c, rows, columns * s, s);
    tn_copy_plan(&c);
    tn_copy_run(&c, from, to);
    for (int64_t i = 0; i < columns; i++)
        for (int64_t j = 0; j < rows; j++)
            ck_assert_mem_eq(to + (i * rows + j) * s, from + (j * columns + i) * s, size);
    talloc_free(from);
    talloc_free(to);
}

START_TEST(every_element_size)
{
    static const size_t sizes[] = { 1, 2, 4, 8, 16, 24 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_size(sizes[i], 3, 5);
        check_size(sizes[i], 67, 33);
        check_size(sizes[i], 1, 40);
    }
}
END_TEST

START_TEST(fill_repeats_an_element)
{
    for (size_t n = 0; n < 700; n += 7) {
        uint16_t *to = talloc_array_size(root, sizeof(uint16_t), (unsigned)(n + 1)), value = 0x1234;
        to[n] = 77;
        tn_copy_fill(to, n * 2, 2, &value);
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(to[i], value);
        ck_assert_uint_eq(to[n], 77);
        talloc_free(to);
    }
}
END_TEST

/* Matrices of every size around the squares, for each instruction set, and nothing written beside them. */
static void expect_transposed(tn_transpose_of transpose, int64_t rows, int64_t columns, size_t size)
{
    enum { MOST = 40 };
    static char from[MOST * MOST * 8], to[MOST * MOST * 8];
    const int64_t stride = MOST * (int64_t)size;
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (char)(i * 7 + i / 251);
    memset(to, 77, sizeof to);
    transpose(from, to, stride, stride, rows, columns);
    for (int64_t r = 0; r < MOST; r++)
        for (int64_t c = 0; c < MOST; c++)
            for (size_t b = 0; b < size; b++) {
                const char got = to[r * stride + c * (int64_t)size + (int64_t)b];
                ck_assert_int_eq(got, r < rows && c < columns ? from[c * stride + r * (int64_t)size + (int64_t)b] : 77);
            }
}

START_TEST(transposes)
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    static const int64_t sizes[] = { 0, 1, 7, 8, 15, 16, 17, 32, 35, 40 };
    for (int i = 0; i < 3; i++)
        for (int r = 0; r < 10 && tn_isa_named(names[i]); r++)
            for (int c = 0; c < 10; c++) {
                expect_transposed(tn_isa_named(names[i])->transposes->of_4, sizes[r], sizes[c], 4);
                expect_transposed(tn_isa_named(names[i])->transposes->of_8, sizes[r], sizes[c], 8);
            }
}
END_TEST

/* Wherever a copy is cut, it is the same. */
START_TEST(copies_are_divided)
{
    enum { A = 5, B = 130, C = 150 };
    tn_copy c = { .run = 4 };
    static uint32_t from[A * B * C], whole[A * B * C], parts[A * B * C];
    for (uint32_t i = 0; i < A * B * C; i++)
        from[i] = i;
    tn_copy_axis(&c, A, B * C * 4, B * C * 4);
    tn_copy_axis(&c, C, 4, B * 4);
    tn_copy_axis(&c, B, C * 4, 4);
    tn_copy_plan(&c);
    tn_copy_run(&c, from, whole);
    for (uint32_t a = 0; a < A; a++)
        for (uint32_t k = 0; k < C; k++)
            for (uint32_t b = 0; b < B; b++)
                ck_assert_uint_eq(whole[(a * C + k) * B + b], (a * B + b) * C + k);
    const int64_t units = tn_copy_units(&c);
    ck_assert_int_gt(units, A);
    for (int64_t i = units - 1; i >= 0; i--)
        tn_copy_part(&c, from, parts, i, i + 1);
    ck_assert_mem_eq(whole, parts, sizeof whole);
}
END_TEST

TN_SUITE("cpu copy", boxes_are_made_as_small_as_they_can_be, nothing_is_copied_of_an_empty_box, every_element_size, fill_repeats_an_element,
         transposes, copies_are_divided)
