"""What inlining a function would gain: the facts about a callee and about the values of a caller.

A callee is summarized once, after its own calls were inlined: its size, what it does with each parameter, and whether a
result is always an object that it made. In a caller an object *stays* if only its fields are accessed, even by callees
that may be inlined; such an object can become registers. It must not change IR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beskid.base.node import node
from beskid.ir.model import (
    AllocateObject,
    Call,
    CallClosure,
    CallExtern,
    CheckIndex,
    ClearElement,
    Compare,
    Function,
    Instruction,
    IRType,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadTable,
    Move,
    Operand,
    Register,
    Return,
    StoreElement,
    StoreField,
    Terminator,
)
from beskid.ir.operands import READS, WRITES

GAINFUL_SIZE = 60
"""The largest function that is inlined because a known closure or an object that stays is passed to it."""

MAX_BLOCKS = 24


@node
class Summary:
    """One callee. `depth`: how many calls its instructions were inlined through; `keeps`: a parameter may be stored or
    passed on; `gives_back`: it may be a result; `calls`: it is called or has the code that is; `makes`: a result is
    always an object made here."""

    size: int
    depth: int
    may_inline: bool
    keeps: tuple[bool, ...]
    gives_back: tuple[bool, ...]
    calls: tuple[bool, ...]
    makes: tuple[bool, ...]

    def is_gainful(self) -> bool:
        """Return whether a gain may justify inlining it."""
        return self.may_inline and self.size <= GAINFUL_SIZE


_LOOKED_INTO: dict[type, Callable[[Instruction], tuple[Operand, ...]]] = {
    LoadField: lambda operation: (),
    Length: lambda operation: (),
    LoadElement: lambda operation: (),
    CheckIndex: lambda operation: (),
    Compare: lambda operation: (),
    StoreField: lambda operation: (operation.value,),  # type: ignore[union-attr]
    StoreElement: lambda operation: (operation.value,),  # type: ignore[union-attr]
    ClearElement: lambda operation: (),
    CallClosure: lambda operation: operation.arguments,  # type: ignore[union-attr]
    LoadTable: lambda operation: (),
}
"""The instructions that only access an operand, and the operands that they keep nevertheless."""


def size_of(operation: Instruction | Terminator) -> int:
    """Return the size of an instruction: moves and jumps cost almost nothing."""
    return 0 if type(operation) is Move or type(operation) is Jump else 1


def depth_of(operation: Instruction) -> int:
    """Return how many calls an instruction was inlined through."""
    location = operation.location
    if location is None or location.caller is None:
        return 0
    return sum(1 for _ in location.places()) - 1


def summarize_callee(function: Function, summaries: Mapping[str, Summary], is_recursive: bool) -> Summary:
    """Summarize a function whose callees are summarized."""
    size = depth = 0
    may_inline = not is_recursive and not function.inline_never and len(function.blocks) <= MAX_BLOCKS
    kept: set[Operand] = set()
    given_back: set[Operand] = set()
    called: set[Operand] = set()
    makers: dict[Register, int] = {}
    returns: list[Return] = []
    for block in function.blocks:
        for instruction in block.instructions:
            size += size_of(instruction)
            depth = max(depth, depth_of(instruction))
            kind = type(instruction)
            if kind is CallExtern:
                may_inline = False
            elif kind is CallClosure:
                called.add(instruction.closure)  # type: ignore[union-attr]
            elif kind is LoadTable:
                called.add(instruction.table)  # type: ignore[union-attr]
            elif kind is AllocateObject:
                made: Register = instruction.dest  # type: ignore[union-attr, assignment]
                makers[made] = makers.get(made, 0) + 1
            if isinstance(instruction, Call):
                kept.update(_kept_arguments(instruction, summaries))
            elif kind in _LOOKED_INTO:
                kept.update(_LOOKED_INTO[kind](instruction))
            else:
                kept.update(READS[kind](instruction))
                if kind is not AllocateObject:
                    for register in WRITES[kind](instruction):
                        makers.pop(register, None)
        terminator = block.terminator
        if terminator is None:
            continue
        size += size_of(terminator)
        if isinstance(terminator, Return):
            returns.append(terminator)
            given_back.update(terminator.values)
    parameters = function.parameters
    return Summary(
        size,
        depth,
        may_inline,
        tuple([parameter in kept for parameter in parameters]),
        tuple([parameter in given_back for parameter in parameters]),
        tuple([parameter in called for parameter in parameters]),
        tuple(
            [
                bool(returns) and all(makers.get(held.values[index]) == 1 for held in returns)  # type: ignore[arg-type]
                for index in range(len(function.results))
            ]
        ),
    )


def _kept_arguments(call: Call, summaries: Mapping[str, Summary]) -> list[Operand]:
    summary = summaries.get(call.callee)
    if summary is None:
        return list(call.arguments)
    return [
        argument
        for argument, keeps, gives_back in zip(call.arguments, summary.keeps, summary.gives_back, strict=True)
        if keeps or gives_back
    ]


def leaving_registers(
    function: Function, summaries: Mapping[str, Summary], code_of: Callable[[Operand], str | None]
) -> set[Operand]:
    """Return the references whose object may leave the function or is needed by a callee that is not inlined."""
    leaving: set[Operand] = set()
    moves: list[tuple[Operand, Register]] = []
    for block in function.blocks:
        for instruction in block.instructions:
            kind = type(instruction)
            if isinstance(instruction, Move):
                if instruction.dest.type is IRType.REF:
                    moves.append((instruction.source, instruction.dest))
            elif isinstance(instruction, Call):
                _follow_call(instruction.callee, instruction.arguments, instruction.dests, summaries, leaving, moves)
            elif isinstance(instruction, CallClosure):
                code = code_of(instruction.closure)
                if code is not None:
                    arguments = (instruction.closure, *instruction.arguments)
                    _follow_call(code, arguments, instruction.dests, summaries, leaving, moves)
                else:
                    leaving.add(instruction.closure)
                    leaving.update(instruction.arguments)
            elif kind in _LOOKED_INTO:
                leaving.update(_LOOKED_INTO[kind](instruction))
            else:
                leaving.update(READS[kind](instruction))
        if isinstance(block.terminator, Return):
            leaving.update(block.terminator.values)
    changed = True
    while changed:
        changed = False
        for source, dest in moves:
            if dest in leaving and source not in leaving:
                leaving.add(source)
                changed = True
    return leaving


def _follow_call(
    callee: str,
    arguments: tuple[Operand, ...],
    dests: tuple[Register, ...],
    summaries: Mapping[str, Summary],
    leaving: set[Operand],
    moves: list[tuple[Operand, Register]],
) -> None:
    summary = summaries.get(callee)
    if summary is None or not summary.is_gainful():
        leaving.update(arguments)
        return
    for index, argument in enumerate(arguments):
        if summary.keeps[index]:
            leaving.add(argument)
        elif summary.gives_back[index]:
            moves += [(argument, dest) for dest in dests]
