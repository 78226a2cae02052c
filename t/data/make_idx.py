#!/usr/bin/env python3
"""make_idx.py: writes doc/examples/few_digits, a few digits in the manner of MNIST, drawn from a font of 5×7 dots, for an example that needs no download."""
import os
import random
import struct

FONT = [
    "01110 10001 10011 10101 11001 10001 01110", "00100 01100 00100 00100 00100 00100 01110", "01110 10001 00001 00110 01000 10000 11111",
    "11111 00010 00100 00010 00001 10001 01110", "00010 00110 01010 10010 11111 00010 00010", "11111 10000 11110 00001 00001 10001 01110",
    "00110 01000 10000 11110 10001 10001 01110", "11111 00001 00010 00100 01000 01000 01000", "01110 10001 10001 01110 10001 10001 01110",
    "01110 10001 10001 01111 00001 00010 01100",
]  # fmt: skip
SIDE, DOT = 28, 3
FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "doc", "examples", "few_digits")


def draw(digit, draws):
    """Three pixels for a dot, somewhere near the middle, slanted a little, in some shade of grey."""
    image = bytearray(SIDE * SIDE)
    top, left, slant, shade = draws.randint(2, 5), draws.randint(5, 8), draws.uniform(-0.15, 0.15), draws.randint(160, 255)
    for y, line in enumerate(FONT[digit].split()):
        for x, dot in enumerate(line):
            for i in range(DOT * DOT if dot == "1" else 0):
                row = top + DOT * y + i // DOT
                column = left + DOT * x + i % DOT + round(slant * (SIDE / 2 - row))
                image[row * SIDE + column] = shade
    return bytes(image)


def write(kind, n, draws):
    labels = [i % 10 for i in range(n)]
    with open(os.path.join(FOLDER, kind + "-images-idx3-ubyte"), "wb") as file:
        file.write(struct.pack(">4I", 0x803, n, SIDE, SIDE))
        file.write(b"".join(draw(label, draws) for label in labels))
    with open(os.path.join(FOLDER, kind + "-labels-idx1-ubyte"), "wb") as file:
        file.write(struct.pack(">2I", 0x801, n) + bytes(labels))


os.makedirs(FOLDER, exist_ok=True)
write("train", 64, random.Random(1))
write("t10k", 20, random.Random(2))
