"""Makes the golden files of TensorTests for convolution and pooling with PyTorch, in double precision.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-convolution.txt
    venv/bin/python Scripts/references/convolution.py
"""

import json
import pathlib

import numpy as np
import torch
from torch.nn import functional

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorTests" / "Goldens"
random = np.random.default_rng(5)


def numbers(*shape):
    """Normally distributed, two decimals, and exact in float32 as Swift reads them."""
    return torch.from_numpy(np.round(random.normal(size=shape), 2).astype(np.float32).astype(np.float64))


def array(values):
    return {"shape": list(values.shape), "values": [round(float(v), 6) for v in values.flatten()]}


def last(pictures):
    """Channels last, as Kindred keeps them."""
    return array(pictures.permute(0, 2, 3, 1))


def convolution(name, n, height, width, inputs, outputs, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1),
                groups=1, bias=True, relu=False, normalized=False):
    pictures = numbers(n, inputs, height, width)
    weights = numbers(outputs, inputs // groups, *kernel)
    offset = numbers(outputs) if bias else None
    result = functional.conv2d(pictures, weights, offset, stride, padding, dilation, groups)
    case = {}
    if normalized:
        mean, variance, scale, shift = numbers(outputs), numbers(outputs).abs() + 0.01, numbers(outputs), numbers(outputs)
        variance = torch.from_numpy(variance.numpy().astype(np.float32).astype(np.float64))
        result = functional.batch_norm(result, mean, variance, scale, shift, eps=1e-3)
        case["normalization"] = {"mean": array(mean), "variance": array(variance), "weight": array(scale),
                                 "bias": array(shift)}
    return {
        "name": name, "input": last(pictures), "weights": array(weights), "bias": array(offset) if bias else None,
        "stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "relu": relu,
        "output": last(functional.relu(result) if relu else result), **case,
    }


def convolutions():
    return [
        convolution("3 × 3", 2, 9, 7, 3, 5, (3, 3), padding=(1, 1)),
        convolution("3 × 3 of many channels", 1, 8, 9, 20, 18, (3, 3), padding=(1, 1), relu=True),
        convolution("7 × 7 of stride 2", 1, 15, 17, 3, 4, (7, 7), stride=(2, 2), padding=(3, 3), relu=True),
        convolution("long lines", 1, 3, 40, 2, 3, (3, 5), padding=(1, 2)),
        convolution("1 × 1", 2, 4, 5, 6, 7, (1, 1)),
        convolution("1 × 1 of stride 2", 1, 5, 6, 6, 3, (1, 1), stride=(2, 2), bias=False),
        convolution("patches", 2, 8, 12, 3, 6, (4, 4), stride=(4, 4)),
        convolution("different along the axes", 1, 11, 9, 2, 3, (2, 4), stride=(3, 1), padding=(1, 2), dilation=(2, 1)),
        convolution("dilated", 1, 10, 9, 3, 2, (3, 3), padding=(2, 3), dilation=(2, 3)),
        convolution("groups", 1, 6, 7, 6, 9, (3, 3), padding=(1, 1), groups=3),
        convolution("depthwise", 2, 7, 6, 5, 5, (3, 3), padding=(1, 1), groups=5, relu=True),
        convolution("depthwise, three for each", 1, 6, 8, 4, 12, (3, 2), stride=(1, 2), padding=(1, 0), groups=4),
        convolution("normalised", 1, 6, 6, 4, 6, (3, 3), padding=(1, 1), normalized=True, relu=True),
        convolution("normalised without bias, depthwise", 1, 6, 5, 4, 4, (3, 3), groups=4, bias=False, normalized=True),
    ]


def pooling(name, kind, height, width, window, stride, padding=(0, 0), rounds_up=False, counts_padding=True):
    pictures = numbers(2, 3, height, width)
    if kind == "maximum":
        result = functional.max_pool2d(pictures, window, stride, padding, ceil_mode=rounds_up)
    else:
        result = functional.avg_pool2d(pictures, window, stride, padding, rounds_up, counts_padding)
    return {"name": name, "kind": kind, "input": last(pictures), "window": window, "stride": stride, "padding": padding,
            "roundsUp": rounds_up, "countsPadding": counts_padding, "output": last(result)}


def adaptive(kind, height, width, output):
    pictures = numbers(2, 3, height, width)
    pool = functional.adaptive_max_pool2d if kind == "maximum" else functional.adaptive_avg_pool2d
    return {"kind": kind, "input": last(pictures), "size": output, "output": last(pool(pictures, output))}


def poolings():
    cases = []
    for kind, counts in (("maximum", True), ("mean", True), ("mean", False)):
        label = kind + ("" if counts else " of the picture's pixels")
        cases += [
            pooling(f"{label}, side by side", kind, 6, 8, (2, 2), (2, 2), counts_padding=counts),
            pooling(f"{label}, overlapping and padded", kind, 7, 8, (3, 3), (2, 2), (1, 1), counts_padding=counts),
            pooling(f"{label}, rounded up", kind, 8, 9, (3, 2), (3, 2), (1, 1), True, counts),
            pooling(f"{label}, rounded up with room to spare", kind, 5, 6, (2, 3), (4, 4), (1, 1), True, counts),
            pooling(f"{label}, different along the axes", kind, 7, 5, (4, 2), (1, 3), (2, 0), counts_padding=counts),
        ]
    return cases


content = {
    "versions": {"numpy": np.__version__, "torch": torch.__version__.split("+")[0]},
    "convolutions": convolutions(),
    "poolings": poolings(),
    "adaptive": [adaptive(kind, h, w, size) for kind in ("maximum", "mean")
                 for h, w, size in ((7, 9, (3, 4)), (2, 3, (4, 5)), (5, 6, (1, 1)), (6, 6, (3, 2)))],
}
(GOLDENS / "convolution.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
