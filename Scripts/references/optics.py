"""Reference results of scikit-learn's OPTICS for Tests/ClusteringTests.

Run with the packages of requirements-clustering.txt from the repository's root, after clustering.py, whose data sets it uses:
    python Scripts/references/optics.py
"""
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import OPTICS, cluster_optics_dbscan
from sklearn.metrics import pairwise_distances

warnings.filterwarnings("ignore")
GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "ClusteringTests" / "Goldens"
sets = json.loads((GOLDENS / "dbscan.json").read_text())["sets"]


def finite(values):
    return [None if np.isinf(v) else round(float(v), 9) for v in values]


cases = []
for name, metric, samples, largest, xi, size, corrects, eps in [
    ("blobs", "euclidean", 5, np.inf, 0.05, None, True, 3.4), ("blobs", "euclidean", 8, np.inf, 0.02, 12, False, 4.0),
    ("blobs", "euclidean", 3, 4.0, 0.1, 5, True, 3.0), ("moons", "euclidean", 5, np.inf, 0.05, None, True, 0.15),
    ("moons", "euclidean", 10, 0.3, 0.03, 20, True, 0.2), ("moons", "euclidean", 2, np.inf, 0.2, 3, False, 0.1),
    ("directions", "cosine", 4, np.inf, 0.05, None, True, 0.1), ("directions", "cosine", 6, 0.5, 0.1, 8, True, 0.05),
]:
    x = np.asarray(sets[name], dtype=np.float64)
    distances = pairwise_distances(x, metric=metric)
    np.fill_diagonal(distances, 0)
    fit = OPTICS(
        min_samples=samples, max_eps=largest, xi=xi, min_cluster_size=size, predecessor_correction=corrects,
        metric="precomputed").fit(distances)
    cases.append({
        "set": name, "metric": metric, "minimumSamples": samples, "maximumEps": None if np.isinf(largest) else largest,
        "xi": xi, "minimumClusterSize": size, "correctsPredecessors": corrects, "ordering": fit.ordering_.tolist(),
        "reachability": finite(fit.reachability_), "coreDistances": finite(fit.core_distances_),
        "predecessors": fit.predecessor_.tolist(), "labels": fit.labels_.tolist(),
        "valleys": [[int(a), int(b)] for a, b in fit.cluster_hierarchy_], "eps": eps,
        "labelsAtEps": cluster_optics_dbscan(
            reachability=fit.reachability_, core_distances=fit.core_distances_, ordering=fit.ordering_,
            eps=eps).tolist()})
    print(name, len(cases[-1]["valleys"]), fit.labels_.max() + 1)

value = {"versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__}, "cases": cases}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
(GOLDENS / "optics.json").write_text(text + "\n")
print(len(text))
