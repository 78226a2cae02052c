#!/usr/bin/env python3
"""Writes tensorflow.vec: what TensorFlow computes for each operation, for t/check_ops_tensorflow.c.

Needs tensorflow-cpu and numpy (PyPI), in an environment outside the tree:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install tensorflow-cpu
    /tmp/venv/bin/python t/data/make_vectors.py > t/data/tensorflow.vec

One case is: a line `case TYPE N_IN N_OUT ULPS`, `attr NAME KIND VALUE…` lines, then a line `DTYPE RANK DIMS… VALUES…` for each input and
output. Floats are written exactly (hexadecimal). ULPS is how far a float may be off, in units of its last place (plus as much of the
largest magnitude of its tensor for what sums): 0 means equal to the bit, but for the sign of nothing.
"""
import inspect
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.python.framework import op_def_registry  # noqa: E402

F, D, I, L, B = np.float32, np.float64, np.int32, np.int64, np.bool_
NAMES = {"float32": "float", "float64": "double", "int32": "int32", "int64": "int64", "bool": "bool", "uint8": "uint8", "int8": "int8",
         "int16": "int16", "uint16": "uint16", "float16": "half"}
NUMBERS = {"float": 1, "double": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "int64": 9, "bool": 10, "uint16": 17, "half": 19}
rng = np.random.RandomState(20240611)


def text(value):
    a = np.asarray(value)
    flat = a.reshape(-1)
    if a.dtype.kind == "f":
        items = [float(v).hex() if np.isfinite(v) else ("nan" if np.isnan(v) else ("inf" if v > 0 else "-inf")) for v in flat]
    else:
        items = [str(int(v)) for v in flat]
    return " ".join([NAMES[str(a.dtype)], str(a.ndim)] + [str(d) for d in a.shape] + items)


def attr(name, value):
    if isinstance(value, bool):
        return f"attr {name} bool {int(value)}"
    if isinstance(value, (int, np.integer)):
        return f"attr {name} int {value}"
    if isinstance(value, float):
        return f"attr {name} float {value.hex()}"
    if isinstance(value, tf.DType):
        return f"attr {name} type {NUMBERS[NAMES[value.as_numpy_dtype.__name__ if value != tf.bool else 'bool']]}"
    if isinstance(value, str):
        return f"attr {name} string {value}"
    return f"attr {name} ints {len(value)} " + " ".join(str(v) for v in value)


def raw(op, *inputs, **attrs):
    """What TensorFlow's operation gives: one array or a list of them."""
    args = list(op_def_registry.get(op).input_arg)
    given, at = {}, 0
    arrays = [tf.constant(i) for i in inputs]
    for arg in args:
        n = len(arrays) - len(args) + 1 if arg.number_attr else 1
        given[arg.name] = arrays[at:at + n] if arg.number_attr else arrays[at]
        at += n
    # Python renames some inputs, but keeps their order
    names = list(inspect.signature(getattr(tf.raw_ops, op)).parameters)
    given = {name: given[arg.name] for name, arg in zip(names, args)}
    result = getattr(tf.raw_ops, op)(**given, **attrs)
    return result.numpy() if isinstance(result, tf.Tensor) else [o.numpy() for o in result]


def write_case(op, inputs, outputs, ulps, attrs):
    print(f"case {op} {len(inputs)} {len(outputs)} {ulps}")
    for name, value in attrs.items():
        if name != "incompatible_shape_error":  # newer than 1.15
            print(attr(name, value))
    for value in inputs + outputs:
        print(text(value))


def case(op, *inputs, ulps=0, **attrs):
    result = raw(op, *inputs, **attrs)
    write_case(op, [np.asarray(i) for i in inputs], result if isinstance(result, list) else [result], ulps, attrs)


def rand(shape, dtype, low=-3, high=3):
    if dtype is B:
        return rng.rand(*shape) < 0.5
    if dtype in (I, L):
        return rng.randint(int(low), int(high) + 1, size=shape).astype(dtype)
    return np.asarray(rng.uniform(low, high, size=shape)).astype(dtype)


