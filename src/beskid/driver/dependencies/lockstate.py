"""The lock file of a project or workspace: its path, its contents, and whether it agrees with the manifests."""

from __future__ import annotations

from pathlib import Path

from beskid.driver.dependencies.graph import ResolvedPackage
from beskid.driver.dependencies.lockfile import (
    OLD_START,
    PROJECT_LOCK,
    WORKSPACE_LOCK,
    Lock,
    LockDamagedError,
    LockedPackage,
    LockedRoot,
    make_lock,
    read_lock,
    render_lock,
)
from beskid.driver.failure import STATUS_DIAGNOSTICS, DriverError
from beskid.driver.inputs.manifest import STANDARD_DEPENDENCY
from beskid.driver.inputs.places import ProjectPlace, shown_path
from beskid.driver.inputs.sources import SourceFile, read_file
from beskid.files.reading import is_there
from beskid.source.codes import E3020, E3022, E3023

LOCK_HELP = "run `beskid lock`"


class LockState:
    """A lock file. `lock` is None until `read` has found one; `is_old` is one of the form before this one."""

    __slots__ = ("is_old", "lock", "name", "path")

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self.name = name
        self.lock: Lock | None = None
        self.is_old = False

    @classmethod
    def of(cls, place: ProjectPlace) -> LockState:
        """The lock file of a project, which is that of its workspace if it is a member of one."""
        return cls(place.base, PROJECT_LOCK if place.workspace is None else WORKSPACE_LOCK)

    def read(self) -> SourceFile | None:
        """Read the file; None when there is none. Raises `DriverError` for a damaged one."""
        if not is_there(str(self.path)):
            return None
        try:
            file = read_file(self.path, shown_path(self.path))
        except DriverError as failure:
            raise DriverError(failure.message, failure.help, E3020) from failure
        self.is_old = file.data.startswith(OLD_START.encode("ascii"))
        if self.is_old:
            return file
        try:
            self.lock = read_lock(file.data.decode("utf-8"))
        except UnicodeDecodeError as failure:
            raise self._damaged("it is not valid UTF-8") from failure
        except LockDamagedError as failure:
            raise self._damaged(failure.reason) from failure
        return file

    def absence(self) -> str:
        """Say why there is no lock, after the name of the file."""
        return "is of an older form" if self.is_old else "is missing"

    def _damaged(self, reason: str) -> DriverError:
        help = f"restore it, or remove it and {LOCK_HELP}"
        message = f"the lock file {shown_path(self.path)} is damaged: {reason}"
        return DriverError(message, help, E3020, STATUS_DIAGNOSTICS)


def locked_root(place: ProjectPlace) -> LockedRoot:
    """A project as the lock file lists it: with what it depends on directly, apart from the built-in core library."""
    names = [each.name for each in place.manifest.dependencies if each.path or each.name.lower() != STANDARD_DEPENDENCY]
    return LockedRoot(place.member or place.manifest.name, tuple(sorted(names)))


def lock_text(lock: Lock) -> str:
    """The text of a lock; raises `DriverError` for names that it cannot hold."""
    try:
        return render_lock(lock)
    except LockDamagedError as failure:
        raise DriverError(
            f"the lock file cannot be written: {failure.reason}", "remove these characters from the manifests"
        ) from failure


def require_current(state: LockState, root: LockedRoot, packages: list[ResolvedPackage]) -> None:
    """Raise `DriverError` unless the lock file has this project exactly as its manifests say."""
    _require_entries(state, root, make_lock([root], [package.locked for package in packages]).packages)


def _require_entries(state: LockState, root: LockedRoot, packages: tuple[LockedPackage, ...]) -> None:
    if state.lock is None:
        message = f"the lock file {shown_path(state.path)} {state.absence()}"
        raise DriverError(message, LOCK_HELP, E3023, STATUS_DIAGNOSTICS)
    if root not in state.lock.roots:
        raise _outdated(state, f"the dependencies of `{root.name}` have changed")
    for package in packages:
        if package not in state.lock.packages:
            raise _outdated(state, f"it does not have dependency `{package.name}` as it is now")


def _outdated(state: LockState, reason: str) -> DriverError:
    message = f"the lock file {shown_path(state.path)} is out of date: {reason}"
    return DriverError(message, LOCK_HELP, E3022, STATUS_DIAGNOSTICS)


def require_same(state: LockState, lock: Lock) -> None:
    """Raise `DriverError` unless the lock file is exactly this one."""
    for root in lock.roots:
        _require_entries(state, root, lock.packages)
    if state.lock != lock:
        raise _outdated(state, "it has entries that are not needed")
