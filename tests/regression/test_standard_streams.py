"""Output is written completely, or the program says why it was not; `run` and executables agree.

Standard streams that do not block, that have no reader, that are full, closed or limited in size; C's buffer beside
ours; input that is not UTF-8; signals that were sent; the trace of a stack overflow.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests import limits

BESKID = [sys.executable, "-m", "beskid"]
PROGRAM = """\
use System.IO;

[Extern(Abi: "C", Library: "c")]
contract C {
    i32 puts(ref u8 text);
}

i64 Deep(i64 n) {
    if n < 0 { return 0; }
    return Deep(n + 1) + 1;
}

unit Lines(i64 count) {
    for i in range(0, count) { PrintLine("line ${i}"); }
}

i32 main(string[] args) {
    match args[0] {
        "lines" => Lines(20000),
        "endless" => Lines(3000000),
        "one" => PrintLine("one"),
        "errors" => { for i in range(0, 100000) { IO.PrintErrorLine("line ${i}"); } },
        "raw" => {
            while __syscall_write(1, "0123456789") == 10 { }
            return 7;
        },
        "mixed" => {
            PrintLine("one");
            C.puts("two");
            PrintLine("three");
            C.puts("four");
            IO.PrintErrorLine("five");
            PrintLine("six");
        },
        "input" => {
            i64 mut count = 0;
            while true {
                match IO.ReadLine() {
                    Option::Some(line) => { count += line.Len(); },
                    Option::None => { break; },
                };
            }
            PrintLine("${count}");
        },
        "all" => PrintLine("${IO.ReadLine().UnwrapOr("").Len()} ${IO.ReadAll().Len()}"),
        "deep" => PrintLine("${Deep(0)}"),
        "wait" => {
            PrintLine("started");
            IO.Flush();
            while true { __sleep_millis(10); }
        },
        _ => { return 99; },
    };
    return 0;
}
"""


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """How to start the program: compiled in memory, and as an executable."""
    folder = tmp_path_factory.mktemp("streams")
    source, output = folder / "streams.bd", folder / "streams"
    source.write_text(PROGRAM, encoding="utf-8")
    done = limits.run([*BESKID, "build", str(source), "-o", str(output)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {"run": [*BESKID, "run", "--engine", "jit", str(source), "--"], "build": [str(output)]}


@pytest.fixture(params=["run", "build"])
def command(request: pytest.FixtureRequest, commands: dict[str, list[str]]) -> list[str]:
    return commands[request.param]


def play(command: list[str], scene: str, shell: str = "", **options: object) -> subprocess.CompletedProcess[str]:
    words = [*command, scene]
    if shell:
        words = ["/bin/sh", "-c", f'"$@" {shell}', "sh", *words]
    return limits.run(words, stderr=subprocess.PIPE, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_a_full_pipe_that_does_not_block_loses_nothing(command: list[str]) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, fcntl.fcntl(writing, fcntl.F_GETFL) | os.O_NONBLOCK)
    received = bytearray()

    def read() -> None:
        while chunk := os.read(reading, 512):
            received.extend(chunk)
            time.sleep(0.0005)

    with limits.start([*command, "lines"], stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        reader = threading.Thread(target=read)
        reader.start()
        _, errors = process.communicate()
        reader.join()
    os.close(reading)
    assert (errors, process.returncode) == (b"", 0)
    assert received.decode().splitlines() == [f"line {number}" for number in range(20000)]


def test_input_that_does_not_block_is_waited_for(command: list[str]) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETFL, fcntl.fcntl(reading, fcntl.F_GETFL) | os.O_NONBLOCK)
    with limits.start([*command, "input"], stdin=reading, stdout=subprocess.PIPE) as process:
        os.close(reading)
        time.sleep(0.3)
        for part in (b"abc\nde", b"f\n"):
            os.write(writing, part)
            time.sleep(0.1)
        os.close(writing)
        assert process.communicate()[0] == b"6\n"


@pytest.mark.parametrize("scene", ["lines", "endless", "one"])
def test_a_reader_that_goes_away_ends_the_program_quietly(command: list[str], scene: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = play(command, scene, stdout=writing)
    os.close(writing)
    assert (done.stderr, done.returncode) == ("", 141)


def test_a_reader_of_errors_that_goes_away(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = limits.run([*command, "errors"], stdout=subprocess.PIPE, stderr=writing, check=False)
    os.close(writing)
    assert (done.stdout, done.returncode) == (b"", 141)


def test_a_raw_write_without_a_reader_returns_an_error(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = play(command, "raw", stdout=writing)
    os.close(writing)
    assert (done.stderr, done.returncode) == ("", 7)


@pytest.mark.parametrize(
    ("shell", "reason"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
def test_lost_output_is_an_error_with_its_reason(command: list[str], shell: str, reason: str) -> None:
    short = play(command, "one", shell)
    assert (short.stderr, short.returncode) == (f"error: cannot write to standard output: {reason}\n", 1)
    long = play(command, "lines", shell)
    assert (long.stderr.splitlines()[0], long.returncode) == (f"panic: cannot write to standard output: {reason}", 101)


def test_nothing_printed_to_a_closed_stream_is_not_an_error(command: list[str]) -> None:
    done = play(command, "errors", ">&-")
    assert done.stderr.splitlines()[-1] == "line 99999"
    assert done.returncode == 0


def test_the_limit_of_file_sizes_is_an_error_with_its_reason(command: list[str], tmp_path: Path) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    with (tmp_path / "output").open("w") as output:
        done = play(
            command, "lines", stdout=output, preexec_fn=limit, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        )
    assert done.stderr.splitlines()[0] == "panic: cannot write to standard output: File too large"
    assert done.returncode == 101
    assert (tmp_path / "output").stat().st_size == 100_000


def test_output_of_c_keeps_its_order(command: list[str]) -> None:
    done = limits.run([*command, "mixed"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert (done.stdout.split(), done.returncode) == (["one", "two", "three", "four", "five", "six"], 0)


@pytest.mark.parametrize(
    ("scene", "data", "line", "offset"),
    [
        ("input", b"one\ntw\xff\n", 2, 6),
        ("input", b"\x80", 1, 0),
        ("input", b"a\n" * 50_000 + b"\xc3", 50_001, 100_000),
        ("all", "ü\n".encode() + b"x\ny\xe2\x82", 3, 6),
    ],
)
def test_invalid_utf_8_is_reported_with_its_place(
    command: list[str], scene: str, data: bytes, line: int, offset: int
) -> None:
    done = limits.run([*command, scene], input=data, capture_output=True, check=False)
    message = f"panic: invalid utf-8 string data in line {line} of standard input, at byte offset {offset}"
    assert (done.stderr.decode().splitlines()[0], done.returncode) == (message, 101)


def test_a_stack_overflow_has_the_same_trace_in_an_executable(commands: dict[str, list[str]]) -> None:
    run, built = (play(commands[name], "deep") for name in ("run", "build"))
    assert (run.returncode, built.returncode) == (101, 101)
    lines = built.stderr.splitlines()
    assert len(lines) == 34
    assert lines[0] == "panic: stack overflow"
    assert lines[1].endswith(" in Deep")
    assert built.stderr == run.stderr


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS])
def test_a_fault_signal_that_was_sent_ends_the_program(command: list[str], number: signal.Signals) -> None:
    with limits.start([*command, "wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        process.send_signal(number)
        process.communicate()
    assert process.returncode == -number
