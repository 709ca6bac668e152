"""Data that several families of cases share."""
import numpy as np


def blobs(n, d, k, deviation, seed):
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(k, d)).astype(np.float32)
    group = rng.integers(0, k, n)
    return (centers[group] + deviation * rng.normal(size=(n, d))).astype(np.float32), group
