"""Map a kernel over an array whose blocks are on the workers of a Dask cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.array
import numpy as np
from dask.distributed import Client, LocalCluster

import beskid


def squares(block: Any, function: Any) -> Any:
    into = np.empty_like(block)
    function(block, into)
    return into


def main() -> None:
    kernel = beskid.load(Path(__file__).with_suffix(".bd"))
    local = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with local as cluster, Client(cluster):
        numbers = dask.array.arange(100_000, dtype="f8", chunks=25_000)
        mapped = numbers.map_blocks(squares, kernel.Squares, dtype="f8")
        print(float(mapped.sum().compute()))


if __name__ == "__main__":
    main()
