"""Everything that decides an object's bytes, read once before the compilation.

The front end gets its sources from a snapshot; the object's key and the record of a run are computed from it alone.
What a user changes while the compiler works is therefore never mistaken for what was compiled.
"""

from __future__ import annotations

from pathlib import Path

from beskid.analysis.program import Package
from beskid.base.node import field_names, node
from beskid.driver.cache.key import (
    CompilerState,
    compiler_digest,
    compiler_stamp,
    core_library_folder,
    digest,
    read_compiler,
)
from beskid.driver.cache.store import Cache, Record
from beskid.driver.failure import DriverError
from beskid.driver.inputs.project import DependencyRoot, ResolvedInput
from beskid.driver.inputs.sources import (
    CORE_LIBRARY_DISPLAY,
    CORE_LIBRARY_NAME,
    SourceFile,
    SourceTree,
    core_library,
    package_of,
    read_checkout_tree,
    read_file,
    read_tree,
)
from beskid.driver.options import CompileOptions
from beskid.files.problems import FileError, shown_name
from beskid.source.diagnostics import Diagnostic


@node
class Snapshot:
    """What was read. `trees` are the source roots by package, the user's first; a single file is a tree of its own."""

    compiler: CompilerState
    manifests: tuple[SourceFile, ...]
    trees: dict[str, SourceTree]
    absent: tuple[str, ...]
    package: str
    entry_module: tuple[str, ...]

    def user_files(self) -> dict[tuple[str, ...], SourceFile]:
        """The files of the package that is compiled, by module path."""
        return self.trees[self.package].files

    def files(self) -> list[SourceFile]:
        """The source files of the program and of its dependencies."""
        return [file for tree in self.trees.values() for file in tree.files.values()]

    def packages(self, decoding: list[Diagnostic]) -> list[Package]:
        """The user's package, its dependencies and the core library, unless that is what is compiled.

        Bytes that are not UTF-8 are reported in `decoding` when a file is first needed.
        """
        own = self.trees[self.package]
        if own.root and Path(own.root).resolve() == Path(core_library_folder()).resolve():
            return [package_of(CORE_LIBRARY_NAME, own.files, decoding, True)]
        packages = [package_of(name, tree.files, decoding, name != self.package) for name, tree in self.trees.items()]
        if CORE_LIBRARY_NAME in self.trees:
            # The project declares the core library that it uses.
            return packages
        return [*packages, core_library(decoding, self.compiler.library)]

    def file_of(self, display: str) -> SourceFile | None:
        """The file that messages name `display`."""
        for tree in self.trees.values():
            for file in tree.files.values():
                if file.display == display:
                    return file
        return None

    def lines_of(self, display: str) -> list[str]:
        """Return the lines of the file that messages name `display`, also of the core library; none for any other."""
        file = self.file_of(display)
        data = file.data if file is not None else self._of_library(display)
        return data.decode("utf-8", "replace").split("\n") if data else []

    def _of_library(self, display: str) -> bytes:
        relative = display.removeprefix(f"{CORE_LIBRARY_DISPLAY}/")
        return b"" if relative == display else self.compiler.library.get(tuple(relative.split("/")), b"")

    def compiler_digest(self, cache: Cache) -> str:
        """Return the digest of the compiler, which the cache remembers under its stamp.

        Reading 700 files takes 13 ms. A compiler that changes meanwhile is not remembered.
        """
        stamp = self.compiler.stamp
        known = cache.load_compiler(stamp) if stamp else ""
        if known:
            return known
        try:
            made = compiler_digest(self.compiler.library)
        except FileError as error:
            raise _broken_installation(error) from error
        if self.is_compiler_unchanged():
            cache.store_compiler(stamp, made)
        return made

    def key(self, options: CompileOptions, triple: str, compiler: str) -> str:
        """The digest of everything that can change the object's bytes, every option included."""
        lines = [compiler, triple, self.package, ".".join(self.entry_module)]
        lines += [f"{name}={getattr(options, name)!r}" for name in field_names(CompileOptions)]
        for name, tree in self.trees.items():
            lines += [f"{name} {'.'.join(path)} {file.display} {file.digest}" for path, file in tree.files.items()]
        return digest("\n".join(lines).encode("utf-8", "surrogateescape"))

    def record(self, key: str, links: list[str], warnings: str = "", colored_warnings: str = "") -> Record:
        """What a later run must find unchanged to use the object stored under `key`, and the warnings it prints."""
        sources = self.files()
        return Record(
            self.compiler.stamp,
            key,
            [(file.path, file.digest) for file in (*sources, *self.manifests) if file.path],
            [(tree.root, tree.listing) for tree in self.trees.values() if tree.root],
            list(self.absent),
            links,
            warnings,
            colored_warnings,
        )

    def is_compiler_unchanged(self) -> bool:
        """Return whether the compiler's files are unchanged since the snapshot, judging by their stamps."""
        return bool(self.compiler.stamp) and compiler_stamp() == self.compiler.stamp


def take_snapshot(resolved: ResolvedInput) -> Snapshot:
    """Read the compiler, the sources and their dependencies; a file that cannot be read is a `DriverError`."""
    try:
        compiler = read_compiler()
    except FileError as error:
        raise _broken_installation(error) from error
    return Snapshot(
        compiler,
        resolved.manifests,
        read_trees(resolved),
        tuple([str(path) for path in resolved.searched]),
        resolved.package,
        resolved.entry_module,
    )


def _broken_installation(error: FileError) -> DriverError:
    return DriverError(f"cannot read {shown_name(error.path)}: {error.reason}", "reinstall beskid")


def read_trees(resolved: ResolvedInput) -> dict[str, SourceTree]:
    """Read the source files of a program and of its dependencies, by package."""
    trees = {resolved.package: _user_tree(resolved)}
    for dependency in resolved.dependencies:
        trees[dependency.name] = _dependency_tree(dependency)
    return trees


def _dependency_tree(dependency: DependencyRoot) -> SourceTree:
    checkout = dependency.checkout
    if checkout is None:
        return read_tree(dependency.root, dependency.display)
    return read_checkout_tree(dependency.root, dependency.display, checkout.folder, checkout.files)


def _user_tree(resolved: ResolvedInput) -> SourceTree:
    if resolved.source_root is not None:
        return read_tree(resolved.source_root, resolved.display_root)
    if resolved.text is not None:
        data = resolved.text.encode("utf-8", "surrogateescape")
        return SourceTree("", {(): SourceFile(resolved.stem, "", data, digest(data))}, "")
    if resolved.entry_file is None:
        return SourceTree("", {}, "")
    return SourceTree("", {(): read_file(resolved.entry_file, resolved.entry_file.name)}, "")
