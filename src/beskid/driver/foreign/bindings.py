"""From a C header to an extern contract: declarations in, Beskid source out.

The header is preprocessed by the C compiler that also links, and read by pycparser: it is pure Python, of no platform
and a quarter of a megabyte, while libclang brings a compiler of its own whose version must be kept in step; what the
compiler's preprocessor leaves is plain C, apart from a few extensions that are defined away. What cannot cross is
listed as comments with the reason.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final

from beskid.abi.libraries import canonical_library
from beskid.aot.linker import tool_environment
from beskid.base.node import node
from beskid.driver.failure import DriverError
from beskid.files.problems import shown_name

EXTENSIONS: Final = (
    "-D__attribute__(x)=", "-D__extension__=", "-D__asm__(x)=", "-D__asm(x)=", "-D__restrict=", "-D__inline=",
    "-D__inline__=", "-D__const=const", "-D__volatile__=", "-D__signed__=signed", "-D_Noreturn=",
    "-D__builtin_va_list=int", "-D__typeof__(x)=int", "-D_Float128=double", "-D__int128=long", "-D_Static_assert(...)=",
)  # fmt: skip
"""Extensions of compilers that mean nothing for a declaration's form."""

PREPROCESS_SECONDS: Final = 60

_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{3})|(.))")

_INTEGERS: Final = {
    "char": "i8", "signed char": "i8", "unsigned char": "u8",
    "short": "i16", "unsigned short": "u16", "int": "i32", "unsigned int": "u32", "unsigned": "u32",
    "long": "i64", "unsigned long": "u64", "long long": "i64", "unsigned long long": "u64",
    "float": "f32", "double": "f64", "_Bool": "bool", "void": "unit",
}  # fmt: skip
"""C's types on the platforms of today's back ends, where `long` has 64 bits."""

_WORDS: Final = (
    "break const continue contract else enum event false for if impl in let match mod mut out pub ref return test this",
    "true type use when while extend attribute as string bool char unit i8 i16 i32 i64 u8 u16 u32 u64 f32 f64",
)

KEYWORDS: Final = frozenset([word for line in _WORDS for word in line.split()])


@node
class Binding:
    """What a header gave: the text, and how many functions it holds and leaves out."""

    text: str
    bound: int
    skipped: int


class _CannotCrossError(Exception):
    """A declaration that no extern contract can hold."""


def bind_header(header: Path, library: str, compiler: list[str], include: list[str]) -> Binding:
    """The contract of the functions that the header itself declares."""
    return _Reader(header, library).read(preprocess(header, compiler, include))


def preprocess(header: Path, compiler: list[str], include: list[str]) -> str:
    """The header with everything included, macros expanded, and marks that say which file a line is from."""
    # A path that begins with a dash would be an option.
    name = f"./{header}" if str(header).startswith("-") else str(header)
    command = [*compiler, "-E", *EXTENSIONS, *[f"-I{path}" for path in include], "-x", "c", name]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=tool_environment(),
        timeout=PREPROCESS_SECONDS,
        check=False,
    )
    if done.returncode:
        words = os.fsdecode(done.stderr).replace(str(header), shown_name(str(header))).strip()
        raise DriverError(
            f"the header {shown_name(str(header))} cannot be read:\n{words}", "name the folders of its includes with -I"
        )
    return done.stdout.decode("utf-8", "surrogateescape")


def file_of_marker(name: str) -> Path:
    """The file that a line marker of the preprocessor names, in which it escapes some characters."""
    return Path(os.fsdecode(_ESCAPE.sub(_unescaped, os.fsencode(name))))


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 0xFF])
    return b"\n" if match[2] == b"n" else match[2]