def specials(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    return np.array([0.0, -0.0, 1, -1, 0.5, -0.5, 3, -3, 10, -10, 30, -30, 80, -80, 1e30, -1e30, tiny, -tiny, np.inf, -np.inf, np.nan], dtype)


def unary():
    loose = {"Exp": 2, "Log": 2, "Tanh": 6, "Sigmoid": 8, "Softplus": 8, "Rsqrt": 2, "Sqrt": 1}
    for op in ["Neg", "Abs", "Sign", "Square", "Sqrt", "Rsqrt", "Exp", "Log", "Tanh", "Sigmoid", "Softplus"]:
        for t in (F, D):
            # results that round to denormals are a library's own affair: TensorFlow flushes some
            x = np.array([v for v in specials(t) if not (op in ("Exp", "Sigmoid", "Softplus", "Square") and abs(v) in (80, 1e30) and v < 0)
                          and not (0 < abs(v) < 1e-37)], t)
            case(op, x, ulps=loose.get(op, 0))
            case(op, rand((3, 5), t, 0.1 if op in ("Sqrt", "Rsqrt", "Log") else -4, 4), ulps=loose.get(op, 0))
            case(op, rand((0, 3), t))
            case(op, t(1.5), ulps=loose.get(op, 0))
    for op in ["Neg", "Abs", "Sign", "Square"]:
        for t in (I, L):
            info = np.iinfo(t)
            case(op, np.array([0, 1, -1, 7, -7, info.max, info.min], t))
    for t in (F, D, I, L):
        case("Relu", rand((17,), t))
    case("LogicalNot", rand((2, 3), B))


SHAPES = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 2)), ((2, 3, 4), (3, 1)), ((0, 3), (1, 3)), ((5,), ()), ((1,), (0,)),
          ((2, 1, 3, 1, 2), (1, 4, 1, 2, 1))]


def binary():
    for op in ["Add", "AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference", "Less", "LessEqual", "Greater", "GreaterEqual"]:
        for t in (F, D, I, L):
            for a, b in SHAPES[:6 if t in (D, L) else None]:
                case(op, rand(a, t), rand(b, t))
    for op in ["Equal", "NotEqual"]:
        for t in (F, D, I, L, B):
            for a, b in SHAPES[:5]:
                case(op, rand(a, t, -1, 1), rand(b, t, -1, 1), incompatible_shape_error=True)
        case(op, specials(F), specials(F)[::-1].copy(), incompatible_shape_error=True)
    for op in ["LogicalAnd", "LogicalOr"]:
        for a, b in SHAPES[:6]:
            case(op, rand(a, B), rand(b, B))
    for op in ["Div", "RealDiv"]:
        for t in (F, D):
            for a, b in SHAPES[:6]:
                case(op, rand(a, t), rand(b, t, 0.5, 3))
        normal = np.array([v for v in specials(F) if not 0 < abs(v) < 1e-37], F)  # TensorFlow flushes denormals, Tenure keeps them
        case(op, normal, np.flip(normal).copy())
    for op in ["Add", "Sub", "Mul"]:
        for t in (I, L):
            top = np.iinfo(t).max
            case(op, np.array([top, -top - 1, top, 3], t), np.array([1, -1, top, -7], t))
    for t in (I, L):
        a, b = np.array([7, -7, 7, -7, 0, 6], t), np.array([3, 3, -3, -3, 5, -2], t)
        for op in ["Div", "FloorDiv", "FloorMod"]:
            case(op, a, b)
        case("Pow", np.array([2, -3, 7, 0, 10, 5], t), np.array([10, 3, 1, 0, 5, 2], t))
    for t in (F, D):
        a, b = np.array([7, -7, 7, -7, 0, 6.5, 5.25], t), np.array([3, 3, -3, -3, 5, -2, 0.75], t)
        for op in ["FloorDiv", "FloorMod"]:
            case(op, a, b)
        case("Pow", rand((3, 4), t, 0.1, 4), rand((4,), t, -3, 3), ulps=4)
        case("Pow", np.array([0, 0, 2, -2, np.inf, 1], t), np.array([0, 2, -1, 3, 2, np.nan], t), ulps=1)


