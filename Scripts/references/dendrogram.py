"""Reference results of scipy, scikit-learn, genieclust and dynamicTreeCut for trees of merges in Tests/ClusteringTests.

Run with the packages of requirements-dendrogram.txt from the repository's root:
    python Scripts/references/dendrogram.py
"""
import contextlib
import io
import json
from pathlib import Path

import dynamicTreeCut
import genieclust
import numpy as np
import scipy
import sklearn
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering
from sklearn.datasets import make_blobs
from sklearn.neighbors import kneighbors_graph

ROOT = Path(__file__).resolve().parents[2]


def f32(matrix):
    """What Kindred reads: values rounded to float32, computed with in float64."""
    return np.asarray(matrix, dtype=np.float32).astype(np.float64)


def rows(matrix):
    return [[float(np.float32(v)) for v in row] for row in matrix]


def save(name, value):
    path = ROOT / "Tests" / "ClusteringTests" / "Goldens" / name
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
                "genieclust": genieclust.__version__, "dynamicTreeCut": "0.1.1"}
    text = json.dumps({"versions": versions, **value}, separators=(",", ":"))
    assert len(text) <= 256 * 1024, (name, len(text))
    path.write_text(text + "\n")
    print(path.relative_to(ROOT), len(text))


def matrix(z):
    return [[int(a), int(b), float(f"{h:.12g}"), int(c)] for a, b, h, c in z]


def numbers(values):
    return [float(f"{v:.12g}") for v in values]


rng = np.random.default_rng(11)
sets = {
    "blobs": make_blobs(110, n_features=6, centers=5, cluster_std=1.5, random_state=1)[0],
    "plane": rng.uniform(size=(90, 2)) ** 2,
    "far": make_blobs(70, n_features=3, centers=4, cluster_std=0.5, random_state=3)[0] + 1000,
    "directions": np.concatenate([rng.normal(size=(20, 12)) * 0.4 + rng.normal(size=12) for _ in range(3)]),
}
sets = {name: f32(x) for name, x in sets.items()}

linkages = []
for name, x in sets.items():
    for method in ["single", "complete", "average", "weighted", "centroid", "median", "ward"]:
        for metric in ["euclidean", "cosine"] if name == "directions" else ["euclidean"]:
            if metric == "cosine" and method in ("centroid", "median", "ward"):
                continue
            z = hierarchy.linkage(x, method) if metric == "euclidean" else hierarchy.linkage(pdist(x, metric), method)
            linkages.append({
                "set": name, "linkage": method, "metric": metric, "matrix": matrix(z),
                "cuts": {str(k): AgglomerativeClustering(k, linkage=method, metric=metric).fit(x).labels_.tolist()
                         for k in ([2, 7, 25] if method in ("single", "complete", "average", "ward") else [])}})

cuts = []
for name, method in [("blobs", "average"), ("plane", "complete"), ("plane", "centroid"), ("far", "ward")]:
    x = sets[name]
    z = hierarchy.linkage(x, method)
    heights = [float(np.quantile(z[:, 2], q)) for q in (0.3, 0.6, 0.9)]
    monotone = method != "centroid"
    order = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(z, pdist(x)))
    dynamic = []
    for size, deep in [(4, 0), (4, 1), (5, 2), (8, 3), (3, 4), (12, 1)] if monotone else []:
        with contextlib.redirect_stdout(io.StringIO()):
            fit = dynamicTreeCut.cutreeHybrid(
                z, pdist(x), minClusterSize=size, deepSplit=deep, pamStage=False)
        dynamic.append({"minimumClusterSize": size, "deepSplit": deep, "labels": (fit["labels"].astype(int) - 1).tolist()})
    cuts.append({
        "set": name, "linkage": method, "matrix": matrix(z),
        "heights": [{"height": h, "labels": hierarchy.fcluster(z, h, "distance").tolist()} for h in heights],
        "inconsistent": [
            {"limit": t, "depth": d, "labels": hierarchy.fcluster(z, t, "inconsistent", depth=d).tolist(),
             "coefficients": numbers(hierarchy.inconsistent(z, d)[:, 3]),
             "deviations": numbers(hierarchy.inconsistent(z, d)[:, 1])}
            for t, d in [(0.7, 2), (1.05, 2), (1.3, 4)]],
        "correlation": float(hierarchy.cophenet(z, pdist(x))[0]),
        "copheneticFromThree": numbers(scipy.spatial.distance.squareform(hierarchy.cophenet(z))[3]),
        "leafOrderSum": float(sum(np.linalg.norm(x[a] - x[b]) for a, b in zip(order, order[1:]))),
        "dynamic": dynamic})

connected = []
for name, k in [("blobs", 6), ("plane", 5), ("far", 45)]:
    graph = kneighbors_graph(sets[name], k, include_self=False)
    graph = graph.maximum(graph.T).tocoo()
    for method in ["ward", "complete", "average", "single"]:
        fit = AgglomerativeClustering(4, linkage=method, connectivity=graph, compute_distances=True).fit(sets[name])
        if fit.n_connected_components_ != 1:
            continue
        connected.append({
            "set": name, "linkage": method, "labels": fit.labels_.tolist(), "heights": numbers(sorted(fit.distances_)),
            "edges": [[int(a), int(b)] for a, b in zip(graph.row, graph.col) if a < b]})

genie = []
for name, x in sets.items():
    for threshold in (0.1, 0.3, 0.7, 1.0):
        for k in (2, 4, 9):
            labels = genieclust.Genie(k, gini_threshold=threshold, M=1).fit_predict(x)
            genie.append({"set": name, "threshold": threshold, "k": k, "labels": labels.tolist()})

save("dendrogram.json", {"sets": {name: rows(x) for name, x in sets.items()}, "linkages": linkages})
save("dendrogram-cuts.json", {"cuts": cuts, "connected": connected, "genie": genie})
