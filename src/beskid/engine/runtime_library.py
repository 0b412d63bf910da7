"""The runtime's shared library in this process: its path, its version, and the addresses of its functions.

Takes a path and returns a `RuntimeLibrary`. `check` compares versions before any function is used. It must not search
for libraries, and reads no environment.
"""

from __future__ import annotations

import ctypes
import os
from struct import unpack

from beskid.abi.generated.numbers import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    ENTRY_LEVEL,
    LEVEL_SYMBOL_COUNTS,
    ROWS_SIZE,
    RUNTIME_EXPORT_SYMBOLS,
)
from beskid.abi.generated.prototypes import PROTOTYPES
from beskid.abi.symbols import RUNTIME_LIBRARY
from beskid.engine.errors import JitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class HeldObject(Protocol):
        """An object of a heap that a host keeps (`HostObject`)."""

        def address_for(self, runtime: RuntimeLibrary) -> int: ...


ROWS_FORMAT = 1

_LETTERS: dict[str, Any] = {
    "p": ctypes.c_void_p,
    "q": ctypes.c_int64,
    "Q": ctypes.c_uint64,
    "I": ctypes.c_uint32,
    "d": ctypes.c_double,
    "z": ctypes.c_char_p,
    "v": None,
}
"""The ctypes type of each letter in the prototypes of the contract."""


def installed_library(triple: str) -> str:
    """Return the path of the packaged runtime for a triple."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    return f"{package}/_runtime/lib/{triple}/{RUNTIME_LIBRARY}"


class RuntimeLibrary:
    """An opened runtime. It is never closed, like the heap that it contains."""

    __slots__ = ("_addresses", "_handle", "_programs", "_row_hashes", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._addresses: dict[str, int] = {}
        self._programs: set[int] = set()
        self._row_hashes: frozenset[int] | None = None
        try:
            self._handle = ctypes.CDLL(path)
        except OSError as error:
            raise JitError.RuntimeMissing(path, str(error)) from error

    def address(self, symbol: str) -> int:
        """Return the address of an exported function, or 0."""
        known = self._addresses.get(symbol)
        if known is not None:
            return known
        try:
            address = ctypes.cast(self._handle[symbol], ctypes.c_void_p).value or 0
        except AttributeError:
            address = 0
        self._addresses[symbol] = address
        return address

    def check(self, needing: str = "beskid") -> None:
        """Raise `JitError` unless this runtime has the version that our objects are compiled for.

        `needing` is the program that needs it, for the message.
        """
        answer = self._number("beskid_runtime_abi_version")
        if answer != BESKID_RUNTIME_ABI_VERSION:
            raise JitError.VersionMismatch(
                "runtime ABI version",
                BESKID_RUNTIME_ABI_VERSION,
                "none" if answer is None else answer,
                needing,
                self.path,
                JitError.VersionMismatch.WRONG_RUNTIME,
            )
        if self.level() < ENTRY_LEVEL:
            raise JitError.VersionMismatch(
                "runtime ABI level",
                ENTRY_LEVEL,
                self.level(),
                needing,
                self.path,
                JitError.VersionMismatch.WRONG_RUNTIME,
            )
        draft = self._number("beskid_runtime_draft_hash")
        if draft is not None and draft != BESKID_DRAFT_HASH:
            raise JitError.VersionMismatch(
                "runtime draft layout",
                f"{BESKID_DRAFT_HASH:#x}",
                f"{draft:#x}",
                needing,
                self.path,
                JitError.VersionMismatch.WRONG_RUNTIME,
            )

    def level(self) -> int:
        """Return the level of this runtime; 0 when it does not state one."""
        return self._number("beskid_runtime_abi_level") or 0

    def row_hashes(self) -> frozenset[int]:
        """Return the hash of each row of the contract that this runtime states; empty when it states none."""
        if self._row_hashes is None:
            self._row_hashes = frozenset()
            if table := self._rows_table():
                count, hashes = table[1:3]
                self._row_hashes = frozenset(unpack(f"<{count}I", ctypes.string_at(hashes, 4 * count)))
        return self._row_hashes

    def rows(self) -> list[str]:
        """Return the rows themselves, which takes longer than their hashes. Raises `ObjectFileError`."""
        from beskid.codegen.rows import unpacked

        table = self._rows_table()
        return unpacked(ctypes.string_at(*table[3:])) if table else []

    def _rows_table(self) -> tuple[int, ...]:
        """Return format, count, hashes, text and size of the text; nothing for an unknown format."""
        address = self._number("beskid_runtime_rows")
        if not address:
            return ()
        table = unpack("<IIQQQ", ctypes.string_at(address, ROWS_SIZE))
        return table if table[0] == ROWS_FORMAT else ()

    def function(self, symbol: str) -> Callable[..., Any]:
        """Return a listed function with the prototype of the contract; raise `JitError.MissingFunction` without it."""
        address = self.address(symbol)
        if not address:
            raise JitError.MissingFunction([symbol])
        result, parameters = PROTOTYPES[symbol]
        return ctypes.CFUNCTYPE(_LETTERS[result], *[_LETTERS[letter] for letter in parameters])(address)

    def _number(self, symbol: str) -> int | None:
        return int(self.function(symbol)()) if self.address(symbol) else None

    def adopt(self, program: int) -> None:
        """Record that a program was linked against this runtime."""
        self._programs.add(program)

    def enter(self, program: int, arguments: list[bytes], flags: int) -> int:
        """Run a program's entry with its name and arguments. Return its status.

        A program that calls another runtime is refused: its objects would lie in a heap that this one never sees.
        """
        self._check_adopted(program)
        values = (ctypes.c_char_p * (len(arguments) + 1))(*arguments, None)
        return int(self.function("beskid_enter")(program, len(arguments), values, flags))

    def call(self, program: int, function: int, flags: int, argument: HeldObject | None = None) -> int:
        """Call a function of a loaded program with an object of this runtime.

        Return its result, or the status of a panic.
        """
        self._check_adopted(program)
        passed = None if argument is None else argument.address_for(self)
        return int(self.function("beskid_call")(program, function, passed, flags))

    def _check_adopted(self, program: int) -> None:
        if program not in self._programs:
            raise JitError.OtherRuntime(self.path)

    def last_status(self) -> int:
        """Return how the last entry ended. A program cannot set this status itself."""
        return int(self.function("beskid_last_status")())

    def last_panic(self) -> str | None:
        """Return the message of the last entry's panic, or None if it returned."""
        message = self.function("beskid_last_panic")()
        return None if message is None else message.decode("utf-8", "replace")


def load_runtime(path: str, needing: str = "beskid") -> RuntimeLibrary:
    """Open a runtime, and check its version and that it has every function of its level."""
    library = RuntimeLibrary(path)
    library.check(needing)
    required = RUNTIME_EXPORT_SYMBOLS[: LEVEL_SYMBOL_COUNTS[min(library.level(), BESKID_RUNTIME_ABI_LEVEL)]]
    missing = [symbol for symbol in required if not library.address(symbol)]
    if missing:
        raise JitError.RuntimeIncomplete(path, missing)
    return library
