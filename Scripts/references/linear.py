"""Reference results of numpy, scipy and scikit-learn for Tests/TensorTests (linear algebra).

Run with the packages of requirements-linear.txt from the repository's root:
    python Scripts/references/linear.py
Matrices come from a formula that the tests repeat, so only results are kept.
"""
import json
from pathlib import Path

import numpy as np
import scipy
import scipy.linalg
import sklearn
from sklearn.decomposition import PCA
from sklearn.utils.extmath import randomized_svd

ROOT = Path(__file__).resolve().parents[2]


def formula(rows, columns, offset=0):
    """Whole numbers and one division: the same float32 everywhere."""
    i, j = np.meshgrid(np.arange(rows, dtype=np.int64), np.arange(columns, dtype=np.int64), indexing="ij")
    x = i * 7919 + j * 10473 + offset * 1543 + 1
    x = (x * x + 31 * x + 3) % 1000003
    x = (x * x + 13 * x + 7) % 1009
    return (x.astype(np.float32) / np.float32(1009) - np.float32(0.5)).astype(np.float64)


def signed(vectors):
    """Each row turned so that its entry of greatest magnitude is positive, and the signs."""
    signs = np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(axis=1)])
    return vectors * signs[:, None], signs


def flat(matrix):
    return [float(np.format_float_positional(v, precision=9, unique=False, fractional=False)) for v in np.ravel(matrix)]


def svd(rows, columns, full):
    u, s, vt = scipy.linalg.svd(formula(rows, columns), full_matrices=full)
    vt, signs = signed(vt)
    rank = min(rows, columns)
    u[:, :rank] *= signs[:rank]
    # Vectors beyond the rank span a space but are free in it: their projector is what can be compared.
    return {"rows": rows, "columns": columns, "values": flat(s), "u": flat(u[:, :rank]), "v": flat(vt[:rank])}


def symmetric(n):
    a = formula(n, n)
    return np.tril(a) + np.tril(a, -1).T


def definite(n):
    a = formula(n + 5, n, 1)
    return (a.T @ a + 0.1 * np.eye(n)).astype(np.float32).astype(np.float64)


result = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}}
result["svd"] = [svd(9, 5, False), svd(5, 9, False), svd(6, 6, False), svd(23, 4, False), svd(4, 23, False)]
result["values"] = [
    {"rows": r, "columns": c, "values": flat(np.linalg.svd(formula(r, c), compute_uv=False))}
    for r, c in [(200, 90), (90, 200), (150, 140), (2300, 12), (12, 2300)]]

eigen = []
for n in (1, 7, 40):
    values, vectors = scipy.linalg.eigh(symmetric(n))
    eigen.append({"n": n, "values": flat(values), "vectors": flat(signed(vectors.T)[0])})
result["eigen"] = eigen

qr = []
for rows, columns in [(8, 5), (5, 8), (6, 6)]:
    q, r = np.linalg.qr(formula(rows, columns))
    signs = np.where(np.diag(r) < 0, -1, 1)
    qr.append({"rows": rows, "columns": columns, "q": flat(q * signs), "r": flat(r * signs[:, None])})
result["qr"] = qr

n = 9
right = formula(n, 3, 2)
result["equations"] = {
    "n": n, "columns": 3,
    "definite": flat(definite(n)),
    "solution": flat(np.linalg.solve(formula(n, n), right)),
    "definiteSolution": flat(scipy.linalg.solve(definite(n), right, assume_a="pos")),
    "cholesky": flat(np.linalg.cholesky(definite(n))),
    "lower": flat(scipy.linalg.solve_triangular(formula(n, n), right, lower=True)),
    "upper": flat(scipy.linalg.solve_triangular(formula(n, n), right, lower=False)),
    "lowerTransposed": flat(scipy.linalg.solve_triangular(formula(n, n), right, lower=True, trans=1)),
    "upperUnit": flat(scipy.linalg.solve_triangular(formula(n, n), right, lower=False, unit_diagonal=True)),
    "determinant": float(np.linalg.det(formula(n, n))),
    "sign": float(np.linalg.slogdet(formula(n, n))[0]),
    "logDeterminant": float(np.linalg.slogdet(formula(n, n))[1]),
    "definiteLogDeterminant": float(np.linalg.slogdet(definite(n))[1]),
}

least = []
for rows, columns, rank in [(14, 5, 5), (5, 14, 5), (14, 6, 3), (8, 8, 4)]:
    # Products of short sums round to float32 without trouble; the cutoff is far from any singular value.
    a = formula(rows, columns) if rank == min(rows, columns) else formula(rows, rank) @ formula(rank, columns, 3)
    a = a.astype(np.float32).astype(np.float64)
    b = formula(rows, 2, 4)
    x, _, found, _ = np.linalg.lstsq(a, b, rcond=1e-4)
    assert found == rank
    least.append({
        "rows": rows, "columns": columns, "rank": rank, "a": flat(a), "solution": flat(x),
        "residual": flat(((a @ x - b) ** 2).sum(axis=0)), "inverse": flat(np.linalg.pinv(a, rcond=1e-4))})
result["leastSquares"] = least

data = formula(30, 6)
weights = ((np.arange(30) * 7) % 5).astype(float)
result["covariance"] = {
    "rows": 30, "columns": 6, "weights": weights.tolist(),
    "plain": flat(np.cov(data, rowvar=False)), "biased": flat(np.cov(data, rowvar=False, ddof=0)),
    "frequencies": flat(np.cov(data, rowvar=False, fweights=weights.astype(int))),
    "reliabilities": flat(np.cov(data, rowvar=False, aweights=weights)),
}

pca = PCA(whiten=True, svd_solver="full").fit(data)
components, signs = signed(pca.components_)
covariance = np.cov(data, rowvar=False)
values, vectors = np.linalg.eigh(covariance)
added = 0.05 * values.mean()
zca = (vectors / np.sqrt(values + added)) @ vectors.T
result["whitening"] = {
    "principal": flat(pca.transform(data) * signs), "regularization": 0.05,
    "zeroPhase": flat((data - data.mean(axis=0)) @ zca),
}

decaying = formula(400, 20) * 0.8 ** np.arange(20) @ formula(20, 60, 5)
decaying = decaying.astype(np.float32).astype(np.float64)
u, s, vt = randomized_svd(decaying, 4, n_oversamples=10, n_iter=4, random_state=0)
vt, signs = signed(vt)
result["randomized"] = {"rows": 400, "columns": 60, "values": flat(s), "v": flat(vt), "u": flat((u * signs)[:20])}

path = ROOT / "Tests/TensorTests/Goldens/linear.json"
text = json.dumps(result, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
path.write_text(text + "\n")
print(path.relative_to(ROOT), len(text))
