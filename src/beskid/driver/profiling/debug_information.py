"""What the debugging information of an object says about its code: frames, functions and lines.

It takes the bytes of a relocatable object, whose code is one section, and answers for offsets in that section. The
only module that knows pyelftools, which the extra `beskid[profile]` installs.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeVar

from elftools.dwarf.callframe import FDE, CFARule, RegisterRule
from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.dwarf.dwarfinfo import DWARFInfo
from elftools.dwarf.lineprogram import LineProgram
from elftools.dwarf.ranges import BaseAddressEntry, RangeEntry
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.base.node import value
from beskid.codegen.llvm.metadata import GENERATED_FILE
from beskid.codegen.objectfile import functions_of
from beskid.codegen.readable_names import readable_name
from beskid.engine.profiler import FRAME_POINTER, NO_FRAME, STACK_POINTER, FrameRow

Held = TypeVar("Held")

_ENTRY_BODY = f"{ENTRY_SYMBOL}$body"
_STACK_REGISTER, _FRAME_REGISTER = 7, 6
"""Numbers of `rsp` and `rbp` in the debugging information of x86-64."""


@value
class Place:
    """A function with a place in it. An empty file is code without lines; line 0 is code that belongs to no line."""

    function: str
    file: str
    line: int


class DebugInformation:
    """The frames, functions and lines of an object. Units are read when a place in them is first asked for."""

    def __init__(self, image: bytes, entry: str) -> None:
        """`entry` is the name of the program's entry function, whose symbol is the same in all programs."""
        self._entry = entry
        self._dwarf: DWARFInfo = ELFFile(io.BytesIO(image)).get_dwarf_info(relocate_dwarf_sections=True)
        self._functions = sorted((each.offset, each.offset + each.size, each.name) for each in functions_of(image))
        self._units = self._ranges_of_units()
        self._read: dict[CompileUnit, _Unit] = {}

    def frame_rows(self) -> list[FrameRow]:
        """Return how each range of the code finds its caller, in order; code that is not described has no frame."""
        rows: dict[int, FrameRow] = {}
        ends: list[int] = []
        for entry in self._dwarf.CFI_entries():
            if isinstance(entry, FDE):
                for line in entry.get_decoded().table:
                    rows[line["pc"]] = _frame_row(line)
                ends.append(entry["initial_location"] + entry["address_range"])
        for end in ends:
            rows.setdefault(end, FrameRow(end, NO_FRAME, 0, 0))
        return [rows[start] for start in sorted(rows)]

    def places_at(self, offset: int) -> tuple[Place, ...]:
        """Return the functions that were inlined at an offset of the code, innermost first, and the one they are in."""
        unit = _find(self._units, offset)
        if unit is not None and unit not in self._read:
            self._read[unit] = _Unit(self._dwarf, unit)
        found = () if unit is None else self._read[unit].places_at(offset)
        if found and found[-1].file == GENERATED_FILE and found[-1].function:
            # What calls the entry function, or is called by C in place of a function, or contains it.
            return found[:-1]
        if found and found[-1].function:
            return found
        symbol = _find(self._functions, offset)
        if symbol in (None, ENTRY_SYMBOL):
            return ()
        # A function into which none was inlined is not described, and generated code has no lines either.
        file, line = (found[-1].file, found[-1].line) if found else ("", 0)
        return (Place(self._entry if symbol == _ENTRY_BODY else readable_name(symbol), file, line),)

    def _ranges_of_units(self) -> list[tuple[int, int, CompileUnit]]:
        """Start and end of each range of a unit, in order."""
        found = [(*ends, unit) for unit in self._dwarf.iter_CUs() for ends in _ranges(self._dwarf, unit.get_top_DIE())]
        return sorted(found, key=lambda each: each[:2])


def _find(ranges: Sequence[tuple[int, int, Held]], offset: int) -> Held | None:
    """What the range that contains an offset has; ranges are in order and do not overlap."""
    index = bisect_right(ranges, offset, key=lambda each: each[0]) - 1
    return ranges[index][2] if index >= 0 and offset < ranges[index][1] else None


def _frame_row(line: dict[object, object]) -> FrameRow:
    rule = line["cfa"]
    if not isinstance(rule, CFARule) or rule.expr is not None or rule.reg not in (_STACK_REGISTER, _FRAME_REGISTER):
        return FrameRow(line["pc"], NO_FRAME, 0, 0)
    saved = line.get(_FRAME_REGISTER)
    offset = saved.arg if isinstance(saved, RegisterRule) and saved.type == RegisterRule.OFFSET else 0
    return FrameRow(line["pc"], STACK_POINTER if rule.reg == _STACK_REGISTER else FRAME_POINTER, rule.offset, offset)


@value
class _Scope:
    """A function, or one that was inlined into another. `call_line` is 0 for a function that was not."""

    function: str
    call_file: str
    call_line: int
    ranges: tuple[tuple[int, int], ...]
    inlined: tuple[_Scope, ...]

    def contains(self, offset: int) -> bool:
        return any(low <= offset < high for low, high in self.ranges)


_UNNAMED = _Scope("", "", 0, (), ())


