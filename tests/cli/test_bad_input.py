"""Whatever a file holds, the answer is diagnostics and status 1, soon, and never an apology."""

from __future__ import annotations

import os
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits

MEGABYTE = 1_000_000
SECONDS_FOR_TEN_THOUSAND_LINES = 1.0
START = 1.5
"""Seconds of processor time for starting, on top of those that lines may take."""

VALID = Path(__file__).resolve().parents[2] / "corelib" / "src" / "Collections" / "Map.bd"


def random_bytes() -> bytes:
    return random.Random(1).randbytes(MEGABYTE)


def random_tokens() -> bytes:
    text = """unit main ( ) { } [ ] < > ; , . :: => = == + - * / % "a" "${ } 'c' 12 1.5 let mut match if else for in"""
    words = text.split()
    generator = random.Random(2)
    return "\n".join(" ".join(generator.choices(words, k=12)) for _ in range(20_000)).encode()


def shuffled_lines() -> bytes:
    lines = VALID.read_text(encoding="utf-8").splitlines() * 100
    random.Random(3).shuffle(lines)
    return "\n".join(lines).encode()


def deep_nesting() -> bytes:
    return b"unit main() { let x = " + b"(" * 400_000


def deep_blocks() -> bytes:
    return b"unit main() { " + b"if true { " * 80_000


def deep_types() -> bytes:
    return b"unit f(" + b"List<" * 150_000


def long_chain() -> bytes:
    return b"unit main() { let x = 1" + b" + 1" * 200_000 + b"; }"


def one_string() -> bytes:
    return b'unit main() { PrintLine("' + b"a" * MEGABYTE


def nested_interpolation() -> bytes:
    return b"unit main() { PrintLine(" + b'"${' * 100_000


def zeros() -> bytes:
    return bytes(MEGABYTE)


def comment() -> bytes:
    return b"/*" + b"*" * MEGABYTE


def many_errors() -> bytes:
    return b"unit main() {\n" + b"    missing();\n" * 50_000 + b"}\n"


def many_members() -> bytes:
    return b"unit main() { let x = a" + b".b" * 200_000 + b"; }"


def else_chain() -> bytes:
    return b"unit main() { if true {}" + b" else if true {}" * 30_000 + b" }"


INPUTS: tuple[Callable[[], bytes], ...] = (
    random_bytes,
    random_tokens,
    shuffled_lines,
    deep_nesting,
    deep_blocks,
    deep_types,
    long_chain,
    one_string,
    nested_interpolation,
    zeros,
    comment,
    many_errors,
    many_members,
    else_chain,
)


@pytest.mark.parametrize("make", INPUTS, ids=[make.__name__ for make in INPUTS])
def test_broken_file(make: Callable[[], bytes], tmp_path: Path) -> None:
    data = make()
    file = tmp_path / "broken.bd"
    file.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = limits.run(
        [sys.executable, "-m", "beskid", "check", "--message-format", "short", str(file)],
        capture_output=True,
        timeout=120,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    said = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in said and "sorry" not in said, said[:2000]
    assert done.returncode == 1, said[:2000]
    assert said.startswith("broken.bd:"), said[:200]
    allowance = START + SECONDS_FOR_TEN_THOUSAND_LINES * max(1.0, data.count(b"\n") / 10_000)
    assert seconds < 4 * allowance, f"{seconds:.1f} s"
