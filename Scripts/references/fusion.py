"""Makes the golden files of FusionTests with scikit-learn.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-fusion.txt
    venv/bin/python Scripts/references/fusion.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler, normalize

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "FusionTests" / "Goldens"


def as_stored(values):
    """The values as Swift reads them: four decimals, then float32."""
    return np.round(values, 4).astype(np.float32).astype(np.float64)


def rows(values, decimals):
    return [[round(float(v), decimals) for v in row] for row in values]


def write(name, content):
    content = {"versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__}, **content}
    (GOLDENS / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def pca():
    random = np.random.default_rng(1)
    cases = []

    def add(name, points, count, whiten):
        points = as_stored(points)
        model = PCA(n_components=count, whiten=whiten, svd_solver="full").fit(points)
        reduced = model.transform(points)
        cases.append({
            "name": name,
            "points": rows(points, 4),
            "count": count,
            "whitens": whiten,
            "mean": np.round(model.mean_, 8).tolist(),
            "components": rows(model.components_, 8),
            "explainedVariance": model.explained_variance_.tolist(),
            "explainedVarianceRatio": model.explained_variance_ratio_.tolist(),
            "reduced": rows(reduced, 7),
            "restored": rows(model.inverse_transform(reduced), 7),
            "countForNineTenths": int(PCA(n_components=0.9, svd_solver="full").fit(points).n_components_),
        })

    tall = random.normal(size=(60, 8)) * np.linspace(6, 0.5, 8) @ random.normal(size=(8, 8))
    add("tall", tall, 5, False)
    add("tall, whitened", tall, 5, True)
    add("tall, far from the origin", tall + 500, 3, False)
    wide = random.normal(size=(15, 15)) * np.linspace(4, 0.5, 15) @ random.normal(size=(15, 40))
    add("wide", wide, 6, False)
    add("wide, whitened", wide, 6, True)
    write("pca.json", {"cases": cases})


def concatenation():
    random = np.random.default_rng(2)
    first = as_stored(random.normal(size=(20, 6)) * 3 + 1)
    second = as_stored(random.uniform(0, 10, size=(20, 4)))
    second[:, 2] = 7  # a feature that does not vary
    weights = [1.0, 0.7]

    def scaled(points):
        # Kindred divides z-scores by the square root of the number of features that vary.
        return StandardScaler().fit_transform(points) / np.sqrt((points.std(axis=0) > 0).sum())

    write("concatenation.json", {
        "first": rows(first, 4),
        "second": rows(second, 4),
        "weights": weights,
        "l2": rows(np.hstack([weights[0] * normalize(first), weights[1] * normalize(second)]), 8),
        "zScore": rows(np.hstack([weights[0] * scaled(first), weights[1] * scaled(second)]), 8),
        "none": rows(np.hstack([weights[0] * first, weights[1] * second]), 8),
    })


if __name__ == "__main__":
    pca()
    concatenation()
