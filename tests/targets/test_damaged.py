"""Damaged files of every target: an error value with its place in the file, and no exception."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.targets.archives import bsd_archive, gnu_archive
from tests.targets.corpus import EVERYTHING, TRIPLES, object_of

from beskid.codegen.fileformats import Damage, archive_binaries, inspect
from beskid.codegen.formats.model import BinaryFile
from beskid.codegen.objectfile import ObjectFileError
from beskid.driver.abi_verify import verify_image

TEXT = EVERYTHING.read_text(encoding="utf-8")
BYTES = st.sampled_from((0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF)) | st.integers(0, 255)
STARTS = (b"\x7fELF\x02\x01\x01", b"\xcf\xfa\xed\xfe", b"MZ", b"\0asm\1\0\0\0", b"\x64\x86", b"!<arch>\n")


@cache
def image_of(triple: str) -> bytes:
    return object_of(TEXT, triple)


def judge(image: bytes) -> None:
    """Read in every way that `beskid abi verify` does."""
    found = inspect(image)
    if isinstance(found, Damage):
        assert found.what
        assert -1 <= found.place <= len(image) + (1 << 64)
    else:
        assert isinstance(found, BinaryFile)
    verify_image("x", image)


@pytest.mark.parametrize("triple", TRIPLES)
def test_a_file_that_ends_anywhere(triple: str) -> None:
    image = image_of(triple)
    places = [*range(0, min(len(image), 600), 3), *range(600, len(image), max(1, len(image) // 200))]
    for length in places:
        judge(image[:length])


@pytest.mark.parametrize("triple", TRIPLES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_with_other_bytes(triple: str, data: st.DataObject) -> None:
    image = bytearray(image_of(triple))
    for _ in range(data.draw(st.sampled_from((1, 1, 2, 8)))):
        # Headers and tables are at both ends of a file.
        end = data.draw(st.sampled_from((64, 512, len(image))))
        place = data.draw(st.integers(0, end - 1))
        if data.draw(st.booleans()):
            place = len(image) - 1 - place
        width = data.draw(st.sampled_from((1, 1, 4, 8)))
        image[place : place + width] = bytes([data.draw(BYTES)]) * min(width, len(image) - place)
    judge(bytes(image))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_archives_with_other_bytes(data: st.DataObject) -> None:
    make = data.draw(st.sampled_from((gnu_archive, bsd_archive)))
    triple = data.draw(st.sampled_from(TRIPLES))
    image = bytearray(make([("a_long_name_of_a_member.o", image_of(triple)), ("b.o", b"x")]))
    for _ in range(data.draw(st.integers(1, 4))):
        image[data.draw(st.integers(0, 400))] = data.draw(BYTES)
    try:
        list(archive_binaries(bytes(image)))
    except ObjectFileError as error:
        assert str(error)
    verify_image("x.a", bytes(image))


@settings(max_examples=300, deadline=None)
@given(
    start=st.sampled_from(
        (b"\x7fELF\x02\x01\x01", b"\xcf\xfa\xed\xfe", b"MZ", b"\0asm\1\0\0\0", b"\x64\x86", b"!<arch>\n")
    ),
    rest=st.binary(max_size=300),
)
def test_any_bytes_after_a_magic_number(start: bytes, rest: bytes) -> None:
    judge(start + rest)


@pytest.mark.parametrize("triple", TRIPLES)
def test_the_place_of_damage_is_stated(triple: str) -> None:
    image = image_of(triple)
    found = inspect(image[: len(image) // 2])
    assert isinstance(found, Damage)
    assert f"at byte {found.place:#x}" in found.what
    (problem,) = verify_image("x", image[: len(image) // 2]).problems
    assert problem == f"cannot be read: {found.what}"