class _Unit:
    """The functions and lines of one compilation unit."""

    def __init__(self, dwarf: DWARFInfo, unit: CompileUnit) -> None:
        program = dwarf.line_program_for_CU(unit)
        self._dwarf = dwarf
        self._files = [] if program is None else list(_files(program))
        self._lines = [] if program is None else _lines(program.get_entries())
        self._functions = tuple(self._scopes(unit.get_top_DIE()))

    def places_at(self, offset: int) -> tuple[Place, ...]:
        function = next((scope for scope in self._functions if scope.contains(offset)), _UNNAMED)
        chain = [function]
        while inner := next((scope for scope in chain[-1].inlined if scope.contains(offset)), None):
            chain.append(inner)
        index = bisect_right(self._lines, offset, key=lambda row: row[0]) - 1
        _, file, line = self._lines[index] if index >= 0 else (0, 0, 0)
        places: list[Place] = []
        shown = self._file(file)
        for scope in reversed(chain):
            places.append(Place(scope.function, shown, line))
            shown, line = scope.call_file, scope.call_line
        return tuple(places)

    def _file(self, number: int) -> str:
        return self._files[number] if 0 <= number < len(self._files) else ""

    def _scopes(self, parent: DIE) -> Iterator[_Scope]:
        for each in parent.iter_children():
            if each.tag in ("DW_TAG_lexical_block", "DW_TAG_namespace", "DW_TAG_structure_type"):
                yield from self._scopes(each)
            if each.tag not in ("DW_TAG_subprogram", "DW_TAG_inlined_subroutine"):
                continue
            ranges = tuple(_ranges(self._dwarf, each))
            if ranges:
                call_file = self._file(_number(each, "DW_AT_call_file"))
                line = _number(each, "DW_AT_call_line")
                yield _Scope(_name(each), call_file, line, ranges, tuple(self._scopes(each)))


def _files(program: LineProgram) -> Iterator[str]:
    """The paths of the files of a line program, as messages name them: LLVM splits off their folders."""
    folders = program["include_directory"]
    for entry in program["file_entry"]:
        path = entry.name
        if 0 < entry.dir_index < len(folders):
            path = folders[entry.dir_index] + b"/" + path
        yield path.decode("utf-8", "replace")


def _lines(entries: Sequence[object]) -> list[tuple[int, int, int]]:
    """Address, number of the file and line of each row of a line program, by address. Line 0 ends a sequence."""
    found: dict[int, tuple[int, int, int]] = {}
    for entry in entries:
        state = getattr(entry, "state", None)
        if state is None:
            continue
        if state.end_sequence:
            found.setdefault(state.address, (state.address, 0, 0))
        else:
            found[state.address] = (state.address, state.file, state.line)
    return [found[address] for address in sorted(found)]


def _number(die: DIE, attribute: str) -> int:
    found = die.attributes.get(attribute)
    return 0 if found is None else int(found.value)


def _name(die: DIE) -> str:
    """The name of a function, which an inlined copy and a body without its declaration refer to."""
    while "DW_AT_name" not in die.attributes:
        reference = next((key for key in ("DW_AT_abstract_origin", "DW_AT_specification") if key in die.attributes), "")
        if not reference:
            return ""
        die = die.get_DIE_from_attribute(reference)
    name: bytes = die.attributes["DW_AT_name"].value
    return name.decode("utf-8", "replace")


def _ranges(dwarf: DWARFInfo, die: DIE) -> Iterator[tuple[int, int]]:
    """Start and end of each range of code of an entry."""
    low, high = die.attributes.get("DW_AT_low_pc"), die.attributes.get("DW_AT_high_pc")
    if low is not None and high is not None:
        # The end is an address, or a size, by the form of the attribute.
        end = high.value if high.form.startswith("DW_FORM_addr") else low.value + high.value
        yield low.value, end
        return
    given, lists, unit = die.attributes.get("DW_AT_ranges"), dwarf.range_lists(), die.cu
    if given is None or lists is None or not isinstance(unit, CompileUnit):
        return
    base = _number(unit.get_top_DIE(), "DW_AT_low_pc")
    for entry in lists.get_range_list_at_offset(given.value, unit):
        if isinstance(entry, BaseAddressEntry):
            base = entry.base_address
        elif isinstance(entry, RangeEntry):
            start = 0 if entry.is_absolute else base
            yield start + entry.begin_offset, start + entry.end_offset


class LibrarySymbols:
    """The functions of a loaded file, by their offsets in it."""

    def __init__(self, image: bytes) -> None:
        """Raises `elftools.common.exceptions.ELFError` for a file that is not ELF."""
        file = ELFFile(io.BytesIO(image))
        found: dict[int, tuple[int, str]] = {}
        for section in file.iter_sections():
            if isinstance(section, SymbolTableSection):
                for symbol in section.iter_symbols():
                    if symbol["st_info"]["type"] in ("STT_FUNC", "STT_GNU_IFUNC") and symbol["st_value"]:
                        start = symbol["st_value"]
                        found.setdefault(start, (start + symbol["st_size"], symbol.name))
        self._starts = sorted(found)
        self._ends_and_names = [found[start] for start in self._starts]
        self._loads = [(row["p_offset"], row["p_offset"] + row["p_filesz"], row["p_vaddr"])
                       for row in file.iter_segments("PT_LOAD")]  # fmt: skip

    def name_at(self, offset: int) -> str:
        """Return the function at an offset in the file; empty when none is known."""
        for low, high, address in self._loads:
            if low <= offset < high:
                place = offset - low + address
                index = bisect_right(self._starts, place) - 1
                end, name = self._ends_and_names[index] if index >= 0 else (0, "")
                # A file without its local symbols has gaps, which belong to none of the others.
                return name if place < end else ""
        return ""
