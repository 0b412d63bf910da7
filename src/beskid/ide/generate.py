"""Code that is written for a declaration: a test of a function, the methods that a contract demands of a type."""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol, StructSymbol, Type
from beskid.analysis.model.types import BOOL, CHAR, STRING, UNIT, PrimitiveType, Substitution
from beskid.analysis.model.unify import prune
from beskid.analysis.names.conformance import is_data_contract
from beskid.analysis.names.import_fixes import import_fix
from beskid.analysis.types.signatures import show_head
from beskid.ide import evaluation
from beskid.ide.actions import Action, Kind
from beskid.ide.snapshot import Snapshot
from beskid.source.diagnostics import Edit
from beskid.source.text import SourceText, Span

_ASSERT = "Testing.Assert"
_DEFAULTS: dict[Type, str] = {BOOL: "false", STRING: '""', CHAR: "' '"}


def default_of(type: Type, name: str) -> str:
    """Return an expression of a type: zero or empty, or a panic where there is no such value."""
    type = prune(type)
    if isinstance(type, PrimitiveType) and type.is_numeric:
        return "0" if type.is_integer else "0.0"
    return _DEFAULTS.get(type, f'Panic("{name}")')


def generated(snapshot: Snapshot, source: SourceText, offset: int) -> list[Action]:
    """Return what can be written for the declaration whose name is at an offset."""
    found = snapshot.named_at(source, offset)
    if found is None or found.target is None:
        return []
    target = found.target
    if getattr(target, "name_span", None) != found.span or getattr(target, "source", None) is not source:
        return []
    actions: list[Action] = []
    if isinstance(target, FunctionSymbol):
        actions = _test_of(snapshot, source, target)
    elif isinstance(target, StructSymbol):
        actions = _methods_of(snapshot, source, target)
    return [each for each in actions if evaluation.still_checks(snapshot, each.edits)]


def _test_of(snapshot: Snapshot, source: SourceText, function: FunctionSymbol) -> list[Action]:
    is_plain = function.receiver is None and not function.type_parameters and not function.is_test
    if not is_plain or function.is_entry or function.contract is not None or function.module is None:
        return []
    if function.module.parent is not None or any(each.modifier for each in function.parameters):
        return []
    name = evaluation.unused_name(source.text, f"{function.name}_works")
    arguments = ", ".join([default_of(each.type, each.name) for each in function.parameters])
    call = f"{function.name}({arguments})"
    result = prune(function.result)
    edits: tuple[Edit, ...] = ()
    if isinstance(result, PrimitiveType) and result is not UNIT:
        body = f'Assert.Equal({call}, {default_of(result, "")}, "{function.name}");'
        if "Assert" not in function.module.uses:
            edits = import_fix(function.module, _ASSERT)[0].edits
    else:
        body = f"{call};" if result is UNIT else f"let result = {call};"
    end = function.tree.span.end
    test = Edit(source, Span(end, end), f"\n\ntest {name} {{\n{evaluation.INDENT}{body}\n}}")
    return [Action(Kind.REWRITE, f"generate the test `{name}`", (*edits, test))]


def _methods_of(snapshot: Snapshot, source: SourceText, symbol: StructSymbol) -> list[Action]:
    """Return the action that adds the methods of all contracts that the type does not have."""
    snapshot.world.ensure(symbol)
    missing: dict[str, str] = {}
    for contract in symbol.conformances:
        if contract.symbol.is_extern or is_data_contract(contract.symbol):
            continue
        snapshot.world.ensure(contract.symbol)
        mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
        for method in contract.symbol.methods.values():
            if method.name not in symbol.methods:
                missing.setdefault(method.name, show_head(method, mapping))
    if not missing:
        return []
    item = symbol.tree
    indent = evaluation.indent_at(source.text, item.span.start)
    inner = indent + evaluation.INDENT
    methods = [
        f'{inner}pub {head} {{\n{inner}{evaluation.INDENT}Panic("{name} is not written yet");\n{inner}}}\n'
        for name, head in missing.items()
    ]
    lead = "\n\n" if item.fields or item.methods else "\n"
    added = lead + "\n".join(methods) + indent
    edits = evaluation.before_brace(source, item.span.end - 1, added, complete=("{", ",", "}", ";"))
    return [Action(Kind.REWRITE, "add the methods of the contracts", edits)]
