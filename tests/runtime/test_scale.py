"""Large heaps stay in bounds, memory goes back, exhaustion is a panic, and the verifier names what is damaged.

`BESKID_TEST_SECONDS=60` lets the test of a steady heap run that long.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.runtime.build import build_program, run

SECONDS = float(os.environ.get("BESKID_TEST_SECONDS", "2"))
TRACE_LINE = re.compile(
    r"gc \d+ (minor|full|sliced): \d+\.\d -> \d+\.\d MiB in \d+ cells, heap \d+\.\d MiB, "
    r"(\d+ slices up to \d+\.\d\d ms \(\d+\.\d\d\), stop|pause) \d+\.\d\d ms \(\d+\.\d\d\), "
    r"longest \d+\.\d\d ms \(\d+\.\d\d\)"
)
TRACE_END = re.compile(
    r"gc pauses by processor time:(?P<counts>( (<=|>)\d+\.\d\d\d ms \d+)+), in all \d+\.\d ms \(\d+\.\d\)"
)


@pytest.fixture(scope="module")
def plain_scale(plain_folder: Path) -> Path:
    return build_program("test_scale", plain_folder)


def megabytes(program: Path, *arguments: str, **settings: str) -> tuple[int, int]:
    """Most and last resident mebibytes of a scene."""
    result = run(program, *arguments, **settings)
    assert (result.stderr, result.returncode) == ("", 0)
    word, most, last = result.stdout.split()
    assert word == "ok"
    return int(most), int(last)


@pytest.mark.parametrize("scene", ["deep", "broad"])
def test_ten_million_cells(plain_scale: Path, scene: str) -> None:
    megabytes(plain_scale, scene, "10000000")


@pytest.mark.parametrize("scene", ["deep", "broad"])
def test_many_cells_sanitized_and_verified(scale_program: Path, scene: str) -> None:
    megabytes(scale_program, scene, "300000", BESKID_GC_VERIFY="1")


def test_memory_returns_to_the_system(plain_scale: Path) -> None:
    most, last = megabytes(plain_scale, "drop", "1024")
    assert most > 1000
    assert last < 200


def test_steady_heap_stays_small(plain_scale: Path) -> None:
    most, _ = megabytes(plain_scale, "steady", str(int(SECONDS * 1000)))
    assert 50 < most < 150


def test_percentage_sets_the_pace(plain_scale: Path) -> None:
    small, _ = megabytes(plain_scale, "steady", "1500", BESKID_GC_PERCENT="25")
    large, _ = megabytes(plain_scale, "steady", "1500", BESKID_GC_PERCENT="300")
    assert small < 90
    assert large > 150


def test_limit_is_kept_with_collections_off(plain_scale: Path) -> None:
    most, _ = megabytes(plain_scale, "steady", "1500", BESKID_GC_PERCENT="off", BESKID_GC_LIMIT="100m")
    assert 90 < most < 115


@pytest.mark.parametrize("name", ["BESKID_GC_LIMIT", "BESKID_GC_PERCENT"])
@pytest.mark.parametrize("value", ["many", "-5", "5x"])
def test_invalid_settings_are_reported(plain_scale: Path, name: str, value: str) -> None:
    result = run(plain_scale, "deep", "10", **{name: value})
    assert result.stderr.startswith(f"beskid runtime: {name}={value} is ignored: expected a number")
    assert result.returncode == 0


def test_heap_works_after_exhaustion(scale_program: Path) -> None:
    result = run(scale_program, "exhaust", BESKID_GC_LIMIT="24m", BESKID_GC_VERIFY="1")
    assert (result.stdout, result.returncode) == ("ok\n", 0)
    assert result.stderr == "panic: out of memory\n  at test.bd:1:1 in Test.Scale\n" * 3


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("0", "out of memory"),
        ("1", "array backing allocation failed"),
        ("2", "out of memory"),
        ("3", "out of memory"),
    ],
)
def test_overflowing_sizes_are_panics(scale_program: Path, number: str, message: str) -> None:
    result = run(scale_program, "overflow", number, BESKID_GC_VERIFY="1")
    assert result.stderr.splitlines()[0] == f"panic: {message}"
    assert result.returncode == 101


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("0", "object without a descriptor"),
        ("1", "reference into the middle of a cell"),
        ("2", "free cell was written to"),
        ("3", "reference lies outside its object"),
        ("4", "array is longer than its storage"),
        ("5", "reference into the middle of a cell"),
    ],
)
def test_verifier_names_damage(plain_scale: Path, number: str, message: str) -> None:
    result = run(plain_scale, "damage", number, BESKID_GC_VERIFY="1")
    assert result.stderr.startswith(f"beskid runtime: heap verification: {message} (0x")
    assert result.returncode == -6


def test_trace_prints_a_line_for_each_collection(plain_scale: Path) -> None:
    result = run(plain_scale, "deep", "1000000", BESKID_GC_TRACE="1")
    *lines, end = result.stderr.splitlines()
    assert len(lines) >= 3
    counts = TRACE_END.fullmatch(end)
    assert counts is not None
    assert sum(map(int, re.findall(r" ms (\d+)", counts["counts"]))) >= len(lines)
    assert all(TRACE_LINE.fullmatch(line) for line in lines)
    assert "in 1000000 cells" in lines[-1]


@pytest.mark.parametrize("percent", ["85", "25"])
def test_every_pause_is_counted(plain_scale: Path, percent: str) -> None:
    result = run(plain_scale, "pauses", "3000000", BESKID_GC_PERCENT=percent)
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)


@pytest.mark.parametrize("stress", ["0", "1"])
def test_random_mutator_verified(random_program: Path, stress: str) -> None:
    result = run(random_program, "4", "1000", BESKID_GC_STRESS=stress, BESKID_GC_VERIFY="1")
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)


@pytest.mark.parametrize("stress", ["0", "1"])
def test_heap_verified(heap_program: Path, stress: str) -> None:
    result = run(heap_program, BESKID_GC_STRESS=stress, BESKID_GC_VERIFY="1")
    assert (result.stdout, result.stderr, result.returncode) == ("ok 22\n", "", 0)
