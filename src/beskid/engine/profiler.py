"""Samples of where a loaded program spends its time.

`ProfiledLoader` wraps a loader and keeps the address of the program's code; from `start_sampling` on, the library of
the profiler interrupts this thread. Only profiling imports this module.
"""

from __future__ import annotations

import ctypes
import os
from struct import pack_into, unpack_from

from beskid.codegen.elf import SHF_EXECINSTR, SHT_SYMTAB, SYMBOL_SIZE
from beskid.codegen.objectfile import sections
from beskid.engine.errors import JitError
from beskid.engine.gdb import anchors_of, follow_pointers
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beskid.engine.lljit import ObjectLoader

LIBRARY_NAME = "libbeskid_profiler.so"
NO_FRAME, STACK_POINTER, FRAME_POINTER = range(3)
HEADER_WORDS = 2
"""Words before the samples: how many words the samples have, and how many samples found no room."""

_UNSUPPORTED = -1
_SYMBOL_SECTION, _SYMBOL_VALUE = 6, 8


class FrameRow(ctypes.Structure):
    """How a range of the code finds its caller, as the library declares it."""

    _fields_ = (
        ("start", ctypes.c_uint32),
        ("base", ctypes.c_uint32),
        ("offset", ctypes.c_int32),
        ("saved_pointer", ctypes.c_int32),
    )


class ProfiledLoader:
    """An `ObjectLoader` that remembers where the code of an object lies."""

    __slots__ = ("_loader", "places")

    def __init__(self, loader: ObjectLoader) -> None:
        self._loader = loader
        self.places: dict[int, int] = {}
        """The address of each section with code, by its number."""

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""
        anchors = anchors_of(image)
        names = list(dict.fromkeys([*exports, *[name for name, _ in anchors.values()]]))
        addresses = self._loader.load(image, imports, names)
        bases = {section: addresses[name] - offset for section, (name, offset) in anchors.items()}
        found = follow_pointers(image, bases)
        self.places = {number: found[number] for number in _code_sections(image)}
        return addresses


def _code_sections(image: bytes) -> dict[int, int]:
    """Number and size of the sections that have code, of which LLVM makes one for what rarely runs."""
    rows = enumerate(sections(image))
    return {number: row.size for number, row in rows if row.flags & SHF_EXECINSTR and row.size}


def code_of(image: bytes, places: dict[int, int]) -> tuple[int, int]:
    """Return the address of the first byte of the code, and the one after the last."""
    sizes = _code_sections(image)
    return min(places.values()), max([place + sizes[number] for number, place in places.items()])


def in_one_section(image: bytes, places: dict[int, int]) -> bytes:
    """Return an object whose symbols count from the start of the code, for readers that know one section of code."""
    patched = bytearray(image)
    low, _ = code_of(image, places)
    for table in sections(image):
        if table.kind != SHT_SYMTAB:
            continue
        for row in range(table.offset, table.offset + table.size, SYMBOL_SIZE):
            (section,) = unpack_from("<H", image, row + _SYMBOL_SECTION)
            if section in places:
                (value,) = unpack_from("<Q", image, row + _SYMBOL_VALUE)
                pack_into("<Q", patched, row + _SYMBOL_VALUE, value + places[section] - low)
    return bytes(patched)


def start_sampling(
    folder: str,
    code: tuple[int, int],
    rows: Sequence[FrameRow],
    others: Sequence[tuple[int, int]],
    memory: int,
    size: int,
    period: int,
    parent: int,
) -> Callable[[], None]:
    """Take a sample of this thread each `period` nanoseconds into `size` bytes at the address `memory`.

    Time counts while the thread computes. `rows` describe the code in order, `others` are the ranges of all other code
    of the process, which is killed when its parent, the process `parent`, ends. What is returned ends the samples; it
    must be kept until then, for it holds what the handler reads. Raises `JitError` when the library in `folder` cannot
    be opened, or no thread can be started.
    """
    path = f"{folder}/{LIBRARY_NAME}"
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise JitError(E4002, f"{path} cannot be opened: {error}", "run `make runtime`, or reinstall") from error
    start = library.beskid_profile_start
    start.restype = ctypes.c_int32
    start.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p,
        ctypes.c_uint64, ctypes.c_int64, ctypes.c_int32,
    ]  # fmt: skip
    ends = (ctypes.c_uint64 * 2)(*code)
    table = (FrameRow * len(rows))(*rows)
    ranges = (ctypes.c_uint64 * (2 * len(others)))(*[end for pair in others for end in pair])
    status = start(ends, table, len(rows), ranges, len(others), memory, size, period, parent)
    if status == _UNSUPPORTED:
        raise JitError(E4002, "this machine has no profiler", "it works on x86-64 Linux")
    if status != 0:
        raise JitError(E4002, f"no samples can be taken: {os.strerror(status)}", "try again")

    def stop() -> None:
        library.beskid_profile_stop()
        _ = table, ranges

    return stop
