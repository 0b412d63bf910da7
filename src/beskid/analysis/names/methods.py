"""Methods, uniform calls and static calls (`language.md` §3 rows 28 and 29, §4.7.1, §4.7.2, decision L18).

Takes a receiver type and a name; returns the function to call. Reports only private functions (E1107, E1511).
"""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis.model.relations import widens
from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol, Symbol, TypeSymbol
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    STRING,
    ArrayType,
    ContractType,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import could_unify, fresh_substitution, prune
from beskid.analysis.model.world import CORE_LIBRARY, Context, World
from beskid.analysis.names.conformance import values_of
from beskid.analysis.names.derive import add_derived
from beskid.analysis.names.modules import is_visible, module_binding, public_member
from beskid.analysis.names.scope import enclosing, take, weak_meanings
from beskid.source.codes import E1107, E1511
from beskid.source.diagnostics import Label, error
from beskid.syntax import tree

_HOMES: dict[Type, tuple[str, ...]] = {
    STRING: ("Core", "String"),
    CHAR: ("Core", "Char"),
    BOOL: ("Core", "Bool"),
}
_ARRAY_HOME = ("Collections", "Array")
_NUMBER_HOME = ("Core", "Numbers")


def home_module(world: World, receiver: Type) -> ModuleSymbol | None:
    """Return the module whose functions may be called as methods of the type everywhere."""
    if isinstance(receiver, StructType | EnumType | ContractType):
        return receiver.symbol.module
    if isinstance(receiver, ArrayType):
        return world.find(CORE_LIBRARY, _ARRAY_HOME)
    if isinstance(receiver, PrimitiveType):
        path = _NUMBER_HOME if receiver.is_numeric else _HOMES.get(receiver)
        return None if path is None else world.find(CORE_LIBRARY, path)
    return None


def _own_methods(world: World, receiver: Type) -> dict[str, FunctionSymbol]:
    world.attach_impls()
    if isinstance(receiver, StructType | EnumType | ContractType):
        world.ensure(receiver.symbol)
        if isinstance(receiver, StructType):
            add_derived(world, receiver.symbol)
        return receiver.symbol.methods
    if isinstance(receiver, PrimitiveType):
        return world.builtin_methods.get(receiver.name, {})
    return {}


def find_method(world: World, context: Context, receiver: Type, name: tree.Name | str) -> FunctionSymbol | None:
    """Return the method of that name of the type, or a free function whose first parameter takes the value.

    A private function is reported at `name`; if `name` is a text without a location, it is treated as missing.
    """
    found = _find_method(world, context, receiver, name)
    if world.occurrences is not None and found is not None and not isinstance(name, str) and name.id >= 0:
        world.occurrences.note(context.source, name.span, found)
    return found


def _find_method(world: World, context: Context, receiver: Type, name: tree.Name | str) -> FunctionSymbol | None:
    receiver = prune(receiver)
    text = name if isinstance(name, str) else name.text
    method = _own_methods(world, receiver).get(text)
    if method is not None:
        world.ensure(method)
        if isinstance(receiver, ContractType) or is_visible(method, context.module):
            world.mark_used(method, context)
            return method
        if isinstance(name, str):
            return None
        world.mark_used(method, context)
        _report_private_method(world, context, receiver, method, name)
        return method
    private: FunctionSymbol | None = None
    for function in _home_functions(world, receiver, text):
        if not takes(world, function, receiver):
            continue
        if is_visible(function, context.module):
            world.mark_used(function, context)
            return function
        private = function
    scoped = _function_in_scope(world, context, receiver, text)
    if scoped is not None:
        return scoped
    if private is None or isinstance(name, str):
        return None
    _report_private(world, context, private, name, "function")
    return private


def _home_functions(world: World, receiver: Type, name: str) -> Iterator[FunctionSymbol]:
    home = home_module(world, receiver)
    if home is None:
        return
    if not world.is_indexed(home) and name not in home.source.text:
        return
    world.index(home)
    own = home.members.get(name)
    if isinstance(own, FunctionSymbol):
        yield own
        return
    meaning = public_member(world, home, name)
    if meaning is not None and isinstance(meaning.item, FunctionSymbol):
        yield meaning.item


