"""Merges relocatable ELF objects into one, as `ld -r` does, and makes hidden symbols local.

It takes the bytes of the objects that LLVM made for one program, in a fixed order, and returns the bytes of one object.
Sections of the same name are concatenated, and symbols that one object uses and another one defines are resolved. No
linker is used, because programs must also run on machines without one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from struct import Struct, iter_unpack, pack, unpack_from
from struct import error as StructError  # noqa: N812

from beskid.codegen.debug_lines import with_call_lines, with_lines
from beskid.codegen.elf import (
    ELF_MAGIC,
    ET_REL,
    HEADER_SIZE,
    RELA_SIZE,
    SECTION_FORMAT,
    SECTION_SIZE,
    SHF_INFO_LINK,
    SHN_ABS,
    SHN_UNDEF,
    SHT_NOBITS,
    SHT_NULL,
    SHT_RELA,
    SHT_RISCV_ATTRIBUTES,
    SHT_STRTAB,
    SHT_SYMTAB,
    STB_GLOBAL,
    STB_LOCAL,
    STT_FILE,
    STT_SECTION,
    STV_HIDDEN,
    SYMBOL_FORMAT,
    SYMBOL_SIZE,
)
from beskid.codegen.objectfile import ObjectFileError

_SYMBOL = Struct(SYMBOL_FORMAT)
_HEADER = "<HHIQQQIHHHHHH"
_LINES, _UNITS, _ABBREVIATIONS = b".debug_line", b".debug_info", b".debug_abbrev"


class _Row:
    """One section of an input: its fields, and where its content starts in the merged section."""

    __slots__ = ("base", "fields", "merged", "moved", "name")

    def __init__(self, name: bytes, fields: tuple[int, ...]) -> None:
        self.name = name
        self.fields = fields
        self.merged: _Merged | None = None
        self.base = 0
        self.moved: dict[int, int] = {}
        """The new offsets of content that moved within the section, by the old ones."""

    def content(self, image: bytes) -> bytes:
        _, kind, _, _, offset, size, *_ = self.fields
        return b"" if kind == SHT_NOBITS else image[offset : offset + size]


class _Merged:
    """One section of the output: its content, its relocations and its symbol."""

    __slots__ = (
        "alignment",
        "content",
        "entry_size",
        "flags",
        "index",
        "kind",
        "name",
        "relocations",
        "size",
        "symbol",
    )

    def __init__(self, name: bytes, kind: int, flags: int, entry_size: int) -> None:
        self.name = name
        self.kind = kind
        self.flags = flags
        self.entry_size = entry_size
        self.alignment = 1
        self.content = bytearray()
        self.size = 0
        self.relocations: list[bytes] = []
        self.index = 0
        self.symbol = 0

    def add(self, content: bytes, size: int, alignment: int) -> int:
        """Append content and return where it starts."""
        self.alignment = max(self.alignment, alignment)
        base = -(-self.size // alignment) * alignment if alignment > 1 else self.size
        self.size = base + size
        if self.kind != SHT_NOBITS:
            self.content += bytes(base - len(self.content))
            self.content += content
        return base


def merge(images: Sequence[bytes], kept: Collection[str], lines: Sequence[Sequence[int]] = ()) -> bytes:
    """Return one object. Hidden symbols become local, except those of `kept`. Raises `ObjectFileError`.

    `lines` are those of the numbers in the debug information of the first objects, one sequence for each.
    """
    try:
        merging = _Merging({name.encode() for name in kept})
        inputs = [merging.read(image, lines[n] if n < len(lines) else ()) for n, image in enumerate(images)]
        return merging.write(images[0], inputs)
    except (StructError, IndexError, ValueError, KeyError, OverflowError) as error:
        raise ObjectFileError("a damaged object") from error


class _Input:
    __slots__ = ("image", "names", "rows", "symbols")

    def __init__(self, image: bytes, rows: list[_Row], symbols: list[tuple[int, ...]], names: bytes) -> None:
        self.image = image
        self.rows = rows
        self.symbols = symbols
        self.names = names

    def name(self, symbol: tuple[int, ...]) -> bytes:
        start = symbol[0]
        return self.names[start : self.names.index(0, start)]


class _Merging:
    def __init__(self, kept: set[bytes]) -> None:
        self.kept = kept
        self.sections: dict[tuple[bytes, int, int, int], _Merged] = {}
        self.strings = bytearray(b"\0")
        self.places: dict[bytes, int] = {b"": 0}

    def read(self, image: bytes, lines: Sequence[int]) -> _Input:
        """Append the sections of an object to the merged ones."""
        if image[:6] != ELF_MAGIC:
            raise ValueError("not a 64-bit little-endian ELF file")
        header = unpack_from(_HEADER, image, 16)
        if header[0] != ET_REL:
            raise ValueError("not a relocatable object")
        table, count, names = header[5], header[11], header[12]
        fields = list(iter_unpack(SECTION_FORMAT, image[table : table + SECTION_SIZE * count]))
        strings = image[fields[names][4] : fields[names][4] + fields[names][5]]
        rows = [_Row(strings[row[0] : strings.index(0, row[0])], row) for row in fields]
        symbols: list[tuple[int, ...]] = []
        held_names = b""
        for row in rows:
            _, kind, flags, _, offset, size, link, _, alignment, entry_size = row.fields
            if kind == SHT_SYMTAB:
                symbols = list(iter_unpack(SYMBOL_FORMAT, image[offset : offset + size]))
                held_names = image[fields[link][4] : fields[link][4] + fields[link][5]]
            if kind in (SHT_NULL, SHT_SYMTAB, SHT_STRTAB, SHT_RELA):
                continue
            key = (row.name, kind, flags, entry_size)
            merged = self.sections.get(key)
            if merged is None:
                merged = self.sections[key] = _Merged(row.name, kind, flags, entry_size)
            elif kind == SHT_RISCV_ATTRIBUTES:
                continue
            row.merged = merged
            content = row.content(image)
            if lines and row.name == _LINES:
                content, row.moved = with_lines(content, lines)
                size = len(content)
            elif lines and row.name == _UNITS:
                (abbreviations,) = [each.content(image) for each in rows if each.name == _ABBREVIATIONS]
                content = with_call_lines(content, abbreviations, lines)
            row.base = merged.add(content, size, alignment)
        return _Input(image, rows, symbols, held_names)

    def _text(self, name: bytes) -> int:
        place = self.places.get(name)
        if place is None:
            place = self.places[name] = len(self.strings)
            self.strings += name + b"\0"
        return place

    def write(self, first: bytes, inputs: list[_Input]) -> bytes:
        for number, merged in enumerate(self.sections.values(), 1):
            merged.index = number
        local, others, maps = self._symbols(inputs)
        for held, numbers in zip(inputs, maps, strict=True):
            self._relocate(held, numbers)
        return self._image(first, b"".join(local), len(local), b"".join(others))

    def _symbols(self, inputs: list[_Input]) -> tuple[list[bytes], list[bytes], list[list[int]]]:
        """Return the local symbols, the other symbols, and for each input the new numbers of its symbols.

        Numbers of symbols that are not local are negative until the number of local symbols is known.
        """
        local: list[bytes] = [bytes(SYMBOL_SIZE)]
        others: list[bytes] = []
        defined: dict[bytes, int] = {}
        undefined: dict[bytes, int] = {}
        files = 0
        for merged in self.sections.values():
            merged.symbol = len(local)
            local.append(_SYMBOL.pack(0, STB_LOCAL << 4 | STT_SECTION, 0, merged.index, 0, 0))
        maps: list[list[int]] = []
        for held in inputs:
            numbers: list[int] = []
            for symbol in held.symbols:
                _, info, visibility, section, value, size = symbol
                kind = info & 15
                if section == SHN_UNDEF:
                    numbers.append(0)
                    continue
                if section == SHN_ABS:
                    if kind != STT_FILE:
                        raise ValueError("an absolute symbol")
                    files += 1
                    if files == 1:
                        local.append(_SYMBOL.pack(self._text(held.name(symbol)), info, 0, SHN_ABS, 0, 0))
                    numbers.append(0)
                    continue
                row = held.rows[section]
                place = row.merged
                if place is None:
                    # The attributes of RISC-V are taken from the first object.
                    numbers.append(0)
                    continue
                if kind == STT_SECTION:
                    numbers.append(place.symbol)
                    continue
                name = held.name(symbol)
                is_global = info >> 4 != STB_LOCAL
                is_local = not is_global or (visibility == STV_HIDDEN and name not in self.kept)
                binding = STB_LOCAL if is_local else STB_GLOBAL
                shown = 0 if is_local else visibility
                packed = _SYMBOL.pack(self._text(name), binding << 4 | kind, shown, place.index, value + row.base, size)
                target = local if is_local else others
                target.append(packed)
                number = len(local) - 1 if is_local else -len(others)
                numbers.append(number)
                if is_global:
                    if name in defined:
                        raise ValueError(f"{name.decode()} is defined twice")
                    defined[name] = number
            maps.append(numbers)
        for held, numbers in zip(inputs, maps, strict=True):
            for index, symbol in enumerate(held.symbols):
                if index == 0 or symbol[3] != SHN_UNDEF:
                    continue
                name = held.name(symbol)
                number = defined.get(name, 0) or undefined.get(name, 0)
                if not number:
                    if symbol[2] == STV_HIDDEN:
                        raise ValueError(f"{name.decode()} is not defined")
                    others.append(_SYMBOL.pack(self._text(name), symbol[1], symbol[2], SHN_UNDEF, 0, 0))
                    number = undefined[name] = -len(others)
                numbers[index] = number
        first = len(local)
        return local, others, [[first - number - 1 if number < 0 else number for number in numbers] for numbers in maps]

    def _relocate(self, held: _Input, numbers: list[int]) -> None:
        """Append the relocations of an object to those of the merged sections."""
        # A relocation against a section has its offset in the addend, which moves; a named symbol has its own address.
        moved = [
            held.rows[symbol[3]].base if symbol[1] & 15 == STT_SECTION and symbol[3] < SHN_ABS else 0
            for symbol in held.symbols
        ]
        for row in held.rows:
            _, kind, _, _, offset, size, _, info, _, entry_size = row.fields
            if kind != SHT_RELA:
                continue
            if entry_size != RELA_SIZE or size % RELA_SIZE:
                raise ValueError("damaged relocations")
            target = held.rows[info]
            if target.merged is None:
                raise ValueError("relocations of nothing")
            words = memoryview(held.image[offset : offset + size]).cast("Q")
            base = target.base
            changed = bytearray(held.image[offset : offset + size])
            out = memoryview(changed).cast("Q")
            for at in range(0, len(words), 3):
                symbol = words[at + 1] >> 32
                out[at] = target.moved.get(words[at], words[at]) + base
                out[at + 1] = numbers[symbol] << 32 | words[at + 1] & 0xFFFFFFFF
                if moved[symbol]:
                    out[at + 2] = (words[at + 2] + moved[symbol]) & 0xFFFFFFFFFFFFFFFF
            out.release()
            target.merged.relocations.append(bytes(changed))

    def _image(self, first: bytes, local: bytes, local_count: int, others: bytes) -> bytes:
        merged = list(self.sections.values())
        relocated = [section for section in merged if section.relocations]
        table = len(merged) + len(relocated) + 1
        body = bytearray(HEADER_SIZE)
        rows: list[tuple[int, ...]] = [(0,) * 10]
        for section in merged:
            body += bytes(-len(body) % max(section.alignment, 1))
            rows.append((self._text(section.name), section.kind, section.flags, 0, len(body), section.size, 0, 0,
                         section.alignment, section.entry_size))  # fmt: skip
            body += section.content
        body += bytes(-len(body) % 8)
        for section in relocated:
            content = b"".join(section.relocations)
            name = self._text(b".rela" + section.name)
            rows.append((name, SHT_RELA, SHF_INFO_LINK, 0, len(body), len(content), table, section.index, 8, RELA_SIZE))
            body += content
        symbols = local + others
        rows.append((self._text(b".symtab"), SHT_SYMTAB, 0, 0, len(body), len(symbols), table + 1, local_count, 8,
                     SYMBOL_SIZE))  # fmt: skip
        body += symbols
        name = self._text(b".strtab")
        rows.append((name, SHT_STRTAB, 0, 0, len(body), len(self.strings), 0, 0, 1, 0))
        body += self.strings
        body += bytes(-len(body) % 8)
        header = list(unpack_from(_HEADER, first, 16))
        header[5], header[11], header[12] = len(body), len(rows), table + 1
        body[:16] = first[:16]
        body[16:HEADER_SIZE] = pack(_HEADER, *header)
        return bytes(body) + b"".join([pack(SECTION_FORMAT, *row) for row in rows])
