"""What fastcluster and genieclust make of published point sets, for Tests/ClusteringTests.

Only sums of heights, a few heights and sizes of clusters are kept; the sets themselves are not part of the project. Run with
the packages of requirements-dendrogram.txt and the folder of the sets (gagolews/clustering-data-v1, as CSV files with the
columns x0, x1, ..., label0) from the repository's root:
    python Scripts/references/dendrogram_points.py FOLDER
"""
import csv
import json
import sys
from pathlib import Path

import fastcluster
import genieclust
import numpy as np
from scipy.cluster.hierarchy import cut_tree
from scipy.spatial.distance import pdist

ROOT = Path(__file__).resolve().parents[2]
LINKAGES = ["single", "complete", "average", "weighted", "centroid", "median", "ward"]


def read(path):
    with open(path) as file:
        lines = list(csv.reader(file))
    features = [i for i, name in enumerate(lines[0]) if name.startswith("x")]
    label = lines[0].index("label0")
    x = np.array([[float(line[i]) for i in features] for line in lines[1:]], dtype=np.float32)
    return x.astype(np.float64), len({line[label] for line in lines[1:]} - {"0"})


def sizes(labels):
    return sorted(np.unique(labels, return_counts=True)[1].tolist(), reverse=True)


def tree(x, method):
    return fastcluster.linkage_vector(x, method) if method in ("single", "centroid", "median", "ward") else (
        fastcluster.linkage(x, method))


result = {}
for path in sorted(Path(sys.argv[1]).glob("*__*.csv")):
    x, k = read(path)
    shuffled = np.random.default_rng(1).permutation(len(x))
    entry = {"rows": len(x), "k": k, "linkages": {}, "genie": {}}
    for method in LINKAGES:
        z, other = tree(x, method), tree(x[shuffled], method)
        cut = sizes(cut_tree(z, k)[:, 0]) if method not in ("centroid", "median") else []
        # Where the order of rows decides between equal distances, there is no one answer to compare with.
        if not np.allclose(np.sort(z[:, 2]), np.sort(other[:, 2]), rtol=1e-9, atol=0):
            continue
        if cut and cut != sizes(cut_tree(other, k)[:, 0]):
            cut = []
        h = np.sort(z[:, 2])
        entry["linkages"][method] = {
            "sum": float(f"{h.sum():.12g}"), "sizes": cut,
            "heights": [float(f"{v:.12g}") for v in h[np.linspace(0, len(h) - 1, 7).astype(int)]]}
    for threshold in (0.3, 1.0):
        fits = [sizes(genieclust.Genie(k, gini_threshold=threshold, M=1).fit_predict(v)) for v in (x, x[shuffled])]
        if fits[0] == fits[1]:
            entry["genie"][str(threshold)] = fits[0]
    result[path.stem] = entry
    print(path.stem, len(x), k, sorted(entry["linkages"]), sorted(entry["genie"]), flush=True)

path = ROOT / "Tests" / "ClusteringTests" / "Goldens" / "dendrogram-points.json"
versions = {"numpy": np.__version__, "fastcluster": fastcluster.__version__, "genieclust": genieclust.__version__}
text = json.dumps({"versions": versions, "sets": result}, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
path.write_text(text + "\n")
