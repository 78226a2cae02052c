/* Floating-point numbers as NumPy prints them: see print_float.h. */
#include "core/print_float.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "core/half.h"

/* Decimal digits of a magnitude: d.ddd * 10^exponent, without trailing zeros; zero is the digit 0. */
typedef struct decimal {
    char digit[40];
    int n, exponent;
} decimal;

/* NumPy's default: digits after the point. */
enum { PRECISION = 8 };

double tn_floats_at(const tn_floats *f, size_t k)
{
    int64_t i = f->index[k] * f->stride;
    switch (f->dtype) {
    case TN_FLOAT64:
        return ((const double *)f->data)[i];
    case TN_FLOAT32:
        return (double)((const float *)f->data)[i];
    case TN_FLOAT16:
        return (double)tn_half_to_float(((const uint16_t *)f->data)[i]);
    default:
        return (double)tn_bfloat16_to_float(((const uint16_t *)f->data)[i]);
    }
}

static double rounded_to(tn_dtype dtype, double value)
{
    if (dtype == TN_FLOAT64)
        return value;
    return dtype == TN_FLOAT32 ? (double)(float)value : (double)tn_half_to_float(tn_half_of((float)value));
}

/* ---- Digits ---- */

/* The magnitude rounded to n significant digits: exactly, ties to even. Only digits are taken of printf's text: its point is the locale's.
 */
static decimal rounded_digits(double value, int n)
{
    char text[TN_FLOAT_WORD];
    decimal d = { .n = 0 };
    snprintf(text, sizeof text, "%.*e", n - 1, fabs(value));
    const char *exponent = strchr(text, 'e');
    for (const char *c = text; c < exponent; c++)
        if (isdigit((unsigned char)*c))
            d.digit[d.n++] = *c;
    d.exponent = atoi(exponent + 1);
    while (d.n > 1 && d.digit[d.n - 1] == '0')
        d.n--;
    return d;
}

static bool reads_back(tn_dtype dtype, double magnitude, uint64_t digits, int exponent)
{
    char text[TN_FLOAT_WORD];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    return dtype == TN_FLOAT32 ? strtof(text, NULL) == (float)magnitude : rounded_to(dtype, strtod(text, NULL)) == magnitude;
}

/* The fewest digits that read back as the value. Beside a power of two the nearest number of so few digits may lie outside the interval
 * that reads back while the one above lies inside. */
static decimal shortest_digits(tn_dtype dtype, double value)
{
    double magnitude = fabs(value);
    for (int n = 1; n < 17; n++) {
        decimal d = rounded_digits(magnitude, n);
        uint64_t whole = 0;
        for (int i = 0; i < n; i++)
            whole = whole * 10 + (uint64_t)(i < d.n ? d.digit[i] - '0' : 0);
        if (reads_back(dtype, magnitude, whole, d.exponent - n + 1))
            return d;
        if (reads_back(dtype, magnitude, whole + 1, d.exponent - n + 1)) {
            d.n = snprintf(d.digit, sizeof d.digit, "%" PRIu64, whole + 1);
            return d;
        }
    }
    return rounded_digits(magnitude, 17);
}

/* ---- Words ---- */

static int put_sign(char *word, double value, bool plus)
{
    if (!signbit(value) && !plus)
        return 0;
    word[0] = signbit(value) ? '-' : '+';
    return 1;
}

/* The digits of a number laid out around a point; *left is where the point stands. Nothing follows the point of a whole number. */
static int positional(const decimal *d, char *word, int *left)
{
    int n = 0;
    for (int i = 0; i <= (d->exponent > 0 ? d->exponent : 0); i++)
        word[n++] = d->exponent >= 0 && i < d->n ? d->digit[i] : '0';
    *left = n;
    word[n++] = '.';
    for (int i = d->exponent + 1; i < d->n; i++)
        word[n++] = i < 0 ? '0' : d->digit[i];
    return n;
}

/* d.ddde+xx with `digits` digits after the point (zeros where there are no more). */
static int exponential(const decimal *d, char *word, int digits, int exponent_digits)
{
    int n = 0;
    word[n++] = d->digit[0];
    word[n++] = '.';
    for (int i = 1; i <= digits; i++)
        word[n++] = i < d->n ? d->digit[i] : '0';
    return n + snprintf(word + n, 8, "e%c%0*d", d->exponent < 0 ? '-' : '+', exponent_digits, abs(d->exponent));
}

/* The digits of a number with at most `places` after the decimal point. */
static decimal digits_to_place(tn_dtype dtype, double value, int places)
{
    decimal d = shortest_digits(dtype, value);
    if (d.n - 1 - d.exponent > places)
        return rounded_digits(value, d.exponent + 1 + places);
    return d;
}

static int pad_left(char *word, int n, int width)
{
    if (n >= width)
        return n;
    memmove(word + width - n, word, (size_t)n);
    memset(word, ' ', (size_t)(width - n));
    return width;
}

static int nonfinite(char *word, double value, bool plus)
{
    int n = isnan(value) ? (plus ? 1 : 0) : put_sign(word, value, plus);
    if (isnan(value) && plus)
        word[0] = '+';
    memcpy(word + n, isnan(value) ? "nan" : "inf", 3);
    return n + 3;
}

