/* Placement: there is one device, the CPU of this process. */
#ifndef TN_PLAN_DEVICE_H
#define TN_PLAN_DEVICE_H

#include "plan/plan.h"

/* TN_INVALID_ARGUMENT "Cannot assign a device …" when an operation asks for another device and placement is not soft. */
tn_status tn_device_place(const tn_plan_request *request, const tn_op *op);

#endif
