"""How well clusters agree with reference labels: Kindred and its peers on the same point sets, with the same parameters.

    python Benchmarks/quality.py --binary .build/release/kindred --points FOLDER [--output Documentation/Quality.md]

FOLDER holds the benchmark suites of clustering-data-v1 as `<suite>__<name>.csv`: x0, x1, ..., label0, label1, ...; label 0
is noise in the reference and left out of scores. Of several reference labellings the one counts that a result agrees with
best, as the suites' authors have it. Needs the packages of requirements.txt.
"""
import argparse
import csv
import statistics
import subprocess
import tempfile
import warnings
from pathlib import Path

import genieclust
import numpy as np
import sklearn
from sklearn import cluster
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.neighbors import NearestNeighbors

warnings.filterwarnings("ignore")


def radii(points):
    """Ten radii between the 10 % and the 99 % quantile of the distance to the fourth neighbour."""
    distances = NearestNeighbors(n_neighbors=5).fit(points).kneighbors(points)[0][:, 4]
    return [float(v) for v in np.quantile(distances, np.linspace(0.1, 0.99, 10)) if v > 0]


class Tool:
    """Kindred's command-line tool."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, Path(folder)

    def __call__(self, points, *arguments):
        source, target = self.folder / "x.npy", self.folder / "labels.csv"
        np.save(source, points.astype(np.float32))
        subprocess.run(
            [self.binary, "cluster", *[str(a) for a in arguments], "--input", source, "--output", target, "--quiet"],
            check=True, capture_output=True)
        with open(target) as file:
            return np.array([int(row["label"]) for row in csv.DictReader(file)])


def methods(tool):
    """Name, what is varied, and for points and k the pairs of ours and the peer's result."""
    def linkage(name):
        return lambda x, k: [(
            lambda: tool(x, "agglomerative", "--linkage", name, "--n-clusters", k),
            lambda: cluster.AgglomerativeClustering(k, linkage=name).fit(x).labels_)]

    return [
        ("k-means", "true k, 10 runs", "scikit-learn", lambda x, k: [(
            lambda: tool(x, "kmeans", "--n-clusters", k, "--n-init", 10),
            lambda: cluster.KMeans(k, n_init=10, random_state=0).fit(x).labels_)]),
        ("mini-batch k-means", "true k, 3 runs", "scikit-learn", lambda x, k: [(
            lambda: tool(x, "minibatch", "--n-clusters", k, "--n-init", 3),
            lambda: cluster.MiniBatchKMeans(k, n_init=3, random_state=0).fit(x).labels_)]),
        ("bisecting k-means", "true k", "scikit-learn", lambda x, k: [(
            lambda: tool(x, "bisecting", "--n-clusters", k),
            lambda: cluster.BisectingKMeans(k, random_state=0).fit(x).labels_)]),
        ("Ward", "true k", "scikit-learn", linkage("ward")),
        ("average linkage", "true k", "scikit-learn", linkage("average")),
        ("complete linkage", "true k", "scikit-learn", linkage("complete")),
        ("single linkage", "true k", "scikit-learn", linkage("single")),
        ("Genie", "true k, Gini threshold 0.3", "genieclust", lambda x, k: [(
            lambda: tool(x, "genie", "--n-clusters", k),
            lambda: genieclust.Genie(n_clusters=k, gini_threshold=0.3).fit_predict(x))]),
        ("DBSCAN", "best of 10 radii, 5 samples", "scikit-learn", lambda x, k: [(
            lambda eps=eps: tool(x, "dbscan", "--eps", eps, "--min-samples", 5),
            lambda eps=eps: cluster.DBSCAN(eps=eps, min_samples=5).fit(x).labels_) for eps in radii(x)]),
        ("HDBSCAN", "best of 5, 10, 20, 50, 100 rows a cluster", "scikit-learn", lambda x, k: [(
            lambda size=size: tool(x, "hdbscan", "--min-cluster-size", size),
            lambda size=size: cluster.HDBSCAN(min_cluster_size=size, copy=True).fit(x).labels_)
            for size in (5, 10, 20, 50, 100) if size <= len(x)]),
        ("OPTICS", "best of 5, 10, 20 samples", "scikit-learn", lambda x, k: [(
            lambda samples=samples: tool(x, "optics", "--min-samples", samples),
            lambda samples=samples: cluster.OPTICS(min_samples=samples).fit(x).labels_)
            for samples in (5, 10, 20)]),
    ]


def read(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    columns = [c for c in rows[0] if c.startswith("x")]
    points = np.array([[np.float32(row[c]) for c in columns] for row in rows], dtype=np.float64)
    references = [np.array([int(row[c]) for row in rows]) for c in rows[0] if c.startswith("label")]
    return points, references


def scores(labels, reference):
    kept = reference > 0
    return (adjusted_rand_score(reference[kept], labels[kept]),
            normalized_mutual_info_score(reference[kept], labels[kept]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=".build/release/kindred")
    parser.add_argument("--points", required=True)
    parser.add_argument("--output")
    options = parser.parse_args()
    files = sorted(path for path in Path(options.points).glob("*__*.csv"))
    assert files, f"no point sets in {options.points}"
    table = {}
    with tempfile.TemporaryDirectory() as folder:
        ways = methods(Tool(options.binary, folder))
        for path in files:
            points, references = read(path)
            for name, _, _, runs in ways:
                best = [(-1.0, -1.0), (-1.0, -1.0)]
                for reference in references:
                    k = len(set(reference[reference > 0]))
                    for pair in runs(points, k):
                        for side, run in enumerate(pair):
                            best[side] = max(best[side], scores(run(), reference))
                table[path.stem, name] = best
                print(path.stem, name, *(f"{v:.3f}" for side in best for v in side), flush=True)
    lines = [
        "| algorithm | parameters | peer | mean ARI | peer's | mean NMI | peer's | sets where ARI is better / worse by > 0.01 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, parameters, other, _ in ways:
        rows = [table[path.stem, name] for path in files]
        means = [statistics.mean(row[side][score] for row in rows) for score in (0, 1) for side in (0, 1)]
        better = sum(row[0][0] > row[1][0] + 0.01 for row in rows)
        worse = sum(row[0][0] < row[1][0] - 0.01 for row in rows)
        lines.append(
            f"| {name} | {parameters} | {other} | " + " | ".join(f"{v:.3f}" for v in means) + f" | {better} / {worse} |")
    lines += ["", "ARI of each set, Kindred's / the peer's:", "",
              "| set | " + " | ".join(name for name, *_ in ways) + " |", "|---" * (len(ways) + 1) + "|"]
    for path in files:
        cells = (f"{a[0]:.2f} / {b[0]:.2f}" for a, b in (table[path.stem, name] for name, *_ in ways))
        lines.append(f"| {path.stem.replace('__', ' ')} | " + " | ".join(cells) + " |")
    text = "\n".join(lines)
    print(text)
    if options.output:
        target = Path(options.output)
        start, end = "<!-- table -->\n", "<!-- end -->"
        page = target.read_text()
        before, after = page.split(start)[0], page.split(end)[1]
        versions = f"scikit-learn {sklearn.__version__}, genieclust {genieclust.__version__}."
        target.write_text(f"{before}{start}Peers: {versions}\n\n{text}\n{end}{after}")


main()
