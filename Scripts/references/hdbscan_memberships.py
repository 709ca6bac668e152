"""Memberships of the hdbscan package, of fitted and of new rows, for Tests/ClusteringTests.

Run with the packages of requirements-hdbscan.txt from the repository's root, after clustering.py, whose data sets it uses:
    python Scripts/references/hdbscan_memberships.py

The package's own code computes everything, but it is given what its documentation says that it uses: when it prepares for
new rows it takes the core distances of fitted rows one neighbour too near, and that of a new row one too far, and it looks
for the row to join among 2 · min_samples neighbours only. And where all rows are one cluster, it takes another one for it.
"""
import json
import warnings
from pathlib import Path

import hdbscan
import hdbscan.plots
import numpy as np
from hdbscan.dist_metrics import DistanceMetric
from hdbscan.prediction import (
    PredictionData, _find_neighbor_and_lambda, all_points_membership_vectors, membership_vector)
from sklearn.metrics import pairwise_distances

warnings.filterwarnings("ignore")
GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "ClusteringTests" / "Goldens"
sets = json.loads((GOLDENS / "dbscan.json").read_text())["sets"]


def cosine(a, b):
    return 1 - a @ b / np.sqrt((a @ a) * (b @ b))


select_clusters = hdbscan.plots.CondensedTree._select_clusters


class AllRows:
    """Stands for the search tree: all rows, nearest first."""

    def __init__(self, rows, metric):
        self.rows, self.metric = rows, metric

    def query(self, points, k):
        distances = pairwise_distances(points, self.rows, metric=self.metric)
        order = np.argsort(distances, axis=1, kind="stable")
        return np.take_along_axis(distances, order, axis=1), order


def joins_below(model, data, samples):
    """Whether a row joins the cluster of its neighbour at a higher density than that at which the cluster begins."""
    tree = model.condensed_tree_._raw_tree
    below = []
    for distances, indices in zip(*data.tree.query(new, None)):
        neighbor, density = _find_neighbor_and_lambda(indices, distances, data.core_distances, samples)
        cluster = tree["parent"][tree["child"] == neighbor][0]
        births = tree["lambda_val"][tree["child"] == cluster]
        below.append(bool(len(births) == 0 or density > births[0] * (1 + 1e-9)))
    return below


def short(values):
    return [[round(float(v), 5) for v in row] for row in values]


cases = []
for name, metric, size, samples, method, single in [
    ("blobs", "euclidean", 5, 5, "eom", False), ("blobs", "euclidean", 12, 3, "leaf", False),
    ("moons", "euclidean", 5, 5, "eom", False), ("moons", "euclidean", 5, 5, "leaf", False),
    ("moons", "euclidean", 90, 5, "eom", True), ("far", "euclidean", 5, 5, "eom", False),
    ("far", "euclidean", 8, 3, "leaf", False), ("directions", "cosine", 5, 5, "eom", False),
    ("directions", "cosine", 4, 3, "leaf", False),
]:
    x = np.asarray(sets[name], dtype=np.float64)
    distances = pairwise_distances(x, metric=metric)
    np.fill_diagonal(distances, 0)
    model = hdbscan.HDBSCAN(
        min_cluster_size=size, min_samples=samples - 1, metric="precomputed", cluster_selection_method=method,
        allow_single_cluster=single).fit(distances)
    hdbscan.plots.CondensedTree._select_clusters = (
        (lambda tree: [len(x)]) if single and model.labels_.max() == 0 else select_clusters)
    arguments = {"metric": "pyfunc", "func": cosine} if metric == "cosine" else {"metric": metric}
    data = PredictionData(x, model.condensed_tree_, samples - 1, tree_type="balltree", **arguments)
    data.dist_metric = DistanceMetric.get_metric(**arguments)
    data.core_distances = np.sort(distances, axis=1)[:, samples - 1]
    data.tree = AllRows(x, metric)
    model._prediction_data = data
    fitted = all_points_membership_vectors(model)
    # New rows: between fitted ones, near them, and out of the way.
    random = np.random.default_rng(7)
    pairs = random.integers(0, len(x), size=(20, 2))
    share = random.uniform(0, 1, size=(20, 1))
    new = np.concatenate([
        x[pairs[:, 0]] * share + x[pairs[:, 1]] * (1 - share),
        x[random.integers(0, len(x), size=20)] + random.normal(size=(20, x.shape[1])) * x.std(axis=0) / 20])
    new = new.astype(np.float32).astype(np.float64)
    # The core distance of a new row, itself counted, is that to its neighbour number samples − 1.
    model.min_samples = samples - 2
    cases.append({
        "set": name, "metric": metric, "minimumClusterSize": size, "minimumSamples": samples,
        "method": {"eom": "excessOfMass", "leaf": "leaf"}[method], "allowsSingleCluster": single,
        "labels": model.labels_.tolist(), "memberships": short(fitted), "rows": [[float(v) for v in row] for row in new],
        "joinsBelow": joins_below(model, data, samples - 2),
        "newMemberships": short(membership_vector(model, new))})
    print(name, method, fitted.shape, "noise", int((model.labels_ < 0).sum()),
          "not the label", int(((fitted.argmax(axis=1) != model.labels_) & (model.labels_ >= 0)).sum()))

value = {"versions": {"numpy": np.__version__, "hdbscan": "0.8.44"}, "cases": cases}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
(GOLDENS / "hdbscan-memberships.json").write_text(text + "\n")
print(len(text))
