"""Neovim colors a program on its screen with the compiled tree-sitter parser and its queries."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.editors.tree_sitter_parser import FOLDER, compile_parser
from tests.limits import run

SCRIPT = Path(__file__).parent / "nvim_highlights.lua"
PROGRAM = """\
/// Adds.
unit main() {
    let word = "text ${1 + 2}";
    // done
    return;
}
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="neovim is not installed")
def test_neovim_colors_a_program(tmp_path: Path) -> None:
    compile_parser(tmp_path / "beskid.so")
    shutil.copytree(FOLDER / "queries", tmp_path / "queries" / "beskid")
    (tmp_path / "main.bd").write_text(PROGRAM, encoding="utf-8")
    names = {"FILE": "main.bd", "LIBRARY": str(tmp_path / "beskid.so"), "OUT": "out.json"}
    result = run(
        ["nvim", "--headless", "--clean", "--cmd", f"set runtimepath^={tmp_path}", "-c", f"luafile {SCRIPT}"],
        env={**os.environ, **names, "XDG_STATE_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (tmp_path / "out.json").exists(), result.stderr
    lines = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert ["".join(part for _, part in line) for line in lines] == PROGRAM.splitlines()
    colors: dict[str, int] = {}
    for attribute, part in (each for line in lines for each in line):
        colors.setdefault(part.strip(), attribute)
    plain = colors["word"]
    for part in ("/// Adds.", "unit", "main", "let", '"text', "${", "+", "2", "// done", "return"):
        assert colors[part] != plain, part
    assert colors["let"] == colors["return"]
    assert colors["/// Adds."] == colors["// done"]
    assert len({colors[part] for part in ("// done", "unit", "main", "let", '"text', "${")}) == 6
