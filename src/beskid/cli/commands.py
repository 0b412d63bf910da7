"""The table of commands and the parser made from it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import NoReturn

from beskid import __version__
from beskid.cli import abi, bind, build, check, clean, doctor, explain, fmt, ir, run, test, version
from beskid.cli.command import Command
from beskid.driver.failure import STATUS_USAGE

COMMANDS: tuple[Command, ...] = (
    run.COMMAND,
    build.COMMAND,
    test.COMMAND,
    check.COMMAND,
    fmt.COMMAND,
    ir.COMMAND,
    explain.COMMAND,
    clean.COMMAND,
    bind.COMMAND,
    abi.COMMAND,
    doctor.COMMAND,
    version.COMMAND,
)

DESCRIPTION = "Beskid: compile and run programs."


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors read like all other messages."""

    def error(self, message: str) -> NoReturn:
        print(f"error: {message}", file=sys.stderr)
        print(f"  = help: {self.prog} --help", file=sys.stderr)
        sys.exit(STATUS_USAGE)


def make_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(prog="beskid", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"beskid {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        sub = commands.add_parser(
            command.name, aliases=list(command.aliases), help=command.summary, description=command.summary,
            allow_abbrev=False,
        )  # fmt: skip
        command.add_arguments(sub)
        sub.set_defaults(execute=command.execute)
    return parser


def dispatch(arguments: list[str]) -> int:
    """Parse the words and run the command; gives the exit status."""
    parser = make_parser()
    own, program = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        own, program = arguments[:cut], arguments[cut + 1 :]
    if not own:
        parser.print_help(sys.stderr)
        return STATUS_USAGE
    _suggest_command(own[0])
    try:
        options = parser.parse_args(own)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else STATUS_USAGE
    if program and options.command != run.COMMAND.name:
        print(f"error: `{options.command}` takes no arguments after `--`", file=sys.stderr)
        return STATUS_USAGE
    options.program_arguments = program
    execute: Callable[[argparse.Namespace], int] = options.execute
    return execute(options)


def _suggest_command(word: str) -> None:
    """Leave with a suggestion when the first word is no command but nearly one."""
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    if word.startswith("-") or word in names:
        return
    near = get_close_matches(word, names, 1)
    help = f"did you mean `beskid {near[0]}`?" if near else "beskid --help lists the commands"
    if word.endswith(".bd"):
        help = f"to run a file, write `beskid run {word}`"
    from beskid.driver.failure import DriverError

    raise DriverError(f"no such command: {word}", help, status=STATUS_USAGE)
