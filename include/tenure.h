/* Tenure: computation graphs, and sessions that hold every resource of a run for as long as their scope lasts. */
#ifndef TENURE_H
#define TENURE_H

#include <tenure/base.h>
#include <tenure/tensor.h>
#include <tenure/graph.h>
#include <tenure/ops.h>
#include <tenure/build.h>
#include <tenure/session.h>
#include <tenure/scope.h>
#include <tenure/train.h>

#endif
