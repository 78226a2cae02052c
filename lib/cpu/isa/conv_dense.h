/*
 * Dense tiles of one element type and one size of vectors: included by conv.c for each, with
 *   T      the element type,
 *   NAME   a function that makes names of its own, NAME(x): NAME(v) is the vector.
 *
 * Tiles are inlined with the number of rows and vectors a constant, so that the arrays of sums become registers.
 */
enum { NAME(lanes) = sizeof(NAME(v)) / sizeof(T) };

/* A vector, or its first n elements when it is not whole. */
TN_ALWAYS_INLINE NAME(v) NAME(load)(const T *from, bool whole, int64_t n)
{
    return whole ? *(const NAME(v) *)(const void *)from : NAME(load_part)(from, n);
}

/* Rows of sums into the tile, or added to it. What the tile says is read before: a store might change it, for all the compiler knows. */
TN_ALWAYS_INLINE void NAME(store)(T *out, int64_t out_row, NAME(v) sums[][2], int rows, int vectors, bool add, bool whole, int64_t n)
{
    if (add) {
        UNROLLED
        for (int i = 0; i < rows; i++) {
            UNROLLED
            for (int j = 0; j < vectors; j++)
                sums[i][j] += NAME(load)(out + i * out_row + j * NAME(lanes), whole, n);
        }
    }
    UNROLLED
    for (int i = 0; i < rows; i++) {
        UNROLLED
        for (int j = 0; j < vectors; j++)
            if (whole)
                *(NAME(v) *)(void *)(out + i * out_row + j * NAME(lanes)) = sums[i][j];
            else
                NAME(store_part)(out + i * out_row, sums[i][j], n);
    }
}

/* ---- Dense ---- */

/* The innermost loop. Four rows share a pointer, so that there are registers enough for all. */
TN_ALWAYS_INLINE void NAME(dense_run)(const tn_conv_tile *t, const T *a, const T *b, int rows, int vectors, bool whole,
                                      NAME(v) sums[ROWS][2])
{
    const int64_t n = t->loops[2].n, a_next = t->loops[2].a, b_next = t->loops[2].b, row = t->a_row;
    const T *fours[(ROWS + 3) / 4];
    UNROLLED
    for (int i = 0; i < (rows + 3) / 4; i++)
        fours[i] = a + 4 * i * row;
    for (int64_t k = 0; k < n; k++, b += b_next) {
        NAME(v) w[2];
        UNROLLED
        for (int j = 0; j < vectors; j++)
            w[j] = NAME(load)(b + j * NAME(lanes), whole, t->columns);
        UNROLLED
        for (int i = 0; i < rows; i++) {
            const NAME(v) x = fours[i / 4][i % 4 * row] - (NAME(v)){ 0 };
            UNROLLED
            for (int j = 0; j < vectors; j++)
                sums[i][j] = NAME(fma)(x, w[j], sums[i][j]);
        }
        UNROLLED
        for (int i = 0; i < (rows + 3) / 4; i++)
            fours[i] += a_next;
    }
}

TN_ALWAYS_INLINE void NAME(dense_tile)(const tn_conv_tile *t, int rows, int vectors, bool whole)
{
    NAME(v) sums[ROWS][2] = { { { 0 } } };
    const tn_conv_loop *l = t->loops;
    for (int64_t u = 0; u < l[0].n; u++)
        for (int64_t v = 0; v < l[1].n; v++) {
            const T *a = (const T *)t->a + u * l[0].a + v * l[1].a, *b = (const T *)t->b + u * l[0].b + v * l[1].b;
            NAME(dense_run)(t, a, b, rows, vectors, whole, sums);
        }
    NAME(store)(t->out, t->out_row, sums, rows, vectors, t->add, whole, t->columns);
}

#define DENSE(rows)                                                                                                                        \
    static void NAME(dense_##rows##_2)(const tn_conv_tile *t)                                                                              \
    {                                                                                                                                      \
        NAME(dense_tile)(t, rows, 2, true);                                                                                                \
    }                                                                                                                                      \
    static void NAME(dense_##rows##_1)(const tn_conv_tile *t)                                                                              \
    {                                                                                                                                      \
        NAME(dense_tile)(t, rows, 1, true);                                                                                                \
    }                                                                                                                                      \
    static void NAME(dense_##rows##_0)(const tn_conv_tile *t)                                                                              \
    {                                                                                                                                      \
        NAME(dense_tile)(t, rows, 1, false);                                                                                               \
    }
#define DENSE_OF(rows)                                                                                                                     \
    {                                                                                                                                      \
        NAME(dense_##rows##_0), NAME(dense_##rows##_1), NAME(dense_##rows##_2)                                                             \
    }
/* clang-format off */
DENSE(1) DENSE(2) DENSE(3) DENSE(4) DENSE(5) DENSE(6)
#if defined(__AVX512F__)
DENSE(7) DENSE(8) DENSE(9) DENSE(10) DENSE(11) DENSE(12) DENSE(13) DENSE(14)
#endif

/* By rows, and by whole vectors: 0 for a part of one. */
static void (*const NAME(denses)[ROWS][3])(const tn_conv_tile *t) = {
    DENSE_OF(1), DENSE_OF(2), DENSE_OF(3), DENSE_OF(4),  DENSE_OF(5),  DENSE_OF(6),
#if defined(__AVX512F__)
    DENSE_OF(7), DENSE_OF(8), DENSE_OF(9), DENSE_OF(10), DENSE_OF(11), DENSE_OF(12), DENSE_OF(13), DENSE_OF(14),
#endif
};
/* clang-format on */
#undef DENSE
#undef DENSE_OF
