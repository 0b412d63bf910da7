"""A function that keeps thousands of references alive gets a diagnostic, not a crash of the compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.cli.main import main

COUNT = 4100


def test_a_frame_without_room_is_a_diagnostic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lets = "\n".join(f'    let s{i} = "a${{args.Len()}}";' for i in range(COUNT))
    prints = "\n".join(f"    Print(s{i});" for i in range(COUNT))
    program = tmp_path / "wide.bd"
    program.write_text(f"unit main(string[] args) {{\n{lets}\n{prints}\n}}\n", encoding="utf-8")
    status = main(["build", "-O0", str(program), "-o", str(tmp_path / "wide")])
    captured = capsys.readouterr()
    assert status == 1
    assert "error[E2012]: `main` keeps more than 4095 references alive at one call" in captured.err
    assert "wide.bd:1:6" in captured.err
    assert not (tmp_path / "wide").exists()
