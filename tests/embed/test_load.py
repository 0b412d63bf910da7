"""Loading: the cache, what is imported, errors, warnings, threads, forks, and memory over many calls."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.embed.hammering import wrong_answers
from tests.inner_pytest import PYTEST

import beskid

PROGRAM = Path(__file__).parent / "values.bd"


def run_python(code: str, cache: Path, *options: str) -> str:
    """What a process of Python prints; it must print nothing to stderr."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = limits.run([sys.executable, *options, "-c", code], capture_output=True, text=True, env=environment)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_importing_the_package_loads_nothing_else(tmp_path: Path) -> None:
    code = "import sys; before = set(sys.modules); import beskid; print(sorted(set(sys.modules) - before))"
    assert run_python(code, tmp_path) == "['__future__', 'beskid']\n"


def test_a_warm_load_imports_neither_the_front_end_nor_llvm(tmp_path: Path) -> None:
    code = (
        f"import sys, beskid; k = beskid.load({str(PROGRAM)!r}); assert k.Add(2, 3) == 5; "
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('beskid.')}; "
        "print(k.__beskid__.cached, *sorted(rooms)); print('llvmlite' in sys.modules)"
    )
    cold = run_python(code, tmp_path)
    assert cold.startswith("False") and {"analysis", "lower", "syntax"} <= set(cold.split())
    assert run_python(code, tmp_path) == "True _embed abi codegen driver embed engine files source\nFalse\n"


def test_a_program_in_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module = beskid.compile("pub i64 Add(i64 a, i64 b) => a + b;\npub i64 Bad(i64[] xs) => xs[9];")
    assert module.Add(40, 2) == 42
    assert not module.__beskid__.cached and module.__beskid__.milliseconds["code generation"] > 0
    again = beskid.compile("pub i64 Add(i64 a, i64 b) => a + b;\npub i64 Bad(i64[] xs) => xs[9];")
    assert again is module
    import traceback

    import numpy as np

    with pytest.raises(beskid.Panic) as caught:
        module.Bad(np.zeros(2, dtype="i8"))
    assert "pub i64 Bad(i64[] xs) => xs[9];" in "".join(traceback.format_exception(caught.value))


def test_errors_of_the_source_are_shown_as_check_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(beskid.CompileError, match=r"error\[E1101\]: unknown value `PrintLin`") as caught:
        beskid.compile('pub unit Say() { PrintLin("x"); }')
    assert caught.value.diagnostics[0].code == "E1101"
    with pytest.raises(FileNotFoundError, match=r"missing\.bd"):
        beskid.load(tmp_path / "missing.bd")
    with pytest.raises(ValueError, match="optimize is 0 or 2"):
        beskid.compile("", optimize=3)


def test_warnings_are_warnings_of_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    text = "pub i64 F(i64 a) { let unused = 1; return a; }"
    with pytest.warns(beskid.BeskidWarning, match="unused"):
        beskid.compile(text)
    with pytest.raises(beskid.CompileError, match="unused"):
        beskid.compile(text, name="other", on_warning="error")
    assert beskid.compile(text, name="third", on_warning="ignore").F(3) == 3


def test_another_runtime_is_refused(tmp_path: Path) -> None:
    code = (
        "import beskid\ntry:\n    beskid.compile('pub i64 F() => 1;')\nexcept beskid.GateError as error:\n"
        "    print(type(error).__name__, str(error).splitlines()[0])"
    )
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path),
        "BESKID_RUNTIME_LIBRARY": "/none/libbeskid_runtime.so",
    }
    done = limits.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stderr == "" and done.stdout.startswith("GateError error[E4011]: the runtime library")


def test_an_exit_is_the_exception_of_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module = beskid.compile('use System.Process;\npub unit Leave() { PrintLine("bye"); Process.Exit(7); }')
    for _ in range(2):
        with pytest.raises(SystemExit) as caught:
            module.Leave()
        assert caught.value.code == 7


def test_a_million_calls_need_no_memory(values: beskid.Module) -> None:
    def rounds(count: int) -> int:
        for number in range(count):
            values.Add(number, 1)
            values.Twice("text")
            values.SameOption(0.5)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = rounds(20_000)
    assert rounds(330_000) - before < 8 << 10


def test_threads_take_turns(values: beskid.Module) -> None:
    assert wrong_answers(values, threads=8, rounds=2_000) == []


