#!/usr/bin/env python3
"""Makes a directory that Kindred reads of ImageBind's published checkpoint: its towers for pictures and texts.

    python -m venv .venv && .venv/bin/pip install -r Scripts/requirements-convert-imagebind.txt
    .venv/bin/python Scripts/convert-imagebind.py imagebind_huge.pth --tokenizer bpe_simple_vocab_16e6.txt.gz --output models/imagebind
    kindred embed images --encoder models/imagebind --input photos --output photos.npy

`imagebind_huge.pth` (4.8 GB) is what https://github.com/facebookresearch/ImageBind names; the vocabulary is the one in that
repository's folder `bpe`, or a directory with the `vocab.json` and `merges.txt` of a CLIP model. The weights are under
CC BY-NC 4.0, and remain so.

The layout is that of CLIP's checkpoints. Two things are computed: a still picture is shown as two equal frames, so that the
first product's two kernels become their sum; and the scale of similarities is cut at 100, as ImageBind does when it runs.
The checkpoint is read as numbers alone (weights_only), so that it cannot run code.
"""
import argparse
import gzip
import json
import math
import shutil
import sys
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

TYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def fail(reason):
    sys.exit(f"convert-imagebind: {reason}")


class Checkpoint:
    """The state dictionary; what is taken is noted, so that nothing of the two towers is left over."""

    def __init__(self, path):
        # Files of the older format cannot be mapped.
        try:
            self.state = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
        except Exception as error:
            # torch would advise to run whatever code the file has; its reader meets damage with errors of many kinds.
            fail(f"{path} is damaged, or holds more than weights ({type(error).__name__})")
        if not isinstance(self.state, dict) or not all(isinstance(v, torch.Tensor) for v in self.state.values()):
            fail(f"{path} does not hold a dictionary of tensors")
        self.taken = set()

    def take(self, name, *shape):
        """A tensor of this name and shape, where None stands for any length."""
        if name not in self.state:
            fail(f"the checkpoint lacks {name}; is it ImageBind's?")
        value = self.state[name]
        if len(value.shape) != len(shape) or any(s is not None and s != v for s, v in zip(shape, value.shape)):
            fail(f"{name} has the shape {list(value.shape)}; expected is {['any' if s is None else s for s in shape]}")
        if not value.isfinite().all():
            fail(f"{name} has elements that are not finite")
        self.taken.add(name)
        return value.to(torch.float32)

    def left_over(self):
        parts = ("modality_preprocessors", "modality_trunks", "modality_heads")
        towers = tuple(f"{part}.{tower}." for part in parts for tower in ("vision", "text"))
        buffers = {"modality_preprocessors.text.mask"}
        return sorted(n for n in self.state if n.startswith(towers) and n not in self.taken and n not in buffers)


def layers(checkpoint, tower, prefix, width, weights):
    """The layers of a tower; returns their number and the width between the products of their second half."""
    blocks = f"modality_trunks.{tower}.blocks."
    count = 1 + max((int(n[len(blocks):].split(".")[0]) for n in checkpoint.state if n.startswith(blocks)), default=-1)
    inner = 0
    for index in range(count):
        source, target = f"{blocks}{index}.", f"{prefix}encoder.layers.{index}."
        joint = [checkpoint.take(source + "attn.in_proj_weight", 3 * width, width).chunk(3),
                 checkpoint.take(source + "attn.in_proj_bias", 3 * width).chunk(3)]
        for part, weight, bias in zip("qkv", *joint):
            weights[f"{target}self_attn.{part}_proj.weight"] = weight
            weights[f"{target}self_attn.{part}_proj.bias"] = bias
        up = checkpoint.take(source + "mlp.fc1.weight", None, width)
        inner = len(up)
        weights[target + "mlp.fc1.weight"] = up
        for old, new, shape in [
            ("attn.out_proj.weight", "self_attn.out_proj.weight", (width, width)),
            ("attn.out_proj.bias", "self_attn.out_proj.bias", (width,)),
            ("mlp.fc1.bias", "mlp.fc1.bias", (inner,)),
            ("mlp.fc2.weight", "mlp.fc2.weight", (width, inner)), ("mlp.fc2.bias", "mlp.fc2.bias", (width,)),
            ("norm_1.weight", "layer_norm1.weight", (width,)), ("norm_1.bias", "layer_norm1.bias", (width,)),
            ("norm_2.weight", "layer_norm2.weight", (width,)), ("norm_2.bias", "layer_norm2.bias", (width,)),
        ]:
            weights[target + new] = checkpoint.take(source + old, *shape)
    if count == 0:
        fail(f"the checkpoint has no {blocks}*")
    return count, inner


