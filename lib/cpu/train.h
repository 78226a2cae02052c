/* The arithmetic of the optimisers' updates, compiled for each instruction set (isa/train.c): n elements, in place. */
#ifndef TN_CPU_TRAIN_H
#define TN_CPU_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

/* alpha is the learning rate with the correction of the step count in it. */
#define TN_UPDATES(name, T)                                                                                                                \
    typedef struct name {                                                                                                                  \
        void (*descend)(T * var, const T *delta, int64_t n, T alpha);                                                                      \
        void (*momentum)(T * var, T *accum, const T *grad, int64_t n, T lr, T momentum, bool nesterov);                                    \
        void (*adam)(T * var, T *m, T *v, const T *grad, int64_t n, T alpha, T beta1, T beta2, T epsilon, bool nesterov);                  \
    } name
TN_UPDATES(tn_updates_f32, float);
TN_UPDATES(tn_updates_f64, double);
#undef TN_UPDATES

#endif
