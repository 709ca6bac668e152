"""Reference results of scikit-learn's HDBSCAN and of the hdbscan package for Tests/ClusteringTests.

Run with the packages of requirements-hdbscan.txt from the repository's root, after clustering.py, whose data sets it uses:
    python Scripts/references/hdbscan_clusters.py
"""
import json
import warnings
from pathlib import Path

import hdbscan
import numpy as np
import sklearn
from sklearn.cluster import HDBSCAN
from sklearn.metrics import pairwise_distances

warnings.filterwarnings("ignore")
GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "ClusteringTests" / "Goldens"
sets = json.loads((GOLDENS / "dbscan.json").read_text())["sets"]


def short(values):
    return [round(float(v), 6) for v in values]


cases = []
for name, metric, size, samples, method, epsilon, largest, single in [
    ("blobs", "euclidean", 5, 5, "eom", 0, None, False), ("blobs", "euclidean", 12, 3, "eom", 0, None, False),
    ("blobs", "euclidean", 4, 4, "leaf", 0, None, False), ("blobs", "euclidean", 4, 4, "leaf", 3.6, None, False),
    ("blobs", "euclidean", 5, 5, "eom", 0, 30, False), ("moons", "euclidean", 5, 5, "eom", 0, None, False),
    ("moons", "euclidean", 5, 5, "leaf", 0, None, False), ("moons", "euclidean", 5, 3, "eom", 0.12, None, False),
    ("moons", "euclidean", 90, 5, "eom", 0, None, True), ("moons", "euclidean", 150, 5, "eom", 0.13, None, True),
    ("moons", "euclidean", 150, 5, "eom", 0, None, False), ("far", "euclidean", 5, 5, "eom", 0, None, False),
    ("far", "euclidean", 8, 1, "eom", 0, None, False), ("far", "euclidean", 8, 2, "leaf", 0.5, None, True),
    ("directions", "cosine", 5, 5, "eom", 0, None, False), ("directions", "cosine", 3, 2, "leaf", 0, None, False),
]:
    x = np.asarray(sets[name], dtype=np.float64)
    distances = pairwise_distances(x, metric=metric)
    np.fill_diagonal(distances, 0)
    case = {
        "set": name, "metric": metric, "minimumClusterSize": size, "minimumSamples": samples,
        "method": {"eom": "excessOfMass", "leaf": "leaf"}[method], "epsilon": epsilon, "maximumClusterSize": largest,
        "allowsSingleCluster": single}
    if not epsilon:  # scikit-learn 1.9.1 fails with a TypeError where clusters are joined by epsilon
        fit = HDBSCAN(
            min_cluster_size=size, min_samples=samples, metric="precomputed", cluster_selection_method=method,
            max_cluster_size=largest, allow_single_cluster=single, copy=True).fit(distances)
        case["scikitLearn"] = {"labels": fit.labels_.tolist(), "probabilities": short(fit.probabilities_)}
    if samples > 1:  # the package does not count the row itself
        fit = hdbscan.HDBSCAN(
            min_cluster_size=size, min_samples=samples - 1, metric="precomputed", cluster_selection_method=method,
            cluster_selection_epsilon=float(epsilon), max_cluster_size=largest or 0,
            allow_single_cluster=single).fit(distances)
        case["package"] = {
            "labels": fit.labels_.tolist(), "probabilities": short(fit.probabilities_),
            "outlierScores": short(fit.outlier_scores_), "persistence": short(fit.cluster_persistence_)}
    cases.append(case)

value = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "hdbscan": "0.8.44"}, "cases": cases}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
(GOLDENS / "hdbscan.json").write_text(text + "\n")
print(len(text))
