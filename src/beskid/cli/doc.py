"""`beskid doc`: write the documentation of a program or library."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from beskid.base.spelling import counted
from beskid.cli.command import add_force, add_input, add_lints, add_messages, path_argument
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.apidoc.model import PackageDocumentation
    from beskid.driver.session import Session

FORMATS = ("html", "markdown", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="what to write (default html)")
    parser.add_argument(
        "--out", metavar="FOLDER", type=path_argument, help="the folder of the pages (default obj/beskid/doc)"
    )
    parser.add_argument("--private", action="store_true", help="document private items too")
    parser.add_argument("--open", action="store_true", help="show the pages in the browser")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with status 1 if documentation is missing or wrong"
    )
    parser.add_argument("--examples", action="store_true", help="with --check: each public function needs an example")
    add_force(parser)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Write the files and print the path of the first page, or check the documentation."""
    from beskid.cli.session import open_session
    from beskid.source.diagnostics import has_errors

    if options.examples and not options.check:
        raise DriverError("--examples needs --check", status=STATUS_USAGE)
    session = open_session(options, CompileOptions(library=True))
    if session is None:
        return STATUS_DIAGNOSTICS
    session.check(needs_entry=False)
    if has_errors(session.diagnostics):
        print_diagnostics(session.diagnostics, options)
        return STATUS_DIAGNOSTICS
    from beskid.driver.documentation import document, own_modules

    package = document(session, own_modules(session), options.private)
    return _check(session, package, options) if options.check else _write(session, package, options)


def _write(session: Session, package: PackageDocumentation, options: argparse.Namespace) -> int:
    from beskid.driver.documentation import INDEX, Format, documentation_folder, files_of, write_files

    format = Format(options.format)
    folder = Path(options.out) if options.out else documentation_folder(session.resolved)
    write_files(session, files_of(package, format), folder, options.force)
    index = folder / INDEX[format]
    print(shown_name(str(index)))
    if options.open:
        import webbrowser

        webbrowser.open(index.absolute().as_uri())
    return STATUS_FINE


def _check(session: Session, package: PackageDocumentation, options: argparse.Namespace) -> int:
    from beskid.apidoc.review import lacks
    from beskid.source.codes import DOCUMENTATION_CODES

    wrong = [each for each in session.diagnostics if each.code in DOCUMENTATION_CODES]
    if wrong:
        print_diagnostics(wrong, options)
    missing = list(lacks(package, options.examples))
    for item, problem in missing:
        place = item.location
        print(f"{shown_name(place.file)}:{place.start_line}: {item.qualified_name()}: {problem}")
    count = len(wrong) + len(missing)
    if count == 0:
        return STATUS_FINE
    sys.stdout.flush()
    print(f"error: {counted(count, 'problem')} in the documentation", file=sys.stderr)
    return STATUS_DIAGNOSTICS
