/* Generated: one constructor for each row of the registry. */
#ifndef TENURE_OPS_H
#define TENURE_OPS_H
#include <tenure/graph.h>
#endif
