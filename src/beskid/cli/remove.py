"""`beskid remove`: remove a dependency from a manifest and from the lock file."""

from __future__ import annotations

import argparse

from beskid.base.spelling import closest
from beskid.cli.dependencies import add_project
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, DriverError
from beskid.files.problems import shown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the name of the dependency")
    parser.add_argument("--offline", action="store_true", help="use only what was fetched before")
    add_project(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.manifest_edits import change_manifest
    from beskid.driver.dependencies.editing import without_dependency
    from beskid.driver.inputs.places import ProjectPlace

    def edit(place: ProjectPlace) -> str:
        names = [each.name for each in place.manifest.dependencies]
        if options.name not in names:
            near = closest(options.name, names)
            help = f"did you mean `{near}`?" if near else f"it has: {', '.join(names)}" if names else "it has none"
            message = f"`{place.manifest.name}` has no dependency `{shown_name(options.name)}`"
            raise DriverError(message, help, status=STATUS_DIAGNOSTICS)
        return without_dependency(place.manifest, place.manifest.dependencies[names.index(options.name)])

    if change_manifest(options, edit) is None:
        return STATUS_DIAGNOSTICS
    print(f"removed {options.name}")
    return STATUS_FINE
