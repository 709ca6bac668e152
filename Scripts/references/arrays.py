"""Makes the golden file of the tests of NDArray with NumPy.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-arrays.txt
    venv/bin/python Scripts/references/arrays.py
"""

import json
import pathlib

import numpy as np

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorTests" / "Goldens"

# name → (shapes, operation); in double precision.
CASES = {
    "add": ([[2, 3, 4], [3, 1]], lambda a, b: a + b),
    "subtract": ([[4, 1, 5], [3, 1]], lambda a, b: a - b),
    "multiply": ([[3, 17], [17]], lambda a, b: a * b),
    "divide": ([[3, 17], []], lambda a, b: a / b),
    "minimum": ([[2, 1, 5], [3, 5]], np.minimum),
    "maximum": ([[2, 1, 5], [3, 5]], np.maximum),
    "clamped": ([[20]], lambda a: a.clip(-0.5, 0.75)),
    "transposed": ([[2, 3, 4]], lambda a: a.swapaxes(-1, -2)),
    "permuted": ([[2, 3, 4, 5]], lambda a: a.transpose(2, 0, 3, 1)),
    "slice": ([[3, 6, 4]], lambda a: a[:, 2:5]),
    "broadcast": ([[3, 1]], lambda a: np.broadcast_to(a, (2, 3, 4))),
    "gathering": ([[3, 5, 2]], lambda a: a.take([4, 0, 0], axis=1)),
    "concatenating": ([[2, 3], [2, 1]], lambda a, b: np.concatenate([a, b], axis=1)),
    "stacking": ([[2, 3], [2, 3]], lambda a, b: np.stack([a, b], axis=1)),
    "sum": ([[3, 4, 5]], lambda a: a.sum(axis=(0, 2))),
    "mean-kept": ([[3, 4, 5]], lambda a: a.mean(axis=1, keepdims=True)),
    "variance": ([[3, 4, 5]], lambda a: a.var(axis=-1)),
    "largest": ([[3, 4, 5]], lambda a: a.max(axis=1)),
    "smallest": ([[3, 4, 5]], lambda a: a.min(axis=(1, 2))),
    "index-of-maximum": ([[3, 4, 5]], lambda a: a.argmax(axis=1)),
    "product": ([[2, 1, 3, 4], [5, 4, 6]], lambda a, b: a @ b),
}


def array(values):
    return {"shape": list(values.shape), "values": [float(f"{v:.8g}") for v in values.flatten().tolist()]}


if __name__ == "__main__":
    random = np.random.default_rng(1)
    cases = []
    for name, (shapes, operation) in CASES.items():
        inputs = [np.round(random.normal(size=shape), 3).astype(np.float32).reshape(shape) for shape in shapes]
        result = np.asarray(operation(*[values.astype(np.float64) for values in inputs]))
        cases.append({"name": name, "inputs": [array(values) for values in inputs], "result": array(result)})
    text = json.dumps({"versions": {"numpy": np.__version__}, "cases": cases}, separators=(",", ":")) + "\n"
    (GOLDENS / "arrays.json").write_text(text)
