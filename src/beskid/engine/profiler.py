"""Samples of where a loaded program spends its time.

`ProfiledLoader` wraps a loader and keeps the address of the program's code; from `start_sampling` on, the library of
the profiler interrupts this thread. Only profiling imports this module.
"""

from __future__ import annotations

import ctypes
import os
from struct import pack_into, unpack_from
from typing import NamedTuple

from beskid.codegen.elf import SHF_EXECINSTR, SHT_SYMTAB, SYMBOL_SIZE
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import sections
from beskid.engine.errors import JitError
from beskid.engine.placing import load_with_places, tool_library
from beskid.engine.runtime_library import installed_library
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from beskid.engine.lljit import ObjectLoader

LIBRARY_NAME = "libbeskid_profiler.so"
NO_FRAME, STACK_POINTER, FRAME_POINTER = range(3)
HEADER_WORDS = 2
"""Words before the samples: how many words the samples have, and how many samples found no room."""

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
        addresses, places = load_with_places(self._loader, image, imports, exports)
        self.places = {number: places[number] for number in _code_sections(image)}
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


class CodeLayout(NamedTuple):
    """Where code lies, in ranges of the first address and the one after the last.

    `rows` describe the range `program` in order; `others` are the ranges of all other code of the process.
    """

    program: tuple[int, int]
    rows: list[FrameRow]
    others: list[tuple[int, int]]


def start_sampling(code: CodeLayout, memory: int, size: int, period: int, parent: int) -> Callable[[], None]:
    """Take a sample of this thread each `period` nanoseconds into `size` bytes at the address `memory`.

    Time counts while the thread computes. This process is killed when its parent, the process `parent`, ends. What is
    returned ends the samples; it must be kept until then, for it holds what the handler reads. Raises `JitError` when
    the library of the profiler cannot be opened, or no thread can be started.
    """
    folder = os.path.dirname(installed_library(host_triple()))  # noqa: PTH120
    library = tool_library(folder, LIBRARY_NAME)
    start = library.beskid_profile_start
    start.restype = ctypes.c_int32
    start.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p,
        ctypes.c_uint64, ctypes.c_int64, ctypes.c_int32,
    ]  # fmt: skip
    ends = (ctypes.c_uint64 * 2)(*code.program)
    table = (FrameRow * len(code.rows))(*code.rows)
    others = (ctypes.c_uint64 * (2 * len(code.others)))(*[end for pair in code.others for end in pair])
    status = start(ends, table, len(code.rows), others, len(code.others), memory, size, period, parent)
    if status != 0:
        raise JitError(E4002, f"no samples can be taken: {os.strerror(status)}", "`beskid run` runs without them")

    def stop() -> None:
        library.beskid_profile_stop()
        _ = table, others

    return stop
