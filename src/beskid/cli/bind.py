"""`beskid bind`: write an extern contract from a C header."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.source.codes import E4040


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("header", metavar="HEADER", help="a C header: a path, or a name on the compiler's search path")
    parser.add_argument("--library", required=True, metavar="LIBRARY", help="the library that has the functions")
    parser.add_argument("-o", "--output", metavar="OUT", help="where to write it (default: standard output)")
    parser.add_argument("-I", dest="include", action="append", default=[], metavar="DIR", help="look for includes here")


def execute(options: argparse.Namespace) -> int:
    """Write the contract; what was left out is said on standard error."""
    from beskid.driver.foreign.bindings import bind_header
    from beskid.driver.linking import linker_command

    header = find_header(options.header, options.include)
    binding = bind_header(header, options.library, linker_command(dict(os.environ)), options.include)
    if options.output:
        try:
            Path(options.output).write_text(binding.text, encoding="utf-8")
        except OSError as fault:
            raise DriverError.of_os_error("cannot write", options.output, fault, E4040) from fault
    else:
        print(binding.text, end="")
    left = f", {binding.skipped} left out" if binding.skipped else ""
    print(f"{binding.bound} functions of {header.name}{left}", file=sys.stderr)
    return STATUS_FINE


def find_header(name: str, include: list[str]) -> Path:
    """The header as given, else below the include folders."""
    for folder in ("", *include, "/usr/local/include", "/usr/include"):
        path = Path(folder) / name
        if path.is_file():
            return path
    raise DriverError(f"no such header: {name}", "give its path, or name its folder with -I")
