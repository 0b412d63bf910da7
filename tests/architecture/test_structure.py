"""The shape of the house: layers, file sizes, start-up imports, generated files, and what no file may hold."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from tests import limits

ROOT = Path(__file__).resolve().parents[2]
LINE_WALL = 1000
SOURCE_FOLDERS = ("src", "runtime", "corelib", "tools", "tests", "bench", "examples", "docs", "editors")
NOT_OURS = frozenset(("_runtime", "_corelib", "__pycache__", "results", "node_modules"))
GENERATED = (
    "src/beskid/abi/generated/tables.py",
    "runtime/include/beskid_abi.h",
    "runtime/include/beskid_rows.h",
    "docs/reference/abi.md",
    "runtime/abi.toml",
    "editors/tree-sitter/src/parser.c",
)
"""Written by programs, and as long as they are."""


def sources(*suffixes: str) -> list[Path]:
    """Every file of the project with one of these endings, what is built or copied left out."""
    found: list[Path] = []
    for folder in SOURCE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            parts = path.relative_to(ROOT).parts
            if not NOT_OURS.isdisjoint(parts):
                continue
            if path.is_file() and path.suffix in suffixes:
                found.append(path)
    return found


def test_layers() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = limits.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("suffix", [".py", ".c", ".h", ".bd"])
def test_no_file_is_longer_than_the_wall(suffix: str) -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in sources(suffix)
        if path.relative_to(ROOT).as_posix() not in GENERATED
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LINE_WALL
    ]
    assert not long


def test_no_line_of_c_is_longer_than_120_columns() -> None:
    """The formatter leaves comments as they are."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".c", ".h")
        if path.relative_to(ROOT).as_posix() not in GENERATED
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > 120
    ]
    assert not long


def test_every_module_has_a_docstring() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources(".py")
        if path.read_text(encoding="utf-8").strip()
        and not re.match(r'(#[^\n]*\n)*\s*r?"""', path.read_text(encoding="utf-8"))
    ]
    assert not silent


def loaded_by(arguments: list[str], environment: dict[str, str] | None = None) -> set[str]:
    """The modules that a command has loaded when it ends."""
    code = (
        "import sys\n"
        "from beskid.cli.main import main\n"
        f"status = main({arguments!r})\n"
        "sys.stderr.write('\\n' + ' '.join(sys.modules))\n"
    )
    done = limits.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(environment or {})},
    )
    return set(done.stderr.rsplit("\n", 1)[1].split())


def packages(modules: set[str]) -> set[str]:
    """Which rooms of beskid are among the modules."""
    return {name.split(".")[1] for name in modules if name.startswith("beskid.")}


def test_version_loads_next_to_nothing() -> None:
    loaded = loaded_by(["--version"])
    assert not loaded & {"argparse", "dataclasses", "json", "llvmlite", "subprocess", "hashlib"}
    assert packages(loaded) <= {"cli", "driver", "files", "__main__"}


@pytest.mark.parametrize("body", ['PrintLine("warm");', "let idle = 1;"])
def test_a_warm_run_loads_no_front_end(body: str, tmp_path: Path) -> None:
    program = tmp_path / "warm.bd"
    program.write_text(f"unit main() {{ {body} }}\n", encoding="utf-8")
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    loaded_by(["run", str(program)], environment)
    loaded = loaded_by(["run", str(program)], environment)
    assert not loaded & {"argparse", "dataclasses", "json", "llvmlite", "subprocess", "hashlib"}
    assert packages(loaded) <= {"abi", "base", "cli", "codegen", "driver", "engine", "files", "source", "__main__"}
    assert {name for name in loaded if name.startswith("beskid.source.")} <= {"beskid.source.codes"}


@pytest.mark.parametrize("module", ["beskid.abi.generate"])
def test_generated_files_are_current(module: str) -> None:
    done = limits.run([sys.executable, "-m", module, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_list_of_passes_is_current() -> None:
    from beskid.lower.pipeline import render_page

    assert (ROOT / "docs" / "internals" / "passes.md").read_text(encoding="utf-8") == render_page()


def test_the_page_of_the_command_line_is_current() -> None:
    from beskid.cli.reference import render_page

    assert (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8") == render_page()


def test_no_machine_paths() -> None:
    pattern = re.compile(r"/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".py", ".c", ".h", ".bd", ".md", ".toml", ".json")
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found


def test_no_possessive_groups() -> None:
    """`(…)*+` and the like match wrongly in Python 3.11 before 3.11.5; possessive sets such as `[a-z]*+` are sound."""
    pattern = re.compile(r"\)[*+?]\+")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".py")
        if path.is_relative_to(ROOT / "src")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found
