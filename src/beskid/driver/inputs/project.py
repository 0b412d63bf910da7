"""What to compile: from the words of a command line to one resolved input.

Finds the manifest (given, or upwards from the input), the target, the entry file, its dependencies and the folder for
artefacts. Reads manifests and the lock file only; errors become diagnostics or one `DriverError`.
"""

from __future__ import annotations

from pathlib import Path

from beskid.base.node import node, replace, value
from beskid.driver.dependencies.checkouts import Checkout, CheckoutStore
from beskid.driver.dependencies.graph import GraphRequest, ResolvedPackage, core_library_of, resolve_graph
from beskid.driver.dependencies.lockstate import LockState, locked_root, require_current
from beskid.driver.dependencies.providers import LockedFiles
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.inputs.manifest import MANIFEST_NAME, ProjectManifest, Target
from beskid.driver.inputs.manifest_names import SUFFIXES
from beskid.driver.inputs.places import ProjectPlace, Reading, find_place, shown_path
from beskid.driver.inputs.sources import SOURCE_SUFFIX, find_modules
from beskid.driver.inputs.sources import SourceFile as SourceFile
from beskid.files.problems import shown_name
from beskid.files.reading import is_file, is_folder, is_there
from beskid.files.walking import names_in
from beskid.source.codes import E3001, E3004, E3005
from beskid.source.diagnostics import Diagnostic, error, has_errors

SINGLE_FILE_PACKAGE = "app"
ARTEFACT_FOLDER = Path("obj") / "beskid"
PRELUDE_FILE = "Prelude.bd"


@node
class DependencyRoot:
    """A resolved dependency: its name in `use` paths, its source root, and how its files are shown.

    `checkout` has the verified files of a git dependency.
    """

    name: str
    root: Path
    display: str
    checkout: Checkout | None = None


@node
class ResolvedInput:
    """One program to compile.

    `source_root` is None for a file outside any project: that file alone is the program, its module path empty.
    `stem` names outputs; `searched` lists manifests that were not found and `manifests` those read, with the
    lock file: both decide whether a cached answer still holds.
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
    member: str = ""
    """The name of the project in its workspace."""
    version: str = ""
    """That of the project; empty for a file outside of one."""
    text: str | None = None
    """The source of a program that is in no file; messages then call it `stem`."""

    def is_library(self) -> bool:
        return self.target is not None and self.target.kind == "Lib"


@node
class ResolveFailure:
    """The manifest has errors; nothing can be compiled."""

    diagnostics: tuple[Diagnostic, ...]


@value
class ResolveOptions:
    """`member` names a member of the workspace; `cache_folder` has the files of git dependencies.

    `is_locked`: the lock file must be what `beskid lock` would write.
    """

    member: str = ""
    is_locked: bool = False
    cache_folder: str = ""


def resolve_input(
    input: Path | None,
    project: Path | None,
    target_name: str | None,
    current: Path,
    options: ResolveOptions = ResolveOptions(),  # noqa: B008 (a value)
) -> ResolvedInput | ResolveFailure:
    """Decide what `INPUT`, `--project` and `--target` mean when called in folder `current`."""
    input, project = split_input(input, project, current)
    reading = Reading()
    if input is not None:
        _require_source_file(input)
        _refuse_target(input, target_name)
    place = find_place(input, project, options.member, current, reading)
    if place is None:
        if reading.has_errors():
            return ResolveFailure(_distinct(reading.diagnostics))
        if input is None:
            raise DriverError(
                f"no {MANIFEST_NAME} here or above",
                "name a file to compile, or make a project: beskid new FOLDER",
                E3001,
            )
        return lone_input(input.stem, input, None, reading)
    resolved = _in_project(input, place, target_name, reading, options)
    return resolved if resolved is not None else ResolveFailure(_distinct(reading.diagnostics))


def split_input(input: Path | None, project: Path | None, current: Path) -> tuple[Path | None, Path | None]:
    """Return INPUT as a source file, or as the project that it names."""
    if input is None:
        return None, project
    input = current / input
    if input.suffix in SUFFIXES or is_folder(str(input)):
        return None, input
    return input, project


def _require_source_file(input: Path) -> None:
    if not is_there(str(input)):
        from beskid.base.spelling import closest

        near = closest(input.name, _siblings(input))
        help = f"did you mean `{shown_name(near)}`?" if near is not None else ""
        raise DriverError(f"no such file: {shown_path(input)}", help)
    if input.suffix.lower() != SOURCE_SUFFIX:
        raise DriverError(
            f"{shown_path(input)} is not a Beskid source file",
            f"source files end in {SOURCE_SUFFIX}",
            status=STATUS_USAGE,
        )


def _refuse_target(input: Path, target_name: str | None) -> None:
    """Raise `DriverError` for the name of a target beside a source file, which has none."""
    if target_name is not None:
        raise DriverError(
            f"--target chooses a target of a project, and {shown_path(input)} is a single file",
            _machine_help(target_name) or "leave --target out, or name the project",
            status=STATUS_USAGE,
        )


def _machine_help(name: str) -> str:
    """Return the help for a machine that was given as the name of a target; empty for other names."""
    from beskid.codegen.target import find_target

    return "" if find_target(name) is None else f"for another machine write `--for {name}`"


def _siblings(input: Path) -> list[str]:
    return [name for name in names_in(str(input.parent)) if name.endswith(SOURCE_SUFFIX)]


def lone_input(stem: str, file: Path | None, text: str | None, reading: Reading) -> ResolvedInput:
    """Return a program without a project: the one in a file, or a text that is in none."""
    return ResolvedInput(
        package=SINGLE_FILE_PACKAGE,
        entry_file=file,
        entry_module=(),
        source_root=None,
        display_root="",
        project_folder=None,
        target=None,
        dependencies=(),
        stem=stem,
        searched=tuple(reading.searched),
        manifests=tuple(reading.manifests),
        diagnostics=(),
        text=text,
    )


def _distinct(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics without repetitions: a manifest that two projects depend on is read twice."""
    found = {(each.code, each.source.path, each.span.start, each.message): each for each in reversed(diagnostics)}
    return tuple(reversed(found.values()))


