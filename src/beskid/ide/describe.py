"""Text about symbols: their declaration on one line, their kind and their documentation."""

from __future__ import annotations

from beskid.analysis.model.occurrences import Target
from beskid.analysis.model.symbols import (
    AttributeSymbol,
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    EventSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    ParameterSymbol,
    StructSymbol,
    Symbol,
    Type,
    TypeParameterSymbol,
    TypeSymbol,
    VariantSymbol,
)
from beskid.analysis.model.types import CHAR, ERROR, show_type
from beskid.analysis.model.unify import resolve
from beskid.analysis.names.index import kind_of
from beskid.ide.symbols import nodes_around
from beskid.source.text import SourceText
from beskid.syntax import tree


def shown(type: Type) -> str:
    """Return a type as a user writes it. What an error made unknown is `?`."""
    type = resolve(type)
    return "?" if type is ERROR else show_type(type).replace("\0<error>", "?")


def as_written(source: SourceText, syntax: tree.TypeSyntax | None, type: Type) -> str:
    """Return a declared type; one that could not be resolved as it is written."""
    text = shown(type)
    return text if syntax is None or "?" not in text else source.text[syntax.span.start : syntax.span.end]


def _parameter(parameter: ParameterSymbol) -> str:
    return parameter_text(parameter, shown(parameter.type))


def parameter_text(parameter: ParameterSymbol, type: str) -> str:
    modifier = f"{parameter.modifier} " if parameter.modifier else ""
    return f"{modifier}{type} {parameter.name}"


def parameters_of(function: FunctionSymbol) -> list[str]:
    """Return the parameters of a function, each with its type."""
    item = function.tree
    written = {each.name.text: each.type for each in item.parameters} if isinstance(item, tree.FunctionItem) else {}
    return [
        parameter_text(each, as_written(function.source, written.get(each.name), each.type))
        for each in function.parameters
    ]


def _generics(parameters: tuple[TypeParameterSymbol, ...]) -> str:
    parts = [
        parameter.name
        + (f" : {' + '.join([repr(each) for each in parameter.constraints])}" if parameter.constraints else "")
        for parameter in parameters
    ]
    return f"<{', '.join(parts)}>" if parts else ""


def signature(function: FunctionSymbol) -> str:
    """Return `i64 Add(i64 a, i64 b)`, with the receiver of a method before its name."""
    if function.is_test:
        return f"test {function.name}"
    owner = f"{shown(function.receiver)}." if function.receiver is not None else ""
    parameters = ", ".join(parameters_of(function))
    item = function.tree
    result = as_written(function.source, item.result if isinstance(item, tree.FunctionItem) else None, function.result)
    return f"{result} {owner}{function.name}{_generics(function.type_parameters)}({parameters})"


def declaration(target: Target, owner: TypeSymbol | None) -> str:
    """Return the declaration of something on one line."""
    match target:
        case FunctionSymbol():
            text = signature(target)
        case StructSymbol() | EnumSymbol() | ContractSymbol():
            text = f"{_WORDS[type(target)]} {target.name}{_generics(target.type_parameters)}"
        case ConstSymbol():
            text = f"const {as_written(target.source, target.tree.type, target.type)} {target.name}{_value(target)}"
        case ModuleSymbol():
            return f"mod {target.dotted() or target.package}"
        case TypeParameterSymbol():
            return f"{_generics((target,))[1:-1]} (type parameter)"
        case AttributeSymbol():
            text = f"attribute {target.name}"
        case LocalSymbol():
            kind = "parameter" if target.is_parameter else "local"
            mark = "mut " if target.is_mut else ""
            return f"{shown(target.type)} {mark}{target.name} ({kind})"
        case FieldSymbol():
            prefix = f"{owner.name}." if owner is not None else ""
            return f"{_field_type(target, owner)} {prefix}{target.name} (field)"
        case EventSymbol():
            return f"event {target.name}({', '.join([_parameter(each) for each in target.parameters])})"
        case VariantSymbol():
            payload = ", ".join([f"{shown(type)} {name}" for name, type in target.fields])
            prefix = f"{owner.name}::" if owner is not None else ""
            return f"{prefix}{target.name}({payload})" if payload else f"{prefix}{target.name}"
        case _:
            text = target.name
    return f"pub {text}" if isinstance(target, Symbol) and target.is_pub and not _is_of_contract(target) else text


def _field_type(field: FieldSymbol, owner: TypeSymbol | None) -> str:
    if not isinstance(owner, StructSymbol):
        return shown(field.type)
    fields = [each for each in owner.tree.fields if isinstance(each, tree.Field)]
    syntax = next((each.type for each in fields if each.name.text == field.name), None)
    return as_written(owner.source, syntax, field.type)


def local_declaration(target: LocalSymbol, source: SourceText, program: tree.Program | None) -> str:
    """Return the declaration of a local of a text on one line."""
    text = declaration(target, None)
    if program is None or "?" not in text:
        return text
    for part in reversed(nodes_around(program, target.span.start)):
        if isinstance(part, tree.Parameter | tree.LetStatement) and part.name.span == target.span:
            return text.replace(shown(target.type), as_written(source, part.type, target.type), 1)
    return text


def _is_of_contract(symbol: Symbol) -> bool:
    return isinstance(symbol, FunctionSymbol) and symbol.contract is not None


_WORDS: dict[type, str] = {StructSymbol: "type", EnumSymbol: "enum", ContractSymbol: "contract"}


def _value(constant: ConstSymbol) -> str:
    value = constant.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return f" = {str(value).lower()}"
    if isinstance(value, int) and constant.type is CHAR:
        return f" = {chr(value)!r}"
    return f' = "{value}"' if isinstance(value, str) else f" = {value}"


def kind_word(target: Target) -> str:
    """Return the kind of something in one word or two."""
    match target:
        case LocalSymbol():
            return "parameter" if target.is_parameter else "local"
        case FieldSymbol():
            return "field"
        case EventSymbol():
            return "event"
        case VariantSymbol():
            return "variant"
        case _:
            return kind_of(target)


def documentation(target: Target, owner: TypeSymbol | None) -> str:
    """Return the `///` text of something; empty when it has none."""
    match target:
        case FunctionSymbol() | StructSymbol() | EnumSymbol() | ContractSymbol() | ConstSymbol() | AttributeSymbol():
            return target.tree.doc or ""
        case ModuleSymbol():
            run = target.documentation.module if target.documentation is not None else None
            return run.text() if run is not None else ""
        case FieldSymbol() | EventSymbol():
            members: tuple[tree.Field | tree.EventField | tree.Variant, ...] = ()
            if isinstance(owner, StructSymbol):
                members = owner.tree.fields
        case VariantSymbol():
            members = owner.tree.variants if isinstance(owner, EnumSymbol) else ()
        case _:
            return ""
    return next((member.doc or "" for member in members if member.name.text == target.name), "")
