"""Training: gradients and updates."""
import numpy as np

WIDTHS = [1792, 512, 128, 512, 1792]


def torch_adam(data):
    import torch

    layers = []
    for index, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        layers += [torch.nn.Linear(inputs, outputs)] + ([torch.nn.GELU()] if index % 2 == 0 else [])
    model = torch.nn.Sequential(*layers)
    with torch.no_grad():
        for name, parameter in zip([f"{kind}{i}" for i in range(4) for kind in ("weight", "bias")], model.parameters()):
            parameter.copy_(torch.from_numpy(data[name]))
    # The faster of PyTorch's forms.
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    x = torch.from_numpy(data["x"])
    first = []

    def work():
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), x)
        loss.backward()
        optimizer.step()
        if not first:
            first.append(loss.item())
        return {"loss": first[0]}

    return work


def adam_data():
    rng = np.random.default_rng(6)
    data = {"x": rng.normal(size=(256, WIDTHS[0])).astype(np.float32)}
    for index, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        bound = 1 / np.sqrt(inputs)
        data[f"weight{index}"] = rng.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
        data[f"bias{index}"] = rng.uniform(-bound, bound, outputs).astype(np.float32)
    return data


CASES = {
    "adam-step": ("Adam step, autoencoder 1792→512→128→512→1792, batch 256", adam_data, {"PyTorch": torch_adam}),
}
