"""Map a kernel over an array whose blocks are on the workers of a cluster: cluster.py [dask|ray] [--time].

`--time` compares a kernel that takes long with this process alone, and with Numba on the same workers where it is
installed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import beskid

BLOCKS = 8
STEPS = 300


def apply(function: Any, block: Any) -> Any:
    # What Dask sends between processes may begin anywhere.
    block = np.require(block, requirements="A")
    into = np.empty_like(block)
    function(block, into)
    return into


def on_dask(work: Callable[[Callable[[Any], list[Any]]], None]) -> None:
    from dask.distributed import Client, LocalCluster

    local = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with local as cluster, Client(cluster) as client:
        held = client.scatter(np.array_split(np.arange(100_000.0), BLOCKS))
        work(lambda function: client.gather(client.map(apply, [function] * BLOCKS, held, pure=False)))


def on_ray(work: Callable[[Callable[[Any], list[Any]]], None]) -> None:
    import ray

    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    held = [ray.put(block) for block in np.array_split(np.arange(100_000.0), BLOCKS)]
    remote = ray.remote(apply)
    work(lambda function: ray.get([remote.remote(function, block) for block in held]))
    ray.shutdown()


def numba_kernel() -> Any:
    import numba

    @numba.njit
    def settle(numbers: Any, into: Any) -> None:
        for i in range(len(numbers)):
            x = numbers[i] / 100000.0
            for _ in range(STEPS):
                x = 3.7 * x * (1.0 - x)
            into[i] = x

    return settle


def seconds(call: Callable[[], object]) -> float:
    call()
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main() -> None:
    kernel: Any = beskid.load(Path(__file__).with_suffix(".bd"))
    numbers = np.arange(100_000.0)

    def work(map_blocks: Callable[[Any], list[Any]]) -> None:
        print(float(sum(block.sum() for block in map_blocks(kernel.Squares))))
        if "--time" not in sys.argv:
            return
        print(f"one process: {seconds(lambda: apply(kernel.Settle, numbers)):.3f} s")
        print(f"workers:     {seconds(lambda: map_blocks(kernel.Settle)):.3f} s")
        try:
            compiled = numba_kernel()
        except ImportError:
            return
        print(f"with numba:  {seconds(lambda: map_blocks(compiled)):.3f} s")

    on_ray(work) if "ray" in sys.argv else on_dask(work)


if __name__ == "__main__":
    main()
