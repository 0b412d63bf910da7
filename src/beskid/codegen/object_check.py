"""The check of an object before a linker of LLVM sees it, which ends the process by an assertion for a damaged one.

It takes the bytes of a relocatable ELF object and raises `ObjectFileError` for everything that our compiler does not
write: other kinds of sections, symbols and relocations, places outside of the file or of their section, code that would
run while the object is loaded, and weak or undefined names that no row of the note accounts for. A warm start comes
through here, so tables are read as whole columns and only rare cases by row.
"""

from __future__ import annotations

from struct import error as StructError  # noqa: N812
from struct import iter_unpack, unpack_from

from beskid.abi.generated.numbers import PROGRAM_SIZE, RUNTIME_EXPORT_SYMBOLS
from beskid.abi.symbols import COUNTERS_SYMBOL, ENTRY_SYMBOL, PROGRAM_SYMBOL, TESTS_SYMBOL
from beskid.codegen import elf
from beskid.codegen.elf import (
    ELF_MAGIC,
    EM_AARCH64,
    EM_RISCV,
    EM_X86_64,
    ET_REL,
    HEADER_SIZE,
    RELA_SIZE,
    SECTION_FORMAT,
    SECTION_SIZE,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHF_GNU_RETAIN,
    SHF_INFO_LINK,
    SHF_MERGE,
    SHF_STRINGS,
    SHF_WRITE,
    SHN_ABS,
    SHN_UNDEF,
    SHT_NOBITS,
    SHT_NOTE,
    SHT_NULL,
    SHT_PROGBITS,
    SHT_RELA,
    SHT_RISCV_ATTRIBUTES,
    SHT_STRTAB,
    SHT_SYMTAB,
    STB_GLOBAL,
    STB_LOCAL,
    STB_WEAK,
    STT_FILE,
    STT_FUNC,
    STT_NOTYPE,
    STT_OBJECT,
    STT_SECTION,
    STV_DEFAULT,
    STV_HIDDEN,
    SYMBOL_FORMAT,
    SYMBOL_SIZE,
)
from beskid.codegen.errors import ExternDeclarationError
from beskid.codegen.extern_rows import rows_of, validated_rows
from beskid.codegen.objectfile import ObjectFileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_SECTIONS = 4096
_MAX_ALIGNMENT = 4096
_MAX_ZEROS = 1 << 28
"""The largest section without content, in bytes."""

_MACHINE_TYPES = frozenset(((EM_RISCV, SHT_RISCV_ATTRIBUTES),))
"""Further types of sections that a machine has: the attributes of RISC-V."""
_SECTION_TYPES = frozenset((SHT_NULL, SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOTE, SHT_NOBITS))
_SECTION_FLAGS = SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_MERGE | SHF_STRINGS | SHF_INFO_LINK | SHF_GNU_RETAIN
_CONTENT_TYPES = frozenset((SHT_PROGBITS, SHT_NOTE, SHT_NOBITS))
_SYMBOL_TYPES = frozenset((STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION, STT_FILE))
_LOADED_NAMES = frozenset((".text", ".rodata", ".data", ".bss", "beskid_sites", ".note.beskid"))
_LOADED_PREFIXES = (".text.", ".rodata.", ".data.", ".bss.")

_WIDTHS: dict[int, dict[int, int]] = {
    elf.EM_X86_64: {
        elf.R_X86_64_64: 8,
        elf.R_X86_64_PC32: 4,
        elf.R_X86_64_PLT32: 4,
        elf.R_X86_64_GOTPCREL: 4,
        elf.R_X86_64_32: 4,
        elf.R_X86_64_32S: 4,
        elf.R_X86_64_PC64: 8,
        elf.R_X86_64_GOTPCRELX: 4,
        elf.R_X86_64_REX_GOTPCRELX: 4,
    },
    elf.EM_AARCH64: {
        elf.R_AARCH64_ABS64: 8,
        elf.R_AARCH64_ABS32: 4,
        elf.R_AARCH64_PREL64: 8,
        elf.R_AARCH64_PREL32: 4,
        elf.R_AARCH64_ADR_PREL_PG_HI21: 4,
        elf.R_AARCH64_ADD_ABS_LO12_NC: 4,
        elf.R_AARCH64_LDST8_ABS_LO12_NC: 4,
        elf.R_AARCH64_JUMP26: 4,
        elf.R_AARCH64_CALL26: 4,
        elf.R_AARCH64_LDST16_ABS_LO12_NC: 4,
        elf.R_AARCH64_LDST32_ABS_LO12_NC: 4,
        elf.R_AARCH64_LDST64_ABS_LO12_NC: 4,
        elf.R_AARCH64_LDST128_ABS_LO12_NC: 4,
        elf.R_AARCH64_ADR_GOT_PAGE: 4,
        elf.R_AARCH64_LD64_GOT_LO12_NC: 4,
    },
}
"""The bytes that each relocation of a machine changes. Objects of other machines are never loaded."""

