"""`bench/run.py` runs through with the smallest program, and its numbers have the form that others read."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path

import pytest
from bench.large_programs import SHAPES, large_program
from bench.peers import PEERS, PROGRAMS
from bench.suite import SUITE
from tests import limits

ROOT = Path(__file__).resolve().parents[2]


def run_bench(folder: Path, *names: str, path: str = os.defpath) -> dict[str, object]:
    """The numbers of one round with small inputs."""
    output = folder / "numbers.json"
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "--small", "--rounds", "1", "--output", str(output)]
    done = limits.run(
        [*command, *names],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, "XDG_CACHE_HOME": str(folder)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| program | beskid |" in done.stdout
    found: dict[str, object] = json.loads(output.read_text(encoding="utf-8"))
    return found


def test_a_program_of_the_memory_set(tmp_path: Path) -> None:
    numbers = run_bench(tmp_path, "list_churn")
    assert isinstance(numbers["versions"], dict)
    assert isinstance(numbers["resident_at_start"], dict)
    assert numbers["rounds"] == 1
    programs = numbers["programs"]
    assert isinstance(programs, dict)
    measured = programs["list_churn"]
    assert len(measured["seconds"]["beskid"]) == 1
    assert measured["peak_bytes"]["beskid"][0] > 100_000
    assert measured["live_bytes"] > 10 * 10_000 * 24
    assert measured["pause_milliseconds"] >= 0
    assert measured["goals"] == {"go": 1.0}
    assert all(math.isfinite(ratio) and ratio > 0 for ratio in measured["ratios"].values())


def test_no_peer_is_needed(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cc", "ld", "as", "ar"):
        found = next((Path(folder) / name for folder in os.defpath.split(":") if (Path(folder) / name).exists()), None)
        if found is not None:
            (tools / name).symlink_to(found)
    numbers = run_bench(tmp_path, "nqueens", path=str(tools))
    programs = numbers["programs"]
    assert isinstance(programs, dict)
    assert list(programs["nqueens"]["seconds"]) == ["beskid"]


def test_pauses_of_a_small_heap(tmp_path: Path) -> None:
    output = tmp_path / "pauses.json"
    command = [sys.executable, str(ROOT / "bench" / "pauses.py"), "--sizes", "4", "--rounds", "1", "--output"]
    done = limits.run(
        [*command, str(output)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    heaps = json.loads(output.read_text(encoding="utf-8"))
    assert [heap["shape"] for heap in heaps] == ["trees", "lists", "maps", "scalars", "references"]
    for heap in heaps:
        (run,) = heap["runs"]
        # The program allocates between the two.
        assert 0 < run["count"] <= sum(run["histogram"]), heap["shape"]
        assert 0 < run["longest_processor"] <= run["total_processor"], heap["shape"]
        assert f"| {heap['shape']} | 4 MB |" in done.stdout


def test_every_program_of_a_peer_has_a_beskid_program() -> None:
    names = {program.name for program in SUITE} | {"nothing"}
    for peer in PEERS:
        sources = PROGRAMS.glob(f"*{peer.suffix}")
        stems = {
            path.name.removesuffix(peer.suffix)
            for path in sources
            if not path.stem.startswith(("foreign", "gate", "library"))
        }
        if peer.name == "pypy":
            stems = {stem for stem in stems if not stem.endswith(".numba")}
        assert stems <= names, peer.name


@pytest.mark.parametrize("language", SHAPES)
def test_large_programs_grow_with_their_lines(language: str) -> None:
    small, large = large_program(language, 200), large_program(language, 2000)
    assert 8 < large.count("\n") / small.count("\n") < 14
