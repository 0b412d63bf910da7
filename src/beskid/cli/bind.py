"""`beskid bind`: generate an extern contract from a C header."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from beskid.cli.command import add_force
from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.files.problems import shown_name
from beskid.files.reading import is_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("header", metavar="HEADER", help="a C header: a path, or a name in the include folders")
    parser.add_argument("--library", required=True, metavar="LIBRARY", help="the library that defines the functions")
    parser.add_argument("-o", "--output", metavar="OUT", help="output file (default: standard output)")
    add_force(parser)
    parser.add_argument(
        "-I", dest="include", action="append", default=[], metavar="DIR", help="add a folder to search for headers"
    )


def execute(options: argparse.Namespace) -> int:
    """Write the contract; print to standard error how many functions it contains and how many it omits."""
    from beskid.driver.foreign.bindings import bind_header
    from beskid.driver.linking import linker_command
    from beskid.driver.outputs import check_outputs, write_output

    compiler = linker_command(dict(os.environ))
    header = find_header(options.header, options.include, compiler)
    if options.output:
        check_outputs([options.output], [str(header)], options.force)
    binding = bind_header(header, options.library, compiler, options.include)
    if options.output:
        write_output(options.output, binding.text.encode("utf-8", "replace"))
    else:
        print(binding.text, end="")
    left = f", {binding.skipped} omitted" if binding.skipped else ""
    left += f", {binding.others} macros and variables omitted" if binding.others else ""
    print(f"{binding.bound} functions from {shown_name(header.name)}{left}", file=sys.stderr)
    return STATUS_FINE


def find_header(name: str, include: list[str], compiler: list[str]) -> Path:
    """Return the header at the path as given, otherwise in a folder of the command line or of the compiler."""
    from beskid.driver.foreign.bindings import include_folders

    for folder in ("", *include):
        path = Path(folder) / name
        if is_file(str(path)):
            return path
    for folder in include_folders(compiler):
        path = Path(folder) / name
        if is_file(str(path)):
            return path
    raise DriverError(f"no such header: {shown_name(name)}", "pass its path, or its folder with -I")
