"""A map key whose type decides equality but has no hash is refused, not silently lost (decision L9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.cli.main import main

PROGRAM = """use Collections.Map;
type Point : Equatable { i64 x, pub bool Equals(Point other) => x == other.x; }
unit main() { Map.New<Point, i64>().Insert(Point { x: 1 }, 2); }
"""


def test_equality_without_a_hash_is_not_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "points.bd"
    file.write_text(PROGRAM, encoding="utf-8")
    status = main(["run", str(file)])
    captured = capsys.readouterr()
    assert status == 1
    assert "error[E1239]: `Point` is hashed" in captured.err
    assert "points.bd:2:6" in captured.err
