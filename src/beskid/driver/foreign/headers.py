"""From a preprocessed C header to declarations of plain C, which pycparser reads.

Takes the output of the compiler's preprocessor with its definitions of macros; returns each declaration without the
extensions of compilers, and what these said of it: another symbol, another calling convention, another form of a type.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<line>^#[^\n]*$)|(?P<space>\s+)|(?P<word>[A-Za-z_]\w*)"
    r"""|(?P<text>L?"(?:\\.|[^"\\])*"|L?'(?:\\.|[^'\\])*')|(?P<other>.)""",
    re.MULTILINE | re.DOTALL,
)
_MARKER: Final = re.compile(r'^#\s*(?:line\s+)?\d+\s+"((?:\\.|[^"\\\n])*)"', re.MULTILINE)
_DEFINITION: Final = re.compile(r"#\s*define\s+(\w+)(.*)", re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{3})|(.))")

_PLAIN_WORDS: Final = {
    "__extension__": "", "__restrict": "", "__restrict__": "", "__inline": "inline", "__inline__": "inline",
    "__const": "const", "__const__": "const", "__volatile": "volatile", "__volatile__": "volatile",
    "__signed": "signed", "__signed__": "signed", "_Nonnull": "", "_Nullable": "", "__thread": "",
}  # fmt: skip
"""Words of compilers by what they mean to a declaration."""

_ATTRIBUTES: Final = frozenset(("__attribute__", "__attribute", "__declspec"))
_LABELS: Final = frozenset(("__asm__", "__asm", "asm"))
_TYPEOF: Final = frozenset(("__typeof__", "__typeof", "typeof"))
_TYPEOF_NAME: Final = "beskid_typeof"

FOREIGN_TYPES: Final = {
    "__builtin_va_list": "the type `va_list` has no counterpart",
    "_Float128": "the type `_Float128` has no counterpart",
    "__float128": "the type `__float128` has no counterpart",
    "_Float16": "the type `_Float16` has no counterpart",
    "__bf16": "the type `__bf16` has no counterpart",
    _TYPEOF_NAME: "a type is given by `typeof`",
}
"""Names of types that no contract can hold, with the reason."""

PRELUDE: Final = "".join(
    [
        '# 1 "prelude"\n',
        *[f"typedef int {name};\n" for name in FOREIGN_TYPES],
        "typedef float _Float32;\ntypedef double _Float64;\n",
        "typedef double _Float32x;\ntypedef long double _Float64x;\n",
    ]
)
"""Declarations of the names that only compilers know."""

_CONVENTION: Final = re.compile(
    r"\b_*(ms_abi|sysv_abi|stdcall|fastcall|thiscall|vectorcall|regcall|regparm|pcs|aarch64_vector_pcs|preserve_all)\b"
)
_FORM: Final = re.compile(r"\b_*(vector_size|ext_vector_type|neon_vector_type|mode|packed|transparent_union)_*\b")


class Declaration:
    """A declaration at the top of a file, on one line, and what extensions said of it."""

    __slots__ = ("convention", "failure", "file", "form", "symbol", "text")

    def __init__(self, file: Path) -> None:
        self.file = file
        self.text = ""
        self.convention = ""
        self.form = ""
        self.symbol = ""
        self.failure = ""


class PlainHeader:
    """The declarations of a header and all that it includes, and the macros of each file, without the empty ones."""

    __slots__ = ("declarations", "macros")

    def __init__(self) -> None:
        self.declarations: list[Declaration] = []
        self.macros: dict[Path, dict[str, None]] = {}


def plain_header(text: str) -> PlainHeader:
    """Split what the preprocessor wrote."""
    header = PlainHeader()
    reader = _Splitter(header)
    for kind, part in _tokens(text):
        reader.take(kind, part)
    return header


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match[0]


class _Splitter:
    """Collects the words of one declaration after the other."""

    def __init__(self, header: PlainHeader) -> None:
        self.header = header
        self.file = Path()
        self.current = Declaration(self.file)
        self.parts: list[str] = []
        self.depth = 0
        self.body = 0
        """The depth at which the body of a function began, plus one; 0 outside of one."""
        self.extension = ""
        """The kind of extension whose parentheses are being read."""
        self.extension_depth = 0
        self.extension_parts: list[str] = []

    def take(self, kind: str, part: str) -> None:
        if kind == "line":
            self._line(part)
        elif kind == "space":
            self._add(" ")
        elif self.extension:
            self._in_extension(part)
        elif part in _ATTRIBUTES or part in _LABELS or part in _TYPEOF:
            self.extension, self.extension_depth, self.extension_parts = part, 0, []
        elif kind == "word":
            self._add(_PLAIN_WORDS.get(part, part))
        else:
            self._other(part)

    def _line(self, part: str) -> None:
        marker = _MARKER.match(part)
        if marker is not None:
            self.file = file_of_marker(marker[1])
            return
        definition = _DEFINITION.match(part)
        if definition is not None and definition[2].strip():
            self.header.macros.setdefault(self.file, {})[definition[1]] = None

    def _in_extension(self, part: str) -> None:
        if not self.extension_depth and part != "(":
            if part in ("volatile", "__volatile__"):
                return
            # Such as a function that is called `asm`.
            self._add(self.extension)
            self.extension = ""
            self.take("word" if part[:1].isalpha() else "other", part)
            return
        self.extension_depth += (part == "(") - (part == ")")
        self.extension_parts.append(part)
        if self.extension_depth:
            return
        words = " ".join(self.extension_parts)
        if self.extension in _LABELS:
            texts = [text[text.index('"') + 1 : -1] for text in self.extension_parts if text.endswith('"')]
            self.current.symbol = "".join(texts)
        elif self.extension in _TYPEOF:
            self._add(f" {_TYPEOF_NAME} ")
        else:
            self._attribute(words)
        self.extension = ""

    def _attribute(self, words: str) -> None:
        convention, form = _CONVENTION.search(words), _FORM.search(words)
        if convention is not None:
            self.current.convention = convention[1]
        if form is not None:
            self.current.form = form[1].rstrip("_")

    def _add(self, part: str) -> None:
        if self.body:
            return
        if not self.parts and part.strip():
            self.current.file = self.file
        if self.parts or part.strip():
            self.parts.append(part)

    def _other(self, part: str) -> None:
        if part == "{" and not self.body and not self.depth and "".join(self.parts).rstrip().endswith(")"):
            self.body = self.depth + 1
        if part in "({[":
            self.depth += 1
        self._add(part)
        if part in ")}]":
            self.depth = max(self.depth - 1, 0)
        if self.depth:
            return
        if self.body:
            self.body = 0
            self.parts.append(";")
            self._end()
        elif part == ";":
            self._end()

    def _end(self) -> None:
        self.current.text = " ".join("".join(self.parts).split())
        words = self.current.text
        if words != ";" and not words.startswith(("_Static_assert", "static_assert")):
            self.header.declarations.append(self.current)
        self.current = Declaration(self.file)
        self.parts = []


def files_of_markers(text: str) -> tuple[Path, ...]:
    """Return the files that a preprocessed text consists of, each once."""
    return tuple([file_of_marker(name) for name in dict.fromkeys(_MARKER.findall(text))])


def file_of_marker(name: str) -> Path:
    """Return the file that a line marker of the preprocessor names, in which it escapes some characters."""
    return Path(os.fsdecode(_ESCAPE.sub(_unescaped, os.fsencode(name))))


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 0xFF])
    return b"\n" if match[2] == b"n" else match[2]
