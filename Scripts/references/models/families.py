"""Families of sentence encoders: XLM-RoBERTa in the layout of multilingual E5, and BERT in that of BGE.

Run with the packages of requirements-sentences.txt from the repository's root:
    python Scripts/references/models/families.py
Writes Tests/EncodersTests/Goldens/models/{e5,bge}: what sentence-transformers makes of texts, and for XLM-RoBERTa the hidden
states as in encoders.py, one of the texts with a padding token within.
"""
import json
import shutil

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel, XLMRobertaTokenizer

from encoders import GOLDENS, SMALL, draw, flat, states, store, sentences
from sentences import lines, word_pieces

# Scripts without spaces, and a letter that no text of the training has.
OTHERS = ["吾輩は猫である。名前はまだ無い。", "Все счастливые семьи похожи друг на друга", "كل عام وأنتم بخير", "ßæ ﬁne ½ Ǆ"]


def source():
    folder = GOLDENS / "source"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def save(name, folder, pooling, prompts=None, default=None, **expected):
    model = SentenceTransformer(
        modules=[Transformer(str(folder)), Pooling(32, pooling_mode=pooling), Normalize()],
        prompts=prompts, default_prompt_name=default, device="cpu")
    shutil.rmtree(GOLDENS / name, ignore_errors=True)
    model.save(str(GOLDENS / name), create_model_card=False)
    shutil.rmtree(folder)
    texts = [*lines(40), *OTHERS]
    vectors = {"vectors": torch.tensor(model.encode(texts))}
    if prompts:
        vectors["passages"] = torch.tensor(model.encode(texts, prompt_name="passage"))
    store(name, **expected, **vectors)
    (GOLDENS / name / "texts.json").write_text(json.dumps(texts, ensure_ascii=False))


@torch.no_grad()
def e5():
    folder = source()
    pieces = Tokenizer(models.Unigram())
    pieces.pre_tokenizer = pre_tokenizers.Metaspace()
    pieces.train_from_iterator([*lines(200), *OTHERS[:3], "query: ", "passage: "], trainers.UnigramTrainer(
        vocab_size=500, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    vocabulary = [(piece, round(score, 6)) for piece, score in json.loads(pieces.to_str())["model"]["vocab"]]
    tokenizer = XLMRobertaTokenizer(vocab=[*vocabulary, ("<mask>", 0.0)], model_max_length=38)
    tokenizer.save_pretrained(folder)
    size = len(tokenizer)
    # Of 40 positions, two are for padding and what comes before it.
    config = XLMRobertaConfig(
        vocab_size=size, max_position_embeddings=40, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        layer_norm_eps=1e-5, **SMALL)
    model = draw(XLMRobertaModel(config), 51)
    model.save_pretrained(folder)
    ids = [[0, 17, size - 2, 44, 2], [0, 2], [0, *range(50, 86), 2], [0, 30, 1, 31, 1, 1, 32, 2]]
    save("e5", folder, "mean", {"query": "query: ", "passage": "passage: "}, "query", **flat(ids),
         **states("text", sentences(model, ids)))


@torch.no_grad()
def bge():
    folder = source()
    size = word_pieces(folder)
    draw(BertModel(BertConfig(vocab_size=size, max_position_embeddings=48, **SMALL)), 52).save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)
    save("bge", folder, "cls")


if __name__ == "__main__":
    e5()
    bge()
    for file in GOLDENS.rglob("*"):
        assert file.stat().st_size <= 256 * 1024, (file, file.stat().st_size)
