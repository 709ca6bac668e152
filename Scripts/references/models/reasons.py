"""Heat maps of small random vision transformers by torch's autograd and by pytorch-grad-cam, and zero-shot labels.

Run with the packages of requirements-reasons.txt from the repository's root, after encoders.py and sentences.py, and with
pytorch-grad-cam, which asks for a torchvision that does not go with this torch and is not used:
    pip install --no-deps grad-cam==1.5.7 ttach==0.0.3
    python Scripts/references/models/reasons.py
Writes Tests/EncodersTests/Goldens/reasons/<model>.safetensors, for the checkpoints in Goldens/models. Attention and its
gradients are those of transformers' eager attention; gradients for activations are weighed by pytorch-grad-cam (its
GradCAM.get_cam_image, before it rescales and enlarges), and by hand for comparison.
"""
import sys
from pathlib import Path
from unittest.mock import MagicMock

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import (
    ChineseCLIPModel, CLIPModel, Dinov2Model, Dinov2WithRegistersModel, SiglipModel, ViTModel)

# pytorch-grad-cam imports these for reading and drawing pictures, which is not done here.
for helper in ["torchvision", "torchvision.transforms", "torchvision.transforms.functional"]:
    sys.modules.setdefault(helper, MagicMock())
from pytorch_grad_cam import GradCAM  # noqa: E402

MODELS = Path(__file__).resolve().parents[3] / "Tests" / "EncodersTests" / "Goldens" / "models"
GOLDENS = MODELS.parent / "reasons"
KINDS = {
    "clip": CLIPModel, "clip-gelu": CLIPModel, "chinese-clip": ChineseCLIPModel, "siglip": SiglipModel, "vit": ViTModel,
    "dinov2": Dinov2Model, "dinov2-registers": Dinov2WithRegistersModel}


class Reader(torch.nn.Module):
    """Pixels to vectors of length 1; the attention of all layers is kept."""

    def __init__(self, name, pooling):
        super().__init__()
        self.name, self.pooling = name, pooling
        self.model = KINDS[name].from_pretrained(MODELS / name, attn_implementation="eager").float().eval()
        self.leading = {"siglip": 0, "dinov2-registers": 4}.get(name, 1)

    def layers(self):
        if self.name in ["clip", "clip-gelu", "chinese-clip", "siglip"]:
            return [layer.layer_norm1 for layer in self.model.vision_model.encoder.layers]
        if self.name == "vit":
            return [layer.layernorm_before for layer in self.model.layers]
        return [layer.norm1 for layer in self.model.encoder.layer]

    def pool(self, tokens):
        """SigLIP's head, with the attention of its query in sight."""
        head = self.model.vision_model.head
        attention, width = head.attention, tokens.shape[2]
        wq, wk, wv = attention.in_proj_weight.split(width)
        bq, bk, bv = attention.in_proj_bias.split(width)
        split = lambda x: x.unflatten(2, (attention.num_heads, -1)).transpose(1, 2)
        q = split(head.probe.expand(len(tokens), -1, -1) @ wq.T + bq)
        k, v = split(tokens @ wk.T + bk), split(tokens @ wv.T + bv)
        weights = (q @ k.transpose(2, 3) / q.shape[3] ** 0.5).softmax(3)
        seen = attention.out_proj((weights @ v).transpose(1, 2).flatten(2))
        result = (seen + head.mlp(head.layernorm(seen)))[:, 0]
        assert torch.allclose(result, head(tokens), atol=1e-5)
        return result, weights

    def forward(self, pixels):
        tower = self.model.vision_model if hasattr(self.model, "vision_model") else self.model
        seen = tower(pixels, output_attentions=True)
        self.attentions, self.probe = list(seen.attentions), None
        tokens = seen.last_hidden_state
        if self.name == "siglip":
            vectors, self.probe = self.pool(tokens)
        elif self.name in ["clip", "clip-gelu", "chinese-clip"]:
            vectors = self.model.visual_projection(seen.pooler_output)
        else:
            patches = tokens[:, self.leading:].mean(1)
            vectors = {"class": tokens[:, 0], "mean": patches, "both": torch.cat([tokens[:, 0], patches], 1)}[self.pooling]
        return torch.nn.functional.normalize(vectors, dim=1)

    def start(self, count, probe=None):
        """The rows that a vector is read from."""
        row = torch.zeros(count)
        if probe is not None:
            return probe
        if self.pooling in ["mean", "both"]:
            row[self.leading:] = 1 / (count - self.leading)
        if self.pooling == "both":
            row /= 2
        if self.pooling in ["class", "both"]:
            row[0] = {"class": 1, "both": 0.5}[self.pooling]
        return row.expand(len(self.attentions[0]), -1)


