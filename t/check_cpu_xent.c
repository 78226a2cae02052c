/* The cross entropies, against TensorFlow's values. */
#include "values.h"

/* Both outputs, to within a few units in the last place. Frees all. */
static void expect_both(tn_tensor *loss, tn_tensor *backprop, const char *type, tn_tensor *features, tn_tensor *labels)
{
    tn_tensor *in[] = { features, labels }, *out[2] = { NULL, NULL };
    ck_assert_msg(drive_all(type, (tn_attrs){ NULL, 0 }, 2, in, 2, out) == TN_OK, "%s", tn_last_error()->message);
    expect_values("loss", out[0], loss, 4);
    expect_values("backprop", out[1], backprop, 16);
    tn_tensor *all[] = { loss, backprop, features, labels, out[0], out[1] };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        talloc_free(all[i]);
}

#define DENSE  "SoftmaxCrossEntropyWithLogits"
#define SPARSE "SparseSoftmaxCrossEntropyWithLogits"
#define X      SHAPED(F64S(1, 2, 3, -1, 0.5, 10), 2, 3)

START_TEST(dense)
{
    expect_both(F64S(1.1076059644443805, 9.50009154933991),
                SHAPED(F64S(-0.10996942682961955, -0.055271528945202375, 0.16524095577482178, 1.670017183055164e-05, -0.9999251550224343,
                            0.9999084548506036),
                       2, 3),
                DENSE, X, SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
}
END_TEST

START_TEST(dense_broadcast)
{
    expect_both(F64S(1.1076059644443805, 5.05009154933991),
                SHAPED(F64S(-0.10996942682961955, -0.055271528945202375, 0.16524095577482178, -0.19998329982816945, -0.2999251550224342,
                            0.49990845485060365),
                       2, 3),
                DENSE, X, SHAPED(F64S(0.2, 0.3, 0.5), 1, 3));
    expect_both(F64S(1.1076059644443805, 1.4076059644443804),
                SHAPED(F64S(-0.10996942682961955, -0.055271528945202375, 0.16524095577482178, 0.09003057317038046, -0.7552715289452023,
                            0.6652409557748218),
                       2, 3),
                DENSE, SHAPED(F64S(1, 2, 3), 3), SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
    expect_both(F64S(0.8445635786666282, 0),
                SHAPED(F64S(-0.10996942682961955, 0.0447284710547976, 0.4652409557748218, 1.670017183055164e-05, 7.484497756575094e-05,
                            0.9999084548506036),
                       2, 3),
                DENSE, X, SHAPED(F64S(0.2, 0), 2, 1));
}
END_TEST

/* More classes than the sum has lanes, and not a multiple of them. */
START_TEST(dense_of_many_classes)
{
    enum { N = 37 };
    double x[N], label[N], backprop[N], sum = 0, loss = 0;
    const int64_t dims[] = { 1, N };
    for (int i = 0; i < N; i++) {
        x[i] = i % 5 - 1.5;
        label[i] = i + 1; /* far from the softmax, so that no digits are lost */
        sum += exp(x[i]);
    }
    for (int i = 0; i < N; i++) {
        backprop[i] = exp(x[i]) / sum - label[i];
        loss += label[i] * (log(sum) - x[i]);
    }
#define ROW(of) tn_tensor_new(root, TN_FLOAT64, 2, dims, of)
    expect_both(F64S(loss), ROW(backprop), DENSE, ROW(x), ROW(label));
}
END_TEST

START_TEST(sparse)
{
    expect_both(F64S(0.4076059644443804, 11.00009154933991),
                SHAPED(F64S(0.09003057317038046, 0.2447284710547976, -0.3347590442251782, -0.9999832998281695, 7.484497756575094e-05,
                            0.9999084548506036),
                       2, 3),
                SPARSE, X, I32S(2, 0));
    expect_both(F32S(0.40760595f), SHAPED(F32S(0.09003057f, 0.24472848f, -0.33475903f), 1, 3), SPARSE, SHAPED(F32S(101, 102, 103), 1, 3),
                I64S(2));
}
END_TEST

START_TEST(label_out_of_range)
{
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Received a label value of 3 which is outside the valid range of [0, 3).  Label values: 1 3", SPARSE,
                 X, I32S(1, 3));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Received a label value of -1 which is outside the valid range of [0, 3).  Label values: -1 0",
                 SPARSE, X, I64S(-1, 0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Must have at least one class, but got logits shape [2,0]", SPARSE, EMPTY(TN_FLOAT32, 2, 0),
                 I64S(0, 0));
}
END_TEST

/* The message holds as many labels as fit. */
START_TEST(many_labels_out_of_range)
{
    enum { N = 500 };
    int64_t labels[N];
    const int64_t rows[] = { N }, dims[] = { N, 1 };
    for (int i = 0; i < N; i++)
        labels[i] = INT64_MIN + i;
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Label values: -9223372036854775808 -9223372036854775807", SPARSE,
                 tn_tensor_new(root, TN_FLOAT32, 2, dims, NULL), tn_tensor_new(root, TN_INT64, 1, rows, labels));
}
END_TEST

START_TEST(sizes_of_zero)
{
    expect_both(EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0, 3), DENSE, EMPTY(TN_FLOAT32, 0, 3), EMPTY(TN_FLOAT32, 0, 3));
    expect_both(F32S(0, 0), EMPTY(TN_FLOAT32, 2, 0), DENSE, EMPTY(TN_FLOAT32, 2, 0), EMPTY(TN_FLOAT32, 2, 0));
    expect_both(EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0, 3), SPARSE, EMPTY(TN_FLOAT32, 0, 3), EMPTY(TN_INT32, 0));
}
END_TEST

START_TEST(nan_comes_through)
{
    expect_both(F32S(NAN), SHAPED(F32S(NAN, NAN), 1, 2), SPARSE, SHAPED(F32S(NAN, 0), 1, 2), I32S(1));
    expect_both(F32S(NAN), SHAPED(F32S(NAN, NAN), 1, 2), DENSE, SHAPED(F32S(INFINITY, 0), 1, 2), SHAPED(F32S(0, 1), 1, 2));
}
END_TEST

TN_SUITE("cpu xent", dense, dense_broadcast, dense_of_many_classes, sparse, label_out_of_range, many_labels_out_of_range, sizes_of_zero,
         nan_comes_through)