WAITER = """
use Collections.Array;

/// Writes to one descriptor that it has begun, and returns when another can be read.
pub unit Wait(i64 begun, i64 end) {
    __syscall_write(begun, ".");
    __syscall_read(end, 1);
}
/// Needs the heap, which a function that only computes does not.
pub i64 Quick() {
    let ones = Array.Filled(1, 1);
    return ones[0];
}
"""
INSIDE = """
import os, sys, threading, beskid
module = beskid.compile({text!r}, name="waiter")
begun, tell = os.pipe()
wait, end = os.pipe()
def enter():
    thread = threading.Thread(target=module.Wait, args=(tell, wait))
    thread.start()
    os.read(begun, 1)
    return thread
"""
"""`enter` returns while its thread is inside; the thread returns after a write to `end`."""

GOES_ON = """
thread = enter()
print(thread.is_alive())
os.write(end, b".")
thread.join()
"""


def test_other_threads_run_during_a_call(tmp_path: Path) -> None:
    """In a process of its own: with the lock held it would wait forever."""
    assert run_python(INSIDE.format(text=WAITER) + GOES_ON, tmp_path) == "True\n"


FORKS = """
def status(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
pid = os.fork()
if pid == 0:
    os._exit(module.Quick())
print(status(pid))
thread = enter()
pid = os.fork()
if pid == 0:
    try:
        module.Quick()
    except beskid.ForkedError as error:
        os._exit(9 if "spawn" in str(error) else 8)
    os._exit(7)
print(status(pid))
os.write(end, b".")
thread.join()
print(module.Quick())
"""


def test_a_fork_goes_on_unless_another_thread_was_inside(tmp_path: Path) -> None:
    assert run_python(INSIDE.format(text=WAITER) + FORKS, tmp_path) == "1\n9\n1\n"


PRINTS = 'unit main() { PrintLine("fine"); }'

RUNS = f"""
import contextlib, io, os, pathlib, sys, beskid
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.driver.bisect import run_in_child
from beskid.driver.inputs.project import resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
beskid.load({str(PROGRAM)!r}).Add(2, 3)
file = pathlib.Path("prints.bd")
file.write_text({PRINTS!r})
session = Session(resolve_input(file, None, None, file.parent), CompileOptions(), dict(os.environ))
image = emit_object(session.artifact(), EmitOptions(session.triple(), "", 0))
with contextlib.redirect_stdout(io.StringIO()):
    behaviour = run_in_child(image, [], b"", dict(os.environ))
print(behaviour)
"""


def test_a_program_run_by_a_fork_prints_to_its_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's taker of output is for the host's calls alone."""
    monkeypatch.chdir(tmp_path)
    assert run_python(RUNS, tmp_path) == r"Behaviour(stdout=b'fine\n', stderr=b'', status=0)" + "\n"


OVERFLOWS = f"""
import faulthandler, threading, beskid
faulthandler.enable()
module = beskid.load({str(PROGRAM)!r})
def overflow():
    try:
        module.Endless(0)
    except beskid.Panic as panic:
        print(panic)
overflow()
thread = threading.Thread(target=overflow)
thread.start()
thread.join()
overflow()
"""


def test_overflows_with_the_fault_handler_of_python(tmp_path: Path) -> None:
    assert run_python(OVERFLOWS, tmp_path) == "stack overflow\n" * 3
    assert run_python(OVERFLOWS, tmp_path, "-X", "faulthandler") == "stack overflow\n" * 3


EXHAUSTS = f"""
import beskid
module = beskid.load({str(PROGRAM)!r})
for _ in range(2):
    try:
        module.Exhaust()
    except beskid.Panic as panic:
        print(panic, module.Add(1, 2))
"""


def test_memory_that_runs_out_is_a_panic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESKID_GC_LIMIT", "64m")
    assert run_python(EXHAUSTS, tmp_path) == "out of memory 3\n" * 2


def test_functions_under_stress(tmp_path: Path) -> None:
    """Calls are tested so under a sanitizer in every run, and the rest in the long checks (test_sanitized.py)."""
    environment = {**os.environ, "BESKID_GC_STRESS": "1", "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)}
    files = ["tests/embed/test_functions.py"]
    done = limits.run(
        [*PYTEST, "-n0", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:]
