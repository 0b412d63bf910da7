"""`lock` and `fetch`: from manifests to a lock file and checkouts. Nothing is written until everything is resolved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from beskid.base.node import node
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.dependencies.checkouts import CheckoutStore
from beskid.driver.dependencies.graph import GraphRequest, ResolvedPackage, resolve_graph
from beskid.driver.dependencies.lockfile import Lock, LockedRoot, make_lock
from beskid.driver.dependencies.lockstate import LockState, lock_text, locked_root, require_same
from beskid.driver.dependencies.providers import FetchedFiles, FetchOptions
from beskid.driver.failure import DriverError
from beskid.driver.inputs.places import (
    ProjectPlace,
    Reading,
    WorkspacePlace,
    find_place,
    find_workspace,
    load_member,
    shown_path,
)
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_there
from beskid.files.writing import NewContent, replace_files
from beskid.source.codes import E3001, W3005
from beskid.source.diagnostics import Diagnostic, warning


@node
class Resolution:
    """What the manifests of a project or workspace resolve to; `packages` has each project once."""

    state: LockState
    lock: Lock
    packages: tuple[ResolvedPackage, ...]
    places: tuple[ProjectPlace, ...]

    @property
    def is_current(self) -> bool:
        return self.state.lock == self.lock

    @property
    def base(self) -> Path:
        """The folder of the lock file."""
        return self.places[0].base


class ManifestsError(Exception):
    """The manifests have errors, which are its diagnostics."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__()
        self.diagnostics = diagnostics


def places_to_lock(project: Path | None, member: str, current: Path, reading: Reading) -> list[ProjectPlace]:
    """Return the projects that share a lock file with the one that a command names: all members of a workspace."""
    workspace = None if member else find_workspace(project, current, Reading())
    if workspace is None:
        place = one_place(project, member, current, reading)
        if place.workspace is None:
            return [place]
        workspace = place.workspace
    return members_of(workspace, reading)


def members_of(workspace: WorkspacePlace, reading: Reading) -> list[ProjectPlace]:
    """Read the manifests of all members; raises `ManifestsError`."""
    loaded = [load_member(workspace, member, reading) for member in workspace.manifest.members]
    if reading.has_errors():
        raise ManifestsError(reading.diagnostics)
    return [place for place in loaded if place is not None]


def one_place(project: Path | None, member: str, current: Path, reading: Reading) -> ProjectPlace:
    """Return the one project that a command names; raises `ManifestsError` or `DriverError`."""
    place = find_place(None, project, member, current, reading)
    if place is None:
        if reading.has_errors():
            raise ManifestsError(reading.diagnostics)
        raise DriverError("no manifest here or above", "name a project with --project", E3001)
    return place


def resolve_places(
    places: list[ProjectPlace],
    options: FetchOptions,
    environment: dict[str, str],
    report: Callable[[str], None],
    reading: Reading,
) -> Resolution:
    """Resolve all dependencies, fetching what is missing. Raises `ManifestsError` or `DriverError`."""
    state = LockState.of(places[0])
    state.read()
    store = CheckoutStore(user_cache_folder(environment))
    files = FetchedFiles(state, store, options, environment, report)
    roots: list[LockedRoot] = []
    packages: dict[tuple[str, ...], ResolvedPackage] = {}
    for place in places:
        found = resolve_graph(GraphRequest.of(place, files), place.manifest, place.path, reading)
        if found is None or reading.has_errors():
            raise ManifestsError(reading.diagnostics)
        roots.append(locked_root(place))
        for package in found:
            locked = package.locked
            packages.setdefault((locked.name, locked.path, locked.url, locked.rev, locked.commit), package)
    _warn_of_unused_overrides(places, reading)
    lock = make_lock(roots, [package.locked for package in packages.values()])
    resolution = Resolution(state, lock, tuple(packages.values()), tuple(places))
    if options.is_locked:
        require_same(state, lock)
    return resolution


def _warn_of_unused_overrides(places: list[ProjectPlace], reading: Reading) -> None:
    workspace = places[0].workspace
    if workspace is None:
        return
    for override in workspace.manifest.overrides:
        if override.span not in reading.used:
            who = f"the member `{override.member}`" if override.member else "no member"
            reads = "does not depend" if override.member else "depends"
            message = f"the override of `{override.name}` has no effect: {who} {reads} on it"
            help = "correct the name, or remove the block"
            reading.diagnostics.append(warning(W3005, message, workspace.manifest.text, override.span, "", help))


def write_lock(resolution: Resolution, more: list[NewContent] | None = None) -> None:
    """Write the lock file together with other files, all or none of them. A current lock file is not touched."""
    contents = list(more or [])
    if not resolution.is_current:
        contents.append(NewContent(str(resolution.state.path), lock_text(resolution.lock).encode("utf-8")))
    for content in contents:
        content.path = os.path.realpath(content.path)
    try:
        for content in contents:
            if is_there(content.path) and not os.access(content.path, os.W_OK):
                raise FileError(content.path, "permission denied")
        replace_files(contents)
    except FileError as failure:
        path = shown_path(Path(failure.path))
        raise DriverError(f"cannot write {shown_name(path)}: {failure.reason}", failure.help) from failure
