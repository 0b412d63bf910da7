"""Extern contracts: their attribute and the types that may cross the C boundary (`language.md` §8).

Takes a contract whose methods are resolved; sets the `extern` binding of each method. Reports E1520 (`Abi`), E1521
(`Library`), E1522 (parameter), E1523 (result).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beskid.analysis.names.symbols import ContractSymbol, ExternBinding, FunctionSymbol
from beskid.analysis.types.model import (
    BOOL,
    CHAR,
    ERROR,
    STRING,
    U8,
    UNIT,
    PrimitiveType,
    Type,
    show_type,
)
from beskid.source.diagnostics import error
from beskid.source.text import Span
from beskid.syntax import tree

if TYPE_CHECKING:
    from beskid.analysis.program import World

_EXAMPLE = '`[Extern(Abi: "C", Library: "libc.so.6")]`'
_SCALARS = "`bool`, integers and floats"


def bind_extern(world: World, symbol: ContractSymbol) -> None:
    """Check an extern contract and bind its own methods."""
    attribute = next(item for item in symbol.tree.attributes if item.name.text == "Extern")
    library = _check_attribute(world, symbol, attribute)
    for method in symbol.methods.values():
        if method.contract is symbol:
            _check_method(world, symbol, method)
            method.extern = ExternBinding(_symbol_name(method), library)


def plain_string(expression: tree.Expression) -> str | None:
    """The text of a string literal without interpolation."""
    if not isinstance(expression, tree.StringLiteral):
        return None
    pieces = [piece for piece in expression.pieces if isinstance(piece, str)]
    return "".join(pieces) if len(pieces) == len(expression.pieces) else None


def _argument(attribute: tree.Attribute, name: str) -> tree.AttributeArgument | None:
    for argument in attribute.arguments:
        if argument.name is not None and argument.name.text == name:
            return argument
    return None


def _check_attribute(world: World, symbol: ContractSymbol, attribute: tree.Attribute) -> str:
    abi = _argument(attribute, "Abi")
    abi_text = plain_string(abi.value) if abi is not None else None
    if abi_text is None or abi_text.upper() != "C":
        place = attribute.span if abi is None else abi.value.span
        written = "is missing" if abi is None else 'is not `"C"`'
        world.report(
            error(
                "E1520",
                f"the `Abi` of the extern contract `{symbol.name}` {written}",
                symbol.source,
                place,
                'expected `Abi: "C"`',
                f"write {_EXAMPLE} (formerly T0901)",
            )
        )
    library = _argument(attribute, "Library")
    library_text = plain_string(library.value) if library is not None else None
    if not library_text:
        place = attribute.span if library is None else library.value.span
        written = "is missing" if library is None else "is no text"
        world.report(
            error(
                "E1521",
                f"the `Library` of the extern contract `{symbol.name}` {written}",
                symbol.source,
                place,
                "expected a library name",
                f"write {_EXAMPLE} (formerly T0902)",
            )
        )
    return library_text or ""


def _symbol_name(method: FunctionSymbol) -> str:
    for attribute in method.tree.attributes:
        if attribute.name.text == "Symbol" and attribute.arguments:
            text = plain_string(attribute.arguments[0].value)
            if text:
                return text
    return method.name


def _is_scalar(type: Type) -> bool:
    return isinstance(type, PrimitiveType) and type not in (STRING, CHAR, UNIT)


def _check_method(world: World, symbol: ContractSymbol, method: FunctionSymbol) -> None:
    item = method.tree
    if not isinstance(item, tree.FunctionItem):
        return
    for parameter, syntax in zip(method.parameters, item.parameters, strict=True):
        if parameter.type is ERROR:
            continue
        is_bytes = parameter.modifier == "ref" and parameter.type is U8
        if is_bytes or (parameter.modifier == "" and _is_scalar(parameter.type)):
            continue
        written = f"{parameter.modifier} {show_type(parameter.type)}".strip()
        _report(
            world, symbol, method, "E1522", f"the parameter `{parameter.name}` has the type `{written}`",
            syntax.span, f"{_SCALARS}, or `ref u8` for bytes; an address travels as `i64` (formerly T0903)",
        )  # fmt: skip
    if method.result is not ERROR and method.result not in (UNIT, BOOL) and not _is_scalar(method.result):
        _report(
            world, symbol, method, "E1523", f"the result has the type `{show_type(method.result)}`",
            item.result.span, f"{_SCALARS}, or `unit`; an address travels as `i64` (formerly T0904)",
        )  # fmt: skip


def _report(
    world: World, symbol: ContractSymbol, method: FunctionSymbol, code: str, what: str, span: Span, allowed: str
) -> None:
    world.report(
        error(
            code,
            f"{what} in the extern method `{symbol.name}.{method.name}`",
            symbol.source,
            span,
            "cannot cross to C",
            f"allowed: {allowed}",
        )
    )
