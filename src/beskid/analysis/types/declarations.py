"""Checks of declarations after resolution: conformances and attributes.

Takes a module whose signatures are complete. Reports E1601 and E1602 for contracts that a type does not implement, and
the diagnostics of `names/attributes.py`.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import EnumSymbol, FunctionSymbol, ModuleSymbol, StructSymbol, TypeParameterSymbol
from beskid.analysis.model.types import (
    ERROR,
    ContractType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import mentions_error
from beskid.analysis.model.world import World
from beskid.analysis.names.attributes import check_attributes
from beskid.analysis.names.conformance import DERIVED, is_data_contract, unpromised, with_embedded
from beskid.analysis.names.derive import add_derived, underivable_field
from beskid.analysis.names.index import as_arguments
from beskid.analysis.names.json import is_json_contract, reader_name
from beskid.analysis.names.methods import takes
from beskid.analysis.names.typenames import type_of_symbol
from beskid.analysis.types.foreign_attributes import check_foreign_attributes
from beskid.analysis.types.signatures import same_signature, show_head, show_signature
from beskid.analysis.types.subjects import member_subject
from beskid.analysis.types.value_types import check_value_type
from beskid.base.spelling import listing
from beskid.source.codes import E1239, E1601, E1602
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span


def check_declarations(world: World, module: ModuleSymbol) -> None:
    """Check the items of one module, without its inline modules."""
    for symbol in world.index(module).ordered:
        if isinstance(symbol, StructSymbol):
            _check_conformances(world, symbol)
            if symbol.is_value:
                check_value_type(world, symbol)
        elif isinstance(symbol, EnumSymbol) and reader_name(symbol) in module.members:
            from beskid.analysis.types.json_declarations import mark_reader

            mark_reader(world, symbol)
    check_attributes(world, module)
    check_foreign_attributes(world, module)


def _check_conformances(world: World, symbol: StructSymbol) -> None:
    if not symbol.conformances:
        return
    itself = type_of_symbol(symbol, as_arguments(symbol))
    add_derived(world, symbol)
    spans = _conformance_spans(symbol)
    for contract in symbol.conformances:
        if contract.symbol.is_extern:
            continue
        world.ensure(contract.symbol)
        span = spans.get(contract.symbol.name, symbol.name_span)
        missing = [
            method
            for method in contract.symbol.methods.values()
            if not _check_method(world, symbol, itself, contract, method, span)
        ]
        _report_missing(world, symbol, contract, missing, span)
        embedded = with_embedded(world, contract)
        json = next((each for each in embedded if is_json_contract(each.symbol)), None)
        if json is not None:
            from beskid.analysis.types.json_declarations import check_json_type

            check_json_type(world, symbol, json, span)


def _conformance_spans(symbol: StructSymbol) -> dict[str, Span]:
    return {path.segments[-1].name.text: path.span for path in symbol.tree.conformances}


def _check_method(
    world: World, symbol: StructSymbol, itself: Type, contract: ContractType, wanted: FunctionSymbol, span: Span
) -> bool:
    """Return whether the type has the method. A method with another signature is reported."""
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    skip = 0
    given = symbol.methods.get(wanted.name)
    if given is None:
        given = _free_function(world, symbol, itself, wanted.name)
        skip = 1
    expected = show_signature(wanted, mapping)
    required = Label(wanted.source, wanted.name_span, "required here")
    if given is None:
        return wanted.name in world.lost_methods
    if _is_derived_from(given, contract):
        # `check_json_type` looks at the fields of a type that is JSON.
        if not is_json_contract(contract.symbol):
            _check_derived(world, symbol, contract, given, span)
        return True
    world.ensure(given)
    full = mapping | (_of_struct(given, symbol) if skip == 1 else _renamed(given.owner_parameters, symbol))
    if skip == 1 and given.type_parameters:
        matches = _matches_free(wanted, given, full)
    else:
        matches = same_signature(wanted, given, full, skip)
    got = f"expected `{expected}`, got `{show_signature(given, full, skip)}`"
    help = "use the parameters and the result of the contract"
    more = [parameter.name for parameter in given.type_parameters if parameter not in full] if skip == 1 else []
    if more:
        got = f"`{more[0]}` is not a type parameter of `{symbol.name}`"
        help = f"take `{show_type(itself)}` and no other type parameters"
    elif matches and skip == 1:
        stronger = _stronger_constraint(world, given, full)
        if stronger is None:
            return True
        got = f"needs `{stronger}`, which `{symbol.name}` does not promise"
        help = f"remove the constraint, or add it to `{symbol.name}`"
    elif matches:
        return True
    elif given.is_derived:
        help = (
            f"rename the method of the contract: `{symbol.name}` gets another `{wanted.name}` from the other contract"
        )
    different = "derived here" if given.is_derived else "different here"
    world.report(
        error(
            E1602,
            f"the method `{wanted.name}` of `{symbol.name}` does not match the contract `{contract.symbol.name}`",
            symbol.source,
            span,
            got,
            help,
            (required, Label(given.source, given.name_span, different)),
        )
    )
    return True


def _is_derived_from(method: FunctionSymbol, contract: ContractType) -> bool:
    """Return whether a type has the method because it lists this contract, and not another with a like method."""
    derived = DERIVED.get(contract.symbol.name) if is_data_contract(contract.symbol) else None
    return method.is_derived and method.name == derived and all(each == method.receiver for each in contract.arguments)


def _renamed(parameters: tuple[TypeParameterSymbol, ...], symbol: StructSymbol) -> Substitution:
    return {theirs: TypeParameterType(ours) for theirs, ours in zip(parameters, symbol.type_parameters, strict=False)}


def _of_struct(function: FunctionSymbol, symbol: StructSymbol) -> Substitution:
    """Return which type parameters of the struct those of a function are that takes it first."""
    taken = function.parameters[0].type
    assert isinstance(taken, StructType)
    return {
        given.symbol: TypeParameterType(ours)
        for given, ours in zip(taken.arguments, symbol.type_parameters, strict=True)
        if isinstance(given, TypeParameterType)
    }


def _stronger_constraint(world: World, function: FunctionSymbol, mapping: Substitution) -> str | None:
    """Return the first constraint of a function that those of the struct's type parameters do not include."""
    for parameter in function.type_parameters:
        constraint = unpromised(world, parameter, mapping)
        if constraint is not None:
            return f"{parameter.name} : {constraint.symbol.name}"
    return None


