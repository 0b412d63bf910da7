"""Resolving types as written (`language.md` §4.2, §4.11, §6.5).

Takes type syntax and a context; returns types, or `ERROR` after a report. In declarations, the signatures of mentioned
types are resolved later; in bodies, they are resolved on return.
"""

from __future__ import annotations

from typing import assert_never

from beskid.analysis.model.symbols import (
    ContractSymbol,
    EnumSymbol,
    StructSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
)
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    PRIMITIVES,
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    StructType,
    Type,
    TypeParameterType,
)
from beskid.analysis.model.world import CORE_LIBRARY, Context, World
from beskid.analysis.names.conformance import is_number_contract
from beskid.analysis.names.index import kind_of
from beskid.analysis.names.meanings import TypeReference
from beskid.analysis.names.paths import Names, flatten, resolve_names
from beskid.analysis.names.scope import is_explained_by_import, lookup_type, strong_meaning
from beskid.analysis.names.suggest import unknown_type
from beskid.base.spelling import counted
from beskid.source.codes import E1112, E1203, E1240, E1245, E1610
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span
from beskid.syntax import tree


def resolve_type(world: World, context: Context, syntax: tree.TypeSyntax) -> Type:
    """Resolve a written type. Every type in it has its signature resolved."""
    type = read_type(world, context, syntax)
    world.settle()
    return type


def read_type(world: World, context: Context, syntax: tree.TypeSyntax) -> Type:
    """Resolve a written type. The signatures of types in it are resolved later."""
    match syntax:
        case tree.PathType():
            return _read_path(world, context, syntax.path)
        case tree.ArrayType():
            element = read_type(world, context, syntax.element)
            return ERROR if element is ERROR else ArrayType(element)
        case tree.FunctionType():
            parameters = tuple([read_type(world, context, parameter) for parameter in syntax.parameters])
            result = read_type(world, context, syntax.result)
            if result is ERROR or ERROR in parameters:
                return ERROR
            return FunctionType(parameters, result)
        case tree.RefType():
            world.report(
                error(
                    E1245,
                    "`ref` is allowed only before the type of a parameter",
                    context.source,
                    syntax.span,
                    "not a parameter",
                    "remove `ref`; a foreign function returns an address as `i64` or as an opaque handle",
                )
            )
            read_type(world, context, syntax.target)
            return ERROR
        case tree.ErrorType():
            return ERROR
        case _:
            assert_never(syntax)


def _read_path(world: World, context: Context, path: tree.Path) -> Type:
    segments = path.segments
    last = segments[-1]
    if len(segments) == 1:
        primitive = PRIMITIVES.get(last.name.text)
        if primitive is not None:
            if last.type_arguments:
                _report_not_generic(world, context, last.name.text, None, path.span)
                return ERROR
            return primitive
        if last.name.text == NEVER.name and context.module.package == CORE_LIBRARY:
            return NEVER
        parameter = context.type_parameters.get(last.name.text)
        if parameter is not None:
            if world.occurrences is not None:
                world.occurrences.note(context.source, last.name.span, parameter)
            if last.type_arguments:
                _report_not_generic(world, context, parameter.name, parameter, path.span)
                return ERROR
            return TypeParameterType(parameter)
    symbol = find_type(world, context, tuple([segment.name for segment in segments]), path.span)
    if symbol is None:
        for segment in segments:
            for argument in segment.type_arguments:
                read_type(world, context, argument)
        return ERROR
    if isinstance(symbol, ContractSymbol) and symbol.is_extern:
        _report_extern(world, context, symbol, path.span)
        return ERROR
    if isinstance(symbol, ContractSymbol) and is_number_contract(symbol):
        help = f"declare a type parameter with the constraint: `<T : {symbol.name}>`, and use `T`"
        report_constraint_only(world, context, symbol, path.span, "used as a type", help)
        return ERROR
    world.ensure_soon(symbol)
    for segment in segments[:-1]:
        if segment.type_arguments:
            _report_not_generic(world, context, segment.name.text, None, segment.span)
            return ERROR
    arguments = resolve_arguments(world, context, symbol, last.type_arguments, path.span)
    return ERROR if arguments is None else type_of_symbol(symbol, arguments)


def report_constraint_only(
    world: World, context: Context, symbol: ContractSymbol, span: Span, label: str, help: str
) -> None:
    """Report `Number` in a location other than a constraint."""
    world.report(error(E1610, f"`{symbol.name}` is a constraint only", context.source, span, label, help))


