/* Which modules there are, by the environment; a module that is not there, or is none, is as good as no module. */
#include "harness.h"
#include "plan/modules.h"

/* What tn_modules_report says with a list. */
static char *report_with(const char *list)
{
    static char text[2048];
    tn_modules_close();
    ck_assert_int_eq(list ? setenv("TENURE_MODULES", list, 1) : unsetenv("TENURE_MODULES"), 0);
    FILE *file = fmemopen(text, sizeof text, "w");
    ck_assert_ptr_nonnull(file);
    tn_modules_report(file);
    fclose(file);
    tn_modules_close();
    return text;
}

static void expect_report(const char *list, const char *part)
{
    const char *text = report_with(list);
    ck_assert_msg(strstr(text, part), "with %s: %s", list ? list : "nothing set", text);
}

/* A convolution that is large enough for a module comes out of our own kernel. */
static void expect_convolution(const char *list)
{
    enum { SIDE = 18, CHANNELS = 32 };
    tn_modules_close();
    ck_assert_int_eq(setenv("TENURE_MODULES", list, 1), 0);
    tn_tensor *images = tn_tensor_new(root, TN_FLOAT32, 4, (const int64_t[]){ 1, SIDE, SIDE, CHANNELS }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(images); i++)
        tn_f32(images)[i] = 0.5f;
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g) {
            tn_output x = tn_placeholder(TN_FLOAT32), filter = tn_ones(TN_FLOAT32, TN_SHAPE(3, 3, CHANNELS, CHANNELS));
            tn_output y = tn_conv2d(x, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "VALID");
            tn_tensor *result = tn_run(s, y, .feeds = TN_FEEDS({ x, images }));
            ck_assert_ptr_nonnull(result);
            ck_assert_float_eq(tn_f32(result)[0], 0.5f * 9 * CHANNELS);
        }
    }
    talloc_free(images);
    tn_modules_close();
}

START_TEST(none)
{
    expect_report("", "no modules\n");
    expect_report(":::", "no modules\n");
    expect_convolution("");
}
END_TEST

START_TEST(broken)
{
    expect_report("/nowhere/onednn.so", "/nowhere/onednn.so: not there: ");
    expect_report("./Makefile", "./Makefile: not there: ");
    expect_convolution("/nowhere/onednn.so:./Makefile");
    ck_assert_int_eq(tn_last_error()->code, TN_OK);
}
END_TEST

START_TEST(shared_objects_that_are_no_modules)
{
    char *text = report_with("/lib/x86_64-linux-gnu/libm.so.6");
    ck_assert_msg(strstr(text, "not there: ") != NULL, "%s", text);
}
END_TEST

START_TEST(names_are_of_the_folder)
{
    expect_report("nobody", "/nobody.so: not there: ");
    expect_report("nobody:./also_not", "\n./also_not: not there: ");
}
END_TEST

/* Longer than any path; more than there is room for. */
START_TEST(hostile_lists)
{
    char list[4096];
    memset(list, 'x', sizeof list - 1);
    list[sizeof list - 1] = 0;
    expect_report(list, "no modules\n");
    for (size_t i = 0; i < sizeof list - 1; i++)
        list[i] = i % 2 ? ':' : '/';
    expect_report(list, "/: not there: ");
    expect_convolution(list);
}
END_TEST

START_TEST(whatever_is_installed)
{
    ck_assert_uint_gt(strlen(report_with(NULL)), 0);
}
END_TEST

TN_SUITE("plan modules", none, broken, shared_objects_that_are_no_modules, names_are_of_the_folder, hostile_lists, whatever_is_installed)
