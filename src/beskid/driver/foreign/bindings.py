"""From a C header to an extern contract: declarations in, Beskid source out.

The header is preprocessed by the C compiler of the target, and read by pycparser: it is pure Python, of no platform
and a quarter of a megabyte, while libclang brings a compiler of its own whose version must be kept in step; `headers`
removes the extensions of compilers. Whatever a contract cannot say is listed as comments with the reason.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from beskid.abi.libraries import canonical_library
from beskid.base.node import node, replace
from beskid.codegen.target import Target
from beskid.driver.failure import DriverError
from beskid.driver.foreign.headers import (
    FOREIGN_TYPES,
    PRELUDE,
    Declaration,
    PlainHeader,
    files_of_markers,
    plain_header,
)
from beskid.driver.foreign.preprocessor import Preprocessor, preprocess
from beskid.driver.foreign.structs import CannotCrossError, Structs, ValueStruct, pascal, word
from beskid.files.problems import shown_name

_SCALARS: Final = {
    "char": "i8", "signed char": "i8", "unsigned char": "u8",
    "short": "i16", "unsigned short": "u16", "int": "i32", "unsigned int": "u32", "unsigned": "u32",
    "long": "i64", "unsigned long": "u64", "long long": "i64", "unsigned long long": "u64",
    "float": "f32", "double": "f64", "_Bool": "bool", "void": "unit",
}  # fmt: skip
"""C's types where `long` has 64 bits and `char` is signed."""


@node
class Binding:
    """What a header gave: the text, how many functions it holds and leaves out, and how many variables and macros.

    `headers` are the files that were read: the header and what it includes.
    """

    text: str
    bound: int
    skipped: int
    others: int
    headers: tuple[str, ...] = ()


MAX_FAILURES: Final = 200
"""How many declarations may be left out because they are not plain C."""

VIEW: Final = "CArrayView"
LENGTHS: Final = frozenset(("length", "len", "count", "size", "n"))
CAPACITIES: Final = frozenset(("capacity", "cap"))
"""The last words of the names of parameters that belong to an array."""

_FILE: Final = "header"
"""The file name that the parser gets; the numbers of lines are those of declarations."""

_UNARY: Final[dict[str, Callable[[int], int]]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
_BINARY: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "|": operator.or_, "&": operator.and_,
    "^": operator.xor, "<<": operator.lshift, ">>": operator.rshift,
}  # fmt: skip


def bind_header(header: Path, library: str, preprocessor: Preprocessor, include: list[str], target: Target) -> Binding:
    """The contract of the functions that the header itself declares, as the C compilers of the target see them."""
    text = preprocess(header, preprocessor, include)
    reader = _Reader(header, library, scalar_types(target))
    binding = reader.read(text, lambda: reader.structs.confirm(header, preprocessor, include))
    return replace(binding, headers=tuple([str(file) for file in files_of_markers(text)]))


def scalar_types(target: Target) -> dict[str, str]:
    """Return the types of Beskid by the types of C on a target."""
    types = dict(_SCALARS)
    if target.long_bits == 32:
        types |= {"long": "i32", "unsigned long": "u32"}
    if not target.is_char_signed:
        types["char"] = "u8"
    return types


