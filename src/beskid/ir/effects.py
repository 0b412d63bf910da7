"""What running an instruction, or calling a function, may do: collect, or need the call site of its caller.

`BEHAVIOURS` has a row for each instruction, and `COPYING` the instructions that copy a reference. `summarize` takes a
module and returns `Effects`, closed over the call graph. A function needs the caller's site when it may panic, collect
or recurse (a trace then shows the caller); one that needs none never writes to its shadow slots. A collection on the
way to a panic, such as by making its message, does not count for callers: they do not run again. The sites and roots
passes decide with it and the verifier checks with it. It must not change IR.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, assert_never

from beskid.base.graph import is_cycle, strong_components
from beskid.base.node import value
from beskid.ir.forms import INSTRUCTIONS, Role
from beskid.ir.graph import predecessors
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    Block,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ClearElement,
    Compare,
    ConcatStrings,
    Convert,
    Count,
    Function,
    Instruction,
    Length,
    LoadElement,
    LoadField,
    LoadHeader,
    LoadTable,
    Module,
    Move,
    Poll,
    Return,
    SliceString,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    Unary,
    Unreachable,
)
from beskid.ir.runtime import RUNTIME_SIGNATURES


class Behaviour(Enum):
    """What an instruction may do besides assigning its destinations."""

    SIMPLE = "simple"
    """Runs no other code and never panics."""
    CHECK = "check"
    """Panics or runs no other code; it stores its call site itself, only when it panics."""
    ALLOCATION = "allocation"
    """The runtime makes an object, and may collect or panic."""
    FUNCTION_CALL = "function call"
    """Runs a function of the module, which may do what its summary says."""
    RUNTIME_CALL = "runtime call"
    """Runs a function of the runtime, which may do what the contract says."""
    UNKNOWN_CALL = "unknown call"
    """Runs code that is not known at compile time, which may do anything."""


BEHAVIOURS: dict[type[Any], Behaviour] = {
    Move: Behaviour.SIMPLE,
    Binary: Behaviour.SIMPLE,
    Compare: Behaviour.SIMPLE,
    Unary: Behaviour.SIMPLE,
    Convert: Behaviour.SIMPLE,
    LoadField: Behaviour.SIMPLE,
    StoreField: Behaviour.SIMPLE,
    Length: Behaviour.SIMPLE,
    LoadHeader: Behaviour.SIMPLE,
    LoadElement: Behaviour.SIMPLE,
    StoreElement: Behaviour.SIMPLE,
    ClearElement: Behaviour.SIMPLE,
    CheckIndex: Behaviour.CHECK,
    CheckDivisor: Behaviour.CHECK,
    Poll: Behaviour.CHECK,
    SliceString: Behaviour.CHECK,
    AllocateObject: Behaviour.ALLOCATION,
    AllocateArray: Behaviour.ALLOCATION,
    ConcatStrings: Behaviour.ALLOCATION,
    Call: Behaviour.FUNCTION_CALL,
    CallClosure: Behaviour.UNKNOWN_CALL,
    LoadTable: Behaviour.SIMPLE,
    CallIndirect: Behaviour.UNKNOWN_CALL,
    CallRuntime: Behaviour.RUNTIME_CALL,
    CallExtern: Behaviour.UNKNOWN_CALL,
    StoreSite: Behaviour.SIMPLE,
    StoreRoot: Behaviour.SIMPLE,
    Count: Behaviour.SIMPLE,
}
"""The behaviour of every instruction."""

CALLING = frozenset(form.kind for form in INSTRUCTIONS.values() if form.having(frozenset({Role.LIVE})))
"""The instructions that run other code; only these can be safepoints or need a call site."""


COPYING = frozenset({Move, LoadHeader, SliceString})
"""The instructions whose result a slot holds that holds their first operand, the only reference. That of `LoadHeader`
differs from it where one is null and the other a static object, neither of which keeps anything alive; that of
`SliceString` is in the frame and needs what its text keeps alive."""


@value
class Effects:
    """Names of functions of a module: those that may collect and then return, those that may collect at all, and those
    that need the caller's call site."""

    collecting: frozenset[str]
    ever_collecting: frozenset[str]
    tracing: frozenset[str]

    def is_safepoint(self, instruction: Instruction, is_watched: bool = False) -> bool:
        """Return whether a collection may run during the instruction, so that live references must be visible.

        `is_watched`: they are needed also until a panic in a callee: a debugger may read them, or the callee itself,
        to which a slice in a frame was passed.
        """
        match BEHAVIOURS[type(instruction)]:
            case Behaviour.FUNCTION_CALL:
                return _callee(instruction) in (self.ever_collecting if is_watched else self.collecting)
            case Behaviour.RUNTIME_CALL:
                return RUNTIME_SIGNATURES[_runtime_function(instruction)].collects
            case Behaviour.ALLOCATION | Behaviour.UNKNOWN_CALL:
                return True
            case Behaviour.SIMPLE | Behaviour.CHECK:
                return False
            case behaviour:
                assert_never(behaviour)

    def needs_site(self, instruction: Instruction) -> bool:
        """Return whether the call site of the instruction must be in slot 0 while it runs.

        Checks store theirs themselves.
        """
        match BEHAVIOURS[type(instruction)]:
            case Behaviour.FUNCTION_CALL:
                return _callee(instruction) in self.tracing
            case Behaviour.RUNTIME_CALL:
                return RUNTIME_SIGNATURES[_runtime_function(instruction)].needs_site
            case Behaviour.ALLOCATION | Behaviour.UNKNOWN_CALL:
                return True
            case Behaviour.SIMPLE | Behaviour.CHECK:
                return False
            case behaviour:
                assert_never(behaviour)

    def overwrites_slots(self, instruction: Instruction) -> bool:
        """Return whether a callee's activation may write the shadow slots above the passed prefix."""
        match BEHAVIOURS[type(instruction)]:
            case Behaviour.FUNCTION_CALL:
                return _callee(instruction) in self.tracing
            case Behaviour.UNKNOWN_CALL:
                return True
            case Behaviour.SIMPLE | Behaviour.CHECK | Behaviour.ALLOCATION | Behaviour.RUNTIME_CALL:
                return False
            case behaviour:
                assert_never(behaviour)