def _report_extern(world: World, context: Context, symbol: ContractSymbol, span: Span) -> None:
    world.report(
        error(
            E1112,
            f"expected a type, found the extern contract `{symbol.name}`",
            context.source,
            span,
            "not a type",
            f"call its functions: `{symbol.name}.{next(iter(symbol.methods), 'name')}(…)`",
            (Label(symbol.source, symbol.name_span, "declared here"),),
        )
    )


def find_type(world: World, context: Context, names: Names, span: Span) -> TypeSymbol | None:
    """Return the declared type that a plain or dotted name denotes, or report that there is none."""
    if len(names) == 1:
        found = lookup_type(world, context, names[0])
        if found is not None:
            return found
        if is_explained_by_import(world, context, names[0].text):
            return None
        other = strong_meaning(world, context, names[0].text)
        if other is not None:
            _report_not_a_type(world, context, names[0].text, other.symbol, span)
        else:
            world.report(unknown_type(world, context, names[0]))
        return None
    path = resolve_names(world, context, names, True, span)
    if path is None:
        return None
    item = path.meaning.item
    if isinstance(item, TypeSymbol) and path.consumed == len(names):
        return item
    _report_not_a_type(world, context, ".".join([name.text for name in names]), path.meaning.symbol, span)
    return None


def _report_not_a_type(world: World, context: Context, written: str, symbol: Symbol, span: Span) -> None:
    world.report(
        error(
            E1112,
            f"expected a type, found the {kind_of(symbol)} `{written}`",
            context.source,
            span,
            "not a type",
            "write the name of a type",
            (Label(symbol.source, symbol.name_span, "declared here"),),
        )
    )


def type_of_symbol(symbol: TypeSymbol, arguments: tuple[Type, ...]) -> Type:
    """Apply a declared type to its arguments."""
    match symbol:
        case StructSymbol():
            return StructType(symbol, arguments)
        case EnumSymbol():
            return EnumType(symbol, arguments)
        case ContractSymbol():
            return ContractType(symbol, arguments)
        case _:
            raise TypeError(symbol)


def resolve_arguments(
    world: World,
    context: Context,
    symbol: TypeSymbol,
    written: tuple[tree.TypeSyntax, ...],
    span: Span,
) -> tuple[Type, ...] | None:
    """Resolve the written type arguments. Reports E1203 when they are missing and E1204 when their number is wrong."""
    arguments = tuple([read_type(world, context, argument) for argument in written])
    parameters = symbol.type_parameters
    if len(arguments) == len(parameters):
        return None if ERROR in arguments else arguments
    label = Label(symbol.source, symbol.name_span, "declared here")
    names = ", ".join([parameter.name for parameter in parameters])
    if not parameters:
        _report_not_generic(world, context, symbol.name, symbol, span)
    elif not arguments:
        world.report(
            error(
                E1203,
                f"missing type arguments for `{symbol.name}`",
                context.source,
                span,
                f"expected {counted(len(parameters), 'type argument')}",
                f"write `{symbol.name}<{names}>` with types for {names}",
                (label,),
            )
        )
    else:
        world.report(
            error(
                E1240,
                f"`{symbol.name}` takes {counted(len(parameters), 'type argument')}, got {len(arguments)}",
                context.source,
                span,
                f"expected {len(parameters)}, got {len(arguments)}",
                f"write `{symbol.name}<{names}>` with types for {names}",
                (label,),
            )
        )
    return None


def _report_not_generic(world: World, context: Context, name: str, symbol: Symbol | None, span: Span) -> None:
    related = () if symbol is None else (Label(symbol.source, symbol.name_span, "declared here"),)
    world.report(
        error(
            E1240,
            f"`{name}` takes no type arguments",
            context.source,
            span,
            "not generic",
            "remove the `<…>`",
            related,
        )
    )


def resolve_type_expression(
    world: World, context: Context, expression: tree.NameExpression | tree.MemberExpression
) -> TypeReference | None:
    """Return the type that a name in an expression denotes. A generic type without written arguments is left open."""
    nodes = flatten(expression)
    assert nodes is not None, "the parser reads a literal only after a name"
    name = nodes[-1].name
    written = nodes[-1].type_arguments
    if len(nodes) == 1:
        parameter: TypeParameterSymbol | None = context.type_parameters.get(name.text)
        if parameter is not None:
            if world.occurrences is not None:
                world.occurrences.note(context.source, name.span, parameter)
            return TypeReference(parameter, (), expression.span)
    symbol = find_type(world, context, tuple([part.name for part in nodes]), expression.span)
    if symbol is None:
        return None
    world.ensure(symbol)
    if not written:
        return TypeReference(symbol, None if symbol.type_parameters else (), expression.span)
    arguments = resolve_arguments(world, context, symbol, written, expression.span)
    world.settle()
    return None if arguments is None else TypeReference(symbol, arguments, expression.span)
