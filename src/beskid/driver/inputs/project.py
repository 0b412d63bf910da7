"""What to compile: from the words of a command line to one resolved input.

Finds the manifest (given, or upwards from the input), the target, the entry file, its dependencies and the folder for
artefacts. Reads manifests only; errors become diagnostics or one `DriverError`.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from beskid.base.node import node
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.inputs.manifest import (
    MANIFEST_NAME,
    STANDARD_DEPENDENCY,
    Dependency,
    ProjectManifest,
    Target,
    read_manifest,
)
from beskid.driver.inputs.sources import SOURCE_SUFFIX, SourceFile, decode_source, find_modules, read_file
from beskid.files.places import current_folder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_file, is_folder, is_there
from beskid.files.walking import names_in
from beskid.source.codes import E3001, E3002, E3004, E3005, E3006, E3007, E3008
from beskid.source.diagnostics import Diagnostic, error

SINGLE_FILE_PACKAGE = "app"
ARTEFACT_FOLDER = Path("obj") / "beskid"


@node
class DependencyRoot:
    """A resolved path dependency: its name in `use` paths, its source root, and how its files are shown."""

    name: str
    root: Path
    display: str


@node
class ResolvedInput:
    """One program to compile.

    `source_root` is None for a file outside any project: that file alone is the program, its module path empty.
    `stem` names outputs; `searched` lists manifests that were looked for in vain and `manifests` those read: both
    decide whether a cached answer still holds.
    """

    package: str
    entry_file: Path | None
    entry_module: tuple[str, ...]
    source_root: Path | None
    display_root: str
    project_folder: Path | None
    target: Target | None
    dependencies: tuple[DependencyRoot, ...]
    stem: str
    searched: tuple[Path, ...]
    manifests: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]
    links: LinkOptions | None = None
    """What the manifest permits to link."""
    lints: tuple[tuple[str, str], ...] = ()
    """The levels of warnings that the manifest sets."""

    def is_library(self) -> bool:
        return self.target is not None and self.target.kind == "Lib"


@node
class ResolveFailure:
    """The manifest has errors; nothing can be compiled."""

    diagnostics: tuple[Diagnostic, ...]


def resolve_input(
    input: Path | None, project: Path | None, target_name: str | None, current: Path
) -> ResolvedInput | ResolveFailure:
    """Decide what `INPUT`, `--project` and `--target` mean when called in folder `current`."""
    searched: list[Path] = []
    if input is not None:
        input = current / input
        if input.suffix == ".proj" or is_folder(str(input)):
            project, input = input, None
    if input is not None:
        _require_source_file(input)
    manifest_path = _given_manifest(current / project) if project is not None else None
    if manifest_path is None:
        manifest_path = _search_upwards(input.parent if input is not None else current, searched)
    if manifest_path is None:
        if input is None:
            raise DriverError(
                f"no {MANIFEST_NAME} here or above",
                f"name a file to compile, or write a {MANIFEST_NAME}",
                E3001,
            )
        return _single_file(input, tuple(searched))
    diagnostics: list[Diagnostic] = []
    manifests: list[SourceFile] = []
    manifest = _load(manifest_path, manifests, diagnostics)
    if manifest is None:
        return ResolveFailure(tuple(diagnostics))
    resolved = _in_project(input, manifest_path, manifest, target_name, tuple(searched), manifests, diagnostics)
    return resolved if resolved is not None else ResolveFailure(tuple(diagnostics))


def find_manifest(project: Path | None, current: Path) -> Path | None:
    """The manifest that `--project` names, else the one here or above; None when there is none."""
    if project is not None:
        return _given_manifest(current / project)
    return _search_upwards(current, [])


def _require_source_file(input: Path) -> None:
    if not is_there(str(input)):
        near = get_close_matches(input.name, _siblings(input), 1)
        raise DriverError(f"no such file: {_shown(input)}", f"did you mean `{shown_name(near[0])}`?" if near else "")
    if input.suffix.lower() != SOURCE_SUFFIX:
        raise DriverError(
            f"{_shown(input)} is not a Beskid source file", f"source files end in {SOURCE_SUFFIX}", status=STATUS_USAGE
        )


def _siblings(input: Path) -> list[str]:
    return [name for name in names_in(str(input.parent)) if name.endswith(SOURCE_SUFFIX)]


def _shown(path: Path) -> str:
    """A path as the user would write it: relative to the working folder when it lies below."""
    try:
        return shown_name(path.relative_to(current_folder()).as_posix())
    except (ValueError, FileError):
        return shown_name(path.as_posix())


def _given_manifest(project: Path) -> Path:
    manifest = project / MANIFEST_NAME if is_folder(str(project)) else project
    if not is_there(str(manifest)):
        raise DriverError(f"no such manifest: {_shown(manifest)}", "", E3001)
    return manifest


def _search_upwards(start: Path, searched: list[Path]) -> Path | None:
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        manifest = candidate / MANIFEST_NAME
        # Anything but a folder: a FIFO or a dangling link is not overlooked, and reading it says what it is.
        if not is_folder(str(manifest)) and is_there(str(manifest)):
            return manifest
        searched.append(manifest)
    return None


def _single_file(input: Path, searched: tuple[Path, ...]) -> ResolvedInput:
    return ResolvedInput(
        package=SINGLE_FILE_PACKAGE,
        entry_file=input,
        entry_module=(),
        source_root=None,
        display_root="",
        project_folder=None,
        target=None,
        dependencies=(),
        stem=input.stem,
        searched=searched,
        manifests=(),
        diagnostics=(),
    )


def _load(path: Path, manifests: list[SourceFile], diagnostics: list[Diagnostic]) -> ProjectManifest | None:
    """Read a manifest and add the file, as it was read, to `manifests`."""
    try:
        file = read_file(path, _shown(path))
    except DriverError as failure:
        raise DriverError(failure.message, failure.help, E3002) from failure
    manifests.append(file)
    source = decode_source(file.data, file.display, diagnostics)
    result = read_manifest(source)
    diagnostics.extend(result.diagnostics)
    return result.manifest


def _in_project(
    input: Path | None,
    manifest_path: Path,
    manifest: ProjectManifest,
    target_name: str | None,
    searched: tuple[Path, ...],
    manifests: list[SourceFile],
    diagnostics: list[Diagnostic],
) -> ResolvedInput | None:
    folder = manifest_path.parent.absolute()
    root = folder / manifest.root
    dependencies = _dependencies(manifest, manifest_path, manifests, diagnostics)
    if dependencies is None:
        return None
    if input is not None and not input.absolute().is_relative_to(root):
        lone = _single_file(input, searched)
        return ResolvedInput(
            package=lone.package,
            entry_file=lone.entry_file,
            entry_module=lone.entry_module,
            source_root=None,
            display_root="",
            project_folder=folder,
            target=None,
            dependencies=dependencies,
            stem=lone.stem,
            searched=searched,
            manifests=tuple(manifests),
            diagnostics=tuple(diagnostics),
            links=_links(folder, manifest),
            lints=manifest.lints,
        )
    if not is_folder(str(root)):
        raise DriverError(f"the source root {_shown(root)} of the project does not exist", "", E3004)
    target = _choose_target(manifest, target_name)
    entry_file = input.absolute() if input is not None else root / target.entry
    if not is_file(str(entry_file)):
        diagnostics.append(
            error(E3004, f"the entry `{target.entry}` does not exist", manifest.text, target.span, "of this target")
        )
        return None
    return ResolvedInput(
        package=manifest.name,
        entry_file=entry_file,
        entry_module=_module_of(entry_file, root),
        source_root=root,
        display_root=manifest.root.strip("/") if manifest.root not in (".", "") else "",
        project_folder=folder,
        target=target if input is None else None,
        dependencies=dependencies,
        stem=target.name if input is None else entry_file.stem,
        searched=searched,
        manifests=tuple(manifests),
        diagnostics=tuple(diagnostics),
        links=_links(folder, manifest),
        lints=manifest.lints,
    )


def _links(folder: Path, manifest: ProjectManifest) -> LinkOptions:
    """The manifest's `link` block with absolute paths."""
    block = manifest.link
    return LinkOptions(
        tuple([str(folder / name) if "/" in name else name for name in block.libraries]),
        tuple([str(folder / path) for path in block.search_paths]),
        block.extra_arguments,
    )