def select_cast():
    for t in (F, D, I, L, B):
        case("Select", rand((2, 3), B), rand((2, 3), t), rand((2, 3), t))
        case("Select", rand((2,), B), rand((2, 3), t), rand((2, 3), t))
        case("Select", np.True_, rand((2, 3), t), rand((2, 3), t))
        case("SelectV2", rand((2, 1), B), rand((1, 3), t), rand((), t))
        for u in (tf.float32, tf.float64, tf.int32, tf.int64, tf.bool):
            case("Cast", rand((7,), t, -3, 3), DstT=u)
    for u in (tf.uint8, tf.int8, tf.int16, tf.uint16, tf.half):
        case("Cast", np.array([0, 1, 2.5, 100.75], F), DstT=u)
    case("Cast", np.array([1.5, -2.5, 1e30, 1e-37, np.inf, 0.1], D), DstT=tf.float32)
    case("Cast", np.array([0.1, 1 / 3, 65504, 65520, 1e-8, -2.0006], F), DstT=tf.half)
    case("Cast", np.array([0.1, 1 / 3, 65504, 6e-8], np.float16), DstT=tf.float32)
    case("Cast", np.array([200, 3], np.uint8), DstT=tf.float32)


AXES = [[0], [1], [-1], [0, 1], [], [0, 2], [2, -2], [0, 1, 2]]


def reductions():
    for op in ["Sum", "Mean", "Max", "Min", "Prod"]:
        for t in (F, D, I, L):
            for axes in AXES:
                for keep in (False, True):
                    if op == "Mean" and t in (I, L) and keep:
                        continue
                    case(op, rand((2, 3, 4), t), np.array(axes, I), ulps=4 if t in (F, D) and op in ("Sum", "Mean", "Prod") else 0, keep_dims=keep)
        for t in (F, D):
            case(op, np.zeros((0, 3), t), np.array([0], I), keep_dims=False)
            case(op, np.zeros((2, 0), t), np.array([0], I), keep_dims=True)
        case(op, F(3), np.array([], I), keep_dims=False)
        case(op, rand((3, 2), F), L(1), ulps=4, keep_dims=False)
    case("Sum", rand((700,), F), I(0), ulps=16, keep_dims=False)
    case("Mean", rand((100, 7), F), I(0), ulps=16, keep_dims=False)
    for op in ["All", "Any"]:
        for axes in AXES:
            case(op, rand((2, 3, 2), B), np.array(axes, I), keep_dims=False)
        case(op, np.zeros((0, 3), B), np.array([0], I), keep_dims=False)
    for op in ["ArgMax", "ArgMin"]:
        for t in (F, D, I, L):
            for axis in (0, 1, -1):
                case(op, rand((3, 4, 5), t), I(axis), output_type=tf.int64)
        case(op, np.array([1, 5, 5, 1], F), I(0), output_type=tf.int32)
        case(op, np.zeros((0, 3), F), I(1), output_type=tf.int64)


