"""`beskid stubs`: print what Python's type checkers need to know about a program that is loaded by `beskid.load`."""

from __future__ import annotations

import argparse
import os
import sys

from beskid.cli.command import path_argument
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=path_argument, help="a source file or the folder of a project")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=path_argument, help="write to FILE instead of standard output"
    )


def execute(options: argparse.Namespace) -> int:
    from beskid.codegen.objectfile import note_fields
    from beskid.driver.embedding import EmbedRequest, SourceErrors, find_or_compile
    from beskid.embed.module import read_interface
    from beskid.embed.stubs import stub_text
    from beskid.files.places import absolute_path
    from beskid.files.problems import shown_name
    from beskid.files.reading import is_there
    from beskid.files.writing import replace_file

    if not is_there(options.path):
        raise DriverError(f"no such file: `{shown_name(options.path)}`", status=STATUS_USAGE)
    request = EmbedRequest(absolute_path(options.path), optimize=0)
    try:
        compiled = find_or_compile(request, dict(os.environ))
    except SourceErrors as error:
        from beskid.source.render import human

        sys.stderr.write(human(error.diagnostics))
        return STATUS_DIAGNOSTICS
    text = stub_text(read_interface(note_fields(compiled.image)["interface"][0]))
    if options.output is None:
        print(text, end="")
    else:
        replace_file(options.output, text.encode())
    return STATUS_FINE
