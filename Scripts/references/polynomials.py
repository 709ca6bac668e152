"""Fits the polynomials of Sources/CKernels/elementary_loops.h by Remez exchange.

    python Scripts/references/polynomials.py

It prints coefficients, lowest degree first, and the largest weighted error of each fit.
"""

import numpy as np
from mpmath import mp

mp.dps = 40
GRID = 4000


def nodes(low, high):
    """Points that crowd towards the ends of the interval, where minimax errors peak."""
    angle = np.linspace(0, np.pi, GRID)
    return (low + high) / 2 - (high - low) / 2 * np.cos(angle)


def fit(name, terms, points, variable, target, weight):
    """The polynomial in variable(x) that minimizes max |weight(x) · (p − target(x))| over the points x."""
    x = [mp.mpf(float(v)) for v in points]
    v = np.array([variable(p) for p in x])
    f = np.array([target(p) for p in x])
    w = np.array([weight(p) for p in x])
    chosen = np.linspace(0, len(x) - 1, terms + 1).astype(int)
    for _ in range(30):
        system = mp.matrix(terms + 1, terms + 1)
        right = mp.matrix(terms + 1, 1)
        for row, index in enumerate(chosen):
            for k in range(terms):
                system[row, k] = v[index] ** k
            system[row, terms] = (-1) ** row / w[index]
            right[row] = f[index]
        solution = mp.lu_solve(system, right)
        value = np.full(len(x), solution[terms - 1])
        for k in range(terms - 2, -1, -1):
            value = value * v + solution[k]
        error = np.array(((value - f) * w).tolist(), dtype=float)
        # The largest error of each run of equal sign.
        runs = np.split(np.arange(len(x)), np.nonzero(np.diff(np.sign(error)))[0] + 1)
        peaks = [run[np.argmax(np.abs(error[run]))] for run in runs]
        while len(peaks) > terms + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < terms + 1 or list(peaks) == list(chosen):
            break
        chosen = peaks
    print(f"{name}: largest error {np.abs(error).max():.2e}")
    for k in range(terms):
        value = np.float32(float(solution[k]))
        print(f"    {value:.9g}f = {float(value).hex()}")


def main():
    identity, square = (lambda x: x), (lambda x: x * x)
    both = nodes(-0.348, 0.348)
    # e^r = 1 + r + r² · q(r), |r| ≤ ln 2 / 2 and a little more.
    fit("exp", 5, both[np.abs(both) > 1e-3], identity, lambda r: (mp.exp(r) - 1 - r) / r ** 2,
        lambda r: r ** 2 / mp.exp(r))
    # 2^f = 1 + f · q(f), |f| ≤ 1/2.
    both = nodes(-0.5001, 0.5001)
    fit("exp2", 6, both[np.abs(both) > 1e-3], identity, lambda f: (2 ** f - 1) / f, lambda f: abs(f) / 2 ** f)
    # log(1 + f) = f − f² / 2 + f³ · q(f), √½ ≤ 1 + f < √2.
    both = nodes(-0.2935, 0.4145)
    fit("log", 8, both[np.abs(both) > 1e-3], identity, lambda f: (mp.log1p(f) - f + f * f / 2) / f ** 3,
        lambda f: f ** 3 / mp.log1p(f))
    # tanh x = x + x³ · q(x²), |x| ≤ 0.61.
    fit("tanh", 5, nodes(0.01, 0.615), square, lambda x: (mp.tanh(x) - x) / x ** 3, lambda x: x ** 3 / mp.tanh(x))
    # erf x = x + x · q(x²), |x| ≤ 0.93.
    fit("erf, small", 6, nodes(0.001, 0.94), square, lambda x: mp.erf(x) / x - 1, lambda x: x / mp.erf(x))
    # 1 − erf x = 2^(x · q(x)), 0.92 ≤ x ≤ 4.
    fit("erf, large", 8, nodes(0.92, 4.0), identity, lambda x: mp.log(mp.erfc(x), 2) / x,
        lambda x: x * mp.erfc(x) * mp.log(2) / mp.erf(x))
    # Φ(−x) = e^(−x²/2) · q(v), v = (x − 3) / (x + 3), 0 ≤ x ≤ 14.
    fit("gelu", 10, nodes(0, 14), lambda x: (x - 3) / (x + 3), lambda x: mp.ncdf(-x) * mp.exp(x * x / 2),
        lambda x: 1 / (mp.ncdf(-x) * mp.exp(x * x / 2)))


main()
