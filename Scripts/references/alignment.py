"""Optimal assignments by scipy for Tests/ClusteringTests.

Run with the packages of requirements-clustering.txt from the repository's root:
    python Scripts/references/alignment.py
"""
import json
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "ClusteringTests" / "Goldens"
random = np.random.default_rng(5)

# Two labellings of the same rows; the best sum of overlaps, whatever their share.
labellings = []
for rows, before, after, kept in [(60, 4, 4, 0.9), (200, 7, 5, 0.6), (300, 9, 14, 0.3), (400, 25, 25, 0.5), (500, 30, 3, 0.0)]:
    first = random.integers(0, before, rows)
    second = np.where(random.random(rows) < kept, (first * 7 + 3) % after, random.integers(0, after, rows))
    table = np.zeros((first.max() + 1, second.max() + 1), dtype=int)
    np.add.at(table, (first, second), 1)
    i, j = linear_sum_assignment(table, maximize=True)
    labellings.append({"previous": first.tolist(), "current": second.tolist(), "total": int(table[i, j].sum())})

# Centroids; the least sum of distances of as many pairs as there can be.
centroids = []
for before, after, columns in [(6, 6, 2), (9, 5, 3), (5, 12, 3), (20, 20, 1), (30, 30, 4)]:
    first = np.round(random.normal(size=(before, columns)), 3).astype(np.float32)
    second = np.round(random.normal(size=(after, columns)), 3).astype(np.float32)
    if before == after == 20:  # ties
        first, second = np.round(first), np.round(second)
    distances = cdist(first.astype(float), second.astype(float))
    i, j = linear_sum_assignment(distances)
    centroids.append({
        "previous": first.tolist(), "current": second.tolist(), "pairs": len(i), "total": float(distances[i, j].sum())})

value = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__}, "labellings": labellings,
         "centroids": centroids}
text = json.dumps(value, separators=(",", ":"))
assert len(text) <= 256 * 1024, len(text)
(GOLDENS / "alignment.json").write_text(text + "\n")
print(len(text))