_BY_TABLE = frozenset(
    (
        elf.R_X86_64_GOTPCREL,
        elf.R_X86_64_GOTPCRELX,
        elf.R_X86_64_REX_GOTPCRELX,
        elf.R_AARCH64_ADR_GOT_PAGE,
        elf.R_AARCH64_LD64_GOT_LO12_NC,
    )
)
"""Relocations through the table of addresses, which the loader makes by the names of symbols."""

_RELAXED = {elf.R_X86_64_GOTPCRELX: 2, elf.R_X86_64_REX_GOTPCRELX: 3}
"""Relocations whose instruction is rewritten, with the number of bytes before them that belong to it."""

_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)


class _Section:
    __slots__ = ("alignment", "entry_size", "flags", "info", "kind", "link", "name", "offset", "size")

    def __init__(self, name: str, row: tuple[int, ...]) -> None:
        _, self.kind, self.flags, address, self.offset, self.size, self.link, self.info, self.alignment, entry = row
        self.entry_size = entry
        self.name = name
        _require(address == 0, f"the section `{name}` has an address")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ObjectFileError(what)


def check_object(image: bytes, note: Mapping[str, list[str]], is_loaded: bool = True) -> list[str]:
    """Return the undefined symbols, sorted. Raises `ObjectFileError`. `note` holds the fields of its note.

    `is_loaded`: it is loaded into this process, so it must be a program. Others may lack an entry.
    """
    try:
        checked = _Check(image)
        checked.sections()
        checked.symbols()
        checked.relocations()
        if is_loaded:
            checked.program()
        check_rows(note, checked.undefined)
        return sorted(checked.undefined)
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged ELF file") from error


def check_rows(note: Mapping[str, list[str]], undefined: Iterable[str]) -> None:
    """Compare the note of an object with its undefined symbols. Raises `ObjectFileError`."""
    for key in ("abi", "level", "draft", "target"):
        _require(len(note.get(key, ())) == 1, f"a note without one line `{key}=`")
    try:
        validated_rows(rows_of(note))
    except ExternDeclarationError as error:
        raise ObjectFileError(error.message) from error
    imports = {row.partition("(")[0] for row in note.get("import", ())}
    silent = sorted([name for name in undefined if name in _LISTED and name not in imports])
    _require(not silent, f"a note without rows for {', '.join(silent)}")


