"""Projects as an editor has them: texts that are being edited over the files on disk, kept between checks.

A project finds its manifest and reads its files once, and again when it is told that something changed on disk. A text
that did not change keeps its `SourceText`, so its tree is kept as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from beskid.analysis.check import ProgramCheck
from beskid.analysis.model.occurrences import Occurrences
from beskid.analysis.program import Package, ParsedTexts, ProgramWorld
from beskid.driver.cache.key import core_library_folder, read_library
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.failure import DriverError
from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import (
    ResolvedInput,
    ResolveFailure,
    ResolveOptions,
    lone_input,
    resolve_input,
)
from beskid.driver.inputs.snapshot import read_trees
from beskid.driver.inputs.sources import (
    CORE_LIBRARY_DISPLAY,
    CORE_LIBRARY_NAME,
    SOURCE_SUFFIX,
    SourceFile,
    SourceTree,
    decode_source,
    display_path,
    module_paths,
)
from beskid.driver.lints import LintLevels, read_levels
from beskid.driver.session import start_check
from beskid.files.reading import is_file
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText

NO_FILE = "main.bd"
"""How the text of a document without a file is shown."""


class CoreLibrary:
    """The core library's texts, read once for all projects."""

    __slots__ = ("package", "paths")

    def __init__(self) -> None:
        sources = read_library()
        folder = core_library_folder()
        self.paths: dict[str, str] = {}
        modules: dict[tuple[str, ...], Callable[[], SourceText]] = {}
        for path, parts in module_paths(list(sources)).items():
            display = display_path(CORE_LIBRARY_DISPLAY, "/".join(parts))
            self.paths[display] = "/".join((folder, *parts))
            modules[path] = _constant(decode_source(sources[parts], display, []))
        self.package = Package(CORE_LIBRARY_NAME, modules, True)


def _constant(source: SourceText) -> Callable[[], SourceText]:
    return lambda: source


