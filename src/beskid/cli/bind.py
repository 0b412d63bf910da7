"""`beskid bind`: generate an extern contract from a C header."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.base.spelling import counted
from beskid.cli.command import add_force, add_machine, path_argument
from beskid.codegen.host import host_triple
from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.files.problems import shown_name
from beskid.files.reading import is_file

if TYPE_CHECKING:
    from beskid.driver.foreign.preprocessor import Preprocessor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "header", metavar="HEADER", type=path_argument, help="a C header: a path, or a name in the include folders"
    )
    parser.add_argument("--library", required=True, metavar="LIBRARY", help="the library that defines the functions")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=path_argument, help="output file (default: standard output)"
    )
    add_force(parser)
    add_machine(parser)
    parser.add_argument(
        "-I",
        dest="include",
        action="append",
        default=[],
        metavar="DIR",
        type=path_argument,
        help="add a folder to search for headers",
    )


def execute(options: argparse.Namespace) -> int:
    """Write the contract; print to standard error how many functions it contains and how many it omits."""
    from beskid.driver.foreign.bindings import bind_header
    from beskid.driver.foreign.preprocessor import preprocessor_for
    from beskid.driver.outputs import check_outputs, write_output
    from beskid.driver.targets import target_named

    target = target_named(options.target_triple or host_triple())
    preprocessor = preprocessor_for(target, dict(os.environ))
    header = find_header(options.header, options.include, preprocessor)
    if options.output:
        check_outputs([options.output], [str(header)], options.force)
    binding = bind_header(header, options.library, preprocessor, options.include, target)
    if options.output:
        check_outputs([options.output], binding.headers, options.force)
        write_output(options.output, binding.text.encode("utf-8", "replace"))
    else:
        print(binding.text, end="")
    left = f", {binding.skipped} omitted" if binding.skipped else ""
    left += f", {binding.others} macros and variables omitted" if binding.others else ""
    print(f"{counted(binding.bound, 'function')} from {shown_name(header.name)}{left}", file=sys.stderr)
    return STATUS_FINE


def find_header(name: str, include: list[str], preprocessor: Preprocessor) -> Path:
    """Return the header at the path as given, otherwise in a folder of the command line or of the compiler."""
    from beskid.driver.foreign.preprocessor import include_folders

    for folder in ("", *include):
        path = Path(folder) / name
        if is_file(str(path)):
            return path
    for folder in include_folders(preprocessor):
        path = Path(folder) / name
        if is_file(str(path)):
            return path
    raise DriverError(f"no such header: {shown_name(name)}", "pass its path, or its folder with -I")
