"""A section of a Mach-O or COFF file, as the readers keep it while they read symbols."""

from __future__ import annotations

from beskid.codegen.formats.window import Window


class Section:
    """`address` is where the section is loaded, `offset` where its content begins in the file, `held` that content."""

    __slots__ = ("address", "held", "is_code", "name", "offset")

    def __init__(self, name: str, address: int, offset: int, held: Window, is_code: bool) -> None:
        self.name = name
        self.address = address
        self.offset = offset
        self.held = held
        self.is_code = is_code
