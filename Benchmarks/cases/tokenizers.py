"""Tokenizers: 20 MB of lines in many scripts to ids, as lists of texts."""
import importlib.util
import os
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "Tests/LanguageTests/Goldens/tokenizers"
BYTES = 20_000_000


def lines():
    spec = importlib.util.spec_from_file_location("corpus", ROOT / "Scripts/references/tokenization_corpus.py")
    corpus = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(corpus)
    size = 0
    while size < BYTES:
        for index in range(corpus.LINES):
            text = corpus.line(index, seed=size + 1).encode()
            size += len(text)
            yield text


def data(path):
    def make():
        texts = list(lines())
        return {
            "texts": np.frombuffer(b"".join(texts), np.uint8),
            "offsets": np.cumsum([0, *map(len, texts)]),
            "tokenizer": np.frombuffer(str(path()).encode(), np.uint8),
        }
    return make


def word_piece():
    """BERT's own vocabulary, after Scripts/get-minilm.sh; else a small one."""
    own = ROOT / ".build/models/all-MiniLM-L6-v2/tokenizer.json"
    return own if own.exists() else GOLDENS / "bert-uncased.json"


def tokenizers(method):
    def prepare(data):
        os.environ["TOKENIZERS_PARALLELISM"] = "true"
        os.environ.setdefault("RAYON_NUM_THREADS", "2")
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(data["tokenizer"].tobytes().decode())
        tokenizer.no_padding()
        raw, offsets = data["texts"].tobytes(), data["offsets"]
        texts = [raw[start:end].decode() for start, end in zip(offsets, offsets[1:])]

        def work():
            # Counting in Python would take longer than the work: the texts' lengths are looked at, no more.
            return {"tokens": sum(map(len, getattr(tokenizer, method)(texts)))}
        return work
    return prepare


PEERS = {"tokenizers": tokenizers("encode_batch"), "tokenizers, no offsets": tokenizers("encode_batch_fast")}
CASES = {
    "wordpiece": ("WordPiece, 20 MB of mixed text", data(word_piece), PEERS),
    "clip-bpe": ("CLIP's BPE, 20 MB of mixed text", data(lambda: GOLDENS / "clip.json"), PEERS),
}
