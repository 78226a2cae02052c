/* The choice of an instruction set: see isa.h. */
#include "cpu/isa.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"

/* clang-format off */
#define DECLARE(isa)                                                                               \
    extern const tn_vmath_f32 tn_vmath_f32_##isa;                                                  \
    extern const tn_vmath_f64 tn_vmath_f64_##isa;                                                  \
    extern const tn_gemm_kernels tn_gemm_f32_##isa, tn_gemm_f64_##isa;                             \
    extern const tn_gemm_kernels tn_gemm_i32_##isa, tn_gemm_i64_##isa;                             \
    extern const tn_conv_table tn_conv_f32_##isa, tn_conv_f64_##isa;                               \
    extern const tn_norm_f32 tn_norm_f32_##isa;                                                    \
    extern const tn_reducers tn_reducers_##isa;                                                    \
    extern const tn_updates_f32 tn_updates_f32_##isa;                                              \
    extern const tn_updates_f64 tn_updates_f64_##isa;                                              \
    extern const tn_transposes tn_transposes_##isa;                                                \
    extern const tn_philox_many tn_philox_many_##isa;                                              \
    extern const tn_row tn_rows_##isa[TN_NUM_ROWS];                                                \
    extern const tn_kernel tn_short_rows_##isa[TN_NUM_ROWS];                                       \
    extern const tn_super tn_super_##isa;
#define DECLARE_POOLING(isa)                                                                       \
    extern const tn_pooling_f32 tn_pooling_f32_##isa;                                              \
    extern const tn_pooling_f64 tn_pooling_f64_##isa;
/* Pooling has functions of its own for `narrow` only: see isa/pooling.c. */
#define TABLE(isa, narrow)                                                                         \
    {                                                                                              \
        .name = #isa,                                                                              \
        .f32 = &tn_vmath_f32_##isa,                                                                \
        .f64 = &tn_vmath_f64_##isa,                                                                \
        .gemm_f32 = &tn_gemm_f32_##isa,                                                            \
        .gemm_f64 = &tn_gemm_f64_##isa,                                                            \
        .gemm_i32 = &tn_gemm_i32_##isa,                                                            \
        .gemm_i64 = &tn_gemm_i64_##isa,                                                            \
        .conv_f32 = &tn_conv_f32_##isa,                                                            \
        .conv_f64 = &tn_conv_f64_##isa,                                                            \
        .norm = &tn_norm_f32_##isa,                                                                \
        .pooling_f32 = &tn_pooling_f32_##narrow,                                                   \
        .pooling_f64 = &tn_pooling_f64_##narrow,                                                   \
        .reducers = &tn_reducers_##isa,                                                            \
        .updates_f32 = &tn_updates_f32_##isa,                                                      \
        .updates_f64 = &tn_updates_f64_##isa,                                                      \
        .transposes = &tn_transposes_##isa,                                                        \
        .philox = &tn_philox_many_##isa,                                                           \
        .rows = tn_rows_##isa,                                                                     \
        .short_rows = tn_short_rows_##isa,                                                         \
        .super = &tn_super_##isa,                                                                  \
    }
/* clang-format on */

/* The best first. */
DECLARE(baseline)
DECLARE_POOLING(baseline)
#ifdef TN_X86_64
DECLARE(avx2)
DECLARE_POOLING(avx2)
DECLARE(avx512)
static const tn_isa sets[] = { TABLE(avx512, avx2), TABLE(avx2, avx2), TABLE(baseline, baseline) };
#else
static const tn_isa sets[] = { TABLE(baseline, baseline) };
#endif
enum { NUM_SETS = sizeof sets / sizeof sets[0] };

static bool processor_has(const tn_isa *isa)
{
#ifdef TN_X86_64
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!strcmp(isa->name, "avx2"))
        return avx2;
    if (!strcmp(isa->name, "avx512"))
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl");
#endif
    return !strcmp(isa->name, "baseline");
}

const tn_isa *tn_isa_named(const char *name)
{
    for (int i = 0; i < NUM_SETS; i++)
        if (!strcmp(sets[i].name, name))
            return processor_has(&sets[i]) ? &sets[i] : NULL;
    return NULL;
}

static const tn_isa *best = &sets[NUM_SETS - 1];

/* Before main, so that reading it needs no lock. */
__attribute__((constructor)) static void choose(void)
{
    const char *wanted = getenv("TENURE_ISA");
    const tn_isa *named = wanted ? tn_isa_named(wanted) : NULL;
    for (int i = 0; i < NUM_SETS && !named; i++)
        named = processor_has(&sets[i]) ? &sets[i] : NULL;
    best = named;
}

const tn_isa *tn_isa_best(void)
{
    return best;
}

void tn_isa_choose(const tn_isa *isa)
{
    best = isa;
}
