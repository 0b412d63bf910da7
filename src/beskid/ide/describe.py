"""Text about symbols: their declaration on one line, their kind and their documentation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

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
from beskid.syntax import tree


def shown(type: Type) -> str:
    """Return a type as a user writes it. What an error made unknown is `?`."""
    type = resolve(type)
    return "?" if type is ERROR else show_type(type).replace("\0<error>", "?")


def _types(target: Target) -> list[Type]:
    """Return the types that a declaration names. The result of a function is the first."""
    match target:
        case FunctionSymbol():
            return [target.result, *[each.type for each in target.parameters]]
        case EventSymbol():
            return [each.type for each in target.parameters]
        case VariantSymbol():
            return [type for _, type in target.fields]
        case ConstSymbol() | FieldSymbol() | LocalSymbol():
            return [target.type]
        case _:
            return []


def _written(target: Target, owner: TypeSymbol | None, program: tree.Program | None) -> list[str | None]:
    """Return the types of `_types` as they are written, None for one that is not. `program` has the locals."""
    source = owner.source if owner is not None else None
    found: Sequence[tree.TypeSyntax | None] = ()
    match target:
        # A derived method has the tree of its contract, which may be in another text.
        case FunctionSymbol(tree=tree.FunctionItem() as item) if not target.is_derived:
            source, found = target.source, (item.result, *[each.type for each in item.parameters])
        case ConstSymbol():
            source, found = target.source, (target.tree.type,)
        case LocalSymbol() if program is not None:
            around = nodes_around(program, target.span.start)
            declared = [each for each in around if isinstance(each, tree.Parameter | tree.LetStatement)]
            source, found = program.source, [each.type for each in declared if each.name.span == target.span]
        case FieldSymbol() | EventSymbol() | VariantSymbol():
            match _member(target, owner):
                case tree.Field() as field:
                    found = (field.type,)
                case tree.EventField() as event:
                    found = [each.type for each in event.parameters]
                case tree.Variant() as variant:
                    found = [each.type for each in variant.fields]
    if source is None:
        return []
    return [None if each is None else source.text[each.span.start : each.span.end] for each in found]


def _type_texts(target: Target, owner: TypeSymbol | None, program: tree.Program | None) -> list[str]:
    """Return the types of `_types`, those that are unknown as they are written."""
    texts = [shown(each) for each in _types(target)]
    if not any("?" in each for each in texts):
        return texts
    written = chain(_written(target, owner, program), repeat(None))
    return [other if other and "?" in text else text for text, other in zip(texts, written, strict=False)]


def parameters_of(target: FunctionSymbol | EventSymbol | VariantSymbol, owner: TypeSymbol | None) -> list[str]:
    """Return the parameters of a function or an event, or the payload of a variant: each with its type."""
    return _parameters(target, _type_texts(target, owner, None))


def _parameters(target: FunctionSymbol | EventSymbol | VariantSymbol, types: list[str]) -> list[str]:
    if isinstance(target, VariantSymbol):
        return [f"{type} {name}" for type, (name, _) in zip(types, target.fields, strict=True)]
    own = types[1:] if isinstance(target, FunctionSymbol) else types
    return [f"{each.modifier} {type} {each.name}".lstrip() for type, each in zip(own, target.parameters, strict=True)]


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
    owner = f"{_receiver(function)}." if function.receiver is not None else ""
    types = _type_texts(function, None, None)
    parameters = ", ".join(_parameters(function, types))
    return f"{types[0]} {owner}{function.name}{_generics(function.type_parameters)}({parameters})"


def _receiver(function: FunctionSymbol) -> str:
    text = "" if function.receiver is None else shown(function.receiver)
    module = function.module
    while module is not None and module.program is None:
        # The tree of an inline module is a part of that of its file.
        module = module.parent
    if "?" not in text or module is None or module.program is None:
        return text
    around = nodes_around(module.program, function.name_span.start)
    written = next((each.receiver.span for each in around if isinstance(each, tree.ImplItem)), None)
    return text if written is None else function.source.text[written.start : written.end]


def declaration(target: Target, owner: TypeSymbol | None, program: tree.Program | None = None) -> str:
    """Return the declaration of something on one line. `program` is the tree of the text that names it."""
    match target:
        case FunctionSymbol():
            text = signature(target)
        case StructSymbol() | EnumSymbol() | ContractSymbol():
            text = f"{_WORDS[type(target)]} {target.name}{_generics(target.type_parameters)}"
        case ConstSymbol():
            text = f"const {_type_texts(target, owner, program)[0]} {target.name}{_value(target)}"
        case ModuleSymbol():
            return f"mod {target.dotted() or target.package}"
        case TypeParameterSymbol():
            return f"{_generics((target,))[1:-1]} (type parameter)"
        case AttributeSymbol():
            text = f"attribute {target.name}"
        case LocalSymbol():
            kind = "parameter" if target.is_parameter else "local"
            mark = "mut " if target.is_mut else ""
            return f"{_type_texts(target, owner, program)[0]} {mark}{target.name} ({kind})"
        case FieldSymbol():
            prefix = f"{owner.name}." if owner is not None else ""
            return f"{_type_texts(target, owner, program)[0]} {prefix}{target.name} (field)"
        case EventSymbol():
            return f"event {target.name}({', '.join(parameters_of(target, owner))})"
        case VariantSymbol():
            payload = ", ".join(parameters_of(target, owner))
            prefix = f"{owner.name}::" if owner is not None else ""
            return f"{prefix}{target.name}({payload})" if payload else f"{prefix}{target.name}"
        case _:
            text = target.name
    return f"pub {text}" if isinstance(target, Symbol) and target.is_pub and not _is_of_contract(target) else text


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
        case FieldSymbol() | EventSymbol() | VariantSymbol():
            member = _member(target, owner)
            return "" if member is None else member.doc or ""
        case _:
            return ""


def _member(
    target: FieldSymbol | EventSymbol | VariantSymbol, owner: TypeSymbol | None
) -> tree.Field | tree.EventField | tree.Variant | None:
    """Return the tree of a member of a type."""
    members: tuple[tree.Field | tree.EventField | tree.Variant, ...] = ()
    if isinstance(owner, StructSymbol):
        members = owner.tree.fields
    elif isinstance(owner, EnumSymbol):
        members = owner.tree.variants
    return next((each for each in members if each.name.text == target.name), None)
