"""Resolves the types in declarations.

Takes an indexed symbol; fills its parameters, result, fields, variants, methods, constraints and conformances. Each
symbol is completed once; the types that it mentions are completed before the outermost lookup returns (`World.ensure`).
Reports unknown types, duplicate fields, embedded contracts whose methods differ, and invalid event capacities.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import (
    AttributeSymbol,
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    EventSymbol,
    FieldSymbol,
    FunctionSymbol,
    ModuleSymbol,
    ParameterSymbol,
    StructSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
    show_applied,
)
from beskid.analysis.model.types import (
    ERROR,
    PRIMITIVES,
    UNIT,
    ContractType,
    Substitution,
    Type,
    TypeParameterType,
    show_type,
    substitute,
)
from beskid.analysis.model.world import Context, ImplBlock, World
from beskid.analysis.names.attributes import has_value_attribute
from beskid.analysis.names.conformance import is_number_contract
from beskid.analysis.names.index import add_method, as_arguments, declared_twice, kind_of, make_type_parameters
from beskid.analysis.names.scope import find_item_quietly
from beskid.analysis.names.typenames import (
    find_type,
    read_type,
    report_constraint_only,
    resolve_arguments,
    type_of_symbol,
)
from beskid.analysis.types.externs import bind_extern
from beskid.source.codes import E1004, E1102, E1220, E1235, E1242, E1607, E1608, E2013
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.source.text import Span
from beskid.syntax import tree

DEFAULT_EVENT_CAPACITY = 8
MAX_EMBEDDING_DEPTH = 1000
"""As the chains that the parser accepts: each level is a few calls of Python, and copies the methods of all below."""
SELF_CONTRACTS = ("Equatable", "Comparable")
"""Contracts that are applied to the type itself when written without arguments in a constraint or conformance list
(L8).
"""


def complete_symbol(world: World, symbol: Symbol) -> None:
    match symbol:
        case FunctionSymbol():
            _function(world, symbol)
        case StructSymbol():
            _struct(world, symbol)
        case EnumSymbol():
            _enum(world, symbol)
        case ContractSymbol():
            _contract(world, symbol)
        case ConstSymbol():
            assert symbol.module is not None
            symbol.type = read_type(world, _context(symbol, ()), symbol.tree.type)
        case AttributeSymbol():
            context = _context(symbol, ())
            symbol.parameter_types = tuple([read_type(world, context, p.type) for p in symbol.tree.parameters])
            _check_parameter_names(world, symbol, symbol.tree.parameters)
        case ModuleSymbol() | TypeParameterSymbol():
            return
        case _:
            raise TypeError(symbol)


def _context(symbol: Symbol, parameters: tuple[TypeParameterSymbol, ...]) -> Context:
    assert symbol.module is not None
    return Context(symbol.module, parameters, symbol=symbol, is_declaration=True)


def _function(world: World, symbol: FunctionSymbol) -> None:
    item = symbol.tree
    if isinstance(item, tree.TestItem):
        symbol.result = UNIT
        return
    if symbol.is_derived:
        return
    context = _context(symbol, symbol.type_parameters + symbol.owner_parameters)
    receiver = getattr(symbol.receiver, "symbol", None)
    if isinstance(receiver, TypeSymbol):
        world.ensure_soon(receiver)
    _constraints(world, context, symbol.type_parameters, item.type_parameters)
    symbol.parameters = read_parameters(world, context, item.parameters)
    symbol.result = read_type(world, context, item.result)


def read_parameters(
    world: World, context: Context, parameters: tuple[tree.Parameter, ...]
) -> tuple[ParameterSymbol, ...]:
    """Resolve the types of parameters."""
    symbols: list[ParameterSymbol] = []
    for parameter in parameters:
        type = ERROR if parameter.type is None else read_type(world, context, parameter.type)
        symbols.append(ParameterSymbol(parameter.name.text, type, parameter.modifier, parameter.name.span))
    return tuple(symbols)


def _check_parameter_names(
    world: World, owner: Symbol, parameters: tuple[tree.Parameter | tree.AttributeParameter, ...]
) -> None:
    """Report two parameters of one name in a signature without a body, where they would otherwise not conflict."""
    seen: dict[str, Span] = {}
    for parameter in parameters:
        first = seen.setdefault(parameter.name.text, parameter.name.span)
        if first is not parameter.name.span:
            world.report(declared_twice(E1102, "parameter", parameter.name, owner.source, first, owner.source))


def _constraints(
    world: World,
    context: Context,
    symbols: tuple[TypeParameterSymbol, ...],
    items: tuple[tree.TypeParameter, ...],
) -> None:
    for symbol, item in zip(symbols, items, strict=True):
        if not item.constraints:
            continue
        found: list[ContractType] = []
        for path in item.constraints:
            contract = read_contract(world, context, path, TypeParameterType(symbol))
            if contract is not None:
                found.append(contract)
        symbol.constraints = tuple(found)
        symbol.promises_unknown = len(found) < len(item.constraints)


def read_contract(world: World, context: Context, path: tree.Path, itself: Type) -> ContractType | None:
    """Return the contract that a constraint, conformance or embedding names. Reports E1607 for anything else."""
    last = path.segments[-1]
    name = last.name.text
    parameter = context.type_parameters.get(name) if len(path.segments) == 1 else None
    if parameter is not None or (len(path.segments) == 1 and name in PRIMITIVES):
        what = "a built-in type" if parameter is None else "a type parameter"
        _report_no_contract(world, context, name, what, path.span, parameter)
        return None
    symbol = find_type(world, context, tuple([segment.name for segment in path.segments]), path.span)
    if symbol is None:
        return None
    if not isinstance(symbol, ContractSymbol):
        _report_no_contract(world, context, symbol.name, f"a {kind_of(symbol)}", path.span, symbol)
        return None
    if symbol.is_extern:
        _report_no_contract(world, context, name, "an extern contract", path.span, symbol)
        return None
    world.ensure_soon(symbol)
    if not last.type_arguments and symbol.name in SELF_CONTRACTS and len(symbol.type_parameters) == 1:
        return ContractType(symbol, (itself,))
    arguments = resolve_arguments(world, context, symbol, last.type_arguments, path.span)
    return None if arguments is None else ContractType(symbol, arguments)


def _report_no_contract(
    world: World, context: Context, name: str, what: str, span: Span, symbol: Symbol | None
) -> None:
    related = () if symbol is None else (Label(symbol.source, symbol.name_span, "declared here"),)
    world.report(
        error(
            E1607,
            f"`{name}` is {what}, not a contract",
            context.source,
            span,
            "expected a contract",
            f"declare a `contract` and name it here, or remove `{name}`",
            related,
        )
    )


def _struct(world: World, symbol: StructSymbol) -> None:
    item = symbol.tree
    context = _context(symbol, symbol.type_parameters)
    symbol.is_value = has_value_attribute(world, context, item)
    _constraints(world, context, symbol.type_parameters, item.type_parameters)
    for field in item.fields:
        name = field.name
        first = symbol.fields.get(name.text) or symbol.events.get(name.text)
        if first is not None:
            world.report(declared_twice(E1102, "field", name, symbol.source, first.span, symbol.source))
            continue
        if isinstance(field, tree.EventField):
            symbol.events[name.text] = _event(world, context, field)
            continue
        type = read_type(world, context, field.type)
        symbol.fields[name.text] = FieldSymbol(name.text, type, len(symbol.fields), field.is_pub, name.span)
    itself = type_of_symbol(symbol, as_arguments(symbol))
    found: list[ContractType] = []
    for path in item.conformances:
        contract = read_contract(world, context, path, itself)
        if contract is not None and is_number_contract(contract.symbol):
            help = "only integer and float types are numbers; write the operations as methods"
            report_constraint_only(world, context, contract.symbol, path.span, "the operators are built in", help)
        elif contract is not None:
            found.append(contract)
    symbol.conformances = tuple(found)
    symbol.promises_unknown = len(found) < len(item.conformances)


def _event(world: World, context: Context, field: tree.EventField) -> EventSymbol:
    capacity = DEFAULT_EVENT_CAPACITY if field.capacity is None else field.capacity
    if capacity < 1:
        world.report(
            error(
                E1220,
                f"invalid capacity {capacity} of the event `{field.name.text}`",
                context.source,
                field.capacity_span,
                "must be at least 1",
                f"write the maximum number of handlers: `event{{{DEFAULT_EVENT_CAPACITY}}}`",
            )
        )
        capacity = DEFAULT_EVENT_CAPACITY
    parameters = read_parameters(world, context, field.parameters)
    if context.symbol is not None:
        _check_parameter_names(world, context.symbol, field.parameters)
    for parameter in parameters:
        if parameter.modifier:
            world.report(
                error(
                    E1235,
                    f"a parameter of the event `{field.name.text}` cannot be `{parameter.modifier}`",
                    context.source,
                    parameter.span,
                    "handlers cannot return values",
                    "pass an object with a field",
                )
            )
    return EventSymbol(field.name.text, parameters, capacity, field.name.span)


def _enum(world: World, symbol: EnumSymbol) -> None:
    context = _context(symbol, symbol.type_parameters)
    _constraints(world, context, symbol.type_parameters, symbol.tree.type_parameters)
    for item in symbol.tree.variants:
        variant = symbol.variants[item.name.text]
        if variant.span != item.name.span:
            continue
        fields: list[tuple[str, Type]] = []
        seen: dict[str, Span] = {}
        for position, field in enumerate(item.fields):
            name = f"_{position}" if field.name is None else field.name.text
            if field.name is not None:
                first = seen.setdefault(name, field.name.span)
                if first is not field.name.span:
                    world.report(declared_twice(E1102, "payload", field.name, symbol.source, first, symbol.source))
            fields.append((name, read_type(world, context, field.type)))
        for position, field in enumerate(item.fields):
            named = seen.get(f"_{position}") if field.name is None else None
            if named is not None:
                world.report(_unnamed_twice(symbol, f"_{position}", named, field.type.span))
        variant.fields = tuple(fields)


def _unnamed_twice(symbol: EnumSymbol, name: str, named: Span, unnamed: Span) -> Diagnostic:
    return error(
        E1102,
        f"duplicate payload `{name}`",
        symbol.source,
        named,
        "an unnamed payload has this name",
        "choose another name",
        (Label(symbol.source, unnamed, "unnamed here"),),
    )


# Contracts ------------------------------------------------------------------------------------------------------


def _contract(world: World, symbol: ContractSymbol) -> None:
    context = _context(symbol, symbol.type_parameters)
    _constraints(world, context, symbol.type_parameters, symbol.tree.type_parameters)
    for method in list(symbol.methods.values()):
        world.ensure(method)
        if isinstance(method.tree, tree.FunctionItem):
            _check_parameter_names(world, symbol, method.tree.parameters)
    if symbol.is_extern:
        bind_extern(world, symbol)
    embedded: list[ContractType] = []
    # An unknown name here has the code of names in bodies.
    embedding = Context(context.module, symbol.type_parameters, symbol=symbol)
    itself = type_of_symbol(symbol, as_arguments(symbol))
    for item in symbol.tree.embeddings:
        contract = read_contract(world, embedding, item.path, itself)
        if contract is None:
            symbol.promises_unknown = True
            continue
        if is_number_contract(contract.symbol):
            help = f"write both constraints: `<T : {contract.symbol.name} + {symbol.name}>`"
            report_constraint_only(world, context, contract.symbol, item.span, "embedded in a contract", help)
            continue
        if contract.symbol is symbol:
            continue
        if world.embedding_depth >= MAX_EMBEDDING_DEPTH:
            _report_deep_embedding(world, symbol, item.span)
            symbol.promises_unknown = True
            continue
        world.embedding_depth += 1
        world.ensure(contract.symbol)
        world.embedding_depth -= 1
        embedded.append(contract)
        _embed(world, symbol, contract, item.span)
    symbol.conformances = tuple(embedded)


def _report_deep_embedding(world: World, symbol: ContractSymbol, span: Span) -> None:
    world.report(
        error(
            E2013,
            f"contracts are embedded in each other more than {MAX_EMBEDDING_DEPTH} levels deep",
            symbol.source,
            span,
            "embedded at the deepest level",
            "embed the contracts in one contract that lists them",
            subject="embedded contracts",
        )
    )


def _embed(world: World, symbol: ContractSymbol, contract: ContractType, span: Span) -> None:
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    for method in contract.symbol.methods.values():
        brought = method if not mapping else _applied(method, symbol, mapping)
        present = symbol.methods.get(method.name)
        if present is None:
            symbol.methods[method.name] = brought
        elif not same_signature(present, brought, {}):
            world.report(
                error(
                    E1004,
                    f"conflicting method `{method.name}` in the embedded contract `{contract.symbol.name}`",
                    symbol.source,
                    span,
                    f"has `{show_signature(brought)}`",
                    f"`{symbol.name}` has `{show_signature(present)}`; make them equal or rename one",
                    (
                        Label(present.source, present.name_span, "already present"),
                        Label(method.source, method.name_span, "embedded"),
                    ),
                )
            )


def _applied(method: FunctionSymbol, owner: ContractSymbol, mapping: Substitution) -> FunctionSymbol:
    """Return a method of an embedded generic contract with the type arguments of the embedding applied."""
    assert method.module is not None
    made = FunctionSymbol(method.name, method.module, method.source, method.name_span, True, method.tree)
    made.contract = owner
    made.receiver = type_of_symbol(owner, as_arguments(owner))
    made.owner_parameters = owner.type_parameters
    made.type_parameters = method.type_parameters
    made.parameters = tuple(
        [ParameterSymbol(p.name, substitute(p.type, mapping), p.modifier, p.span) for p in method.parameters]
    )
    made.result = substitute(method.result, mapping)
    return made


def same_signature(wanted: FunctionSymbol, given: FunctionSymbol, mapping: Substitution, skip: int = 0) -> bool:
    """Return whether two methods agree in parameters and result after both are mapped by `mapping`.

    The first `skip` parameters of `given` are the receiver.
    """
    parameters = given.parameters[skip:]
    if len(wanted.parameters) != len(parameters) or len(wanted.type_parameters) != len(given.type_parameters):
        return False
    full = dict(mapping)
    for theirs, ours in zip(given.type_parameters, wanted.type_parameters, strict=True):
        full[theirs] = TypeParameterType(ours)
    if not _same(wanted.result, given.result, full):
        return False
    return all(
        a.modifier == b.modifier and _same(a.type, b.type, full)
        for a, b in zip(wanted.parameters, parameters, strict=True)
    )


def _same(wanted: Type, given: Type, mapping: Substitution) -> bool:
    return wanted is ERROR or given is ERROR or substitute(wanted, mapping) == substitute(given, mapping)


def show_signature(method: FunctionSymbol, mapping: Substitution | None = None, skip: int = 0) -> str:
    """Return the signature as text: `i64 Read(string, i64)`."""
    replace: Substitution = mapping or {}
    parameters = ", ".join(
        [f"{p.modifier} {show_type(substitute(p.type, replace))}".strip() for p in method.parameters[skip:]]
    )
    return f"{show_type(substitute(method.result, replace))} {method.name}({parameters})"


# Blocks of methods ----------------------------------------------------------------------------------------------


def declare_impl(world: World, block: ImplBlock) -> None:
    """Add the methods of an `impl` or `extend type` block to their type."""
    module, item = block.module, block.item
    context = Context(module, is_declaration=True)
    segments = item.receiver.segments
    name = segments[-1].name.text
    primitive = PRIMITIVES.get(name) if len(segments) == 1 else None
    if primitive is not None:
        methods = world.builtin_methods.setdefault(name, {})
        _add_methods(world, block, methods, primitive, ())
        return
    mentioned = find_item_quietly(world, context, name) if len(segments) == 1 else None
    was_used = mentioned in world.used
    symbol = find_type(world, context, tuple([segment.name for segment in segments]), item.receiver.span)
    if symbol is None:
        world.lost_methods.update([method.name.text for method in item.methods])
        _add_methods(world, block, {}, ERROR, _own_parameters(module, item))
        return
    if symbol is mentioned and not was_used:
        world.used.discard(symbol)
    if isinstance(symbol, ContractSymbol):
        world.report(
            error(
                E1608,
                f"cannot add methods to the contract `{symbol.name}`",
                module.source,
                item.receiver.span,
                "expected a struct, an enum or a built-in type",
                "add the methods to the types that conform to it",
                (Label(symbol.source, symbol.name_span, "declared here"),),
            )
        )
        _add_methods(world, block, {}, ERROR, ())
        return
    world.ensure(symbol)
    owner = _receiver_parameters(world, module, symbol, item)
    arguments = tuple([TypeParameterType(parameter) for parameter in owner])
    _add_methods(world, block, symbol.methods, type_of_symbol(symbol, arguments), owner)


def _receiver_parameters(
    world: World, module: ModuleSymbol, symbol: TypeSymbol, item: tree.ImplItem
) -> tuple[TypeParameterSymbol, ...]:
    """Return the names that the block introduces for the parameters of its type."""
    written = item.receiver.segments[-1].type_arguments
    if not written:
        return symbol.type_parameters
    names = [_plain_name(argument) for argument in written]
    texts = [name.text for name in names if name is not None]
    if len(texts) != len(symbol.type_parameters) or len(set(texts)) != len(names):
        shown = show_applied(symbol.name, as_arguments(symbol))
        world.report(
            error(
                E1242,
                f"an `impl` block must name the type parameters of `{symbol.name}`",
                module.source,
                item.receiver.span,
                "expected the type parameters",
                f"write `{shown}`; methods belong to every instance of `{symbol.name}`",
                (Label(symbol.source, symbol.name_span, "declared here"),),
            )
        )
        return symbol.type_parameters
    owner = _own_parameters(module, item)
    mapping: Substitution = {
        theirs: TypeParameterType(ours) for theirs, ours in zip(symbol.type_parameters, owner, strict=True)
    }
    for theirs, ours in zip(symbol.type_parameters, owner, strict=True):
        constraints: list[ContractType] = []
        for constraint in theirs.constraints:
            applied = substitute(constraint, mapping)
            assert isinstance(applied, ContractType)
            constraints.append(applied)
        ours.constraints = tuple(constraints)
    return owner


def _own_parameters(module: ModuleSymbol, item: tree.ImplItem) -> tuple[TypeParameterSymbol, ...]:
    names = [_plain_name(argument) for argument in item.receiver.segments[-1].type_arguments]
    return tuple(
        [
            TypeParameterSymbol(name.text, module, module.source, name.span, index)
            for index, name in enumerate(names)
            if name is not None
        ]
    )


def _plain_name(syntax: tree.TypeSyntax) -> tree.Name | None:
    if not isinstance(syntax, tree.PathType) or len(syntax.path.segments) != 1:
        return None
    segment = syntax.path.segments[0]
    return None if segment.type_arguments or segment.name.text in PRIMITIVES else segment.name


def _add_methods(
    world: World,
    block: ImplBlock,
    methods: dict[str, FunctionSymbol],
    receiver: Type,
    owner: tuple[TypeParameterSymbol, ...],
) -> None:
    module = block.module
    index = world.index(module)
    for item in block.item.methods:
        symbol = FunctionSymbol(item.name.text, module, module.source, item.name.span, item.is_pub, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, world.report)
        symbol.owner_parameters = owner
        symbol.receiver = receiver
        index.functions.append(symbol)
        if block.item.is_extend:
            world.extension_methods.add(symbol)
        add_method(methods, symbol, world.report)


def show_head(wanted: FunctionSymbol, mapping: Substitution) -> str:
    """Return the signature as it is to be written, with parameter names."""
    names = [f"{p.modifier} {show_type(substitute(p.type, mapping))} {p.name}".strip() for p in wanted.parameters]
    return f"{show_type(substitute(wanted.result, mapping))} {wanted.name}({', '.join(names)})"
