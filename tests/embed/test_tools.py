"""What tools see of a module: signatures, documentation, stubs, and imports by name."""

from __future__ import annotations

import importlib
import inspect
import os
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import limits

import beskid

HERE = Path(__file__).parent


def test_signatures(values: beskid.Module) -> None:
    assert str(inspect.signature(values.Add)) == "(a, b)"
    assert str(inspect.signature(values.Point)) == "(x: 'float', y: 'float', name: 'str')"
    assert str(inspect.signature(values.Point.Move)) == "(self, /, by)"
    assert str(inspect.signature(values.Point(1.0, 2.0, "p").Move)) == "(by)"
    assert str(inspect.signature(values.Larger)) == "(a: 'T', b: 'T')"
    assert str(inspect.signature(values.Shape.Circle)) == "(radius)"


def test_help(values: beskid.Module) -> None:
    text = pydoc.plain(pydoc.render_doc(values.Add))
    assert "Add(a: i64, b: i64) -> int" in text and "Adds two numbers." in text
    whole = pydoc.plain(pydoc.render_doc(values))
    assert "Larger = <generic Beskid function Larger>" in whole and "Add(a: i64, b: i64) -> int" in whole
    assert "A place in the plane." in pydoc.plain(pydoc.render_doc(values.Point))
    assert values.Point.Square.__doc__ == "Square() -> float\n\nThe square of the distance to the origin."
    assert values.Divide.__doc__.startswith("Divide(a: i64, b: i64) -> tuple[int, int]")


CHECKED = """
import beskid
import values
from typing import assert_type
assert_type(values.Add(1, 2), int)
assert_type(values.SameOption(0.5), float | None)
assert_type(values.Parse("one"), int)
assert_type(values.Divide(1, 2), tuple[int, int])
assert_type(values.Limit, int)
assert_type(values.Point(1.0, 2.0, "p").Square(), float)
assert_type(values.SameStrings(("a",)), list[str])
assert_type(functions.Apply(abs, 1), int)
match values.SameShape(values.Shape.Circle(2.0)):
    case values.Shape.Circle(radius):
        assert_type(radius, float)
values.Add("1", 2)
""".replace("import values\n", "import values\nimport functions\n")


def stubs(name: str, *more: str, folder: Path) -> str:
    done = limits.run(
        [sys.executable, "-m", "beskid", "stubs", str(HERE / f"{name}.bd"), *more],
        capture_output=True, text=True, env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


def test_stubs_satisfy_a_type_checker(tmp_path: Path) -> None:
    for name in ("values", "functions"):
        text = stubs(name, "--output", str(tmp_path / f"{name}.pyi"), folder=tmp_path)
        assert text == ""
    assert "def Add(a: int, b: int) -> int:" in stubs("values", folder=tmp_path)
    (tmp_path / "user.py").write_text(CHECKED)
    words = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "mypy"), "."]
    done = limits.run(words, stdout=subprocess.PIPE, text=True, cwd=tmp_path, timeout=300)
    lines = [line for line in done.stdout.splitlines() if "error" in line]
    assert lines[0].startswith('user.py:17: error: Argument 1 to "Add" has incompatible type "str"'), done.stdout
    assert len(lines) == 2


def test_stubs_of_a_program_with_errors(tmp_path: Path) -> None:
    (tmp_path / "broken.bd").write_text("pub i64 F() => x;")
    done = limits.run(
        [sys.executable, "-m", "beskid", "stubs", str(tmp_path / "broken.bd")], capture_output=True, text=True
    )
    assert done.returncode == 1 and "error[E1101]" in done.stderr and done.stdout == ""
    done = limits.run([sys.executable, "-m", "beskid", "stubs", "none.bd"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr == "error: no such file: `none.bd`\n"


def test_beskid_files_are_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import beskid.importer

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "imported.bd").write_text("/// Documented.\n\npub i64 Add(i64 a, i64 b) => a + b;\n")
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.bd").write_text("pub const i64 Answer = 42;\n")
    (tmp_path / "broken.bd").write_text("pub i64 F() => x;")
    try:
        imported: Any = importlib.import_module("imported")
        assert imported.Add(40, 2) == 42 and imported.__file__ == str(tmp_path / "imported.bd")
        assert importlib.import_module("package.inner").Answer == 42
        (tmp_path / "imported.bd").write_text("pub i64 Add(i64 a, i64 b) => a + b + 1;\n")
        assert importlib.reload(imported).Add(1, 1) == 3
        with pytest.raises(beskid.CompileError):
            importlib.import_module("broken")
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("nowhere_at_all")
    finally:
        sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "BeskidFinder"]
        sys.modules.pop("beskid.importer", None)
