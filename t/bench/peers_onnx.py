#!/usr/bin/env python3
"""peers_onnx.py FOLDER: writes the benchmark's rows as ONNX models, ROW.onnx, with the dims of each operand and of the result in ROW.inputs."""
import os
import sys

import numpy
from onnx import TensorProto, checker, helper, numpy_helper, save

OPSET, IR = 17, 8


def value(name, dims):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)


def write(folder, row, nodes, inputs, output, constants=()):
    """`inputs` are the dims of x0, x1 …; `output` is the dims of y; `constants` are pairs of a name and an array."""
    graph = helper.make_graph(
        nodes,
        row,
        [value(f"x{i}", dims) for i, dims in enumerate(inputs)],
        [value("y", output)],
        [numpy_helper.from_array(array, name) for name, array in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    checker.check_model(model)
    save(model, os.path.join(folder, row + ".onnx"))
    with open(os.path.join(folder, row + ".inputs"), "w", encoding="ascii") as file:
        for dims in [*inputs, output]:
            print(*dims, file=file)


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs, [output], **attributes)


def chain(n, first):
    """n times y = y + first."""
    names = [first, *(f"t{i}" for i in range(1, n)), "y"]
    return [node("Add", [names[i], first], names[i + 1]) for i in range(n)]


def filled(*dims):
    """contest_fill's numbers, for weights."""
    n = int(numpy.prod(dims))
    return (numpy.float32(0.1) * ((numpy.arange(n) % 97 - 48).astype(numpy.float32)) / numpy.float32(50)).reshape(dims)


def conv(side, channels):
    """The other contestants' filters are HWIO; ONNX has OIHW, and images in NCHW."""
    weights = filled(3, 3, channels, channels).transpose(3, 2, 0, 1).copy()
    image = [1, channels, side, side]
    return [node("Conv", ["x0", "w"], "y", pads=[1, 1, 1, 1])], [image], image, [("w", weights)]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    vector = numpy.array([1, 2], dtype=numpy.float32)
    write(folder, "call", [node("Add", ["x0", "c"], "y")], [[2]], [2], [("c", vector)])
    for row in "chain1000", "chain1000_fused":
        write(folder, row, chain(1000, "x0"), [[4]], [4])
    for n in 256, 512, 1024, 2048:
        write(folder, f"gemm{n}", [node("MatMul", ["x0", "x1"], "y")], [[n, n], [n, n]], [n, n])
    elements = [16 << 20]
    elementwise = [
        node("Mul", ["x0", "x1"], "ab"),
        node("Add", ["ab", "x2"], "abc"),
        node("Relu", ["abc"], "r"),
        node("Mul", ["r", "x3"], "rd"),
        node("Sub", ["rd", "x4"], "y"),
    ]
    write(folder, "ew16M", elementwise, [elements] * 5, elements)
    write(folder, "softmax1024", [node("Softmax", ["x0"], "y", axis=1)], [[1024, 1024]], [1024, 1024])
    write(folder, "exp1M", [node("Exp", ["x0"], "y")], [[1 << 20]], [1 << 20])
    write(folder, "tanh1M", [node("Tanh", ["x0"], "y")], [[1 << 20]], [1 << 20])
    write(folder, "conv3x3", *conv(56, 64))
    four = numpy.array([1, 2, 3, 4], dtype=numpy.float32)
    for n in 10000, 100000:
        write(folder, f"big{n}", chain(n, "c"), [], [4], [("c", four)])


if __name__ == "__main__":
    main(sys.argv[1])