def normalization(checkpoint, source, target, width, weights):
    for part in ("weight", "bias"):
        weights[f"{target}.{part}"] = checkpoint.take(f"{source}.{part}", width)


def tower(width, heads, count, inner, option):
    if width % heads != 0:
        fail(f"{option} is {heads}; it must divide {width}")
    return dict(hidden_size=width, num_hidden_layers=count, num_attention_heads=heads, intermediate_size=inner,
                hidden_act="gelu", layer_norm_eps=1e-6)


def vision(checkpoint, heads, weights):
    stem = "modality_preprocessors.vision."
    # [width, 3, frames, patch, patch]: both frames of a still picture are the same.
    kernel = checkpoint.take(stem + "rgbt_stem.proj.1.weight", None, 3, None, None, None)
    width, patch = kernel.shape[0], kernel.shape[3]
    if kernel.shape[4] != patch:
        fail(f"{stem}rgbt_stem.proj.1.weight has patches that are not square")
    positions = checkpoint.take(stem + "pos_embedding_helper.pos_embed", 1, None, width)[0]
    grid = math.isqrt(len(positions) - 1)
    if grid * grid != len(positions) - 1:
        fail(f"{stem}pos_embedding_helper.pos_embed has {len(positions)} rows; expected is a square and one more")
    prefix = "vision_model."
    weights[prefix + "embeddings.patch_embedding.weight"] = kernel.sum(dim=2)
    weights[prefix + "embeddings.class_embedding"] = checkpoint.take(stem + "cls_token", 1, 1, width)[0, 0]
    weights[prefix + "embeddings.position_embedding.weight"] = positions
    normalization(checkpoint, "modality_trunks.vision.pre_transformer_layer.0", prefix + "pre_layrnorm", width, weights)
    count, inner = layers(checkpoint, "vision", prefix, width, weights)
    normalization(checkpoint, "modality_heads.vision.0", prefix + "post_layernorm", width, weights)
    weights["visual_projection.weight"] = checkpoint.take("modality_heads.vision.2.weight", None, width)
    return dict(tower(width, heads, count, inner, "--vision-heads"), image_size=grid * patch, patch_size=patch)


def text(checkpoint, heads, weights):
    stem = "modality_preprocessors.text."
    words = checkpoint.take(stem + "token_embedding.weight", None, None)
    vocabulary, width = words.shape
    positions = checkpoint.take(stem + "pos_embed", 1, None, width)[0]
    prefix = "text_model."
    weights[prefix + "embeddings.token_embedding.weight"] = words
    weights[prefix + "embeddings.position_embedding.weight"] = positions
    count, inner = layers(checkpoint, "text", prefix, width, weights)
    normalization(checkpoint, "modality_heads.text.proj.0", prefix + "final_layer_norm", width, weights)
    weights["text_projection.weight"] = checkpoint.take("modality_heads.text.proj.1.weight", None, width)
    scale = checkpoint.take("modality_postprocessors.text.1.log_logit_scale")
    weights["logit_scale"] = scale.clamp(max=math.log(100))
    return dict(tower(width, heads, count, inner, "--text-heads"), vocab_size=vocabulary,
                max_position_embeddings=len(positions), bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1)


