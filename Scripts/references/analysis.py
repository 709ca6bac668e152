"""Makes the golden files of AnalysisTests with scikit-learn.

    python -m venv venv && venv/bin/pip install -r Scripts/references/requirements-analysis.txt
    venv/bin/python Scripts/references/analysis.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.decomposition import PCA

GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "AnalysisTests" / "Goldens"


def as_stored(values):
    """The values as Swift reads them: four decimals, then float32."""
    return np.round(values, 4).astype(np.float32).astype(np.float64)


def write(name, content):
    content = {"versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__}, **content}
    (GOLDENS / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def scored(name, points, labels):
    points = as_stored(points)
    clustered = labels >= 0
    return {
        "name": name,
        "points": [[round(float(v), 4) for v in row] for row in points],
        "labels": labels.tolist(),
        "daviesBouldinWithNoise": metrics.davies_bouldin_score(points, labels),
        "calinskiHarabaszWithNoise": metrics.calinski_harabasz_score(points, labels),
        "daviesBouldin": metrics.davies_bouldin_score(points[clustered], labels[clustered]),
        "calinskiHarabasz": metrics.calinski_harabasz_score(points[clustered], labels[clustered]),
    }


def scores():
    random = np.random.default_rng(1)
    cases = []
    centers = random.uniform(-8, 8, (4, 5))
    labels = random.integers(0, 4, 120)
    cases.append(scored("blobs", centers[labels] + random.normal(size=(120, 5)), labels))
    noisy = labels.copy()
    noisy[random.random(120) < 0.2] = -1
    cases.append(scored("blobs with noise", centers[labels] + random.normal(size=(120, 5)), noisy))
    cases.append(scored("far from the origin", 1000 + centers[labels] + random.normal(size=(120, 5)), labels))
    cases.append(scored("random labels", random.normal(size=(90, 3)), random.integers(0, 7, 90)))
    single = np.arange(40) // 20
    single[0] = 2
    cases.append(scored("a cluster of one row", random.normal(size=(40, 2)) + 5 * single[:, None], single))
    write("scores.json", {"cases": cases})


def agreement():
    random = np.random.default_rng(2)
    cases = []

    def add(name, first, second):
        first, second = np.asarray(first), np.asarray(second)
        table = metrics.cluster.contingency_matrix(first, second)
        # scikit-learn calls the truth the first argument; Kindred's labels come first.
        homogeneity, completeness, v = metrics.homogeneity_completeness_v_measure(second, first)
        cases.append({
            "name": name,
            "labels": first.tolist(),
            "truth": second.tolist(),
            "adjustedRandIndex": metrics.adjusted_rand_score(second, first),
            "normalizedMutualInformation": {
                name: metrics.normalized_mutual_info_score(second, first, average_method=method)
                for name, method in [
                    ("arithmetic", "arithmetic"), ("geometric", "geometric"), ("minimum", "min"), ("maximum", "max")]
            },
            "mutualInformation": metrics.mutual_info_score(second, first),
            "homogeneity": homogeneity,
            "completeness": completeness,
            "v": v,
            "vWithBetaHalf": metrics.v_measure_score(second, first, beta=0.5),
            "purity": table.max(axis=1).sum() / table.sum(),
        })

    truth = random.integers(0, 6, 300)
    mixed = truth.copy()
    swap = random.random(300) < 0.3
    mixed[swap] = random.integers(0, 6, swap.sum())
    add("mostly alike", mixed, truth)
    add("unrelated", random.integers(0, 5, 300), truth)
    add("renamed", (truth + 2) % 6, truth)
    add("finer", truth * 2 + random.integers(0, 2, 300), truth)
    add("one group", np.zeros(300, int), truth)
    add("one class", truth, np.zeros(300, int))
    add("one of each", np.zeros(20, int), np.zeros(20, int))
    add("all apart", np.arange(40), np.arange(40) % 4)
    noisy = mixed.copy()
    noisy[random.random(300) < 0.25] = -1
    add("with noise", noisy, truth)
    noisy_truth = truth.copy()
    noisy_truth[random.random(300) < 0.1] = -1
    add("noise in both", noisy, noisy_truth)
    add("independent", np.arange(64) // 8, np.arange(64) % 8)
    write("agreement.json", {"cases": cases})


def map_():
    random = np.random.default_rng(3)
    points = as_stored(random.normal(size=(50, 6)) * np.array([5, 3, 1, 0.5, 0.3, 0.1]) @ random.normal(size=(6, 6)) + 20)
    pca = PCA(n_components=2, svd_solver="full").fit(points)
    write("map.json", {
        "points": [[round(float(v), 4) for v in row] for row in points],
        "coordinates": np.round(pca.transform(points), 6).tolist(),
        "explainedShare": float(pca.explained_variance_ratio_.sum()),
    })


if __name__ == "__main__":
    scores()
    agreement()
    map_()
