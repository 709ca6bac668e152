"""Reference values for tokenizers: small vocabularies, and hashes of what Hugging Face `tokenizers` makes of 12,000 lines.

Run from the repository's root, with the packages of requirements-tokenizers.txt:

    python Scripts/references/tokenization.py

It writes `Tests/LanguageTests/Goldens/tokenizers.json` and `tokenizer-corpus.json`. The vocabularies in
`Tests/LanguageTests/Goldens/tokenizers` are trained where a file is missing, or all with `--train`; training settles ties by
chance, so that new ones differ from the old. SentencePiece's own files are tokenization_pieces.py's.
"""
import json
import struct
import sys
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import tokenization_corpus

GOLDENS = Path("Tests/LanguageTests/Goldens")
TEXTS = tokenization_corpus.corpus()
BLOCK = 200
PAIRS = 1000
CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def template(first, last, pair_type=1):
    (first, first_id), (last, last_id) = first, last
    return processors.TemplateProcessing(
        single=f"{first}:0 $A:0 {last}:0", pair=f"{first}:0 $A:0 {last}:0 $B:{pair_type} {last}:{pair_type}",
        special_tokens=[(first, first_id), (last, last_id)])


def word_piece(lowercase, **options):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, **options)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(TEXTS[:3000], trainers.WordPieceTrainer(
        vocab_size=2600, special_tokens=special, min_frequency=2, show_progress=False))
    tokenizer.post_processor = template(("[CLS]", 2), ("[SEP]", 3))
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def bert_uncased():
    tokenizer = word_piece(True)
    tokenizer.enable_truncation(max_length=40)
    tokenizer.enable_padding(length=40)
    return tokenizer


def bert_cased():
    """The older post-processor, white space that is not cleaned, and added tokens of every kind."""
    tokenizer = word_piece(False, clean_text=False, handle_chinese_chars=False)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_tokens([
        AddedToken("wordy", single_word=True), AddedToken("<norm>", normalized=True), AddedToken("<extra>", lstrip=True, rstrip=True),
        AddedToken("the of", normalized=False), AddedToken("sunset", normalized=False, single_word=True), AddedToken("日本")])
    tokenizer.enable_truncation(max_length=30, direction="left")
    return tokenizer


