"""Reference results of scikit-learn for Tests/ClusteringTests and Tests/AnalysisTests (silhouette).

Run with the packages of requirements-clustering.txt from the repository's root:
    python Scripts/references/clustering.py
"""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import silhouette_samples, silhouette_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

ROOT = Path(__file__).resolve().parents[2]


def rows(matrix):
    return [[float(np.float32(v)) for v in row] for row in matrix]


def f32(matrix):
    """What Kindred reads: values rounded to float32, computed with in float64."""
    return np.asarray(matrix, dtype=np.float32).astype(np.float64)


def save(name, module, value):
    path = ROOT / "Tests" / f"{module}Tests" / "Goldens" / name
    value = {"versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__}, **value}
    text = json.dumps(value, separators=(",", ":"))
    assert len(text) <= 256 * 1024, (name, len(text))
    path.write_text(text + "\n")
    print(path.relative_to(ROOT), len(text))


rng = np.random.default_rng(7)
blobs, _ = make_blobs(240, n_features=8, centers=5, cluster_std=1.6, random_state=1)
moons, _ = make_moons(200, noise=0.07, random_state=2)
far = make_blobs(150, n_features=3, centers=4, cluster_std=0.5, random_state=3)[0] + 1000
grid = np.array([[x, y] for x in range(12) for y in range(9) if (x * 7 + y * 5) % 11 != 0], dtype=float)
directions = np.concatenate([rng.normal(size=(40, 16)) * 0.25 + rng.normal(size=16) for _ in range(4)])
directions[17] = 0

sets = {"blobs": blobs, "moons": moons, "far": far, "grid": grid, "directions": directions}

dbscan = {"sets": {name: rows(x) for name, x in sets.items()}, "cases": []}
for name, metric, eps, minimum in [
    ("blobs", "euclidean", 3.0, 5), ("blobs", "euclidean", 4.2, 8), ("moons", "euclidean", 0.2, 5),
    ("moons", "euclidean", 0.12, 4), ("far", "euclidean", 0.6, 5), ("grid", "euclidean", 1.0, 4),
    ("grid", "euclidean", 1.0, 5), ("directions", "cosine", 0.1, 4), ("directions", "cosine", 0.03, 3),
]:
    fit = DBSCAN(eps=eps, min_samples=minimum, metric=metric, algorithm="brute").fit(f32(sets[name]))
    dbscan["cases"].append({
        "set": name, "metric": metric, "eps": eps, "minimumSamples": minimum,
        "labels": fit.labels_.tolist(), "cores": fit.core_sample_indices_.tolist()})
save("dbscan.json", "Clustering", dbscan)

kmeans = {"cases": []}
for name, k, spherical in [("blobs", 5, False), ("blobs", 9, False), ("moons", 6, False), ("far", 4, False)]:
    x = f32(sets[name])
    first = x[np.random.default_rng(k).choice(len(x), k, replace=False)]
    fit = KMeans(k, init=first, n_init=1, algorithm="lloyd", tol=1e-4, max_iter=300).fit(x)
    kmeans["cases"].append({
        "set": name, "first": rows(first), "labels": fit.labels_.tolist(), "inertia": float(fit.inertia_),
        "centroids": rows(fit.cluster_centers_), "iterations": int(fit.n_iter_)})
save("kmeans.json", "Clustering", kmeans)

neighbors = {"cases": []}
for name, metric, k in [("blobs", "euclidean", 4), ("far", "euclidean", 7), ("directions", "cosine", 5)]:
    x = f32(sets[name])
    keep = np.linalg.norm(x, axis=1) > 0
    distance, index = NearestNeighbors(n_neighbors=k, metric=metric, algorithm="brute").fit(x[keep]).kneighbors()
    neighbors["cases"].append({
        "set": name, "metric": metric, "k": k, "rows": np.flatnonzero(keep).tolist(),
        "indices": index[:60].tolist(), "distances": [[float(d) for d in row] for row in distance[:60]]})
save("neighbors.json", "Clustering", neighbors)

silhouette = {"sets": {name: rows(sets[name]) for name in ("blobs", "far", "directions")}, "cases": []}
for name, metric, k in [("blobs", "euclidean", 5), ("far", "euclidean", 4), ("blobs", "cosine", 3), ("directions", "cosine", 4)]:
    x = f32(sets[name])
    labels = KMeans(k, n_init=3, random_state=0).fit_predict(normalize(x) if metric == "cosine" else x)
    labels[labels == 0] = k  # a gap in the numbers
    labels[3] = 0  # and a group of one
    silhouette["cases"].append({
        "set": name, "metric": metric, "labels": labels.tolist(),
        "values": [float(v) for v in silhouette_samples(x, labels, metric=metric)],
        "mean": float(silhouette_score(x, labels, metric=metric))})
save("silhouette.json", "Analysis", silhouette)
