"""What calls from Python cost, beside nanobind, cffi, ctypes and Numba: `python bench/embed.py --peers [--write]`.

All ways run interleaved in one process, round after round; a figure is the least processor time of all rounds, in
nanoseconds of one call without the loop around it. Peers that are not installed are left out. `--write` replaces the
table in the README.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import importlib.util
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- embed: `python bench/embed.py --peers --write` -->", "<!-- end of embed -->"

KERNEL = """
pub i64 Add(i64 a, i64 b) => a + b;
pub f64 First(f64[] xs) => xs[0];
pub f64 Total(f64[] xs) {
    let mut total = 0.0;
    for x in xs {
        total += x;
    }
    return total;
}
pub f64 Blend(f64 a, f64 b) => if a > b { a * 0.25 + b } else { b * 0.75 - a };
pub string Same(string text) => text;
pub i64 Apply(i64(i64) function, i64 x) => function(x);
pub i64 Fail(i64 n) {
    let xs = [1, 2, 3];
    return xs[n];
}
"""

FUNCTIONS = "".join(
    f"""
pub f64 F{number}(f64[] xs, f64 by) {{
    let mut total = {number}.0;
    for x in xs {{
        total += if x > by {{ x * {number}.5 }} else {{ by - x }};
    }}
    return total;
}}
"""
    for number in range(14)
)
"""The module whose compilation is timed."""

C_SOURCE = """
#include <stdint.h>
#include <stddef.h>
int64_t add(int64_t a, int64_t b) { return a + b; }
double first(const double *xs, size_t n) { return xs[0]; }
double total(const double *xs, size_t n) { double t = 0; for (size_t i = 0; i < n; i++) t += xs[i]; return t; }
"""

LARGE = 1_000_000
ROUNDS = 9
SECONDS_A_ROUND = 0.02

Call = Callable[[], object]
Table = dict[str, dict[str, Call]]

MEASURED = {
    "add": "`add(i64, i64)`",
    "array": "`f64[]` of NumPy, 3 elements",
    "string": "`string` in and out, 5 bytes",
    "callback": "a callback `i64(i64)`",
    "panic": "a panic or an exception, caught",
    "sum": "sum of 10⁶ `f64`",
    "elements": "an elementwise function of two, 10⁶ `f64`",
}
TARGETS = {"add": 45.0, "array": 50.0, "string": 150.0, "callback": 200.0, "panic": 4000.0}


def caught(function: Callable[[int], object], kind: type[BaseException]) -> Call:
    def attempt() -> object:
        try:
            return function(7)
        except kind as error:
            return error

    return attempt


def same(x: int) -> int:
    return x


def beskid_calls(small: Any, large: Any) -> dict[str, Call]:
    import beskid

    module: Any = beskid.compile(KERNEL, name="bench")
    add, first, total, text, apply = module.Add, module.First, module.Total, module.Same, module.Apply
    blend: Any = beskid.ufunc(module.Blend)
    other, into = large[::-1].copy(), np.empty_like(large)
    return {
        "add": lambda: add(1, 2),
        "array": lambda: first(small),
        "string": lambda: text("hello"),
        "callback": lambda: apply(same, 1),
        "panic": caught(module.Fail, beskid.Panic),
        "sum": lambda: total(large),
        "elements": lambda: blend(large, other, out=into),
    }


def nanobind_calls(small: Any, large: Any, folder: Path) -> dict[str, Call]:
    import nanobind

    package = Path(nanobind.__file__).parent
    output = folder / "nanobind_peer.so"
    prepared = os.environ.get("BESKID_BENCH_NANOBIND", "")
    if not prepared:
        words = [
            "g++",
            "-O2",
            "-DNDEBUG",
            "-std=c++17",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            "-fno-strict-aliasing",
        ]
        words += [f"-I{sysconfig.get_path('include')}", f"-I{package / 'include'}"]
        words += [f"-I{package / 'ext' / 'robin_map' / 'include'}", str(package / "src" / "nb_combined.cpp")]
        subprocess.run([*words, str(HERE / "embed_peers" / "nanobind_peer.cpp"), "-o", str(output)], check=True)
    spec = importlib.util.spec_from_file_location("nanobind_peer", prepared or output)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    add, first, total, text, apply = module.add, module.first, module.total, module.same, module.apply
    return {
        "add": lambda: add(1, 2),
        "array": lambda: first(small),
        "string": lambda: text("hello"),
        "callback": lambda: apply(same, 1),
        "panic": caught(module.fail, RuntimeError),
        "sum": lambda: total(large),
    }


def c_library(folder: Path) -> Path:
    source, output = folder / "peer.c", folder / "peer.so"
    source.write_text(C_SOURCE, encoding="utf-8")
    subprocess.run(["gcc", "-O2", "-fPIC", "-shared", str(source), "-o", str(output)], check=True)
    return output


def ctypes_calls(small: Any, large: Any, folder: Path) -> dict[str, Call]:
    library = ctypes.CDLL(str(c_library(folder)))
    add, first, total = library.add, library.first, library.total
    add.argtypes, add.restype = [ctypes.c_int64, ctypes.c_int64], ctypes.c_int64
    pointer = np.ctypeslib.ndpointer(dtype=np.float64, ndim=1, flags="C_CONTIGUOUS")
    for function in (first, total):
        function.argtypes, function.restype = [pointer, ctypes.c_size_t], ctypes.c_double
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
    back = kind(same)
    return {
        "add": lambda: add(1, 2),
        "array": lambda: first(small, 3),
        "callback": lambda: back(1),
        "sum": lambda: total(large, LARGE),
    }


def cffi_calls(small: Any, large: Any, folder: Path) -> dict[str, Call]:
    import cffi

    ffi: Any = cffi.FFI()
    ffi.cdef(
        "int64_t add(int64_t, int64_t); double first(const double *, size_t); double total(const double *, size_t);"
    )
    ffi.set_source("cffi_peer", C_SOURCE)
    path = ffi.compile(tmpdir=str(folder))
    sys.path.insert(0, str(Path(path).parent))
    library: Any = importlib.import_module("cffi_peer")
    add, first, total = library.lib.add, library.lib.first, library.lib.total
    own: Any = library.ffi
    return {
        "add": lambda: add(1, 2),
        "array": lambda: first(own.from_buffer("double[]", small), 3),
        "sum": lambda: total(own.from_buffer("double[]", large), LARGE),
    }


def numba_calls(small: Any, large: Any) -> dict[str, Call]:
    import numba

    def add_numbers(a: int, b: int) -> int:
        return a + b

    def first_of(xs: Any) -> Any:
        return xs[0]

    def total_of(xs: Any) -> Any:
        total = 0.0
        for x in xs:
            total += x
        return total

    def same_text(text: str) -> str:
        return text

    def blend_of(a: float, b: float) -> float:
        return a * 0.25 + b if a > b else b * 0.75 - a

    blend: Any = numba.vectorize(["f8(f8, f8)"])(blend_of)
    other, into = large[::-1].copy(), np.empty_like(large)
    compiled: list[Any] = [numba.njit(each) for each in (add_numbers, first_of, total_of, same_text)]
    add, first, total, text = compiled
    return {
        "add": lambda: add(1, 2),
        "array": lambda: first(small),
        "string": lambda: text("hello"),
        "sum": lambda: total(large),
        "elements": lambda: blend(large, other, out=into),
    }


def all_calls(with_peers: bool, folder: Path) -> Table:
    """Return the calls by way and by what is measured; a peer that cannot be used is named on stderr."""
    small, large = np.arange(3.0), np.random.default_rng(1).random(LARGE)
    found: Table = {"beskid": beskid_calls(small, large)}
    peers: dict[str, Callable[[], dict[str, Call]]] = {
        "nanobind": lambda: nanobind_calls(small, large, folder),
        "cffi": lambda: cffi_calls(small, large, folder),
        "ctypes": lambda: ctypes_calls(small, large, folder),
        "numba": lambda: numba_calls(small, large),
    }
    for name, make in peers.items() if with_peers else ():
        try:
            found[name] = make()
        except (ImportError, OSError, subprocess.CalledProcessError) as error:
            print(f"without {name}: {error}", file=sys.stderr)
    return found


def nanoseconds(call: Call, count: int) -> float:
    begin = time.thread_time_ns()
    for _ in range(count):
        call()
    return (time.thread_time_ns() - begin) / count


def measure(calls: Table) -> dict[str, dict[str, float]]:
    """Return nanoseconds by what is measured and by way, without those of an empty function."""
    least: dict[str, dict[str, float]] = {name: {} for name in MEASURED}
    counts: dict[tuple[str, str], int] = {}
    for way, own in calls.items():
        for name, call in own.items():
            call()
            counts[name, way] = max(1, int(SECONDS_A_ROUND * 1e9 / max(nanoseconds(call, 3), 1)))
    empty = min(nanoseconds(lambda: None, 100_000) for _ in range(ROUNDS))
    for _ in range(ROUNDS):
        for (name, way), count in counts.items():
            spent = nanoseconds(calls[way][name], count) - empty
            least[name][way] = min(least[name].get(way, spent), spent)
    return least


def process_milliseconds(code: str, environment: dict[str, str]) -> float:
    """Return the processor time of statements in a new Python process, the least of several."""
    timed = f"import time; begin = time.process_time()\n{code}\nprint(1000 * (time.process_time() - begin))"
    words = [sys.executable, "-c", timed]
    return min(
        float(subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout)
        for _ in range(ROUNDS)
    )


def starts() -> list[tuple[str, float, float]]:
    """Return what starting costs beside that of Python, with the target, in milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "kernel.bd"
        file.write_text(KERNEL, encoding="utf-8")
        environment = {key: held for key, held in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["XDG_CACHE_HOME"] = name
        load = f"import beskid; beskid.load({str(file)!r})"
        process_milliseconds(load, environment)
        importing, loading = [process_milliseconds(code, environment) for code in ("import beskid", load)]
        compiling = cold_milliseconds(environment)
    return [
        ("`import beskid`", importing, 3.0),
        ("warm `load`", loading, 25.0),
        ("`compile` of 14 functions, cold", compiling, 200.0),
    ]


def cold_milliseconds(environment: dict[str, str]) -> float:
    """Return the processor time of a first compilation, after another has loaded the compiler."""
    code = (
        "import beskid, time\nbeskid.compile('pub i64 F() => 1;')\nbegin = time.process_time()\n"
        f"beskid.compile({FUNCTIONS!r})\nprint(time.process_time() - begin)"
    )
    spent = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as cache:
            words, held = [sys.executable, "-c", code], {**environment, "XDG_CACHE_HOME": cache}
            spent.append(float(subprocess.run(words, env=held, stdout=subprocess.PIPE, check=True, text=True).stdout))
    return 1000 * min(spent)


def shown(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:.2f} ms"
    return f"{value / 1000:.1f} µs" if value >= 10_000 else f"{value:.0f} ns"


def table(least: dict[str, dict[str, float]], ways: list[str], others: list[tuple[str, float, float]]) -> list[str]:
    lines = [f"| | target | {' | '.join(ways)} |", f"|---|---:|{'---:|' * len(ways)}"]
    for name, title in MEASURED.items():
        target = shown(TARGETS[name]) if name in TARGETS else ""
        cells = [shown(least[name][way]) if way in least[name] else "" for way in ways]
        lines.append(f"| {title} | {target} | {' | '.join(cells)} |")
    lines += [
        f"| {title} | {target:.0f} ms | {value:.1f} ms |{' |' * (len(ways) - 1)}" for title, value, target in others
    ]
    return lines


def versions(ways: list[str]) -> str:
    from importlib.metadata import version

    packages = [f"{name} {version(name)}" for name in ("nanobind", "cffi", "numba") if name in ways]
    return ", ".join([f"Python {platform.python_version()}", *packages, f"NumPy {np.__version__}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="measure the other ways too")
    parser.add_argument("--write", action="store_true", help="replace the table in bench/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        calls = all_calls(options.peers, Path(name))
        ways = list(calls)
        lines = [*table(measure(calls), ways, starts()), "", f"With {versions(ways)}."]
    print("\n".join(lines))
    if options.write:
        from bench.readme import write_table

        write_table(BEGIN, END, lines)


if __name__ == "__main__":
    main()
