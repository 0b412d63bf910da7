"""What lowering writes after calls that never return, and what it may evaluate in another order."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.trees import Program, integer, local, panic, read, string

from beskid.analysis import typed
from beskid.analysis.model.types import I64, NEVER, ArrayType, FunctionType
from beskid.ir.model import Call, CallClosure, Unreachable
from beskid.lower.bodies.dispatch import may_assign
from beskid.source.text import NO_SPAN


@pytest.mark.parametrize("kind", [Call, CallClosure])
def test_a_call_of_type_never_ends_its_block(kind: type) -> None:
    program = Program()
    stop = program.function("stop", [], NEVER)
    program.body(stop, [], [typed.Evaluate(NO_SPAN, panic("stopped"))])
    held = local("held", FunctionType((), NEVER))
    callee = typed.FunctionReference(NO_SPAN, held.type, stop, ())
    made: typed.Expression = (
        typed.Call(NO_SPAN, NEVER, stop, (), ())
        if kind is Call
        else typed.ValueCall(NO_SPAN, NEVER, typed.LocalRead(NO_SPAN, held.type, held), ())
    )
    main = program.function("main", [], I64)
    program.body(main, [], [typed.Let(NO_SPAN, held, callee), typed.Return(NO_SPAN, made)])
    module = program.lower(main)
    ends = [
        type(block.terminator)
        for function in module.functions.values()
        if function.location.function.endswith("main")
        for block in function.blocks
        if any(type(step) is kind for step in block.instructions)
    ]
    assert ends == [Unreachable]
    outcome = execute(module)
    assert (outcome.status, outcome.errors.splitlines()[0]) == (101, "panic: stopped")


def test_an_array_literal_assigns_when_an_element_does() -> None:
    symbol = local("x", I64, assigned=True)
    assign = typed.Assign(NO_SPAN, I64, typed.LocalPlace(NO_SPAN, I64, symbol), "", integer(1))
    kind = ArrayType(I64)
    assert may_assign(typed.ArrayNew(NO_SPAN, kind, (integer(1), read(symbol)))) is False
    assert may_assign(typed.ArrayNew(NO_SPAN, kind, (integer(1), assign))) is True
    assert may_assign(string("x")) is False
