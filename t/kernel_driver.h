/*
 * Drives one kernel by hand: inference and prepare with concrete operands, then the kernel, without a session or a plan.
 *
 *   tn_tensor *y = drive("Add", TN_ATTRS(), 2, (tn_tensor *[]){ a, b });      or DRIVE("Add", a, b)
 */
#ifndef TN_T_KERNEL_DRIVER_H
#define TN_T_KERNEL_DRIVER_H

#include <tenure.h>
#include "ops/kernel.h"

enum { DRIVE_INPUTS = 16, DRIVE_OUTPUTS = 8 };

/* Runs an operation of that type on tensors; all its outputs into out[] (under root; n must be their number). TN_OK, or how building,
 * inference, prepare or the kernel failed. The inputs stay the caller's. */
tn_status drive_all(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int n, tn_tensor **out);
/* The same for an operation with one output: NULL when it failed, with the thread's error. */
tn_tensor *drive(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in);
/* Into how many pieces a kernel that can be divided is cut, at most; 0: it is run whole. 3 at first. */
extern int drive_pieces;
/* What is joined behind the kernels of rows that allow it; NULL at first. */
extern const tn_finish *drive_finish;
/* What stands for the input that rows with .source allow, which is then not there; NULL at first. */
extern const tn_source *drive_source;
/* Whether prepare is told the inputs' values: true at first. */
extern bool drive_known;
/* The inputs that prepare of the last drive allowed to be written over, as bits. */
extern unsigned drive_in_place_bits;
/* The same, with the output written over input i, which prepare must have allowed: fails the test when it did not. Gives in[i]. */
tn_tensor *drive_in_place(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int i);

#define DRIVE(type, ...)                                                                                                                   \
    drive(type, (tn_attrs){ 0 }, (int)(sizeof((tn_tensor *[]){ __VA_ARGS__ }) / sizeof(tn_tensor *)), (tn_tensor *[]){ __VA_ARGS__ })

#endif
