"""The bodies of derived methods: `Equals`, `Hash` and `Compare` of a struct, field by field (decision L23).

`json.py` has those that write and read JSON.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import ContractSymbol, FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import BOOL, I32, I64, StructType, Type
from beskid.analysis.model.world import CORE_LIBRARY, World
from beskid.analysis.names.conformance import CONTRACTS_MODULE
from beskid.analysis.names.json import WRITE_JSON
from beskid.base.tables import missing_row
from beskid.source.text import Span

_HASH_FACTOR = 31

Pair = tuple[typed.Expression, typed.Expression]


def derived_body(world: World, symbol: FunctionSymbol) -> typed.TypedFunction:
    """Return the typed body of a derived method."""
    if symbol.receiver is None or symbol.name == WRITE_JSON:
        from beskid.analysis.types.check.json import json_body

        return json_body(world, symbol)
    receiver = symbol.receiver
    assert isinstance(receiver, StructType)
    span = symbol.name_span
    locals = [LocalSymbol("this", receiver, False, span)]
    locals.extend([LocalSymbol(p.name, p.type, False, span, True) for p in symbol.parameters])
    values = [
        [typed.FieldRead(span, field.type, typed.LocalRead(span, receiver, local), field) for local in locals]
        for field in receiver.symbol.fields.values()
    ]
    match symbol.name:
        case "Equals":
            statements = _equals([(one, other) for one, other in values], span)
        case "Hash":
            statements = _hash([own for (own,) in values], span)
        case "Compare":
            statements = _compare(world, [(one, other) for one, other in values], span)
        case _:
            raise missing_row("derived methods", symbol.name)
    return typed.TypedFunction(symbol, tuple(locals), typed.Block(span, tuple(statements)))


def _equals(fields: list[Pair], span: Span) -> list[typed.Statement]:
    result: typed.Expression = typed.BoolValue(span, BOOL, True)
    for index, (one, other) in enumerate(fields):
        same = typed.Binary(span, BOOL, "==", one, other)
        result = same if index == 0 else typed.Logical(span, BOOL, "&&", result, same)
    return [typed.Return(span, result)]


def _hash(fields: list[typed.Expression], span: Span) -> list[typed.Statement]:
    result: typed.Expression = typed.IntegerValue(span, I64, 1)
    for field in fields:
        scaled = typed.Binary(span, I64, "*", result, typed.IntegerValue(span, I64, _HASH_FACTOR))
        own = typed.IntrinsicCall(span, I64, "__hash", (field.type,), (field,))
        result = typed.Binary(span, I64, "+", scaled, own)
    return [typed.Return(span, result)]


def _compare(world: World, fields: list[Pair], span: Span) -> list[typed.Statement]:
    module = world.find(CORE_LIBRARY, CONTRACTS_MODULE)
    assert module is not None
    world.index(module)
    contract = module.members["Comparable"]
    assert isinstance(contract, ContractSymbol)
    world.ensure(contract)
    method = contract.methods["Compare"]
    statements: list[typed.Statement] = []
    for index, (one, other) in enumerate(fields):
        order: Type = I32
        local = LocalSymbol(f"order{index}", order, False, span)
        call = typed.ConstraintCall(span, order, method, one.type, (one, other))
        statements.append(typed.Let(span, local, call))
        read = typed.LocalRead(span, order, local)
        differs = typed.Binary(span, BOOL, "!=", read, typed.IntegerValue(span, I32, 0))
        statements.append(typed.If(span, differs, typed.Block(span, (typed.Return(span, read),)), None))
    return [*statements, typed.Return(span, typed.IntegerValue(span, I32, 0))]
