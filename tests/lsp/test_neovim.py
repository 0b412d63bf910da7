"""Neovim's own client: diagnostics, hover, rename and formatting in a headless editor."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from tests.limits import run

SCRIPT = Path(__file__).parent / "nvim.lua"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="neovim is not installed")
def test_neovim_shows_what_the_server_says(tmp_path: Path) -> None:
    path, out = tmp_path / "Main.bd", tmp_path / "out.json"
    path.write_text(
        "i64 add(i64 a,   i64 b) { return a + b; }\n\nunit main() {\n"
        '    i64 wrong = "x";\n    add(1, 2);\n    PrintLine("${add(3, 4)}");\n}\n',
        encoding="utf-8",
    )
    names = {"PYTHON": sys.executable, "FILE": str(path), "OUT": str(out), "XDG_STATE_HOME": str(tmp_path)}
    result = run(
        ["nvim", "--headless", "--clean", "-c", f"luafile {SCRIPT}"],
        env={**os.environ, **names},
        capture_output=True,
        text=True,
    )
    found = json.loads(out.read_text(encoding="utf-8")) if out.exists() else pytest.fail(result.stderr)
    assert "timeout" not in found
    assert [(each["line"], each["code"]) for each in found["diagnostics"]] == [(4, "E1206")]
    assert found["diagnostics"][0]["message"].startswith("expected `i64`, got `string`\n")
    assert "i64 add(i64 a, i64 b)" in found["hover"]
    assert found["text"] == [
        "i64 plus(i64 a, i64 b) { return a + b; }",
        "",
        "unit main() {",
        '    i64 wrong = "x";',
        "    plus(1, 2);",
        '    PrintLine("${plus(3, 4)}");',
        "}",
    ]
