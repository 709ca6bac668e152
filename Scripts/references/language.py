"""Reference values for words, counts, TF-IDF and topics.

Run from the repository's root, with the packages of requirements-language.txt:

    python Scripts/references/language.py

It writes the goldens `language-*.json`, `tfidf*.json` and `topics*.json` of three test targets.
"""

import json
import unicodedata
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import Normalizer, normalize

THEMES = [
    "snow ski mountain hike backpack trail summit glacier rope tent boot winter sled ridge",
    "bread flour oven yeast butter sugar cake recipe dough bake cream honey pastry jam",
    "guitar drum concert stage singer song album band chorus melody rhythm violin piano tune",
    "goal match team referee ball stadium league coach penalty striker keeper fan trophy cup",
]
COMMON = "day time photo friend city little great new old good red blue".split()


def corpus(count, seed):
    """Short texts, each mostly of one theme; a few are empty or repeat a word often."""
    random = np.random.default_rng(seed)
    themes = [theme.split() for theme in THEMES]
    texts, labels = [], []
    for index in range(count):
        label = int(random.integers(len(themes)))
        words = list(random.choice(themes[label], random.integers(2, 9)))
        words += list(random.choice(COMMON, random.integers(0, 4)))
        if random.random() < 0.3:
            words.append(str(random.choice(themes[(label + 1) % len(themes)])))
        random.shuffle(words)
        texts.append("" if index % 37 == 36 else " ".join(words))
        labels.append(-1 if index % 11 == 10 else label)
    return texts, labels


def rounded(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, dtype=float).ravel()]


def sparse(matrix):
    matrix = matrix.tocsr()
    matrix.sort_indices()
    return {
        "offsets": matrix.indptr.tolist(),
        "columns": matrix.indices.tolist(),
        "values": rounded(matrix.data),
    }


def write(target, name, value):
    path = Path("Tests") / target / "Goldens" / f"{name}.json"
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    assert path.stat().st_size <= 256 * 1024, path


def normalization():
    """Case and compatibility folding by Python's tables, to which Unicode's NFKC_Casefold is equal here."""
    samples = [
        "Straße", "ＡＢＣ１２３", "ｶﾞｷﾞﾊﾟ", "ﬁre ﬂy", "①②③", "ﷺ", "İstanbul", "ΑΓΓΕΛΟΣ", "Ⅷ", "é", "e\u0301", "ÅÅ",
        "한국어", "\u1112\u1161\u11ab", "㈱", "x²", "½", "ǅ", "ſnow", "日本語", "हिन्दी", "العَرَبِية", "ไทย", "ＡＢ-ｃ", "𝕊𝕟𝕠𝕨", "Ｑ＆Ａ",
        "soft\u00adhyphen", "zero\u200bwidth", "",
    ]
    ignorable = {"\u00ad", "\u200b"}

    def fold(text):
        text = unicodedata.normalize("NFKC", text)
        while (folded := unicodedata.normalize("NFKC", text.casefold())) != text:
            text = folded
        return "".join(c for c in text if c not in ignorable)

    write("LanguageTests", "language-normalization", [
        {
            "text": text,
            "folded": fold(text),
            "compatible": unicodedata.normalize("NFKC", text),
            "composed": unicodedata.normalize("NFC", text),
        }
        for text in samples
    ])


def emoji():
    samples = "❤🏔🐶🐱🍎🚗🎸⛷🏂☃🌊🎂🎄🦄🧗😂🥐🚀👩🏃☕⚽🗻🦜"
    write("LanguageTests", "language-emoji", [
        {"emoji": c, "name": unicodedata.name(c).lower().replace("-", " ")} for c in samples
    ])


def counts():
    texts, _ = corpus(120, 1)
    cases = []
    for minimum, share, size in [(1, 1.0, None), (3, 0.2, None), (1, 1.0, 20)]:
        vectorizer = CountVectorizer(analyzer=str.split, min_df=minimum, max_df=share, max_features=size)
        matrix = vectorizer.fit_transform(texts)
        cases.append({
            "minimum": minimum,
            "share": share,
            "size": size,
            "terms": vectorizer.get_feature_names_out().tolist(),
            "matrix": sparse(matrix),
        })
    write("LanguageTests", "language-counts", {"texts": texts, "cases": cases})


def tfidf():
    texts, _ = corpus(150, 2)
    unseen = ["snow bread snow", "unknown words", "", "guitar team day day day"]
    cases = []
    for sublinear, smooth, pairs in [(False, True, False), (True, True, False), (False, False, False), (False, True, True)]:
        vectorizer = TfidfVectorizer(
            token_pattern=r"\S+", sublinear_tf=sublinear, smooth_idf=smooth, ngram_range=(1, 2 if pairs else 1))
        matrix = vectorizer.fit_transform(texts)
        cases.append({
            "sublinear": sublinear,
            "smooth": smooth,
            "pairs": pairs,
            "terms": vectorizer.get_feature_names_out().tolist(),
            "idf": rounded(vectorizer.idf_),
            "matrix": sparse(matrix) if not pairs else sparse(matrix[:20]),
            "unseen": sparse(vectorizer.transform(unseen)),
        })
    matrix = TfidfVectorizer(token_pattern=r"\S+").fit_transform(texts)
    exact = np.linalg.svd(matrix.toarray())
    components = 20
    reduction = TruncatedSVD(components, algorithm="arpack", random_state=0)
    reduced = reduction.fit_transform(matrix)
    np.testing.assert_allclose(reduction.singular_values_, exact.S[:components], rtol=1e-9)
    write("EncodersTests", "tfidf", {
        "texts": texts,
        "unseen": unseen,
        "cases": cases,
        "components": components,
        "singularValues": rounded(exact.S[:components]),
        "rows": rounded(Normalizer().transform(reduced)[:30]),
        "gram": rounded((reduced @ reduced.T)[:30, :30]),
    })


def class_tfidf(matrix, bm25, square_root):
    """c-TF-IDF as published with BERTopic: l1(tf) · log(1 + A / f)."""
    matrix = np.asarray(matrix, dtype=float)
    frequency = matrix.sum(axis=0)
    average = int(matrix.sum(axis=1).mean())
    if bm25:
        idf = np.log(1 + (average - frequency + 0.5) / (frequency + 0.5))
    else:
        idf = np.log(average / frequency + 1)
    share = normalize(matrix, norm="l1")
    if square_root:
        share = np.sqrt(share)
    return share * idf


def topics():
    texts, labels = corpus(150, 3)
    kept = [index for index, label in enumerate(labels) if label >= 0]
    vectorizer = CountVectorizer(analyzer=str.split)
    matrix = vectorizer.fit_transform([texts[index] for index in kept]).toarray()
    classes = max(labels) + 1
    sums = np.stack([matrix[[labels[i] == c for i in kept]].sum(axis=0) for c in range(classes)])
    write("AnalysisTests", "topics", {
        "texts": texts,
        "labels": labels,
        "terms": vectorizer.get_feature_names_out().tolist(),
        "cases": [
            {"bm25": bm25, "squareRoot": root, "weights": rounded(class_tfidf(sums, bm25, root))}
            for bm25 in (False, True) for root in (False, True)
        ],
    })


if __name__ == "__main__":
    normalization()
    emoji()
    counts()
    tfidf()
    topics()
