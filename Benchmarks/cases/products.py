"""Products of matrices."""
import numpy as np


def torch_product(data):
    import torch

    a, b = torch.from_numpy(data["a"]), torch.from_numpy(data["b"])
    return lambda: {"checksum": float((a @ b)[17, 42])}


def product_data():
    rng = np.random.default_rng(0)
    return {"a": rng.normal(size=(2048, 2048)).astype(np.float32), "b": rng.normal(size=(2048, 2048)).astype(np.float32)}


CASES = {
    "sgemm": ("sgemm 2048³", product_data, {"PyTorch": torch_product}),
}