class OpenProject:
    """One program: a project, or a file that belongs to none. `version` changes with every text."""

    __slots__ = (
        "_library",
        "_parses",
        "_sources",
        "_temporary",
        "_texts",
        "decoding",
        "key",
        "levels",
        "manifest_diagnostics",
        "paths",
        "problem",
        "resolved",
        "trees",
        "version",
    )

    def __init__(self, key: str, library: CoreLibrary, parses: ParsedTexts, texts: Mapping[str, str]) -> None:
        self.key = key
        self._library = library
        self._parses = parses
        self._texts = texts
        self._sources: dict[str, SourceText] = {}
        self._temporary: list[SourceText] = []
        self.decoding: dict[str, list[Diagnostic]] = {}
        self.resolved: ResolvedInput = lone_input(NO_FILE, None, "", Reading())
        self.trees: dict[str, SourceTree] = {}
        self.paths: dict[str, str] = {}
        """The absolute path of each file, by the name that diagnostics use."""
        self.levels = LintLevels()
        self.manifest_diagnostics: list[Diagnostic] = []
        self.problem = ""
        """Why the project could not be read, if it could not. The last good state is kept."""
        self.version = 0

    def reload(self, resolved: ResolvedInput) -> None:
        """Read the files that the input names."""
        self.version += 1
        self.resolved = resolved
        self.manifest_diagnostics = list(resolved.diagnostics)
        try:
            self.levels = read_levels(resolved.lints)
            self.trees = read_trees(resolved)
            self.problem = ""
        except DriverError as failure:
            self.problem = failure.message
        self.paths = {
            file.display: file.path or self.key for tree in self.trees.values() for file in tree.files.values()
        }
        self.paths |= {file.display: file.path for file in resolved.manifests}

    def has_file(self, path: str) -> bool:
        return any((file.path or self.key) == path for tree in self.trees.values() for file in tree.files.values())

    def path_of(self, display: str) -> str:
        """Return the absolute path of a file that a diagnostic or a symbol names; empty for a document without one."""
        return self.paths.get(display) or self._library.paths.get(display, "")

    def source_of(self, path: str) -> SourceText | None:
        """Return the current text of one of the program's own files."""
        for tree in self.trees.values():
            for file in tree.files.values():
                if (file.path or self.key) == path:
                    return self._source(file)
        return None

    def is_own(self, path: str) -> bool:
        """Return whether a file belongs to the user's package, and not to a dependency or to the core library."""
        tree = self.trees.get(self.resolved.package)
        return tree is not None and any((file.path or self.key) == path for file in tree.files.values())

    def _source(self, file: SourceFile) -> SourceText:
        path = file.path or self.key
        open_text = self._texts.get(path)
        known = self._sources.get(path)
        if open_text is not None:
            text = open_text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
            if known is not None and known.text == text:
                return known
            source = SourceText(file.display, text)
            self.decoding.pop(path, None)
        else:
            found: list[Diagnostic] = []
            source = decode_source(file.data, file.display, found)
            if known is not None and known.text == source.text:
                return known
            self.decoding[path] = found
        if known is not None:
            self._parses.forget(known)
        self._sources[path] = source
        return source

    def _packages(self, others: Mapping[str, str]) -> list[Package]:
        packages: list[Package] = []
        own = self.resolved.package
        root = self.trees[own].root if own in self.trees else ""
        is_core = bool(root) and Path(root).resolve() == Path(core_library_folder()).resolve()
        for name, tree in self.trees.items():
            modules = {path: _constant(self._source_among(file, others)) for path, file in tree.files.items()}
            packages.append(Package(CORE_LIBRARY_NAME if is_core else name, modules, is_core or name != own))
            if is_core:
                return packages
        if CORE_LIBRARY_NAME not in self.trees:
            packages.append(self._library.package)
        return packages

    def _source_among(self, file: SourceFile, others: Mapping[str, str]) -> SourceText:
        text = others.get(file.path or self.key)
        if text is None:
            return self._source(file)
        self._temporary.append(SourceText(file.display, text))
        return self._temporary[-1]

    def start_check(self, others: Mapping[str, str] | None = None) -> ProgramCheck:
        """Return a check of the texts as they are now, which notes what names denote.

        `others` are texts by path that are checked in place of the current ones and not kept.
        """
        for source in self._temporary:
            self._parses.forget(source)
        self._temporary.clear()
        world = ProgramWorld(self._packages(others or {}), self._parses)
        world.occurrences = Occurrences()
        return start_check(world, self.resolved.entry_module)

    def forget_trees(self) -> None:
        """Free the trees of all texts. The next check parses them again."""
        for source in (*self._sources.values(), *self._temporary):
            self._parses.forget(source)
        self._temporary.clear()

    def reported(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics as `beskid check` reports them: with those of decoding, at the levels of the manifest."""
        decoding = [diagnostic for each in self.decoding.values() for diagnostic in each]
        return self.levels.apply([*self.manifest_diagnostics, *decoding, *found])


class OpenProjects:
    """The open documents by absolute path, and the projects that they belong to."""

    __slots__ = ("_library", "_of_path", "_parses", "projects", "texts")

    def __init__(self) -> None:
        self._library = CoreLibrary()
        self._parses = ParsedTexts()
        self.texts: dict[str, str] = {}
        self.projects: dict[str, OpenProject] = {}
        self._of_path: dict[str, OpenProject] = {}

    def set_text(self, path: str, text: str) -> OpenProject:
        """Set the text of a document; return the project that has to be checked again."""
        self.texts[path] = text
        project = self.project_of(path)
        project.version += 1
        return project

    def close(self, path: str) -> OpenProject | None:
        """Forget the text of a document, so that its file counts again."""
        self.texts.pop(path, None)
        project = self._of_path.pop(path, None)
        if project is not None:
            self.refresh(project)
        return project

    def project_of(self, path: str) -> OpenProject:
        """Return the project of a file, which is found and read on the first call."""
        known = self._of_path.get(path)
        if known is not None:
            return known
        for project in self.projects.values():
            if project.has_file(path):
                self._of_path[path] = project
                return project
        key, resolved, diagnostics = _resolve(path)
        project = self.projects.get(key) or OpenProject(key, self._library, self._parses, self.texts)
        self.projects[key] = project
        self._of_path[path] = project
        project.reload(resolved)
        project.manifest_diagnostics += diagnostics
        return project

    def forget(self, project: OpenProject) -> None:
        """Forget a project of which no document is open, with its trees."""
        project.forget_trees()
        # Also closed files belong to it that were asked about, and another project may have its key by now.
        self._of_path = {path: owner for path, owner in self._of_path.items() if owner is not project}
        if self.projects.get(project.key) is project:
            del self.projects[project.key]

    def refresh(self, project: OpenProject) -> None:
        """Read the manifest and the files of a project again. What cannot be read leaves the last good state."""
        start = next((path for path, owner in self._of_path.items() if owner is project), project.key)
        key, resolved, diagnostics = _resolve(start)
        if has_errors(diagnostics):
            project.version += 1
            project.manifest_diagnostics = diagnostics
            return
        if key != project.key:
            # A manifest appeared or went away: files find their projects anew.
            self.forget(project)
            return
        project.reload(resolved)
        project.manifest_diagnostics += diagnostics


def _resolve(path: str) -> tuple[str, ResolvedInput, list[Diagnostic]]:
    """Return the key of the program that a file belongs to, its input, and the errors of its manifest."""
    file = Path(path)
    options = ResolveOptions(cache_folder=user_cache_folder(dict(os.environ)))
    alone = lone_input(file.name or NO_FILE, None, "", Reading())
    if not path.endswith(SOURCE_SUFFIX) or not is_file(path):
        return path, alone, []
    try:
        resolved = resolve_input(file, None, None, file.parent, options)
        if isinstance(resolved, ResolveFailure):
            return path, lone_input(file.stem, file, None, Reading()), list(resolved.diagnostics)
        if resolved.source_root is None or resolved.project_folder is None:
            return path, resolved, []
        key = str(resolved.project_folder)
        try:
            whole = resolve_input(None, resolved.project_folder, None, resolved.project_folder, options)
        except DriverError:
            return key, resolved, []
        if isinstance(whole, ResolveFailure):
            return key, resolved, list(whole.diagnostics)
        return key, whole, []
    except DriverError:
        return path, lone_input(file.stem, file, None, Reading()), []
