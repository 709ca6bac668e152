"""Groups by density: HDBSCAN*, and the spanning tree alone."""
import numpy as np

from .data import blobs


def data(n, d, groups, deviation=1.0):
    def make():
        x, _ = blobs(n, d, groups, deviation, 5)
        # A tenth is noise, spread as far as the groups.
        low, high = x.min(axis=0), x.max(axis=0)
        x[::10] = np.random.default_rng(6).uniform(low, high, size=(len(x[::10]), d))
        return {"x": np.ascontiguousarray(x, dtype=np.float32)}

    return make


def outcome(labels):
    return {"clusters": int(labels.max()) + 1, "noise": int((labels < 0).sum())}


def fast_hdbscan(metric="euclidean"):
    def prepare(data):
        import fast_hdbscan

        # Neither package counts the row itself.
        model = fast_hdbscan.HDBSCAN(min_cluster_size=15, min_samples=4, metric=metric)
        return lambda: outcome(model.fit(data["x"]).labels_)

    return prepare


def hdbscan_package(data):
    import hdbscan

    model = hdbscan.HDBSCAN(min_cluster_size=15, min_samples=4, core_dist_n_jobs=-1)
    return lambda: outcome(model.fit(data["x"]).labels_)


def quitefastmst(data):
    import quitefastmst

    # Its M does not count the point itself.
    return lambda: {"weight": float(quitefastmst.mst_euclid(data["x"], M=4)[0].sum())}


def sklearn_dbscan(data):
    from sklearn.cluster import DBSCAN

    return lambda: outcome(DBSCAN(eps=float(data["eps"][0]), min_samples=5, n_jobs=-1).fit(data["x"]).labels_)


def sklearn_optics(data):
    from sklearn.cluster import OPTICS

    return lambda: outcome(OPTICS(min_samples=10, n_jobs=-1).fit(data["x"]).labels_)


def neighbors(search):
    """The mean distance to 15 neighbours, the row itself left out."""
    def prepare(data):
        run = search(data["x"])
        return lambda: {"mean distance": float(run()[:, 1:].astype(np.float64).mean())}

    return prepare


def faiss_flat(x):
    import faiss

    index = faiss.IndexFlatL2(x.shape[1])
    index.add(x)
    return lambda: np.sqrt(np.maximum(0, index.search(x, 16)[0]))


def sklearn_neighbors(metric="euclidean"):
    def prepare(x):
        from sklearn.neighbors import NearestNeighbors

        return lambda: NearestNeighbors(n_neighbors=16, algorithm="brute", metric=metric, n_jobs=-1).fit(x).kneighbors(x)[0]

    return prepare


def nndescent(x):
    from pynndescent import NNDescent

    return lambda: NNDescent(x, n_neighbors=16, random_state=1).neighbor_graph[1]


def with_eps(make, eps):
    return lambda: {**make(), "eps": np.array([eps], dtype=np.float32)}


FAST = {"fast_hdbscan": fast_hdbscan()}
TREE = {"quitefastmst": quitefastmst}
CASES = {
    "neighbors-100k-128": ("15 nearest of each row, 100k × 128", data(100_000, 128, 100),
                           {"faiss": neighbors(faiss_flat), "scikit-learn": neighbors(sklearn_neighbors())}),
    "neighbors-approximate-100k-128": ("most of 15 nearest of each row, 100k × 128", data(100_000, 128, 100),
                                       {"pynndescent": neighbors(nndescent)}),
    "neighbors-manhattan-10k-64": ("15 nearest by Manhattan distance, 10k × 64", data(10_000, 64, 30),
                                   {"scikit-learn": neighbors(sklearn_neighbors("manhattan"))}),
    "hdbscan-20k-64": ("HDBSCAN 20k × 64", data(20_000, 64, 40), {**FAST, "hdbscan": hdbscan_package}),
    "hdbscan-20k-512": ("HDBSCAN 20k × 512", data(20_000, 512, 40), FAST),
    "hdbscan-50k-256": ("HDBSCAN 50k × 256", data(50_000, 256, 60), FAST),
    "hdbscan-10k-768-cosine": ("HDBSCAN 10k × 768, cosine", data(10_000, 768, 30),
                               {"fast_hdbscan": fast_hdbscan("cosine")}),
    "hdbscan-100k-2": ("HDBSCAN 100k × 2", data(100_000, 2, 50, 0.05), FAST),
    "hdbscan-1m-2": ("HDBSCAN 1M × 2", data(1_000_000, 2, 100, 0.05), FAST),
    "hdbscan-100k-8": ("HDBSCAN 100k × 8", data(100_000, 8, 50, 0.3), FAST),
    "dbscan-500k-2": ("DBSCAN 500k × 2", with_eps(data(500_000, 2, 100, 0.05), 0.01), {"scikit-learn": sklearn_dbscan}),
    "dbscan-100k-8": ("DBSCAN 100k × 8", with_eps(data(100_000, 8, 50, 0.3), 0.4), {"scikit-learn": sklearn_dbscan}),
    # At 20k rows scikit-learn takes minutes.
    "optics-5k-16": ("OPTICS 5k × 16", data(5_000, 16, 20, 0.5), {"scikit-learn": sklearn_optics}),
    "tree-100k-2": ("spanning tree of mutual reachability, 100k × 2", data(100_000, 2, 50, 0.05), TREE),
    "tree-1m-2": ("spanning tree of mutual reachability, 1M × 2", data(1_000_000, 2, 100, 0.05), TREE),
    "tree-100k-8": ("spanning tree of mutual reachability, 100k × 8", data(100_000, 8, 50, 0.3), TREE),
}
