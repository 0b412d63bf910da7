"""The graph of a project's dependencies: every project that its program consists of, dependencies first.

Takes the manifest of a project, overrides, and a source of checkouts; returns the packages, or diagnostics at the
declarations that cannot be resolved. In one program a name means one project.
"""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import Protocol

from beskid.base.node import node, replace
from beskid.driver.cache.key import digest
from beskid.driver.dependencies.checkouts import Checkout
from beskid.driver.dependencies.lockfile import LockedPackage
from beskid.driver.failure import DriverError
from beskid.driver.inputs.manifest import STANDARD_DEPENDENCY, Dependency, ProjectManifest, read_manifest
from beskid.driver.inputs.manifest_names import PROJECT_NAME, PROJECT_SUFFIX, project_manifests
from beskid.driver.inputs.places import ProjectPlace, Reading, shown_path
from beskid.driver.inputs.sources import CORE_LIBRARY_NAME, SourceFile, decode_source, read_file
from beskid.driver.inputs.workspace import Override
from beskid.files.problems import shown_name
from beskid.files.reading import is_folder, is_there
from beskid.source.codes import E3002, E3004, E3006, E3007, E3009, E3011, Code
from beskid.source.diagnostics import Diagnostic, error, has_errors

VENDOR_FOLDER = "vendor"


