"""Extern contracts: their attributes, the types that are passed to C, and one meaning for each symbol (`language.md`
§8).

Takes a contract whose methods are resolved; sets the `extern` binding of each method and enters it in the world's
table.
Reports E1510 (attribute without effect), E1520 (`Abi`), E1521 (`Library`), E1522 (parameter), E1523 (result), E1524 (a
name that cannot be bound), E1525 (one symbol, two signatures), E1528 (one symbol, two libraries), E1529 (one symbol,
exported and foreign).
"""

from __future__ import annotations

import re
from typing import Final

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.libraries import canonical_library
from beskid.abi.symbols import MATHEMATICAL_ARGUMENTS, is_own
from beskid.analysis.model.symbols import ContractSymbol, ExternBinding, FunctionSymbol
from beskid.analysis.model.types import ERROR, PrimitiveType, Type, show_type
from beskid.analysis.model.world import CORE_LIBRARY, World
from beskid.analysis.types.boundary import Crossing, crossing_of, is_result, parameter_help, result_help
from beskid.source.codes import E1510, E1520, E1521, E1522, E1523, E1524, E1525, E1528, E1529, Code
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span
from beskid.syntax import tree

_EXAMPLE: Final = '`[Extern(Abi: "C", Library: "libc.so.6")]`'

_IDENTIFIER: Final = r"[A-Za-z_][A-Za-z0-9_]*\Z"

VARIADIC: Final = frozenset(
    (
        "printf", "fprintf", "sprintf", "snprintf", "dprintf", "asprintf", "scanf", "fscanf", "sscanf", "syslog",
        "open", "open64", "openat", "openat64", "fcntl", "fcntl64", "ioctl", "syscall", "prctl", "ptrace", "mremap",
        "execl", "execlp", "execle", "err", "errx", "warn", "warnx", "wprintf", "fwprintf", "swprintf", "wscanf",
        "fwscanf", "swscanf", "sem_open", "semctl", "mq_open", "ulimit",
    )
)  # fmt: skip
"""Variadic functions of libc. C calls them by another convention: on Apple's processors it passes the variable
arguments on the stack."""


def bind_extern(world: World, symbol: ContractSymbol) -> None:
    """Check an extern contract and bind its methods, without the embedded ones."""
    if symbol.module is not None and symbol.module.package != CORE_LIBRARY:
        world.enter_library_externs()
    attribute = next(item for item in symbol.tree.attributes if item.name.text == "Extern")
    library = _check_attribute(world, symbol, attribute)
    if symbol.type_parameters:
        _report(world, symbol, E1510, f"the extern contract `{symbol.name}` has type parameters", symbol.name_span,
                "C has no generic functions", "remove them")  # fmt: skip
    for method in symbol.methods.values():
        if method.contract is symbol and isinstance(method.tree, tree.FunctionItem):
            _check_method(world, symbol, method, method.tree)
            own = _named_text(method.tree, "Library")
            method.extern = ExternBinding(_symbol_name(method.tree), library if own is None else own.text)
            _check_binding(world, symbol, method, method.extern, own)
            _enter(world, symbol, method, method.extern)


class _Text:
    """A string in an attribute, with its location."""

    __slots__ = ("span", "text")

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self.span = span


def plain_string(expression: tree.Expression) -> str | None:
    """Return the text of a string literal without interpolation."""
    if not isinstance(expression, tree.StringLiteral):
        return None
    pieces = [piece for piece in expression.pieces if isinstance(piece, str)]
    return "".join(pieces) if len(pieces) == len(expression.pieces) else None


def argument_of(attribute: tree.Attribute, name: str) -> tree.AttributeArgument | None:
    for argument in attribute.arguments:
        if argument.name is not None and argument.name.text == name:
            return argument
    return None


def _named_text(item: tree.FunctionItem, name: str) -> _Text | None:
    """Return the first argument of the attribute of that name."""
    for attribute in item.attributes:
        if attribute.name.text == name and attribute.arguments:
            value = attribute.arguments[0].value
            text = plain_string(value)
            return _Text("" if text is None else text, value.span)
    return None


