"""The runtime's shared library in this process: where it is, whether it keeps our contract, where its functions are.

It takes a path and gives a `RuntimeLibrary`. The gate compares versions before any address is handed out. It must not
search anywhere but where it is told to, and reads no environment.
"""

from __future__ import annotations

import ctypes
import os

from beskid.abi.numbers import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    RUNTIME_EXPORT_SYMBOLS,
)
from beskid.engine.errors import JitError

LIBRARY_NAME = "libbeskid_runtime.so"


def installed_library(triple: str) -> str:
    """Where the package keeps the runtime of a triple."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    return f"{package}/_runtime/lib/{triple}/{LIBRARY_NAME}"


class RuntimeLibrary:
    """An opened runtime; it stays open as long as the process lives, like the heap in it."""

    __slots__ = ("_handle", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._handle = ctypes.CDLL(path)
        except OSError as error:
            raise JitError.RuntimeMissing(path, str(error)) from error

    def address(self, symbol: str) -> int:
        """The address of an exported function; 0 when there is none."""
        try:
            return ctypes.cast(self._handle[symbol], ctypes.c_void_p).value or 0
        except AttributeError:
            return 0

    def check(self) -> None:
        """The version gate; raises when this runtime is not the one that objects of ours were compiled for."""
        answer = self._number("beskid_runtime_abi_version", ctypes.c_uint32)
        if answer != BESKID_RUNTIME_ABI_VERSION:
            raise JitError.VersionMismatch(
                "runtime ABI version",
                BESKID_RUNTIME_ABI_VERSION,
                "none" if answer is None else answer,
                "beskid",
                self.path,
            )
        level = self._number("beskid_runtime_abi_level", ctypes.c_uint32)
        if level is not None and level < BESKID_RUNTIME_ABI_LEVEL:
            raise JitError.VersionMismatch("runtime ABI level", BESKID_RUNTIME_ABI_LEVEL, level, "beskid", self.path)
        draft = self._number("beskid_runtime_draft_hash", ctypes.c_uint64)
        if draft is not None and draft != BESKID_DRAFT_HASH:
            raise JitError.VersionMismatch(
                "runtime draft layout", f"{BESKID_DRAFT_HASH:#x}", f"{draft:#x}", "beskid", self.path
            )

    def _number(self, symbol: str, result: type[ctypes.c_uint32] | type[ctypes.c_uint64]) -> int | None:
        if not self.address(symbol):
            return None
        function = ctypes.CFUNCTYPE(result)(self.address(symbol))
        return int(function())

    def enter(self, program: int, arguments: list[bytes], flags: int) -> int:
        """Run a program's entry with its name and arguments; its status."""
        function = ctypes.CFUNCTYPE(
            ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64
        )(self.address("beskid_enter"))
        values = (ctypes.c_char_p * (len(arguments) + 1))(*arguments, None)
        return int(function(program, len(arguments), values, flags))

    def call(self, program: int, function: int, flags: int) -> int:
        """Call a function of a loaded program that takes no argument of use; its result, or the status of a panic."""
        call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)(
            self.address("beskid_call")
        )
        return int(call(program, function, None, flags))

    def last_status(self) -> int:
        """How the last entry ended, which a program's own status cannot be mistaken for."""
        return int(ctypes.CFUNCTYPE(ctypes.c_int64)(self.address("beskid_last_status"))())

    def last_panic(self) -> str | None:
        """The message of the last entry's panic; None when it returned."""
        function = ctypes.CFUNCTYPE(ctypes.c_char_p)(self.address("beskid_last_panic"))
        message = function()
        return None if message is None else message.decode("utf-8", "replace")


def load_runtime(path: str) -> RuntimeLibrary:
    """Open a runtime and put it through the gate."""
    library = RuntimeLibrary(path)
    library.check()
    return library


def listed_symbols() -> frozenset[str]:
    """The names that a runtime must offer."""
    return frozenset(RUNTIME_EXPORT_SYMBOLS)
