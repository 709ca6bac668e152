"""Functions of each element, and rows that are normalized: 1600 rows of 3072, the inner layer of a ViT-B/32 batch."""
import numpy as np


def row_data():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=shape).astype(np.float32)
            for name, shape in [("x", (1600, 3072)), ("weight", (1, 3072)), ("bias", (1, 3072))]}


def torch_rows(work):
    def prepare(data):
        import torch

        x, weight, bias = (torch.from_numpy(data[name]) for name in ("x", "weight", "bias"))
        return lambda: {"checksum": float(work(torch, x, weight.reshape(-1), bias.reshape(-1))[17, 42])}
    return prepare


CASES = {
    "gelu": ("GELU 1600×3072", row_data, {
        "PyTorch": torch_rows(lambda torch, x, weight, bias: torch.nn.functional.gelu(x))}),
    "softmax": ("softmax 1600×3072", row_data, {
        "PyTorch": torch_rows(lambda torch, x, weight, bias: torch.softmax(x, 1))}),
    "layer-norm": ("LayerNorm 1600×3072", row_data, {
        "PyTorch": torch_rows(lambda torch, x, weight, bias: torch.nn.functional.layer_norm(
            x, (x.shape[1],), weight, bias))}),
}
