"""What a host may rely on when it calls a function: whether it is quick, and what it does to the arrays it is given.

Takes a module after its passes and returns a word for each function: `b`, `q` or `s` (bare, quick or slow), then a
letter for each parameter: `r` it only reads the object, `w` it may write its elements, `k` it may also keep it.
Everything that is not known to be harmless counts as worse, so the answer may change with the optimizer but never lies.
"""

from __future__ import annotations

from beskid.abi import BUILTIN_SPECS
from beskid.base.graph import is_cycle, strong_components
from beskid.ir.effects import BEHAVIOURS, COPYING, Behaviour
from beskid.ir.graph import successors
from beskid.ir.model import (
    Binary,
    Call,
    CallRuntime,
    CheckIndex,
    Compare,
    Convert,
    Function,
    IRType,
    Length,
    LoadElement,
    LoadField,
    LoadHeader,
    Module,
    Move,
    Register,
    SliceString,
    StoreElement,
    StoreRoot,
    Unary,
)
from beskid.ir.operands import READS, WRITES

BARE, QUICK, SLOW = "b", "q", "s"
"""A bare function only computes with numbers: it needs no runtime, cannot panic, and needs hardly any stack."""

_COMPUTING = (Move, Binary, Compare, Unary, Convert)
_MAX_BARE_INSTRUCTIONS = 200

READ, WRITTEN, KEPT = "r", "w", "k"
_ORDER = READ + WRITTEN + KEPT

_SLOW_TEXT = frozenset(("str_repeat", "str_join", "str_concat_n"))
_QUICK_RUNTIME = frozenset(
    spec.symbol
    for spec in BUILTIN_SPECS
    if "willreturn" in spec.attributes
    or spec.symbol.startswith("panic")
    or (spec.symbol.startswith(("str_", "array_")) and spec.symbol not in _SLOW_TEXT)
)
"""The functions of the runtime that take time in proportion to a text or an array at most, and never wait."""


def facts_of(module: Module, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the word of each of the functions."""
    facts = _Facts(module)
    return tuple([facts.word(name) for name in names])


class _Facts:
    __slots__ = ("_module", "_parameters", "_quick")

    def __init__(self, module: Module) -> None:
        self._module = module
        self._quick: dict[str, bool] = {}
        self._parameters: dict[str, str] = {}

    def word(self, name: str) -> str:
        pace = BARE if self._is_bare(name) else QUICK if self._is_quick(name) else SLOW
        return pace + self._parameters_of(name)

    def _is_bare(self, name: str) -> bool:
        function = self._module.functions[name]
        instructions = [each for block in function.blocks for each in block.instructions]
        types = [*[parameter.type for parameter in function.parameters], *function.results]
        return (
            IRType.REF not in types
            and len(instructions) <= _MAX_BARE_INSTRUCTIONS
            and all(isinstance(each, _COMPUTING) for each in instructions)
            and self._is_quick(name)
        )

    def _is_quick(self, name: str) -> bool:
        known = self._quick.get(name)
        if known is None:
            # A recursive function asks for itself.
            self._quick[name] = False
            known = self._quick[name] = self._runs_straight(self._module.functions[name])
        return known

    def _runs_straight(self, function: Function) -> bool:
        edges = {
            block.label: [] if block.terminator is None else [target.label for target in successors(block.terminator)]
            for block in function.blocks
        }
        if any(is_cycle(part, edges) for part in strong_components(edges)):
            return False
        return all(self._is_quick_instruction(each) for block in function.blocks for each in block.instructions)

    def _is_quick_instruction(self, instruction: object) -> bool:
        match instruction:
            case Call():
                return instruction.callee in self._module.functions and self._is_quick(instruction.callee)
            case CallRuntime():
                return instruction.function in _QUICK_RUNTIME
            case _:
                return BEHAVIOURS[type(instruction)] is not Behaviour.UNKNOWN_CALL

    def _parameters_of(self, name: str) -> str:
        known = self._parameters.get(name)
        if known is None:
            function = self._module.functions[name]
            self._parameters[name] = KEPT * len(function.parameters)
            known = "".join([self._parameter(function, parameter) for parameter in function.parameters])
            self._parameters[name] = known
        return known

    def _parameter(self, function: Function, parameter: Register) -> str:
        if parameter.type is not IRType.REF:
            return READ
        same = _copies_of(function, parameter)
        worst = READ
        for block in function.blocks:
            for each in [*block.instructions, block.terminator]:
                if each is not None and any(
                    operand in same for operand in READS[type(each)](each) if isinstance(operand, Register)
                ):
                    found = self._use(each, same)
                    if found == KEPT:
                        return KEPT
                    worst = max(worst, found, key=_ORDER.index)
        return worst

    def _use(self, each: object, same: set[Register]) -> str:
        match each:
            case (
                Move()
                | LoadHeader()
                | SliceString()
                | LoadElement()
                | Length()
                | CheckIndex()
                | Compare()
                | StoreRoot()
            ):
                return READ
            case LoadField():
                # Only objects have fields, and a host passes those by handle.
                return KEPT
            case StoreElement():
                return KEPT if each.value in same else WRITTEN
            case Call() if each.callee in self._module.functions:
                letters = self._parameters_of(each.callee)
                passed = [letter for letter, argument in zip(letters, each.arguments, strict=True) if argument in same]
                return max(passed, key=_ORDER.index)
            case _:
                return KEPT


def _copies_of(function: Function, parameter: Register) -> set[Register]:
    """Return every register that may hold the parameter."""
    same = {parameter}
    grew = True
    while grew:
        grew = False
        for block in function.blocks:
            for each in block.instructions:
                if type(each) not in COPYING or same.isdisjoint(READS[type(each)](each)):
                    continue
                copies = WRITES[type(each)](each)
                if not same.issuperset(copies):
                    same.update(copies)
                    grew = True
    return same
