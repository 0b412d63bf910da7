"""Edges of the readers of object files, archives and shared libraries."""

from __future__ import annotations

import struct

import pytest

from beskid.codegen.formats.archive import archive_members
from beskid.codegen.formats.coff import read_object
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.shared_library import _dynamic_entries, _Segment

MAGIC = b"!<arch>\n"


def member(name: bytes, content: bytes, size: int | None = None) -> bytes:
    """A member of an archive; `size` is what its header says."""
    length = str(len(content) if size is None else size).encode()
    header = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"644".ljust(8) + length.ljust(10) + b"`\n"
    assert len(header) == 60
    return header + content + b"\n" * (len(content) & 1)


def test_members_of_an_archive() -> None:
    image = MAGIC + member(b"/", b"index") + member(b"one.o/", b"abc") + member(b"two.o/", b"")
    assert list(archive_members(image)) == [("one.o", b"abc"), ("two.o", b"")]
    long_names = member(b"//", b"a_very_long_member_name.o/\n")
    image = MAGIC + long_names + member(b"/0", b"x")
    assert list(archive_members(image)) == [("a_very_long_member_name.o", b"x")]


@pytest.mark.parametrize("size", [4, 5, 1000, -1])
def test_an_archive_whose_member_is_too_short_is_refused(size: int) -> None:
    with pytest.raises(ObjectFileError, match=r"(truncated|damaged) archive"):
        list(archive_members(MAGIC + member(b"one.o/", b"ab", size)))


def test_a_section_with_a_long_name() -> None:
    strings = struct.pack("<I", 22) + b".note.beskid.long\0"
    content = b"text"
    symbols = 20 + 40 + len(content)
    header = struct.pack("<HHIIIHH", 0x8664, 1, 0, symbols, 0, 0, 0)
    row = b"/4".ljust(8, b"\0") + struct.pack("<IIII", 0, 0, len(content), 60) + bytes(16)
    image = header + row + content + strings
    assert read_object(image).sections == (".note.beskid.long",)


def test_a_dynamic_section_ends_with_its_segment() -> None:
    image = struct.pack("<QQQQ", 1, 10, 5, 50) + bytes(8)
    assert _dynamic_entries(image, [_Segment(2, 0, 0, 16)]) == [(1, 10)]
    assert _dynamic_entries(image, [_Segment(2, 0, 0, 31)]) == [(1, 10)]
    assert _dynamic_entries(image, [_Segment(2, 0, 0, 32)]) == [(1, 10), (5, 50)]
    assert _dynamic_entries(image, [_Segment(2, 0, 0, 4096)]) == [(1, 10), (5, 50)]
