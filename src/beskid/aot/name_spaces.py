"""Keeps the names of program and runtime apart from those of C.

A linker has one space of names for all that it links. Program and runtime call each other by names that no C source can
spell, and the C functions that the runtime calls are those of the C library: an exported function of such a name gets
another one in an executable and is refused in a library, and a static library that defines one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.abi.libraries import is_archive
from beskid.abi.symbols import ENTRY_SYMBOL, HOST_SYMBOL, OWN_PREFIX, PROGRAM_SYMBOL, TESTS_SYMBOL, private_export
from beskid.aot.errors import CANNOT_EXPORT, INVALID_REQUEST, LINK_FAILED, AotError
from beskid.aot.request import BuildRequest, OutputKind
from beskid.aot.runtime_archive import RuntimeArchive
from beskid.codegen.fileformats import archive_symbols, format_of, read_binary
from beskid.codegen.formats.model import SymbolKind
from beskid.codegen.formats.renaming import renamed
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.shared_library import read_shared_library
from beskid.codegen.symbol_table import SymbolTableError, with_symbols
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, read_file

VERSION_SYMBOL = RUNTIME_EXPORT_SYMBOLS[0]


def own_name(name: str) -> str:
    """Return the symbol of program, runtime or start-up code that C cannot spell."""
    return f"{OWN_PREFIX}{name}"


OWN_NAMES: Mapping[str, str] = {
    name: own_name(name) for name in (*RUNTIME_EXPORT_SYMBOLS, PROGRAM_SYMBOL, ENTRY_SYMBOL, TESTS_SYMBOL)
}
"""The symbols by which program, runtime and start-up code refer to each other in a linked output."""

PYTHON_SYMBOLS = (HOST_SYMBOL, PROGRAM_SYMBOL)
"""What a library for Python shows to its loader: the table of its functions, and the record of the program."""

EMPTY: Mapping[str, str] = {}

START_SYMBOLS = frozenset(
    (
        "_start", "_init", "_fini", "__bss_start", "_edata", "_end", "_etext", "edata", "end", "etext", "data_start",
        "environ", "main",
    )
)  # fmt: skip
"""Symbols of start-up code and linker."""

ALLOCATOR_SYMBOLS = frozenset(
    (
        "aligned_alloc", "calloc", "cfree", "free", "malloc", "malloc_usable_size", "memalign", "posix_memalign",
        "pvalloc", "realloc", "reallocarray", "valloc",
    )
)  # fmt: skip
"""The allocator of the C library, which the C library itself calls by these names."""


def reserved_for(name: str, needed: Iterable[str]) -> str:
    """Return what a C name is reserved for in a library; empty for a free name. `needed` is what the runtime calls."""
    if name in needed:
        return "the runtime calls the function of the C library"
    if name in SUPPORT_SYMBOLS:
        return "compiled code calls the function of the C library"
    if name in ALLOCATOR_SYMBOLS:
        return "it belongs to the allocator of the C library"
    if name in START_SYMBOLS:
        return "it belongs to the start-up code"
    if name[:1] == "_" and (name[1:2] == "_" or name[1:2].isupper()):
        return "C reserves such names for its implementation"
    return ""


def check_exports(request: BuildRequest, needed: frozenset[str]) -> None:
    """Raise `AotError` for exports of a library or object that code of others could call by mistake."""
    foreign = "the program calls the foreign function"
    reasons = [(name, foreign if name in request.externs else reserved_for(name, needed)) for name in request.exports]
    refused = [f"\n  `{name}`: {reason}" for name, reason in reasons if reason]
    if refused:
        raise AotError(
            CANNOT_EXPORT,
            f"exported functions have reserved C names{''.join(refused)}",
            'give each another name with `Symbol`, as in `[Export(Abi: "C", Symbol: "my_name")]`',
        )


def names_of_exports(request: BuildRequest, needed: frozenset[str]) -> dict[str, str]:
    """Return the C names by the symbols of the exported functions that other code may call by them.

    The libraries of an executable may do so, but not by a name that the C library defines.
    """
    names = request.exports
    if request.kind is OutputKind.EXECUTABLE:
        has_libraries = bool(request.libraries or request.extra_arguments)
        reserved = request.system_symbols
        names = tuple([name for name in names if not (name in reserved or reserved_for(name, needed))])
        names = names if has_libraries else ()
    return {private_export(name): name for name in names}


def with_c_names(image: bytes, exports: Mapping[str, str]) -> bytes:
    """Return an object of any format whose exported functions have their C names, as another linker expects."""
    return _renamed(image, exports) if exports else image


def with_own_names(image: bytes, others: Mapping[str, str] = EMPTY) -> bytes:
    """Return an object of program, runtime or start-up code, of any format, in which the names of both are their own.

    `others` are names that only it needs: C names of exports, or those of `private_names`.
    """
    return _renamed(image, {**OWN_NAMES, **others})


def private_names(runtime: RuntimeArchive, support: frozenset[str]) -> dict[str, str]:
    """Return the names by which files of the runtime call each other in an output, where the archive has several.

    An archive of one file, which ELF targets have, shows none. `support` are functions that every code may call.
    """
    return {name: own_name(name) for name in runtime.symbols.difference(RUNTIME_EXPORT_SYMBOLS, support)}


def _renamed(image: bytes, names: Mapping[str, str]) -> bytes:
    with _linkable():
        return renamed(image, names, format_of(image))


@contextmanager
def _linkable() -> Iterator[None]:
    """Raise `AotError` for an object whose symbols cannot be changed."""
    try:
        yield
    except (ObjectFileError, SymbolTableError) as error:
        raise AotError(INVALID_REQUEST, f"the object cannot be linked: {error}", "compile it again") from error


def with_visible_names(image: bytes) -> bytes:
    """Return the object of a library for Python, whose symbols of the loader a shared library can export."""
    with _linkable():
        return with_symbols(image, visible=frozenset(PYTHON_SYMBOLS))


def with_local_names(image: bytes, exports: Iterable[str]) -> bytes:
    """Return an object in which only the exports and the version are seen by others.

    The version is weak, so that a program can link several libraries.
    """
    names = {OWN_NAMES[VERSION_SYMBOL]: VERSION_SYMBOL}
    try:
        return with_symbols(image, names, frozenset((VERSION_SYMBOL, *exports)), frozenset((VERSION_SYMBOL,)))
    except SymbolTableError as error:
        raise AotError(LINK_FAILED, f"the library cannot be completed: {error}") from error


def check_archives(request: BuildRequest, runtime: RuntimeArchive) -> None:
    """Raise `AotError` for a static library of the request that defines what the runtime calls of the C library."""
    for path in request.libraries:
        if not is_archive(path) or "/" not in path:
            continue
        _refuse(shown_name(path), symbols_of_archive(path) & runtime.needed)


def symbols_of_archive(path: str) -> set[str]:
    """Return the symbols that a static library defines; none of a file that is not one."""
    try:
        return archive_symbols(read_file(path, MAX_BINARY_BYTES).data)
    except (FileError, ObjectFileError):
        # The linker reports what is wrong with it.
        return set()


def check_linked(image: bytes, output: Path, runtime: RuntimeArchive) -> None:
    """Raise `AotError` for a linked file that itself defines what its runtime calls of the C library."""
    try:
        binary = read_binary(image)
    except ObjectFileError as error:
        raise AotError(LINK_FAILED, f"the linker wrote no valid `{output.name}`: {error}") from error
    functions = {held.name for held in binary.symbols if held.is_defined and held.kind is not SymbolKind.DATA}
    _refuse(output.name, functions & runtime.needed)
    own = sorted(binary.defined & {*RUNTIME_EXPORT_SYMBOLS, *OWN_NAMES.values()})
    if own:
        raise AotError(LINK_FAILED, f"`{output.name}` shows functions of the runtime: {', '.join(own)}")


def check_python_library(image: bytes, output: Path) -> None:
    """Raise `AotError` unless a linked library shows the symbols of its loader alone."""
    try:
        shown = set(read_shared_library(image).symbols)
    except ObjectFileError as error:
        raise AotError(LINK_FAILED, f"the linker wrote no valid `{output.name}`: {error}") from error
    if shown != set(PYTHON_SYMBOLS):
        raise AotError(LINK_FAILED, f"`{output.name}` shows {', '.join(sorted(shown)) or 'no symbols'}")


def _refuse(file: str, defined: set[str]) -> None:
    if defined:
        listed = ", ".join([f"`{name}`" for name in sorted(defined)])
        raise AotError(
            LINK_FAILED,
            f"`{file}` defines {listed}, which the runtime takes from the C library",
            "leave the static library out that defines it, rename the function there, or link a shared library",
        )
