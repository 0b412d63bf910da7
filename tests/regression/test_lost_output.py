"""The exit status of a command does not depend on who reads its output, and output that is lost is an error."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import pytest
from tests import limits

from beskid.cli import main as entry
from beskid.cli.main import main

FAULTY = "unit main() { let x = y; }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faulty.bd").write_text(FAULTY, encoding="utf-8")
    (tmp_path / "unformatted.bd").write_text("unit  main() { }\n", encoding="utf-8")
    (tmp_path / "tests.bd").write_text("test t { let a = [1]; let i = 3; let b = a[i]; }\n", encoding="utf-8")
    return tmp_path


def gone() -> int:
    """A pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    return write


def status_of(folder: Path, arguments: tuple[str, ...], stdout: int, stderr: int) -> int:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "beskid", *arguments]
    return limits.run(command, cwd=folder, env=environment, input=b"", stdout=stdout, stderr=stderr).returncode


FAILURES = (
    (1, ("check", "faulty.bd")),
    (1, ("check", "--message-format", "json", "faulty.bd")),
    (1, ("run", "faulty.bd")),
    (1, ("build", "faulty.bd")),
    (1, ("fmt", "--check", "unformatted.bd")),
    (1, ("test", "tests.bd")),
    (3, ("check", "missing.bd")),
    (2, ("check", "--unknown")),
    (3, ("abi", "check")),
)


@pytest.mark.parametrize(("status", "arguments"), FAILURES, ids=lambda each: str(each))
def test_a_failure_stays_a_failure_without_a_reader(folder: Path, status: int, arguments: tuple[str, ...]) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    without = gone()
    for stdout, stderr in ((null, without), (without, null), (without, without)):
        assert status_of(folder, arguments, stdout, stderr) == status
    os.close(null)
    os.close(without)


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
@pytest.mark.parametrize(("status", "arguments"), [(1, ("check", "faulty.bd")), (0, ("explain", "E1201"))])
def test_closed_streams_turn_success_into_failure_only_where_a_result_is_lost(
    folder: Path, closed: str, status: int, arguments: tuple[str, ...]
) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "beskid", *arguments]
    expected = 3 if status == 0 and "1>&-" in closed else status
    assert limits.run(command, cwd=folder, capture_output=True).returncode == expected


@pytest.mark.parametrize("arguments", [("--version",), ("version",), ("explain", "E1201"), ("doctor",), ("--help",)])
def test_a_full_disk_is_an_error_with_its_reason(folder: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "beskid", *arguments]
        done = limits.run(command, cwd=folder, stdout=full, stderr=-1, text=True)
    assert done.returncode == 3
    assert done.stderr == "error: cannot write to standard output: no space left on device\n"


@pytest.mark.parametrize(
    ("exception", "message"),
    [(MemoryError, "error: out of memory\n"), (RecursionError, "error: the program is nested too deeply")],
)
def test_exhaustion_is_an_error_of_the_environment(
    exception: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str]) -> int:
        raise exception

    monkeypatch.setattr(entry, "_run", fail)
    monkeypatch.delenv("BESKID_DEBUG", raising=False)
    assert main(["check"]) == 3
    assert capsys.readouterr().err.startswith(message)


def test_a_program_that_is_too_large_for_the_memory(tmp_path: Path) -> None:
    lines = "".join([f"i64 f{number}(i64 x) => x + {number};\n" for number in range(200_000)])
    (tmp_path / "large.bd").write_text(f"{lines}unit main() {{ }}\n", encoding="utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))

    command = [sys.executable, "-m", "beskid", "check", "large.bd"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 3
    assert done.stderr.startswith("error: out of memory\n")