def _callee(instruction: Instruction) -> str:
    callee: str = instruction.callee  # type: ignore[union-attr]
    return callee


def _runtime_function(instruction: Instruction) -> str:
    function: str = instruction.function  # type: ignore[union-attr]
    return function


def summarize(module: Module) -> Effects:
    """Return the effects of the functions of the module. A callee outside the module may do anything."""
    collecting: set[str] = set()
    panicking: set[str] = set()
    tracing: set[str] = set()
    callers: dict[str, list[str]] = {name: [] for name in module.functions}
    returning_callers: dict[str, list[str]] = {name: [] for name in module.functions}
    callees: dict[str, list[str]] = {}
    for name, function in module.functions.items():
        own_callees = _scan(function, collecting, panicking, tracing)
        callees[name] = [callee for callee in own_callees if callee in callers]
        for callee, returns in own_callees.items():
            if callee in callers:
                callers[callee].append(name)
                if returns:
                    returning_callers[callee].append(name)
            else:
                tracing.add(name)
                (collecting if returns else panicking).add(name)
    for members in strong_components(callees):
        if is_cycle(members, callees):
            tracing.update(members)
    return Effects(
        frozenset(_close(collecting, returning_callers)),
        frozenset(_close(collecting | panicking, callers)),
        frozenset(_close(tracing, callers)),
    )


def _scan(function: Function, collecting: set[str], panicking: set[str], tracing: set[str]) -> dict[str, bool]:
    """Record what the function does itself. Return the functions it calls, in order, and whether it may then return.

    It is `panicking` if it may collect where it cannot return any more.
    """
    name = function.name
    callees: dict[str, bool] = {}
    returning = _returning_blocks(function)
    for block in function.blocks:
        returns = returning is None or block in returning
        for instruction in block.instructions:
            match BEHAVIOURS[type(instruction)]:
                case Behaviour.SIMPLE:
                    pass
                case Behaviour.FUNCTION_CALL:
                    callee = _callee(instruction)
                    callees[callee] = returns or callees.get(callee, False)
                case Behaviour.CHECK:
                    tracing.add(name)
                case Behaviour.ALLOCATION | Behaviour.UNKNOWN_CALL:
                    (collecting if returns else panicking).add(name)
                    tracing.add(name)
                case Behaviour.RUNTIME_CALL:
                    signature = RUNTIME_SIGNATURES[_runtime_function(instruction)]
                    if signature.collects:
                        (collecting if returns else panicking).add(name)
                    if signature.needs_site:
                        tracing.add(name)
                case behaviour:
                    assert_never(behaviour)
    return callees


def _returning_blocks(function: Function) -> set[Block] | None:
    """Return the blocks from which the function may return; None for all."""
    if not any(type(block.terminator) is Unreachable for block in function.blocks):
        return None
    before = predecessors(function.blocks)
    pending = [block for block in function.blocks if type(block.terminator) is Return]
    returning = set(pending)
    while pending:
        for origin in before[pending.pop()]:
            if origin not in returning:
                returning.add(origin)
                pending.append(origin)
    return returning


def _close(seeds: set[str], callers: dict[str, list[str]]) -> set[str]:
    """Return the seeds and their direct and indirect callers."""
    closed = set(seeds)
    pending = list(seeds)
    while pending:
        for caller in callers.get(pending.pop(), ()):
            if caller not in closed:
                closed.add(caller)
                pending.append(caller)
    return closed
