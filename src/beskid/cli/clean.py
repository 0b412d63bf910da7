"""`beskid clean`: remove what beskid made of a project, or the cache of single files."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from beskid.cli.command import project_path
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.failure import STATUS_FINE, DriverError
from beskid.source.codes import E3001


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="PATH", help="a project folder or its manifest")
    parser.add_argument("--cache", action="store_true", help="the user's cache instead of the project's artefacts")


def execute(options: argparse.Namespace) -> int:
    folder = Path(user_cache_folder(dict(os.environ))) if options.cache else artefact_folder(options)
    if not folder.exists():
        return STATUS_FINE
    try:
        shutil.rmtree(folder)
    except OSError as fault:
        raise DriverError.of_os_error("cannot remove", str(folder), fault) from fault
    return STATUS_FINE


def artefact_folder(options: argparse.Namespace) -> Path:
    """The folder of the project here, above, or given."""
    from beskid.driver.inputs.manifest import MANIFEST_NAME
    from beskid.driver.inputs.project import ARTEFACT_FOLDER, find_manifest

    manifest = find_manifest(project_path(options), Path.cwd())
    if manifest is None:
        raise DriverError(f"no {MANIFEST_NAME} here or above", "`beskid clean --cache` empties the user's cache", E3001)
    return manifest.parent / ARTEFACT_FOLDER
