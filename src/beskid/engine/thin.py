"""LLJIT through libllvmlite's C layer, without llvmlite's Python.

A warm start needs no more of LLVM than this, and opening the library takes a few milliseconds. The C layer is private
to llvmlite, so exactly one version is accepted; `lljit` falls back to the public package for any other. It must not
compile anything.
"""

from __future__ import annotations

import ctypes

from beskid.codegen.llvm_library import ThinUnavailableError, open_library


class _Element(ctypes.Structure):
    _fields_ = (("kind", ctypes.c_uint8), ("value", ctypes.c_char_p), ("length", ctypes.c_size_t))


class _Symbol(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_uint64))


_OBJECT_IMAGE = 2

_functions: ctypes.CDLL | None = None


def _library() -> ctypes.CDLL:
    global _functions
    if _functions is not None:
        return _functions
    library = open_library()
    try:
        library.LLVMPY_CreateLLJITCompiler.argtypes = [
            ctypes.c_void_p,
            ctypes.c_bool,
            ctypes.c_bool,
            ctypes.POINTER(ctypes.c_char_p),
        ]
        library.LLVMPY_CreateLLJITCompiler.restype = ctypes.c_void_p
        library.LLVMPY_LLJIT_Link.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.POINTER(_Element),
            ctypes.c_size_t,
            ctypes.POINTER(_Symbol),
            ctypes.c_size_t,
            ctypes.POINTER(_Symbol),
            ctypes.c_size_t,
            ctypes.POINTER(ctypes.c_char_p),
        ]
        library.LLVMPY_LLJIT_Link.restype = ctypes.c_void_p
        library.LLVMPY_InitializeNativeTarget()
        library.LLVMPY_InitializeNativeAsmPrinter()
    except AttributeError as error:
        raise ThinUnavailableError(str(error)) from error
    _functions = library
    return library


class ThinJit:
    """One LLJIT instance. It and everything loaded into it live until the process exits."""

    __slots__ = ("_count", "_instance", "_library")

    def __init__(self) -> None:
        self._library = _library()
        self._count = 0
        message = ctypes.c_char_p()
        # JITLink allocates an object contiguously, so that its sections are always in reach of each other.
        self._instance = self._library.LLVMPY_CreateLLJITCompiler(None, True, True, ctypes.byref(message))
        if not self._instance:
            raise ThinUnavailableError((message.value or b"no JIT for this machine").decode("utf-8", "replace"))

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""
        elements = (_Element * 1)(_Element(_OBJECT_IMAGE, image, len(image)))
        given = (_Symbol * len(imports))(*[_Symbol(name.encode(), address) for name, address in imports.items()])
        wanted = (_Symbol * len(exports))(*[_Symbol(name.encode(), 0) for name in exports])
        self._count += 1
        message = ctypes.c_char_p()
        tracker = self._library.LLVMPY_LLJIT_Link(
            self._instance,
            f"program.{self._count}".encode(),
            elements,
            1,
            given,
            len(given),
            wanted,
            len(wanted),
            ctypes.byref(message),
        )
        if not tracker:
            raise RuntimeError((message.value or b"the object cannot be loaded").decode("utf-8", "replace"))
        return {name: int(symbol.address) for name, symbol in zip(exports, wanted, strict=True)}
