"""Writes the small .npy files that the tests of Kindred's reader are held against.

Usage: python Scripts/references/npy.py Tests/TensorTests/Goldens/npy
Made with NumPy 2.4.6.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def save(name, array, version=(1, 0)):
    with open(out / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version)


# Element (i, j) is (4 i + j − offset) · scale; the tests know the same rule.
count = np.arange(12).reshape(3, 4)
for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    if code == "b1":
        values = count % 3 == 0
    elif code[0] == "i":
        values = (count - 5) * 11
    elif code[0] == "u":
        values = count * 21
    else:
        values = (count - 5) * 0.25
    for order in "<>" if int(code[1]) > 1 else "|":
        name = {"<": "little", ">": "big", "|": "byte"}[order]
        array = values.astype(np.dtype(order + code))
        save(f"{code}-{name}-c", np.ascontiguousarray(array))
        save(f"{code}-{name}-fortran", np.asfortranarray(array))

matrix = ((count - 5) * 0.25).astype("<f4")
save("version-2", matrix, version=(2, 0))
save("version-3", matrix, version=(3, 0))
save("vector", matrix[0])
save("vector-i4", np.array([0, -1, 2, 2147483647], dtype="<i4"))
save("number", np.array(3.5, dtype="<f4"))
cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
save("cube-c", cube)
save("cube-fortran", np.asfortranarray(cube))
save("no-rows", matrix[:0])
save("no-columns", matrix[:, :0])
with_nan = matrix.copy()
with_nan[2, 1] = np.nan
save("nan", with_nan)
save("infinite-f8", np.array([[1.0, 2.0], [-np.inf, 4.0]]))
save("too-large-f8", np.array([[1.0, 1e300]]))
save("large-u8", np.array([1, 2**64 - 1], dtype="<u8"))
np.save(out / "objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
save("complex", np.array([[1 + 2j]]))
save("text", np.array(["one", "three"]))
save("records", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
