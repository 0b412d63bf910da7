"""`beskid build --kind python`: build a Python package, or with `--wheel` the wheel of one."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.cli.times import report_times
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import FileError, shown_name, shown_text
from beskid.files.reading import read_file

if TYPE_CHECKING:
    from beskid.driver.inputs.project import ResolvedInput

FILE_VERSION = "0.0.0"
"""The version of a package that is made of a file outside of a project."""


def build_python(options: argparse.Namespace, resolved: ResolvedInput) -> int:
    """Write the package of a program into the folder that `-o` names, by default where outputs are."""
    from beskid.aot.request import OutputKind
    from beskid.cli.session import session_of
    from beskid.codegen.host import host_triple
    from beskid.codegen.objectfile import note_fields
    from beskid.driver.linking import link
    from beskid.driver.outputs import check_outputs, inputs_of, output_path, write_output
    from beskid.embed.module import read_interface
    from beskid.embed.wheels import library_name, make_package, package_name, package_version, wheel_bytes
    from beskid.files.workspace import Workspace

    triple = options.target_triple or host_triple()
    if triple != host_triple():
        help = "build it on a machine of that kind"
        raise DriverError("`--kind python` builds for this machine alone", help, status=STATUS_USAGE)
    if options.entrypoint:
        raise DriverError("a Python package has no entry function", "omit --entrypoint", status=STATUS_USAGE)
    name = package_name(resolved.package if resolved.version else resolved.stem)
    version = package_version(resolved.version or FILE_VERSION)
    wanted = CompileOptions(options.optimize, library=True, host=True, polls=True)
    session = session_of(options, wanted, resolved)
    with Progress(f"building {name}", session.stage):
        image = session.object_bytes(uses_cache=not options.time_passes)
    print_diagnostics(session.diagnostics, options)
    if image is None:
        return STATUS_DIAGNOSTICS
    interface = read_interface(note_fields(image)["interface"][0])
    with (
        Progress(f"building {name}", session.stage) as progress,
        session.times.measure("link"),
        Workspace() as work,
    ):
        file = library_name(name)
        result = link(
            image, OutputKind.PYTHON, Path(work.file(file)), triple, dict(os.environ), (), options.strip, False,
            session.links, progress.announce,
        )  # fmt: skip
        package = make_package(name, version, interface, work.read(file))
    folder = Path(options.output) if options.output else output_path(
        resolved, OutputKind.PYTHON, options.optimize, triple
    )  # fmt: skip
    if options.wheel:
        output = folder / package.wheel_name
        made = [(output, wheel_bytes(package))]
    else:
        output = folder / name
        made = [(output / path, data) for path, data in package.files]
    wanted_files = [str(path) for path, data in made if data or not _is_empty(path)]
    if options.timings_json:
        wanted_files.append(options.timings_json)
    check_outputs(wanted_files, inputs_of(session), options.force)
    for path, data in made:
        write_output(str(path), data)
    report_times(session, options)
    if options.verbose_link:
        print(f"link: {shown_text(shlex.join(result.command))}", file=sys.stderr)
    print(f"output: {shown_name(str(output))}")
    return STATUS_FINE


def _is_empty(path: Path) -> bool:
    """Return whether a file has nothing that would be lost, such as the `py.typed` of an earlier build."""
    try:
        return not read_file(str(path)).data
    except FileError:
        return False