class _Reader:
    """The declarations of one header while its contract is written."""

    __slots__ = (
        "enums", "foreign", "header", "library", "opaque", "others", "plain", "scalars", "skipped", "structs",
        "typedefs", "used", "values", "views",
    )  # fmt: skip

    def __init__(self, header: Path, library: str, scalars: dict[str, str]) -> None:
        self.scalars = scalars
        self.header = header
        self.library = library
        self.plain = PlainHeader()
        self.typedefs: dict[str, Any] = {}
        self.foreign: dict[str, str] = dict(FOREIGN_TYPES)
        self.values: dict[str, int | None] = {}
        self.enums: dict[str, Any] = {}
        self.opaque: dict[str, str] = {}
        self.structs = Structs(self)
        self.used: dict[str, ValueStruct] = {}
        self.views = False
        self.skipped: dict[str, str] = {}
        self.others: dict[str, str] = {}

    def read(self, text: str, confirm: Callable[[], None]) -> Binding:
        """Bind the functions. `confirm` refuses the value types whose layout is not that of the C compiler."""
        from pycparser import c_ast

        self.plain = plain_header(text)
        unit = self.parse()
        functions: list[tuple[Any, Declaration]] = []
        parts: list[tuple[Any, Declaration]] = []
        for tree in unit.ext:
            declaration = self.declaration_of(tree)
            for enumeration in enumerations(tree, c_ast):
                self.enumerate(enumeration)
            self.structs.define(tree, "" if declaration is None else declaration.form)
            if isinstance(tree, c_ast.Typedef):
                self.typedef(tree, declaration)
            elif isinstance(tree, c_ast.Decl) and tree.name and declaration is not None:
                if not self.is_function(tree.type):
                    if declaration.file == self.header:
                        self.others[tree.name] = "a variable"
                elif declaration.file == self.header:
                    functions.append((tree, declaration))
                elif declaration.file.parent.name == "bits" or declaration.file.name == f"_{self.header.name}":
                    parts.append((tree, declaration))
        methods: dict[str, str] = {}
        names: dict[str, str] = {}
        # The C library puts the declarations of some headers, such as math.h, into internal headers.
        functions = functions or parts
        for tree, _ in functions:
            self.survey(tree)
        confirm()
        for tree, declaration in functions:
            self.function(tree, declaration, methods, names)
        for name in self.plain.macros.get(self.header, {}):
            if name not in methods:
                self.others.setdefault(name, "a macro")
        for declaration in self.plain.declarations:
            if declaration.failure and declaration.file == self.header:
                self.skipped[name_of(declaration.text)] = "it is not plain C"
        return Binding(self.text(methods), len(methods), len(self.skipped), len(self.others))

    def parse(self) -> Any:
        """The declarations as trees. One that is not plain C is left out, unless there is no other."""
        try:
            from pycparser import c_parser
        except ImportError as failure:
            raise DriverError(
                "`beskid bind` needs pycparser, which is not installed", "install the extra: pip install 'beskid[bind]'"
            ) from failure
        declarations = self.plain.declarations
        first = ""
        for _ in range(MAX_FAILURES):
            lines = [f'# {n} "{_FILE}"\n{held.text}' for n, held in enumerate(declarations, 1) if not held.failure]
            try:
                unit = c_parser.CParser().parse(f"{PRELUDE}{chr(10).join(lines)}\n", _FILE)
            except (c_parser.ParseError, AssertionError, RecursionError) as failure:
                first = first or str(failure)
                place = re.match(rf"{_FILE}:(\d+)", str(failure))
                number = int(place[1]) if place else 0
                if not 0 < number <= len(declarations) or declarations[number - 1].failure:
                    break
                declarations[number - 1].failure = str(failure)
                continue
            if any(not held.failure and held.file == self.header for held in declarations) or not first:
                return unit
            break
        reason = first.partition(": ")[2] or first
        raise DriverError(
            f"the header {shown_name(str(self.header))} is not plain C: {reason}",
            "write the contract of the functions you need",
        )

    def declaration_of(self, tree: Any) -> Declaration | None:
        """Return the contents of the extensions, or None for names that only compilers know."""
        place = tree.coord
        if place is None or place.file != _FILE or type(tree).__name__ == "Pragma":
            return None
        number = int(place.line)
        return self.plain.declarations[number - 1] if 0 < number <= len(self.plain.declarations) else None

    def typedef(self, tree: Any, declaration: Declaration | None) -> None:
        self.typedefs[tree.name] = tree.type
        self.structs.name_typedef(tree.name, tree.type)
        if declaration is None:
            return
        if declaration.convention:
            self.foreign[tree.name] = _convention_reason(declaration)
        elif declaration.form and (declaration.form != "packed" or type(tree.type.type).__name__ == "Enum"):
            self.foreign[tree.name] = _form_reason(declaration)

    # Enumerations -----------------------------------------------------------------------------------------------

    def enumerate(self, enumeration: Any) -> None:
        """Compute the constants of an enumeration."""
        if enumeration.name:
            self.enums[enumeration.name] = enumeration.values
        value: int | None = -1
        for constant in enumeration.values.enumerators:
            value = None if value is None and constant.value is None else self.constant(constant.value, value)
            self.values[constant.name] = value

    def constant(self, expression: Any, last: int | None) -> int | None:
        """The value of a constant expression; None where it is not known here."""
        if expression is None:
            return None if last is None else last + 1
        kind = type(expression).__name__
        if kind == "Constant":
            return constant_value(expression.value)
        if kind == "ID":
            return self.values.get(expression.name)
        if kind == "UnaryOp" and expression.op in _UNARY:
            operand = self.constant(expression.expr, None)
            return None if operand is None else _UNARY[expression.op](operand)
        if kind == "BinaryOp" and expression.op in _BINARY:
            left, right = self.constant(expression.left, None), self.constant(expression.right, None)
            if left is None or right is None or (expression.op in ("<<", ">>") and not 0 <= right < 64):
                return None
            return _BINARY[expression.op](left, right)
        return None

    def enum_type(self, enumeration: Any) -> str:
        """The type that a compiler chooses for an enumeration."""
        name = f"`enum {enumeration.name or '…'}`"
        members = enumeration.values
        if members is None:
            members = self.enums.get(enumeration.name)
            if members is None:
                raise CannotCrossError(f"the values of {name} are not declared")
        values = [self.values.get(constant.name) for constant in members.enumerators]
        known_values = [value for value in values if value is not None]
        if len(known_values) < len(values):
            raise CannotCrossError(f"the values of {name} are not known without a compiler")
        low, high = min(known_values, default=0), max(known_values, default=0)
        if low >= -(1 << 31) and high < 1 << 31:
            return "i32"
        if low >= 0 and high < 1 << 32:
            return "u32"
        raise CannotCrossError(f"{name} has 64 bits")

    def function(self, tree: Any, declaration: Declaration, methods: dict[str, str], names: dict[str, str]) -> None:
        """Bind a function, or note why not. `names` are the names in Beskid with the functions that have them."""
        name = tree.name
        try:
            if "static" in tree.storage:
                raise CannotCrossError("it is `static`, so no library contains it")
            if declaration.convention:
                raise CannotCrossError(_convention_reason(declaration))
            if declaration.form and declaration.form != "packed":
                raise CannotCrossError(_form_reason(declaration))
            owner = names.setdefault(word(name), name)
            if owner != name:
                raise CannotCrossError(f"`{owner}` has the name `{word(name)}`")
            methods[name] = self.method(tree, declaration.symbol or name)
            self.skipped.pop(name, None)
        except CannotCrossError as failure:
            if name not in methods:
                self.skipped[name] = str(failure)

    def method(self, declaration: Any, label: str) -> str:
        if not (label.isascii() and label.isidentifier()):
            raise CannotCrossError(f"its symbol {shown_name(label)} is not a C name")
        name, function = declaration.name, self.resolve(declaration.type)
        declared = function.args.params if function.args else ()
        parameters: list[str] = []
        taken: set[str] = set()
        rest = 0
        for number, parameter in enumerate(declared):
            kind = type(parameter).__name__
            if rest:
                rest -= 1
                continue
            if kind == "EllipsisParam":
                raise CannotCrossError("it takes any number of arguments, which follow another calling convention")
            if kind == "Typename" and self.is_void(parameter.type):
                continue
            written = word(getattr(parameter, "name", None) or f"argument{number}")
            while written in taken:
                written += "_"
            taken.add(written)
            struct = self.struct_at(parameter)
            value = None if struct is None else self.structs.value_of(struct)
            if value is not None and self.is_view(declared[number : number + 3]):
                self.used[value.name] = value
                self.views = True
                rest = 2
                parameters.append(f"{VIEW} {written}")
                continue
            parameters.append(f"{self.parameter_type(parameter.type)} {written}")
        result = self.result_type(function.type)
        plain = word(name)
        symbol = "" if plain == label else f'[Symbol("{label}")]\n    '
        return f"{symbol}{result} {plain}({', '.join(parameters)});"

    # Structs ----------------------------------------------------------------------------------------------------

    def survey(self, tree: Any) -> None:
        """Consider the structs that a function uses as value types, unless it needs handles for them."""
        if "static" in tree.storage:
            return
        name, function = tree.name, self.resolve(tree.type)
        self.consider_target(function.type, f"`{name}` returns a pointer to it")
        declared = function.args.params if function.args else ()
        for number, parameter in enumerate(declared):
            struct = self.struct_at(parameter)
            if struct is not None:
                is_view = self.is_view(declared[number : number + 3])
                refusal = "" if is_view else f"`{name}` takes its address without a length and a capacity"
                self.structs.consider(struct, refusal)
                continue
            inner = self.target(getattr(parameter, "type", None))
            if type(inner).__name__ == "FuncDecl":
                self.consider_target(inner.type, f"a callback of `{name}` returns a pointer to it")
            else:
                self.consider_target(inner, f"`{name}` takes the address of a pointer to it")

    def consider_target(self, type: Any, refusal: str) -> None:
        struct = self.target(type)
        if struct.__class__.__name__ in ("Struct", "Union"):
            self.structs.consider(struct, refusal)

    def target(self, type: Any) -> Any:
        """What a pointer or an array refers to, or None. A function is its own."""
        if type is None:
            return None
        try:
            resolved = self.resolve(type)
            kind = resolved.__class__.__name__
            if kind == "FuncDecl":
                return resolved
            return self.resolve(resolved.type) if kind in ("PtrDecl", "ArrayDecl") else None
        except CannotCrossError:
            return None

    def struct_at(self, parameter: Any) -> Any:
        """The struct or union that a parameter is the address of, or None."""
        struct = self.target(getattr(parameter, "type", None))
        return struct if struct.__class__.__name__ in ("Struct", "Union") else None

    def is_view(self, parameters: Sequence[Any]) -> bool:
        """Whether an address is followed by a length and a capacity, such as in a `CArrayView`."""
        if len(parameters) < 3 or VIEW in self.opaque:
            return False
        try:
            types = [self.scalar(parameter.type) for parameter in parameters[1:]]
        except (AttributeError, CannotCrossError):
            return False
        words = [(parameter.name or "").lower().rpartition("_")[2] for parameter in parameters[1:]]
        return set(types) <= {"i64", "u64"} and words[0] in LENGTHS and words[1] in CAPACITIES

    # Types ------------------------------------------------------------------------------------------------------

    def resolve(self, type: Any) -> Any:
        """The type that remains after typedef names and meaningless declarators."""
        while True:
            kind = type.__class__.__name__
            if kind == "TypeDecl":
                type = type.type
            elif kind == "IdentifierType" and len(type.names) == 1 and type.names[0] in self.foreign:
                raise CannotCrossError(self.foreign[type.names[0]])
            elif kind == "IdentifierType" and len(type.names) == 1 and type.names[0] in self.typedefs:
                type = self.typedefs[type.names[0]]
            else:
                return type

    def is_function(self, type: Any) -> bool:
        try:
            return bool(self.resolve(type).__class__.__name__ == "FuncDecl")
        except CannotCrossError:
            return False

    def is_void(self, type: Any) -> bool:
        resolved = self.resolve(type)
        return bool(resolved.__class__.__name__ == "IdentifierType" and resolved.names == ["void"])

    def scalar(self, type: Any) -> str | None:
        resolved = self.resolve(type)
        kind = resolved.__class__.__name__
        if kind == "Enum":
            return self.enum_type(resolved)
        if kind != "IdentifierType":
            return None
        return self.scalars.get(plain_form(resolved.names))

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
            raise CannotCrossError(f"`{kind.lower()} {resolved.name or '…'}` is passed by value")
        raise CannotCrossError(f"the type `{' '.join(getattr(resolved, 'names', [kind]))}` has no counterpart")

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
        named = pascal(name)
        if any(value.name == named for value in self.structs.values.values()):
            named += "Handle"
        self.opaque[named] = self.structs.reason_of(resolved)
        return named

    def callback(self, function: Any) -> str:
        parameters: list[str] = []
        for parameter in function.args.params if function.args else ():
            if parameter.__class__.__name__ == "EllipsisParam":
                raise CannotCrossError("a callback takes any number of arguments")
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
        if self.views:
            lines += [f"use Core.Interop.{VIEW};", ""]
        for name in self.opaque:
            lines += ["[Opaque]", f"pub type {name} {{ }}", ""]
        for value in self.used.values():
            lines += [*value.declaration(), ""]
        stem = canonical_library(self.library)
        contract = "".join([part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", stem) if part])
        contract = contract if contract[:1].isalpha() else f"C{contract}"
        contract = f"{contract}Functions" if contract in {*self.opaque, *self.used} else contract
        lines += [f'[Extern(Abi: "C", Library: "{escaped(self.library)}")]', f"pub contract {contract} {{"]
        lines += [f"    {method}" for method in methods.values()]
        lines.append("}")
        opaque = {name: reason for name, reason in self.opaque.items() if reason}
        if opaque:
            lines += ["", "// Opaque, because it cannot be a value type:"]
            lines += [f"//   {name}: {reason}" for name, reason in opaque.items()]
        if self.skipped:
            lines += ["", "// Left out, because it cannot cross:"]
            lines += [f"//   {name}: {reason}" for name, reason in self.skipped.items()]
        if self.others:
            lines += ["", "// Left out, because it is not a function:"]
            lines += [f"//   {name}: {kind}" for name, kind in self.others.items()]
        return "\n".join(lines) + "\n"


WORD_ORDER: Final = ("_Bool", "signed", "unsigned", "long", "short", "char", "float", "double", "int", "void")


def plain_form(names: list[str]) -> str:
    """C writes the words of a type in any order, some of them without need: `long unsigned int` is `unsigned long`."""
    needed = [name for name in names if name != "signed" or "char" in names]
    needed = [name for name in needed if name != "int" or len(needed) == 1]
    order = {name: index for index, name in enumerate(WORD_ORDER)}
    return " ".join(sorted(needed or ["int"], key=lambda name: order.get(name, len(order))))


def escaped(text: str) -> str:
    """A text between the quotes of a string."""
    replaced = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return "".join([replaced.get(character, character) for character in text])


def enumerations(tree: Any, trees: Any) -> Iterator[Any]:
    """The enumerations that a declaration defines, also inside of structs, in their order."""
    if isinstance(tree, trees.Enum) and tree.values is not None:
        yield tree
    for _, child in tree.children():
        yield from enumerations(child, trees)


def constant_value(text: str) -> int | None:
    """The value of an integer or character constant of C; None for another one."""
    if text.startswith("'"):
        return ord(text[1]) if len(text) == 3 else None
    digits = text.rstrip("uUlL").lower()
    octal = digits.startswith("0") and digits.isdigit()
    try:
        return int(digits, 8) if octal else int(digits, 0)
    except ValueError:
        return None


def name_of(text: str) -> str:
    """What to call a declaration that could not be read: the word before its first parenthesis, or its beginning."""
    match = re.search(r"([A-Za-z_]\w*)\s*\(", text)
    return match[1] if match is not None else text[:40]


def _convention_reason(declaration: Declaration) -> str:
    return f"it follows another calling convention, `{declaration.convention}`"


def _form_reason(declaration: Declaration) -> str:
    return f"the attribute `{declaration.form}` changes the form of its type"
