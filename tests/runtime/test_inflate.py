"""The runtime's reader of deflated texts: it reads what zlib writes, and nothing beyond damaged bytes."""

from __future__ import annotations

import ctypes
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import limits

from beskid.abi.installed import installed_contract
from beskid.abi.rows import pack, table_rows

ROOT = Path(__file__).resolve().parents[2]
GUARD = b"\xa5" * 64

LEVELS = st.sampled_from([(level, way) for level in (0, 1, 6, 9) for way in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED)])
TEXTS = st.one_of(
    st.binary(max_size=600),
    st.lists(st.sampled_from([b"function ", b"I64", b"a", b" since 9\n"]), max_size=900).map(b"".join),
)


@pytest.fixture(scope="module")
def inflate(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    library = tmp_path_factory.mktemp("inflate") / "inflate.so"
    sources = [f"-I{ROOT / 'runtime' / 'src'}", f"-I{ROOT / 'runtime' / 'include'}"]
    source = str(ROOT / "runtime" / "src" / "entry" / "inflate.c")
    limits.run(["cc", "-std=c11", "-O1", "-shared", "-fPIC", *sources, source, "-o", str(library)], check=True)
    opened = ctypes.CDLL(str(library))
    opened.bk_inflate.restype = ctypes.c_uint64
    return opened


def inflated(library: ctypes.CDLL, packed: bytes, capacity: int) -> bytes:
    """The text, empty for damaged bytes; nothing is written after the place for it."""
    held = ctypes.create_string_buffer(bytes(capacity) + GUARD, capacity + len(GUARD))
    given = ctypes.create_string_buffer(packed, max(len(packed), 1))
    size = library.bk_inflate(given, ctypes.c_uint64(len(packed)), held, ctypes.c_uint64(capacity))
    assert held.raw[capacity:] == GUARD
    assert size <= capacity
    return held.raw[:size]


def deflated(text: bytes, level: int, strategy: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return packer.compress(text) + packer.flush()


def test_the_rows_of_the_contract(inflate: ctypes.CDLL) -> None:
    rows = table_rows(installed_contract())
    text = "\n".join(rows).encode()
    assert inflated(inflate, pack(rows), 1 << 16) == text
    assert inflated(inflate, pack(rows), len(text)) == text
    assert inflated(inflate, pack(rows), len(text) - 1) == b""


@settings(max_examples=300, deadline=None)
@given(TEXTS, LEVELS)
def test_what_zlib_packs(inflate: ctypes.CDLL, text: bytes, way: tuple[int, int]) -> None:
    assert inflated(inflate, deflated(text, *way), len(text)) == text


@settings(max_examples=500, deadline=None)
@given(TEXTS, LEVELS, st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=3), st.integers(0, 40))
def test_damaged_bytes(
    inflate: ctypes.CDLL, text: bytes, way: tuple[int, int], changes: list[tuple[int, int]], cut: int
) -> None:
    packed = bytearray(deflated(text, *way))
    for place, byte in changes:
        packed[place % len(packed)] = byte
    packed = packed[: len(packed) - cut] if cut < len(packed) else packed
    found = inflated(inflate, bytes(packed), 1 << 14)
    unpacker = zlib.decompressobj(-15)
    try:
        expected = unpacker.decompress(bytes(packed), 1 << 14)
    except zlib.error:
        return
    assert found == (expected if unpacker.eof else b"")
