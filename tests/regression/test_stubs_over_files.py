"""`beskid stubs -o` replaced whatever was at the path: the source itself, a file of the user, a FIFO."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, Ran, call

SOURCE = "pub i64 Twice(i64 x) => 2 * x;\n"
MANIFEST = 'project { name = "P" version = "1.0.0" }\ntarget "p" { kind = Lib entry = "Lib.bd" }\n'


def stubs(folder: Path, *words: str) -> Ran:
    return call(folder, [*BESKID, "stubs", *words])


@pytest.mark.parametrize("name", ["Src/Lib.bd", "Src/Other.bd", "Project.proj"])
def test_an_input_is_never_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / "Src").mkdir()
    (tmp_path / "Src" / "Lib.bd").write_text("pub i64 Twice(i64 x) => Other.Add(x, x);\n", encoding="utf-8")
    (tmp_path / "Src" / "Other.bd").write_text("pub i64 Add(i64 x, i64 y) => x + y;\n", encoding="utf-8")
    (tmp_path / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    before = (tmp_path / name).read_bytes()
    for force in ([], ["--force"]):
        ran = stubs(tmp_path, ".", "-o", name, *force)
        assert ran.status == 3 and "is an input of this command" in ran.stderr, ran
        assert (tmp_path / name).read_bytes() == before


def test_a_file_of_the_user_needs_force(tmp_path: Path) -> None:
    (tmp_path / "m.bd").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "m.pyi").write_text("def mine() -> None: ...\n", encoding="utf-8")
    ran = stubs(tmp_path, "m.bd", "-o", "m.pyi")
    assert ran.status == 3 and "was not made by beskid" in ran.stderr, ran
    assert (tmp_path / "m.pyi").read_text(encoding="utf-8") == "def mine() -> None: ...\n"
    assert stubs(tmp_path, "m.bd", "-o", "m.pyi", "--force").status == 0
    assert stubs(tmp_path, "m.bd", "-o", "m.pyi").status == 0, "what it made it may replace"
    assert "def Twice(x: int) -> int" in (tmp_path / "m.pyi").read_text(encoding="utf-8")


def test_a_fifo_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "m.bd").write_text(SOURCE, encoding="utf-8")
    os.mkfifo(tmp_path / "m.pyi")
    ran = stubs(tmp_path, "m.bd", "-o", "m.pyi", "--force")
    assert ran.status == 3 and "is a FIFO" in ran.stderr, ran
    assert (tmp_path / "m.pyi").is_fifo()
