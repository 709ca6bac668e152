"""Reference results of scikit-learn for weighted, mini-batch and bisecting k-means and for plain k-means++ seeds.

Run with the packages of requirements-kmeans.txt from the repository's root:
    python Scripts/references/kmeans.py
"""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import BisectingKMeans, KMeans, MiniBatchKMeans, kmeans_plusplus
from sklearn.datasets import make_blobs

ROOT = Path(__file__).resolve().parents[2]
rng = np.random.default_rng(11)
# Overlapping groups, and numbers short enough to be the same in single precision.
points, _ = make_blobs(1200, n_features=4, centers=15, cluster_std=1.7, random_state=4)
points = np.round(points * 64) / 64
weights = np.round(rng.gamma(0.7, 2.0, len(points)) * 8) / 8

weighted = []
for k in (3, 8, 20):
    first = points[rng.choice(len(points), k, replace=False)]
    fit = KMeans(k, init=first, n_init=1, tol=0, max_iter=300).fit(points, sample_weight=weights)
    weighted.append({
        "first": first.tolist(), "labels": fit.labels_.tolist(), "inertia": float(fit.inertia_),
        "centroids": fit.cluster_centers_.tolist(), "iterations": int(fit.n_iter_)})

tree = []
for strategy in ("biggest_inertia", "largest_cluster"):
    fits = [BisectingKMeans(16, init="k-means++", n_init=1, random_state=seed, bisecting_strategy=strategy).fit(points)
            for seed in range(20)]
    tree.append({"strategy": strategy, "inertia": float(np.mean([fit.inertia_ for fit in fits]))})

batches = [MiniBatchKMeans(15, batch_size=128, n_init=1, random_state=seed).fit(points).inertia_ for seed in range(20)]


def potential(seed):
    centers, _ = kmeans_plusplus(points, 15, random_state=seed, n_local_trials=1)
    return ((points[:, None] - centers[None]) ** 2).sum(-1).min(1).sum()


value = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "points": points.tolist(), "weights": weights.tolist(), "weighted": weighted, "bisecting": tree,
    "miniBatchInertia": float(np.mean(batches)), "plusPlusPotential": float(np.mean([potential(s) for s in range(300)]))}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
path = ROOT / "Tests" / "ClusteringTests" / "Goldens" / "kmeans-family.json"
path.write_text(text + "\n")
print(path.relative_to(ROOT), len(text))
