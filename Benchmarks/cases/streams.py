"""K-means at the sizes of the table of goals, and streams."""
import numpy as np

from .data import blobs


def sklearn_lloyd(data):
    from sklearn.cluster import KMeans

    model = KMeans(len(data["first"]), init=data["first"], n_init=1, max_iter=10, tol=0, algorithm="lloyd")
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def faiss_lloyd(data):
    import faiss

    (n, d), k = data["x"].shape, len(data["first"])

    def work():
        model = faiss.Kmeans(d, k, niter=10, nredo=1, seed=1, max_points_per_centroid=n, min_points_per_centroid=1)
        model.train(data["x"], init_centroids=data["first"])
        distances, _ = model.index.search(data["x"], 1)
        return {"inertia": float(distances.astype(np.float64).sum())}

    return work


def sklearn_plusplus(data):
    from sklearn.cluster import KMeans

    # As here: the seeds and one iteration.
    model = KMeans(int(data["k"][0]), init="k-means++", n_init=1, max_iter=1, tol=0, algorithm="lloyd", random_state=1)
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def sklearn_mini_batch(data):
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(50, batch_size=1024, n_init=1, random_state=1)
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def sample_cost(x, centers):
    """The inertia by every tenth batch, times ten."""
    total = 0.0
    for first in range(0, len(x), 100_000):
        part = x[first:first + 10_000]
        squares = (part ** 2).sum(1)[:, None] - 2 * part @ centers.T + (centers ** 2).sum(1)[None]
        total += 10 * float(squares.min(1).astype(np.float64).sum())
    return total


def sklearn_partial_fit(data):
    from sklearn.cluster import MiniBatchKMeans

    def work():
        model = MiniBatchKMeans(50, n_init=3, random_state=1)
        for first in range(0, len(data["x"]), 10_000):
            model.partial_fit(data["x"][first:first + 10_000])
        return {"inertia": sample_cost(data["x"], model.cluster_centers_.astype(np.float32))}

    return work


def sklearn_mini_batch_restarts(data):
    """Batches with restarts until the cost is that of a coreset."""
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(50, batch_size=1024, n_init=10, init_size=30_000, random_state=1)
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def river_stream(data):
    """River's STREAMKMeans of 4,000 rows, its time multiplied."""
    from river import cluster, stream

    rows = [dict(enumerate(map(float, row))) for row in data["x"][:4000]]

    def work():
        import time

        model = cluster.STREAMKMeans(chunk_size=1000, n_clusters=50, halflife=0.5, sigma=1.5, seed=1)
        start = time.perf_counter()
        for row in rows:
            model.learn_one(row)
        return {"seconds for all rows": (time.perf_counter() - start) * len(data["x"]) / len(rows)}

    return work


def low_data():
    x, _ = blobs(1_000_000, 32, 300, 0.6, 1)
    return {"x": x, "first": x[np.random.default_rng(2).choice(len(x), 100, replace=False)]}


def wide_data():
    x, _ = blobs(200_000, 512, 2000, 1.0, 1)
    return {"x": x, "first": x[np.random.default_rng(2).choice(len(x), 1000, replace=False)]}


def plusplus_data():
    x, _ = blobs(100_000, 512, 400, 1.0, 1)
    return {"x": x, "k": np.array([256], dtype=np.float32)}


def stream_data():
    x, _ = blobs(1_000_000, 64, 50, 0.5, 1)
    return {"x": x}


CASES = {
    "kmeans-low": ("K-means 1M × 32, k = 100, 10 iterations", low_data,
                   {"faiss": faiss_lloyd, "scikit-learn": sklearn_lloyd}),
    "kmeans-wide": ("K-means 200k × 512, k = 1000, 10 iterations", wide_data,
                    {"faiss": faiss_lloyd, "scikit-learn": sklearn_lloyd}),
    "kmeans-plusplus": ("k-means++ 100k × 512, k = 256, and one iteration", plusplus_data,
                        {"scikit-learn": sklearn_plusplus}),
    "mini-batch": ("Mini-batch k-means 1M × 64, k = 50", stream_data, {"scikit-learn": sklearn_mini_batch}),
    "stream": ("StreamKM++ 1M × 64, k = 50, batches of 10,000", stream_data,
               {"scikit-learn, restarts": sklearn_mini_batch_restarts, "scikit-learn, partial_fit": sklearn_partial_fit,
                "river, 4,000 rows": river_stream}),
    "stream-online": ("Online k-means 1M × 64, k = 50, batches of 10,000", stream_data,
                      {"scikit-learn, partial_fit": sklearn_partial_fit}),
}
