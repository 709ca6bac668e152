"""Scores of groups."""
import numpy as np

from .data import blobs


def sklearn_silhouette(data, metric="euclidean"):
    from sklearn.metrics import silhouette_score

    return lambda: {"silhouette": float(silhouette_score(data["x"], data["labels"], metric=metric, n_jobs=-1))}


def sklearn_silhouette_cosine(data):
    return sklearn_silhouette(data, "cosine")


def silhouette_data():
    x, labels = blobs(20_000, 64, 20, 1.0, 5)
    return {"x": x, "labels": labels.astype(np.int32)}


CASES = {
    "silhouette": ("Silhouette 20k × 64", silhouette_data, {"scikit-learn": sklearn_silhouette}),
    "silhouette-cosine": ("Silhouette 20k × 64, cosine", silhouette_data, {"scikit-learn": sklearn_silhouette_cosine}),
}
