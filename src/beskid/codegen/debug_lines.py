"""Puts lines of sources into debug information that was made with numbers in their place.

A unit is compiled with numbers of lines (`llvm.metadata.Metadata`), so that its object does not depend on where its
functions are in their files. It takes the sections of such an object, as LLVM writes them (DWARF 5), and the lines,
and returns sections with the lines. Columns and files are kept. Raises `ValueError` for other sections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from struct import pack, unpack_from

FIRST_NUMBER = 1 << 16
"""The number of the first line. A number of this size has a field of four bytes wherever it is written, and so has
room for every line; smaller ones are lines (0: no line)."""

_VERSION = 5
_UNIT_TYPE_COMPILE = 1
_UNIT_HEADER_SIZE = 12
_LENGTH_SIZE = 4

_LEB = rb"[\x80-\xff]*[\x00-\x7f]"

# Line programs ---------------------------------------------------------------------------------------------------

_EXTENDED, _COPY, _ADVANCE_LINE, _FIXED_ADVANCE_PC = 0, 1, 3, 9
_END_SEQUENCE = 1
_STANDARD_OPERANDS = bytes((0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1))
"""The number of operands of each standard opcode, the first of which is 1."""

_KEPT = re.compile(rb"(?:[\x02\x04\x05\x0c]" + _LEB + rb"|[\x06\x07\x08\x0a\x0b])*")
"""Opcodes that leave the line as it is and make no row: those of addresses, files, columns and marks."""


def with_lines(program: bytes, lines: Sequence[int]) -> tuple[bytes, dict[int, int]]:
    """Return the section `.debug_line` of a unit with its lines, and the new offsets of what relocations can change.

    Offsets in the header, which stay, are left out.
    """
    length, version = unpack_from("<IH", program)
    if length + _LENGTH_SIZE != len(program) or version != _VERSION:
        raise ValueError("not one line table of DWARF 5")
    (header_length,) = unpack_from("<I", program, 8)
    base, line_range, opcode_base = unpack_from("<bBB", program, 15)
    if program[18 : 18 + opcode_base - 1] != _STANDARD_OPERANDS:
        raise ValueError("other opcodes")
    start = 12 + header_length
    out = bytearray(program[:start])
    moved: dict[int, int] = {}
    end = len(program)
    kept = _KEPT.match
    at = start
    line = shown = 1
    while at < end:
        match = kept(program, at)
        if match is not None and match.end() > at:
            out += program[at : match.end()]
            at = match.end()
        opcode = program[at]
        at += 1
        if opcode >= opcode_base:
            advance, step = divmod(opcode - opcode_base, line_range)
            line += base + step
            wanted = line if line < FIRST_NUMBER else lines[line - FIRST_NUMBER]
            step = wanted - shown - base
            if not 0 <= step < line_range or opcode_base + advance * line_range + step > 255:
                out.append(_ADVANCE_LINE)
                out += _signed_leb(step)
                step = 0
            out.append(opcode_base + advance * line_range + step)
            shown = wanted
        elif opcode == _ADVANCE_LINE:
            step, at = _read_signed_leb(program, at)
            line += step
        elif opcode == _COPY:
            wanted = line if line < FIRST_NUMBER else lines[line - FIRST_NUMBER]
            if wanted != shown:
                out.append(_ADVANCE_LINE)
                out += _signed_leb(wanted - shown)
                shown = wanted
            out.append(_COPY)
        elif opcode == _FIXED_ADVANCE_PC:
            out.append(opcode)
            moved[at] = len(out)
            out += program[at : at + 2]
            at += 2
        elif opcode == _EXTENDED:
            size, operation = program[at], program[at + 1]
            if not 0 < size < 128:
                raise ValueError("an operation of another size")
            moved[at + 2] = len(out) + 3
            out += program[at - 1 : at + 1 + size]
            at += 1 + size
            if operation == _END_SEQUENCE:
                line = shown = 1
        else:
            raise ValueError("another opcode")
    out[:_LENGTH_SIZE] = pack("<I", len(out) - _LENGTH_SIZE)
    return bytes(out), moved


def _read_signed_leb(content: bytes, at: int) -> tuple[int, int]:
    """Return a number and where it ends."""
    number, end = _read_leb(content, at)
    is_negative = content[end - 1] & 0x40
    return number - (1 << 7 * (end - at) if is_negative else 0), end


def _signed_leb(number: int) -> bytes:
    out = bytearray()
    while not -64 <= number < 64:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number & 0x7F)
    return bytes(out)


# Calls that were inlined -----------------------------------------------------------------------------------------

_DECL_LINE, _CALL_LINE = 0x3B, 0x59
_DATA4, _EXPRESSION, _IMPLICIT_CONST = 0x06, 0x18, 0x21
_FORM_PATTERNS: dict[int, bytes] = {
    0x01: b".{8}",  # addr
    0x05: b".{2}",  # data2
    _DATA4: b".{4}",
    0x07: b".{8}",  # data8
    0x08: b"[^\0]*\0",  # string
    0x0B: b".",  # data1
    0x0C: b".",  # flag
    0x0D: _LEB,  # sdata
    0x0E: b".{4}",  # strp
    0x0F: _LEB,  # udata
    0x10: b".{4}",  # ref_addr
    0x11: b".",  # ref1
    0x12: b".{2}",  # ref2
    0x13: b".{4}",  # ref4
    0x17: b".{4}",  # sec_offset
    0x19: b"",  # flag_present
    0x1A: _LEB,  # strx
    0x1B: _LEB,  # addrx
    0x1F: b".{4}",  # line_strp
    _IMPLICIT_CONST: b"",
    0x22: _LEB,  # loclistx
    0x23: _LEB,  # rnglistx
    0x25: b".",  # strx1
    0x26: b".{2}",  # strx2
    0x27: b".{3}",  # strx3
    0x28: b".{4}",  # strx4
}
"""What matches a value of each form that is used, beside expressions."""


def with_call_lines(units: bytes, abbreviations: bytes, lines: Sequence[int]) -> bytes:
    """Return the section `.debug_info` of a unit with its lines, which has the same size."""
    length, version, kind = unpack_from("<IHB", units)
    if length + _LENGTH_SIZE != len(units) or version != _VERSION or kind != _UNIT_TYPE_COMPILE:
        raise ValueError("not one compile unit of DWARF 5")
    patterns = _patterns_of(abbreviations)
    out = bytearray(units)
    at = _UNIT_HEADER_SIZE
    while at < len(units):
        code, at = _read_leb(units, at)
        if not code:
            continue
        for pattern in patterns[code]:
            if pattern is None:
                size, at = _read_leb(units, at)
                at += size
                continue
            match = pattern.match(units, at)
            if match is None:
                raise ValueError("an entry that its abbreviation does not describe")
            for group in range(1, pattern.groups + 1):
                (number,) = unpack_from("<I", units, match.start(group))
                if number >= FIRST_NUMBER:
                    out[match.start(group) : match.end(group)] = pack("<I", lines[number - FIRST_NUMBER])
            at = match.end()
    return bytes(out)


def _patterns_of(abbreviations: bytes) -> dict[int, list[re.Pattern[bytes] | None]]:
    """Return what matches the values of an entry, for each abbreviation; the lines among them are groups.

    None stands for a value that begins with its size.
    """
    found: dict[int, list[re.Pattern[bytes] | None]] = {}
    at = 0
    while True:
        code, at = _read_leb(abbreviations, at)
        if not code:
            return found
        _, at = _read_leb(abbreviations, at)
        at += 1
        patterns: list[re.Pattern[bytes] | None] = []
        parts: list[bytes] = []
        while True:
            attribute, at = _read_leb(abbreviations, at)
            form, at = _read_leb(abbreviations, at)
            if not attribute:
                break
            if form == _IMPLICIT_CONST:
                _, at = _read_signed_leb(abbreviations, at)
            if form == _EXPRESSION:
                patterns += [re.compile(b"".join(parts), re.DOTALL), None]
                parts = []
                continue
            is_line = attribute in (_DECL_LINE, _CALL_LINE) and form == _DATA4
            parts.append(b"(" + _FORM_PATTERNS[form] + b")" if is_line else _FORM_PATTERNS[form])
        found[code] = [*patterns, re.compile(b"".join(parts), re.DOTALL)]


def _read_leb(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at