def _in_project(
    input: Path | None, place: ProjectPlace, target_name: str | None, reading: Reading, options: ResolveOptions
) -> ResolvedInput | None:
    folder, manifest = place.folder, place.manifest
    root = folder / manifest.root
    is_lone = input is not None and not input.absolute().is_relative_to(root)
    packages = _packages(place, SINGLE_FILE_PACKAGE if is_lone else manifest.name, reading, options)
    if packages is None:
        return None
    dependencies = tuple([_dependency_root(package) for package in packages])
    diagnostics = _distinct(reading.diagnostics)
    if input is not None and is_lone:
        return replace(
            lone_input(input.stem, input, None, reading),
            project_folder=folder,
            dependencies=dependencies,
            diagnostics=diagnostics,
            links=_links(folder, manifest),
            lints=manifest.lints,
            member=place.member,
        )
    if not is_folder(str(root)):
        raise DriverError(f"the source root {shown_path(root)} of the project does not exist", "", E3004)
    target = _choose_target(manifest, target_name)
    entry_file = input.absolute() if input is not None else root / target.entry if target.entry else None
    if entry_file is not None and not is_file(str(entry_file)):
        reading.diagnostics.append(
            error(E3004, f"the entry `{target.entry}` does not exist", manifest.text, target.span, "of this target")
        )
        return None
    return ResolvedInput(
        package=manifest.name,
        entry_file=entry_file,
        entry_module=_module_of(entry_file, root) if entry_file is not None else (),
        source_root=root,
        display_root=_display_root(place),
        project_folder=folder,
        target=target if input is None else None,
        dependencies=dependencies,
        stem=target.name if input is None or entry_file is None else entry_file.stem,
        searched=tuple(reading.searched),
        manifests=tuple(reading.manifests),
        diagnostics=diagnostics,
        links=_links(folder, manifest),
        lints=manifest.lints,
        member=place.member,
        version=manifest.version,
    )


def _packages(
    place: ProjectPlace, package: str, reading: Reading, options: ResolveOptions
) -> tuple[ResolvedPackage, ...] | None:
    """The dependencies of a project as the lock file has them; None after an error."""
    state = LockState.of(place)
    if place.manifest.dependencies or options.is_locked:
        lock_file = state.read()
        if lock_file is None:
            reading.searched.append(state.path)
        else:
            reading.manifests.append(lock_file)
    files = LockedFiles(state, CheckoutStore(options.cache_folder))
    request = GraphRequest.of(place, files, package)
    packages = resolve_graph(request, place.manifest, place.path, reading)
    if packages is None or has_errors(reading.diagnostics):
        return None
    if options.is_locked:
        require_current(state, locked_root(place), list(packages))
    replacement = core_library_of(packages)
    if replacement is not None and not is_file(str(replacement.root / PRELUDE_FILE)):
        declared = next(each for each in place.manifest.dependencies if each.name == replacement.name)
        message = f"the project of dependency `{declared.name}` is not a core library: it has no {PRELUDE_FILE}"
        reading.diagnostics.append(error(E3004, message, place.manifest.text, declared.span))
        return None
    return packages


def _dependency_root(package: ResolvedPackage) -> DependencyRoot:
    return DependencyRoot(package.name, package.root, package.display, package.checkout)


def _display_root(place: ProjectPlace) -> str:
    """How messages name the source root: from the folder of the workspace, or of the project alone."""
    root = place.manifest.root.strip("/")
    parts = ["" if root == "." else root]
    if place.workspace is not None:
        parts.insert(0, place.workspace.members()[place.folder.resolve()])
    return "/".join([part for part in parts if part not in ("", ".")])


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
    raise DriverError(f"this project has no target `{name}`", _machine_help(name) or f"it has: {names}", E3005)
