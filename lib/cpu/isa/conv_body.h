/*
 * Tiles of one element type: included by conv.c once for each, with
 *   T      the element type,
 *   NAME   a function that makes names of its own, NAME(x); NAME(half_x) where there are vectors of half the size,
 *   TABLE  the table's name.
 */
/* A tile of few columns: with shorter vectors less of them is empty. */
static void NAME(dense_few)(const tn_conv_tile *tile)
{
#if defined(__AVX512F__)
    if (tile->columns <= NAME(half_lanes)) {
        NAME(half_denses)[tile->rows - 1][tile->columns == NAME(half_lanes)](tile);
        return;
    }
#endif
    NAME(denses)[tile->rows - 1][0](tile);
}

static void NAME(dense)(const tn_conv_tile *tile)
{
    tn_conv_tile part = *tile;
    for (int64_t left = tile->columns; left > 0; left -= part.columns) {
        int vectors = left >= 2 * NAME(lanes) ? 2 : left >= NAME(lanes) ? 1 : 0;
        part.columns = vectors ? vectors * NAME(lanes) : left;
        if (vectors)
            NAME(denses)[tile->rows - 1][vectors](&part);
        else
            NAME(dense_few)(&part);
        part.b = (const T *)part.b + part.columns;
        part.out = (T *)part.out + part.columns;
    }
}

/* ---- Depthwise ---- */

TN_ALWAYS_INLINE void NAME(depthwise_tile)(const tn_conv_tile *t, int64_t column, int rows, int vectors, bool whole)
{
    NAME(v) sums[DEPTHWISE_ROWS][2] = { { { 0 } } };
    const tn_conv_loop *l = t->loops;
    const int64_t left = t->columns - column, row = t->a_row;
    const T *au = (const T *)t->a + column, *bu = (const T *)t->b + column;
    for (int64_t u = 0; u < l[0].n; u++, au += l[0].a, bu += l[0].b) {
        const T *av = au, *bv = bu;
        for (int64_t v = 0; v < l[1].n; v++, av += l[1].a, bv += l[1].b) {
            const T *a = av, *b = bv;
            for (int64_t k = 0; k < l[2].n; k++, a += l[2].a, b += l[2].b) {
                UNROLLED
                for (int j = 0; j < vectors; j++) {
                    const NAME(v) w = NAME(load)(b + j * NAME(lanes), whole, left);
                    UNROLLED
                    for (int i = 0; i < rows; i++)
                        sums[i][j] = NAME(fma)(NAME(load)(a + i * row + j * NAME(lanes), whole, left), w, sums[i][j]);
                }
            }
        }
    }
    NAME(store)((T *)t->out + column, t->out_row, sums, rows, vectors, t->add, whole, left);
}

/* Filters of three taps a row whose windows overlap, `stride` positions apart: each position is loaded once for all windows that see it. */
TN_ALWAYS_INLINE void NAME(depthwise_three)(const tn_conv_tile *t, int64_t column, int rows, int vectors, int stride)
{
    NAME(v) sums[DEPTHWISE_ROWS][2] = { { { 0 } } };
    const int64_t position = t->loops[1].a;
    const T *a = (const T *)t->a + column, *b = (const T *)t->b + column;
    for (int64_t u = 0; u < t->loops[0].n; u++, a += t->loops[0].a, b += t->loops[0].b) {
        UNROLLED
        for (int j = 0; j < vectors; j++) {
            NAME(v) w[3];
            UNROLLED
            for (int k = 0; k < 3; k++)
                w[k] = NAME(load)(b + k * t->loops[1].b + j * NAME(lanes), true, 0);
            const T *at = a + j * NAME(lanes);
            UNROLLED
            for (int p = 0; p < (rows - 1) * stride + 3; p++, at += position) {
                NAME(v) x = NAME(load)(at, true, 0);
                KEEP(x);
                UNROLLED
                for (int k = 0; k < 3; k++)
                    if (p >= k && (p - k) % stride == 0 && (p - k) / stride < rows)
                        sums[(p - k) / stride][j] = NAME(fma)(x, w[k], sums[(p - k) / stride][j]);
            }
        }
    }
    NAME(store)((T *)t->out + column, t->out_row, sums, rows, vectors, t->add, true, 0);
}

/* The columns that make up vectors; how many they are. */
TN_ALWAYS_INLINE int64_t NAME(depthwise_threes)(const tn_conv_tile *t, int rows, int stride)
{
    int64_t c = 0;
    for (; c + 2 * NAME(lanes) <= t->columns; c += 2 * NAME(lanes))
        NAME(depthwise_three)(t, c, rows, 2, stride);
    if (c + NAME(lanes) <= t->columns) {
        NAME(depthwise_three)(t, c, rows, 1, stride);
        c += NAME(lanes);
    }
    return c;
}

TN_ALWAYS_INLINE void NAME(depthwise_columns)(const tn_conv_tile *t, int rows)
{
    const bool three = t->loops[1].n == 3 && t->loops[2].n == 1;
    int64_t c = 0;
    if (three && t->a_row == t->loops[1].a)
        c = NAME(depthwise_threes)(t, rows, 1);
    else if (three && t->a_row == 2 * t->loops[1].a)
        c = NAME(depthwise_threes)(t, rows, 2);
    for (; c + 2 * NAME(lanes) <= t->columns; c += 2 * NAME(lanes))
        NAME(depthwise_tile)(t, c, rows, 2, true);
    if (c + NAME(lanes) <= t->columns) {
        NAME(depthwise_tile)(t, c, rows, 1, true);
        c += NAME(lanes);
    }
    if (c < t->columns)
        NAME(depthwise_tile)(t, c, rows, 1, false);
}

#define DEPTHWISE(rows)                                                                                                                    \
    static void NAME(depthwise_##rows)(const tn_conv_tile *t)                                                                              \
    {                                                                                                                                      \
        NAME(depthwise_columns)(t, rows);                                                                                                  \
    }
/* clang-format off */
DEPTHWISE(1) DEPTHWISE(2) DEPTHWISE(3) DEPTHWISE(4) DEPTHWISE(5) DEPTHWISE(6)
#if defined(__AVX512F__)
DEPTHWISE(7) DEPTHWISE(8)
#endif

static void (*const NAME(depthwises)[DEPTHWISE_ROWS])(const tn_conv_tile *t) = {
    NAME(depthwise_1), NAME(depthwise_2), NAME(depthwise_3), NAME(depthwise_4), NAME(depthwise_5), NAME(depthwise_6),
#if defined(__AVX512F__)
    NAME(depthwise_7), NAME(depthwise_8),
#endif
};
/* clang-format on */

static void NAME(depthwise)(const tn_conv_tile *tile)
{
    tn_conv_tile part = *tile;
    for (int64_t left = tile->rows; left > 0; left -= part.rows) {
        part.rows = left < DEPTHWISE_ROWS ? left : DEPTHWISE_ROWS;
        NAME(depthwises)[part.rows - 1](&part);
        part.a = (const T *)part.a + part.rows * part.a_row;
        part.out = (T *)part.out + part.rows * part.out_row;
    }
}

extern const tn_conv_table TN_ISA_NAME(TABLE);
const tn_conv_table TN_ISA_NAME(TABLE) = { .rows = ROWS, .columns = 2 * NAME(lanes), .dense = NAME(dense), .depthwise = NAME(depthwise) };
#undef DEPTHWISE
#undef T
#undef NAME
#undef TABLE
