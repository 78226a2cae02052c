/*
 * The kernels of one element type: included by isa/gemm.c for each, with
 *   T, NAME(x), TABLE   the type, a function that makes names of its own, and the name of its table,
 *   and NAME(vector), NAME(add_product), NAME(part), NAME(put_part).
 */
enum { NAME(lanes) = BYTES / sizeof(T) };

/* The tile of `rows` rows and `vectors` vectors; `part`: of the one vector only the first `width` elements are there. All but the tile and
 * width are constants where this is called, so that loops over them unroll and the sums stay in registers. */
TN_ALWAYS_INLINE void NAME(tile)(const tn_gemm_tile *t, int rows, int vectors, bool part, bool by_rows, const T *b, T *c, int64_t width)
{
    const int64_t a_step = t->a_step, b_step = t->b_step, c_step = t->c_step;
    const T *a[(ROWS + 2) / 3]; /* every third row: the two behind it are reached by scaling an index */
    NAME(vector) sum[ROWS][2];
    UNROLL
    for (int i = 0; i < rows; i++) {
        if (i % 3 == 0)
            a[i / 3] = (const T *)t->a + (by_rows ? i * a_step : i);
        UNROLL
        for (int v = 0; v < vectors; v++) {
            const T *at = c + i * c_step + v * NAME(lanes);
            sum[i][v] = !t->add ? (NAME(vector)){ 0 } : part ? NAME(part)(at, width) : *(const NAME(vector) *)at;
        }
    }
    for (int64_t p = t->k; p > 0; p--) {
        NAME(vector) y[2];
        UNROLL
        for (int v = 0; v < vectors; v++)
            y[v] = part ? NAME(part)(b, width) : *(const NAME(vector) *)(b + v * NAME(lanes));
        UNROLL
        for (int i = 0; i < rows; i++) {
            const T x = a[i / 3][by_rows ? i % 3 * a_step : i % 3];
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] = NAME(add_product)(sum[i][v], x, y[v]);
        }
        UNROLL
        for (int i = 0; i < rows; i += 3)
            a[i / 3] += by_rows ? 1 : a_step;
        b += b_step;
    }
    UNROLL
    for (int i = 0; i < rows; i++)
        UNROLL
    for (int v = 0; v < vectors; v++) {
        T *at = c + i * c_step + v * NAME(lanes);
        if (part)
            NAME(put_part)(at, sum[i][v], width);
        else
            *(NAME(vector) *)at = sum[i][v];
    }
}

/* One function for each number of vectors, which chooses by the number of rows. */
#define ROWS_CASE(i)                                                                                                                       \
    case i:                                                                                                                                \
        if (i <= ROWS)                                                                                                                     \
            NAME(tile)(t, i <= ROWS ? i : 1, vectors, part, by_rows, b, c, width);                                                         \
        break;
#define TILE(name, vectors_, part_, by_rows_)                                                                                              \
    static void NAME(name)(const tn_gemm_tile *t, const T *b, T *c, int64_t width)                                                         \
    {                                                                                                                                      \
        const int vectors = vectors_;                                                                                                      \
        const bool part = part_, by_rows = by_rows_;                                                                                       \
        switch (t->rows) {                                                                                                                 \
            ROWS_CASE(1)                                                                                                                   \
            ROWS_CASE(2)                                                                                                                   \
            ROWS_CASE(3)                                                                                                                   \
            ROWS_CASE(4)                                                                                                                   \
            ROWS_CASE(5)                                                                                                                   \
            ROWS_CASE(6)                                                                                                                   \
            ROWS_CASE(7)                                                                                                                   \
            ROWS_CASE(8)                                                                                                                   \
            ROWS_CASE(9)                                                                                                                   \
            ROWS_CASE(10)                                                                                                                  \
            ROWS_CASE(11)                                                                                                                  \
            ROWS_CASE(12)                                                                                                                  \
        }                                                                                                                                  \
    }
TILE(rows_two, 2, false, true)
TILE(rows_one, 1, false, true)
TILE(rows_part, 1, true, true)
TILE(columns_two, 2, false, false)
TILE(columns_one, 1, false, false)
TILE(columns_part, 1, true, false)
#undef ROWS_CASE
#undef TILE

/* Whole vectors first, then what is left. */
#define MULTIPLY(name, two, one, some)                                                                                                     \
    static void NAME(name)(const tn_gemm_tile *t)                                                                                          \
    {                                                                                                                                      \
        const T *b = t->b;                                                                                                                 \
        T *c = t->c;                                                                                                                       \
        int64_t width = t->columns;                                                                                                        \
        if (width == 2 * NAME(lanes)) {                                                                                                    \
            NAME(two)(t, b, c, 0);                                                                                                         \
            return;                                                                                                                        \
        }                                                                                                                                  \
        if (width >= NAME(lanes)) {                                                                                                        \
            NAME(one)(t, b, c, 0);                                                                                                         \
            b += NAME(lanes), c += NAME(lanes), width -= NAME(lanes);                                                                      \
        }                                                                                                                                  \
        if (width)                                                                                                                         \
            NAME(some)(t, b, c, width);                                                                                                    \
    }
MULTIPLY(by_rows, rows_two, rows_one, rows_part)
MULTIPLY(by_columns, columns_two, columns_one, columns_part)
#undef MULTIPLY

static void NAME(copy)(void *to, int64_t to_step, const void *from, int64_t from_step, int64_t rows, int64_t width)
{
    T *out = to;
    const T *in = from;
    if (width == 2 * NAME(lanes))
        for (; rows > 0; rows--, out += to_step, in += from_step)
            memcpy(out, in, 2 * BYTES);
    else
        for (; rows > 0; rows--, out += to_step, in += from_step)
            for (int64_t j = 0; j < width; j += NAME(lanes))
                if (j + NAME(lanes) <= width)
                    memcpy(out + j, in + j, BYTES);
                else
                    NAME(put_part)(out + j, NAME(part)(in + j, width - j), width - j);
}

const tn_gemm_kernels TN_ISA_NAME(TABLE) = {
    .rows = ROWS,
    .columns = 2 * NAME(lanes),
    .size = sizeof(T),
    .by_rows = NAME(by_rows),
    .by_columns = NAME(by_columns),
    .copy = NAME(copy),
};
#undef T
#undef NAME
#undef TABLE
