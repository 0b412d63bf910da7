"""`beskid add`: add a dependency to a manifest and to the lock file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beskid.cli.command import path_argument
from beskid.cli.dependencies import add_project, current_place
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.files.problems import shown_name
from beskid.source.codes import E3011


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the name of the dependency in `use`")
    source = parser.add_argument_group("source")
    source.add_argument("--path", metavar="DIR", type=path_argument, help="the folder of the project")
    source.add_argument("--git", metavar="URL", help="the repository of the project")
    source.add_argument("--rev", metavar="REV", help="with --git: a tag, a branch or a commit")
    source.add_argument(
        "--folder", metavar="DIR", type=path_argument, help="with --git: the folder of the project in the repository"
    )
    parser.add_argument("--offline", action="store_true", help="use only what was fetched before")
    add_project(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.manifest_edits import change_manifest
    from beskid.driver.dependencies.editing import with_dependency
    from beskid.driver.inputs.places import ProjectPlace

    check_usage(options)

    is_new = True

    def edit(place: ProjectPlace) -> str:
        nonlocal is_new
        wanted = fields(options, place.folder)
        declared = next((each for each in place.manifest.dependencies if each.name == options.name), None)
        if declared is None:
            return with_dependency(place.manifest, options.name, wanted)
        if any(getattr(declared, key) != text for key, text in wanted.items()):
            message = f"`{place.manifest.name}` already has a dependency `{options.name}` from another source"
            raise DriverError(message, f"`beskid remove {options.name}` removes it", status=STATUS_DIAGNOSTICS)
        is_new = False
        return place.manifest.text.text

    changed = change_manifest(options, edit)
    if changed is None:
        return STATUS_DIAGNOSTICS
    package = next(each for each in changed.packages if each.name == options.name)
    print(f"{'added' if is_new else 'unchanged:'} {package.name} {package.manifest.version}")
    return STATUS_FINE


def check_usage(options: argparse.Namespace) -> None:
    for text in (options.name, options.path, options.git, options.rev, options.folder):
        if text is not None and ('"' in text or not text.isprintable() or not text.strip()):
            raise DriverError(f"a manifest cannot contain the value `{shown_name(text)}`", status=STATUS_USAGE)
    if options.path is not None and options.git is not None:
        raise DriverError("--path and --git cannot be used together", status=STATUS_USAGE)
    if options.path is None and options.git is None:
        help = f"write `beskid add {options.name} --git URL --rev REV` or `beskid add {options.name} --path DIR`"
        raise DriverError("registries are not supported yet", help, E3011, STATUS_USAGE)
    if options.git is not None and options.rev is None:
        raise DriverError("--git requires --rev", "name a tag, a branch or a commit", status=STATUS_USAGE)
    if options.git is None and (options.rev is not None or options.folder is not None):
        raise DriverError("--rev and --folder require --git", status=STATUS_USAGE)


def fields(options: argparse.Namespace, folder: Path) -> dict[str, str]:
    """The fields of the new block. A path is seen from the working folder here, and from the manifest there."""
    if options.git is not None:
        found = {"source": "git", "url": options.git, "rev": options.rev}
        return {**found, "path": options.folder} if options.folder else found
    path = os.path.relpath(current_place(options) / options.path, folder)
    return {"source": "path", "path": Path(path).as_posix()}
