"""Decompositions. numpy decomposes single precision in double; scipy, PyTorch and scikit-learn stay in single."""
import numpy as np


def departure(u):
    u = u.astype(np.float64)
    return float(np.abs(u.T @ u - np.eye(u.shape[1])).max())


def distance(actual, expected):
    return float(np.linalg.norm(actual.astype(np.float64) - expected) / np.linalg.norm(expected.astype(np.float64)))


def first_quality(work, quality):
    """Work that is done anew each time, and looked at the first time only."""
    first = {}

    def run():
        result = work()
        if not first:
            first.update(quality(*(np.asarray(part) for part in result)))
        return first

    return run


def svd_quality(a):
    return lambda u, s, vt: {"orthogonality": max(departure(u), departure(vt.T)), "residual": distance(u * s @ vt, a)}


def eigen_quality(a):
    return lambda values, vectors: {
        "orthogonality": departure(vectors), "residual": distance(vectors * values @ vectors.T, a)}


def numpy_svd(data):
    a = data["a"]
    return first_quality(lambda: np.linalg.svd(a, full_matrices=False), svd_quality(a))


def scipy_svd(data):
    from scipy.linalg import svd

    a = data["a"]
    return first_quality(lambda: svd(a, full_matrices=False), svd_quality(a))


def torch_svd(data):
    import torch

    a = torch.from_numpy(data["a"])
    return first_quality(lambda: torch.linalg.svd(a, full_matrices=False), svd_quality(data["a"]))


def numpy_eigen(data):
    a = data["a"]
    return first_quality(lambda: np.linalg.eigh(a), eigen_quality(a))


def scipy_eigen(data):
    from scipy.linalg import eigh

    a = data["a"]
    return first_quality(lambda: eigh(a, driver="evd"), eigen_quality(a))


def torch_eigen(data):
    import torch

    a = torch.from_numpy(data["a"])
    return first_quality(lambda: torch.linalg.eigh(a), eigen_quality(data["a"]))


def sklearn_svd(data):
    from sklearn.utils.extmath import randomized_svd

    a = data["a"]

    def quality(u, s, vt):
        return {"orthogonality": departure(u), "residual": distance(u * s @ vt, a)}

    return first_quality(lambda: randomized_svd(a, 64, n_oversamples=10, n_iter=4, random_state=0), quality)


def svd_data():
    return {"a": np.random.default_rng(0).normal(size=(2000, 512)).astype(np.float32)}


def eigen_data():
    a = np.random.default_rng(1).normal(size=(1024, 1024))
    return {"a": ((a + a.T) / 2).astype(np.float32)}


def randomized_data():
    """Rows near a space of 128 dimensions of falling importance, as embeddings are."""
    rng = np.random.default_rng(2)
    inner = rng.normal(size=(100_000, 128)).astype(np.float32) * (0.95 ** np.arange(128)).astype(np.float32)
    outer = rng.normal(size=(128, 768)).astype(np.float32)
    return {"a": inner @ outer + 0.1 * rng.standard_normal((100_000, 768), dtype=np.float32)}


CASES = {
    "svd-thin": (
        "SVD, thin, 2000 × 512", svd_data, {"numpy": numpy_svd, "scipy": scipy_svd, "PyTorch": torch_svd}),
    "eigen": (
        "symmetric eigen, 1024", eigen_data, {"numpy": numpy_eigen, "scipy": scipy_eigen, "PyTorch": torch_eigen}),
    "svd-randomized": (
        "randomised SVD, 100k × 768 → 64, 4 power iterations", randomized_data, {"scikit-learn": sklearn_svd}),
}