def discard(rows, share):
    """Without the weakest of each row."""
    rows = rows.clone()
    count = int(rows.shape[-1] * share)
    if count:
        rows.scatter_(-1, rows.topk(count, dim=-1, largest=False).indices, 0)
    return rows


def rollout(reader, fuse, share=0.0):
    """Abnar and Zuidema, equations 1 and 2, as full products of matrices."""
    result = None
    for attention in reader.attentions:
        fused = discard(fuse(attention), share) + torch.eye(attention.shape[-1])
        fused = fused / fused.sum(-1, keepdim=True)
        result = fused if result is None else fused @ result
    probe = None
    if reader.probe is not None:
        probe = discard(fuse(reader.probe)[:, 0], share)
        probe = probe / probe.sum(-1, keepdim=True)
    start = reader.start(result.shape[1], probe)
    return (start[:, None] @ result)[:, 0, reader.leading:]


def relevance(reader, score):
    """Chefer et al., equations 5 and 6, as full products of matrices."""
    attentions = reader.attentions + ([reader.probe] if reader.probe is not None else [])
    weighed = [
        (attention * gradient).clamp(min=0).mean(1)
        for attention, gradient in zip(attentions, torch.autograd.grad(score, attentions, retain_graph=True))]
    result = torch.eye(weighed[0].shape[-1]).expand(len(weighed[0]), -1, -1)
    for part in weighed[: len(reader.attentions)]:
        result = result + part @ result
    start = reader.start(result.shape[1], weighed[-1][:, 0] if reader.probe is not None else None)
    return (start[:, None] @ result)[:, 0, reader.leading:]


class Along:
    """The score of one picture."""

    def __init__(self, direction):
        self.direction = direction

    def __call__(self, vector):
        return vector @ self.direction


def maps(reader, pixels, directions):
    result = {}
    for index, norm in enumerate(reader.layers()):
        kept = []
        handle = norm.register_forward_hook(lambda module, inputs, output: kept.append(output))
        score = (reader(pixels) * directions).sum()
        handle.remove()
        gradient = torch.autograd.grad(score, kept[0])[0]
        patches = kept[0][:, reader.leading:]
        weights = gradient[:, reader.leading:].mean(1)
        by_hand = (patches * weights[:, None]).sum(2)
        # The same by pytorch-grad-cam.
        side = int(patches.shape[1] ** 0.5)
        grid = lambda tokens: tokens[:, reader.leading:].unflatten(1, (side, side)).permute(0, 3, 1, 2)
        targets = [Along(direction) for direction in directions]
        with GradCAM(model=reader, target_layers=[norm], reshape_transform=grid) as cam:
            outputs = cam.activations_and_grads(pixels)
            sum(target(output) for target, output in zip(targets, outputs)).backward()
            weighed = cam.get_cam_image(
                pixels, norm, targets, cam.activations_and_grads.activations[0].numpy(),
                cam.activations_and_grads.gradients[0].numpy())
        weighed = torch.from_numpy(weighed).flatten(1)
        assert torch.allclose(weighed, by_hand, atol=1e-5 * float(by_hand.abs().max())), (weighed - by_hand).abs().max()
        result[f"activation.{index + 1}"] = weighed.clamp(min=0)
        assert (weighed > 0).float().mean() > 0.1, index
    return result


