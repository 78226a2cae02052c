/* Rows of the family layout that stand in files of their own: putting tensors together and taking them apart, and Tile's gradient. */
#ifndef TN_OPS_LAYOUT_H
#define TN_OPS_LAYOUT_H

#include "ops/op_def.h"

tn_status tn_infer_concat(tn_infer *c);
tn_status tn_infer_concat_offset(tn_infer *c);
tn_status tn_infer_pack(tn_infer *c);
tn_status tn_infer_unpack(tn_infer *c);
tn_status tn_infer_split(tn_infer *c);

tn_status tn_gradient_concat(tn_gradient *g);
tn_status tn_gradient_pack(tn_gradient *g);
tn_status tn_gradient_unpack(tn_gradient *g);
tn_status tn_gradient_split(tn_gradient *g);
tn_status tn_gradient_tile(tn_gradient *g);

#endif
