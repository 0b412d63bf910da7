"""Tests start programs only through `tests/limits.py`, and its limits hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits

TESTS = Path(__file__).resolve().parents[1]
STARTERS = {
    "subprocess": {"run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput"},
    "os": {"fork", "forkpty", "system", "popen", "posix_spawn", "posix_spawnp"},
    "pty": {"fork", "spawn"},
    "multiprocessing": {"Process", "Pool"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
}
EXCEPTIONS = {
    "limits.py": "the helper itself",
    "property/comparison.py": "forks itself for speed; the child is limited by `limits.watch`",
    "faults/server.py": "forks for each command; the harness limits the server and ends each command",
    "embed/interrupt_child.py": "forks to interrupt the child; the test limits both",
    "driver/test_isolation.py": "what the test runner of the product isolates is a process that forks",
}
"""Files that may start processes themselves, with the reason."""


def starters(path: Path) -> Iterator[str]:
    """Find the calls in a file that start a process, and imports that would hide one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in STARTERS:
            hidden = sorted({alias.name for alias in node.names} & STARTERS[node.module])
            yield from (f"line {node.lineno}: from {node.module} import {name}" for name in hidden)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            if isinstance(module, ast.Name) and node.func.attr in STARTERS.get(module.id, ()):
                yield f"line {node.lineno}: {module.id}.{node.func.attr}"


def files() -> list[Path]:
    return [path for path in sorted(TESTS.rglob("*.py")) if "__pycache__" not in path.parts]


def test_programs_are_started_with_limits() -> None:
    found = {path.relative_to(TESTS).as_posix(): list(starters(path)) for path in files()}
    assert {name: calls for name, calls in found.items() if calls and name not in EXCEPTIONS} == {}


def test_every_exception_is_needed() -> None:
    assert [name for name in EXCEPTIONS if not list(starters(TESTS / name))] == []


def test_the_search_finds_calls(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("import os, subprocess\nfrom subprocess import Popen\nsubprocess.run([])\nos.fork()\n")
    assert list(starters(file)) == [
        "line 2: from subprocess import Popen",
        "line 3: subprocess.run",
        "line 4: os.fork",
    ]


def test_a_program_that_hangs_is_named() -> None:
    begin = time.monotonic()
    with pytest.raises(limits.LimitExceeded, match=r"`sleep 77` did not finish within 0\.3 s"):
        limits.run(["sleep", "77"], timeout=0.3)
    assert time.monotonic() - begin < 30


def test_a_program_that_takes_too_much_memory_is_named() -> None:
    code = "data = bytearray(300 << 20); import time; time.sleep(77)"
    with pytest.raises(limits.LimitExceeded, match="used more than 200 MiB of memory"):
        limits.run([sys.executable, "-c", code], mebibytes=200)


def test_descendants_are_killed_too(tmp_path: Path) -> None:
    mark = tmp_path / "process"
    command = ["/bin/sh", "-c", f"(echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 77); true"]
    with limits.start(command) as shell:
        while not mark.exists():
            time.sleep(0.01)
        with pytest.raises(limits.LimitExceeded), limits.watch(shell.pid, "sh", 0.1):
            shell.wait()
    process = mark.read_text().strip()
    end = time.monotonic() + 30
    while is_running(process):
        assert time.monotonic() < end, f"process {process} lives on"
        time.sleep(0.01)


def is_running(process: str) -> bool:
    """Whether a process exists and is not a zombie that waits for its new parent."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_failed_test_started_is_killed() -> None:
    with pytest.raises(ZeroDivisionError), limits.start(["sleep", "77"]) as process:
        _ = 1 / 0
    assert process.wait() == -9


def test_results_are_those_of_subprocess() -> None:
    done = limits.run(["/bin/sh", "-c", "cat; echo no >&2; exit 3"], input="yes", text=True, capture_output=True)
    assert (done.stdout, done.stderr, done.returncode) == ("yes", "no\n", 3)
    with pytest.raises(subprocess.CalledProcessError):
        limits.run(["false"], check=True)


def test_every_test_has_a_time_limit(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("timeout")
    assert 0 < float(pytestconfig.getini("timeout")) <= 600


def test_programs_get_signals_that_a_shell_ignores() -> None:
    """As `nohup` and shells without job control do."""
    code = (
        "import signal; from tests import limits; limits.stop_ignoring_signals(); signal.raise_signal(signal.SIGHUP)\n"
        "print([limits.run(['sh', '-c', f'kill -{name} $$']).returncode for name in ('HUP', 'INT', 'QUIT')])"
    )
    command = ["sh", "-c", 'trap \'\' HUP INT QUIT; exec "$0" -c "$1"', sys.executable, code]
    done = limits.run(command, capture_output=True, text=True, cwd=TESTS.parent)
    assert (done.stdout, done.stderr) == ("[-1, -2, -3]\n", "")
