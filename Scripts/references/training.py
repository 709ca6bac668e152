"""Makes the golden files of the tests of training with PyTorch.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-training.txt
    venv/bin/python Scripts/references/training.py
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "TensorTests" / "Goldens"
VERSIONS = {"numpy": np.__version__, "torch": torch.__version__.split("+")[0]}


def stored(values):
    """The values as Swift reads them: three decimals, then float32."""
    return torch.tensor(np.round(values, 3).astype(np.float32))


def array(tensor):
    values = [float(f"{v:.8g}") for v in tensor.detach().double().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def write(name, content):
    text = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":")) + "\n"
    assert len(text) <= 256 * 1024, name
    (GOLDENS / name).write_text(text)


MASK = torch.tensor([[-np.inf if k > q + 1 else 0.25 * k for k in range(5)] for q in range(4)])


def last(operation, x, *arguments, **options):
    """The operation on pictures with their channels last."""
    return operation(x.permute(0, 3, 1, 2), *arguments, **options).permute(0, 2, 3, 1)


def info_nce(a, b):
    scores = F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T * 5
    labels = torch.arange(4)
    return (F.cross_entropy(scores, labels) + F.cross_entropy(scores.T, labels)) * 0.5


# name → (shapes, offset, scale, operation); in double precision, so that the goldens carry no rounding of PyTorch's.
CASES = {
    "add": ([[2, 3, 4], [3, 1]], 0, 1, lambda a, b: a + b),
    "subtract": ([[3, 4], [2, 3, 4]], 0, 1, lambda a, b: a - b),
    "multiply": ([[3, 4], [4]], 0, 1, lambda a, b: a * b),
    "divide": ([[3, 4], [3, 1]], 3, 0.3, lambda a, b: a / b),
    "scalars": ([[5]], 3, 0.3, lambda a: (2 - a) * 3 + 1 / a - a / 4 + (-a)),
    "same-twice": ([[2, 3]], 0, 1, lambda a: a * a + a),
    "squares": ([[7]], 0, 1, lambda a: a.square()),
    "square-roots": ([[7]], 3, 0.3, lambda a: a.sqrt()),
    "relu": ([[3, 20]], 0.2, 1, F.relu),
    "gelu": ([[3, 20]], 0, 2, F.gelu),
    "gelu-tanh": ([[3, 20]], 0, 2, lambda a: F.gelu(a, approximate="tanh")),
    "quick-gelu": ([[3, 20]], 0, 2, lambda a: a * torch.sigmoid(1.702 * a)),
    "silu": ([[3, 20]], 0, 2, F.silu),
    "tanh": ([[3, 20]], 0, 1, torch.tanh),
    "sigmoid": ([[3, 20]], 0, 2, torch.sigmoid),
    "exp": ([[3, 20]], 0, 1, torch.exp),
    "log": ([[3, 20]], 3, 0.3, torch.log),
    "sum-all": ([[2, 3, 4]], 0, 1, lambda a: a.sum()),
    "sum-axes": ([[2, 3, 4]], 0, 1, lambda a: a.sum(dim=(0, -1))),
    "mean-kept": ([[2, 3, 4]], 0, 1, lambda a: a.mean(dim=1, keepdim=True)),
    "broadcast": ([[3, 1]], 0, 1, lambda a: a.expand(2, 3, 4)),
    "reshape-permute": ([[2, 3, 4]], 0, 1, lambda a: a.permute(2, 0, 1).reshape(4, 6).T),
    "slice": ([[2, 5, 3]], 0, 1, lambda a: a[:, 1:4]),
    "gather": ([[5, 3]], 0, 1, lambda a: F.embedding(torch.tensor([4, 1, 1, 0, 4]), a)),
    "concatenate": ([[2, 3], [2, 1], [2, 2]], 0, 1, lambda *parts: torch.cat(parts, dim=-1)),
    "product": ([[3, 4], [4, 5]], 0, 1, lambda a, b: a @ b),
    "product-transposed-left": ([[4, 3], [4, 5]], 0, 1, lambda a, b: a.T @ b),
    "product-transposed-right": ([[3, 4], [5, 4]], 0, 1, lambda a, b: a @ b.T),
    "product-transposed-both": ([[4, 3], [5, 4]], 0, 1, lambda a, b: a.T @ b.T),
    "product-batched": ([[2, 1, 3, 4], [3, 4, 2]], 0, 1, lambda a, b: a @ b),
    "product-batch-and-matrix": ([[2, 3, 4], [5, 4]], 0, 1, lambda a, b: a @ b.T),
    "product-matrix-and-batch": ([[4, 3], [2, 4, 5]], 0, 1, lambda a, b: a.T @ b),
    "product-batch-both-transposed": ([[2, 4, 3], [5, 4]], 0, 1, lambda a, b: a.transpose(1, 2) @ b.T),
    "linear": ([[2, 3, 4], [5, 4], [5]], 0, 1, F.linear),
    "softmax": ([[3, 5]], 0, 1, lambda a: F.softmax(a, dim=-1)),
    "log-softmax": ([[3, 5]], 0, 1, lambda a: F.log_softmax(a, dim=-1)),
    "log-sum-exp": ([[2, 3, 5]], 0, 1, lambda a: a.logsumexp(dim=-1)),
    "layer-norm": ([[2, 3, 7], [7], [7]], 0, 1, lambda x, w, b: F.layer_norm(x, [7], w, b)),
    "layer-norm-plain": ([[3, 7]], 0, 1, lambda x: F.layer_norm(x, [7], eps=1e-3)),
    "normalize": ([[3, 6]], 0, 1, lambda a: F.normalize(a, dim=-1)),
    "attention": ([[2, 4, 3], [2, 5, 3], [2, 5, 2]], 0, 1, F.scaled_dot_product_attention),
    "attention-masked": ([[2, 2, 4, 3], [2, 2, 5, 3], [2, 2, 5, 3]], 0, 1,
                         lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=MASK.to(q.dtype))),
    "attention-causal": ([[2, 5, 3], [2, 5, 3], [2, 5, 3]], 0, 1,
                         lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=0.4)),
    "convolution": ([[2, 5, 6, 3], [4, 3, 3, 3], [4]], 0, 1, lambda x, w, b: last(F.conv2d, x, w, b, padding=1)),
    "convolution-strided": ([[2, 7, 6, 2], [3, 2, 3, 2]], 0, 1, lambda x, w: last(F.conv2d, x, w, stride=2, padding=1)),
    "convolution-grouped": ([[1, 5, 5, 4], [6, 2, 3, 3], [6]], 0, 1, lambda x, w, b: last(F.conv2d, x, w, b, groups=2)),
    "convolution-depthwise-dilated": ([[2, 7, 7, 3], [3, 1, 3, 3]], 0, 1,
                                      lambda x, w: last(F.conv2d, x, w, padding=2, dilation=2, groups=3)),
    "max-pool": ([[2, 6, 6, 2]], 0, 1, lambda x: last(F.max_pool2d, x, 2)),
    "max-pool-overlapping": ([[1, 7, 6, 2]], 0, 1, lambda x: last(F.max_pool2d, x, 3, stride=2, padding=1)),
    "average-pool": ([[1, 7, 6, 2]], 0, 1, lambda x: last(F.avg_pool2d, x, 3, stride=2, padding=1)),
    "mean-squared-error": ([[3, 4], [3, 4]], 0, 1, F.mse_loss),
    "cross-entropy": ([[4, 5]], 0, 1, lambda a: F.cross_entropy(a, torch.tensor([1, 4, 0, 1]))),
    "info-nce": ([[4, 6], [4, 6]], 0, 1, info_nce),
}


def gradients():
    random = np.random.default_rng(1)
    cases = []
    for name, (shapes, offset, scale, operation) in CASES.items():
        inputs = [stored(offset + scale * random.normal(size=shape)) for shape in shapes]
        leaves = [tensor.double().requires_grad_() for tensor in inputs]
        output = operation(*leaves)
        weights = stored(random.normal(size=tuple(output.shape)))
        (output * weights.double()).sum().backward()
        cases.append({
            "name": name,
            "inputs": [array(tensor) for tensor in inputs],
            "weights": array(weights),
            "output": array(output),
            "gradients": [array(leaf.grad) for leaf in leaves],
        })
    write("training-gradients.json", {"cases": cases})


def autoencoder(width, hidden, middle, dtype):
    torch.manual_seed(2)
    model = torch.nn.Sequential(
        torch.nn.Linear(width, hidden), torch.nn.GELU(), torch.nn.Linear(hidden, middle),
        torch.nn.Linear(middle, hidden), torch.nn.GELU(), torch.nn.Linear(hidden, width)).to(dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(stored(parameter.detach().double().numpy()))
    return model


def runs():
    """Twenty steps of each optimiser on an autoencoder: parameters and losses afterwards."""
    data = stored(np.random.default_rng(3).normal(size=(64, 24)))
    optimizers = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam-decay": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd-momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
        "sgd-nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
        "adam-clipped": lambda p: torch.optim.Adam(p, lr=0.01),
        "sgd-clipped": lambda p: torch.optim.SGD(p, lr=0.5),
    }
    results = []
    model = autoencoder(24, 16, 8, torch.float32)
    names = [name for name, _ in model.named_parameters()]
    initial = {name: array(p) for name, p in model.named_parameters()}
    for name, make in optimizers.items():
        model = autoencoder(24, 16, 8, torch.float32)
        optimizer = make(model.parameters())
        losses = []
        for step in range(20):
            batch = data[step % 4 * 16:step % 4 * 16 + 16]
            optimizer.zero_grad()
            loss = F.mse_loss(model(batch), batch)
            loss.backward()
            if name.endswith("clipped"):
                torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
            optimizer.step()
            losses.append(loss.item())
        results.append({"optimizer": name, "losses": losses,
                        "parameters": {key: array(p) for key, p in model.named_parameters()}})
    write("training-runs.json", {"names": names, "initial": initial, "data": array(data), "runs": results})


def schedules():
    def rates(make, steps=30):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        scheduler = make(optimizer)
        result = []
        for _ in range(steps):
            result.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return result

    from torch.optim import lr_scheduler as S
    # Warm-up: step i of n runs at (i + 1) / n.
    warm = lambda o, n: S.LinearLR(o, start_factor=1 / n, end_factor=1, total_iters=n - 1)
    write("training-schedules.json", {
        "constant": rates(lambda o: S.ConstantLR(o, factor=1)),
        "step": rates(lambda o: S.StepLR(o, step_size=7, gamma=0.5)),
        "cosine": rates(lambda o: S.CosineAnnealingLR(o, T_max=29, eta_min=0.1)),
        "warmUp": rates(lambda o: warm(o, 5)),
        "warmUpCosine": rates(lambda o: S.SequentialLR(o, [warm(o, 5), S.CosineAnnealingLR(o, T_max=24)], [5])),
    })


if __name__ == "__main__":
    gradients()
    runs()
    schedules()
