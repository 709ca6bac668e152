"""Trees of merges: agglomerative clustering and Genie. The quality is the sum of all heights."""
import numpy as np

from .data import blobs


def heights(z):
    return {"heights": float(z[:, 2].sum())}


def fastcluster_vectors(method):
    def prepare(data):
        import fastcluster

        return lambda: heights(fastcluster.linkage_vector(data["x"], method))

    return prepare


def fastcluster_distances(method):
    def prepare(data):
        import fastcluster

        return lambda: heights(fastcluster.linkage(data["x"], method))

    return prepare


def sklearn(method):
    def prepare(data):
        from sklearn.cluster import AgglomerativeClustering

        model = AgglomerativeClustering(2, linkage=method, compute_distances=True)
        return lambda: {"heights": float(model.fit(data["x"]).distances_.sum())}

    return prepare


def genieclust_single(data):
    import genieclust

    def work():
        model = genieclust.Genie(1, gini_threshold=1.0, M=1).fit(data["x"])
        return {"heights": float(np.sum(model.distances_))}

    return work


def genieclust_genie(data):
    import genieclust

    def work():
        labels = genieclust.Genie(40, gini_threshold=0.3, M=1).fit_predict(data["x"])
        return {"largest": float(np.bincount(labels).max())}

    return work


def points(n, d):
    return lambda: {"x": blobs(n, d, 100, 1.0, 5)[0]}


CASES = {
    "ward-10k": ("Ward 10k × 128", points(10_000, 128),
                 {"fastcluster": fastcluster_vectors("ward"), "scikit-learn": sklearn("ward")}),
    "ward-30k": ("Ward 30k × 32", points(30_000, 32), {"fastcluster": fastcluster_vectors("ward")}),
    "average-10k": ("average linkage 10k × 128", points(10_000, 128),
                    {"fastcluster": fastcluster_distances("average"), "scikit-learn": sklearn("average")}),
    "single-50k": ("single linkage 50k × 64", points(50_000, 64),
                   {"genieclust": genieclust_single, "fastcluster": fastcluster_vectors("single")}),
    "genie-50k": ("Genie 50k × 64, k = 40", points(50_000, 64), {"genieclust": genieclust_genie}),
}
