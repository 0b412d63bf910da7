"""Writes the object of a program's records: call sites, the record of the program, the note, and the texts they name.

All of it changes with nearly every edit, and none of it is code, so it is written without LLVM. It takes records as
`llvm.data` describes them and returns an ELF object for `merge`; the sections are those that LLVM chooses for the same
constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import pack

from beskid.codegen.elf import (
    ELF_MAGIC,
    EM_AARCH64,
    EM_RISCV,
    EM_X86_64,
    ET_REL,
    EV_CURRENT,
    HEADER_SIZE,
    R_AARCH64_ABS64,
    R_RISCV_64,
    R_X86_64_64,
    RELA_SIZE,
    SECTION_FORMAT,
    SECTION_SIZE,
    SHF_ALLOC,
    SHF_GNU_RETAIN,
    SHF_INFO_LINK,
    SHF_MERGE,
    SHF_STRINGS,
    SHF_WRITE,
    SHN_UNDEF,
    SHT_NOTE,
    SHT_PROGBITS,
    SHT_RELA,
    SHT_STRTAB,
    SHT_SYMTAB,
    STB_GLOBAL,
    STB_LOCAL,
    STT_NOTYPE,
    STT_OBJECT,
    STT_SECTION,
    STV_HIDDEN,
    SYMBOL_FORMAT,
    SYMBOL_SIZE,
)
from beskid.codegen.llvm.data import NULL, Word
from beskid.codegen.llvm.types import symbol_of

_MACHINES = {
    "x86_64": (EM_X86_64, R_X86_64_64),
    "aarch64": (EM_AARCH64, R_AARCH64_ABS64),
    "riscv64": (EM_RISCV, R_RISCV_64),
}
"""The machine of an ELF header, and the relocation that stores an address, by the first part of a triple."""

_TEXTS, _CONSTANTS, _SITES, _NOTE, _RELOCATED_CONSTANTS, _RELOCATED_SITES, _SYMBOLS, _NAMES = range(1, 9)
"""The sections, in their order."""
_TEXTS_SYMBOL = 1

Record = tuple[str, Sequence[Sequence[Word]]]
"""A name as LLVM writes it, and the parts of the array of records that has the name."""


class _Section:
    """Content with addresses in it; `relocations` are of its bytes."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.relocations = bytearray()


class RecordObject:
    """The object while it is written. `texts` are the addresses that records name, and the C strings there."""

    def __init__(self, triple: str, texts: Iterable[tuple[str, str]]) -> None:
        self._machine, self._address_kind = _MACHINES[triple.partition("-")[0]]
        self._texts = bytearray()
        self._places: dict[str, int] = {}
        for name, text in texts:
            self._places[name] = len(self._texts)
            self._texts += text.encode() + b"\0"
        self._constants, self._sites = _Section(), _Section()
        self._symbols = [bytes(SYMBOL_SIZE), pack(SYMBOL_FORMAT, 0, STB_LOCAL << 4 | STT_SECTION, 0, _TEXTS, 0, 0)]
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, tuple[int, int, int]] = {}

    def add_sites(self, records: Iterable[Record]) -> None:
        """Add arrays of call-site records, which follow each other."""
        for name, words in records:
            self._add(self._sites, _SITES, name, words)

    def add_constant(self, name: str, words: Sequence[Word]) -> None:
        """Add one record."""
        self._add(self._constants, _CONSTANTS, name, (words,))

    def _add(self, section: _Section, number: int, name: str, records: Sequence[Sequence[Word]]) -> None:
        start = len(section.content)
        content, relocations, places = section.content, section.relocations, self._places
        for words in records:
            for kind, held in words:
                if isinstance(held, int):
                    content += held.to_bytes(4 if kind == "i32" else 8, "little", signed=held < 0)
                    continue
                if held != NULL:
                    place = places.get(held)
                    symbol = self._number(held) if place is None else _TEXTS_SYMBOL
                    relocations += pack("<QQq", len(content), symbol << 32 | self._address_kind, place or 0)
                content += bytes(8)
        self._rows[name] = (number, start, len(content) - start)
        self._number(name)

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._symbols) + len(self._numbers))

    def content(self) -> bytes:
        """Return everything that was added, which identifies it: no two objects have the same."""
        parts: list[bytes | bytearray] = [self._texts]
        for section in (self._constants, self._sites):
            parts += section.content, section.relocations
        parts.append(repr((self._machine, self._rows, list(self._numbers))).encode())
        return b"".join([pack("<Q", len(part)) + part for part in parts])

    def image(self, note: bytes, note_section: str, sites_section: str) -> bytes:
        """Return the object, with the content of the note."""
        names = bytearray(b"\0")
        symbols = self._symbols + [self._symbol(name, names) for name in self._numbers]
        table = b"".join(symbols)
        relocated = SHF_ALLOC | SHF_WRITE
        constants, sites = self._constants, self._sites
        strings = SHF_ALLOC | SHF_MERGE | SHF_STRINGS
        links = (_SYMBOLS, _CONSTANTS), (_SYMBOLS, _SITES)
        rows: list[tuple[str, int, int, bytes | bytearray, tuple[int, int], int, int]] = [
            (".rodata.str1.1", SHT_PROGBITS, strings, self._texts, (0, 0), 1, 1),
            (".data.rel.ro", SHT_PROGBITS, relocated, constants.content, (0, 0), 8, 0),
            (sites_section, SHT_PROGBITS, relocated, sites.content, (0, 0), 8, 0),
            (note_section, SHT_NOTE, SHF_ALLOC | SHF_GNU_RETAIN, note, (0, 0), 4, 0),
            (".rela.data.rel.ro", SHT_RELA, SHF_INFO_LINK, constants.relocations, links[0], 8, RELA_SIZE),
            (f".rela{sites_section}", SHT_RELA, SHF_INFO_LINK, sites.relocations, links[1], 8, RELA_SIZE),
            (".symtab", SHT_SYMTAB, 0, table, (_NAMES, len(self._symbols)), 8, SYMBOL_SIZE),
            (".strtab", SHT_STRTAB, 0, names, (0, 0), 1, 0),
        ]
        body = bytearray(HEADER_SIZE)
        headers = [bytes(SECTION_SIZE)]
        starts = [_add_name(row[0].encode(), names) for row in rows]
        for start, (_, kind, flags, content, link, alignment, size) in zip(starts, rows, strict=True):
            body += bytes(-len(body) % 8)
            headers.append(pack(SECTION_FORMAT, start, kind, flags, 0, len(body), len(content), *link, alignment, size))
            body += content
        body += bytes(-len(body) % 8)
        sizes = (HEADER_SIZE, 0, 0, SECTION_SIZE, len(headers), _NAMES)
        fields = (ET_REL, self._machine, EV_CURRENT, 0, 0, len(body), 0, *sizes)
        body[:16] = (ELF_MAGIC + bytes((EV_CURRENT,))).ljust(16, b"\0")
        body[16:HEADER_SIZE] = pack("<HHIQQQIHHHHHH", *fields)
        return bytes(body) + b"".join(headers)

    def _symbol(self, name: str, names: bytearray) -> bytes:
        section, value, size = self._rows.get(name, (SHN_UNDEF, 0, 0))
        info = STB_GLOBAL << 4 | (STT_OBJECT if section else STT_NOTYPE)
        return pack(SYMBOL_FORMAT, _add_name(symbol_of(name), names), info, STV_HIDDEN, section, value, size)


def _add_name(name: bytes, names: bytearray) -> int:
    """Add a name to the table of names, and return its place there."""
    start = len(names)
    names += name + b"\0"
    return start
