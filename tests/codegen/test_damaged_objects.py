"""Damaged object files, libraries and archives: an `ObjectFileError`, soon, and no other exception."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from beskid.codegen.elf import ELF_MAGIC
from beskid.codegen.fileformats import any_note_fields, archive_symbols, format_of, inspect
from beskid.codegen.formats.archive import MAGIC as ARCHIVE_MAGIC
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import (
    ObjectFileError,
    defined_symbols,
    is_readable,
    machine_of,
    note_fields,
    sections,
    undefined_symbols,
)
from beskid.codegen.shared_library import read_shared_library

RUNTIME = Path(__file__).resolve().parents[2] / "src" / "beskid" / "_runtime" / "lib" / host_triple()
MUTANTS = 5000
READERS: tuple[Callable[[bytes], object], ...] = (
    sections, undefined_symbols, defined_symbols, note_fields, machine_of, archive_symbols,
    any_note_fields, read_shared_library, is_readable, format_of, inspect,
)  # fmt: skip


def read_in_every_way(image: bytes) -> None:
    for reader in READERS:
        try:
            reader(image)
        except ObjectFileError:
            continue


def originals() -> list[bytes]:
    """Small whole files of every format that is read."""
    start = (RUNTIME / "beskid_start.o").read_bytes()
    library = (RUNTIME / "libbeskid_gdb.so").read_bytes()
    header = b"a.o/".ljust(16) + b"0".ljust(32) + str(len(start)).encode().ljust(10) + b"`\n"
    note = struct.pack("<III", 7, 4, 1) + b"Beskid\0\0" + b"a=b\n"
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 0, 0) + b".beskid\0" + struct.pack("<IIII", 0, 0, len(note), 60)
    wasm = b"\0asm\1\0\0\0" + bytes([0, 1 + 12 + len(note), 12]) + b".note.beskid" + note
    segment = struct.pack("<II", 0x19, 152) + bytes(56) + struct.pack("<II", 1, 0) + b"__beskid".ljust(32, b"\0")
    macho = struct.pack("<8I", 0xFEEDFACF, 0, 0, 0, 1, 152, 0, 0) + segment
    macho += struct.pack("<QQI", 0, len(note), 184) + bytes(28) + note
    return [start, library, ARCHIVE_MAGIC + header + start, coff + bytes(16) + note, wasm, macho]


def mutant(generator: random.Random, image: bytes) -> bytes:
    changed = bytearray(image)
    for _ in range(generator.choice((1, 2, 8, 40))):
        # Headers and tables lie at both ends of a file.
        position = generator.choice((generator.randrange(len(changed)), generator.randrange(min(256, len(changed)))))
        value = generator.choice((0, 1, 0x7F, 0x80, 0xFF, generator.randrange(256)))
        width = generator.choice((1, 1, 4, 8))
        changed[position : position + width] = bytes([value]) * width
    if generator.randrange(4) == 0:
        del changed[generator.randrange(len(changed)) :]
    return bytes(changed)


def test_mutants_end_in_the_one_exception() -> None:
    generator = random.Random(11)
    files = originals()
    for _ in range(MUTANTS):
        read_in_every_way(mutant(generator, generator.choice(files)))


def elf(entry: int, count: int, body: bytes = b"") -> bytes:
    """An ELF header whose section table begins right after it."""
    return (
        ELF_MAGIC.ljust(0x28, b"\0") + struct.pack("<Q", 64) + bytes(10) + struct.pack("<HHH", entry, count, 0) + body
    )


def row(name: int, kind: int, offset: int, size: int, link: int = 0) -> bytes:
    return struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, offset, size, link, 0, 0, 0)


MEGABYTE = 1 << 20
BOMBS = {
    "rows of 0 bytes": elf(0, 0xFFFF, bytes(64) + b"x" * MEGABYTE),
    "one name for all rows": elf(64, 0xFFFF, row(0, 3, 0, 8 * MEGABYTE) * 0xFFFF + b"x" * MEGABYTE + b"\0"),
    "one symbol table many times": elf(64, 1000, row(0, 2, 0, 2 * MEGABYTE) * 1000 + bytes(MEGABYTE)),
    "one note section many times": elf(64, 5000, row(0, 7, 0, MEGABYTE) * 5000 + bytes(MEGABYTE)),
    "long names without an end": ARCHIVE_MAGIC
    + (b"//".ljust(48) + str(MEGABYTE).encode().ljust(10) + b"`\n" + b"x" * MEGABYTE)
    + (b"/0".ljust(48) + b"0".ljust(10) + b"`\n") * 20_000,
    "load commands that overlap": b"\xcf\xfa\xed\xfe" + bytes(12) + struct.pack("<I", 0xFFFFFFFF) + bytes(12)
    + (struct.pack("<II", 0x19, 8)) * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_no_number_in_a_file_makes_more_work_than_its_size(name: str) -> None:
    begin = time.process_time()
    read_in_every_way(BOMBS[name])
    assert time.process_time() - begin < 20
