/*
 * Instruction sets: what is worth compiling more than once. The files of lib/cpu/isa are compiled for each set, with TN_ISA naming it, and
 * each gives one table of functions, NAME_avx2 and so on; here the tables of a set stand together, and one set is chosen when the program
 * starts: the best that the processor has, or the one that TENURE_ISA names in the environment (baseline, avx2, avx512), when the
 * processor has it.
 */
#ifndef TN_CPU_ISA_H
#define TN_CPU_ISA_H

#include "cpu/conv.h"
#include "cpu/gemm_kernels.h"
#include "cpu/norm.h"
#include "cpu/pooling.h"
#include "cpu/philox.h"
#include "cpu/reduce.h"
#include "cpu/train.h"
#include "cpu/transpose.h"
#include "cpu/rows.h"
#include "cpu/super.h"
#include "cpu/vmath.h"

typedef struct tn_isa {
    const char *name;
    const tn_vmath_f32 *f32;
    const tn_vmath_f64 *f64;
    const tn_reducers *reducers;
    const tn_updates_f32 *updates_f32;
    const tn_updates_f64 *updates_f64;
    const tn_transposes *transposes;
    const tn_philox_many *philox;
    const tn_conv_table *conv_f32, *conv_f64;
    const tn_gemm_kernels *gemm_f32, *gemm_f64, *gemm_i32, *gemm_i64;
    const tn_norm_f32 *norm;
    const tn_pooling_f32 *pooling_f32;
    const tn_pooling_f64 *pooling_f64;
    const tn_row *rows;          /* TN_NUM_ROWS of them */
    const tn_kernel *short_rows; /* the same as kernels of fewer than TN_FEW elements; NULL where there is none */
    const tn_super *super;
} tn_isa;

/* The set that was chosen. */
const tn_isa *tn_isa_best(void);
/* A set by its name; NULL when there is none, or this processor does not have it. */
const tn_isa *tn_isa_named(const char *name);

/* For tests: chooses another set, for what is prepared from now on. */
void tn_isa_choose(const tn_isa *isa);

/* In the files of lib/cpu/isa: NAME_baseline, NAME_avx2, NAME_avx512. */
#define TN_ISA_JOIN_(name, isa) name##_##isa
#define TN_ISA_JOIN(name, isa)  TN_ISA_JOIN_(name, isa)
#define TN_ISA_NAME(name)       TN_ISA_JOIN(name, TN_ISA)

#endif
