"""Where the variables of one function are, as debug records.

A variable in memory has one record for each component, at the beginning of the function. A component that is an SSA
value has a record after the instruction that computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from beskid.codegen.llvm.debug_types import DebugTypes
from beskid.codegen.llvm.metadata import Metadata, VariableKey, variable_key
from beskid.codegen.llvm.types import VALUE_TYPE
from beskid.ir.debug import Position, Variable
from beskid.ir.model import ClosureConstant, Function, FunctionAddress, Location, Operand, Register, type_of


class ShownVariables:
    """The records of a function; `values` has those of each register that is an SSA value."""

    __slots__ = ("_constants", "_entry", "values")

    def __init__(
        self, function: Function, scope: int, metadata: Metadata, types: DebugTypes, in_memory: Set[int]
    ) -> None:
        self.values: dict[int, list[str]] = {}
        self._entry: list[str] = []
        self._constants: list[tuple[Operand, str]] = []
        parameters = {register.index for register in function.parameters}
        arguments: dict[Location, dict[VariableKey, int]] = {}
        variables = sorted(function.variables, key=_position)
        metadata.begin_variables(scope, variables)
        for variable in variables:
            argument = 0
            if variable.is_parameter:
                # A call that was copied may be inlined more than once.
                numbers = arguments.setdefault(variable.location, {})
                argument = numbers.setdefault(variable_key(variable), len(numbers) + 1)
            node, place = metadata.variable(scope, variable, types.number(variable.type), argument)
            for part, expression in zip(variable.parts, _expressions(variable, types), strict=True):
                end = f", !{node}, {expression}, !{place})"
                if isinstance(part, ClosureConstant | FunctionAddress):
                    # The function may have been inlined at its last call, and removed.
                    continue
                if not isinstance(part, Register):
                    self._constants.append((part, end))
                elif part.index in in_memory:
                    self._entry.append(f"    #dbg_declare(ptr %v{part.index}{end}")
                else:
                    line = f"    #dbg_value({VALUE_TYPE[part.type]} %r{part.index}{end}"
                    if part.index in parameters:
                        self._entry.append(line)
                    else:
                        self.values.setdefault(part.index, []).append(line)

    def at_entry(self, value: Callable[[Operand], str]) -> list[str]:
        """Return the records at the beginning of the function; `value` returns the text of a constant."""
        constants = [f"    #dbg_value({VALUE_TYPE[type_of(part)]} {value(part)}{end}" for part, end in self._constants]
        return self._entry + constants


def variable_registers(function: Function) -> frozenset[int]:
    """Return the indexes of the registers that are variables of the source."""
    return frozenset(
        [part.index for variable in function.variables for part in variable.parts if isinstance(part, Register)]
    )


def _position(variable: Variable) -> Position:
    return variable.start


def _expressions(variable: Variable, types: DebugTypes) -> list[str]:
    """Return how each part of a variable is found."""
    if variable.cell_offset >= 0:
        return [f"!DIExpression(DW_OP_deref, DW_OP_plus_uconst, {variable.cell_offset})"]
    size = types.size(variable.type)
    return [
        "!DIExpression()" if part_size == size else f"!DIExpression(DW_OP_LLVM_fragment, {8 * offset}, {8 * part_size})"
        for offset, part_size in variable.places
    ]