def explain(name, pooling):
    reader = Reader(name, pooling)
    expected = load_file(MODELS / name / "expected.safetensors")
    pixels = expected["pixels"]
    generator = torch.Generator().manual_seed(31)
    vectors = reader(pixels)
    if "image_vectors" in expected:
        assert torch.allclose(
            vectors, torch.nn.functional.normalize(expected["image_vectors"], dim=1), atol=1e-5)
    directions = torch.randn(vectors.shape, generator=generator)
    result = {"directions": directions, "scores": (vectors * directions).sum(1)}
    for fusion, fuse in [("mean", lambda a: a.mean(1)), ("max", lambda a: a.amax(1)), ("min", lambda a: a.amin(1))]:
        result[f"rollout.{fusion}"] = rollout(reader, fuse)
        result[f"rollout.{fusion}.discard"] = rollout(reader, fuse, 0.3)
    result["attention"] = relevance(reader, (vectors * directions).sum())
    result |= maps(reader, pixels, directions)
    # The gradient for what enters each layer.
    for index, norm in enumerate(reader.layers()):
        kept = []
        handle = norm.register_forward_pre_hook(lambda module, inputs: kept.append(inputs[0]))
        score = (reader(pixels) * directions).sum()
        handle.remove()
        result[f"gradient.{index + 1}"] = torch.autograd.grad(score, kept[0])[0]
    store(f"{name}-{pooling}", result)


def logits(name):
    """What the whole model answers."""
    model = KINDS[name].from_pretrained(MODELS / name).float().eval()
    expected = load_file(MODELS / name / "expected.safetensors")
    rows, start = [], 0
    for length in expected["lengths"].tolist():
        rows.append(expected["ids"][start:start + length].tolist())
        start += length
    most = {"clip": 22, "clip-gelu": 22, "chinese-clip": max(map(len, rows)), "siglip": 18}[name]
    filler = {"clip": 129, "clip-gelu": 129, "chinese-clip": 0, "siglip": 1}[name]
    ids = torch.tensor([row + [filler] * (most - len(row)) for row in rows])
    mask = {} if name != "chinese-clip" else dict(
        attention_mask=torch.tensor([[1] * len(row) + [0] * (most - len(row)) for row in rows]))
    with torch.no_grad():
        answer = model(input_ids=ids, pixel_values=expected["pixels"], **mask).logits_per_image
    store(f"{name}-logits", {
        "logits": answer, "probabilities": answer.sigmoid() if name == "siglip" else answer.softmax(1)})


NAMES = ["red fox", "bicycle", "night sky", "tomatoes", "émigré's letters", "snow"]
TEMPLATES = ["a photo of a {}.", "the old {} near the river", "{}, {}!"]


def ensemble():
    """Templates as in section 3.1.4 of the CLIP paper, from text to probabilities."""
    model = CLIPModel.from_pretrained(MODELS / "clip-text").float().eval()
    tokenizer = Tokenizer.from_file(str(MODELS / "clip-text" / "tokenizer.json"))
    end = tokenizer.token_to_id("<|endoftext|>")
    parts = []
    with torch.no_grad():
        for name in NAMES:
            ids = [tokenizer.encode(template.replace("{}", name)).ids for template in TEMPLATES]
            padded = torch.tensor([row + [end] * (30 - len(row)) for row in ids])
            vectors = torch.nn.functional.normalize(model.get_text_features(padded).pooler_output, dim=1)
            parts.append(torch.nn.functional.normalize(vectors.mean(0), dim=0))
        names = torch.stack(parts)
        pictures = torch.randn((12, names.shape[1]), generator=torch.Generator().manual_seed(8)) + 0.4 * names.repeat(2, 1)
        answer = torch.nn.functional.normalize(pictures, dim=1) @ names.T * model.logit_scale.exp()
    store("clip-text-labels", {
        "names": names, "pictures": pictures, "logits": answer, "probabilities": answer.softmax(1)})


def store(name, arrays):
    save_file(
        {key: value.detach().float().contiguous() for key, value in arrays.items()}, GOLDENS / f"{name}.safetensors")


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    torch.manual_seed(0)
    for name in KINDS:
        explain(name, "class")
    for name in ["vit", "dinov2-registers"]:
        for pooling in ["mean", "both"]:
            explain(name, pooling)
    for name in ["clip", "clip-gelu", "chinese-clip", "siglip"]:
        logits(name)
    ensemble()
    for file in GOLDENS.iterdir():
        assert file.stat().st_size <= 256 * 1024, file
