/* Groups in the making: between fuse.c, which decides who is in one, and group.c, which makes one step of it. */
#ifndef TN_PLAN_GROUP_H
#define TN_PLAN_GROUP_H

#include "plan/compile.h"

/*
 * By instruction. A group has a leader: the last of its elementwise operations, or the kernel that takes their result by parts (its
 * source). Members are elementwise operations, and at most one kernel that the others finish, its anchor.
 */
typedef struct tn_member {
    uint32_t leader; /* itself, when it stands alone */
    uint32_t next;   /* of the members: the next one in order of execution, or TN_NONE */
    uint32_t index;  /* of a member among the operations of its group */
    uint32_t heavy;  /* kernels that are not elementwise and come before it */
    /* of leaders: */
    uint32_t first;  /* member */
    uint32_t anchor; /* or TN_NONE */
    uint16_t num_ops, num_inputs;
} tn_member;

typedef struct tn_fusing {
    tn_compile *c;
    tn_member *members; /* by instruction */
    uint32_t *maker;    /* by node: its instruction, or TN_NONE */
    uint32_t *users;    /* by root value: the leader of all who take it, or one of those below */
    uint32_t *counted;  /* by value: the leader among whose inputs it was counted last */
    uint32_t joined;    /* operands of groups are operands[] from here on */
} tn_fusing;
/* Users that no group has all of. MANY is the least. */
enum { TN_USERS_NONE = UINT32_MAX, TN_USERS_FETCH = UINT32_MAX - 1, TN_USERS_KERNEL = UINT32_MAX - 2, TN_USERS_MANY = UINT32_MAX - 3 };

/* The instruction that makes a value in this run, or TN_NONE: fed, constant, read from a variable. */
uint32_t tn_maker_of(const tn_fusing *f, uint32_t v);
/* Prepares the group that an instruction leads, as *made. */
tn_status tn_group_prepare(tn_fusing *f, uint32_t leader, tn_instr *made);

#endif
