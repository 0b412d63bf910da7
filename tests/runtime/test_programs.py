"""The C test programs, plain and under the sanitizers, and the scenes that end a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime.build import run

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL as LEVEL

INDEX = "panic: index out of range: the length is 3 but the index is 7\n"
DEEP = "  at main.bd:10:4 in Main.Deep\n"
MAIN = "  at main.bd:1:2 in Main.Main\n"


@pytest.mark.parametrize("stress", ["0", "1"])
def test_heap(heap_program: Path, stress: str) -> None:
    result = run(heap_program, BESKID_GC_STRESS=stress)
    assert (result.stdout, result.stderr, result.returncode) == ("ok 22\n", "", 0)


def test_text(text_program: Path) -> None:
    result = run(text_program)
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)


def test_host_survives_panics_and_gates(panics_program: Path) -> None:
    result = run(panics_program, BESKID_GC_LIMIT="64m")
    assert (result.stdout, result.returncode) == ("ok\n", 0)
    assert "ABI version 3, but this runtime has version 2" in result.stderr
    assert "ABI version 1, but this runtime has version 2" in result.stderr
    assert f"ABI level {LEVEL + 1}, but this runtime offers level {LEVEL}" in result.stderr
    assert "another draft" in result.stderr
    assert "one thread at a time" in result.stderr


@pytest.mark.parametrize(
    ("scene", "stdout", "stderr", "status"),
    [
        ("panic", "printed before\n", INDEX + DEEP * 3 + MAIN, 101),
        ("executable", "printed before\n", INDEX + DEEP * 3 + MAIN, 101),
        ("long", "printed before\n", INDEX + DEEP * 16 + "  … 69 more frames\n" + DEEP * 15 + MAIN, 101),
        ("message", "", 'panic: näh "x"\n' + MAIN, 101),
        ("thunk", "", "panic: division by zero\n" + DEEP + MAIN, 101),
        ("interrupt", "pending\n", "", 130),
        ("exit", "bye\n", "", 7),
        ("wild", "", "", -11),
    ],
)
def test_scene(plain_panics: Path, scene: str, stdout: str, stderr: str, status: int) -> None:
    result = run(plain_panics, scene)
    assert (result.stdout, result.stderr, result.returncode) == (stdout, stderr, status)


@pytest.mark.parametrize(
    ("scene", "message"),
    [("small", "stack overflow"), ("big", "stack overflow"), ("memory", "out of memory")],
)
def test_exhaustion_is_a_panic(plain_panics: Path, scene: str, message: str) -> None:
    result = run(plain_panics, scene, BESKID_GC_LIMIT="64m")
    assert result.stderr.splitlines()[0] == f"panic: {message}"
    assert result.returncode == 101


@pytest.mark.parametrize(("steps", "stress"), [("60000", "0"), ("2000", "1")])
@pytest.mark.parametrize("seed", ["1", "2", "3"])
@pytest.mark.parametrize("older", ["0", "1"])
def test_random_mutator(random_program: Path, older: str, seed: str, steps: str, stress: str) -> None:
    result = run(random_program, seed, steps, BESKID_GC_STRESS=stress, BESKID_TEST_OLDER_STORES=older)
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)
