"""Reference values for tokenizers: small vocabularies, and hashes of what Hugging Face `tokenizers` makes of 12,000 lines.

Run from the repository's root, with the packages of requirements-tokenizers.txt:

    python Scripts/references/tokenization.py

It writes `Tests/LanguageTests/Goldens/tokenizers/*.json` and `tokenizer-corpus.json`.
"""
import json
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


KINDS = [bert_uncased, bert_cased, roberta, gpt2, clip]


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
        tokenizer = kind()
        write(folder / f"{name}.json", json.loads(tokenizer.to_str()), separators=(",", ":"))
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
