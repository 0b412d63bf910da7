"""Where the files of git dependencies come from: from `vendor` or the cache, as the lock file names them, or from git.

`LockedFiles` is for commands that compile: it starts no program and uses no network. `FetchedFiles` is for commands
that a user calls to update or to fetch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from beskid.base.node import value
from beskid.driver.dependencies.checkouts import Checkout, CheckoutStore, read_checkout
from beskid.driver.dependencies.graph import VENDOR_FOLDER, DependencyError
from beskid.driver.dependencies.lockfile import LockedPackage
from beskid.driver.dependencies.lockstate import LOCK_HELP, LockState
from beskid.driver.inputs.git_names import is_commit
from beskid.driver.inputs.manifest import Dependency
from beskid.files.problems import shown_name
from beskid.files.reading import is_there
from beskid.source.codes import E3022, E3023, E3024, E3033

SHOWN_DIGITS = 12


class Vendored:
    """The copies of git dependencies in the folder `vendor` below `base`. Each is read at most once."""

    __slots__ = ("_base", "_read")

    def __init__(self, base: Path) -> None:
        self._base = base
        self._read: dict[str, Checkout | None] = {}

    def checkout(self, entry: LockedPackage) -> Checkout | None:
        """Return the copy of a locked dependency, without checking its files, or None."""
        if entry.name not in self._read:
            folder = str(self._base / VENDOR_FOLDER / entry.name)
            self._read[entry.name] = read_checkout(folder, entry.commit) if is_there(folder) else None
        return self._read[entry.name]


class LockedFiles:
    """The files that the lock file names, from `vendor` below `base` or from the cache, verified."""

    __slots__ = ("_state", "_store", "_vendored")

    def __init__(self, state: LockState, store: CheckoutStore) -> None:
        """`state` has been read."""
        self._state = state
        self._store = store
        self._vendored = Vendored(state.path.parent)

    def checkout(self, dependency: Dependency) -> Checkout:
        """Return the verified files of a dependency as locked."""
        name = dependency.name
        entry = locked_entry(self._state, dependency)
        vendored = self._vendored.checkout(entry)
        if vendored is not None:
            if vendored.digest != entry.digest:
                message = f"the files in {VENDOR_FOLDER}/{name} are not those that `{self._state.name}` names"
                raise DependencyError(E3024, message, "run `beskid vendor`")
            return vendored
        cached = self._store.load(entry.commit)
        if cached is None:
            message = f"dependency `{name}` at {entry.commit[:SHOWN_DIGITS]} is not in the cache"
            raise DependencyError(E3033, message, "run `beskid fetch`")
        if cached.digest != entry.digest:
            raise _other_files(self._state, entry, "restore the lock file, or run `beskid lock --update`")
        return cached


@value
class FetchOptions:
    """`is_offline`: fetch nothing. `is_locked`: use what is locked only. `is_updating`: look up all revisions again."""

    is_offline: bool = False
    is_locked: bool = False
    is_updating: bool = False


class FetchedFiles:
    """The files that the lock file names, else those that a revision has now. `report` gets a line for each fetch."""

    __slots__ = ("_environment", "_fetched", "_options", "_report", "_state", "_store", "_vendored")

    def __init__(
        self,
        state: LockState,
        store: CheckoutStore,
        options: FetchOptions,
        environment: dict[str, str],
        report: Callable[[str], None],
    ) -> None:
        """`state` has been read."""
        self._state = state
        self._store = store
        self._options = options
        self._environment = environment
        self._report = report
        self._vendored = Vendored(state.path.parent)
        self._fetched: dict[tuple[str, str, str], Checkout] = {}

    def checkout(self, dependency: Dependency) -> Checkout:
        """Return the verified files of a dependency, fetched if they are neither in the cache nor in `vendor`."""
        key = (dependency.name, dependency.url, dependency.rev)
        if key not in self._fetched:
            self._fetched[key] = self._get(dependency)
        return self._fetched[key]

    def _get(self, dependency: Dependency) -> Checkout:
        lock, name = self._state.lock, dependency.name
        entry = None if lock is None else lock.find(name, dependency.url, dependency.rev, dependency.path)
        if self._options.is_locked:
            entry = locked_entry(self._state, dependency)
        if entry is None or self._options.is_updating:
            cached = self._store.load(dependency.rev) if is_commit(dependency.rev) else None
            return cached if cached is not None else self._fetch(dependency, dependency.rev)
        checkout = self._store.load(entry.commit)
        if checkout is None:
            vendored = self._vendored.checkout(entry)
            if vendored is not None and vendored.digest == entry.digest:
                return vendored
            checkout = self._fetch(dependency, entry.commit)
        if checkout.digest != entry.digest:
            raise _other_files(self._state, entry, "if you trust them, run `beskid lock --update`")
        return checkout

    def _fetch(self, dependency: Dependency, rev: str) -> Checkout:
        from beskid.driver.dependencies.git import fetch_revision

        name, url = dependency.name, dependency.url
        if self._options.is_offline:
            message = f"dependency `{name}` at `{_short(rev)}` is not in the cache"
            raise DependencyError(E3033, message, "run the command without `--offline`")
        self._report(f"fetching {name} {_short(rev)} from {shown_name(url)}")
        fetched = fetch_revision(name, url, rev, self._environment)
        return self._store.store(fetched.commit, fetched.files)


def locked_entry(state: LockState, dependency: Dependency) -> LockedPackage:
    """The entry of a git dependency in the lock file; raises `DependencyError` when there is none."""
    name = dependency.name
    if state.lock is None:
        message = f"`{state.name}` {state.absence()}, so the commit of dependency `{name}` is not known"
        raise DependencyError(E3023, message, LOCK_HELP)
    entry = state.lock.find(name, dependency.url, dependency.rev, dependency.path)
    if entry is None:
        message = f"`{state.name}` is out of date: it does not have dependency `{name}` as it is declared here"
        raise DependencyError(E3022, message, LOCK_HELP)
    return entry


def _other_files(state: LockState, entry: LockedPackage, help: str) -> DependencyError:
    message = f"the files of `{entry.name}` at {entry.commit[:SHOWN_DIGITS]} are not those that `{state.name}` names"
    return DependencyError(E3024, message, help)


def _short(rev: str) -> str:
    return rev[:SHOWN_DIGITS] if is_commit(rev) else shown_name(rev)
