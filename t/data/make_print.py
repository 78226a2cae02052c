"""Makes print.txt: what NumPy (2.4.6, ml_dtypes 0.6.0) prints, for t/check_core_print.c. Run it here: python make_print.py

Each case is a line "DTYPE RANK DIMS… BYTES-IN-HEX LINES", little-endian, then the LINES lines of text. Elements of "string" are joined by
"," in the hexadecimal. A case whose bytes are "=N" has element i = i * N, cast: the large ones."""
import warnings
import numpy as np
from ml_dtypes import bfloat16

warnings.simplefilter("ignore")
rng = np.random.default_rng(20)
FLOATS = {"half": np.float16, "bfloat16": bfloat16, "float": np.float32, "double": np.float64}
INTS = {n: np.dtype(n) for n in "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()}
COMPLEX = {"complex64": np.complex64, "complex128": np.complex128}
out = open("print.txt", "w")


def case(name, a, data=None):
    text = str(a)
    if data is None:
        if name == "string":
            data = ",".join(x.hex() for x in a.reshape(-1))
        else:
            data = np.ascontiguousarray(a).tobytes().hex()
    print(name, a.ndim, *a.shape, data or "-", text.count("\n") + 1, file=out)
    print(text, file=out)


def floats(n, low, high):
    return rng.standard_normal(n) * 10.0 ** rng.uniform(low, high, n)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, 2 / 3, 1e-4, 9.9999e-5, 1e-5, 999.0, 999.9, 1000.0, 1001.0, 65504.0, 99999.0, 123456.789, 999999.0, 1e6, 1000001.0,
           9999999.9, 99999999.0, 1e8, 123456789.0, 1e15, 9999999999999998.0, 1e16, 1e22, 1e23, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308,
           3.4028235e38, 1.1754944e-38, 1.4e-45, 6e-8, 6.1e-5, 2.0**-44, 2.0**-24, 2.0**89, 9007199254740993.0, 5e-9, 0.12345678901, 9.999999995, np.nan,
           np.inf, -np.inf]

for name, t in FLOATS.items():
    for v in SPECIAL:
        case(name, np.array(v).astype(t))
    case(name, np.array(SPECIAL).astype(t))
    for n in (1, 2, 3, 10):
        for low, high in ((-1, 1), (0, 0), (-3, -2), (0, 3), (2, 5), (4, 8), (-8, 8), (-30, 30)):
            case(name, floats(n, low, high).astype(t))
    case(name, np.array([np.nan]).astype(t))
    case(name, np.array([np.nan, 1.5, -np.inf]).astype(t))
    case(name, np.array([np.inf, 1.0]).astype(t))
    case(name, np.array([-np.inf, np.nan, 1e3]).astype(t))
    case(name, np.array([0.0, -0.0, np.inf]).astype(t))
    case(name, np.array([1.0, 1000.0]).astype(t))
    case(name, np.array([1.0, 1000.5]).astype(t))
    case(name, np.array([0.1, 123.0, 1e-7]).astype(t))
    case(name, np.ldexp(1.0, np.arange(-14, 14)).astype(t))
    case(name, rng.integers(-5, 5, (3, 4)).astype(t))
    case(name, np.zeros((2, 0)).astype(t))
    case(name, np.arange(40).reshape(4, 10).astype(t) * t(0.25))

for t in (np.float32, np.float64):
    bits = rng.integers(0, 2 ** 64, 300, dtype=np.uint64)
    bits = bits.view(np.uint64) if t is np.float64 else (bits >> np.uint64(32)).astype(np.uint32)
    for v in bits.view(t)[:60]:
        case("double" if t is np.float64 else "float", np.array(v))
    case("double" if t is np.float64 else "float", bits.view(t)[60:].reshape(10, -1))

for name, t in INTS.items():
    i = np.iinfo(t)
    case(name, np.array([i.min, 0, i.max], t))
    case(name, np.array(i.min, t))
    case(name, np.array(i.max, t))
    case(name, rng.integers(i.min, i.max, (3, 7), t, endpoint=True))
    case(name, rng.integers(0, 9, (2, 3, 4), t))
    case(name, np.zeros((0,), t))

case("bool", np.array(True))
case("bool", np.array(False))
case("bool", rng.integers(0, 2, (3, 20)).astype(bool))
case("bool", np.array([True]))

for name, t in COMPLEX.items():
    part = np.float32 if t is np.complex64 else np.float64
    for re in (0.0, -0.0, 1.0, 1e20, 1e-5, 0.1, 1e6, np.nan, np.inf, -np.inf):
        for im in (0.0, -0.0, 2.0, -0.5, np.nan, -np.inf):
            z = np.zeros((), t)
            z.real, z.imag = re, im
            case(name, z)
            case(name, np.array([z, 1 - 2j], t))
    for low, high in ((-1, 1), (-8, 8)):
        case(name, (floats(12, low, high) + 1j * floats(12, low, high)).astype(t).reshape(3, 4))

STRINGS = [b"", b"a", b"it's", b'say "no"', b"both ' and \"", b"\x00\x01\x7f\x80\xff", b"tab\tnl\nret\rback\\", b"hello world", "h\u00e9".encode()]
for s in STRINGS:
    a = np.empty((), object)
    a[()] = s
    case("string", a)
case("string", np.array(STRINGS, object))
case("string", np.array([b"word%d" % i for i in range(40)], object))
case("string", np.array([b"x" * 80, b"y", b"z" * 90], object))
case("string", np.array([b"a", b"bb", b"ccc", b"d"], object).reshape(2, 2))

for rank in range(1, 9):
    case("float", floats(2 ** rank, -1, 1).astype(np.float32).reshape((2,) * rank))
    case("int32", np.arange(2 ** rank, dtype=np.int32).reshape((2,) * rank))
case("int64", np.arange(300).reshape(3, 100))
case("int64", np.arange(30).reshape(30, 1))
case("float", np.zeros((1, 0, 2), np.float32))
case("float", rng.standard_normal(200).astype(np.float32))
case("double", rng.standard_normal((2, 33)))
case("int32", np.full((1, 1, 1, 1, 1, 1, 1, 1), 7, np.int32))

for shape in ((1000,), (1001,), (7, 143), (6, 167), (2000, 1), (1, 2000), (11, 10, 10), (3, 4, 5, 100), (2, 2, 3, 7, 13), (2, 3, 2, 7, 2, 2, 2, 2), (100, 100)):
    for name, t, step in (("int32", np.int32, 3), ("float", np.float32, 0.37), ("double", np.float64, 1.5)):
        a = (np.arange(np.prod(shape)).astype(np.float64) * step).astype(t).reshape(shape)
        case(name, a, "=%s" % step)
case("bool", (np.arange(1200) * 1.0).astype(bool), "=1")
