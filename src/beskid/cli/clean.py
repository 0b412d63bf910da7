"""`beskid clean`: remove the artifacts of a project, or the cache of single files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beskid.cli.command import path_argument, project_path
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.files.places import folder_for
from beskid.files.problems import FileError, shown_name
from beskid.files.trees import remove_tree, require_own_folders
from beskid.source.codes import E3001


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="PATH", type=path_argument, help="a project folder or its manifest")
    parser.add_argument(
        "--cache", action="store_true", help="remove the user's cache instead of the project's artifacts"
    )


def execute(options: argparse.Namespace) -> int:
    try:
        for folder in [user_cache_folder(dict(os.environ))] if options.cache else artifact_folders(options):
            remove_tree(folder)
    except FileError as error:
        raise DriverError(f"cannot remove {shown_name(error.path)}: {error.reason}", error.help) from error
    return STATUS_FINE


def artifact_folders(options: argparse.Namespace) -> list[str]:
    """Return the artifact folders of the project, or of all members of the workspace, that the options name.

    Raises `FileError` when a symbolic link leads to one, because then it may be a folder of the user.
    """
    from beskid.driver.inputs.manifest import MANIFEST_NAME
    from beskid.driver.inputs.places import Reading, find_manifest, find_workspace
    from beskid.driver.inputs.project import ARTEFACT_FOLDER

    project, current = project_path(options), Path(folder_for(options.project or ""))
    manifest = find_manifest(project, current)
    if manifest is None:
        raise DriverError(f"no {MANIFEST_NAME} here or above", "`beskid clean --cache` removes the user's cache", E3001)
    workspace = find_workspace(project, current, Reading())
    folders = [manifest.parent]
    if workspace is not None:
        folders = [workspace.folder_of(member) for member in workspace.manifest.members]
    return [require_own_folders(str(folder), *ARTEFACT_FOLDER.parts) for folder in folders]