def byte_characters():
    """The characters that stand for bytes in GPT-2's and CLIP's vocabularies, in the order of their ids."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(others))]


def read_tokenizer(path):
    """The tokens in order of their ids, and the merges."""
    if path.is_dir():
        tokens = json.loads((path / "vocab.json").read_text(encoding="utf-8"))
        merges = (path / "merges.txt").read_text(encoding="utf-8").split("\n")[1:]
        return [token for token, _ in sorted(tokens.items(), key=lambda item: item[1])], [m for m in merges if m]
    data = path.read_bytes()
    lines = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8").split("\n")
    # What OpenAI's tokenizer uses of the file: 49,152 tokens less those of bytes and the special ones.
    merges = [line for line in lines[1:49152 - 256 - 2 + 1] if line]
    characters = byte_characters()
    tokens = characters + [c + "</w>" for c in characters] + [m.replace(" ", "") for m in merges]
    return tokens + ["<|startoftext|>", "<|endoftext|>"], merges


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="imagebind_huge.pth")
    parser.add_argument("--tokenizer", type=Path, required=True,
                        help="bpe_simple_vocab_16e6.txt.gz, or a directory with CLIP's vocab.json and merges.txt")
    parser.add_argument("--output", type=Path, required=True, help="the directory to make; it must not exist")
    parser.add_argument("--type", choices=TYPES, default="float32", help="of the stored weights (default: float32)")
    parser.add_argument("--vision-heads", type=int, default=16, help="heads of attention for pictures (default: 16)")
    parser.add_argument("--text-heads", type=int, default=16, help="heads of attention for texts (default: 16)")
    options = parser.parse_args()
    if options.output.exists():
        fail(f"{options.output} exists")
    for path in (options.checkpoint, options.tokenizer):
        if not path.exists():
            fail(f"{path} does not exist")
    tokens, merges = read_tokenizer(options.tokenizer)
    checkpoint, weights = Checkpoint(options.checkpoint), {}
    pictures = vision(checkpoint, options.vision_heads, weights)
    texts = text(checkpoint, options.text_heads, weights)
    if left := checkpoint.left_over():
        fail(f"the checkpoint has weights that belong nowhere: {', '.join(left[:5])}")
    shared = {len(weights[name]) for name in ("visual_projection.weight", "text_projection.weight")}
    if len(shared) != 1:
        fail(f"the heads of pictures and texts lead to spaces of {sorted(shared)} features")
    if len(tokens) != texts["vocab_size"]:
        fail(f"{options.tokenizer} has {len(tokens)} tokens; the checkpoint has {texts['vocab_size']}")

    # What is not finished does not look as if it were.
    folder = options.output.with_name(options.output.name + ".incomplete")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stored = {name: value.to(TYPES[options.type]).contiguous() for name, value in weights.items()}
    if not all(value.isfinite().all() for value in stored.values()):
        fail(f"some weights are too large for {options.type}")
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", dict(
        model_type="imagebind", architectures=["ImageBindModel"], projection_dim=shared.pop(),
        text_config=texts, vision_config=pictures))
    side = pictures["image_size"]
    write_json(folder / "preprocessor_config.json", dict(
        image_processor_type="ImageBindImageProcessor", do_resize=True, size={"shortest_edge": side}, resample=3,
        do_center_crop=True, crop_size={"height": side, "width": side}, do_rescale=True, rescale_factor=1 / 255,
        do_normalize=True, image_mean=[0.48145466, 0.4578275, 0.40821073],
        image_std=[0.26862954, 0.26130258, 0.27577711]))
    (folder / "vocab.json").write_text(
        json.dumps({token: index for index, token in enumerate(tokens)}, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    write_json(folder / "tokenizer_config.json", dict(
        tokenizer_class="CLIPTokenizer", model_max_length=texts["max_position_embeddings"]))
    folder.rename(options.output)
    total = sum(value.numel() for value in weights.values())
    print(f"{options.output}: {total:,} weights, {pictures['num_hidden_layers']} layers for pictures, "
          f"{texts['num_hidden_layers']} for texts")


if __name__ == "__main__":
    main()
