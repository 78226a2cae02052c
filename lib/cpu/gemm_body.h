/*
 * The matrix product of one element type: included by gemm.c once for each, with
 *   T      the element type (unsigned for integers: they wrap),
 *   NAME   a function that makes names of its own, NAME(x).
 *
 * op(B) is packed in panels of NR columns, op(A) in strips of MR rows, each block of them small enough for the caches; a micro kernel
 * multiplies one strip by one panel into a tile that stays in registers. Edges are padded with zeros in the packed copies.
 */
enum { NAME(nr) = TN_GEMM_ROW_BYTES / sizeof(T), NAME(nc) = TN_GEMM_NC_BYTES / sizeof(T) };

/* Where op(X)[row, column] lies: base + row * row_step + column * column_step. */
typedef struct NAME(operand) {
    const T *base;
    int64_t row_step, column_step;
} NAME(operand);

/* The tile of one strip by one panel; two vectors wide at a time, so that its eight sums fit in sixteen registers. */
#define TN_GEMM_MICRO(name, bytes, attribute)                                                                                              \
    typedef T NAME(name##_v) __attribute__((vector_size(bytes), may_alias));                                                               \
    attribute static void NAME(name)(int64_t k, const T *strip, const T *panel, T *tile)                                                   \
    {                                                                                                                                      \
        for (size_t at = 0; at < NAME(nr); at += 2 * (bytes) / sizeof(T)) {                                                                \
            const T *a = strip, *b = panel + at;                                                                                           \
            NAME(name##_v) c0 = { 0 }, c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;                                      \
            for (int64_t p = 0; p < k; p++, a += TN_GEMM_MR, b += NAME(nr)) {                                                              \
                const NAME(name##_v) *v = (const NAME(name##_v) *)(const void *)b;                                                         \
                NAME(name##_v) x = v[0], y = v[1];                                                                                         \
                c0 += x * a[0], d0 += y * a[0];                                                                                            \
                c1 += x * a[1], d1 += y * a[1];                                                                                            \
                c2 += x * a[2], d2 += y * a[2];                                                                                            \
                c3 += x * a[3], d3 += y * a[3];                                                                                            \
            }                                                                                                                              \
            const NAME(name##_v) sums[TN_GEMM_MR][2] = { { c0, d0 }, { c1, d1 }, { c2, d2 }, { c3, d3 } };                                 \
            for (size_t i = 0; i < TN_GEMM_MR; i++)                                                                                        \
                memcpy(tile + i * NAME(nr) + at, sums[i], sizeof sums[i]);                                                                 \
        }                                                                                                                                  \
    }
TN_GEMM_MICRO(micro, 16, )
#ifdef TN_GEMM_WIDE
TN_GEMM_MICRO(micro_wide, 32, TN_GEMM_WIDE)
#endif
#undef TN_GEMM_MICRO

/* Packs `width` lanes of up to `lanes` by k elements: element (lane, p) to packed[p * lanes + lane], zeros beyond the width. */
static void NAME(pack)(T *packed, const T *from, int64_t lane_step, int64_t k_step, int64_t width, int64_t lanes, int64_t k)
{
    if (width < lanes)
        memset(packed, 0, (size_t)(lanes * k) * sizeof(T));
    if (lane_step == 1) {
        for (int64_t p = 0; p < k; p++)
            memcpy(packed + p * lanes, from + p * k_step, (size_t)width * sizeof(T));
        return;
    }
    for (int64_t lane = 0; lane < width; lane++)
        for (int64_t p = 0; p < k; p++)
            packed[p * lanes + lane] = from[lane * lane_step + p * k_step];
}

/* Puts a tile into C, or adds it when an earlier block of k is there already. */
static void NAME(put)(T *c, int64_t n, const T *tile, int64_t rows, int64_t columns, bool add)
{
    for (int64_t i = 0; i < rows; i++, c += n, tile += NAME(nr)) {
        if (!add)
            memcpy(c, tile, (size_t)columns * sizeof(T));
        else
            for (int64_t j = 0; j < columns; j++)
                c[j] += tile[j];
    }
}

static void NAME(strips)(const NAME(operand) * a, const T *panels, T *c, int64_t rows, int64_t columns, int64_t k, int64_t n, bool add)
{
    _Alignas(TN_GEMM_ROW_BYTES) T strip[TN_GEMM_MR * TN_GEMM_KC], tile[TN_GEMM_MR * NAME(nr)];
    for (int64_t i = 0; i < rows; i += TN_GEMM_MR) {
        int64_t height = rows - i < TN_GEMM_MR ? rows - i : TN_GEMM_MR;
        NAME(pack)(strip, a->base + i * a->row_step, a->row_step, a->column_step, height, TN_GEMM_MR, k);
        for (int64_t j = 0; j < columns; j += NAME(nr)) {
#ifdef TN_GEMM_WIDE
            if (__builtin_cpu_supports("avx2"))
                NAME(micro_wide)(k, strip, panels + j * k, tile);
            else
#endif
                NAME(micro)(k, strip, panels + j * k, tile);
            NAME(put)(c + i * n + j, n, tile, height, columns - j < NAME(nr) ? columns - j : NAME(nr), add);
        }
    }
}

static void NAME(blocked)(NAME(operand) a, NAME(operand) b, int64_t m, int64_t n, int64_t k, T *c)
{
    _Alignas(TN_GEMM_ROW_BYTES) T panels[NAME(nc) * TN_GEMM_KC];
    for (int64_t j = 0; j < n; j += NAME(nc)) {
        int64_t columns = n - j < NAME(nc) ? n - j : NAME(nc);
        for (int64_t p = 0; p < k; p += TN_GEMM_KC) {
            int64_t depth = k - p < TN_GEMM_KC ? k - p : TN_GEMM_KC;
            for (int64_t q = 0; q < columns; q += NAME(nr))
                NAME(pack)
            (panels + q * depth, b.base + p * b.row_step + (j + q) * b.column_step, b.column_step, b.row_step,
             columns - q < NAME(nr) ? columns - q : NAME(nr), NAME(nr), depth);
            const NAME(operand) part = { a.base + p * a.column_step, a.row_step, a.column_step };
            NAME(strips)(&part, panels, c + j, m, columns, depth, n, p > 0);
        }
    }
}

/* Without packing: what few rows or few elements cost least. */
static void NAME(direct)(NAME(operand) a, NAME(operand) b, int64_t m, int64_t n, int64_t k, T *c)
{
    for (int64_t i = 0; i < m; i++, c += n)
        for (int64_t p = 0; p < k; p++) {
            const T x = a.base[i * a.row_step + p * a.column_step], *row = b.base + p * b.row_step;
            if (b.column_step == 1)
                for (int64_t j = 0; j < n; j++)
                    c[j] += x * row[j];
            else
                for (int64_t j = 0; j < n; j++)
                    c[j] += x * row[j * b.column_step];
        }
}

static void NAME(gemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const void *a, const void *b, void *c)
{
    const NAME(operand) left = { a, transpose_a ? 1 : k, transpose_a ? m : 1 };
    const NAME(operand) right = { b, transpose_b ? 1 : n, transpose_b ? k : 1 };
    bool direct = !k || m < TN_GEMM_MR || n < 4 || m * n < TN_GEMM_SMALL / k;
    if (direct && m && n)
        memset(c, 0, (size_t)(m * n) * sizeof(T));
    (direct ? NAME(direct) : NAME(blocked))(left, right, m, n, k, c);
}
#undef T
#undef NAME