def _check_derived(
    world: World, symbol: StructSymbol, contract: ContractType, method: FunctionSymbol, span: Span
) -> None:
    """Report a field that a derived method cannot compare or hash, and a hash beside an `Equals` written by hand."""
    if contract.symbol.name == "Hashable":
        equals = symbol.methods.get("Equals") or _free_function(world, symbol, method.receiver or ERROR, "Equals")
        if equals is not None and not equals.is_derived:
            _report_own_equals(world, symbol, equals, span)
            return
    field = underivable_field(world, symbol, contract)
    if field is None or mentions_error(field.type):
        return
    name = contract.symbol.name
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    own = f"write `pub {show_head(contract.symbol.methods[method.name], mapping)} {{ … }}`"
    if isinstance(field.type, TypeParameterType):
        own = f"add the constraint `{show_type(field.type)} : {name}`, or {own}"
    elif isinstance(field.type, StructType):
        own = f"declare `type {field.type.symbol.name} : {name}`, or {own}"
    world.report(
        error(
            E1601,
            f"`{method.name}` of `{symbol.name}` cannot be derived: its field `{field.name}` of type "
            f"`{show_type(field.type)}` is not `{name}`",
            symbol.source,
            span,
            f"needs `{name}` of every field",
            own,
            (Label(symbol.source, field.span, f"this field is not `{name}`"),),
            subject=member_subject(symbol, method.name),
        )
    )