class _Check:
    """The tables of one object while they are checked."""

    __slots__ = (
        "defined",
        "image",
        "machine",
        "rows",
        "symbol_count",
        "symbol_names",
        "symbol_sections",
        "table",
        "undefined",
    )

    def __init__(self, image: bytes) -> None:
        _require(image[:7] == ELF_MAGIC + b"\x01", "not a 64-bit little-endian ELF file")
        kind, self.machine, version, _, headers, table, _, size, _, segments, entry, count, names = unpack_from(
            "<HHIQQQIHHHHHH", image, 16
        )
        _require(kind == ET_REL and version == 1, "not a relocatable object")
        _require(size == HEADER_SIZE and not headers and not segments, "an object with program headers")
        _require(entry == SECTION_SIZE and 0 < count <= _MAX_SECTIONS, "a section table of another form")
        self.image = image
        rows = list(iter_unpack(SECTION_FORMAT, image[table : table + SECTION_SIZE * count]))
        _require(len(rows) == count, "a truncated section table")
        strings = _strings(image, rows[names])
        self.rows = [_Section(_name(strings, row[0]), row) for row in rows]
        self.table = -1
        self.undefined: set[str] = set()
        self.defined: dict[str, tuple[int, int, int, int]] = {}
        self.symbol_sections: list[int] = []
        self.symbol_names: list[int] = []
        self.symbol_count = 0

    def sections(self) -> None:
        size = len(self.image)
        for index, row in enumerate(self.rows):
            name, kind, flags, alignment = row.name, row.kind, row.flags, row.alignment
            is_known = kind in _SECTION_TYPES or (self.machine, kind) in _MACHINE_TYPES
            _require(is_known, f"the section `{name}` has the type {kind}")
            _require(flags & ~_SECTION_FLAGS == 0, f"the section `{name}` has the flags {flags:#x}")
            if kind == SHT_NULL:
                _require(index == 0 and not row.size and not flags, "an empty section row that is not the first")
                continue
            _require(index > 0, "a first section row that is not empty")
            _require(
                0 < alignment <= _MAX_ALIGNMENT and alignment & (alignment - 1) == 0,
                f"the section `{name}` is aligned to {alignment} bytes",
            )
            if kind == SHT_NOBITS:
                _require(row.size <= _MAX_ZEROS, f"the section `{name}` is too large")
            else:
                _require(row.offset + row.size <= size, f"the section `{name}` is outside of the file")
            if flags & SHF_ALLOC:
                self._loaded(row)
            else:
                _require(flags & (SHF_EXECINSTR | SHF_WRITE) == 0, f"the section `{name}` has the flags {flags:#x}")
            if kind == SHT_SYMTAB:
                _require(self.table < 0, "two symbol tables")
                self.table = index
        _require(self.table > 0, "no symbol table")

    def _loaded(self, row: _Section) -> None:
        # The loader knows other names: it would run functions of `.init_array`, and parse `.eh_frame`.
        is_known = row.name in _LOADED_NAMES or row.name.startswith(_LOADED_PREFIXES)
        _require(is_known, f"a section with the name `{row.name}`")
        _require(row.kind in _CONTENT_TYPES, f"the section `{row.name}` has the type {row.kind}")
        _require(
            row.flags & (SHF_WRITE | SHF_EXECINSTR) != SHF_WRITE | SHF_EXECINSTR,
            f"the section `{row.name}` is code and data",
        )
        if row.flags & SHF_STRINGS:
            width, end = row.entry_size, row.offset + row.size
            whole = width in (1, 2, 4) and row.size % width == 0
            _require(
                whole and (not row.size or not any(self.image[end - width : end])),
                f"the section `{row.name}` does not hold strings",
            )
        elif row.flags & SHF_MERGE:
            _require(
                0 < row.entry_size <= _MAX_ALIGNMENT and row.size % row.entry_size == 0,
                f"the section `{row.name}` does not hold constants",
            )

    def symbols(self) -> None:
        row = self.rows[self.table]
        _require(
            row.entry_size == SYMBOL_SIZE and row.size % SYMBOL_SIZE == 0 and row.size > 0, "a damaged symbol table"
        )
        _require(row.flags == 0, "a damaged symbol table")
        linked = self.rows[row.link]
        _require(linked.kind == SHT_STRTAB, "a symbol table without names")
        strings = self.image[linked.offset : linked.offset + linked.size]
        count = row.size // SYMBOL_SIZE
        _require(0 < row.info <= count, "a damaged symbol table")
        self.symbol_count = count
        local: set[str] = set()
        for index, held in enumerate(iter_unpack(SYMBOL_FORMAT, self.image[row.offset : row.offset + row.size])):
            name_at, info, other, section, offset, size = held
            self.symbol_sections.append(section)
            self.symbol_names.append(name_at)
            if index == 0:
                _require(held == (0, 0, 0, 0, 0, 0), "a first symbol that is not empty")
                continue
            name = _name(strings, name_at)
            binding, kind = info >> 4, info & 15
            if binding == STB_WEAK:
                raise ObjectFileError(f"the symbol `{name}` is weak")
            _require(
                binding == (STB_LOCAL if index < row.info else STB_GLOBAL),
                f"the symbol `{name}` has the binding {binding}",
            )
            _require(
                kind in _SYMBOL_TYPES,
                f"the symbol `{name}` has the type {kind}",
            )
            _require(other in (STV_DEFAULT, STV_HIDDEN), f"the symbol `{name}` has the visibility {other}")
            if section == SHN_UNDEF:
                is_plain = binding == STB_GLOBAL and kind in (STT_NOTYPE, STT_FUNC) and not offset and not size
                _require(is_plain and bool(name), f"the undefined symbol `{name}` is damaged")
                _require(name not in self.undefined, f"the symbol `{name}` is declared twice")
                self.undefined.add(name)
                continue
            if section == SHN_ABS:
                _require(kind == STT_FILE and binding == STB_LOCAL, f"the symbol `{name}` is absolute")
                continue
            _require(kind != STT_FILE and (kind != STT_SECTION or not name), f"the symbol `{name}` has the type {kind}")
            held_in = self.rows[section]
            is_content = held_in.kind in _CONTENT_TYPES or (self.machine, held_in.kind) in _MACHINE_TYPES
            _require(is_content, f"the symbol `{name}` is in `{held_in.name}`")
            _require(offset + size <= held_in.size, f"the symbol `{name}` is outside of its section")
            if kind == STT_FUNC:
                _require(held_in.flags & SHF_EXECINSTR != 0, f"the function `{name}` is not in code")
            if binding == STB_GLOBAL:
                _require(bool(name) and name not in self.defined, f"the symbol `{name}` is defined twice")
                self.defined[name] = (section, offset, size, kind)
            else:
                local.add(name)
        twice = sorted([name for name in self.defined if name in local or name in self.undefined])
        _require(not twice, f"symbols are defined twice: {', '.join(twice)}")

    def program(self) -> None:
        """The record of the program for the runtime, and the functions that the runtime calls."""
        section, offset, size, kind = self.defined.get(PROGRAM_SYMBOL, (0, 0, 0, 0))
        row = self.rows[section]
        _require(kind == STT_OBJECT and size >= PROGRAM_SIZE and row.alignment >= 8 and offset % 8 == 0,
                 "an object without program record")  # fmt: skip
        entry = self.defined.get(ENTRY_SYMBOL)
        _require(entry is None or entry[3] == STT_FUNC, "a program whose entry is not a function")
        tests = self.defined.get(TESTS_SYMBOL)
        _require(tests is None or tests[3] == STT_OBJECT, "a program whose tests are not a table")
        section, _, size, kind = self.defined.get(COUNTERS_SYMBOL, (0, 0, 8, STT_OBJECT))
        is_word = kind == STT_OBJECT and size == 8 and (not section or self.rows[section].flags & SHF_WRITE != 0)
        _require(is_word, "a program whose counters are not a word that can be written")

    def relocations(self) -> None:
        widths = _WIDTHS.get(self.machine)
        for row in self.rows:
            if row.kind != SHT_RELA:
                continue
            what = f"the relocations `{row.name}`"
            _require(row.entry_size == RELA_SIZE and row.size % RELA_SIZE == 0, f"{what} are damaged")
            _require(row.link == self.table and 0 < row.info < len(self.rows), f"{what} belong to nothing")
            target = self.rows[row.info]
            _require(target.kind in (SHT_PROGBITS, SHT_NOTE), f"{what} belong to `{target.name}`")
            if not row.size:
                continue
            words = memoryview(self.image[row.offset : row.offset + row.size]).cast("Q")
            places, kinds = words[0::3], words[1::3]
            for kind in set(kinds):
                symbol, type = kind >> 32, kind & 0xFFFFFFFF
                _require(symbol < self.symbol_count, f"{what} refer to an unknown symbol")
                _require(widths is None or type in widths, f"{what} have the type {type}")
                _require(
                    type not in _BY_TABLE or self.symbol_names[symbol] > 0, f"{what} refer to a symbol without name"
                )
                defined_in = self.symbol_sections[symbol]
                _require(symbol > 0 and (defined_in == 0 or defined_in < len(self.rows)), f"{what} refer to no symbol")
                if target.flags & SHF_ALLOC:
                    _require(
                        defined_in == 0 or self.rows[defined_in].flags & SHF_ALLOC != 0,
                        f"{what} refer to debug information",
                    )
                self._check_relaxed(kinds, places, kind, target, what)
            if widths is not None and max(places) + 8 > target.size:
                for place, kind in zip(places, kinds, strict=True):
                    _require(place + widths[kind & 0xFFFFFFFF] <= target.size, f"{what} are outside of their section")
            _require(max(places) < target.size, f"{what} are outside of their section")
            if self.machine == EM_AARCH64 and target.flags & SHF_EXECINSTR:
                _require(not any(place & 3 for place in places), f"{what} are not aligned")

    def _check_relaxed(self, kinds: memoryview, places: memoryview, kind: int, target: _Section, what: str) -> None:
        """The loader rewrites the instruction of such a relocation, which must be the one that it expects."""
        before = _RELAXED.get(kind & 0xFFFFFFFF, 0) if self.machine == EM_X86_64 else 0
        if not before:
            return
        for place, other in zip(places, kinds, strict=True):
            if other != kind:
                continue
            _require(before <= place <= target.size, f"{what} are outside of their section")
            code = self.image[target.offset + place - before : target.offset + place]
            is_move = code[-2] == 0x8B
            is_call = code[-2] == 0xFF and code[-1] in (0x15, 0x25)
            _require(is_move or is_call, f"{what} change another instruction")


def _strings(image: bytes, row: tuple[int, ...]) -> bytes:
    _require(row[1] == SHT_STRTAB and row[4] + row[5] <= len(image), "names outside of the file")
    return image[row[4] : row[4] + row[5]]


def _name(strings: bytes, position: int) -> str:
    _require(position < len(strings), "a name outside the string table")
    return strings[position : strings.index(0, position)].decode()
