"""Groups: K-means, DBSCAN."""
import numpy as np

from .data import blobs


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


def kmeans_data():
    # Overlapping groups, more than there are centroids: no algorithm is done after two iterations.
    x, _ = blobs(100_000, 256, 400, 1.0, 1)
    return {"x": x, "first": x[np.random.default_rng(2).choice(len(x), 200, replace=False)]}


def dbscan_data():
    x, _ = blobs(20_000, 64, 40, 0.35, 3)
    x[::10] = np.random.default_rng(4).normal(size=(2000, 64)) * 1.3
    return {"x": x, "eps": np.array([3.4], dtype=np.float32)}


CASES = {
    "kmeans": ("K-means 100k × 256, k = 200, 25 iterations, same first centroids", kmeans_data,
               {"faiss": faiss_kmeans, "scikit-learn": sklearn_kmeans}),
    "kmeans-seeded": ("K-means 100k × 256, k = 200, 25 iterations, own seeding", kmeans_data,
                      {"faiss": faiss_kmeans_seeded, "scikit-learn": sklearn_kmeans_seeded}),
    "dbscan": ("DBSCAN 20k × 64", dbscan_data, {"scikit-learn": sklearn_dbscan}),
}
