"""Small random ViLT and VisualBERT, and what transformers answers with them.

Run with the packages of requirements-sentences.txt and requirements-encoders.txt from the repository's root:
    python Scripts/references/models/joint.py
Writes Tests/EncodersTests/Goldens/models/{vilt,visualbert}, each in the layout of a model that was trained further for a
task. Hidden states and vectors are those of each pair by itself.
"""
import json
import shutil

import torch
from PIL import Image
from transformers import (
    BertTokenizerFast, ViltConfig, ViltForImageAndTextRetrieval, VisualBertConfig, VisualBertForPreTraining)
from transformers.models.vilt.image_processing_pil_vilt import ViltImageProcessorPil

from encoders import GOLDENS, SMALL, draw, flat, pictures, states, store
from sentences import lines, word_pieces

# ViLT puts a picture's patches in a random order; its answers do not depend on it, but for the order.
torch.multinomial = lambda weights, count, replacement=False: torch.arange(count)


def begin(name):
    folder = GOLDENS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder, word_pieces(folder)


def finish(folder, model, kind):
    """Writes the weights; the model goes on with the rounded ones."""
    model.to(kind).save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)
    return model.to(torch.float32)


def concatenated(outputs):
    """Hidden states, layer by layer, of pairs one after another; the last one normalized; and the pooled vectors."""
    hidden = [torch.cat(parts) for parts in zip(*[[s[0] for s in out.hidden_states] for out in outputs])]
    return dict(states("joint", hidden), last=torch.cat([out.last_hidden_state[0] for out in outputs]),
                vectors=torch.cat([out.pooler_output for out in outputs]))


# Among them the empty one, and one that is cut.
TEXTS = ["a red fox sleeps near the river", "snow", "the old harbour, 1987!", "", "tomatoes & a bicycle (blue)", lines(60)[17],
         "my grandmother"]


def tokens(folder, most):
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    return [tokenizer(text, truncation=True, max_length=most)["input_ids"] for text in TEXTS]


@torch.no_grad()
def vilt():
    folder, size = begin("vilt")
    config = ViltConfig(
        vocab_size=size, max_position_embeddings=24, image_size=32, patch_size=8, modality_type_vocab_size=3, **SMALL)
    model = finish(folder, draw(ViltForImageAndTextRetrieval(config), 31), torch.float16)
    processor = ViltImageProcessorPil(size={"shortest_edge": 32}, size_divisor=8)
    processor.save_pretrained(folder)
    # Pictures of several proportions: of the size that the positions are for, and others; one is cut at the long side.
    extra = [Image.effect_mandelbrot((150, 30), (-2, -1, 1, 1), 40).convert("RGB")]
    extra[0].save(GOLDENS / "picture4.png")
    images = [p.convert("RGB") for p in pictures()] + extra
    pixels = [processor(image, return_tensors="pt") for image in images]
    ids = tokens(folder, 24)
    # The places of the pairs' pictures.
    which = [0, 1, 2, 3, 4, 2, 1]
    outputs = [
        model.vilt(input_ids=torch.tensor([row]), **pixels[place], output_hidden_states=True)
        for row, place in zip(ids, which)]
    store("vilt", pictures=torch.tensor(which), **flat(ids), **concatenated(outputs),
          **{f"pixels.{index}": value["pixel_values"][0] for index, value in enumerate(pixels)})
    (folder / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=False))


@torch.no_grad()
def visual_bert():
    folder, size = begin("visualbert")
    config = VisualBertConfig(vocab_size=size, max_position_embeddings=24, visual_embedding_dim=20, **SMALL)
    model = finish(folder, draw(VisualBertForPreTraining(config), 32), torch.float16)
    generator = torch.Generator().manual_seed(33)
    counts = [3, 1, 36, 0, 5, 2, 12]
    regions = [torch.rand((count, 20), generator=generator) for count in counts]
    ids = tokens(folder, 24)
    outputs = [
        model.visual_bert(input_ids=torch.tensor([row]), visual_embeds=part[None] if len(part) else None,
                          output_hidden_states=True)
        for row, part in zip(ids, regions)]
    store("visualbert", regions=torch.cat(regions), counts=torch.tensor(counts), **flat(ids), **concatenated(outputs))
    (folder / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=False))


if __name__ == "__main__":
    vilt()
    visual_bert()
    for file in GOLDENS.rglob("*"):
        assert file.stat().st_size <= 256 * 1024, (file, file.stat().st_size)
