"""The configurations that `beskid editor` prints are those of the guide, and parse."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from tests.limits import run

from beskid.cli.editor import SETUPS, Setup, execute
from beskid.driver.failure import STATUS_FINE, STATUS_USAGE, DriverError

ROOT = Path(__file__).parents[2]
PRINTED = ROOT / "src" / "beskid" / "_editors"


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_the_guide_shows_the_configuration(setup: Setup) -> None:
    text = (PRINTED / setup.file).read_text(encoding="utf-8")
    assert text in (ROOT / "docs" / "guide" / "editors.md").read_text(encoding="utf-8")


def test_every_file_is_printed() -> None:
    assert {path.name for path in PRINTED.iterdir()} == {
        name for setup in SETUPS for name in (setup.file, setup.grammar) if name
    }


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_the_configuration_parses_and_starts_the_server(setup: Setup) -> None:
    text = (PRINTED / setup.file).read_text(encoding="utf-8")
    match setup.name:
        case "kate":
            command = json.loads(text)["servers"]["beskid"]["command"]
        case "sublime":
            command = json.loads(text)["clients"]["beskid"]["command"]
        case "zed":
            server = json.loads(text)["lsp"]["beskid"]["binary"]
            command = [server["path"], *server["arguments"]]
        case "helix":
            found = tomllib.loads(text)
            server = found["language-server"]["beskid"]
            command = [server["command"], *server["args"]]
            assert found["language"][0]["language-servers"] == list(found["language-server"])
            folder = found["grammar"][0]["source"]["path"].removeprefix("/path/to/beskid/")
            assert (ROOT / folder / "src" / "parser.c").is_file()
        case "emacs":
            assert is_balanced(text)
            command = re.findall(r'"(\w+)"', re.findall(r"'\(beskid-mode \. \(([^)]*)\)\)", text)[0])
        case "nvim":
            command = re.findall(r'"(\w+)"', re.findall(r"\bcmd = \{([^}]*)\}", text)[0])
    assert command == ["beskid", "lsp"]


@pytest.mark.parametrize(
    ("setup", "grammar"),
    [(setup, grammar) for setup in SETUPS for grammar in ([False, True] if setup.grammar else [False])],
    ids=lambda part: part.name if isinstance(part, Setup) else "grammar" if part else "file",
)
def test_a_file_is_printed_alone(setup: Setup, grammar: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(argparse.Namespace(name=setup.name, grammar=grammar, check=False)) == STATUS_FINE
    printed = capsys.readouterr()
    file, place = (setup.grammar, setup.grammar_place) if grammar else (setup.file, setup.place)
    assert printed.out == (PRINTED / file).read_text(encoding="utf-8")
    assert place in printed.err


def is_balanced(text: str) -> bool:
    """Return whether the brackets of Emacs Lisp are balanced, without those in strings, characters and comments."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\?\\?.|;[^\n]*', "", text, flags=re.DOTALL)
    depth = 0
    for each in bare:
        depth += (each in "([") - (each in ")]")
        if depth < 0:
            return False
    return depth == 0


def test_a_grammar_and_a_check_exclude_each_other() -> None:
    with pytest.raises(DriverError, match="--check") as failure:
        execute(argparse.Namespace(name="kate", grammar=True, check=True))
    assert failure.value.status == STATUS_USAGE


@pytest.mark.parametrize("setup", [each for each in SETUPS if each.grammar], ids=lambda setup: setup.name)
def test_the_guide_makes_the_folder_of_a_grammar(setup: Setup) -> None:
    folder = setup.grammar_place.rpartition("/")[0]
    command = f"$ mkdir -p {folder}\n$ beskid editor {setup.name} --grammar > {setup.grammar_place}\n"
    assert command in (ROOT / "docs" / "guide" / "editors.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("nvim") is None, reason="neovim is not installed")
def test_neovim_compiles_the_configuration(tmp_path: Path) -> None:
    script = f"lua assert(loadfile('{PRINTED / 'nvim.lua'}'))"
    done = run(["nvim", "--headless", "--clean", "-c", script, "-c", "qall"], capture_output=True, text=True)
    assert done.returncode == 0 and "Error" not in done.stderr, done.stderr


def test_the_check_for_brackets_can_fail() -> None:
    assert is_balanced('(a [b] ?\\( ")")') and not is_balanced("(a [b)") and not is_balanced("a)(")
