"""Interrupts, closed pipes and read-only folders."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests import limits

BESKID = [sys.executable, "-m", "beskid"]
TIME_LIMIT = 120
LOOP = """
unit main() {
    PrintLine("started");
    System.FS.WriteAllText("MARK", "loops").Expect("written");
    i64 mut n = 0;
    while true { n += 1; }
}
"""


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    program = tmp_path / "loop.bd"
    program.write_text(LOOP.replace("MARK", str(tmp_path / "mark")), encoding="utf-8")
    return program


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}


def interrupt(command: list[str], folder: Path) -> tuple[int, bytes, bytes]:
    """Start a command, wait until it loops with its first word held back, and interrupt it."""
    mark = folder / "mark"
    mark.unlink(missing_ok=True)
    with limits.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(folder)) as process:
        for _ in range(TIME_LIMIT * 50):
            if (mark.exists() and mark.read_text()) or process.poll() is not None:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr


def test_an_interrupted_program_flushes_and_exits_with_130(loop: Path, tmp_path: Path) -> None:
    for _ in ("cold", "warm"):
        assert interrupt([*BESKID, "run", "-q", str(loop)], tmp_path) == (130, b"started\n", b"")


def test_an_interrupted_executable_exits_with_130(loop: Path, tmp_path: Path) -> None:
    output = tmp_path / "loop"
    limits.run([*BESKID, "build", str(loop), "-o", str(output)], check=True, env=environment(tmp_path))
    assert interrupt([str(output)], tmp_path) == (130, b"started\n", b"")


def test_a_closed_pipe_is_not_an_error(tmp_path: Path) -> None:
    program = tmp_path / "lines.bd"
    program.write_text('unit main() { PrintLine("x"); }\n', encoding="utf-8")
    done = limits.run(
        ["/bin/sh", "-c", f"{sys.executable} -m beskid ir --llvm {program} | head -1"],
        capture_output=True,
        env=environment(tmp_path),
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_not_writable(tmp_path: Path) -> None:
    program = tmp_path / "a.bd"
    program.write_text("unit main() {}\n", encoding="utf-8")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    done = limits.run(
        [*BESKID, "build", str(program), "-o", str(locked / "out")],
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        check=False,
    )
    assert done.returncode == 3
    assert "E4040" in done.stderr
    assert list(locked.iterdir()) == []


def test_two_processes_compile_the_same_at_once(tmp_path: Path) -> None:
    program = tmp_path / "both.bd"
    program.write_text('unit main() { PrintLine("both"); }\n', encoding="utf-8")
    command = [*BESKID, "run", str(program)]
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(limits.start(command, stdout=subprocess.PIPE, env=environment(tmp_path)))
            for _ in range(3)
        ]
        for process in processes:
            stdout, _ = process.communicate()
            assert (process.returncode, stdout) == (0, b"both\n")


def test_without_a_writable_cache_everything_works(tmp_path: Path) -> None:
    program = tmp_path / "plain.bd"
    program.write_text('unit main() { PrintLine("plain"); }\n', encoding="utf-8")
    for _ in range(2):
        done = limits.run(
            [*BESKID, "run", str(program)],
            capture_output=True,
            env={**os.environ, "XDG_CACHE_HOME": "/dev/null"},
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"plain\n", b"")


def test_a_closed_pipe_ends_a_program_quietly(tmp_path: Path) -> None:
    program = tmp_path / "one.bd"
    program.write_text('unit main() { PrintLine("x"); }\n', encoding="utf-8")
    output = tmp_path / "one"
    limits.run([*BESKID, "build", str(program), "-o", str(output)], check=True, env=environment(tmp_path))
    for command in ([*BESKID, "run", str(program)], [str(output)]):
        reader, writer = os.pipe()
        os.close(reader)
        done = limits.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment(tmp_path), check=False)
        os.close(writer)
        assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("shell", "reason"), [(">/dev/full", "no space left on device"), (">&-", "bad file descriptor")]
)
def test_a_result_that_cannot_be_written_is_an_error(tmp_path: Path, shell: str, reason: str) -> None:
    words = ["/bin/sh", "-c", f'"$@" {shell}', "sh", *BESKID, "--version"]
    done = limits.run(words, stderr=subprocess.PIPE, text=True, env=environment(tmp_path), check=False)
    assert (done.returncode, done.stderr) == (3, f"error: cannot write to standard output: {reason}\n")


def test_errors_without_a_reader_are_not_a_success(tmp_path: Path) -> None:
    program = tmp_path / "bad.bd"
    program.write_text("unit main() { x; }\n", encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    done = limits.run([*BESKID, "check", str(program)], stderr=writer, env=environment(tmp_path), check=False)
    os.close(writer)
    assert done.returncode == 1
