"""What is known of a program from earlier builds, so that an edit is checked and lowered in its own modules only.

After a build without diagnostics the cache holds the outline of the program, with the interface of each module, and the
lowered functions of each file. A later build of the same files checks the modules whose text has changed. If no
interface has, and nothing is to be reported, everything else stays as it was; otherwise the whole program is checked.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable, Mapping, Sequence

from beskid.analysis.check import BlankBodyError, CheckedProgram, check_chosen, optional_entry
from beskid.analysis.interface import Interface, Interfaces, without_bodies
from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.program import Package, ProgramWorld
from beskid.analysis.typed import TypedProgram
from beskid.base.node import node
from beskid.driver.cache.key import digest
from beskid.driver.cache.store import Cache
from beskid.driver.inputs.snapshot import Snapshot
from beskid.driver.options import CompileOptions
from beskid.ir.model import Module
from beskid.ir.references import References
from beskid.lower.arrange import arrange, references_in
from beskid.lower.changed import lower_changed
from beskid.lower.kept import (
    KeptFunctions,
    Outline,
    extern_of,
    extern_row,
    further_requests,
    outline_of,
    write_kept,
)
from beskid.lower.mono import Discovery
from beskid.lower.program import LowerOptions
from beskid.lower.requests import NotKeptError
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText

_NO_OUTLINE = Outline((), (), {})


@node
class KnownFile:
    """A source file: the digest of its content, and its interface. A file of the core library has no digest."""

    content: str
    interface: Interface


@node
class KnownProgram:
    """`files`, also those of the core library, by their display names.

    `lowered` are the files of which functions are kept, `exports` the names of the functions that C can call.
    """

    files: dict[str, KnownFile]
    lowered: tuple[str, ...]
    outline: Outline
    exports: tuple[str, ...]


@node
class ChangedProgram:
    """A program without diagnostics of which only some modules were checked now."""

    known: KnownProgram
    typed: TypedProgram
    world: ProgramWorld
    changed: tuple[ModuleSymbol, ...]
    files: dict[str, KnownFile]
    """The files as they are now."""


class Known:
    """What the cache knows of one program; `key` names its outline. Without an `entry` it is only checked."""

    __slots__ = ("_cache", "_entry", "_options", "_snapshot", "key")

    def __init__(self, cache: Cache, snapshot: Snapshot, options: CompileOptions, entry: str | None) -> None:
        self._cache = cache
        self._snapshot = snapshot
        self._options = options
        self._entry = entry
        lines = [snapshot.compiler_digest(cache), sys.version, snapshot.package, ".".join(snapshot.entry_module)]
        lines += [entry or "", str(options.print_result), str(options.optimize == 0)]
        for package, path, display in _places(snapshot):
            lines.append(f"{package} {'.'.join(path)} {display}")
        self.key = digest("\n".join(lines).encode("utf-8", "surrogateescape"))

    def find(self, reads_bodies: bool = False) -> ChangedProgram | None:
        """Check what has changed since the outline was written; None when the whole program has to be checked.

        Unless `reads_bodies`, the texts of the other modules are read without the bodies of their functions.
        """
        known = self._load()
        if known is None or self._extends_elsewhere(known):
            return None
        contents = {file.display: file.digest for file in self._snapshot.files()}
        changed = [place for place in _places(self._snapshot) if known.files[place[2]].content != contents[place[2]]]
        if len(changed) * 2 > len(contents):
            return None
        blank = {} if reads_bodies else {name: file.interface.blocks for name, file in known.files.items()}
        for _, _, display in changed:
            blank.pop(display, None)
        decoding: list[Diagnostic] = []
        interfaces = Interfaces()
        packages = [_without_bodies(package, blank) for package in self._snapshot.packages(decoding)]
        world = ProgramWorld(packages, interfaces)
        modules: list[ModuleSymbol] = []
        files = dict(known.files)
        for package, path, display in changed:
            module = world.module(package, path)
            assert module is not None
            files[display] = KnownFile(contents[display], interfaces.by_name[display])
            if files[display].interface.digest != known.files[display].interface.digest:
                return None
            modules.append(module)
        for package, path, display in _places(self._snapshot):
            if known.files[display].interface.extends:
                world.module(package, path)
        checked = self._check(world, modules, frozenset(blank))
        if checked.typed is None or checked.diagnostics or decoding:
            return None
        return ChangedProgram(known, checked.typed, world, tuple(modules), files)

    def _extends_elsewhere(self, known: KnownProgram) -> bool:
        """Return whether a dependency adds methods to types of others.

        They exist from when a module mentions the one that adds them, so every body may decide what others mean.
        """
        own = self._snapshot.package
        return any(
            package != own and known.files[name].interface.extends for package, _, name in _places(self._snapshot)
        )

    def _check(self, world: ProgramWorld, chosen: Sequence[ModuleSymbol], blank: frozenset[str]) -> CheckedProgram:
        module = self._snapshot.entry_module
        if self._entry is None:
            return check_chosen(world, optional_entry(world, module), "main", False, chosen, blank)
        entry = (world.user_package, module)
        return check_chosen(world, entry, self._entry, self._options.print_result, chosen, blank)

    def lower(self, program: ChangedProgram, options: LowerOptions) -> Module | None:
        """Lower what has changed and take the rest as it was; None when the whole program has to be lowered."""
        kept = KeptFunctions()
        for image in self._cache.load_lowered(self._file_keys(program.known.lowered, program.files)):
            if image is not None:
                kept.read(image)
        try:
            made = self._lower(program, options, kept)
        except NotKeptError:
            return None
        if made is None:
            return None
        module, outline, discovery = made
        references = references_in(module, kept.references)
        self._store(module, program.files, outline, program.known.exports, kept, references, discovery)
        arrange(module, references, outline.roots, outline.extern_symbols())
        return module

    def _lower(
        self, program: ChangedProgram, options: LowerOptions, kept: KeptFunctions
    ) -> tuple[Module, Outline, Discovery] | None:
        outline = program.known.outline
        try:
            return lower_changed(program.typed, options, outline, kept, program.world)
        except BlankBodyError:
            # A function is needed that was not needed before, of a module without changes.
            whole = self.find(reads_bodies=True)
        return None if whole is None else lower_changed(whole.typed, options, outline, kept, whole.world)

    def keep(self, module: Module, program: TypedProgram, interfaces: Interfaces | None, discovery: Discovery) -> None:
        """Bring a program that was lowered as a whole into its canonical form, and keep it.

        `interfaces` are those of its modules; without them, since something was reported, nothing is kept.
        """
        outline = outline_of(module, program, discovery)
        references = references_in(module)
        files = None if interfaces is None else self._files_of(interfaces)
        if files is not None:
            exports = tuple(sorted([name for name, _ in program.exports]))
            self._store(module, files, outline, exports, KeptFunctions(), references, discovery)
        arrange(module, references, outline.roots, outline.extern_symbols())

    def keep_checked(self, interfaces: Interfaces) -> None:
        """Remember that a program which is not lowered has no diagnostics. `interfaces` are those of its modules."""
        files = self._files_of(interfaces)
        if files is not None and self._snapshot.is_compiler_unchanged():
            self._store_outline(KnownProgram(files, (), _NO_OUTLINE, ()))

    def keep_changed(self, program: ChangedProgram) -> None:
        """Remember that a program which is not lowered still has no diagnostics."""
        if program.changed and self._snapshot.is_compiler_unchanged():
            self._store_outline(KnownProgram(program.files, (), _NO_OUTLINE, ()))

    def _files_of(self, interfaces: Interfaces) -> dict[str, KnownFile] | None:
        contents = {file.display: file.digest for file in self._snapshot.files()}
        found = interfaces.by_name
        if interfaces.is_ambiguous or not contents.keys() <= found.keys():
            return None
        return {name: KnownFile(contents.get(name, ""), interface) for name, interface in found.items()}

    def _load(self) -> KnownProgram | None:
        data = self._cache.load_outline(self.key)
        if data is None:
            return None
        rows, lowered, roots, externs, requests, exports = marshal.loads(data)
        files = {name: KnownFile(content, Interface(*interface)) for name, (content, *interface) in rows.items()}
        outline = Outline(roots, tuple([extern_of(row) for row in externs]), requests)
        return KnownProgram(files, lowered, outline, exports)

    def _store(
        self,
        module: Module,
        files: Mapping[str, KnownFile],
        outline: Outline,
        exports: tuple[str, ...],
        kept: KeptFunctions,
        references: Mapping[str, References],
        discovery: Discovery,
    ) -> None:
        """Keep the functions of each file that has some which are not kept, and the outline.

        The module must still have what nothing refers to in the end: that too is lowered, and can fail.
        """
        if not self._snapshot.is_compiler_unchanged():
            return
        requests = {**kept.requests, **further_requests(module, references, discovery)}
        names: dict[str, list[str]] = {}
        for function in module.functions.values():
            names.setdefault(function.location.file, []).append(function.name)
        lowered = tuple(names)
        images = {
            key: write_kept(module, names[file], references, requests)
            for file, key in zip(lowered, self._file_keys(lowered, files), strict=True)
            if any(name not in kept.functions for name in names[file])
        }
        self._cache.store_lowered(images)
        self._store_outline(KnownProgram(dict(files), lowered, outline, exports))

    def _store_outline(self, program: KnownProgram) -> None:
        files = {
            name: (file.content, file.interface.digest, file.interface.extends, file.interface.blocks)
            for name, file in program.files.items()
        }
        outline = program.outline
        externs = [extern_row(extern) for extern in outline.externs]
        rows = (files, program.lowered, outline.roots, externs, dict(outline.requests), program.exports)
        self._cache.store_outline(self.key, marshal.dumps(rows))

    def _file_keys(self, names: Sequence[str], files: Mapping[str, KnownFile]) -> list[str]:
        """Return the keys of what is kept of files, which the text of the file and all interfaces decide.

        A file without a digest is one of the core library, which is part of the compiler.
        """
        own = [name for name in sorted(files) if files[name].content]
        interfaces = "\n".join([f"{name} {files[name].interface.digest}" for name in own])
        prefix = digest(f"{self.key}\n{interfaces}".encode("utf-8", "surrogateescape"))
        contents = [files[name].content if name in files else "" for name in names]
        return [
            digest(f"{prefix}\n{name}\n{content}".encode("utf-8", "surrogateescape"))
            for name, content in zip(names, contents, strict=True)
        ]


def _without_bodies(package: Package, blank: Mapping[str, tuple[tuple[int, int], ...]]) -> Package:
    """Return a package whose texts of the files `blank` have no bodies."""

    def reading(load: Callable[[], SourceText]) -> Callable[[], SourceText]:
        def read() -> SourceText:
            source = load()
            blocks = blank.get(source.path)
            return SourceText(source.path, without_bodies(source.text, blocks)) if blocks else source

        return read

    modules = {path: reading(load) for path, load in package.modules.items()} if blank else package.modules
    return Package(package.name, modules, package.is_library)


def _places(snapshot: Snapshot) -> list[tuple[str, tuple[str, ...], str]]:
    """Return the files of a program: package, module path and display name."""
    return [
        (package, path, file.display) for package, tree in snapshot.trees.items() for path, file in tree.files.items()
    ]
