"""What a command is, and the arguments that several commands share.

Importing this module loads no command: `Command.load` imports the one that runs.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from beskid.base.node import node
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.files.problems import shown_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LINT_LEVELS: dict[str, str] = {
    "allow": "do not report the warning CODE; `warnings` stands for all of them",
    "warn": "report CODE as a warning",
    "deny": "report CODE as an error",
}
"""The help of the options that set lint levels; the names are the values of `beskid.driver.lints.Level`."""

MAX_DIGITS = 20
MESSAGE_FORMATS = ("human", "short", "json", "sarif", "github")


class Implementation(Protocol):
    """What the module of a command defines."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def execute(self, options: argparse.Namespace) -> int:
        """Run the command; return the exit status."""


@node
class Command:
    """A row of the table of commands. The command `NAME` lives in the module `beskid.cli.NAME`."""

    name: str
    aliases: tuple[str, ...]
    summary: str

    def load(self) -> Implementation:
        return cast(Implementation, import_module(f"beskid.cli.{self.name}"))


def add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "input", nargs="?", metavar="INPUT", type=path_argument, help="a source file, a project folder or a manifest"
    )
    parser.add_argument("--project", metavar="PATH", type=path_argument, help="a project folder or its manifest")
    parser.add_argument("--target", metavar="NAME", help="the target of the project to compile")
    add_member(parser)
    parser.add_argument(
        "--locked", "--frozen", action="store_true", help="refuse a lock file that is missing or out of date"
    )


def add_member(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace-member", metavar="NAME", default="", help="the member of the workspace to work on")


def add_messages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--message-format", choices=MESSAGE_FORMATS, default="human", help="format of the diagnostics (default human)"
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="when to color diagnostics (default auto)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not print warnings")


class _AddLevel(argparse.Action):
    """Appends `(level, name)` to one list, so that the order across the options is kept."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        requests = [*getattr(namespace, self.dest), (str(self.const), str(values))]
        setattr(namespace, self.dest, requests)


def add_lints(parser: argparse.ArgumentParser) -> None:
    for level, help in LINT_LEVELS.items():
        parser.add_argument(
            f"--{level}", dest="lints", action=_AddLevel, const=level, default=[], metavar="CODE", help=help
        )


_OPTIMIZATION_LEVELS: dict[int, str] = {0: "compile quickly", 2: "optimize the code"}
"""The help of the options `-O0` and `-O2`."""


def add_optimization(parser: argparse.ArgumentParser | argparse._ArgumentGroup, default: int = 2) -> None:
    group = parser.add_mutually_exclusive_group()
    for level, help in _OPTIMIZATION_LEVELS.items():
        shown = f"{help} (default)" if level == default else help
        group.add_argument(f"-O{level}", dest="optimize", action="store_const", const=level, help=shown)
    parser.set_defaults(optimize=default)


def add_time_passes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--time-passes", action="store_true", help="print the time of each stage and pass to standard error"
    )


def add_roots(parser: argparse.ArgumentParser) -> None:
    """Add the hidden option that turns collection off, to measure what precise roots cost."""
    parser.add_argument("--no-roots", dest="roots", action="store_false", help=argparse.SUPPRESS)


def add_machine(parser: argparse.ArgumentParser) -> None:
    _add_machine(parser, "the machine to compile for, by its name or its full triple (default: this machine)")


def add_own_machine(parser: argparse.ArgumentParser) -> None:
    _add_machine(parser, "the machine to run on, which must be this one")


def _add_machine(parser: argparse.ArgumentParser, help: str) -> None:
    names = ("--for", "--target-triple")
    parser.add_argument(*names, dest="target_triple", metavar="TARGET", default="", help=help)


def add_entrypoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--entrypoint", metavar="NAME", type=_entry_name, default="", help="the entry function (default main)"
    )


def path_argument(text: str) -> str:
    """Return a path that must not be empty: from a variable that is not set, it would mean the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return text


def number_argument(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return what reads a number of decimal digits in a range, which ends below 10 to the power of 20."""

    def read(text: str) -> int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
        if not is_number or not minimum <= int(text) <= maximum:
            raise argparse.ArgumentTypeError(f"expected a number from {minimum} to {maximum}, found {shown_text(text)}")
        return int(text)

    return read


def _entry_name(text: str) -> str:
    if text and not text.strip():
        raise argparse.ArgumentTypeError("the name of the entry function is empty")
    return text


def add_force(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--force", action="store_true", help="replace an existing output even if beskid did not make it"
    )


def input_path(options: argparse.Namespace) -> Path | None:
    """Return the INPUT argument, or None when it is absent; INPUT and `--project` together are a usage error."""
    if options.input is not None and options.project is not None:
        raise DriverError("INPUT and --project cannot be used together", status=STATUS_USAGE)
    return None if options.input is None else Path(options.input)


def project_path(options: argparse.Namespace) -> Path | None:
    return None if options.project is None else Path(options.project)
