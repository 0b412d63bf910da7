"""The table of commands: every command can be loaded, and a command loads no other one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits

from beskid.cli.command import Command, path_argument
from beskid.cli.commands import COMMANDS

CLI = Path(__file__).resolve().parents[2] / "src" / "beskid" / "cli"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_has_arguments_and_an_action(command: object) -> None:
    (row,) = [each for each in COMMANDS if each is command]
    implementation = row.load()
    implementation.add_arguments(argparse.ArgumentParser())
    assert callable(implementation.execute)


def test_every_module_with_arguments_of_its_own_is_in_the_table() -> None:
    named = {path.stem for path in CLI.glob("*.py") if "\ndef add_arguments(" in path.read_text(encoding="utf-8")}
    assert named == {command.name for command in COMMANDS}


PATHS = ("DIR", "FILE", "FOLDER", "HEADER", "INPUT", "OUT", "PATH")


def parsers_of(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of a command and of its actions."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from parsers_of(inner)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_no_path_may_be_empty(command: Command) -> None:
    """From a variable that is not set, an empty path would mean the working folder, or nothing."""
    parser = argparse.ArgumentParser()
    command.load().add_arguments(parser)
    for each in parsers_of(parser):
        for action in each._actions:
            if action.metavar in PATHS:
                assert action.type is path_argument, f"{command.name}: {action.metavar}"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_two_levels_of_optimization_are_an_error(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.load().add_arguments(parser)
    for each in parsers_of(parser):
        if any(action.dest == "optimize" for action in each._actions):
            with pytest.raises(SystemExit):
                each.parse_args(["-O0", "-O2"])
            assert "argument -O2: not allowed with argument -O0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [(["--help"], set()), (["version"], {"version"}), (["check", "--help"], {"check"}), (["explain"], {"explain"})],
)
def test_a_command_loads_no_other_command(arguments: list[str], loaded: set[str]) -> None:
    code = (
        "import sys\n"
        "from beskid.cli.main import main\n"
        f"main({arguments!r})\n"
        "sys.stderr.write(' '.join(name for name in sys.modules if name.startswith('beskid.cli.')))\n"
    )
    done = limits.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {name.rpartition(".")[2] for name in done.stderr.split()}
    assert modules & {command.name for command in COMMANDS} == loaded
