/* Placement on the one device there is. */
#include "harness.h"

static void expect_placed(const char *device, bool soft, bool placed)
{
    tn_output x = tn_vector(1.0f), y = { 0 };
    WITH_DEVICE(device) {
        y = tn_neg(x, .name = "y");
    }
    WITH_SESSION(s, .allow_soft_placement = soft) {
        tn_tensor *t = tn_run(s, y);
        ck_assert_msg((t != NULL) == placed, "%s: %s", device, tn_last_error()->message);
    }
    ck_assert_int_eq(tn_reset_default_graph(), TN_OK);
}

START_TEST(names_of_this_cpu)
{
    expect_placed("/cpu:0", false, true);
    expect_placed("/device:CPU:0", false, true);
    expect_placed("/job:localhost/replica:0/task:0/device:CPU:0", false, true);
    expect_placed("", false, true);
}
END_TEST

START_TEST(devices_that_are_not_there)
{
    expect_placed("/gpu:0", false, false);
    expect_error(TN_INVALID_ARGUMENT, "Cannot assign a device for operation y");
    expect_error(TN_INVALID_ARGUMENT, "available devices are [ /job:localhost/replica:0/task:0/device:CPU:0 ]");
    expect_placed("/device:CPU:1", false, false);
    expect_placed("/job:worker/device:CPU:0", false, false);
    expect_placed("/gpu:0", true, true);
}
END_TEST

START_TEST(what_is_not_run_is_not_placed)
{
    tn_output x = tn_vector(1.0f);
    WITH_DEVICE("/gpu:3") {
        (void)tn_neg(x);
    }
    WITH_SESSION(s) {
        expect_text(tn_run(s, tn_square(x)), "[1.]");
    }
}
END_TEST

TN_SUITE("plan device", names_of_this_cpu, devices_that_are_not_there, what_is_not_run_is_not_placed)
