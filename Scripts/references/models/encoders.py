"""Small random checkpoints in the layout of the Hugging Face hub, and what transformers answers with them.

Run with the packages of requirements-encoders.txt from the repository's root:
    python Scripts/references/models/encoders.py
(In a folder of its own, because transformers would import kernels.py beside it.)
Each folder of Tests/EncodersTests/Goldens/models holds a model's files and expected.safetensors: pixels, tokens, the
hidden states after each layer, vectors. Weights are drawn anew, larger than at the start of training, so that rows differ.
"""
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig, BertModel, ChineseCLIPConfig, ChineseCLIPModel, CLIPConfig, CLIPModel, Dinov2Config, Dinov2Model, Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel, RobertaConfig, RobertaModel, SiglipConfig,
    SiglipModel, ViTConfig, ViTModel)
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.chinese_clip.image_processing_pil_chinese_clip import ChineseCLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

GOLDENS = Path(__file__).resolve().parents[3] / "Tests" / "EncodersTests" / "Goldens" / "models"
SMALL = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48)


def pictures():
    """Smooth pictures of several sizes, one of them in grey."""
    rng = np.random.default_rng(5)
    result = []
    for width, height, mode in [(40, 56, "RGB"), (64, 33, "RGB"), (25, 25, "RGB"), (90, 41, "L")]:
        small = rng.integers(0, 256, (6, 7, 3), dtype=np.uint8)
        result.append(Image.fromarray(small).resize((width, height), Image.BICUBIC).convert(mode))
    return result


def texts(vocabulary, end=None):
    """Sentences of several lengths, as numbers; with a token that ends them, and something after it."""
    rng = np.random.default_rng(6)
    result = []
    for length in [5, 1, 12, 17, 2]:
        ids = rng.integers(4, vocabulary - 2, length).tolist()
        result.append([vocabulary - 2, *ids, end] if end is not None else [2, *ids, 3])
    return result