def _module_of(file: Path, root: Path) -> tuple[str, ...]:
    for path, candidate in find_modules(root).items():
        if candidate == file:
            return path
    return file.relative_to(root).with_suffix("").parts


def _choose_target(manifest: ProjectManifest, name: str | None) -> Target:
    if name is None:
        for target in manifest.targets:
            if target.kind == "App":
                return target
        return manifest.targets[0]
    for target in manifest.targets:
        if target.name == name:
            return target
    names = ", ".join(target.name for target in manifest.targets)
    raise DriverError(f"this project has no target `{name}`", f"it has: {names}", E3005)


def _dependencies(
    manifest: ProjectManifest, path: Path, manifests: list[SourceFile], diagnostics: list[Diagnostic]
) -> tuple[DependencyRoot, ...] | None:
    found: dict[str, DependencyRoot] = {}
    complete = _collect(manifest, path, [path.resolve()], found, manifests, diagnostics)
    return tuple(found.values()) if complete else None


def _collect(
    manifest: ProjectManifest,
    path: Path,
    chain: list[Path],
    found: dict[str, DependencyRoot],
    manifests: list[SourceFile],
    diagnostics: list[Diagnostic],
) -> bool:
    """Add the path dependencies of `manifest`, dependencies of dependencies first."""
    complete = True
    for dependency in manifest.dependencies:
        if dependency.name.lower() == STANDARD_DEPENDENCY and not dependency.path:
            continue
        resolved = _resolve_dependency(manifest, path, dependency, chain, found, manifests, diagnostics)
        complete = complete and resolved
    return complete


def _resolve_dependency(
    manifest: ProjectManifest,
    path: Path,
    dependency: Dependency,
    chain: list[Path],
    found: dict[str, DependencyRoot],
    manifests: list[SourceFile],
    diagnostics: list[Diagnostic],
) -> bool:
    if dependency.source != "path":
        message = f"dependency `{dependency.name}` cannot be resolved: only `source = path` is supported yet"
        diagnostics.append(error(E3008, message, manifest.text, dependency.span))
        return False
    other_path = path.parent / dependency.path / MANIFEST_NAME
    if not is_file(str(other_path)):
        message = f"dependency `{dependency.name}` has no {MANIFEST_NAME} at {dependency.path}"
        diagnostics.append(error(E3006, message, manifest.text, dependency.span))
        return False
    real = other_path.resolve()
    if real in chain:
        names = " → ".join(_shown(link) for link in [*chain, real])
        diagnostics.append(error(E3007, f"dependency cycle: {names}", manifest.text, dependency.span))
        return False
    other = _load(other_path, manifests, diagnostics)
    if other is None or not _collect(other, other_path, [*chain, real], found, manifests, diagnostics):
        return False
    root = other_path.parent.absolute() / other.root
    found.setdefault(dependency.name, DependencyRoot(dependency.name, root, f"{dependency.name}/{other.root}"))
    return True
