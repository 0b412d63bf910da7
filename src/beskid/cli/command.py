"""What a command is, and the options that several of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from beskid.base.node import node
from beskid.driver.failure import STATUS_USAGE, DriverError


@node
class Command:
    """One command: its names, a line for the help, its arguments, what it does (giving the exit status)."""

    name: str
    aliases: tuple[str, ...]
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    execute: Callable[[argparse.Namespace], int]


def add_input(parser: argparse.ArgumentParser) -> None:
    """What to compile."""
    parser.add_argument("input", nargs="?", metavar="INPUT", help="a source file, a project folder or a manifest")
    parser.add_argument("--project", metavar="PATH", help="a project folder or its manifest")
    parser.add_argument("--target", metavar="NAME", help="which target of the project")


def add_messages(parser: argparse.ArgumentParser) -> None:
    """How to say what is wrong."""
    parser.add_argument(
        "--message-format", choices=("human", "short", "json"), default="human", help="form of the diagnostics"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in messages")


def add_optimization(parser: argparse.ArgumentParser) -> None:
    """How much to optimise."""
    level = parser.add_mutually_exclusive_group()
    level.add_argument("-O0", dest="optimize", action="store_const", const=0, help="quick code generation")
    level.add_argument("-O2", dest="optimize", action="store_const", const=2, help="optimised code (default)")
    parser.set_defaults(optimize=2)


def add_time_passes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--time-passes", action="store_true", help="print the time of each stage and pass to standard error"
    )


def add_roots(parser: argparse.ArgumentParser) -> None:
    """For measuring what the collector's knowledge of references costs; not shown."""
    parser.add_argument("--no-roots", dest="roots", action="store_false", help=argparse.SUPPRESS)


def add_entrypoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entrypoint", metavar="NAME", default="", help="the function to start with (default main)")


def input_path(options: argparse.Namespace) -> Path | None:
    """The INPUT as a path."""
    if options.input is not None and options.project is not None:
        raise DriverError("INPUT and --project exclude each other", status=STATUS_USAGE)
    return None if options.input is None else Path(options.input)


def project_path(options: argparse.Namespace) -> Path | None:
    return None if options.project is None else Path(options.project)
