"""The table of commands, and the parser made from it.

Only the module of the command that runs is imported: the help of the whole program needs the table alone.
"""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from beskid import __version__
from beskid.cli.command import Command
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.files.problems import shown_name

COMMANDS: tuple[Command, ...] = (
    Command("run", (), "compile and run a program"),
    Command("build", (), "build an executable, a library or an object file"),
    Command("test", (), "run the tests of a program"),
    Command("debug", (), "start a debugger on a program"),
    Command("bench", (), "measure how long the benchmarks of a program take"),
    Command("profile", (), "run a program and show where it spends its time, or what its memory holds"),
    Command("check", ("analyze",), "report the errors and warnings of a program"),
    Command("watch", (), "check, run or test a program again each time it changes"),
    Command("repl", (), "run entries one after the other and print their values"),
    Command("fmt", ("format",), "format source files"),
    Command("ir", ("clif",), "print the intermediate representation of a program"),
    Command("new", (), "make a project to start with"),
    Command("add", (), "add a dependency to a project"),
    Command("remove", (), "remove a dependency from a project"),
    Command("lock", (), "write the lock file of a project or workspace"),
    Command("fetch", (), "fetch the dependencies of a project or workspace"),
    Command("vendor", (), "copy the dependencies of a project or workspace into it"),
    Command("lsp", (), "serve an editor through the language server protocol"),
    Command("serve", (), "show a page on this machine to write and run programs in"),
    Command("doc", (), "write the documentation of a program or library"),
    Command("editor", (), "print the configuration of an editor, or check the language server"),
    Command("explain", (), "explain a diagnostic code"),
    Command("clean", (), "remove build artifacts"),
    Command("cache", (), "say why a program is compiled again, where the cache is, and what it holds"),
    Command("bind", (), "generate an extern contract from a C header"),
    Command("stubs", (), "print what Python's type checkers need to know about a program"),
    Command("abi", (), "print, verify and update the contract between programs and the runtime"),
    Command("doctor", (), "check the installation"),
    Command("completion", (), "print the script that completes the command line in a shell"),
    Command("version", (), "print the version"),
)

STARTING = ("run", "debug", "profile")
"""The commands that start the program with the arguments after `--`."""

DESCRIPTION = "Compile and run Beskid programs."


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors have the form of all other messages."""

    def error(self, message: str) -> NoReturn:
        print(f"error: {shown_name(message)}", file=sys.stderr)
        print(f"  = help: {self.prog} --help", file=sys.stderr)
        sys.exit(STATUS_USAGE)


def make_parser(chosen: Command | None) -> Parser:
    """Return the parser of the command line; only the chosen command has its arguments."""
    parser = Parser(prog="beskid", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"beskid {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        sub = commands.add_parser(
            command.name, aliases=list(command.aliases), help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.", allow_abbrev=False,
        )  # fmt: skip
        if command is chosen:
            command.load().add_arguments(sub)
    return parser


def dispatch(arguments: list[str]) -> int:
    """Parse the arguments and run the command; return the exit status."""
    own, program = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        own, program = arguments[:cut], arguments[cut + 1 :]
    if not own:
        make_parser(None).print_help(sys.stderr)
        return STATUS_USAGE
    command = find_command(own[0])
    try:
        options, unknown = make_parser(command).parse_known_args(own)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else STATUS_USAGE
    if command is None:
        # An option of the program itself that does not exit, which argparse has accepted without a command.
        raise DriverError("no command given", "beskid --help lists the commands", status=STATUS_USAGE)
    if unknown:
        help = f"beskid {options.command} --help"
        if command.name in STARTING and not any(each.startswith("-") for each in unknown):
            help = f"arguments of the program follow `--`: beskid {command.name} {options.input} -- {' '.join(unknown)}"
        raise DriverError(f"unrecognized arguments: {' '.join(unknown)}", help, status=STATUS_USAGE)
    if program and command.name not in STARTING and not getattr(options, "runner", ""):
        print(f"error: `{options.command}` takes no arguments after `--`", file=sys.stderr)
        return STATUS_USAGE
    options.program_arguments = program
    return command.load().execute(options)


def find_command(word: str) -> Command | None:
    """Return the command with this name or alias, None for an option; raise `DriverError` for any other word."""
    by_name = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
    if word.startswith("-"):
        return None
    if word in by_name:
        return by_name[word]
    from beskid.base.spelling import closest

    near = closest(word, by_name)
    help = f"did you mean `beskid {near}`?" if near else "beskid --help lists the commands"
    if word.endswith(".bd"):
        help = f"to run a file, write `beskid run {word}`"
    raise DriverError(f"no such command: {word}", help, status=STATUS_USAGE)