def _function_in_scope(world: World, context: Context, receiver: Type, name: str) -> FunctionSymbol | None:
    for module in enclosing(context.module):
        item = module.members.get(name)
        if isinstance(item, FunctionSymbol) and takes(world, item, receiver):
            world.mark_used(item, context)
            return item
    for module in enclosing(context.module):
        binding = module_binding(world, module, name)
        if binding is None or not isinstance(binding.item, FunctionSymbol):
            continue
        if takes(world, binding.item, receiver):
            binding.is_used = True
            world.mark_used(binding.item, context)
            return binding.item
    for candidate in weak_meanings(world, context, name):
        weak = candidate.meaning.item
        if isinstance(weak, FunctionSymbol) and takes(world, weak, receiver):
            take(world, context, candidate)
            return weak
    return None


def takes(world: World, function: FunctionSymbol, receiver: Type) -> bool:
    """Return whether the first parameter of a free function accepts a value of the type."""
    if function.is_test or function.receiver is not None:
        return False
    world.ensure(function)
    if not function.parameters or function.parameters[0].modifier:
        return False
    wanted = function.parameters[0].type
    if isinstance(wanted, PrimitiveType) and isinstance(receiver, PrimitiveType):
        if wanted.is_numeric and receiver.is_numeric:
            return widens(receiver, wanted)
        return wanted is receiver
    if function.type_parameters:
        mapping, _ = fresh_substitution(function.type_parameters)
        wanted = substitute(wanted, mapping)
    if isinstance(wanted, ContractType) and isinstance(receiver, StructType | ContractType):
        return any(could_unify(wanted, contract) for contract in values_of(world, receiver))
    return could_unify(wanted, receiver)


def _report_private_method(
    world: World, context: Context, receiver: Type, method: FunctionSymbol, name: tree.Name
) -> None:
    if context.is_extension and context.receiver is not None and _same_symbol(context.receiver, receiver):
        world.report(
            error(
                E1511,
                f"the method `{method.name}` of `{show_type(receiver)}` is private",
                context.source,
                name.span,
                "an extension can use only public members",
                f"add `pub` to its declaration in {method.source.path}",
                (Label(method.source, method.name_span, "declared here without `pub`"),),
            )
        )
        return
    _report_private(world, context, method, name, "method")


def _same_symbol(left: Type, right: Type) -> bool:
    return left is right or (
        getattr(left, "symbol", None) is not None and getattr(left, "symbol", None) is getattr(right, "symbol", None)
    )


def _report_private(world: World, context: Context, symbol: Symbol, name: tree.Name, kind: str) -> None:
    module = symbol.module.dotted() if symbol.module is not None else ""
    world.report(
        error(
            E1107,
            f"the {kind} `{symbol.name}` of module {module or 'this file'} is private",
            context.source,
            name.span,
            "private",
            f"add `pub` to its declaration in {symbol.source.path}",
            (Label(symbol.source, symbol.name_span, "declared here without `pub`"),),
        )
    )


def method_names(world: World, context: Context, receiver: Type) -> list[str]:
    """Return the names of callable methods of the type, for suggestions and completion."""
    receiver = prune(receiver)
    names = list(_own_methods(world, receiver))
    home = home_module(world, receiver)
    if home is None:
        return names
    world.index(home)
    for name, item in home.members.items():
        if isinstance(item, FunctionSymbol) and is_visible(item, context.module) and takes(world, item, receiver):
            names.append(name)
    return names


def find_static(world: World, context: Context, symbol: TypeSymbol, name: tree.Name | str) -> FunctionSymbol | None:
    """Return the function of that name in the module that declares the type. Private ones as in `find_method`."""
    text = name if isinstance(name, str) else name.text
    home = symbol.module
    if home is None:
        return None
    world.index(home)
    item = home.members.get(text)
    if not isinstance(item, FunctionSymbol):
        meaning = public_member(world, home, text)
        item = meaning.item if meaning is not None else None
    if not isinstance(item, FunctionSymbol) or item.is_test:
        return None
    world.ensure(item)
    if not is_visible(item, context.module):
        if isinstance(name, str):
            return None
        _report_private(world, context, item, name, "function")
    world.mark_used(item, context)
    if world.occurrences is not None and not isinstance(name, str):
        world.occurrences.note(context.source, name.span, item)
    return item
