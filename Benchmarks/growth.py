"""How time and memory grow with the number of rows: runs the tool, draws a chart.

    python Benchmarks/growth.py --binary .build/release/kindred --output Documentation/Images/growth.svg

Each point is one process: reading the file, grouping, writing the labels. Memory is the most that was resident. Needs numpy.
"""
import argparse
import math
import multiprocessing
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

MILLION = 1_000_000
SIZES = [10_000, 30_000, 100_000, 300_000, MILLION]
# Name, features, the most rows, arguments.
RUNS = [
    ("k-means, d = 32, k = 100", 32, MILLION, ["kmeans", "--n-clusters", "100", "--max-iter", "20"]),
    ("mini-batch k-means, d = 32, k = 100", 32, MILLION, ["minibatch", "--n-clusters", "100"]),
    ("DBSCAN, d = 2", 2, MILLION, ["dbscan", "--eps", "0.05", "--min-samples", "10"]),
    ("HDBSCAN, d = 2", 2, MILLION, ["hdbscan", "--min-cluster-size", "50", "--min-samples", "10"]),
    ("DBSCAN, d = 32", 32, 100_000, ["dbscan", "--eps", "5", "--min-samples", "10"]),
    ("HDBSCAN, d = 32", 32, 100_000, ["hdbscan", "--min-cluster-size", "50", "--min-samples", "10"]),
    ("OPTICS, d = 2", 2, MILLION, ["optics", "--min-samples", "10"]),
    ("Ward, d = 32", 32, 30_000, ["agglomerative", "--linkage", "ward", "--n-clusters", "100"]),
    ("Genie, d = 2", 2, MILLION, ["genie", "--n-clusters", "100"]),
]
COLORS = ["#1b6ca8", "#7fb3d5", "#c0392b", "#e59866", "#7d3c98", "#c39bd3", "#1e8449", "#b7950b", "#34495e"]


def write_points(count, dimension, path):
    rng = np.random.default_rng(count + dimension)
    centers = rng.normal(size=(100, dimension)) * 4
    np.save(path, (centers[rng.integers(0, 100, count)] + rng.normal(size=(count, dimension))).astype(np.float32))


def measure(binary, folder, count, dimension, arguments):
    source = folder / "x.npy"
    # In a process of its own: what a process had resident when it started another counts for that one, too.
    maker = multiprocessing.Process(target=write_points, args=(count, dimension, source))
    maker.start()
    maker.join()
    start = time.perf_counter()
    process = subprocess.Popen(
        [binary, "cluster", *arguments, "--input", source, "--output", folder / "labels.csv", "--quiet"],
        stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def chart(results):
    width, height, left, top, inner = 420, 360, 60, 40, 300
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width + 260} {height + 30}" font-family="sans-serif" '
        'font-size="12" fill="#222">', '<rect width="100%" height="100%" fill="#fff"/>']
    for panel, (title, index, low, high) in enumerate([("seconds", 0, -2, 3), ("MiB resident", 1, 1, 4)]):
        x0 = panel * width + left

        def place(n, value):
            x = x0 + (math.log10(n) - 4) / 2 * (width - left - 40)
            return x, top + inner - (math.log10(value) - low) / (high - low) * inner

        lines.append(f'<text x="{x0}" y="{top - 16}" font-weight="bold">{title}</text>')
        for power in range(low, high + 1):
            y = place(1e4, 10.0 ** power)[1]
            lines.append(f'<line x1="{x0}" x2="{x0 + width - left - 40}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            lines.append(f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0 ** power:g}</text>')
        for n, label in [(10_000, "10k"), (100_000, "100k"), (MILLION, "1M")]:
            x = place(n, 10.0 ** low)[0]
            lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + inner}" stroke="#eee"/>')
            lines.append(f'<text x="{x:.1f}" y="{top + inner + 18}" text-anchor="middle">{label} rows</text>')
        for (name, values), color in zip(results, COLORS):
            path = " ".join("{:.1f},{:.1f}".format(*place(n, value[index])) for n, *value in values)
            lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
            for n, *value in values:
                x, y = place(n, value[index])
                lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>')
    for row, ((name, _), color) in enumerate(zip(results, COLORS)):
        x, y = 2 * width + 10, top + 12 + row * 22
        lines.append(f'<line x1="{x}" x2="{x + 20}" y1="{y - 4}" y2="{y - 4}" stroke="{color}" stroke-width="3"/>')
        lines.append(f'<text x="{x + 28}" y="{y}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=".build/release/kindred")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name, dimension, most, arguments in RUNS:
            values = []
            for count in SIZES:
                if count <= most:
                    values.append((count, *measure(options.binary, Path(folder), count, dimension, arguments)))
            results.append((name, values))
            print(f"| {name} | " + " | ".join(f"{n:,}: {s:.2f} s, {m:.0f} MiB" for n, s, m in values) + " |", flush=True)
    Path(options.output).write_text(chart(results))


main()
