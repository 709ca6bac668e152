"""Reference results of scipy and scikit-learn for the metrics of Tests/ClusteringTests.

Run with the packages of requirements-clustering.txt from the repository's root:
    python Scripts/references/metrics.py
"""
import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cdist, pdist
from sklearn.cluster import DBSCAN, HDBSCAN, OPTICS
from sklearn.metrics import silhouette_score

ROOT = Path(__file__).resolve().parents[2]


def f32(matrix):
    """What Kindred reads: values rounded to float32, computed with in float64."""
    return np.asarray(matrix, dtype=np.float32).astype(np.float64)


rng = np.random.default_rng(11)
# Features of unlike scale, correlated, far from the origin.
mixing = rng.normal(size=(7, 7)) * np.array([5, 1, 1, 0.3, 1, 1, 2])
points = f32(np.concatenate([rng.normal(size=(40, 7)) * s + c for s, c in
                             [(0.35, 0), (0.5, rng.normal(size=7) * 2.5), (0.3, rng.normal(size=7) * 2.5)]]
                            + [rng.uniform(-4, 4, size=(15, 7))]) @ mixing + 40)
prototypes = rng.integers(0, 2, size=(4, 48))
bits = f32(np.concatenate([np.where(rng.random((30, 48)) < 0.08, 1 - p, p) for p in prototypes]
                          + [rng.integers(0, 2, size=(10, 48))]))

covariance = np.cov(points, rowvar=False)
inverse = np.linalg.inv(covariance)

cases = []
for name, data, metric, options in [
    ("squared-euclidean", points, "sqeuclidean", {}),
    ("manhattan", points, "cityblock", {}),
    ("chebyshev", points, "chebyshev", {}),
    ("minkowski:3.0", points, "minkowski", {"p": 3}),
    ("minkowski:1.5", points, "minkowski", {"p": 1.5}),
    ("mahalanobis", points, "mahalanobis", {"VI": inverse}),
    ("hamming", bits, "hamming", {}),
]:
    distances = cdist(data, data, metric, **options)
    np.fill_diagonal(distances, 0)
    distances = (distances + distances.T) / 2
    eps = float(np.sort(distances, axis=1)[:, 4].mean())
    # Far from every distance, so that rounding does not decide.
    near = np.unique(distances[np.triu_indices(len(data), 1)])
    place = np.searchsorted(near, eps)
    eps = float((near[place - 1] + near[place]) / 2)
    dbscan = DBSCAN(eps=eps, min_samples=5, metric="precomputed").fit(distances)
    hdbscan = HDBSCAN(min_cluster_size=8, min_samples=5, metric="precomputed", copy=True).fit(distances)
    optics = OPTICS(min_samples=5, metric="precomputed", max_eps=np.inf).fit(distances)
    condensed = distances[np.triu_indices(len(data), 1)]
    cases.append({
        "metric": name, "set": "bits" if data is bits else "points",
        "distances": [float(v) for v in distances[3]],
        "nearest": np.argsort(distances[:20], axis=1, kind="stable")[:, :6].tolist(),
        "eps": eps, "dbscan": dbscan.labels_.tolist(), "hdbscan": hdbscan.labels_.tolist(),
        "probabilities": [float(v) for v in hdbscan.probabilities_],
        "reachability": [float(v) for v in np.sort(optics.reachability_[np.isfinite(optics.reachability_)])],
        "average": [float(v) for v in linkage(condensed, "average")[:, 2]],
        "single": [float(v) for v in linkage(condensed, "single")[:, 2]],
        "silhouette": float(silhouette_score(distances, np.arange(len(data)) % 3, metric="precomputed")),
    })

path = ROOT / "Tests" / "ClusteringTests" / "Goldens" / "metrics.json"
value = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "sets": {"points": points.tolist(), "bits": bits.astype(int).tolist()}, "cases": cases,
}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
path.write_text(text + "\n")
print(path.relative_to(ROOT), len(text))
