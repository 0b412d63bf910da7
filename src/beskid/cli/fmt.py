"""`beskid fmt`: format source files, or report which are not formatted."""

from __future__ import annotations

import argparse
import os
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.base.node import node
from beskid.base.spelling import counted
from beskid.cli.command import add_member, add_messages, path_argument
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.files.places import is_really_below
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_file, is_folder, is_there, read_file
from beskid.files.walking import files_below
from beskid.files.writing import replace_file

if TYPE_CHECKING:
    from beskid.source.diagnostics import Diagnostic

SUFFIX = ".bd"
SUFFIXES = (".bd", ".BD", ".Bd", ".bD")
MANIFEST_SUFFIXES = frozenset((".proj", ".bproj", ".bws"))
STANDARD_INPUT = "-"
SKIPPED_FOLDERS = frozenset(("vendor",))
"""Folders that are not formatted, in addition to those that every command skips."""


@node
class Outcome:
    """The result for one source; `after` is None when it has syntax errors."""

    shown: str
    before: str
    after: str | None
    changed: bool
    diagnostics: list[Diagnostic]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", type=path_argument,
        help="a source file, a folder, a manifest (its folder), or - for standard input (default: this folder)",
    )  # fmt: skip
    parser.add_argument(
        "--check",
        action="store_true",
        help="list the files that are not formatted and exit with status 1; change nothing",
    )
    parser.add_argument(
        "--diff", action="store_true", help="print the changes as a diff and exit with status 1; change nothing"
    )
    add_member(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    if options.workspace_member:
        options.paths = [str(member_folder(options))]
    paths: list[str] = options.paths or ["."]
    if STANDARD_INPUT in paths:
        if len(paths) > 1:
            raise DriverError(
                "`-` cannot be combined with other paths",
                "format standard input and files by separate commands",
                status=STATUS_USAGE,
            )
        return format_standard_input(options)
    return format_files(find_sources(paths), options)


def member_folder(options: argparse.Namespace) -> Path:
    """Return the folder of the member that the options name, as seen from the working folder."""
    from beskid.cli.dependencies import current_project
    from beskid.driver.inputs.places import shown_path

    if options.paths:
        raise DriverError("PATH and --workspace-member cannot be used together", status=STATUS_USAGE)
    folder = current_project(options.workspace_member).folder
    shown = shown_path(folder)
    return Path(shown) if is_folder(shown) else folder


def format_files(files: list[Path], options: argparse.Namespace) -> int:
    """Format files in place; with `--check` or `--diff` only compare them."""
    changes = invalid = 0
    diagnostics: list[Diagnostic] = []
    for path in files:
        outcome = format_bytes(read(path), path.as_posix())
        diagnostics += outcome.diagnostics
        invalid += outcome.after is None
        changes += outcome.changed
        if options.diff or options.check:
            print_comparison(outcome, options)
        elif outcome.changed and outcome.after is not None:
            replace(path, outcome.after)
    if diagnostics:
        print_diagnostics(diagnostics, options)
    print(summary(len(files), changes, invalid, options.check or options.diff), file=sys.stderr)
    fails = invalid or (changes and (options.check or options.diff))
    return STATUS_DIAGNOSTICS if fails else STATUS_FINE


def format_standard_input(options: argparse.Namespace) -> int:
    outcome = format_bytes(sys.stdin.buffer.read(), "<stdin>")
    if outcome.after is None:
        print_diagnostics(outcome.diagnostics, options)
        return STATUS_DIAGNOSTICS
    if options.check or options.diff:
        print_comparison(outcome, options)
        return STATUS_DIAGNOSTICS if outcome.changed else STATUS_FINE
    sys.stdout.flush()
    sys.stdout.buffer.write(outcome.after.encode("utf-8"))
    sys.stdout.buffer.flush()
    return STATUS_FINE


def format_bytes(data: bytes, shown: str) -> Outcome:
    from beskid.driver.inputs.sources import decode_source
    from beskid.syntax.format import format_source

    diagnostics: list[Diagnostic] = []
    source = decode_source(data, shown, diagnostics)
    if diagnostics:
        return Outcome(shown, source.text, None, False, diagnostics)
    result = format_source(source)
    changed = result.text is not None and result.text.encode("utf-8") != data
    return Outcome(shown, source.text, result.text, changed, result.diagnostics)


# Messages -------------------------------------------------------------------------------------------------------


def print_comparison(outcome: Outcome, options: argparse.Namespace) -> None:
    """Print the name of an unformatted source, or its diff."""
    if not outcome.changed or outcome.after is None:
        return
    if not options.diff:
        print(f"not formatted: {shown_name(outcome.shown)}")
        return
    from difflib import unified_diff

    shown = shown_name(outcome.shown)
    # Only line feeds end lines; `splitlines` also splits at characters that strings may contain.
    before = StringIO(outcome.before, newline="\n").readlines()
    after = StringIO(outcome.after, newline="\n").readlines()
    for line in unified_diff(before, after, shown, f"{shown} (formatted)"):
        print(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", end="")


def summary(files: int, changes: int, invalid: int, compares: bool) -> str:
    parts = [f"{counted(changes, 'file')} {'would be' if compares else 'was' if changes == 1 else 'were'} formatted"]
    parts.append(f"{counted(files - changes - invalid, 'file')} already formatted")
    if invalid:
        parts.append(f"{counted(invalid, 'file')} skipped because of errors")
    return ", ".join(parts)


# Files ----------------------------------------------------------------------------------------------------------


def find_sources(paths: list[str]) -> list[Path]:
    """Return the source files that the paths name or contain, sorted and without duplicates."""
    found: set[Path] = set()
    for text in paths:
        path = Path(text)
        if path.suffix in MANIFEST_SUFFIXES and is_file(text):
            path = path.parent
        if is_folder(str(path)):
            found.update(sources_below(path))
        elif not is_there(text):
            raise DriverError(f"no such file or folder: {shown_name(text)}")
        elif path.suffix.lower() != SUFFIX:
            raise DriverError(
                f"{shown_name(text)} is not a Beskid source file", f"source files end in {SUFFIX}", status=STATUS_USAGE
            )
        else:
            found.add(path)
    return sorted(found)


def sources_below(folder: Path) -> list[Path]:
    """Return every source file in a folder, except in folders of tools and artifacts.

    A link that leads out of the folder is left out: what it leads to was not named.
    """
    found = files_below(str(folder), SUFFIXES)
    paths = [folder.joinpath(*parts) for parts in found if not SKIPPED_FOLDERS.intersection(parts[:-1])]
    return [path for path in paths if is_really_below(str(path), str(folder))]


def read(path: Path) -> bytes:
    try:
        return read_file(str(path)).data
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(path.as_posix())}: {error.reason}", error.help) from error


def replace(path: Path, text: str) -> None:
    """Replace the content of a file atomically; permissions and symbolic links are preserved."""
    target = os.path.realpath(path)
    try:
        if not os.access(target, os.W_OK):
            raise FileError(target, "permission denied")
        replace_file(target, text.encode("utf-8"))
    except FileError as error:
        raise DriverError(f"cannot write {shown_name(path.as_posix())}: {error.reason}", error.help) from error