def _report_own_equals(world: World, symbol: StructSymbol, equals: FunctionSymbol, span: Span) -> None:
    world.report(
        error(
            E1239,
            f"`Hash` of `{symbol.name}` cannot be derived beside its own `Equals`",
            symbol.source,
            span,
            "equal values could get different hashes",
            f"add `pub i64 Hash() {{ … }}` to `{symbol.name}`; it returns the same number for equal values",
            (Label(equals.source, equals.name_span, "written by hand"),),
            subject=member_subject(symbol, "Hash"),
        )
    )


def _report_missing(
    world: World, symbol: StructSymbol, contract: ContractType, missing: list[FunctionSymbol], span: Span
) -> None:
    """Report all missing methods in one error. Its subjects cover the calls of the other methods."""
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    names = listing([method.name for method in missing])
    signatures = listing([show_signature(method, mapping) for method in missing])
    bodies = listing([f"pub {show_head(method, mapping)} {{ … }}" for method in missing])
    required = tuple([Label(each.source, each.name_span, "required here") for each in missing])
    help = f"add {bodies} to `{symbol.name}`"
    renamed = _renamed_method(world, symbol, missing[0], mapping) if len(missing) == 1 else None
    if renamed is not None:
        help = f"rename `{renamed.name}` to `{missing[0].name}`, or {help}"
        # Calls of the old name through the contract have the same cause.
        world.lost_methods.add(renamed.name)
    for embedded in with_embedded(world, contract)[1:]:
        if not is_data_contract(embedded.symbol) or embedded.arguments:
            continue
        derived = DERIVED.get(embedded.symbol.name)
        if derived is not None and any(method.name == derived for method in missing):
            help = f"list `{embedded.symbol.name}` too, which derives `{derived}`, or {help}"
    for method in missing:
        world.report(
            error(
                E1601,
                f"missing method{'s' if len(missing) > 1 else ''} {names} in `{symbol.name}`, "
                f"required by the contract `{contract.symbol.name}`",
                symbol.source,
                span,
                f"requires {signatures}",
                help,
                required,
                subject=member_subject(symbol, method.name),
            )
        )


def _renamed_method(
    world: World, symbol: StructSymbol, missing: FunctionSymbol, mapping: Substitution
) -> FunctionSymbol | None:
    """Return the only method of the type that no contract requires and that differs from the missing one by name."""
    required = {
        name
        for declared in symbol.conformances
        for contract in with_embedded(world, declared)
        for name in contract.symbol.methods
    }
    others = [
        method
        for method in symbol.methods.values()
        if method.name not in required and show_signature(method, {}) == _signature_as(missing, mapping, method.name)
    ]
    return others[0] if len(others) == 1 else None


def _signature_as(method: FunctionSymbol, mapping: Substitution, name: str) -> str:
    """Return the signature of a method as it would be shown with another name."""
    return show_signature(method, mapping).replace(f" {method.name}(", f" {name}(", 1)


def _matches_free(wanted: FunctionSymbol, given: FunctionSymbol, mapping: Substitution) -> bool:
    parameters = given.parameters[1:]
    if wanted.type_parameters or len(wanted.parameters) != len(parameters):
        return False
    if any(parameter not in mapping for parameter in given.type_parameters):
        return False
    if any(a.modifier != b.modifier for a, b in zip(wanted.parameters, parameters, strict=True)):
        return False
    pairs = [(wanted.result, given.result)]
    pairs.extend((a.type, b.type) for a, b in zip(wanted.parameters, parameters, strict=True))
    return all(substitute(a, mapping) == substitute(b, mapping) for a, b in pairs)


def _free_function(world: World, symbol: StructSymbol, itself: Type, name: str) -> FunctionSymbol | None:
    """Return the function of the type's module that takes the type first and so implements the method (§3 row 49)."""
    assert symbol.module is not None
    item = symbol.module.members.get(name)
    if not isinstance(item, FunctionSymbol) or not takes(world, item, itself):
        return None
    taken = item.parameters[0].type
    if not isinstance(taken, StructType) or taken.symbol is not symbol:
        # A function of all types or of a contract is not a method of this type.
        return None
    world.used.add(item)
    return item
