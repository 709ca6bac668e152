"""Runs each case in Kindred and in its peers, in turn, on the same data, and prints one table.

    Benchmarks/run [CASE ...]

Each round runs Kindred (a process with a warm-up, then timed runs for at least a fifth of a second) and then each peer
(likewise); a round's figure is the mean of its runs, the figures in the table are medians of the rounds, and the ratio is
Kindred's median over the peer's.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from cases import CASES

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parent


def kindred(binary, case, folder):
    result = json.loads(subprocess.run([binary, case, folder], check=True, capture_output=True, text=True).stdout)
    return result.pop("seconds"), result


def peer(work):
    start, runs = time.perf_counter(), 0
    while True:
        quality = work()
        runs += 1
        seconds = time.perf_counter() - start
        if seconds >= 0.2:
            # Slow peers may do a share of the work, for as much less time.
            return seconds / runs / getattr(work, "share", 1), quality


def show(quality):
    return ", ".join(f"{name} {value:.6g}" for name, value in sorted(quality.items()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=[], choices=[[], *CASES])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    header = subprocess.run([options.binary, "header"], check=True, capture_output=True, text=True).stdout.strip()
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout
    print(f"{header}, commit {commit.strip() or 'unknown'}\n")
    print("| case | peer | Kindred's quality | peer's quality | Kindred, s | peer, s | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in options.cases or CASES:
        title, make, peers = CASES[name]
        data = make()
        with tempfile.TemporaryDirectory() as folder:
            for key, value in data.items():
                np.save(f"{folder}/{key}.npy", value)
            work = {key: prepare(data) for key, prepare in peers.items()}
            for run in work.values():
                run()  # warm-up
            times = {key: [] for key in ["Kindred", *work]}
            quality = {}
            for _ in range(options.rounds):
                time.sleep(0.3)  # the peers' threads spin for a while after their last work
                seconds, quality["Kindred"] = kindred(options.binary, name, folder)
                times["Kindred"].append(seconds)
                for key, run in work.items():
                    seconds, quality[key] = peer(run)
                    times[key].append(seconds)
        median = {key: statistics.median(values) for key, values in times.items()}
        for key in work:
            print(f"| {title} | {key} | {show(quality['Kindred'])} | {show(quality[key])} | {median['Kindred']:.4g} "
                  f"| {median[key]:.4g} | {median['Kindred'] / median[key]:.2f} |")
            sys.stdout.flush()


main()
