"""A reader of ELF shared libraries: what a library is called, what it needs, and which symbols it defines.

It takes the bytes of a file and reads them as the loader does, by program headers, so libraries without a section table
are read too. Nothing is loaded and no code of the library runs. A damaged file raises `ObjectFileError`; no number in
the file makes it read more than the file holds.
"""

from __future__ import annotations

from struct import error as StructError  # noqa: N812
from struct import unpack_from

from beskid.codegen.elf import (
    DT_GNU_HASH,
    DT_HASH,
    DT_NEEDED,
    DT_RPATH,
    DT_RUNPATH,
    DT_SONAME,
    DT_STRSZ,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERNEED,
    DT_VERNEEDNUM,
    DT_VERSYM,
    ELF_MAGIC,
    ET_DYN,
    PT_DYNAMIC,
    PT_LOAD,
    SHN_UNDEF,
    STB_GLOBAL,
    STB_GNU_UNIQUE,
    STB_WEAK,
    STT_COMMON,
    STT_OBJECT,
    STT_TLS,
    STV_DEFAULT,
    STV_PROTECTED,
    SYMBOL_SIZE,
)
from beskid.codegen.objectfile import NameTable, ObjectFileError

_HIDDEN_VERSION = 0x8000
_FIRST_VERSION = 2
_AS_PATH = "surrogateescape"

DATA_TYPES = frozenset((STT_OBJECT, STT_COMMON, STT_TLS))
"""Symbol types that cannot be called: object, common, and thread-local data."""

_BINDINGS = frozenset((STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE))
"""Global, weak and unique symbols are seen from outside; local ones are not."""


class SharedLibrary:
    """What a loader needs from a library. `symbols` maps each exported name to its ELF symbol type.

    `old_symbols` are those of the first version of the library that linkers no longer find. The loader still binds
    references to them that name no version, such as those to a library without versions.
    """

    __slots__ = ("machine", "name", "needed", "old_symbols", "search_paths", "symbols")

    def __init__(
        self,
        machine: int,
        name: str,
        needed: tuple[str, ...],
        search_paths: tuple[str, ...],
        symbols: dict[str, int],
        old_symbols: frozenset[str],
    ) -> None:
        self.machine = machine
        self.name = name
        self.needed = needed
        self.search_paths = search_paths
        self.symbols = symbols
        self.old_symbols = old_symbols


def read_shared_library(image: bytes) -> SharedLibrary:
    """Return the library in `image`; `search_paths` are its own, `$ORIGIN` not yet replaced."""
    if image[:6] != ELF_MAGIC:
        raise ObjectFileError("not a 64-bit little-endian ELF file")
    try:
        return _read(image)
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged shared library") from error


