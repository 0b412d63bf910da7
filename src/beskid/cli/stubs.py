"""`beskid stubs`: print what Python's type checkers need to know about a program that is loaded by `beskid.load`."""

from __future__ import annotations

import argparse
import os
import sys

from beskid.cli.command import add_force, path_argument
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=path_argument, help="a source file or the folder of a project")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=path_argument, help="write to FILE instead of standard output"
    )
    add_force(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.codegen.objectfile import note_fields
    from beskid.driver.embedding import EmbedRequest, SourceErrors, find_or_compile, input_files
    from beskid.driver.outputs import STUBS_START, check_outputs, write_output
    from beskid.embed.module import read_interface
    from beskid.embed.stubs import stub_text
    from beskid.files.places import absolute_path
    from beskid.files.problems import shown_name
    from beskid.files.reading import is_there

    if not is_there(options.path):
        raise DriverError(f"no such file: `{shown_name(options.path)}`", status=STATUS_USAGE)
    request = EmbedRequest(absolute_path(options.path), optimize=0)
    environment = dict(os.environ)
    try:
        compiled = find_or_compile(request, environment)
    except SourceErrors as error:
        from beskid.source.render import human

        sys.stderr.write(human(error.diagnostics))
        return STATUS_DIAGNOSTICS
    text = stub_text(read_interface(note_fields(compiled.image)["interface"][0]))
    if options.output is None:
        print(text, end="")
    else:
        check_outputs([options.output], input_files(request, environment), options.force, None)
        write_output(options.output, STUBS_START + text.encode(), None)
    return STATUS_FINE
