/* Device specifications. */
#include "graph/graph.h"
#include "harness.h"

static void expect_merged(const char *outer, const char *inner, const char *merged)
{
    const char *got = tn_device_merge(root, outer, inner);
    ck_assert_msg(got != NULL, "\"%s\" over \"%s\": %s", inner, outer, tn_last_error()->message);
    ck_assert_str_eq(got, merged);
    talloc_free((void *)(uintptr_t)got);
}

START_TEST(canonical_form)
{
    expect_merged("", "/cpu:0", "/device:CPU:0");
    expect_merged("", "/GPU:12", "/device:GPU:12");
    expect_merged("", "/device:XLA_CPU:3", "/device:XLA_CPU:3");
    expect_merged("", "/device:GPU:*", "/device:GPU:*");
    expect_merged("", "/gpu", "/device:GPU:*");
    expect_merged("", "job:a/task:1", "/job:a/task:1");
    expect_merged("", "/task:1/replica:0/job:ps/device:CPU:0", "/job:ps/replica:0/task:1/device:CPU:0");
    expect_merged("", NULL, "");
    expect_merged("", "/", "");
}
END_TEST

START_TEST(the_inner_wins_field_by_field)
{
    expect_merged("/job:a/device:GPU:0", "/cpu:1", "/job:a/device:CPU:1");
    expect_merged("/job:a/task:1", "/task:2", "/job:a/task:2");
    expect_merged("/job:a", "", "/job:a");
    expect_merged("/device:CPU:0", "/job:b/replica:3", "/job:b/replica:3/device:CPU:0");
}
END_TEST

START_TEST(what_is_no_device)
{
    static const char *const bad[] = { "nonsense", "/colour:red", "/task:x",         "/job",    "/job:", "/cpu:one", "/device",
                                       "/device:", "/cpu:0:1",    "/device:CPU:0:1", "/task:-1" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!tn_device_merge(root, "", bad[i]), "\"%s\" was taken", bad[i]);
        expect_error(TN_INVALID_ARGUMENT, "Unknown attribute: ");
        expect_error(TN_INVALID_ARGUMENT, bad[i]);
    }
}
END_TEST

static tn_status merge_one(void *owner)
{
    const char *got = tn_device_merge(owner, "/job:a", "/cpu:0");
    talloc_free((void *)(uintptr_t)got);
    return got ? TN_OK : tn_last_error()->code;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(merge_one);
}
END_TEST

TN_SUITE("graph device", canonical_form, the_inner_wins_field_by_field, what_is_no_device, memory_may_run_out)
