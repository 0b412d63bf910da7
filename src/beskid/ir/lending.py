"""Which strings are only lent: what gets them reads their length and bytes, and keeps no reference to them.

`Lending` takes a module and answers for registers and parameters. The slices pass decides with it which slices may be
in a frame, and the verifier checks with it. It must not change IR.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from beskid.abi import BUILTIN_SPECS
from beskid.ir.model import (
    Call,
    CallRuntime,
    CheckIndex,
    ConcatStrings,
    Function,
    IRType,
    Length,
    LoadElement,
    LoadHeader,
    Module,
    Operand,
    Register,
    SliceString,
    StoreRoot,
    type_of,
)
from beskid.ir.operands import READS

_Parameter: TypeAlias = tuple[str, int]
"""The name of a function, and the index of a parameter."""

_READING = frozenset({CheckIndex, Length, LoadElement, LoadHeader, SliceString, StoreRoot})

_READING_FUNCTIONS = frozenset({spec.symbol for spec in BUILTIN_SPECS if "memory(read)" in spec.attributes}) | {
    "str_decode"
}
"""The functions of the runtime that only read their arguments."""


class Lending:
    """The answers for one module, each computed when it is first asked for."""

    __slots__ = ("_known", "_module", "_passed")

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: dict[_Parameter, bool] = {}
        self._passed: dict[str, dict[Register, list[_Parameter] | None]] = {}

    def lent(self, function: Function, registers: Iterable[Register]) -> list[Register]:
        """Return those of the registers of a function that are only read, by it and by what it passes them to."""
        found = _passed_on(function, registers, self._module)
        return [register for register, passed in found.items() if passed is not None and self._are_lent(passed)]

    def _are_lent(self, parameters: list[_Parameter]) -> bool:
        pending = list(parameters)
        reached: dict[_Parameter, None] = {}
        while pending:
            parameter = pending.pop()
            known = self._known.get(parameter)
            if known is None and parameter not in reached:
                reached[parameter] = None
                passed = self._passed_of(parameter)
                if passed is None:
                    self._known[parameter] = known = False
                else:
                    pending += passed
            if known is False:
                return False
        self._known.update(dict.fromkeys(reached, True))
        return True

    def _passed_of(self, parameter: _Parameter) -> list[_Parameter] | None:
        name, index = parameter
        function = self._module.functions[name]
        if name not in self._passed:
            references = [held for held in function.parameters if held.type is IRType.REF]
            self._passed[name] = _passed_on(function, references, self._module)
        # The verifier also asks about calls that do not fit.
        return self._passed[name].get(function.parameters[index]) if index < len(function.parameters) else None


def _passed_on(
    function: Function, registers: Iterable[Register], module: Module
) -> dict[Register, list[_Parameter] | None]:
    """Return to which parameters each register is passed; None where anything but reading is done with it."""
    found: dict[Register, list[_Parameter] | None] = {register: [] for register in registers}
    origins: dict[Operand, Register] = {register: register for register in found}
    _follow_headers(function, origins)
    for block in function.blocks:
        for step in [*block.instructions, block.terminator]:
            kind = type(step)
            if step is None or kind in _READING or _only_reads(step):
                continue
            operands = READS[kind](step)
            if origins.keys().isdisjoint(operands):
                continue
            callee = step.callee if isinstance(step, Call) and step.callee in module.functions else ""
            for index, operand in enumerate(operands):
                origin = origins.get(operand)
                if origin is None:
                    continue
                passed = found[origin]
                if not callee:
                    found[origin] = None
                elif passed is not None:
                    passed.append((callee, index))
    return found


def _follow_headers(function: Function, origins: dict[Operand, Register]) -> None:
    """Add the registers that hold one of the strings with its header."""
    headers = [step for block in function.blocks for step in block.instructions if isinstance(step, LoadHeader)]
    grew = bool(headers)
    while grew:
        grew = False
        for step in headers:
            if step.array in origins and step.dest not in origins:
                origins[step.dest] = origins[step.array]
                grew = True


def _only_reads(step: Any) -> bool:
    """Return whether an instruction copies at most the bytes of its operands."""
    if isinstance(step, CallRuntime):
        return step.function in _READING_FUNCTIONS
    # The concatenation of two strings is one of them if the other is empty.
    return isinstance(step, ConcatStrings) and (
        len(step.parts) > 2 or any(type_of(part) is IRType.I64 for part in step.parts)
    )