class DependencyError(Exception):
    """A dependency cannot be used; becomes a diagnostic at its declaration."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class CheckoutSource(Protocol):
    """Where the files of git dependencies come from."""

    def checkout(self, dependency: Dependency) -> Checkout:
        """Return the verified files of a revision. Raises `DependencyError` or `DriverError`."""


@node
class ResolvedPackage:
    """A project of the graph: `folder` has its manifest, `checkout` the files of the repository that it is in."""

    name: str
    manifest: ProjectManifest
    folder: Path
    display: str
    checkout: Checkout | None
    locked: LockedPackage

    @property
    def root(self) -> Path:
        return self.folder / self.manifest.root

    @property
    def manifest_name(self) -> str:
        return posixpath.basename(self.manifest.text.path)


@node
class GraphRequest:
    """What decides the graph, apart from the files. `base` is the folder of the lock file and of `vendor`.

    `members` are the folders of workspace members, with the text by which messages name each.
    """

    package: str
    base: Path
    overrides: dict[str, Override]
    members: dict[Path, str]
    source: CheckoutSource

    @classmethod
    def of(cls, place: ProjectPlace, source: CheckoutSource, package: str = "") -> GraphRequest:
        """The request for a project, compiled under the name `package`, by default its own."""
        workspace = place.workspace
        return cls(
            package or place.manifest.name,
            place.base,
            {} if workspace is None else workspace.manifest.overrides_for(place.member),
            {} if workspace is None else workspace.members(),
            source,
        )


@node
class _Place:
    """A folder that a manifest is in. In a checkout, `inner` is the path of the folder from its root.

    `declared` is where the folder is said to be; a vendored copy is in another.
    """

    folder: Path
    declared: Path
    checkout: Checkout | None
    inner: str


def resolve_graph(
    request: GraphRequest,
    manifest: ProjectManifest,
    path: Path,
    reading: Reading,
) -> tuple[ResolvedPackage, ...] | None:
    """Return the packages of a project, dependencies of dependencies first; None after an error, which is reported."""
    walk = _Walk(request, manifest, reading)
    identity = str(path.resolve())
    folder = path.parent.absolute()
    place = _Place(folder, folder, None, "")
    if not walk.collect(manifest, place, [(identity, shown_path(path))]):
        return None
    return tuple(walk.found.values())


class _Walk:
    """A walk over the graph, depth first."""

    def __init__(self, request: GraphRequest, root: ProjectManifest, reading: Reading) -> None:
        self.request = request
        self.reading = reading
        self.found: dict[str, ResolvedPackage] = {}
        self._identities: dict[str, str] = {}
        self._replaces_core_library = any(
            each.name == CORE_LIBRARY_NAME and not _is_built_in(each) for each in root.dependencies
        )

    def collect(self, manifest: ProjectManifest, place: _Place, chain: list[tuple[str, str]]) -> bool:
        """Add the dependencies of a project; False after an error."""
        complete = True
        for declared in manifest.dependencies:
            if _is_built_in(declared):
                continue
            try:
                resolved = self._resolve(manifest, declared, place, chain)
            except DependencyError as problem:
                self.reading.diagnostics.append(
                    error(problem.code, problem.message, manifest.text, declared.span, "", problem.help or None)
                )
                resolved = False
            complete = complete and resolved
        return complete

    def _resolve(
        self, manifest: ProjectManifest, declared: Dependency, place: _Place, chain: list[tuple[str, str]]
    ) -> bool:
        self._require_one_core_library(declared)
        override = self.request.overrides.get(declared.name.lower())
        dependency = declared if override is None else overridden(declared, override)
        if override is not None:
            self.reading.used.add(override.span)
        base = (
            place if override is None or not override.path else _Place(self.request.base, self.request.base, None, "")
        )
        match dependency.source:
            case "path":
                where = self._by_path(dependency, base)
            case "git":
                where = self._by_git(dependency)
            case _:
                message = f"dependency `{declared.name}`: registries are not supported yet"
                raise DependencyError(E3011, message, "use `source = git` or `source = path`")
        file = self._manifest_file(declared, where)
        identity, shown = _identity(file, where), file.display
        if identity in [link for link, _ in chain]:
            names = " → ".join([name for _, name in chain] + [shown])
            raise DependencyError(E3007, f"dependency cycle: {names}")
        self._require_one_project(declared, identity, shown)
        if declared.name in self.found:
            return True
        other = self._load(file)
        if other is None or not self.collect(other, where, [*chain, (identity, shown)]):
            return False
        self._require_one_project(declared, identity, shown)
        if not _has_root(other, where):
            message = f"the source root `{shown_name(other.root)}` of dependency `{declared.name}` does not exist"
            raise DependencyError(
                E3004, message, "make the folder, or correct `root` in the manifest of the dependency"
            )
        self._add(dependency, other, where, identity)
        return True

    def _require_one_core_library(self, declared: Dependency) -> None:
        if declared.name == CORE_LIBRARY_NAME and not self._replaces_core_library:
            message = "`Std` is two projects: the core library of beskid, and the one that is declared here"
            raise DependencyError(E3009, message, "declare it in the project that is compiled")

    def _require_one_project(self, declared: Dependency, identity: str, shown: str) -> None:
        if declared.name == self.request.package:
            message = f"dependency `{declared.name}` has the name of the project that is compiled"
            raise DependencyError(E3009, message, "rename the project or the dependency")
        if declared.name in self.found and self._identities[declared.name] != identity:
            other = self.found[declared.name]
            message = f"`{declared.name}` is two projects: {_described(other)}, and {shown} here"
            help = "use one of them everywhere, or choose one by an `override` in the workspace"
            raise DependencyError(E3009, message, help)

    def _by_path(self, dependency: Dependency, base: _Place) -> _Place:
        if base.checkout is None:
            declared = base.declared / dependency.path
            vendored = self.request.base / VENDOR_FOLDER / dependency.name
            is_vendored = not is_there(str(declared)) and is_there(str(vendored))
            if is_vendored:
                self.reading.searched.append(declared)
            return _Place(vendored if is_vendored else declared, declared, None, "")
        inner = posixpath.normpath(posixpath.join(base.inner, dependency.path))
        if dependency.path.startswith("/") or inner.split("/")[0] == "..":
            message = f"dependency `{dependency.name}` is outside of the repository that declares it"
            raise DependencyError(
                E3006, message, "a project in a repository can depend on paths in it, or on repositories"
            )
        return _in_checkout(base.checkout, inner)

    def _by_git(self, dependency: Dependency) -> _Place:
        checkout = self.request.source.checkout(dependency)
        return _in_checkout(checkout, posixpath.normpath(dependency.path or "."))

    def _manifest_file(self, declared: Dependency, where: _Place) -> SourceFile:
        names = _manifests_in(where)
        if not names:
            place = (
                shown_name(where.inner) or "its root"
                if where.checkout
                else shown_name(declared.path or shown_path(where.folder))
            )
            raise DependencyError(E3006, f"dependency `{declared.name}` has no {PROJECT_NAME} at {place}")
        if len(names) > 1:
            raise DependencyError(E3004, f"dependency `{declared.name}` has several manifests: {', '.join(names)}")
        if where.checkout is not None:
            parts = (*where.inner.split("/"), names[0]) if where.inner else (names[0],)
            data = where.checkout.files[parts]
            display = "/".join((declared.name, *parts))
            return SourceFile(shown_name(display), str(where.folder / names[0]), data, digest(data))
        path = where.folder / names[0]
        self.reading.choose(path)
        try:
            return read_file(path, shown_path(path))
        except DriverError as failure:
            raise DriverError(failure.message, failure.help, E3002) from failure

    def _load(self, file: SourceFile) -> ProjectManifest | None:
        self.reading.manifests.append(file)
        found: list[Diagnostic] = []
        result = read_manifest(decode_source(file.data, file.display, found))
        found += result.diagnostics
        self.reading.diagnostics += found
        return None if has_errors(found) else result.manifest

    def _add(self, dependency: Dependency, manifest: ProjectManifest, where: _Place, identity: str) -> None:
        display = self.request.members.get(where.folder.resolve(), dependency.name)
        root = manifest.root.strip("/")
        folder = where.folder.absolute()
        self._identities[dependency.name] = identity
        self.found[dependency.name] = ResolvedPackage(
            dependency.name,
            manifest,
            folder,
            display if root in ("", ".") else f"{display}/{manifest.root}",
            where.checkout,
            _locked(dependency, manifest, where, self.request.base),
        )


def _in_checkout(checkout: Checkout, inner: str) -> _Place:
    folder = Path(checkout.folder, inner)
    return _Place(folder, folder, checkout, "" if inner == "." else inner)


def overridden(declared: Dependency, override: Override) -> Dependency:
    """Return a dependency with the source that an override of the workspace names."""
    if override.path:
        return replace(declared, source="path", path=override.path, url="", rev="", version="")
    if override.version:
        return replace(declared, version=override.version)
    if declared.source != "git" and not (override.url and override.rev):
        help = "write both `url` and `rev` in the override"
        raise DependencyError(E3004, f"the override of `{declared.name}` names no repository and revision", help)
    path = declared.path if declared.source == "git" else ""
    url, rev = override.url or declared.url, override.rev or declared.rev
    return replace(declared, source="git", path=path, url=url, rev=rev, version="")


def _is_built_in(dependency: Dependency) -> bool:
    return dependency.name.lower() == STANDARD_DEPENDENCY and not dependency.path


def _locked(dependency: Dependency, manifest: ProjectManifest, where: _Place, base: Path) -> LockedPackage:
    checkout = where.checkout
    names = tuple(sorted([each.name for each in manifest.dependencies if not _is_built_in(each)]))
    if checkout is None:
        path = Path(os.path.relpath(where.declared.absolute(), base)).as_posix()
        return LockedPackage(dependency.name, manifest.version, "path", path, "", "", "", "", names)
    if dependency.source == "git":
        return LockedPackage(
            dependency.name, manifest.version, "git", dependency.path, dependency.url, dependency.rev,
            checkout.commit, checkout.digest, names,
        )  # fmt: skip
    return LockedPackage(dependency.name, manifest.version, "path", where.inner, "", "", checkout.commit, "", names)


def _manifests_in(where: _Place) -> list[str]:
    if where.checkout is None:
        return [Path(path).name for path in project_manifests(str(where.folder))]
    parents = tuple(where.inner.split("/")) if where.inner else ()
    names = [parts[-1] for parts in where.checkout.files if parts[:-1] == parents]
    if PROJECT_NAME in names:
        return [PROJECT_NAME]
    return sorted([name for name in names if name.endswith(PROJECT_SUFFIX) and not name.startswith(".")])


def _has_root(manifest: ProjectManifest, where: _Place) -> bool:
    if where.checkout is None:
        return is_folder(str(where.folder / manifest.root))
    path = posixpath.normpath(posixpath.join(where.inner, manifest.root))
    parents = () if path == "." else tuple(path.split("/"))
    return any(parts[: len(parents)] == parents for parts in where.checkout.files)


def _identity(file: SourceFile, where: _Place) -> str:
    if where.checkout is None:
        return os.path.realpath(file.path)
    return f"{where.checkout.commit} {where.inner}"


def _described(package: ResolvedPackage) -> str:
    if package.checkout is None:
        return package.manifest.text.path
    return f"{package.manifest.text.path} at {package.checkout.commit[:12]}"


def core_library_of(packages: tuple[ResolvedPackage, ...]) -> ResolvedPackage | None:
    """The project that replaces the core library of the installation, if there is one."""
    return next((package for package in packages if package.name == CORE_LIBRARY_NAME), None)
