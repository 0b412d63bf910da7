"""Pickles of modules and functions: the object travels, and a worker has one module for each."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests import limits

import beskid

KERNEL = """
pub f64 Sum(f64[] xs) {
    let mut total = 0.0;
    for x in xs {
        total += x;
    }
    return total;
}
pub T Larger<T : Comparable>(T a, T b) => if a.Compare(b) > 0 { a } else { b };
pub type Point {
    f64 x,

    pub f64 Twice() => x * 2.0;
}
"""


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return beskid.compile(KERNEL, name="pickled")


def test_a_process_has_one_module_for_each_object(kernel: Any) -> None:
    assert pickle.loads(pickle.dumps(kernel)) is kernel
    assert pickle.loads(pickle.dumps(kernel.Sum)) is kernel.Sum
    assert pickle.loads(pickle.dumps(kernel.Larger)) is kernel.Larger
    assert pickle.loads(pickle.dumps(kernel.Larger[int])) is kernel.Larger[int]


def test_a_method_is_not_pickled(kernel: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot pickle the method Twice\n  help: pickle a public function"):
        pickle.dumps(kernel.Point.Twice)


LOADS = """
import pickle, sys, numpy
function = pickle.loads(open(sys.argv[1], "rb").read())
print(function(numpy.arange(5.0)), "llvmlite" in sys.modules, "beskid.lower" in sys.modules)
"""


def test_a_worker_needs_neither_source_nor_cache(kernel: Any, tmp_path: Path) -> None:
    file = tmp_path / "function.pickle"
    file.write_bytes(pickle.dumps(kernel.Sum))
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "other")}
    done = limits.run([sys.executable, "-c", LOADS, str(file)], capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr) == ("10.0 False False\n", "")


def test_an_object_of_another_processor_is_compiled_again(kernel: Any, tmp_path: Path) -> None:
    file = tmp_path / "function.pickle"
    own = kernel.__beskid__.request.cpu
    kernel.__beskid__.request.cpu = "native:another"
    try:
        file.write_bytes(pickle.dumps(kernel.Sum))
    finally:
        kernel.__beskid__.request.cpu = own
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "other")}
    done = limits.run([sys.executable, "-c", LOADS, str(file)], capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr) == ("10.0 False True\n", "")


FAILS = """
import pickle, sys, beskid
try:
    pickle.loads(open(sys.argv[1], "rb").read())
except beskid.GateError as error:
    print(error)
"""


def test_an_object_that_does_not_fit_is_refused_without_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "gone.bd"
    source.write_text(KERNEL)
    module = beskid.load(source)
    source.unlink()
    assert module.__beskid__.request is not None
    module.__beskid__.request.cpu = "native:another"
    file = tmp_path / "module.pickle"
    file.write_bytes(pickle.dumps(module))
    done = limits.run([sys.executable, "-c", FAILS, str(file)], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("`gone` was compiled for another processor\n", "")


def test_processes_of_multiprocessing_call_a_kernel(kernel: Any) -> None:
    parts = [np.arange(float(n)) for n in range(4)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(kernel.Sum, parts) == [float(part.sum()) for part in parts]


DASK = """
import dask.array, numpy
from dask.distributed import Client, LocalCluster
import beskid

KERNEL = '''
pub unit Squares(f64[] xs, f64[] into) {
    for i in range(0, xs.Len()) {
        into[i] = xs[i] * xs[i];
    }
}
'''


def squares(block):
    into = numpy.empty_like(block)
    kernel.Squares(block, into)
    return into


if __name__ == "__main__":
    kernel = beskid.compile(KERNEL)
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            numbers = dask.array.arange(1000, dtype="f8", chunks=250)
            print(float(numbers.map_blocks(squares, dtype="f8").sum().compute()))
            futures = client.map(kernel.Squares, [numpy.ones(3)], [numpy.zeros(3)], pure=False)
            print(client.gather(futures))
"""


def test_dask_maps_a_kernel_over_its_workers(tmp_path: Path) -> None:
    (tmp_path / "cluster.py").write_text(DASK)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = limits.run(
        [sys.executable, "cluster.py"], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path, timeout=240
    )
    assert done.stdout == f"{float(sum(n * n for n in range(1000)))}\n[None]\n"
