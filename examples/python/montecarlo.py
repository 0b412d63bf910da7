"""Estimate pi with random points: `python montecarlo.py [POINTS]`, with a part for each process of a pool."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import beskid

PARTS = 4


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    kernel = beskid.load(Path(__file__).with_suffix(".bd"))
    # The function is pickled with its compiled object: the processes compile nothing.
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        inside = sum(pool.starmap(kernel.Inside, [(points // PARTS, seed) for seed in range(PARTS)]))
    print(f"{4 * inside / points:.4f}")


if __name__ == "__main__":
    main()