def shapes():
    for t in (F, I, B, np.uint8):
        x = rand((2, 3, 4), F, 0, 9).astype(t)
        case("Reshape", x, np.array([4, -1], I))
        case("Transpose", x, np.array([2, 0, 1], I))
        case("Transpose", x, np.array([0, 2, 1], L))
        case("Tile", x, np.array([2, 1, 3], I))
        case("Pack", x, x, x, axis=1)
        case("ConcatV2", x, x[:, :1], x, I(-2))
        case("Slice", x, np.array([0, 1, 1], I), np.array([-1, 2, 2], I))
        case("GatherV2", x, np.array([[1, 0], [2, 2]], I), I(1), batch_dims=0)
        case("GatherV2", x, np.array([3, 0], L), L(-1), batch_dims=0)
        case("Unpack", x, num=3, axis=1)
        case("Split", I(2), x, num_split=2)
        case("Fill", np.array([2, 3], I), t(1))
        case("BroadcastTo", x[:, :1], np.array([2, 2, 3, 4], I))
        case("Pad", x, np.array([[0, 1], [2, 0], [0, 0]], I))
        case("ZerosLike", x)
        case("OnesLike", x)
        case("StridedSlice", x, np.array([0, -1, 3], I), np.array([2, -4, 0], I), np.array([1, -1, -2], I), begin_mask=0, end_mask=0,
             ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0)
    x = rand((2, 3, 4), F)
    for masks in ([1, 2, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 2, 0], [0, 0, 0, 0, 1], [5, 5, 0, 0, 2], [0, 7, 0, 1, 4]):
        names = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"]
        case("StridedSlice", x, np.array([1, 0, 1], I), np.array([2, 2, 3], I), np.array([1, 1, 1], I), **dict(zip(names, masks)))
    case("StridedSliceGrad", np.array([5], I), np.array([4], I), np.array([0], I), np.array([-2], I), rand((2,), F), begin_mask=0, end_mask=0,
         ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0)
    case("GatherV2", rand((2, 3, 4), F), np.array([[1, 0], [2, 2]], I), I(1), batch_dims=1)
    case("GatherV2", rand((0, 3), F), np.array([], I), I(0), batch_dims=0)
    case("ExpandDims", rand((2, 3), F), I(-1))
    case("ExpandDims", rand((2, 3), F), I(1))
    case("Squeeze", rand((1, 2, 1), F))
    case("Shape", rand((2, 0, 4), F), out_type=tf.int32)
    case("Shape", F(1), out_type=tf.int64)
    case("Rank", rand((2, 0, 4), F))
    case("Size", rand((2, 3), F), out_type=tf.int32)
    case("Range", I(3), I(18), I(4))
    case("Range", I(3), I(-7), I(-3))
    case("Range", F(0), F(1), F(0.25))
    case("Range", D(0), D(1), D(0.1), ulps=4)  # TensorFlow adds delta again and again
    case("Range", L(5), L(5), L(1))
    case("BroadcastGradientArgs", np.array([2, 3, 1], I), np.array([3, 5], I))
    case("BroadcastGradientArgs", np.array([], I), np.array([3, 5], I))
    case("BroadcastGradientArgs", np.array([1, 1], I), np.array([1, 1], I))
    case("InvertPermutation", np.array([2, 0, 3, 1], I))
    case("OneHot", np.array([[0, 2], [-1, 3]], I), I(3), F(5), F(-1), axis=-1)
    case("OneHot", np.array([0, 2, 1], L), I(3), I(1), I(0), axis=0)
    case("OneHot", np.array([0, 2, 1], np.uint8), I(4), B(True), B(False), axis=1)
    case("UnsortedSegmentSum", rand((4, 2), F), np.array([2, 0, 2, -1], I), I(3), ulps=1)
    case("UnsortedSegmentSum", rand((2, 2, 3), D), np.array([[1, 0], [1, 1]], L), L(2), ulps=1)


def linear():
    for t in (F, D, I, L):
        for m, k, n in ((2, 3, 4), (1, 1, 1), (0, 3, 2), (2, 0, 3), (5, 7, 6), (12, 20, 10)):
            for ta in (False, True):
                for tb in (False, True):
                    if (ta or tb) and m == 12:
                        continue
                    a, b = rand((k, m) if ta else (m, k), t), rand((n, k) if tb else (k, n), t)
                    case("MatMul", a, b, ulps=8 if t in (F, D) else 0, transpose_a=ta, transpose_b=tb)
        case("BiasAdd", rand((2, 3), t), rand((3,), t), data_format="NHWC")
        case("BiasAdd", rand((2, 3, 2, 2), t), rand((3,), t), data_format="NCHW")
        case("AddN", rand((2, 3), t), rand((2, 3), t), rand((2, 3), t), ulps=1 if t in (F, D) else 0)
        case("BiasAddGrad", rand((2, 5, 3), t), ulps=4 if t in (F, D) else 0, data_format="NHWC")


