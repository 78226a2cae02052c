/* Which taps of a filter reach a position: see conv_plan.h. */
#include "cpu/conv_plan.h"

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

void tn_conv_axis_init(tn_conv_axis *axis, const tn_window *w, bool transposed)
{
    *axis = (tn_conv_axis){ .in = transposed ? w->out : w->in,
                            .out = transposed ? w->in : w->out,
                            .size = w->size,
                            .stride = w->stride,
                            .dilation = w->dilation,
                            .before = w->before,
                            .transposed = transposed,
                            .phases = 1,
                            .in_step = transposed ? 1 : w->stride };
    if (transposed)
        axis->phases = w->stride < w->in ? w->stride : w->in;
}

/* Window p looks at o with tap k when p * stride - before + k * dilation is o: every (stride / gcd)-th tap does, or none. */
static tn_conv_taps transposed_taps(const tn_conv_axis *axis, int64_t o)
{
    int64_t shared = gcd(axis->stride, axis->dilation), step = axis->stride / shared, from = o + axis->before, k = 0;
    int64_t most = axis->size < step ? axis->size : step;
    while (k < most && (from - k * axis->dilation) % axis->stride)
        k++;
    if (k == most)
        return (tn_conv_taps){ 0 };
    int64_t n = (axis->size - 1 - k) / step + 1, last = k + (n - 1) * step;
    return (tn_conv_taps){ axis->size - 1 - last, step, n, (from - last * axis->dilation) / axis->stride, axis->dilation / shared };
}

tn_conv_taps tn_conv_taps_of(const tn_conv_axis *axis, int64_t o)
{
    if (axis->transposed)
        return transposed_taps(axis, o);
    return (tn_conv_taps){ 0, 1, axis->size, o * axis->stride - axis->before, axis->dilation };
}

tn_conv_taps tn_conv_taps_inside(const tn_conv_axis *axis, tn_conv_taps taps)
{
    if (taps.n <= 0)
        return (tn_conv_taps){ 0 };
    int64_t skip = taps.at < 0 ? (-taps.at - 1) / taps.apart + 1 : 0;
    int64_t end = taps.at < axis->in ? (axis->in - 1 - taps.at) / taps.apart + 1 : 0;
    end = end < taps.n ? end : taps.n;
    if (skip >= end)
        return (tn_conv_taps){ 0 };
    return (tn_conv_taps){ taps.first + skip * taps.step, taps.step, end - skip, taps.at + skip * taps.apart, taps.apart };
}
