/*
 * Floating-point numbers as NumPy prints them: the shortest digits that read back as the same value of their dtype, and one layout for
 * all the numbers of an array. Independent of the locale.
 */
#ifndef TN_CORE_PRINT_FLOAT_H
#define TN_CORE_PRINT_FLOAT_H

#include <tenure/tensor.h>

/* Room for any word below. */
enum { TN_FLOAT_WORD = 64 };

/* Numbers picked from an array: number k is element index[k] * stride of data. dtype is half, bfloat16, float or double. */
typedef struct tn_floats {
    tn_dtype dtype;
    const void *data;
    int64_t stride;
    const int64_t *index;
    size_t n;
} tn_floats;

/* How the numbers of one array are laid out. */
typedef struct tn_float_format {
    tn_dtype dtype;
    bool plus; /* non-negative numbers carry a sign */
    bool exponential;
    int left, right; /* characters before and after the decimal point */
    int precision;   /* digits after it, at most (exponential: exactly) */
    int exponent;    /* digits of the exponent */
} tn_float_format;

double tn_floats_at(const tn_floats *f, size_t k);
tn_float_format tn_float_format_of(const tn_floats *f, bool plus);
/* Each writes a word of at most TN_FLOAT_WORD bytes, and gives its length. */
int tn_float_word(const tn_float_format *format, double value, char *word);
/* A number by itself, as NumPy's scalars: "3.0", "1e-05"; a part of a complex number has no ".0". */
int tn_float_scalar(tn_dtype dtype, double value, bool complex_part, bool plus, char *word);
/* A bfloat16, as ml_dtypes prints it: six digits. */
int tn_bfloat16_word(double value, char *word);

#endif