def draw(model, seed):
    """New weights: matrices that neither fade nor explode, normalizations near 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "norm" in name.lower() or "layrnorm" in name or "lambda" in name:
                value.copy_(noise * 0.2 + (0 if name.endswith("bias") else 1))
            elif value.ndim >= 2 and "embed" not in name and "token" not in name:
                value.copy_(noise * (1.2 / np.sqrt(value[0].numel())))
            elif name == "logit_scale":
                value.fill_(2.5)
            else:
                value.copy_(noise * (0.1 if value.ndim == 1 and "embedding" not in name else 0.7))
    return model.eval()


def save(model, name, seed, kind=torch.float32, processor=None):
    """Writes the checkpoint; the model goes on with the rounded weights."""
    folder = GOLDENS / name
    shutil.rmtree(folder, ignore_errors=True)
    draw(model, seed).to(kind).save_pretrained(folder)
    if processor is not None:
        processor.save_pretrained(folder)
    for junk in folder.glob("*.jinja"):
        junk.unlink()
    return model.to(torch.float32)


def store(name, **arrays):
    save_file({key: value.detach().contiguous() for key, value in arrays.items()}, GOLDENS / name / "expected.safetensors")


def states(prefix, hidden):
    return {f"{prefix}.{index}": value for index, value in enumerate(hidden)}


def sentences(model, ids):
    """The hidden states of each text by itself, one after another."""
    parts = [model(torch.tensor([row]), output_hidden_states=True).hidden_states for row in ids]
    return [torch.cat([part[layer][0] for part in parts]) for layer in range(len(parts[0]))]


def flat(ids):
    return {"ids": torch.tensor([token for row in ids for token in row]), "lengths": torch.tensor([len(r) for r in ids])}


def bert():
    config = BertConfig(vocab_size=120, max_position_embeddings=24, hidden_act="gelu", **SMALL)
    model = save(BertModel(config), "bert", 1, torch.bfloat16)
    ids = texts(120)
    store("bert", **flat(ids), **states("text", sentences(model, ids)))
    config = RobertaConfig(
        vocab_size=120, max_position_embeddings=26, type_vocab_size=1, pad_token_id=1, hidden_act="gelu_new", **SMALL)
    model = save(RobertaModel(config, add_pooling_layer=False), "roberta", 2)
    store("roberta", **flat(ids), **states("text", sentences(model, ids)))


def clip(name, seed, kind, act, end, processor_size):
    text = dict(
        vocab_size=130, max_position_embeddings=22, hidden_act=act, eos_token_id=end, bos_token_id=128, **SMALL)
    vision = dict(image_size=32, patch_size=8, hidden_act=act, **SMALL)
    processor = CLIPImageProcessorPil(size={"shortest_edge": processor_size}, crop_size={"height": 32, "width": 32})
    model = save(
        CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=24)), name, seed, kind, processor)
    pixels = processor([p.convert("RGB") for p in pictures()], return_tensors="pt")["pixel_values"]
    seen = model.vision_model(pixels, output_hidden_states=True)
    ids = texts(130, 129)
    vectors = []
    for row in ids:
        # As the reference pads: all texts to the greatest length.
        padded = torch.tensor([row + [129] * (22 - len(row))])
        vectors.append(model.get_text_features(padded).pooler_output)
    store(
        name, pixels=pixels, **states("vision", seen.hidden_states),
        image_vectors=model.get_image_features(pixels).pooler_output, **flat(ids),
        **states("text", sentences(model.text_model, ids)), text_vectors=torch.cat(vectors))


def chinese_clip():
    text = dict(vocab_size=120, max_position_embeddings=24, **SMALL)
    processor = ChineseCLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    config = ChineseCLIPConfig(
        text_config=text, vision_config=dict(image_size=32, patch_size=8, **SMALL), projection_dim=24)
    model = save(ChineseCLIPModel(config), "chinese-clip", 8, torch.float16, processor)
    pixels = processor([p.convert("RGB") for p in pictures()], return_tensors="pt")["pixel_values"]
    ids = texts(120)
    store(
        "chinese-clip", pixels=pixels, image_vectors=model.get_image_features(pixels).pooler_output, **flat(ids),
        **states("text", sentences(model.text_model, ids)),
        text_vectors=torch.cat([model.get_text_features(torch.tensor([row])).pooler_output for row in ids]))


def siglip():
    text = dict(vocab_size=120, max_position_embeddings=18, projection_size=32, **SMALL)
    processor = SiglipImageProcessorPil(size={"height": 32, "width": 32})
    config = SiglipConfig(text_config=text, vision_config=dict(image_size=32, patch_size=8, **SMALL))
    model = save(SiglipModel(config), "siglip", 9, torch.float16, processor)
    pixels = processor([p.convert("RGB") for p in pictures()], return_tensors="pt")["pixel_values"]
    seen = model.vision_model(pixels, output_hidden_states=True)
    ids = texts(120)
    padded = torch.tensor([row + [1] * (18 - len(row)) for row in ids if len(row) <= 18])
    store(
        "siglip", pixels=pixels, **states("vision", seen.hidden_states),
        image_vectors=model.get_image_features(pixels).pooler_output, **flat([row for row in ids if len(row) <= 18]),
        text_vectors=model.get_text_features(padded).pooler_output)


def vision(model, name, seed, processor):
    model = save(model, name, seed, processor=processor)
    pixels = processor([p.convert("RGB") for p in pictures()], return_tensors="pt")["pixel_values"]
    seen = model(pixels, output_hidden_states=True)
    store(name, pixels=pixels, **states("vision", seen.hidden_states), last=seen.last_hidden_state)


if __name__ == "__main__":
    GOLDENS.mkdir(parents=True, exist_ok=True)
    for index, picture in enumerate(pictures()):
        picture.save(GOLDENS / f"picture{index}.png")
    bert()
    clip("clip", 3, torch.float16, "quick_gelu", 129, 32)
    clip("clip-gelu", 4, torch.float32, "gelu", 2, 36)
    chinese_clip()
    siglip()
    vision(
        ViTModel(ViTConfig(image_size=32, patch_size=8, **SMALL)), "vit", 5,
        ViTImageProcessorPil(size={"height": 32, "width": 32}))
    size = dict(size={"shortest_edge": 48}, crop_size={"height": 42, "width": 42})
    shape = dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, mlp_ratio=2, image_size=56, patch_size=7)
    vision(Dinov2Model(Dinov2Config(**shape)), "dinov2", 6, BitImageProcessorPil(**size))
    vision(
        Dinov2WithRegistersModel(Dinov2WithRegistersConfig(use_swiglu_ffn=True, num_register_tokens=3, **shape)),
        "dinov2-registers", 7, BitImageProcessorPil(**size))
    for file in sorted(GOLDENS.rglob("*.safetensors")):
        assert file.stat().st_size <= 256 * 1024, (file, file.stat().st_size)
