"""`beskid clean`: remove the artifacts of a project, or the cache of single files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beskid.cli.command import project_path
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.files.places import folder_for
from beskid.files.problems import FileError, shown_name
from beskid.files.trees import remove_tree, require_own_folders
from beskid.source.codes import E3001


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="PATH", help="a project folder or its manifest")
    parser.add_argument(
        "--cache", action="store_true", help="remove the user's cache instead of the project's artifacts"
    )


def execute(options: argparse.Namespace) -> int:
    try:
        remove_tree(user_cache_folder(dict(os.environ)) if options.cache else artifact_folder(options))
    except FileError as error:
        raise DriverError(f"cannot remove {shown_name(error.path)}: {error.reason}", error.help) from error
    return STATUS_FINE


def artifact_folder(options: argparse.Namespace) -> str:
    """Return the artifact folder of the project that the options or the working folder name.

    Raises `FileError` when a symbolic link leads to it, because then it may be a folder of the user.
    """
    from beskid.driver.inputs.manifest import MANIFEST_NAME
    from beskid.driver.inputs.project import ARTEFACT_FOLDER, find_manifest

    manifest = find_manifest(project_path(options), Path(folder_for(options.project or "")))
    if manifest is None:
        raise DriverError(f"no {MANIFEST_NAME} here or above", "`beskid clean --cache` removes the user's cache", E3001)
    return require_own_folders(str(manifest.parent), *ARTEFACT_FOLDER.parts)
