"""What calling a function may do: collect, or need its caller's call site. Also which operations are safepoints.

It takes a module and gives `Effects`, closed over the call graph. A function needs the caller's site when it may
panic, collect or recurse (a trace then shows the caller); one that needs none never writes to its shadow slots.
The sites and roots passes decide with it and the verifier checks with it. It must not change IR.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ConcatStrings,
    Function,
    Instruction,
    Module,
)
from beskid.ir.runtime import RUNTIME_SIGNATURES

_ALWAYS_COLLECTING = frozenset({AllocateObject, AllocateArray, ConcatStrings, CallClosure, CallIndirect, CallExtern})

CALLING = _ALWAYS_COLLECTING | {Call, CallRuntime}
"""The operations that run other code; only these can be safepoints or need a call site."""


@value
class Effects:
    """Names of functions of a module: those that may collect, and those that need the caller's call site."""

    collecting: frozenset[str]
    tracing: frozenset[str]

    def is_safepoint(self, instruction: Instruction) -> bool:
        """Whether a collection may run during the operation, so that live references must be visible."""
        match instruction:
            case AllocateObject() | AllocateArray() | ConcatStrings():
                return True
            case CallClosure() | CallIndirect() | CallExtern():
                return True
            case Call(callee=callee):
                return callee in self.collecting
            case CallRuntime(function=function):
                return RUNTIME_SIGNATURES[function].collects
            case _:
                return False

    def needs_site(self, instruction: Instruction) -> bool:
        """Whether the operation's call site must stand in slot 0 while it runs. Checks store theirs themselves."""
        match instruction:
            case AllocateObject() | AllocateArray() | ConcatStrings():
                return True
            case CallClosure() | CallIndirect() | CallExtern():
                return True
            case Call(callee=callee):
                return callee in self.tracing
            case CallRuntime(function=function):
                return RUNTIME_SIGNATURES[function].needs_site
            case _:
                return False

    def overwrites_slots(self, instruction: Instruction) -> bool:
        """Whether a callee's activation may write the shadow slots above the passed prefix."""
        match instruction:
            case CallClosure() | CallIndirect() | CallExtern():
                return True
            case Call(callee=callee):
                return callee in self.tracing
            case _:
                return False


def summarize(module: Module) -> Effects:
    """The effects of every function of the module. A callee outside the module may do anything."""
    collecting: set[str] = set()
    tracing: set[str] = set()
    callers: dict[str, list[str]] = {name: [] for name in module.functions}
    callees: dict[str, list[str]] = {}
    for name, function in module.functions.items():
        own_callees = _scan(function, collecting, tracing)
        callees[name] = [callee for callee in own_callees if callee in callers]
        for callee in own_callees:
            if callee in callers:
                callers[callee].append(name)
            else:
                collecting.add(name)
                tracing.add(name)
    tracing |= _recursive(callees)
    return Effects(frozenset(_close(collecting, callers)), frozenset(_close(tracing, callers)))


def _scan(function: Function, collecting: set[str], tracing: set[str]) -> dict[str, None]:
    """Record what the function does itself; the functions it calls, in order."""
    name = function.name
    callees: dict[str, None] = {}
    for block in function.blocks:
        for instruction in block.instructions:
            kind = type(instruction)
            if kind is Call:
                callees[instruction.callee] = None  # type: ignore[union-attr]
            elif kind in _ALWAYS_COLLECTING:
                collecting.add(name)
                tracing.add(name)
            elif kind is CheckIndex or kind is CheckDivisor:
                tracing.add(name)
            elif isinstance(instruction, CallRuntime):
                signature = RUNTIME_SIGNATURES[instruction.function]
                if signature.collects:
                    collecting.add(name)
                if signature.needs_site:
                    tracing.add(name)
    return callees


def _close(seeds: set[str], callers: dict[str, list[str]]) -> set[str]:
    """The seeds and everything that calls them, directly or not."""
    closed = set(seeds)
    pending = list(seeds)
    while pending:
        for caller in callers.get(pending.pop(), ()):
            if caller not in closed:
                closed.add(caller)
                pending.append(caller)
    return closed


def _recursive(callees: dict[str, list[str]]) -> set[str]:
    """The functions that lie on a cycle of the call graph."""
    result: set[str] = set()
    for members in strong_components(callees):
        if len(members) > 1 or members[0] in callees[members[0]]:
            result.update(members)
    return result


def strong_components(edges: dict[str, list[str]]) -> list[list[str]]:
    """The components of a graph in which each reaches each, targets first (Tarjan's algorithm, without recursion)."""
    result: list[list[str]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    component: list[str] = []
    on_component: set[str] = set()
    for root in edges:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        component.append(root)
        on_component.add(root)
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            name, position = work.pop()
            targets = edges[name]
            if position < len(targets):
                work.append((name, position + 1))
                target = targets[position]
                if target not in number:
                    number[target] = low[target] = len(number)
                    component.append(target)
                    on_component.add(target)
                    work.append((target, 0))
                elif target in on_component:
                    low[name] = min(low[name], number[target])
                continue
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == number[name]:
                first = component.index(name)
                members = component[first:]
                del component[first:]
                on_component.difference_update(members)
                result.append(members)
    return result
