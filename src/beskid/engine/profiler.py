"""Samples of where a loaded program spends its time, or allocates, and of what is live in its heap.

`ProfiledLoader` wraps a loader and keeps the address of the program's code. From `start_sampling` on, the library of
the profiler interrupts this thread; from `start_heap_sampling` on, a runtime of its own samples allocations. Only
profiling imports this module.
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
    from mmap import mmap

    from beskid.engine.lljit import ObjectLoader

LIBRARY_NAME = "libbeskid_profiler.so"
_HEAP_RUNTIME = "libbeskid_profiled.so"
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


class Memory(NamedTuple):
    """Bytes of this process, zero at first, which stay where they are."""

    address: int
    size: int


class CodeLayout(NamedTuple):
    """Where code lies, in ranges of the first address and the one after the last.

    `rows` describe the range `program` in order; `others` are the ranges of all other code of the process.
    """

    program: tuple[int, int]
    rows: list[FrameRow]
    others: list[tuple[int, int]]


def start_sampling(code: CodeLayout, samples: Memory, period: int, parent: int) -> Callable[[], None]:
    """Take a sample of this thread each `period` nanoseconds; its weight is the time since the one before.

    Time counts while the thread computes. This process is killed when its parent, the process `parent`, ends. What is
    returned ends the samples; it must be kept until then, for it holds what the handler reads. Raises `JitError` when
    the library of the profiler cannot be opened, or no thread can be started.
    """
    library = tool_library(_folder(), LIBRARY_NAME)
    held = _prepare(library, code, samples, parent)
    library.beskid_profile_start.argtypes = [ctypes.c_int64]
    _check(library.beskid_profile_start(period))

    def stop() -> None:
        library.beskid_profile_stop()
        _ = held

    return stop


def start_heap_sampling(code: CodeLayout, samples: Memory, census: Memory, parent: int) -> Callable[[], None]:
    """Take samples of the allocations in the runtime for profiles, with the bytes that each stands for as weight.

    Censuses of what is live go to `census`, for `census_of`. The rest is as for `start_sampling`.
    """
    library = tool_library(_folder(), _HEAP_RUNTIME)
    held = _prepare(library, code, samples, parent)
    library.beskid_profile_start_heap.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    _check(library.beskid_profile_start_heap(census.address, census.size))

    def stop() -> None:
        _ = held

    return stop


def heap_runtime() -> str:
    """Return the path of the runtime that samples its heap."""
    return f"{_folder()}/{_HEAP_RUNTIME}"


def _folder() -> str:
    return os.path.dirname(installed_library(host_triple()))  # noqa: PTH120


def _prepare(library: ctypes.CDLL, code: CodeLayout, samples: Memory, parent: int) -> object:
    """Return what the library reads from now on."""
    prepare = library.beskid_profile_prepare
    prepare.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p,
        ctypes.c_uint64, ctypes.c_int32,
    ]  # fmt: skip
    ends = (ctypes.c_uint64 * 2)(*code.program)
    table = (FrameRow * len(code.rows))(*code.rows)
    others = (ctypes.c_uint64 * (2 * len(code.others)))(*[end for pair in code.others for end in pair])
    _check(prepare(ends, table, len(code.rows), others, len(code.others), samples.address, samples.size, parent))
    return table, others


def _check(status: int) -> None:
    if status != 0:
        raise JitError(E4002, f"no samples can be taken: {os.strerror(status)}", "`beskid run` runs without them")


class TypeCount(NamedTuple):
    """How many cells of a type are live, and their bytes."""

    name: str
    objects: int
    size: int


class HeapCensus(NamedTuple):
    """What is live after the full collection of a number, of as many as there were."""

    collection: int
    collections: int
    types: list[TypeCount]


class _TypeRow(ctypes.Structure):
    """A row of a census, as the library declares it."""

    _fields_ = (
        ("count", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("is_array", ctypes.c_uint64),
        ("name", ctypes.c_char * 232),
    )


class _Counts(ctypes.Structure):
    _fields_ = (("collection", ctypes.c_uint64), ("used", ctypes.c_uint64), ("rows", _TypeRow * 4096))


class _Census(ctypes.Structure):
    _fields_ = (("collections", ctypes.c_uint64), ("latest", ctypes.c_uint64), ("censuses", _Counts * 2))


CENSUS_SIZE = ctypes.sizeof(_Census)


def census_of(memory: mmap) -> HeapCensus | None:
    """Return the census with the most bytes; none without a full collection. Types of one name are added up."""
    census = _Census.from_buffer_copy(memory)
    if not census.latest:
        return None
    counts = census.censuses[census.latest - 1]
    found: dict[str, TypeCount] = {}
    for row in [*counts.rows[: counts.used], counts.rows[-1]]:
        if row.count:
            name = row.name.decode("utf-8", "replace") + "[]" * row.is_array
            known = found.get(name, TypeCount(name, 0, 0))
            found[name] = TypeCount(name, known.objects + row.count, known.size + row.size)
    return HeapCensus(counts.collection, census.collections, sorted(found.values(), key=lambda each: -each.size))
