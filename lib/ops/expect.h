/* What inference functions expect of shapes, in TensorFlow's words. Unknown ranks and lengths fit anything. */
#ifndef TN_OPS_EXPECT_H
#define TN_OPS_EXPECT_H

#include "ops/op_def.h"

/* Input i has this rank: "Shape must be rank 2 but is rank 3". */
tn_status tn_expect_rank(const tn_infer *c, int i, int rank);
/* Input i has at least this rank: "Shape must be at least rank 2 but is rank 1". */
tn_status tn_expect_min_rank(const tn_infer *c, int i, int rank);
/* Two lengths are one; the known one into *out: "Dimensions must be equal, but are 2 and 3". */
tn_status tn_expect_dim(const tn_infer *c, int64_t a, int64_t b, int64_t *out);
/* Two shapes are one; what is known of it into *out (which may be a or b): "Dimension 0 in both shapes must be equal, but are 2 and 3.
 * Shapes are [2] and [3]." */
tn_status tn_expect_same(const tn_infer *c, const tn_dims *a, const tn_dims *b, tn_dims *out);

#endif
