/* Placement: see device.h. */
#include "plan/device.h"

#include <string.h>
#include <strings.h>
#include "core/status.h"

static const char local_device[] = "/job:localhost/replica:0/task:0/device:CPU:0";

/* Whether one "/key:value" of a device name, n characters without the slash, holds for this process. */
static bool part_is_local(const char *part, size_t n)
{
    static const char *const local[] = { "job:localhost", "replica:0",  "task:0", "device:CPU:0", "device:CPU:*",
                                         "device:*:*",    "device:CPU", "cpu:0",  "cpu" };
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (strlen(local[i]) == n && !strncasecmp(part, local[i], n))
            return true;
    return n == 0;
}

static bool is_local(const char *device)
{
    while (*device) {
        device += *device == '/';
        size_t n = strcspn(device, "/");
        if (!part_is_local(device, n))
            return false;
        device += n;
    }
    return true;
}

tn_status tn_device_place(const tn_plan_request *request, const tn_op *op)
{
    if (op->device[0] && !request->soft_placement && !is_local(op->device))
        return tn_fail_node(
            TN_INVALID_ARGUMENT, op->def->name, op->name,
            "Cannot assign a device for operation %s: {{node %s}} was explicitly assigned to %s but available devices are [ %s ]. "
            "Make sure the device specification refers to a valid device.",
            op->name, op->name, op->device, local_device);
    if (request->log_placement)
        fprintf(stderr, "%s: (%s): %s\n", op->name, op->def->name, local_device);
    return TN_OK;
}
