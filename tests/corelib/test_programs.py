"""What command-line programs need: `Core.Arguments` against Python's `argparse`, and `System.Console` on a terminal."""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, built, require_same_under_stress
from tests.terminals import open_terminal

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "600"))
COLUMNS = 50
HELP = """\
Makes pictures smaller.

usage: shrink [options] FROM [FILE…]

arguments:
  FROM  the picture
  FILE  more pictures

options:
  -h, --help          show this help
  -v, --verbose       report each file
  -q, --quiet         say nothing
  -w, --width PIXELS  the new width (default 800)
  -o, --out FOLDER    where to write
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the programs once and return them by name."""
    folder = tmp_path_factory.mktemp("programs")
    return {name: built(PROGRAMS / f"{name}.bd", folder, "-O0") for name in ("arguments", "console")}


class RefusalError(Exception):
    """What the parser of Python does not accept."""


class Reader(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise RefusalError(message)


def reader() -> Reader:
    made = Reader(allow_abbrev=False, add_help=False)
    made.add_argument("-v", "--verbose", action="store_true")
    made.add_argument("-q", "--quiet", action="store_true")
    made.add_argument("-w", "--width", default="800")
    made.add_argument("-o", "--out", default="none")
    made.add_argument("FROM")
    made.add_argument("FILE", nargs="*")
    return made


def in_python(words: Sequence[str]) -> str:
    try:
        found = reader().parse_intermixed_args(words)
    except RefusalError:
        return "error"
    width = found.width if found.width.removeprefix("-").isdigit() else "invalid"
    flags = f"{found.verbose} {found.quiet}".lower()
    return f"{flags} {width} {found.out} {found.FROM} {json.dumps(found.FILE)}"


def test_agrees_with_argparse(programs: dict[str, Path]) -> None:
    generator = random.Random(fresh.seed(1))
    words = ["-v", "-q", "-vq", "--verbose", "--quiet", "a.png", "b", "-", "-5", "-.5", "-w7", "-w=7", "--width=x"]
    words += ["--out=", "--verbose=1", "--nothing", "-x", "-vx", "-vw5", "-vo"]
    lines = []
    for _ in range(ROUNDS):
        line = []
        for _ in range(generator.randrange(6)):
            word = generator.choice((*words, "-w", "--width", "-o", "--out"))
            line.append(word)
            if word in ("-w", "--width", "-o", "--out", "-vo"):
                line += generator.choice((["640"], ["dir"], ["-3"]))
        lines.append(line)
    lines += [["-w"], ["--out"], ["a", "--width"], []]
    questions = [f"{json.dumps(line)}\n" for line in lines]
    done = limits.run([programs["arguments"]], input="".join(questions), capture_output=True, text=True, check=True)
    require_same_under_stress([programs["arguments"]], questions, done.stdout.splitlines())
    given = ["error" if line.startswith("error ") else line for line in done.stdout.splitlines()]
    wrong = [pair for pair in zip(lines, given, strict=True) if pair[1] != in_python(pair[0])]
    assert wrong == []


def test_errors_and_help(programs: dict[str, Path]) -> None:
    for words, status, output, error in (
        (["--help"], 0, HELP, ""),
        (["-vh"], 0, HELP, ""),
        (["--", "-v"], 0, "false false 800 none -v []\n", ""),
        (["--verbos"], 2, "", "unknown option `--verbos`; did you mean `--verbose`?"),
        (["--zzz"], 2, "", "unknown option `--zzz`"),
        (["-v"], 2, "", "missing argument FROM"),
        (["a", "-w"], 2, "", "`-w` needs a value"),
        (["a", "--quiet=1"], 2, "", "`--quiet` takes no value"),
    ):
        done = limits.run([programs["arguments"], *words], capture_output=True, text=True, check=False)
        shown = f"error: {error}\n\nusage: shrink [options] FROM [FILE…]\n" if error else ""
        assert (done.returncode, done.stdout, done.stderr) == (status, output, shown), words


def test_errors_in_a_command_show_how_to_call_it(programs: dict[str, Path]) -> None:
    for words, status, output, usage in (
        (["remote", "add", "x"], 0, "remote add\n", ""),
        (["remote", "add"], 2, "", "missing argument URL\n\nusage: tool remote add [options] URL"),
        (["remote"], 2, "", "expected a command\n\nusage: tool remote [options] COMMAND …"),
    ):
        done = limits.run([programs["arguments"], "nested", *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (status, output), words
        assert done.stderr == (f"error: {usage}\n" if usage else "")


def test_plain_text_without_a_terminal(programs: dict[str, Path]) -> None:
    environment = {**os.environ, "COLUMNS": "70"}
    done = limits.run(
        [programs["console"]], input="Ada\nyes\n", capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "false 70\nbold\nname Ada\nsure true\n"
    assert done.stderr == "work: 100 %\n"


def on_a_terminal(program: Path, answers: bytes, columns: int = COLUMNS, **variables: str) -> str:
    """Return what a program writes to a terminal; one without columns does not know its size."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    environment |= {"TERM": "xterm", **variables}
    with open_terminal(columns, rows=25 if columns else 0, echoes=False) as terminal:
        terminal.type(answers)
        with limits.start([program], env=environment, **terminal.streams) as process:
            terminal.close_theirs()
            written = terminal.rest()
            assert process.wait() == 0
    return written


def test_styles_progress_and_questions_on_a_terminal(programs: dict[str, Path]) -> None:
    written = on_a_terminal(programs["console"], b"Ada\nmaybe\ny\n")
    assert f"true {COLUMNS}\n\x1b[1mbold\x1b[0m\n" in written
    width = COLUMNS - len("work") - 11
    for percent in range(0, 101, 25):
        filled = width * percent // 100
        assert f"\rwork [{'#' * filled}{'.' * (width - filled)}] {percent:3} %" in written
    assert "Name? name Ada\n" in written
    assert written.count("Sure? [y/N] ") == 2
    assert written.endswith("sure true\n")


def test_a_terminal_that_does_not_know_its_size(programs: dict[str, Path]) -> None:
    written = on_a_terminal(programs["console"], b"Ada\ny\n", columns=0, COLUMNS="30")
    assert written.startswith("true 30\n\x1b[1mbold\x1b[0m\n")
    assert "\rwork [###############] 100 %\n" in written
    assert "Name? name Ada\n" in written


def test_no_styles_where_they_are_not_wanted(programs: dict[str, Path]) -> None:
    assert "\x1b" not in on_a_terminal(programs["console"], b"a\ny\n", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(programs["console"], b"a\ny\n", TERM="dumb")
