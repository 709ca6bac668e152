"""Runs each case in Kindred and in its peers, in turn, on the same data, and prints one table.

    Benchmarks/run [CASE ...]

Each round runs Kindred (a process with a warm-up, then one timed run) and then each peer (likewise warmed up); the
figures are medians of the rounds, and the ratio is Kindred's median over the peer's.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parent


def blobs(n, d, k, deviation, seed):
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(k, d)).astype(np.float32)
    group = rng.integers(0, k, n)
    return (centers[group] + deviation * rng.normal(size=(n, d))).astype(np.float32), group


def torch_product(data):
    import torch

    a, b = torch.from_numpy(data["a"]), torch.from_numpy(data["b"])
    return lambda: {"checksum": float((a @ b)[17, 42])}


def sklearn_kmeans(data, init=None):
    from sklearn.cluster import KMeans

    k = len(data["first"])
    model = KMeans(k, init=data["first"] if init is None else init, n_init=1, max_iter=25, tol=0, algorithm="lloyd",
                   random_state=1)
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def sklearn_kmeans_seeded(data):
    return sklearn_kmeans(data, init="k-means++")


def faiss_kmeans(data, seeded=False):
    import faiss

    n, d = data["x"].shape
    k = len(data["first"])

    def work():
        model = faiss.Kmeans(d, k, niter=25, nredo=1, seed=1, max_points_per_centroid=n, min_points_per_centroid=1)
        model.train(data["x"], init_centroids=None if seeded else data["first"])
        # faiss counts the inertia before its last update: assign once more, outside what it reports but inside the
        # clock, as the others do.
        distances, _ = model.index.search(data["x"], 1)
        return {"inertia": float(distances.astype(np.float64).sum())}

    return work


def faiss_kmeans_seeded(data):
    return faiss_kmeans(data, seeded=True)


def sklearn_dbscan(data):
    from sklearn.cluster import DBSCAN

    def work():
        labels = DBSCAN(eps=float(data["eps"][0]), min_samples=5, n_jobs=-1).fit(data["x"]).labels_
        return {"clusters": int(labels.max()) + 1, "noise": int((labels < 0).sum())}

    return work


def sklearn_silhouette(data, metric="euclidean"):
    from sklearn.metrics import silhouette_score

    return lambda: {"silhouette": float(silhouette_score(data["x"], data["labels"], metric=metric, n_jobs=-1))}


def sklearn_silhouette_cosine(data):
    return sklearn_silhouette(data, "cosine")


def product_data():
    rng = np.random.default_rng(0)
    return {"a": rng.normal(size=(2048, 2048)).astype(np.float32), "b": rng.normal(size=(2048, 2048)).astype(np.float32)}


def kmeans_data():
    # Overlapping groups, more than there are centroids: no algorithm is done after two iterations.
    x, _ = blobs(100_000, 256, 400, 1.0, 1)
    return {"x": x, "first": x[np.random.default_rng(2).choice(len(x), 200, replace=False)]}


def dbscan_data():
    x, _ = blobs(20_000, 64, 40, 0.35, 3)
    x[::10] = np.random.default_rng(4).normal(size=(2000, 64)) * 1.3
    return {"x": x, "eps": np.array([3.4], dtype=np.float32)}


def silhouette_data():
    x, labels = blobs(20_000, 64, 20, 1.0, 5)
    return {"x": x, "labels": labels.astype(np.int32)}


CASES = {
    "sgemm": ("sgemm 2048³", product_data, {"PyTorch": torch_product}),
    "kmeans": ("K-means 100k × 256, k = 200, 25 iterations, same first centroids", kmeans_data,
               {"faiss": faiss_kmeans, "scikit-learn": sklearn_kmeans}),
    "kmeans-seeded": ("K-means 100k × 256, k = 200, 25 iterations, own seeding", kmeans_data,
                      {"faiss": faiss_kmeans_seeded, "scikit-learn": sklearn_kmeans_seeded}),
    "dbscan": ("DBSCAN 20k × 64", dbscan_data, {"scikit-learn": sklearn_dbscan}),
    "silhouette": ("Silhouette 20k × 64", silhouette_data, {"scikit-learn": sklearn_silhouette}),
    "silhouette-cosine": ("Silhouette 20k × 64, cosine", silhouette_data, {"scikit-learn": sklearn_silhouette_cosine}),
}


def kindred(binary, case, folder):
    result = json.loads(subprocess.run([binary, case, folder], check=True, capture_output=True, text=True).stdout)
    return result.pop("seconds"), result


def peer(work):
    start = time.perf_counter()
    quality = work()
    return time.perf_counter() - start, quality


def show(quality):
    return ", ".join(f"{name} {value:.6g}" for name, value in sorted(quality.items()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=[], choices=[[], *CASES])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    header = subprocess.run([options.binary, "header"], check=True, capture_output=True, text=True).stdout.strip()
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout
    print(f"{header}, commit {commit.strip() or 'unknown'}\n")
    print("| case | peer | Kindred's quality | peer's quality | Kindred, s | peer, s | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.cases or CASES:
        title, make, peers = CASES[name]
        data = make()
        with tempfile.TemporaryDirectory() as folder:
            for key, value in data.items():
                np.save(f"{folder}/{key}.npy", value)
            work = {key: prepare(data) for key, prepare in peers.items()}
            for run in work.values():
                run()  # warm-up
            times = {key: [] for key in ["Kindred", *work]}
            quality = {}
            for _ in range(options.rounds):
                seconds, quality["Kindred"] = kindred(options.binary, name, folder)
                times["Kindred"].append(seconds)
                for key, run in work.items():
                    seconds, quality[key] = peer(run)
                    times[key].append(seconds)
        median = {key: statistics.median(values) for key, values in times.items()}
        for key in work:
            print(f"| {title} | {key} | {show(quality['Kindred'])} | {show(quality[key])} | {median['Kindred']:.3f} "
                  f"| {median[key]:.3f} | {median['Kindred'] / median[key]:.2f} |")
            sys.stdout.flush()


main()
