"""Makes the golden files of the kernels' tests with PyTorch and NumPy.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-kernels.txt
    venv/bin/python Scripts/references/kernels.py
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorTests" / "Goldens"
VERSIONS = {"numpy": np.__version__, "torch": torch.__version__}


def flat(tensor):
    """Nine digits name a float32 exactly; what is no normal float32 is zero."""
    return [float(f"{v:.9g}") if abs(v) > 1.2e-38 else 0.0 for v in tensor.detach().reshape(-1).double().tolist()]


def write(name, content):
    text = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":")) + "\n"
    assert len(text) <= 256 * 1024, (name, len(text))
    (GOLDENS / name).write_text(text)


def values(generator, *shape, decimals=3):
    """Numbers with few digits, so that the files stay small; exact in float32 after parsing."""
    return torch.round(torch.randn(*shape, generator=generator) * 10 ** decimals) / 10 ** decimals


def activations():
    x = torch.cat([torch.linspace(-12, 12, 193), torch.tensor([0.0, 1e-6, -1e-6, 1e-30, -1e-30, 30.0, -30.0, 80.0])])
    functions = {
        "identity": lambda x: x, "relu": F.relu,
        "gelu": lambda x: x * 0.5 * torch.special.erfc(-x / 2 ** 0.5),  # F.gelu loses the left tail
        "geluTanh": lambda x: x * torch.sigmoid(2 * (2 / torch.pi) ** 0.5 * (x + 0.044715 * x ** 3)),
        "quickGELU": lambda x: x * torch.sigmoid(1.702 * x), "silu": F.silu, "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
    }
    wide = x.double()
    write("activations.json", {
        "values": flat(x), "results": {name: flat(function(wide)) for name, function in functions.items()},
        "exponentials": flat(torch.exp(wide)),
        "positives": flat(x.abs().clamp(min=1e-30)), "logarithms": flat(torch.log(x.abs().clamp(min=1e-30).double())),
        "errorFunctions": flat(torch.erf(wide)),
    })


def rows():
    generator = torch.Generator().manual_seed(1)
    x = values(generator, 7, 37) * 4
    weight, bias = values(generator, 37), values(generator, 37)
    kept = torch.rand(7, 37, generator=generator) > 0.4
    added = values(generator, 7, 37)
    masked = x.masked_fill(~kept, -torch.inf)
    far = x + 1000
    write("rows.json", {
        "rows": 7, "columns": 37, "values": flat(x), "weight": flat(weight), "bias": flat(bias),
        "kept": kept.reshape(-1).tolist(), "added": flat(added),
        "softmax": flat(F.softmax(x, -1)), "softmaxKept": flat(F.softmax(masked, -1)),
        "softmaxAdded": flat(F.softmax(x + added, -1)), "logSumExp": flat(torch.logsumexp(x, -1)),
        "layerNorm": flat(F.layer_norm(x, (37,), weight, bias, 1e-5)),
        "layerNormPlain": flat(F.layer_norm(x, (37,), eps=1e-12)),
        "layerNormFar": flat(F.layer_norm(far.double(), (37,), eps=1e-5)),
        "biasGELUResidual": flat(F.gelu((x + bias).double()) + added.double()),
    })


def attention():
    generator = torch.Generator().manual_seed(2)
    cases = []

    def add(name, batch, heads, queries, keys, size, causal=False, mask=None, scale=None):
        q = values(generator, batch, queries, heads * size, decimals=2)
        k, v = (values(generator, batch, keys, heads * size, decimals=2) for _ in range(2))

        def split(x):
            return x.reshape(batch, -1, heads, size).transpose(1, 2)

        kept = None
        if mask == "kept":
            kept = torch.rand(batch, keys, generator=generator) > 0.3
            kept[:, 0] = True
        result = F.scaled_dot_product_attention(
            split(q), split(k), split(v), is_causal=causal, scale=scale,
            attn_mask=None if kept is None else kept[:, None, None, :])
        cases.append({
            "name": name, "batch": batch, "heads": heads, "queries": queries, "keys": keys, "size": size,
            "causal": causal, "scale": scale, "kept": None if kept is None else kept.reshape(-1).tolist(),
            "q": flat(q), "k": flat(k), "v": flat(v),
            "result": [round(x, 7) for x in flat(result.transpose(1, 2).reshape(batch, queries, heads * size))],
        })

    add("self", 2, 2, 9, 9, 32)
    add("cross, masked", 2, 2, 5, 19, 16, mask="kept")
    add("causal, size 80", 1, 1, 21, 21, 80, causal=True)
    add("scaled, odd size", 1, 3, 7, 11, 13, scale=0.5)
    write("attention.json", {"cases": cases})


def attention_bias():
    """Summands and marks for pairs of query and key, of every shape that may be shared."""
    generator = torch.Generator().manual_seed(4)
    batch, heads, queries, keys, size = 2, 3, 6, 11, 8
    q = values(generator, batch, heads, queries, size, decimals=2)
    k, v = (values(generator, batch, heads, keys, size, decimals=2) for _ in range(2))

    def together(x):
        return x.transpose(1, 2).reshape(batch, -1, heads * size)

    cases = []
    for shape in [[queries, keys], [1, keys], [heads, queries, keys], [batch, heads, queries, keys],
                  [batch, 1, queries, keys]]:
        for marks in [False, True]:
            if marks:
                mask = torch.rand(*shape, generator=generator) > 0.4
                mask[..., 0] = True
            else:
                mask = values(generator, *shape, decimals=2)
            result = together(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))
            cases.append({
                "shape": shape, "kept": mask.reshape(-1).tolist() if marks else None,
                "added": None if marks else flat(mask), "result": [round(x, 7) for x in flat(result)],
            })
    write("attention-bias.json", {
        "batch": batch, "heads": heads, "queries": queries, "keys": keys, "size": size, "q": flat(together(q)),
        "k": flat(together(k)), "v": flat(together(v)), "cases": cases,
    })


def conversions():
    # Every half-precision number is tested against arithmetic in the tests; here, roundings to it, half-way cases among them.
    generator = np.random.default_rng(3)
    x = np.concatenate([
        generator.standard_normal(300), generator.standard_normal(100) * 1e-5, generator.standard_normal(100) * 6e-8,
        [0.0, -0.0, 65504, 65519.99, 65520, -65520, 1e9, 6e-8, 2.98e-8, 2.9802322e-8, 2.9802326e-8, 1e-45, 6.1e-5],
        1 + np.arange(64) / 2048 + 1 / 4096, [3.3895314e38, 3.4e38, -3.4028235e38, 1.1754944e-38, 9.2e-41],
    ]).astype(np.float32)
    x = np.concatenate([x, np.array([np.inf, -np.inf, np.nan], np.float32)])
    with np.errstate(over="ignore"):
        half = x.astype(np.float16).view(np.uint16)
    brain = torch.from_numpy(x).to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16)
    write("conversions.json", {
        "bits": x.view(np.uint32).tolist(), "float16": half.tolist(), "bfloat16": brain.tolist(),
    })


activations()
rows()
attention()
attention_bias()
conversions()
