"""Where a command works: the manifest of a project or a workspace, given or found upwards, and the member of it.

Records the files that were not found, because they decide whether a cached answer is still valid. Reads manifests only.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from beskid.base.node import node
from beskid.driver.failure import DriverError
from beskid.driver.inputs.manifest import ProjectManifest, read_manifest
from beskid.driver.inputs.manifest_names import (
    PROJECT_NAME,
    PROJECT_SUFFIX,
    WORKSPACE_NAME,
    WORKSPACE_SUFFIX,
    is_workspace_name,
    project_manifests,
    workspace_manifests,
)
from beskid.driver.inputs.sources import SourceFile, decode_source, read_file
from beskid.driver.inputs.workspace import Member, WorkspaceManifest, read_workspace
from beskid.files.places import current_folder, is_really_below
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_folder, is_there
from beskid.source.codes import E3001, E3002, E3004, E3012
from beskid.source.diagnostics import Diagnostic, error, has_errors
from beskid.source.text import Span

_ABSENT_PROJECT = (PROJECT_NAME, f"*{PROJECT_SUFFIX}")
_ABSENT_WORKSPACE = (WORKSPACE_NAME, f"*{WORKSPACE_SUFFIX}")
"""A name that begins with `*` stands for every file with that ending."""


class Reading:
    """What was read and looked for while a place was found. `used` are the overrides that had an effect."""

    __slots__ = ("diagnostics", "manifests", "searched", "used")

    def __init__(self) -> None:
        self.searched: list[Path] = []
        self.manifests: list[SourceFile] = []
        self.diagnostics: list[Diagnostic] = []
        self.used: set[Span] = set()

    def choose(self, manifest: Path) -> Path:
        """Record the files that would have been chosen instead of this manifest."""
        if manifest.name.endswith(PROJECT_SUFFIX):
            self.searched.append(manifest.with_name(PROJECT_NAME))
        elif manifest.name.endswith(WORKSPACE_SUFFIX):
            self.searched.append(manifest.with_name(WORKSPACE_NAME))
        return manifest

    def has_errors(self) -> bool:
        return has_errors(self.diagnostics)


@node
class WorkspacePlace:
    """A workspace and its folder."""

    manifest: WorkspaceManifest
    folder: Path

    def folder_of(self, member: Member) -> Path:
        return self.folder / member.path

    def members(self) -> dict[Path, str]:
        """The folders of the members, with their paths from the folder of the workspace."""
        return {self.folder_of(member).resolve(): member.path.strip("/") for member in self.manifest.members}


@node
class ProjectPlace:
    """A project: its manifest, and the workspace that it is a member of under the name `member`."""

    path: Path
    manifest: ProjectManifest
    workspace: WorkspacePlace | None
    member: str

    @property
    def folder(self) -> Path:
        return self.path.parent.absolute()

    @property
    def base(self) -> Path:
        """The folder of the lock file."""
        return self.folder if self.workspace is None else self.workspace.folder


def shown_path(path: Path) -> str:
    """Return a path as the user would write it: relative to the working folder when it is below."""
    try:
        text = path.relative_to(current_folder()).as_posix()
    except (ValueError, FileError):
        text = path.as_posix()
    return shown_name(posixpath.normpath(text) if ".." in path.parts else text)


def find_place(
    input: Path | None, project: Path | None, member: str, current: Path, reading: Reading
) -> ProjectPlace | None:
    """Return the project that a command is about; None when there is none, or when a manifest has errors.

    `input` is a source file, `project` a folder or manifest. Raises `DriverError` for what does not exist.
    """
    found = _manifest_for(input, project, current, reading.searched)
    if found is None:
        if member:
            raise _no_workspace(member)
        return None
    if is_workspace_name(found.name):
        workspace = load_workspace(found, reading)
        return None if workspace is None else _choose_member(workspace, member, input, reading)
    if member:
        enclosing = _workspace_above(found.parent.absolute(), reading)
        if enclosing is None and reading.has_errors():
            return None
        if enclosing is None:
            raise _no_workspace(member)
        return _choose_member(enclosing, member, input, reading)
    return load_project(found, reading)


def find_manifest(project: Path | None, current: Path) -> Path | None:
    """Return the manifest that `--project` names, else the one here or above; None when there is none."""
    return _manifest_for(None, project, current, [])


def find_workspace(project: Path | None, current: Path, reading: Reading) -> WorkspacePlace | None:
    """Return the workspace that a command names, or in whose folder it is called, outside of every member."""
    found = _manifest_for(None, project, current, reading.searched)
    if found is None or not is_workspace_name(found.name):
        return None
    return load_workspace(found, reading)


def load_project(path: Path, reading: Reading) -> ProjectPlace | None:
    """Read the manifest of a project, and find the workspace that it is a member of."""
    manifest = _load_manifest(path, reading)
    workspace = _workspace_above(path.parent.absolute(), reading)
    if manifest is None or reading.has_errors():
        return None
    if workspace is not None:
        folder = path.parent.resolve()
        for member in workspace.manifest.members:
            if workspace.folder_of(member).resolve() == folder:
                return ProjectPlace(path, manifest, workspace, member.name)
    return ProjectPlace(path, manifest, None, "")


def load_workspace(path: Path, reading: Reading) -> WorkspacePlace | None:
    """Read the manifest of a workspace; its members must be folders inside of it."""
    file = _read(path, reading)
    source = decode_source(file.data, file.display, reading.diagnostics)
    result = read_workspace(source)
    reading.diagnostics += result.diagnostics
    if result.manifest is None:
        return None
    workspace = WorkspacePlace(result.manifest, path.parent.absolute())
    seen: dict[Path, str] = {}
    for member in result.manifest.members:
        folder = workspace.folder_of(member)
        real = folder.resolve()
        message = ""
        if not is_folder(str(folder)):
            message = f"the member `{member.name}` has no folder {shown_name(member.path)}"
        elif real != workspace.folder.resolve() and not is_really_below(str(folder), str(workspace.folder)):
            message = f"the member `{member.name}` is outside of the workspace"
        elif real in seen:
            message = f"the members `{seen[real]}` and `{member.name}` are one folder"
        if message:
            reading.diagnostics.append(error(E3004, message, source, member.span))
        seen.setdefault(real, member.name)
    return None if reading.has_errors() else workspace


def load_member(workspace: WorkspacePlace, member: Member, reading: Reading) -> ProjectPlace | None:
    """Read the manifest of a member; None after an error."""
    folder = workspace.folder_of(member)
    names = project_manifests(str(folder))
    if not names:
        message = f"the member `{member.name}` has no {PROJECT_NAME} in {shown_name(member.path)}"
        reading.diagnostics.append(error(E3004, message, workspace.manifest.text, member.span))
        return None
    manifest = _load_manifest(_only(names), reading)
    return None if manifest is None else ProjectPlace(_only(names), manifest, workspace, member.name)


def _choose_member(workspace: WorkspacePlace, name: str, input: Path | None, reading: Reading) -> ProjectPlace | None:
    members = workspace.manifest.members
    if name:
        chosen = workspace.manifest.member(name)
        if chosen is None:
            names = ", ".join([member.name for member in members])
            raise DriverError(f"the workspace has no member `{shown_name(name)}`", f"it has: {names}", E3012)
        return load_member(workspace, chosen, reading)
    if input is not None:
        return None
    loaded = [load_member(workspace, member, reading) for member in members]
    places = [place for place in loaded if place is not None]
    if reading.has_errors() or not places:
        return None
    return next((place for place in places if has_app(place)), places[0])


def has_app(place: ProjectPlace) -> bool:
    """Whether a project has a target that can be run."""
    return any(target.kind == "App" for target in place.manifest.targets)


def _no_workspace(member: str) -> DriverError:
    return DriverError(
        f"there is no workspace with the member `{shown_name(member)}` here or above",
        f"a workspace has a {WORKSPACE_NAME}",
        E3012,
    )


def _manifest_for(input: Path | None, project: Path | None, current: Path, searched: list[Path]) -> Path | None:
    if project is not None:
        return _given(current / project)
    start = current if input is None else input.parent
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        found = project_manifests(str(candidate)) or workspace_manifests(str(candidate))
        if found:
            return _only(found)
        searched += [candidate / name for name in (*_ABSENT_PROJECT, *_ABSENT_WORKSPACE)]
    return None


def _given(project: Path) -> Path:
    if not is_folder(str(project)):
        if not is_there(str(project)):
            raise DriverError(f"no such manifest: {shown_path(project)}", "", E3001)
        return project
    found = project_manifests(str(project)) or workspace_manifests(str(project))
    if not found:
        manifest = project / PROJECT_NAME
        if is_there(str(manifest)):
            # It is not a regular file, which reading it will report.
            return manifest
        raise DriverError(f"no such manifest: {shown_path(manifest)}", "", E3001)
    return _only(found)


def _only(found: list[str]) -> Path:
    if len(found) > 1:
        names = ", ".join([shown_path(Path(path)) for path in found])
        raise DriverError(f"this folder has several manifests: {names}", "name one of them with --project", E3001)
    return Path(found[0])


def _workspace_above(folder: Path, reading: Reading) -> WorkspacePlace | None:
    for candidate in (folder, *folder.parents):
        found = workspace_manifests(str(candidate))
        if found:
            return load_workspace(_only(found), reading)
        reading.searched += [candidate / name for name in _ABSENT_WORKSPACE]
    return None


def _load_manifest(path: Path, reading: Reading) -> ProjectManifest | None:
    file = _read(path, reading)
    found: list[Diagnostic] = []
    result = read_manifest(decode_source(file.data, file.display, found))
    reading.diagnostics += [*found, *result.diagnostics]
    return None if has_errors(found) else result.manifest


def _read(path: Path, reading: Reading) -> SourceFile:
    """Read a manifest and record the state of the file."""
    try:
        file = read_file(reading.choose(path), shown_path(path))
    except DriverError as failure:
        raise DriverError(failure.message, failure.help, E3002) from failure
    reading.manifests.append(file)
    return file
