"""Makes npy.txt: .npy files as NumPy 2.4.6 writes them, for t/check_formats_npy.c. Run it here: python make_npy.py

Each case is a line "FILE-IN-HEX SAME LINES" and LINES lines of what NumPy prints of it; SAME is 1 when saving again gives the same bytes."""
import io
import numpy as np
from numpy.lib import format as npy

out = open("npy.txt", "w")


def case(a, version=None, header=None):
    f = io.BytesIO()
    if header is None:
        npy.write_array(f, a, version=version)
    else:
        f.write(header + a.tobytes())
    data = f.getvalue()
    same = header is None and version in (None, (1, 0)) and a.dtype.isnative and a.flags.c_contiguous
    text = str(a)
    print(data.hex(), int(same), text.count("\n") + 1, file=out)
    print(text, file=out)


for t in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1 c8 c16".split():
    a = np.arange(6).reshape(2, 3).astype(t)
    case(a)
    case(a.astype(">" + t))
    case(np.asfortranarray(a))
case(np.array(2.5, np.float32))
case(np.array([], np.int64))
case(np.zeros((3, 0, 2), np.float64))
case(np.arange(5.0))
case(np.arange(24, dtype=np.int32).reshape(2, 3, 4))
case(np.asfortranarray(np.arange(24, dtype=">i4").reshape(2, 3, 4)))
case(np.asfortranarray(np.arange(16, dtype=np.int16).reshape((2,) * 4)), (2, 0))
case(np.arange(256, dtype=np.uint8).reshape((2,) * 8))
case(np.arange(3.0), (2, 0))
case(np.arange(3.0), (3, 0))
head = b"{\"shape\":(2L,),\n 'fortran_order' : True,'descr':'=i4'}"
case(np.array([1, 2], np.int32), header=b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