def nn():
    for t in (F, D):
        for op in ("Softmax", "LogSoftmax"):
            case(op, rand((3, 5), t, -5, 5), ulps=16)
            case(op, rand((2, 2, 3), t, -90, 90), ulps=32)
            case(op, rand((4,), t), ulps=16)
        case("SoftmaxCrossEntropyWithLogits", rand((3, 5), t), np.full((3, 5), 0.2, t), ulps=16)
        case("SoftmaxCrossEntropyWithLogits", rand((3, 5), t), np.eye(5, dtype=t)[:1], ulps=16)
        case("SparseSoftmaxCrossEntropyWithLogits", rand((3, 5), t), np.array([4, 0, 2], I), ulps=16)
        case("SparseSoftmaxCrossEntropyWithLogits", rand((3, 5), t), np.array([4, 0, 2], L), ulps=16)
        case("ReluGrad", rand((9,), t), rand((9,), t))
        case("TanhGrad", rand((9,), t, -1, 1), rand((9,), t), ulps=2)
        case("SigmoidGrad", rand((9,), t, 0, 1), rand((9,), t), ulps=2)
        case("SqrtGrad", rand((9,), t, 0.1, 3), rand((9,), t), ulps=2)
        case("RsqrtGrad", rand((9,), t, 0.1, 3), rand((9,), t), ulps=3)
        case("SoftplusGrad", rand((9,), t), rand((9,), t), ulps=8)


def to_nchw(value):
    return value.transpose(0, 3, 1, 2)


