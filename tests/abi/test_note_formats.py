"""The note that the emitter writes is read back from the objects of every format, and damage is an error."""

from __future__ import annotations

import pytest

from beskid.codegen.conventions import CONVENTIONS, conventions_of
from beskid.codegen.fileformats import any_note_fields, format_of
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.llvm.data import note_lines
from beskid.codegen.objectfile import ObjectFileError

TRIPLES = {triple: row.format for triple, row in CONVENTIONS.items()}
TEXT = "abi=2\nlevel=1\nimport=alloc(Ptr,Ptr)Ptr\nimport=str_len(Ptr)I64\n"
FIELDS = {"abi": ["2"], "level": ["1"], "import": ["alloc(Ptr,Ptr)Ptr", "str_len(Ptr)I64"]}


def emit(triple: str) -> bytes:
    """An object with nothing but a function and the note."""
    from llvmlite import binding

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    notes = note_lines(TEXT, b"rows", conventions_of(triple).note_section)
    lines = [*notes, "define i32 @f() {", "  ret i32 1", "}", ""]
    module = binding.parse_assembly("\n".join(lines))
    module.triple = triple
    machine = binding.Target.from_triple(triple).create_target_machine(reloc=conventions_of(triple).relocation)
    module.data_layout = str(machine.target_data)
    module.verify()
    return bytes(machine.emit_object(module))


def as_windows_image(content: bytes) -> bytes:
    """An image with one padded section, as a linker of Windows lays it out."""
    header = b"MZ" + bytes(0x3A) + (0x40).to_bytes(4, "little") + b"PE\0\0"
    optional = (0x20B).to_bytes(2, "little") + bytes(110)
    coff = b"\x64\x86" + (1).to_bytes(2, "little") + bytes(12) + len(optional).to_bytes(2, "little") + b"\x22\0"
    coff += optional
    row_start = len(header) + len(coff)
    padded = content + bytes(512 - len(content))
    row = b".beskid\0" + b"".join(
        number.to_bytes(4, "little") for number in (len(content), 0x1000, len(padded), row_start + 40)
    )
    return header + coff + row + bytes(40 - len(row)) + padded


@pytest.mark.parametrize("triple", sorted(TRIPLES))
def test_the_emitted_note_is_read_back(triple: str) -> None:
    image = emit(triple)
    assert format_of(image) is TRIPLES[triple]
    assert any_note_fields(image) == FIELDS


def test_the_note_of_a_windows_image_is_read_back() -> None:
    from beskid.codegen.objectfile import NOTE_OWNER, NOTE_TYPE

    owner = NOTE_OWNER + b"\0\0"
    words = b"".join(number.to_bytes(4, "little") for number in (len(NOTE_OWNER) + 1, len(TEXT), NOTE_TYPE))
    image = as_windows_image(words + owner + TEXT.encode())
    assert format_of(image) is FileFormat.PE
    assert any_note_fields(image) == FIELDS


@pytest.mark.parametrize("triple", sorted(TRIPLES))
def test_a_cut_file_is_an_error_or_has_no_note(triple: str) -> None:
    image = emit(triple)
    for length in range(0, len(image), 7):
        try:
            fields = any_note_fields(image[:length])
        except ObjectFileError:
            continue
        assert fields in ({}, FIELDS)


def test_other_bytes_are_not_an_object() -> None:
    for image in (b"", b"text", b"#!/bin/sh\n" * 10):
        assert format_of(image) is FileFormat.UNKNOWN
        with pytest.raises(ObjectFileError):
            any_note_fields(image)
