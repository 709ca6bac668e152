"""Writes the small .safetensors and .npz files that the tests of Kindred's readers and writers are held against.

Usage: python Scripts/references/files.py Tests/TensorTests/Goldens
Versions: requirements-files.txt. The same versions give the same bytes.
"""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import save_file as save_torch

out = Path(sys.argv[1])
tensors = out / "safetensors"
archives = out / "npz"
for folder in (tensors, archives):
    folder.mkdir(parents=True, exist_ok=True)

# Element i of an array of 3 × 4; the tests know the same rule.
count = torch.arange(12).reshape(3, 4)
types = {
    "BOOL": torch.bool, "U8": torch.uint8, "I8": torch.int8, "I16": torch.int16, "U16": torch.uint16,
    "F16": torch.float16, "BF16": torch.bfloat16, "I32": torch.int32, "U32": torch.uint32, "F32": torch.float32,
    "F64": torch.float64, "I64": torch.int64, "U64": torch.uint64,
}
values = {}
for code, kind in types.items():
    if code == "BOOL":
        values[code] = count % 3 == 0
    elif code[0] == "I":
        values[code] = ((count - 5) * 11).to(kind)
    elif code[0] == "U":
        values[code] = (count * 21).to(kind)
    else:
        values[code] = ((count - 5) * 0.25).to(kind)
save_torch(values, tensors / "types.safetensors", metadata={"format": "pt"})

# Shapes of every kind, and integers that no double holds.
save_torch({
    "number": torch.tensor(3.5), "no rows": torch.zeros(0, 4), "cube": torch.arange(24.0).reshape(2, 3, 4),
    "eight": torch.arange(16.0).reshape(1, 2, 1, 2, 1, 2, 2, 1),
    "large": torch.tensor([2**63 - 1, -(2**63), 2**53 + 1]),
    "nan": torch.tensor([[1.0, 2.0], [3.0, float("nan")]]),
}, tensors / "shapes.safetensors")

# What single precision becomes in 16 bits: ties, subnormal numbers, the largest, infinities, NaN, and all magnitudes.
random = np.random.default_rng(20)
bits = random.integers(0, 2**32, 1500, dtype=np.uint32)
halves = random.integers(0, 0x7C00, 500).astype(np.uint16).view(np.float16).astype(np.float32)
ties = (halves + np.spacing(halves.astype(np.float16)).astype(np.float32) / 2).astype(np.float32)
edges = np.array([
    0.0, -0.0, 65504.0, 65519.99, 65520.0, 2.0**-14, 2.0**-24, 2.0**-25, 1.5 * 2.0**-25, np.inf, -np.inf, np.nan,
    3.4028235e38, 1.0 + 2.0**-8, 1.0 + 3 * 2.0**-8, 1e-45,
], dtype=np.float32)
floats = torch.from_numpy(np.concatenate([bits.view(np.float32), ties, edges]))
save_torch({"f32": floats, "f16": floats.half(), "bf16": floats.bfloat16()}, tensors / "rounding.safetensors")

# What the writer must give byte for byte. One metadata entry, because the reference writes several in no order.
weight = np.arange(6, dtype=np.float32).reshape(2, 3)
save_numpy(
    {"b.weight": weight, "a.weight": -weight, "é \"x\"\n": weight[0], "half": weight.astype(np.float16),
     "step": np.array(7, dtype=np.int64)},
    tensors / "written.safetensors", metadata={"note": "π / \"2\"\t"})
save_numpy({}, tensors / "nothing.safetensors")

# A model in two files, as transformers writes it.
sharded = tensors / "sharded"
sharded.mkdir(exist_ok=True)
names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
save_numpy({"a": weight, "b": weight + 1}, sharded / names[0], metadata={"format": "pt"})
save_numpy({"c": weight + 2, "unlisted": weight}, sharded / names[1], metadata={"format": "pt"})
index = {"metadata": {"total_size": 72}, "weight_map": {"a": names[0], "b": names[0], "c": names[1]}}
(sharded / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")

# Archives of arrays.
wide = np.tile(np.arange(40, dtype=np.float32), (50, 1))
arrays = {
    "floats": (np.arange(12).reshape(3, 4) - 5).astype(np.float32) * 0.25, "wide": wide,
    "halves": np.arange(5).astype(np.float16), "labels": np.array([3, -1, 2**40]), "number": np.float64(2.5),
    "nothing": np.zeros((0, 3), dtype=np.float32), "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "flags": np.array([True, False, True]), "é/../x": np.array([1.0, 2.0], dtype=np.float32),
}
np.savez(archives / "stored.npz", **arrays)
np.savez_compressed(archives / "deflated.npz", **arrays)
np.savez(archives / "positional.npz", wide[0], wide[1])

written = {"floats": arrays["floats"], "labels": arrays["labels"], "é/../x": arrays["é/../x"],
           "number": np.array(2.5, dtype=np.float32), "nothing": arrays["nothing"]}
np.savez(archives / "written.npz", **written)
# As an archive of more than 2 GiB would be laid out.
limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 200
np.savez(archives / "large.npz", **written)
zipfile.ZIP64_LIMIT = limit


class Pipe:
    """A file that cannot be rewound: the sizes then stand behind each entry."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()


# The dates are those of 1980, which zipfile uses where it is not told one.
with zipfile.ZipFile(Pipe(archives / "streamed.npz"), "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open(zipfile.ZipInfo("wide.npy"), "w", force_zip64=True) as entry:
        np.lib.format.write_array(entry, wide)
    archive.writestr(zipfile.ZipInfo("readme.txt"), "not an array", zipfile.ZIP_DEFLATED)
    archive.comment = b"a comment at the end"