def needed_versions(image: bytes) -> list[str]:
    """Return the versions of symbols that a library needs of others, such as `GLIBC_2.34`."""
    try:
        segments = _segments(image)
        dynamic = dict(_dynamic_entries(image, segments))
        if DT_VERNEED not in dynamic:
            return []
        strings = NameTable(image, _offset(segments, dynamic[DT_STRTAB]), dynamic[DT_STRSZ])
        found: list[str] = []
        position = _offset(segments, dynamic[DT_VERNEED])
        for _ in range(dynamic[DT_VERNEEDNUM]):
            count, _, first, following = unpack_from("<HIII", image, position + 2)
            at = position + first
            for _ in range(count):
                name, step = unpack_from("<II", image, at + 8)
                found.append(strings.at(name))
                at += step
            position += following
        return found
    except (StructError, IndexError, KeyError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged shared library") from error


def dynamic_entries(image: bytes) -> list[tuple[int, int]]:
    """Return tags and values of the dynamic section; nothing for a file that has none. Raises `StructError` and
    `ValueError` for a damaged one."""
    segments = _segments(image)
    has_entries = any(segment.kind == PT_DYNAMIC for segment in segments)
    return _dynamic_entries(image, segments) if has_entries else []


def _read(image: bytes) -> SharedLibrary:
    kind, machine = unpack_from("<HH", image, 16)
    if kind != ET_DYN:
        raise ObjectFileError("not a shared library")
    segments = _segments(image)
    dynamic = _dynamic_entries(image, segments)
    single = dict(dynamic)
    strings = NameTable(image, _offset(segments, single.get(DT_STRTAB, 0)), single.get(DT_STRSZ, 0))
    paths = strings.at(single[DT_RUNPATH], _AS_PATH) if DT_RUNPATH in single else ""
    if not paths and DT_RPATH in single:
        paths = strings.at(single[DT_RPATH], _AS_PATH)
    return SharedLibrary(
        machine,
        strings.at(single[DT_SONAME], _AS_PATH) if DT_SONAME in single else "",
        tuple([strings.at(held, _AS_PATH) for tag, held in dynamic if tag == DT_NEEDED]),
        tuple([path for path in paths.split(":") if path]),
        *_symbols(image, segments, single, strings),
    )


class _Segment:
    __slots__ = ("address", "kind", "offset", "size")

    def __init__(self, kind: int, offset: int, address: int, size: int) -> None:
        self.kind = kind
        self.offset = offset
        self.address = address
        self.size = size


def _segments(image: bytes) -> list[_Segment]:
    (table,) = unpack_from("<Q", image, 0x20)
    entry, count = unpack_from("<HH", image, 0x36)
    if entry < 56 and count:
        raise ValueError("program headers that overlap")
    rows = [unpack_from("<IIQQQQ", image, table + index * entry) for index in range(count)]
    return [_Segment(row[0], row[2], row[3], row[5]) for row in rows]


def _dynamic_entries(image: bytes, segments: list[_Segment]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for segment in segments:
        if segment.kind != PT_DYNAMIC:
            continue
        end = min(segment.offset + segment.size, len(image))
        for position in range(segment.offset, end - 15, 16):
            tag, held = unpack_from("<QQ", image, position)
            if tag == 0:
                break
            found.append((tag, held))
        return found
    raise ObjectFileError("not a shared library: it has no dynamic section")


def _offset(segments: list[_Segment], address: int) -> int:
    """Return where the file holds what is loaded at an address."""
    for segment in segments:
        if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.size:
            return segment.offset + address - segment.address
    raise ValueError("an address that no segment holds")


def _symbols(
    image: bytes, segments: list[_Segment], dynamic: dict[int, int], strings: NameTable
) -> tuple[dict[str, int], frozenset[str]]:
    """Return the symbols that linkers find, with their types, and the old ones that the loader finds too."""
    if DT_SYMTAB not in dynamic:
        return {}, frozenset()
    table = _offset(segments, dynamic[DT_SYMTAB])
    count = min(_symbol_count(image, segments, dynamic), (len(image) - table) // SYMBOL_SIZE)
    versions = _offset(segments, dynamic[DT_VERSYM]) if DT_VERSYM in dynamic else -1
    found: dict[str, int] = {}
    old: set[str] = set()
    for index in range(1, count):
        name, info, other, section = unpack_from("<IBBH", image, table + SYMBOL_SIZE * index)
        if section == SHN_UNDEF or info >> 4 not in _BINDINGS or other & 3 not in (STV_DEFAULT, STV_PROTECTED):
            continue
        version = unpack_from("<H", image, versions + 2 * index)[0] if versions >= 0 else 0
        if not version & _HIDDEN_VERSION:
            found[strings.at(name)] = info & 15
        elif version == _HIDDEN_VERSION | _FIRST_VERSION:
            old.add(strings.at(name))
        # Only programs that were linked long ago request another hidden version; new ones get the default.
    return found, frozenset(old - found.keys())


def _symbol_count(image: bytes, segments: list[_Segment], dynamic: dict[int, int]) -> int:
    """Return the number of rows of the symbol table, which only its hash tables contain."""
    if DT_HASH in dynamic:
        count: int = unpack_from("<I", image, _offset(segments, dynamic[DT_HASH]) + 4)[0]
        return count
    if DT_GNU_HASH not in dynamic:
        return 0
    start = _offset(segments, dynamic[DT_GNU_HASH])
    bucket_count, first, bloom_words, _ = unpack_from("<IIII", image, start)
    buckets = start + 16 + 8 * bloom_words
    chains = buckets + 4 * bucket_count
    if chains > len(image):
        raise ValueError("a hash table that is larger than the file")
    last = max(unpack_from(f"<{bucket_count}I", image, buckets), default=0)
    if last < first:
        return int(first)
    while not unpack_from("<I", image, chains + 4 * (last - first))[0] & 1:
        last += 1
    return int(last) + 1
