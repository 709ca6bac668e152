"""Texts to vectors with tokenizers: small random models, and all-MiniLM-L6-v2.

Run with the packages of requirements-sentences.txt from the repository's root, after Scripts/get-minilm.sh:
    python Scripts/references/models/sentences.py .build/models/all-MiniLM-L6-v2
Writes Tests/EncodersTests/Goldens/models/{sentence,clip-text} and Goldens/minilm.json: lines made of a grammar, and what
sentence-transformers answers, for MiniLM projected on 12 random directions.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, BertTokenizerFast, CLIPConfig, CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from encoders import GOLDENS, SMALL, draw

SUBJECTS = "a red fox|two children|the old harbour|my grandmother|an engineer from Kraków|snow|the 7:45 train|Ωμέγα|小猫|naïve tourists".split("|")
VERBS = "sleeps|are looking for|has painted|would rather not discuss|sells|remembers|re-opened|喜欢|photographs".split("|")
OBJECTS = "bread and butter|a bicycle (blue)|the café's menu|12,500 stamps|https://example.org/a?b=c|tomatoes|the night sky|an émigré’s letters|🙂 faces".split("|")
ENDS = "near the river|after midnight|, isn't it?|!!!|because nobody asked|in 1987|under the bridges of Paris|".split("|")


def lines(count):
    rng = np.random.default_rng(11)
    pick = lambda words: words[rng.integers(len(words))]
    result = []
    for index in range(count):
        parts = [" ".join([pick(SUBJECTS), pick(VERBS), pick(OBJECTS), pick(ENDS)]) for _ in range(rng.integers(1, 4) ** 2 // 3 + 1)]
        result.append((". ".join(parts)).strip())
    # What is empty, and what is longer than a model looks at.
    result[3], result[17] = "", " ".join(result[:60])
    return result


def word_pieces(folder):
    """Writes a tokenizer for such lines, as BERT's; returns the number of its tokens."""
    words = sorted({w.lower() for line in lines(40) for w in line.replace(",", " ").split() if w.isalpha() and w.isascii()})
    pieces = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces, *["##" + p for p in pieces if p.isalnum()], *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)
    return len(vocabulary)


def sentence():
    folder = GOLDENS / "sentence"
    shutil.rmtree(folder, ignore_errors=True)
    source = GOLDENS / "source"
    source.mkdir()
    size = word_pieces(source)
    model = draw(BertModel(BertConfig(vocab_size=size, max_position_embeddings=40, **SMALL)), 21)
    model.save_pretrained(source)
    transformer = Transformer(str(source), max_seq_length=24)
    torch.manual_seed(3)
    dense = Dense(32, 20)
    torch.nn.init.normal_(dense.linear.weight, std=0.3)
    model = SentenceTransformer(modules=[transformer, Pooling(32, pooling_mode="mean"), dense, Normalize()], device="cpu")
    texts = lines(60)
    model.save(str(folder), create_model_card=False)
    save_file({"vectors": torch.tensor(model.encode(texts))}, folder / "expected.safetensors")
    shutil.rmtree(source)


def bpe(texts):
    """A tokenizer as CLIP's, trained on texts."""
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    pattern = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "removed", invert=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(
        vocab_size=640, special_tokens=["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>",
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def clip_text():
    folder = GOLDENS / "clip-text"
    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = bpe(lines(200))
    start, end = tokenizer.token_to_id("<|startoftext|>"), tokenizer.token_to_id("<|endoftext|>")
    tokenizer.post_processor = processors.RobertaProcessing(
        ("<|endoftext|>", end), ("<|startoftext|>", start), add_prefix_space=False, trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    size = tokenizer.get_vocab_size()
    text = dict(vocab_size=size, max_position_embeddings=30, eos_token_id=end, bos_token_id=start, **SMALL)
    model = draw(CLIPModel(CLIPConfig(
        text_config=text, vision_config=dict(image_size=16, patch_size=8, **SMALL), projection_dim=24)), 22)
    model.to(torch.float16).save_pretrained(folder)
    model.to(torch.float32)
    CLIPImageProcessorPil(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}).save_pretrained(folder)
    tokenizer.enable_truncation(30)
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = []
    with torch.no_grad():
        for line in lines(60):
            ids = tokenizer.encode(line).ids
            # As the reference pads: all texts to the greatest length.
            vectors.append(model.get_text_features(torch.tensor([ids + [end] * (30 - len(ids))])).pooler_output)
    save_file({"vectors": torch.cat(vectors)}, folder / "expected.safetensors")


def minilm(directory):
    texts = lines(1000)
    vectors = SentenceTransformer(directory, device="cpu").encode(texts)
    directions = np.random.default_rng(12).integers(0, 2, (12, vectors.shape[1])) * 2 - 1
    projected = vectors.astype(np.float64) @ directions.T
    json.dump(
        {"lines": texts, "directions": ["".join("+" if v > 0 else "-" for v in row) for row in directions],
         "projected": [[round(float(v), 4) for v in row] for row in projected]},
        open(GOLDENS.parent / "minilm.json", "w"), ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    sentence()
    clip_text()
    minilm(sys.argv[1])
    for file in [*GOLDENS.rglob("*"), GOLDENS.parent / "minilm.json"]:
        assert file.stat().st_size <= 256 * 1024, (file, file.stat().st_size)
