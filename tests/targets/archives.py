"""Archives as the archivers of GNU and BSD write them."""

from __future__ import annotations

from collections.abc import Iterable

MAGIC = b"!<arch>\n"


def header(name: bytes, size: int) -> bytes:
    made = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"644".ljust(8) + str(size).encode().ljust(10) + b"`\n"
    assert len(made) == 60
    return made


def member(name: bytes, content: bytes) -> bytes:
    return header(name, len(content)) + content + b"\n" * (len(content) & 1)


def gnu_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive with an index and a table of long names."""
    held = list(members)
    names, rows = b"", []
    for name, content in held:
        rows.append((b"/%d" % len(names), content))
        names += name.encode() + b"/\n"
    parts = [member(b"/", b"\0\0\0\0"), member(b"//", names), *[member(name, content) for name, content in rows]]
    return MAGIC + b"".join(parts)


def bsd_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive whose names precede the contents, with the index that Mach-O linkers look for."""
    parts = [bsd_member("__.SYMDEF SORTED", bytes(16))]
    return MAGIC + b"".join([*parts, *[bsd_member(name, content) for name, content in members]])


def bsd_member(name: str, content: bytes) -> bytes:
    padded = name.encode() + bytes(-len(name) % 8)
    padding = b"\n" * (len(content) & 1)
    return header(b"#1/%d" % len(padded), len(padded) + len(content)) + padded + content + padding