class _Reader:
    """The declarations of one header while its contract is written."""

    __slots__ = ("header", "library", "opaque", "skipped", "structs", "typedefs")

    def __init__(self, header: Path, library: str) -> None:
        self.header = header
        self.library = library
        self.typedefs: dict[str, Any] = {}
        self.structs: set[str] = set()
        self.opaque: dict[str, None] = {}
        self.skipped: list[str] = []

    def read(self, text: str) -> Binding:
        try:
            from pycparser import c_ast, c_parser
        except ImportError as failure:
            raise DriverError(
                "`beskid bind` needs pycparser, which is not installed", "install the extra: pip install 'beskid[bind]'"
            ) from failure
        try:
            unit = c_parser.CParser().parse(text, str(self.header))
        except (c_parser.ParseError, AssertionError, RecursionError) as failure:
            raise DriverError(
                f"the header {shown_name(str(self.header))} is not plain C: {failure}",
                "write the contract of the functions you need",
            ) from failure
        own: list[Any] = []
        parts: list[Any] = []
        for declaration in unit.ext:
            if isinstance(declaration, c_ast.Typedef):
                self.typedefs[declaration.name] = declaration.type
            elif isinstance(declaration, c_ast.Decl) and isinstance(declaration.type, c_ast.FuncDecl):
                file = file_of_marker(declaration.coord.file)
                own += [declaration] if file == self.header else []
                parts += [declaration] if file.parent.name == "bits" else []
        methods: dict[str, str] = {}
        # The C library keeps the declarations of some headers, such as math.h, in parts that users never name.
        for declaration in own or parts:
            self.function(declaration, methods)
        return Binding(self.text(methods), len(methods), len(self.skipped))

    def function(self, declaration: Any, methods: dict[str, str]) -> None:
        try:
            methods[declaration.name] = self.method(declaration)
        except _CannotCrossError as failure:
            self.skipped.append(f"{declaration.name}: {failure}")

    def method(self, declaration: Any) -> str:
        name, function = declaration.name, declaration.type
        parameters: list[str] = []
        taken: set[str] = set()
        for number, parameter in enumerate(function.args.params if function.args else ()):
            kind = type(parameter).__name__
            if kind == "EllipsisParam":
                raise _CannotCrossError("it takes any number of arguments, which follow another calling convention")
            if kind == "Typename" and self.is_void(parameter.type):
                continue
            written = word(getattr(parameter, "name", None) or f"argument{number}")
            while written in taken:
                written += "_"
            taken.add(written)
            parameters.append(f"{self.parameter_type(parameter.type)} {written}")
        result = self.result_type(function.type)
        plain = word(name)
        symbol = "" if plain == name else f'[Symbol("{name}")]\n    '
        return f"{symbol}{result} {plain}({', '.join(parameters)});"

    # Types ------------------------------------------------------------------------------------------------------

    def resolve(self, type: Any) -> Any:
        """The type that remains after typedef names and meaningless declarators."""
        while True:
            kind = type.__class__.__name__
            if kind == "TypeDecl":
                type = type.type
            elif kind == "IdentifierType" and len(type.names) == 1 and type.names[0] in self.typedefs:
                type = self.typedefs[type.names[0]]
            else:
                return type

    def is_void(self, type: Any) -> bool:
        resolved = self.resolve(type)
        return bool(resolved.__class__.__name__ == "IdentifierType" and resolved.names == ["void"])

    def scalar(self, type: Any) -> str | None:
        resolved = self.resolve(type)
        kind = resolved.__class__.__name__
        if kind == "Enum":
            return "i32"
        if kind != "IdentifierType":
            return None
        return _INTEGERS.get(plain_form(resolved.names))

    def parameter_type(self, type: Any) -> str:
        resolved = self.resolve(type)
        kind = resolved.__class__.__name__
        if kind == "ArrayDecl":
            return self.pointer(resolved.type)
        if kind == "PtrDecl":
            return self.pointer(resolved.type)
        if kind == "FuncDecl":
            return self.callback(resolved)
        return self.value(type, resolved, kind)

    def value(self, type: Any, resolved: Any, kind: str) -> str:
        found = self.scalar(type)
        if found is not None:
            return found
        if kind in ("Struct", "Union"):
            raise _CannotCrossError(f"`{kind.lower()} {resolved.name or '…'}` is passed by value")
        raise _CannotCrossError(f"the type `{' '.join(getattr(resolved, 'names', [kind]))}` has no counterpart")

    def pointer(self, target: Any) -> str:
        """`T *` as a parameter."""
        resolved = self.resolve(target)
        kind = resolved.__class__.__name__
        if kind == "FuncDecl":
            return self.callback(resolved)
        if self.is_void(target):
            return "i64"
        found = self.scalar(target)
        if found is not None:
            return f"ref {'u8' if found == 'i8' else found}"
        if kind in ("Struct", "Union"):
            return self.handle(target, resolved)
        if kind == "PtrDecl":
            inner = self.resolve(resolved.type)
            if inner.__class__.__name__ in ("Struct", "Union"):
                return f"ref {self.handle(resolved.type, inner)}"
            return "ref i64"
        return "i64"

    def handle(self, type: Any, resolved: Any) -> str:
        """An opaque type for what a pointer to a struct points to."""
        name = resolved.name
        while type.__class__.__name__ == "TypeDecl":
            type = type.type
        if type.__class__.__name__ == "IdentifierType":
            name = type.names[0]
        if not name:
            return "i64"
        pascal = "".join([part[:1].upper() + part[1:] for part in name.split("_") if part])
        self.opaque[pascal] = None
        return pascal

    def callback(self, function: Any) -> str:
        parameters: list[str] = []
        for parameter in function.args.params if function.args else ():
            if parameter.__class__.__name__ == "EllipsisParam":
                raise _CannotCrossError("a callback takes any number of arguments")
            if self.is_void(parameter.type):
                continue
            parameters.append(self.word_type(parameter.type))
        return f"{self.result_type(function.type)}({', '.join(parameters)})"

    def word_type(self, type: Any) -> str:
        resolved = self.resolve(type)
        kind = resolved.__class__.__name__
        return "i64" if kind in ("PtrDecl", "ArrayDecl", "FuncDecl") else self.value(type, resolved, kind)

    def result_type(self, type: Any) -> str:
        resolved = self.resolve(type)
        kind = resolved.__class__.__name__
        if kind == "PtrDecl":
            inner = self.resolve(resolved.type)
            is_struct = inner.__class__.__name__ in ("Struct", "Union")
            return self.handle(resolved.type, inner) if is_struct else "i64"
        return self.value(type, resolved, kind)

    # Text -------------------------------------------------------------------------------------------------------

    def text(self, methods: dict[str, str]) -> str:
        lines = [
            f"/// Functions of {shown_name(self.header.name)}. Addresses are `i64`; a `ref u8` takes a string too.",
            "",
        ]
        for name in self.opaque:
            lines += ["[Opaque]", f"pub type {name} {{ }}", ""]
        stem = canonical_library(self.library)
        contract = "".join([part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", stem) if part])
        contract = contract if contract[:1].isalpha() else f"C{contract}"
        contract = f"{contract}Functions" if contract in self.opaque else contract
        lines += [f'[Extern(Abi: "C", Library: "{self.library}")]', f"pub contract {contract} {{"]
        lines += [f"    {method}" for method in methods.values()]
        lines.append("}")
        if self.skipped:
            lines += ["", "// Left out, because it cannot cross:"]
            lines += [f"//   {reason}" for reason in self.skipped]
        return "\n".join(lines) + "\n"


WORD_ORDER: Final = ("_Bool", "signed", "unsigned", "long", "short", "char", "float", "double", "int", "void")


def plain_form(names: list[str]) -> str:
    """C writes the words of a type in any order, some of them without need: `long unsigned int` is `unsigned long`."""
    needed = [name for name in names if name != "signed" or "char" in names]
    needed = [name for name in needed if name != "int" or len(needed) == 1]
    order = {name: index for index, name in enumerate(WORD_ORDER)}
    return " ".join(sorted(needed or ["int"], key=lambda name: order.get(name, len(order))))


def word(name: str) -> str:
    """A C name as a Beskid one."""
    return f"{name}_" if name in KEYWORDS else name