def train_pairs(tokenizer, special, **options):
    tokenizer.train_from_iterator(TEXTS[:3000], trainers.BpeTrainer(
        vocab_size=1800, special_tokens=special, min_frequency=2, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), **options))
    return tokenizer


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    train_pairs(tokenizer, ["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.enable_truncation(max_length=60)
    return tokenizer


def gpt2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    train_pairs(tokenizer, ["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def clip():
    tokenizer = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(CLIP), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    # The trainer does not give every byte a token for the end of a word; CLIP's vocabulary does.
    train_pairs(tokenizer, ["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>")
    state = json.loads(tokenizer.to_str())
    vocabulary = state["model"]["vocab"]
    for character in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocabulary.setdefault(character + "</w>", len(vocabulary))
    tokenizer = Tokenizer.from_str(json.dumps(state))
    start, end = (tokenizer.token_to_id(token) for token in ("<|startoftext|>", "<|endoftext|>"))
    tokenizer.post_processor = processors.RobertaProcessing(("<|endoftext|>", end), ("<|startoftext|>", start), False, False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.enable_truncation(max_length=77)
    return tokenizer


def character_map():
    """A map as SentencePiece writes it: compatibility forms and pairs that compose, spaces made plain, controls dropped."""
    entries = {}
    for code in [*range(0xA0, 0x3400), *range(0xF900, 0xFFFE), *range(0x1D400, 0x1D500)]:
        c = chr(code)
        if unicodedata.normalize("NFKC", c) != c:
            entries[c] = unicodedata.normalize("NFKC", c)
        parts = unicodedata.normalize("NFD", c)
        if len(parts) == 2 and unicodedata.normalize("NFC", c) == c:
            entries[parts] = c
    entries |= {c: " " for c in "\t\n\r\x0c\u1680\u200b\u200e\u200f\u2028\u2029\u3000\ufeff\ufffd"}
    entries |= {chr(code): "" for code in [*range(1, 9), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F, 0xAD]}
    texts, places = b"", {}
    for text in sorted(set(entries.values())):
        places[text] = len(texts)
        texts += text.encode() + b"\0"
    tree = {}
    for key, text in entries.items():
        node = tree
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[None] = places[text]
    return double_array(tree, texts)


def double_array(tree, texts):
    """The tree's nodes in one array: a node's children lie where its base and their byte say, its value at the base."""
    units, used, pending, first = {0: 0}, {0}, [(tree, 0)], 1
    while pending:
        node, place = pending.pop(0)
        labels = [label or 0 for label in node]
        while first in used:
            first += 1
        base = first ^ labels[0]
        while any(base ^ label in used for label in labels):
            base += 1
        units[place] |= (place ^ base) << 10 | (None in node) << 8
        for label, child in sorted(node.items(), key=lambda item: item[0] or 0):
            position = base ^ (label or 0)
            used.add(position)
            if label is None:
                units[position] = child | 1 << 31
            else:
                units[position] = label
                pending.append((child, position))
    array = [units.get(place, 0) for place in range(-(-(max(units) + 1) // 256) * 256)]
    return struct.pack("<I", 4 * len(array)) + struct.pack(f"<{len(array)}I", *array) + texts


def unigram(**options):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Precompiled(character_map())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(TEXTS[:2000], trainers.UnigramTrainer(
        vocab_size=1500, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False, **options))
    return tokenizer


def rounded(tokenizer):
    """Scores with six digits, which take less room."""
    state = json.loads(tokenizer.to_str())
    model = state["model"]
    model["vocab"] = [[token, round(score, 6)] for token, score in model["vocab"]]
    return Tokenizer.from_str(json.dumps(state))


def xlm_roberta():
    tokenizer = unigram()
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer = rounded(tokenizer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.enable_truncation(max_length=128)
    return tokenizer


def unigram_bytes():
    """Bytes for what is unknown, and the older order of normalizers."""
    tokenizer = unigram()
    vocabulary = [(f"<0x{byte:02X}>", -20.0) for byte in range(256)]
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip(),
        normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="first", split=False)])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    state = json.loads(rounded(tokenizer).to_str())
    # Some letters go, so that there is something unknown.
    model = state["model"]
    model["vocab"] = [entry for entry in model["vocab"] if entry[0] not in "qxzйж日の"] + vocabulary
    model["byte_fallback"] = True
    return Tokenizer.from_str(json.dumps(state))


def llama():
    """Byte pair encoding of characters, with bytes for unknown ones."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256) if byte != 0x81]
    tokenizer.train_from_iterator(TEXTS[:2000], trainers.BpeTrainer(
        vocab_size=1600, special_tokens=special, min_frequency=2, show_progress=False, limit_alphabet=300, max_token_length=12))
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [token for token in state["added_tokens"] if not token["content"].startswith("<0x")]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B:1", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def pieces():
    """Pre-tokenizers that are used elsewhere, one after another, and prefixes for what continues a word."""
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", end_of_word_suffix="$"))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip(right=False)])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.UnicodeScripts(), pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.CharDelimiterSplit("x"), pre_tokenizers.Punctuation("merged_with_previous"),
        pre_tokenizers.Split("an", "merged_with_next"), pre_tokenizers.Split(Regex(r"\s+"), "contiguous")])
    tokenizer.train_from_iterator(TEXTS[:2000], trainers.BpeTrainer(
        vocab_size=1800, special_tokens=["[UNK]"], min_frequency=3, show_progress=False, limit_alphabet=250,
        continuing_subword_prefix="##", end_of_word_suffix="$"))
    return tokenizer


def words():
    """Whole words, in the normalization form that composes nothing, with two steps after one another at the end."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.NFC(), normalizers.Replace("e", "3"), normalizers.Nmt()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.FixedLength(length=7)])
    tokenizer.train_from_iterator(TEXTS[:3000], trainers.WordLevelTrainer(
        vocab_size=1200, special_tokens=["[UNK]", "[A]", "[B]"], show_progress=False))
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True), processors.TemplateProcessing(
            single="[A] $A", pair="[A] $A:3 [B]:2 $B:1 [B]", special_tokens=[("[A]", 1), ("[B]", 2)])])
    return tokenizer


def expressions():
    """Regular expressions of newer models: the words of Llama 3 and Qwen, and what SigLIP leaves out."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace(Regex(r"[!\"\#\$%\&'\(\)\*\+,\-\.:;=\?@\[\\\]\^_`\{\|\}\~]{3,}?"), "~"),
        normalizers.Replace(Regex(r"(?:x|yz)+(?=\s)"), "")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
            "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    train_pairs(tokenizer, ["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


KINDS = [bert_uncased, bert_cased, roberta, gpt2, clip, xlm_roberta, unigram_bytes, llama, pieces, words, expressions]


def numbers(encodings):
    """The count of tokens, then ids, starts, ends, types, special ones."""
    for encoding in encodings:
        yield len(encoding.ids)
        yield from encoding.ids
        yield from (start for start, _ in encoding.offsets)
        yield from (end for _, end in encoding.offsets)
        yield from encoding.type_ids
        yield from encoding.special_tokens_mask


def blocks(encodings):
    return [tokenization_corpus.fingerprint(numbers(encodings[start:start + BLOCK]))
            for start in range(0, len(encodings), BLOCK)]


def write(path, value, **options):
    text = json.dumps(value, ensure_ascii=False, **options) + "\n"
    path.write_text(text, encoding="utf-8")
    assert path.stat().st_size <= 256 * 1024, (path, path.stat().st_size)


def main():
    folder = GOLDENS / "tokenizers"
    folder.mkdir(parents=True, exist_ok=True)
    result = {}
    for kind in KINDS:
        name = kind.__name__.replace("_", "-")
        path = folder / f"{name}.json"
        if not path.exists() or "--train" in sys.argv:
            write(path, json.loads(kind().to_str()), separators=(",", ":"))
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        pairs = list(zip(TEXTS[:2 * PAIRS:2], TEXTS[1:2 * PAIRS:2]))
        result[name] = {
            "size": tokenizer.get_vocab_size(),
            "single": blocks(tokenizer.encode_batch(TEXTS)),
            "pair": blocks(tokenizer.encode_batch(pairs)),
        }
    write(GOLDENS / "tokenizer-corpus.json", tokenization_corpus.description(), separators=(",", ":"))
    write(GOLDENS / "tokenizers.json", {"block": BLOCK, "pairs": PAIRS, "kinds": result}, indent=0)


if __name__ == "__main__":
    main()
