"""Reference values for SentencePiece's own model files: what `sentencepiece` itself and the classes of `transformers` make of the
12,000 lines of tokenization_corpus.py.

Run from the repository's root, with the packages of requirements-tokenizers.txt:

    python Scripts/references/tokenization_pieces.py

It writes `Tests/LanguageTests/Goldens/tokenizer-pieces.json`. The models in `Tests/LanguageTests/Goldens/pieces`, and what
`transformers` converts of one of them, are made where a file is missing, or all with `--train`.
"""
import io
import json
import shutil
import sys
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from transformers import SiglipTokenizer, T5Tokenizer, XLMRobertaTokenizer

import tokenization_corpus
from tokenization import BLOCK, GOLDENS, PAIRS, TEXTS, blocks, write

FOLDER = GOLDENS / "pieces"
PAIR_TEXTS = list(zip(TEXTS[:2 * PAIRS:2], TEXTS[1:2 * PAIRS:2]))


def rules():
    """Some rules for characters: fullwidth forms, letters with marks, white space, one that is dropped and one that grows."""
    result = {"\t": " ", "\n": " ", "\u3000": " ", "\u200b": "", "\u00ad": "", "▁": " ", "ﷺ": "صلى الله", "…": "..."}
    for code in [*range(0xFF01, 0xFF5F), *range(0xC0, 0x180)]:
        c = chr(code)
        parts = unicodedata.normalize("NFD", c)
        if len(parts) == 2:
            result[parts] = c
        elif unicodedata.normalize("NFKC", c) != c:
            result[c] = unicodedata.normalize("NFKC", c)
    return result


def train(path, **options):
    """One thread, so that the same text always gives the same model; no file of this machine is named in it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS[:3000]), model_writer=model, num_threads=1, minloglevel=2, **options)
    path.write_bytes(model.getvalue())
    assert path.stat().st_size <= 256 * 1024, (path, path.stat().st_size)


def shifted(path):
    """As XLM-R's file: Unigram, with SentencePiece's usual rules for characters."""
    train(path, vocab_size=1000, character_coverage=0.98, normalization_rule_name="nmt_nfkc")


def gaps(path):
    """As T5's file, with rules of its own, bytes for what is unknown, and pieces that stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rules.tsv"
        table.write_text("".join(
            " ".join(f"{ord(c):X}" for c in old) + "\t" + " ".join(f"{ord(c):X}" for c in new) + "\n"
            for old, new in sorted(rules().items())))
        train(path, vocab_size=1400, character_coverage=0.98, normalization_rule_tsv=str(table), byte_fallback=True,
              pad_id=0, eos_id=1, unk_id=2, bos_id=-1, user_defined_symbols=["wordy", "日本", "1,0", "<norm>", "e\u0301\u0301"])


def plain(path):
    """Unigram with neither rules nor a prefix; white space is left as it is."""
    train(path, vocab_size=900, character_coverage=0.98, normalization_rule_name="identity", add_dummy_prefix=False,
          remove_extra_whitespaces=False)


def pairs(path):
    """Byte pair encoding as Llama's file: bytes for what is unknown, white space left as it is; pieces may lie across it."""
    train(path, model_type="bpe", vocab_size=1300, character_coverage=0.98, normalization_rule_name="identity",
          byte_fallback=True, remove_extra_whitespaces=False, split_digits=True, split_by_whitespace=False)


def runs(path):
    """Byte pair encoding with unknown characters."""
    train(path, model_type="bpe", vocab_size=900, character_coverage=0.98, normalization_rule_name="identity")


MODELS = [shifted, gaps, plain, pairs, runs]
# What a directory's file is called, and which class reads it; those with their own offsets are compared in full.
CLASSES = [(XLMRobertaTokenizer, "sentencepiece.bpe.model", ["shifted", "gaps"]), (T5Tokenizer, "spiece.model", ["gaps"]),
           (SiglipTokenizer, "spiece.model", ["shifted", "gaps", "runs"])]


def loaded(kind, name, model):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FOLDER / f"{model}.model", Path(folder) / name)
        return kind.from_pretrained(folder)


def id_blocks(lines):
    return [tokenization_corpus.fingerprint(number for ids in lines[start:start + BLOCK] for number in [len(ids), *ids])
            for start in range(0, len(lines), BLOCK)]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    result = {"block": BLOCK, "pairs": PAIRS, "native": {}, "classes": {}}
    own = {}
    for model in MODELS:
        name, path = model.__name__, FOLDER / f"{model.__name__}.model"
        if not path.exists() or "--train" in sys.argv:
            model(path)
        processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        own[name] = processor.encode(TEXTS)
        result["native"][name] = {"size": processor.get_piece_size(), "ids": id_blocks(own[name])}
    for kind, file, names in CLASSES:
        for name in names:
            tokenizer = loaded(kind, file, name)
            entry = result["classes"].setdefault(kind.__name__, {}).setdefault(name, {"size": len(tokenizer)})
            if kind is SiglipTokenizer:
                entry["ids"] = id_blocks([tokenizer(text).input_ids for text in TEXTS])
                entry["pairIDs"] = id_blocks([tokenizer(*pair).input_ids for pair in PAIR_TEXTS])
                continue
            backend = tokenizer.backend_tokenizer
            encodings = backend.encode_batch(TEXTS)
            entry["single"] = blocks(encodings)
            entry["pair"] = blocks(backend.encode_batch(PAIR_TEXTS))
            converted = FOLDER / f"{name}-{kind.__name__}.json"
            if name == "gaps" and (not converted.exists() or "--train" in sys.argv):
                write(converted, json.loads(backend.to_str()), separators=(",", ":"))
            if kind is XLMRobertaTokenizer and name == "shifted":
                differing = sum([id - 1 if id > 3 else 0 for id in encoding.ids[1:-1]] != ids for encoding, ids in zip(encodings, own[name]))
                print(f"{kind.__name__} and sentencepiece itself differ in {differing} of {len(TEXTS)} lines")
    write(GOLDENS / "tokenizer-pieces.json", result, indent=0)


if __name__ == "__main__":
    main()
