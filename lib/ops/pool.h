/* The windows of pooling, which inference and kernels share. */
#ifndef TN_OPS_POOL_H
#define TN_OPS_POOL_H

#include "ops/window.h"

/* A window for each axis of the images. Its sizes are attributes, or, where the type ends in V2, the last two inputs. */
typedef struct tn_pool_windows {
    tn_image_axes at;
    tn_window axis[4];
} tn_pool_windows;

/* Reads sizes, strides and explicit paddings; the windows are not yet resolved. False: some are inputs whose values are not known, or not
 * four. */
bool tn_pool_windows_of(const tn_op *op, const tn_operand *in, const tn_dims *images, tn_pool_windows *windows);

#endif
