"""Streams of the library against what Python reads and writes: lines, invalid text, the end of a program."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest
from tests import limits
from tests.corelib.building import STRESS, built

COPY = """\
use System.FS.FsError;
use System.IO.BufferedReader;
use System.IO.File;

Result<unit, FsError> main(string[] args) {
    let reader = BufferedReader.From(File.StandardInput());
    let output = File.StandardOutput();
    if args.Len() > 0 { reader.ReplaceInvalid(); }
    for line in reader.Lines() { output.WriteLine("[${line?}]")?; }
    output.WriteLine("${reader.Position()}")?;
    return Result::Ok();
}
"""

UNFINISHED = """\
use System.IO.File;

unit main(string[] args) {
    let file = File.Create(args[0]).Expect("created");
    for i in range(3000) { file.WriteLine("line ${i}").Expect("written"); }
    if args[1] == "panic" { Panic("the end"); }
    if args[1] == "exit" { System.Process.Exit(7); }
}
"""

WRITTEN = "".join(f"line {i}\n" for i in range(3000))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the programs once and return them by name."""
    folder = tmp_path_factory.mktemp("streams")
    made = {}
    for name, text in (("copy", COPY), ("unfinished", UNFINISHED)):
        source = folder / f"{name}.bd"
        source.write_text(text, encoding="utf-8")
        made[name] = built(source, folder)
    return made


def lines_of(data: bytes) -> list[bytes]:
    """Split as the library does: at line feeds, without a carriage return before them."""
    parts = data.split(b"\n")
    ended = [part.removesuffix(b"\r") for part in parts[:-1]]
    return ended + ([parts[-1]] if parts[-1] else [])


def generated(generator: random.Random, pieces: tuple[bytes, ...]) -> bytes:
    count = generator.randint(0, 9)
    return b"".join(generator.choice(pieces) * generator.choice((1, 1, 2, 70000)) for _ in range(count))


def test_lines_agree_with_python(programs: dict[str, Path]) -> None:
    generator = random.Random(19)
    pieces = (b"a", b"\n", b"\r\n", b"\r", "ä".encode(), "😀".encode(), b" ", b"\n\n")
    for _ in range(60):
        data = generated(generator, pieces)
        done = limits.run([programs["copy"]], input=data, capture_output=True, check=False)
        expected = b"".join(b"[" + line + b"]\n" for line in lines_of(data))
        assert done.stdout == expected + f"{len(data)}\n".encode()
        assert (done.stderr, done.returncode) == (b"", 0)


def test_invalid_text_agrees_with_python(programs: dict[str, Path]) -> None:
    generator = random.Random(20)
    pieces = (b"a", b"\n", "ä".encode(), b"\xff", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\x80", b"\xed\xa0\x80")
    refused = 0
    for _ in range(60):
        data = b"".join(generator.choice(pieces) for _ in range(generator.randint(1, 30)))
        strict = limits.run([programs["copy"]], input=data, capture_output=True, check=False)
        try:
            data.decode()
        except UnicodeDecodeError as error:
            refused += 1
            expected = f'error: FsError::InvalidSequence("standard input", {error.start})\n'
            assert (strict.stderr.decode(), strict.returncode) == (expected, 1), data
        else:
            assert strict.returncode == 0
        replaced = limits.run([programs["copy"], "replace"], input=data, capture_output=True, check=True, env=STRESS)
        shown = "".join(f"[{line.decode(errors='replace')}]\n" for line in lines_of(data))
        assert replaced.stdout.decode() == f"{shown}{len(data)}\n"
    assert refused > 20


@pytest.mark.parametrize(("end", "status"), [("return", 0), ("panic", 101), ("exit", 7)])
def test_the_end_of_a_program_writes_what_waits(
    programs: dict[str, Path], tmp_path: Path, end: str, status: int
) -> None:
    target = tmp_path / "file"
    done = limits.run([programs["unfinished"], target, end], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert target.read_text(encoding="utf-8") == WRITTEN


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_lost_bytes_are_reported_at_the_end(programs: dict[str, Path]) -> None:
    done = limits.run([programs["unfinished"], "/dev/full", "return"], capture_output=True, text=True, check=False)
    assert done.stderr == "error: cannot write to a file: No space left on device\n"
    assert done.returncode == 1


def test_a_file_larger_than_the_heap(programs: dict[str, Path], tmp_path: Path) -> None:
    large = tmp_path / "large"
    line = b"x" * 99 + b"\n"
    with large.open("wb") as stream:
        for _ in range(64):
            stream.write(line * 10_000)
    with large.open("rb") as stream:
        done = limits.run(
            [programs["copy"]],
            stdin=stream,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "BESKID_GC_LIMIT": "16M"},
            check=False,
        )
    assert (done.stderr, done.returncode) == (b"", 0)
