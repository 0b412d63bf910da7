"""A reader of static archives in the forms of GNU, BSD (which Mach-O uses) and Windows."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.codegen.objectfile import ObjectFileError

MAGIC = b"!<arch>\n"

_HEADER_SIZE = 60
_HEADER_END = b"`\n"
_MAX_MEMBER_NAME = 4096
_BSD_LONG_NAME = b"#1/"
_BSD_INDEX = "__.SYMDEF"
_INDEXES = (b"/", b"/SYM64/")


def archive_members(image: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members that hold code, with their names. Raises `ObjectFileError`."""
    if image[:8] != MAGIC:
        raise ObjectFileError("not a static archive")
    long_names = b""
    position = 8
    while position + _HEADER_SIZE <= len(image):
        header = image[position : position + _HEADER_SIZE]
        start = position + _HEADER_SIZE
        digits = header[48:58].rstrip()
        if header[58:] != _HEADER_END or not digits.isdigit():
            raise ObjectFileError("a damaged archive: the header of a member", position)
        size = int(digits)
        if start + size > len(image):
            raise ObjectFileError("a truncated archive: a member ends after it", position)
        content = image[start : start + size]
        name = header[:16].rstrip()
        if name == b"//":
            long_names = content
        elif name.startswith(_BSD_LONG_NAME):
            shown, content = _bsd_member(name, content, position)
            if not shown.startswith(_BSD_INDEX):
                yield shown, content
        elif name not in _INDEXES and not name.startswith((b"/<", _BSD_INDEX.encode())):
            yield _member_name(name, long_names, position), content
        position = start + size + (size & 1)
    if position < len(image):
        raise ObjectFileError("a truncated archive: a part of a header", position)


def _member_name(name: bytes, long_names: bytes, position: int) -> str:
    if name.startswith(b"/") and name[1:].isdigit():
        start = int(name[1:])
        held = long_names[start : start + _MAX_MEMBER_NAME]
        # Archives of Windows end a name with a zero byte.
        ends = [end for end in (held.find(b"\n"), held.find(b"\0")) if end >= 0]
        if not ends:
            raise ObjectFileError("a damaged archive: the name of a member", position)
        name = held[: min(ends)]
    return name.rstrip(b"/").decode("utf-8", "replace")


def _bsd_member(name: bytes, content: bytes, position: int) -> tuple[str, bytes]:
    """Return name and content of a member whose name is the first part of its content."""
    digits = name[len(_BSD_LONG_NAME) :]
    length = int(digits) if digits.isdigit() else -1
    if not 0 <= length <= min(len(content), _MAX_MEMBER_NAME):
        raise ObjectFileError("a damaged archive: the name of a member", position)
    return content[:length].rstrip(b"\0").decode("utf-8", "replace"), content[length:]
