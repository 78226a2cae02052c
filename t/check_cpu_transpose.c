/* Transposes of each instruction set, against the definition: odd edges around squares, strides with gaps, any alignment. */
#include "cpu/isa.h"
#include "harness.h"

enum { MOST = 50, GAP = 3, GUARD = 0xA5 };
static const char *const sets[] = { "baseline", "avx2", "avx512" };
/* Around the sides of squares and of what is in a square. */
static const int64_t sides[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, MOST };
enum { NUM_SIDES = sizeof sides / sizeof sides[0] };

static unsigned char from[(MOST + GAP) * MOST * 8 + 64], to[(MOST + GAP) * MOST * 8 + 64], want[sizeof to];

typedef struct matrix {
    int64_t rows, columns; /* of what is written */
    int64_t size, from_gap, to_gap, from_at, to_at;
} matrix;

static void transpose_plainly(const matrix *m, int64_t from_stride, int64_t to_stride)
{
    memset(want, GUARD, sizeof want);
    for (int64_t r = 0; r < m->rows; r++)
        for (int64_t c = 0; c < m->columns; c++)
            memcpy(want + m->to_at + r * to_stride + c * m->size, from + m->from_at + c * from_stride + r * m->size, (size_t)m->size);
}

static void check(const tn_isa *isa, const matrix *m)
{
    const tn_transpose_of transpose = m->size == 4 ? isa->transposes->of_4 : isa->transposes->of_8;
    const int64_t from_stride = (m->rows + m->from_gap) * m->size, to_stride = (m->columns + m->to_gap) * m->size;
    memset(to, GUARD, sizeof to);
    transpose((const char *)from + m->from_at, (char *)to + m->to_at, from_stride, to_stride, m->rows, m->columns);
    transpose_plainly(m, from_stride, to_stride);
    ck_assert_msg(!memcmp(to, want, sizeof to), "%s: %d by %d of %d bytes, gaps %d and %d, at %d and %d", isa->name, (int)m->rows,
                  (int)m->columns, (int)m->size, (int)m->from_gap, (int)m->to_gap, (int)m->from_at, (int)m->to_at);
}

static void check_sides(const tn_isa *isa, int64_t rows, int64_t columns)
{
    for (int64_t size = 4; size <= 8; size += 4) {
        check(isa, &(matrix){ rows, columns, size, 0, 0, 0, 0 });
        check(isa, &(matrix){ rows, columns, size, GAP, 1, size, 3 * size });
    }
}

START_TEST(any_matrix_of_any_set)
{
    const int step = getenv("TN_UNDER_VALGRIND") ? 2 : 1;
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (unsigned char)(i * 167 + i / 251);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        for (int r = 0; tn_isa_named(sets[i]) && r < NUM_SIDES; r++)
            for (int c = r % step; c < NUM_SIDES; c += step)
                check_sides(tn_isa_named(sets[i]), sides[r], sides[c]);
}
END_TEST

TN_SUITE("cpu transpose", any_matrix_of_any_set)
