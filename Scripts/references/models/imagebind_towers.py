"""A small random ImageBind, converted by Scripts/convert-imagebind.py, and what ImageBind's own code answers with it.

Run with the packages of requirements-imagebind.txt from the repository's root; ImageBind's own packages ask for versions of
others that are no longer to be had, so:
    pip install -r Scripts/references/requirements-imagebind.txt && pip install --no-deps imagebind-packaged==0.1.2
    python Scripts/references/models/imagebind_towers.py
Writes Tests/EncodersTests/Goldens/models/imagebind.
"""
import gzip
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import types
from functools import partial
from pathlib import Path

import torch
from torchvision import transforms

# The package's first file would import what reads sound and films; its models do not need that.
package = types.ModuleType("imagebind")
package.__path__ = list(importlib.util.find_spec("imagebind").submodule_search_locations)
sys.modules["imagebind"] = package
from imagebind.models import multimodal_preprocessors as parts
from imagebind.models.imagebind_model import ImageBindModel

from encoders import GOLDENS, draw, flat, pictures, states, store
from sentences import bpe, lines

SIDE, PATCH, CONTEXT = 32, 8, 30
OTHERS = {f"{name}_{key}": value for name in ("audio", "depth", "thermal", "imu")
          for key, value in dict(embed_dim=8, num_blocks=1, num_heads=2, drop_path=0.0).items()}


class SmallImageBind(ImageBindModel):
    """ImageBind's own parts, with pictures, vocabulary and widths made small."""

    def __init__(self, vocabulary):
        torch.nn.Module.__init__(self)
        stem = parts.PatchEmbedGeneric([
            parts.PadIm2Video(pad_type="repeat", ntimes=2),
            torch.nn.Conv3d(3, 32, kernel_size=(2, PATCH, PATCH), stride=(2, PATCH, PATCH), bias=False)])
        self.modality_preprocessors = torch.nn.ModuleDict({
            "vision": parts.RGBDTPreprocessor(
                rgbt_stem=stem, depth_stem=None, img_size=[3, 2, SIDE, SIDE], num_cls_tokens=1,
                pos_embed_fn=partial(parts.SpatioTemporalPosEmbeddingHelper, learnable=True)),
            "text": parts.TextPreprocessor(
                vocab_size=vocabulary, context_length=CONTEXT, embed_dim=24, causal_masking=True)})
        self.modality_trunks = self._create_modality_trunks(
            vision_embed_dim=32, vision_num_blocks=3, vision_num_heads=4, text_embed_dim=24, text_num_blocks=3,
            text_num_heads=3, **OTHERS)
        widths = {key: value for key, value in OTHERS.items() if key.endswith("embed_dim")}
        self.modality_heads = self._create_modality_heads(20, vision_embed_dim=32, text_embed_dim=24, **widths)
        self.modality_postprocessors = self._create_modality_postprocessors(20)


def observed(trunk, run):
    """What a trunk's layers are given and answer, [items, tokens, width]."""
    seen = []
    hooks = [module.register_forward_hook(lambda _, __, out: seen.append(out.transpose(0, 1)))
             for module in [trunk.pre_transformer_layer, *trunk.blocks]]
    result = run()
    for hook in hooks:
        hook.remove()
    return seen, result


@torch.no_grad()
def main():
    work = Path(tempfile.mkdtemp())
    # A vocabulary in the format of bpe_simple_vocab_16e6.txt.gz.
    trained = bpe(lines(200))
    merges = [" ".join(m) if isinstance(m, list) else m for m in json.loads(trained.to_str())["model"]["merges"]]
    vocabulary = work / "vocabulary.txt.gz"
    vocabulary.write_bytes(gzip.compress("\n".join(["version", *merges]).encode()))
    tokenizer = parts.SimpleTokenizer(str(vocabulary), context_length=CONTEXT)

    model = draw(SmallImageBind(len(tokenizer.encoder)), 41)
    generator = torch.Generator().manual_seed(42)
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.weight.copy_(1 + 0.2 * torch.randn(module.weight.shape, generator=generator))
            module.bias.copy_(0.2 * torch.randn(module.bias.shape, generator=generator))
    # So that the sum of both frames' kernels is a number of sixteen bits, too.
    kernel = model.modality_preprocessors["vision"].rgbt_stem.proj[1].weight
    kernel.copy_((kernel * 256).round() / 256)
    model.modality_postprocessors["text"][1].log_logit_scale.fill_(3.0)
    torch.save(model.half().state_dict(), work / "imagebind.pth")
    model.float()
    folder = GOLDENS / "imagebind"
    shutil.rmtree(folder, ignore_errors=True)
    script = Path(__file__).resolve().parents[2] / "convert-imagebind.py"
    subprocess.run(
        [sys.executable, str(script), str(work / "imagebind.pth"), "--tokenizer", str(vocabulary), "--output",
         str(folder), "--type", "float16", "--vision-heads", "4", "--text-heads", "3"], check=True)
    shutil.rmtree(work)

    # As in imagebind.data, at another size.
    transform = transforms.Compose([
        transforms.Resize(SIDE, interpolation=transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(SIDE),
        transforms.ToTensor(),
        transforms.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))])
    pixels = torch.stack([transform(picture.convert("RGB")) for picture in pictures()])
    seen, answer = observed(model.modality_trunks["vision"], lambda: model({"vision": pixels}))

    # Texts that ftfy, which ImageBind applies first, leaves alone, and that are not cut: there, ImageBind loses the end token.
    texts = [line for line in lines(60) if "’" not in line]
    ids = [[tokenizer.encoder["<|startoftext|>"], *tokenizer.encode(text), tokenizer.encoder["<|endoftext|>"]]
           for text in texts]
    texts, ids = zip(*[(text, row) for text, row in zip(texts, ids) if len(row) <= CONTEXT])
    padded = torch.stack([tokenizer(text) for text in texts])
    words, spoken = observed(model.modality_trunks["text"], lambda: model({"text": padded}))
    scale = model.modality_postprocessors["text"][1].log_logit_scale.exp()
    store(
        "imagebind", pixels=pixels, **states("vision", seen), image_vectors=answer["vision"], **flat(ids),
        **states("text", [torch.cat([s[i, :len(row)] for i, row in enumerate(ids[:8])]) for s in words]),
        text_vectors=spoken["text"] / scale, logit_scale=scale)
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False))
    for file in folder.iterdir():
        assert file.stat().st_size <= 256 * 1024, (file, file.stat().st_size)


if __name__ == "__main__":
    main()
