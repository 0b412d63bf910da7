"""Which files of a folder are manifests. A warm start imports this module."""

from __future__ import annotations

from beskid.files.reading import is_folder, is_there
from beskid.files.walking import names_in

PROJECT_NAME, PROJECT_SUFFIX = "Project.proj", ".bproj"
WORKSPACE_NAME, WORKSPACE_SUFFIX = "Workspace.proj", ".bws"
SUFFIXES = (".proj", PROJECT_SUFFIX, WORKSPACE_SUFFIX)


def project_manifests(folder: str) -> list[str]:
    """Return the paths of the project manifests of a folder: `Project.proj` alone, or all `.bproj` files."""
    return _manifests(folder, PROJECT_NAME, PROJECT_SUFFIX)


def workspace_manifests(folder: str) -> list[str]:
    """Return the paths of the workspace manifests of a folder: `Workspace.proj` alone, or all `.bws` files."""
    return _manifests(folder, WORKSPACE_NAME, WORKSPACE_SUFFIX)


def is_workspace_name(name: str) -> bool:
    """Whether a file of this name is the manifest of a workspace."""
    return name == WORKSPACE_NAME or name.endswith(WORKSPACE_SUFFIX)


def _manifests(folder: str, name: str, suffix: str) -> list[str]:
    path = f"{folder}/{name}"
    # Anything except a folder: a FIFO or a dangling link is not skipped, and reading it reports what it is.
    if not is_folder(path) and is_there(path):
        return [path]
    # Hidden files are locks and backups of editors.
    named = [each for each in names_in(folder) if each.endswith(suffix) and not each.startswith(".")]
    return [path for path in [f"{folder}/{each}" for each in named] if not is_folder(path)]
