/*
 * For tests of checkpoints: a folder of their own, in which "c" is the checkpoint, and reading one tensor.
 */
#ifndef TN_T_CHECKPOINT_FOLDER_H
#define TN_T_CHECKPOINT_FOLDER_H

#include "harness.h"

/* Written by TensorFlow 2.21's Saver: t/data/checkpoint/README says how. */
#define THEIRS TN_T_DATA "/checkpoint/tf"

void open_folder(void);
/* The path of a file in the folder, until the next call. */
const char *path_of(const char *name);
/* Fails when more than a checkpoint's two files is there. */
void close_folder(void);

/* A tensor of a checkpoint, under root; NULL with the last error. */
tn_tensor *read_one(const char *prefix, const char *name);

#endif