def _symbol_name(item: tree.FunctionItem) -> str:
    given = _named_text(item, "Symbol")
    return item.name.text if given is None else given.text


def _check_attribute(world: World, symbol: ContractSymbol, attribute: tree.Attribute) -> str:
    abi = argument_of(attribute, "Abi")
    abi_text = plain_string(abi.value) if abi is not None else None
    if abi_text is None or abi_text.upper() != "C":
        place = attribute.span if abi is None else abi.value.span
        written = "is missing" if abi is None else 'is not `"C"`'
        what = f"the `Abi` of the extern contract `{symbol.name}` {written}"
        _report(world, symbol, E1520, what, place, 'expected `Abi: "C"`', f"write {_EXAMPLE}")
    library = argument_of(attribute, "Library")
    text = plain_string(library.value) if library is not None else None
    if not _is_library(text):
        place = attribute.span if library is None else library.value.span
        _report_library(world, symbol, f"the `Library` of the extern contract `{symbol.name}`", text, place,
                        library is None)  # fmt: skip
    return text or ""


def _is_library(text: str | None) -> bool:
    return text is not None and bool(text.strip()) and text.isprintable()


def _report_library(
    world: World, symbol: ContractSymbol, what: str, text: str | None, place: Span, is_missing: bool
) -> None:
    if is_missing:
        written = "is missing"
    elif text is None:
        written = "is not a string"
    elif not text.strip():
        written = "is empty"
    else:
        written = "has characters that are not allowed in a file name"
    _report(
        world, symbol, E1521, f"{what} {written}", place, "expected a library name",
        f"write {_EXAMPLE}",
    )  # fmt: skip


def _check_method(world: World, symbol: ContractSymbol, method: FunctionSymbol, item: tree.FunctionItem) -> None:
    named = f"in the extern method `{symbol.name}.{method.name}`"
    if method.type_parameters:
        what = f"the extern method `{symbol.name}.{method.name}` has type parameters"
        _report(world, symbol, E1510, what, method.name_span, "C has no generic functions", "remove them")
    for parameter, syntax in zip(method.parameters, item.parameters, strict=True):
        if parameter.type is ERROR or crossing_of(parameter) is not None:
            continue
        written = f"{parameter.modifier} {show_type(parameter.type)}".strip()
        _report(
            world, symbol, E1522, f"the parameter `{parameter.name}` has the type `{written}` {named}",
            syntax.span, "cannot be passed to C", f"{parameter_help(parameter.type)}",
        )  # fmt: skip
    if method.result is not ERROR and not is_result(method.result):
        _report(
            world, symbol, E1523, f"the result has the type `{show_type(method.result)}` {named}",
            item.result.span, "cannot be returned from C", f"{result_help(method.result)}",
        )  # fmt: skip


def _check_binding(
    world: World, symbol: ContractSymbol, method: FunctionSymbol, binding: ExternBinding, own: _Text | None
) -> None:
    """Check the names that the linker and the loader will use."""
    if own is not None and not _is_library(own.text):
        _report_library(world, symbol, f"the `Library` of `{symbol.name}.{method.name}`", own.text, own.span, False)
    name = binding.symbol
    if re.match(_IDENTIFIER, name) is None:
        reason, help = "is not a valid C name", "a C name consists of letters, digits and `_`"
    elif name in RUNTIME_EXPORT_SYMBOLS or is_own(name):
        reason, help = "belongs to the runtime", "an extern function cannot replace a function of the runtime"
    elif name == "main":
        reason, help = "belongs to the start-up code", "call another function"
    elif name in VARIADIC and canonical_library(binding.library) == "c":
        reason = "is variadic"
        help = "variadic functions have another calling convention; use a function with a fixed number of parameters"
    else:
        return
    shown = "".join([character if character.isprintable() else "�" for character in name])
    _report(
        world, symbol, E1524, f"the extern function `{shown}` cannot be bound: the name {reason}"
        if reason != "is variadic" else f"the extern function `{shown}` {reason}",
        method.name_span, "not callable", help,
    )  # fmt: skip