static int exponential_word(const tn_float_format *format, double value, char *word)
{
    int n = put_sign(word, value, format->plus), digits = format->precision + 1;
    decimal d = shortest_digits(format->dtype, value);
    if (d.n != digits)
        d = rounded_digits(value, digits);
    n += exponential(&d, word + n, format->precision, format->exponent);
    return pad_left(word, n, format->left + format->right + 1);
}

int tn_float_word(const tn_float_format *format, double value, char *word)
{
    if (!isfinite(value))
        return pad_left(word, nonfinite(word, value, format->plus), format->left + format->right + 1);
    if (format->exponential)
        return exponential_word(format, value, word);
    int n = put_sign(word, value, format->plus), left;
    decimal d = digits_to_place(format->dtype, value, format->precision);
    int length = n + positional(&d, word + n, &left);
    left += n;
    length = pad_left(word, length, length + format->left - left);
    for (int width = format->left + 1 + format->right; length < width;)
        word[length++] = ' ';
    return length;
}

/* ---- The layout of an array ---- */

/* Whether numbers between these magnitudes get exponents. Compared and divided in their own dtype, as NumPy does. */
static bool wants_exponents(tn_dtype dtype, double least, double most)
{
    double limit = dtype == TN_FLOAT64 ? 1e8 : dtype == TN_FLOAT32 ? 1e6 : 1e3;
    double ratio = dtype == TN_FLOAT64 ? most / least : rounded_to(dtype, (double)((float)most / (float)least));
    return most >= limit || least < rounded_to(dtype, 0.0001) || ratio > 1000;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Widens the layout for one finite number. */
static void measure(tn_float_format *format, double value)
{
    char word[TN_FLOAT_WORD];
    int sign = put_sign(word, value, format->plus), left = 1;
    decimal d;
    if (format->exponential) {
        d = shortest_digits(format->dtype, value);
        if (d.n > PRECISION + 1)
            d = rounded_digits(value, PRECISION + 1);
        format->precision = larger(format->precision, d.n - 1);
        format->exponent = larger(format->exponent, abs(d.exponent) > 99 ? 3 : 2);
    } else {
        d = digits_to_place(format->dtype, value, PRECISION);
        format->right = larger(format->right, positional(&d, word, &left) - left - 1);
    }
    format->left = larger(format->left, sign + left);
}

/* Infinities and NaN are as wide as their text. */
static void measure_nonfinite(tn_float_format *format, bool minus_infinity)
{
    int width = 3 + (format->plus || minus_infinity);
    format->left = larger(format->left, width - format->right - 1);
}

tn_float_format tn_float_format_of(const tn_floats *f, bool plus)
{
    tn_float_format format = { .dtype = f->dtype, .plus = plus };
    double least = INFINITY, most = 0;
    bool finite = true, minus_infinity = false;
    for (size_t k = 0; k < f->n; k++) {
        double value = tn_floats_at(f, k), magnitude = fabs(value);
        finite = finite && isfinite(value);
        minus_infinity = minus_infinity || (isinf(value) && value < 0);
        if (isfinite(value) && magnitude > 0) {
            least = magnitude < least ? magnitude : least;
            most = magnitude > most ? magnitude : most;
        }
    }
    format.exponential = most > 0 && wants_exponents(f->dtype, least, most);
    for (size_t k = 0; k < f->n; k++)
        if (isfinite(tn_floats_at(f, k)))
            measure(&format, tn_floats_at(f, k));
    if (format.exponential)
        format.right = format.exponent + 2 + format.precision;
    else
        format.precision = PRECISION;
    if (!finite)
        measure_nonfinite(&format, minus_infinity);
    return format;
}

/* ---- Numbers by themselves ---- */

/* Drops a point that nothing follows. */
static int without_point(char *word, int n)
{
    return n && word[n - 1] == '.' ? n - 1 : n;
}

static int bare_exponential(const decimal *d, char *word)
{
    int n = exponential(d, word, d->n - 1, 2);
    if (d->n > 1)
        return n;
    memmove(word + 1, word + 2, (size_t)(n - 2));
    return n - 1;
}

int tn_float_scalar(tn_dtype dtype, double value, bool complex_part, bool plus, char *word)
{
    if (!isfinite(value))
        return nonfinite(word, value, plus);
    double limit = dtype == TN_FLOAT64 ? 1e16 : dtype == TN_FLOAT32 ? 1e6 : 1e3, magnitude = fabs(value);
    int sign = put_sign(word, value, plus), point, n;
    decimal d = shortest_digits(dtype, value);
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= limit))
        return sign + bare_exponential(&d, word + sign);
    n = sign + positional(&d, word + sign, &point);
    if (complex_part)
        return without_point(word, n);
    if (word[n - 1] == '.')
        word[n++] = '0';
    return n;
}

int tn_bfloat16_word(double value, char *word)
{
    int point;
    if (!isfinite(value))
        return nonfinite(word, value, false);
    decimal d = rounded_digits(value, 6);
    int sign = put_sign(word, value, false);
    if (d.exponent < -4 || d.exponent >= 6)
        return sign + bare_exponential(&d, word + sign);
    return without_point(word, sign + positional(&d, word + sign, &point));
}
