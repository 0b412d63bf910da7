"""Runs every example on its real input: with the JIT, as an executable, and in the interpreter if it is fast enough."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits

from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.lower.pipeline import run_passes

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
EXPECTED = Path(__file__).parent / "expected"
TIME_LIMIT = 120


@dataclass(frozen=True)
class Example:
    """One example with its input. Examples that call C or run long skip the interpreter.

    Of a brief one only an executable without optimization is run: the library that it uses has tests of its own.
    """

    name: str
    input: str
    arguments: tuple[str, ...] = ()
    stdin: str = ""
    interpreted: bool = True
    is_long: bool = False
    is_brief: bool = False


CASES = (
    Example("hello", "examples/hello.bd"),
    Example("word_frequencies", "examples/word_frequencies.bd", ("examples/data/text.txt",)),
    Example("json", "examples/json", ("examples/data/document.json",)),
    Example("nbody", "examples/nbody.bd", ("1000",)),
    Example("calculator", "examples/calculator.bd", stdin="examples/data/expressions.txt"),
    Example("compress", "examples/compress", ("examples/data/text.txt",), interpreted=False),
    Example("database", "examples/database", interpreted=False),
    Example("libc", "examples/libc.bd", interpreted=False),
    Example("log_report", "examples/log_report.bd", ("examples/data/access.log",)),
    Example("csv_to_json", "examples/csv_to_json.bd", ("examples/data/stock.csv",)),
    Example("grep", "examples/grep.bd", ("(?i)sheep|\\bflocks? ", "examples/data/text.txt"), interpreted=False),
    Example("mandelbrot", "examples/mandelbrot.bd", ("60",), interpreted=False),
    Example(
        "word_count",
        "examples/word_count.bd",
        ("examples/data/text.txt", "examples/data/access.log"),
        is_brief=True,
    ),
    Example("todo", "examples/todo.bd", ("--file", "examples/data/todo.json", "list"), is_brief=True),
    Example("repl", "examples/repl.bd", stdin="examples/data/lines.txt", is_brief=True),
    Example("file_sync", "examples/file_sync.bd", ("-n", "examples/data/site", "examples/data/none"), is_brief=True),
    Example("sort_benchmark", "examples/sort_benchmark.bd", ("-n", "500"), is_brief=True),
    Example("static_site", "examples/static_site.bd", ("examples/data/site",), is_brief=True),
    Example("sudoku", "examples/sudoku.bd", ("examples/data/easy_puzzle.txt",)),
    Example("sudoku_hard", "examples/sudoku.bd", ("examples/data/puzzles.txt",), is_long=True),
)


def run(command: list[str], example: Example, **variables: str) -> bytes:
    stdin = (ROOT / example.stdin).read_bytes() if example.stdin else b""
    done = limits.run(
        command,
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=TIME_LIMIT,
        env={**os.environ, **variables},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize("example", CASES, ids=[example.name for example in CASES])
def test_example(example: Example, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    beskid = [sys.executable, "-m", "beskid"]
    cache = str(tmp_path / "cache")
    output = tmp_path / "program"
    level = "-O0" if example.is_brief else "-O2"
    run([*beskid, "build", level, example.input, "-o", str(output)], example, XDG_CACHE_HOME=cache)
    assert b"dlopen" not in output.read_bytes()
    printed = run([str(output), *example.arguments], example)
    words = ["--", *example.arguments]
    if not example.is_brief:
        assert run([*beskid, "run", example.input, *words], example, XDG_CACHE_HOME=cache) == printed
        assert run([*beskid, "run", "-O0", example.input, *words], example, XDG_CACHE_HOME=cache) == printed
    if not example.is_long:
        stressed = run([str(output), *example.arguments], example, BESKID_GC_STRESS="1")
        assert stressed == printed
    if example.interpreted and not example.is_long and not example.is_brief:
        assert interpret(example, tmp_path) == printed
    golden = EXPECTED / f"{example.name}.txt"
    if request.config.getoption("--bless"):
        golden.write_bytes(printed)
    assert printed == golden.read_bytes()


def interpret(example: Example, folder: Path) -> bytes:
    """Return the output of the interpreter, which can read only the files named in the arguments."""
    resolved = resolve_input(ROOT / example.input, None, None, ROOT)
    assert isinstance(resolved, ResolvedInput)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})
    module = session.lowered()
    assert module is not None
    run_passes(module)
    files = {word.encode(): (ROOT / word).read_bytes() for word in example.arguments if (ROOT / word).is_file()}
    stdin = (ROOT / example.stdin).read_bytes() if example.stdin else b""
    host = MemoryHost(stdin=stdin, files=files)
    assert run_module(module, host, list(example.arguments), RunOptions(explicit=Explicit.EVERYTHING)) == 0
    return bytes(host.stdout)


def test_every_example_is_tested() -> None:
    inputs = {(ROOT / example.input).name for example in CASES}
    found = {path.name for path in EXAMPLES.iterdir() if path.suffix == ".bd" or (path / "Project.proj").exists()}
    assert found == inputs