# One meaning for each symbol -----------------------------------------------------------------------------------


def machine_form(method: FunctionSymbol) -> tuple[str, ...]:
    """Return the machine types of a signature, result first, in which all declarations of a symbol must agree."""
    words = [_word(method.result, None)]
    for parameter in method.parameters:
        crossing = crossing_of(parameter)
        count = {Crossing.TEXT_VIEW: 2, Crossing.BUFFER_VIEW: 2, Crossing.ARRAY_VIEW: 3}.get(crossing, 1)  # type: ignore[arg-type]
        words += [_word(parameter.type, crossing)] * count
    return tuple(words)


def _is_doubtful(method: FunctionSymbol) -> bool:
    """Return whether a type of the signature was already reported."""
    return method.result is ERROR or any(parameter.type is ERROR for parameter in method.parameters)


def _word(type: Type, crossing: Crossing | None) -> str:
    if crossing in (None, Crossing.SCALAR) and isinstance(type, PrimitiveType):
        # The sign matters only where C widens the value.
        return type.name if type.bits < 32 else f"{'f' if type.is_float else 'i'}{type.bits}"
    return "i64"


def _enter(world: World, symbol: ContractSymbol, method: FunctionSymbol, binding: ExternBinding) -> None:
    exported = world.exported_functions.get(binding.symbol)
    if exported is not None:
        report_foreign_export(world, exported, method)
    arguments = MATHEMATICAL_ARGUMENTS.get(binding.symbol)
    if arguments and not _is_doubtful(method) and machine_form(method) != ("f64",) * (arguments + 1):
        plural = "arguments" if arguments > 1 else "argument"
        _report(
            world, symbol, E1525, f"the symbol `{binding.symbol}` is declared with two signatures",
            method.name_span, "differs from the function of the C library",
            f"the core library calls `{binding.symbol}` with {arguments} {plural} of the type `f64`, and gets an `f64`",
        )  # fmt: skip
    first = world.foreign_functions.setdefault(binding.symbol, method)
    world.foreign_methods.append(method)
    if first is method or first.extern is None:
        return
    here, there = canonical_library(binding.library), canonical_library(first.extern.library)
    related = (Label(first.source, first.name_span, "first declared here"),)
    if not binding.library or not first.extern.library:
        return
    if here != there:
        _report(
            world, symbol, E1528, f"the symbol `{binding.symbol}` is declared in two libraries: "
            f"`{first.extern.library}` and `{binding.library}`",
            method.name_span, "declared again here",
            "a program can link only one function with this name; remove one declaration", related,
        )  # fmt: skip
    elif not _is_doubtful(first) and not _is_doubtful(method) and machine_form(first) != machine_form(method):
        _report(
            world, symbol, E1525, f"the symbol `{binding.symbol}` is declared with two signatures",
            method.name_span, "different here", "make both declarations match the C header", related,
        )  # fmt: skip


def report_foreign_export(world: World, exported: FunctionSymbol, method: FunctionSymbol) -> None:
    """Report E1529 for an exported function that has the symbol of a foreign function.

    The user did not choose the names in the core library; a library that exports one is refused when it is linked.
    """
    if method.module is not None and method.module.package == CORE_LIBRARY:
        return
    name = method.extern.symbol if method.extern is not None else method.name
    message = f"the exported function `{exported.name}` has the C name `{name}` of a foreign function"
    related = (Label(method.source, method.name_span, "declared here"),)
    help = "change its `Symbol`, or remove the declaration of the foreign function"
    world.report(error(E1529, message, exported.source, exported.name_span, "cannot be exported", help, related))


def _report(
    world: World,
    symbol: ContractSymbol,
    code: Code,
    message: str,
    span: Span,
    label: str,
    help: str,
    related: tuple[Label, ...] = (),
) -> None:
    world.report(error(code, message, symbol.source, span, label, help, related))