def conv_case(x, w, strides, padding, dilations=(1, 1), explicit=(), depthwise=False, ulps=16):
    """The convolution, its two gradients, and all three in NCHW, which TensorFlow has no kernels for: what it has in NHWC, transposed.

    The gradients are TensorFlow's own differentiation of a convolution without strides and dilations that its CPU kernels do not have:
    the filter is spread out, and the result thinned."""
    spread = np.zeros([(n - 1) * d + 1 for n, d in zip(w.shape, dilations)] + list(w.shape[2:]), w.dtype)
    with tf.GradientTape() as tape:
        vx, vw = tf.Variable(x), tf.Variable(w)
        at = [[i * dilations[0], j * dilations[1]] for i in range(w.shape[0]) for j in range(w.shape[1])]
        wide = tf.scatter_nd(at, tf.reshape(vw, (-1,) + w.shape[2:]), spread.shape)
        pads = np.array(explicit).reshape(2, 2) if explicit else np.zeros((2, 2), int)
        if padding == "SAME":
            for i in range(2):
                n, s, k = x.shape[1 + i], strides[i], spread.shape[i]
                total = max((-(-n // s) - 1) * s + k - n, 0)
                pads[i] = total // 2, total - total // 2
        padded = tf.pad(vx, [[0, 0], pads[0], pads[1], [0, 0]])
        f = tf.nn.depthwise_conv2d if depthwise else tf.nn.conv2d
        y = f(padded, wide, [1, 1, 1, 1], "VALID")[:, ::strides[0], ::strides[1]]
        dy = rand(y.shape, x.dtype)
        total = tf.reduce_sum(y * dy)
    dx, dw = tape.gradient(total, [vx, vw])
    type_ = "DepthwiseConv2dNative" if depthwise else "Conv2D"
    lists = {"strides": strides, "dilations": dilations}
    for nchw in (False, True):
        turn = to_nchw if nchw else lambda value: value
        attrs = {"data_format": "NCHW" if nchw else "NHWC", "padding": padding}
        for name, (a, b) in lists.items():
            attrs[name] = [1, 1, a, b] if nchw else [1, a, b, 1]
        if explicit:
            attrs["explicit_paddings"] = [0, 0, 0, 0, *explicit] if nchw else [0, 0, *explicit, 0, 0]
        if not nchw and max(dilations) == 1 and (not depthwise or strides[0] == strides[1]):
            direct = getattr(tf.raw_ops, type_)(input=x, filter=w, **attrs)
            np.testing.assert_allclose(direct, y, rtol=1e-4, atol=1e-4)
        images, results, grads = turn(x), turn(y.numpy()), turn(dy)
        write_case(type_, [images, w], [results], ulps, attrs)
        write_case(type_ + "BackpropInput", [np.array(images.shape, I), w, grads], [turn(dx.numpy())], ulps, attrs)
        write_case(type_ + "BackpropFilter", [images, np.array(w.shape, I), grads], [dw.numpy()], ulps, attrs)


def conv():
    for t in (F, D):
        conv_case(rand((2, 4, 5, 3), t), rand((3, 3, 3, 4), t), (1, 1), "SAME")
        conv_case(rand((1, 5, 6, 2), t), rand((2, 3, 2, 3), t), (2, 3), "VALID")
        conv_case(rand((1, 6, 5, 2), t), rand((3, 2, 2, 2), t), (2, 2), "SAME")
        conv_case(rand((1, 5, 4, 2), t), rand((2, 3, 2, 2), t), (1, 2), "EXPLICIT", explicit=(1, 2, 0, 3))
        conv_case(rand((1, 7, 6, 1), t), rand((3, 2, 1, 2), t), (1, 1), "SAME", dilations=(2, 3))
        conv_case(rand((1, 6, 7, 2), t), rand((2, 2, 2, 1), t), (2, 2), "VALID", dilations=(3, 2))
        conv_case(rand((1, 3, 2, 4), t), rand((1, 1, 4, 3), t), (1, 1), "VALID")
        conv_case(rand((2, 4, 4, 3), t), rand((3, 3, 3, 1), t), (1, 1), "SAME", depthwise=True)
        conv_case(rand((1, 5, 4, 2), t), rand((2, 3, 2, 2), t), (2, 2), "SAME", depthwise=True)
        conv_case(rand((1, 5, 6, 2), t), rand((2, 2, 2, 3), t), (1, 2), "VALID", dilations=(2, 1), depthwise=True)


def windows():
    """Pooling: images, sizes and strides of the window, height and width each."""
    for h, w, c, kh, kw, sh, sw in ((4, 3, 2, 2, 2, 2, 2), (3, 4, 1, 3, 3, 1, 1), (2, 3, 9, 1, 2, 2, 3), (6, 5, 1, 4, 5, 3, 3)):
        yield (1 if c == 9 else 2, h, w, c), [1, kh, kw, 1], [1, sh, sw, 1]


def in_order(items):
    return [items[0], items[3], items[1], items[2]]


def pools():
    """TensorFlow's CPU pools NHWC alone: what NCHW gives follows by transposing."""
    for shape, ksize, strides in windows():
        for padding in ("SAME", "VALID"):
            a = {"ksize": ksize, "strides": strides, "padding": padding}
            for t in (D, F):
                x = np.round(rand(shape, t))  # with ties
                y = raw("MaxPool", x, **a)
                dy, g = rand(y.shape, t), rand(shape, t)
                case("MaxPool", x, **a)
                case("MaxPoolGrad", x, y, dy, ulps=4, **a)
                case("MaxPoolGradGrad", x, y, g, **a)
                case("AvgPool", g, ulps=4, **a)
                case("AvgPoolGrad", np.array(shape, I), dy, ulps=4, **a)
            case("MaxPoolV2", x, np.array(ksize, I), np.array(strides, I), padding=padding)
            case("MaxPoolGradV2", x, y, dy, np.array(ksize, I), np.array(strides, I), ulps=4, padding=padding)
            case("MaxPoolGradGradV2", x, y, g, np.array(ksize, I), np.array(strides, I), padding=padding)
            given = {n: raw(n, *i, **a) for n, i in (("MaxPool", (x,)), ("MaxPoolGrad", (x, y, dy)), ("MaxPoolGradGrad", (x, y, g)),
                                                     ("AvgPool", (g,)))}
            a = {"ksize": in_order(ksize), "strides": in_order(strides), "padding": padding, "data_format": "NCHW"}
            write_case("MaxPool", [to_nchw(x)], [to_nchw(given["MaxPool"])], 0, a)
            write_case("MaxPoolGrad", [to_nchw(x), to_nchw(y), to_nchw(dy)], [to_nchw(given["MaxPoolGrad"])], 4, a)
            write_case("MaxPoolGradGrad", [to_nchw(x), to_nchw(y), to_nchw(g)], [to_nchw(given["MaxPoolGradGrad"])], 0, a)
            write_case("AvgPool", [to_nchw(g)], [to_nchw(given["AvgPool"])], 4, a)
            share = raw("AvgPoolGrad", np.array(shape, I), dy, ksize=ksize, strides=strides, padding=padding)
            write_case("AvgPoolGrad", [np.array(in_order(shape), I), to_nchw(dy)], [to_nchw(share)], 4, a)
    x = rand((2, 4, 3, 2), F)
    a = {"ksize": [1, 3, 2, 1], "strides": [1, 2, 1, 1], "padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 1, 0, 1, 0, 0]}
    y = raw("MaxPool", x, **a)
    case("MaxPool", x, **a)
    case("MaxPoolGrad", x, y, rand(y.shape, F), ulps=4, **a)
    case("MaxPool", rand((2, 2, 1, 6), F), ksize=[1, 1, 1, 3], strides=[1, 1, 1, 3], padding="VALID")
    for op in ("MaxPool", "AvgPool"):
        for shape in ((0, 3, 3, 2), (2, 0, 3, 2), (2, 3, 3, 0)):
            case(op, np.zeros(shape, F), ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="SAME")


def batch_norm():
    for shape in ((2, 2, 3, 5), (1, 1, 1, 3), (3, 2, 2, 1), (2, 1, 2, 33)):
        c = shape[3]
        x, dy, scale, offset = rand(shape, F), rand(shape, F), rand((c,), F), rand((c,), F)
        mean, variance = rand((c,), F), rand((c,), F, 0.1, 3)
        for factor in (1.0, 0.25):
            a = {"epsilon": 0.001, "exponential_avg_factor": factor, "is_training": True}
            given = mean[:0] if factor == 1 else mean, variance[:0] if factor == 1 else variance
            case("FusedBatchNormV3", x, scale, offset, *given, ulps=16, **a)
        outputs = raw("FusedBatchNormV3", x, scale, offset, *given, **a)
        # in the mode of inference TensorFlow leaves what it keeps for the gradient as it was
        a = {"epsilon": 0.002, "is_training": False}
        y = raw("FusedBatchNormV3", x, scale, offset, mean, variance, **a)[0]
        write_case("FusedBatchNormV3", [x, scale, offset, mean, variance], [y, mean, variance, mean, variance, F(0)], 8, a)
        write_case("FusedBatchNormV3", [to_nchw(x), scale, offset, mean, variance], [to_nchw(y), mean, variance, mean, variance, F(0)], 8,
              a | {"data_format": "NCHW"})
        for training in (True, False):
            a = {"epsilon": 0.001, "is_training": training}
            ins = [dy, x, scale, outputs[3], outputs[4], F(0)]
            case("FusedBatchNormGradV3", *ins, ulps=16, **a)
            grads = raw("FusedBatchNormGradV3", *ins, **a)
            write_case("FusedBatchNormGradV3", [to_nchw(dy), to_nchw(x)] + ins[2:], [to_nchw(grads[0])] + grads[1:], 16, a | {"data_format": "NCHW"})
        y = raw("FusedBatchNormV3", x, scale, offset, mean, variance)
        write_case("FusedBatchNormV3", [to_nchw(x), scale, offset, mean, variance], [to_nchw(y[0])] + y[1:], 16, {"data_format": "NCHW"})
    x, dy = rand((2, 3, 2, 2, 3), F), rand((2, 3, 2, 2, 3), F)
    scale, offset, mean, variance = rand((3,), F), rand((3,), F), rand((3,), F), rand((3,), F, 0.1, 3)
    case("FusedBatchNormV3", x, scale, offset, mean, variance, ulps=16, data_format="NDHWC")
    case("FusedBatchNormGradV3", dy, x, scale, mean, variance, F(0), ulps=16, data_format="NDHWC")
    x, dy = x[0], dy[0]
    for version in ("", "V2"):
        case("FusedBatchNorm" + version, x, scale, offset, mean, variance, ulps=16)
        case("FusedBatchNormGrad" + version, dy, x, scale, mean, variance, ulps=16)
    empty = np.zeros((0, 2, 2, 3), F)
    write_case("FusedBatchNormV3", [empty, scale, offset, mean, variance], [empty] + 4 * [np.full(3, np.nan, F)] + [F(0)], 0, {})
    case("FusedBatchNormGradV3", empty, empty, scale, mean, variance, F(0), is_training=True)


for part in (unary, binary, select_cast, reductions, shapes, linear, nn, conv, pools, batch_norm):
    part()
