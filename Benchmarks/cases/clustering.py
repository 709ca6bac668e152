"""Groups: K-means, DBSCAN."""
import numpy as np

from .data import blobs


def sklearn_kmeans(data, init=None, iterations=25):
    from sklearn.cluster import KMeans

    k = len(data["first"])
    model = KMeans(k, init=data["first"] if init is None else init, n_init=1, max_iter=iterations, tol=0,
                   algorithm="lloyd", random_state=1)
    return lambda: {"inertia": float(model.fit(data["x"]).inertia_)}


def sklearn_kmeans_seeded(data):
    return sklearn_kmeans(data, init="k-means++")


def sklearn_plusplus(data):
    return sklearn_kmeans(data, init="k-means++", iterations=1)


def faiss_kmeans(data, seeded=False, iterations=25):
    import faiss

    n, d = data["x"].shape
    k = len(data["first"])

    def work():
        model = faiss.Kmeans(d, k, niter=iterations, nredo=1, seed=1, max_points_per_centroid=n, min_points_per_centroid=1)
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


TEN_ITERATIONS = {
    "faiss": lambda data: faiss_kmeans(data, iterations=10),
    "scikit-learn": lambda data: sklearn_kmeans(data, iterations=10),
}


def with_first(x, k):
    return {"x": x, "first": x[np.random.default_rng(2).choice(len(x), k, replace=False)]}


def kmeans_data(n=100_000, d=256, k=200):
    # Overlapping groups, more than there are centroids: no algorithm is done after two iterations.
    return with_first(blobs(n, d, 2 * k, 1.0, 1)[0], k)


def normal_data():
    # No groups at all.
    return with_first(np.random.default_rng(7).normal(size=(1_000_000, 32)).astype(np.float32), 100)


def dbscan_data():
    x, _ = blobs(20_000, 64, 40, 0.35, 3)
    x[::10] = np.random.default_rng(4).normal(size=(2000, 64)) * 1.3
    return {"x": x, "eps": np.array([3.4], dtype=np.float32)}


CASES = {
    "kmeans": ("K-means 100k × 256, k = 200, 25 iterations, same first centroids", kmeans_data,
               {"faiss": faiss_kmeans, "scikit-learn": sklearn_kmeans}),
    "kmeans-100k": ("K-means 100k × 256, k = 200, 10 iterations, same first centroids", kmeans_data, TEN_ITERATIONS),
    "kmeans-1m": ("K-means 1M × 32, k = 100, 10 iterations, same first centroids",
                  lambda: kmeans_data(1_000_000, 32, 100), TEN_ITERATIONS),
    "kmeans-1m-normal": ("K-means 1M × 32 without groups, k = 100, 10 iterations, same first centroids", normal_data,
                         TEN_ITERATIONS),
    "kmeans-200k": ("K-means 200k × 512, k = 1000, 10 iterations, same first centroids",
                    lambda: kmeans_data(200_000, 512, 1000), TEN_ITERATIONS),
    "kmeans-plusplus": ("k-means++ and one iteration, 100k × 512, k = 256",
                        lambda: kmeans_data(100_000, 512, 256), {"scikit-learn": sklearn_plusplus}),
    "kmeans-seeded": ("K-means 100k × 256, k = 200, 25 iterations, own seeding", kmeans_data,
                      {"faiss": faiss_kmeans_seeded, "scikit-learn": sklearn_kmeans_seeded}),
    "dbscan": ("DBSCAN 20k × 64", dbscan_data, {"scikit-learn": sklearn_dbscan}),
}
