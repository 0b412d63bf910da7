"""Foreign libraries in this process: opened before any code runs, every symbol checked, never closed.

Takes pairs of library and symbol with the file or name to open, and returns addresses. Libraries and addresses are
cached for the process, across programs. Which libraries are permitted is decided by the driver.
"""

from __future__ import annotations

import ctypes
import os

from beskid.abi.libraries import C_LIBRARY_PARTS, SYSTEM_LIBRARIES, canonical_library
from beskid.engine.errors import JitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from beskid.ir.model import ExternImport

OPEN_FLAGS = os.RTLD_NOW | os.RTLD_LOCAL


class ForeignLibraries:
    """Opened libraries by name and addresses by (name, symbol). `opener` is replaceable so that tests can count."""

    __slots__ = ("_addresses", "_libraries", "_opener")

    def __init__(self, opener: Callable[[str, int], ctypes.CDLL] | None = None) -> None:
        self._opener = opener if opener is not None else _open
        self._libraries: dict[str, ctypes.CDLL] = {}
        self._addresses: dict[tuple[str, str], int] = {}

    def address(self, name: str, symbol: str) -> int:
        """Return the address of a symbol; `OSError` or `AttributeError` with the message of the loader."""
        known = self._addresses.get((name, symbol))
        if known is not None:
            return known
        library = self._libraries.get(name)
        if library is None:
            library = self._opener(name, OPEN_FLAGS)
            self._libraries[name] = library
        found = ctypes.cast(library[symbol], ctypes.c_void_p).value
        if name in SYSTEM_LIBRARIES.values():
            found = _seen_by_the_process(symbol) or found
        if not found:
            raise AttributeError(f"{name}: undefined symbol: {symbol}")
        if _is_data(found):
            raise AttributeError(JitError.ExternUnresolved.data_reason(name, symbol))
        self._addresses[name, symbol] = found
        return found

    def resolve(self, pairs: Iterable[tuple[str, str]], names: Mapping[str, str]) -> dict[str, int]:
        """Return the address of each symbol; `names` maps a library as written to what to open.

        Raises one `JitError.ExternUnresolved` that lists every pair that fails.
        """
        pairs = list(pairs)
        addresses: dict[str, int] = {}
        failed: list[tuple[str, str, str]] = []
        for library, symbol in pairs:
            name = names.get(library) or SYSTEM_LIBRARIES.get(canonical_library(library))
            if name is None:
                failed.append((library, symbol, "the library is not permitted"))
                continue
            try:
                addresses[symbol] = self.address(name, symbol)
            except (OSError, AttributeError) as error:
                failed.append((library, symbol, _reason(str(error), name)))
        if failed:
            raise JitError.ExternUnresolved(failed)
        others = {library for library, _ in pairs if canonical_library(library) not in C_LIBRARY_PARTS}
        self._check_system_symbols({symbol: addresses[symbol] for library, symbol in pairs if library in others})
        self._check_owners(addresses, [(library, names[library]) for library, _ in pairs if library in names])
        return addresses

    def _check_system_symbols(self, addresses: Mapping[str, int]) -> None:
        """Raise `ExternAmbiguous` for a function of another library that the C library has too: in an executable the
        name means the C library's."""
        for symbol, address in addresses.items():
            own = _file_of(address)
            if canonical_library(own) in C_LIBRARY_PARTS:
                continue
            for name in SYSTEM_LIBRARIES.values():
                if _defines(name, symbol, address):
                    raise JitError.ExternAmbiguous(symbol, own, name)

    def _check_owners(self, addresses: Mapping[str, int], others: list[tuple[str, str]]) -> None:
        """Raise `ExternAmbiguous` when two libraries of the program define a symbol: a linker could choose either."""
        for symbol, address in addresses.items():
            for name in dict(others).values():
                rival = self._defined_elsewhere(name, symbol, address)
                if rival:
                    own = _file_of(address)
                    raise JitError.ExternAmbiguous(symbol, own, rival)

    def _defined_elsewhere(self, name: str, symbol: str, address: int) -> str:
        try:
            other = self.address(name, symbol)
        except (OSError, AttributeError):
            return ""
        if other == address:
            return ""
        file = _file_of(other)
        return "" if canonical_library(file) in SYSTEM_LIBRARIES else file


def _defines(system_library: str, symbol: str, address: int) -> bool:
    """Return whether a library that every process has open defines the symbol at another address."""
    try:
        return ctypes.cast(ctypes.CDLL(system_library)[symbol], ctypes.c_void_p).value != address
    except (OSError, AttributeError):
        return False


def _reason(text: str, name: str) -> str:
    """Return the loader's message with our name of the library: the loader uses the name of whoever opened it first."""
    mark = text.find("undefined symbol")
    if mark >= 0:
        return f"{name}: {text[mark:]}"
    return text or "the loader states no reason"


def _seen_by_the_process(symbol: str) -> int | None:
    """Return the definition that all code of the process is bound to. A preloaded allocator replaces that of libc, and
    memory from one must not be freed by the other."""
    try:
        return ctypes.cast(ctypes.CDLL(None)[symbol], ctypes.c_void_p).value
    except AttributeError:
        return None


class _SymbolInformation(ctypes.Structure):
    _fields_ = (
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("symbol", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


class _ElfSymbol(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_uint32),
        ("info", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("section", ctypes.c_uint16),
        ("value", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
    )


_RTLD_DL_SYMENT = 1
_DATA_TYPES = (1, 5, 6)
"""ELF types of symbols that hold data: object, common, thread-local."""


def _is_data(address: int) -> bool:
    """Whether an address is that of data. Thread-local data is not in a file, so nothing is known about its address."""
    information = _SymbolInformation()
    symbol = ctypes.POINTER(_ElfSymbol)()
    found = ctypes.CDLL(None).dladdr1(
        ctypes.c_void_p(address), ctypes.byref(information), ctypes.byref(symbol), _RTLD_DL_SYMENT
    )
    if not found:
        return True
    # An indirect function has the address of the implementation that was chosen, which may have no symbol.
    return information.address == address and bool(symbol) and symbol.contents.info & 15 in _DATA_TYPES


def _file_of(address: int) -> str:
    """Return the file that contains an address."""
    information = _SymbolInformation()
    found = ctypes.CDLL(None).dladdr(ctypes.c_void_p(address), ctypes.byref(information))
    return os.fsdecode(information.file) if found and information.file else ""


def _open(name: str, flags: int) -> ctypes.CDLL:
    return ctypes.CDLL(name, flags)


PROCESS_LIBRARIES = ForeignLibraries()
"""The table of this process."""


def resolve_externs(imports: Iterable[ExternImport], libraries: Mapping[str, str]) -> dict[str, int]:
    """Return the address of each import of an artifact, from the table of the process."""
    return PROCESS_LIBRARIES.resolve([(row.library, row.symbol) for row in imports], libraries)
