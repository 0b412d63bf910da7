"""What lowered programs do: order of evaluation and loops (`language.md` §5, decision L12)."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.observe import form, hide, printed
from tests.lower.trees import (
    Program,
    assign,
    binary,
    block,
    boolean,
    call,
    evaluate,
    integer,
    let,
    local,
    main_of,
    new_enum,
    new_struct,
    option_of,
    panic,
    read,
    returns,
    string,
    struct,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    I8,
    I64,
    U8,
    UNIT,
    ArrayType,
    StructType,
    Type,
)
from beskid.source.text import NO_SPAN


def test_a_left_operand_keeps_its_value_when_the_right_one_assigns() -> None:
    number = local("n", I64, assigned=True)
    sum_ = binary("+", read(number), assign(number, integer(10)))
    assert printed(let(number, integer(1)), write(form(sum_)), write(form(read(number)))) == "1110"


def test_an_immutable_local_is_a_copy_of_a_variable() -> None:
    number, copy = local("n", I64, assigned=True), local("copy", I64)
    text = printed(
        let(number, integer(1)), let(copy, read(number)), evaluate(assign(number, integer(2))), write(form(read(copy)))
    )
    assert text == "1"


def test_a_compound_assignment_reads_its_place_first() -> None:
    number = local("n", I64, assigned=True)
    text = printed(
        let(number, integer(5)),
        evaluate(assign(number, assign(number, integer(100)), "+")),
        write(form(read(number))),
    )
    assert text == "105"


def test_short_circuit() -> None:
    yes, no = boolean(True), boolean(False)
    hidden, flag = hide(no)
    assert (
        printed(
            hidden,
            write(form(typed.Logical(NO_SPAN, BOOL, "&&", flag, panic("evaluated")))),
            write(form(typed.Logical(NO_SPAN, BOOL, "||", typed.Unary(NO_SPAN, BOOL, "!", flag), panic("evaluated")))),
            write(form(typed.Logical(NO_SPAN, BOOL, "&&", yes, flag))),
        )
        == "falsetruefalse"
    )


def test_a_place_is_evaluated_once() -> None:
    numbers = local("numbers", ArrayType(I64))
    at = local("at", I64, assigned=True)
    place = typed.IndexPlace(NO_SPAN, I64, read(numbers), assign(at, integer(1), "+"))
    add = typed.Assign(NO_SPAN, I64, place, "+", integer(5))
    assert (
        printed(
            let(numbers, typed.ArrayNew(NO_SPAN, ArrayType(I64), (integer(1), integer(2), integer(3)))),
            let(at, integer(0)),
            evaluate(add),
            write(form(read(numbers))),
            write(form(read(at))),
        )
        == "[1, 7, 3]1"
    )


@pytest.mark.parametrize("is_constant", [True, False])
@pytest.mark.parametrize(
    ("type", "start", "end", "step", "result"),
    [
        (I64, 0, 3, None, "012"),
        (I64, 3, 3, None, ""),
        (I64, 5, 1, None, ""),
        (I64, 0, 7, 3, "036"),
        (I64, 0, 6, 3, "03"),
        (I64, 6, 0, -3, "63"),
        (I64, 0, 6, -1, ""),
        (I8, 125, 127, 1, "125126"),
        (I8, 100, 127, 20, "100120"),
        (I8, -100, -128, -20, "-100-120"),
        (I8, 0, -128, -128, "0"),
        (U8, 250, 255, 2, "250252254"),
        (U8, 0, 255, 200, "0200"),
    ],
)
def test_ranges(type: Type, start: int, end: int, step: int | None, result: str, is_constant: bool) -> None:
    counter = local("i", type)
    hidden, stride = hide(integer(step if step is not None else 1, type))
    by = None if step is None else integer(step, type) if is_constant else stride
    loop = typed.ForRange(
        NO_SPAN, counter, integer(start, type), integer(end, type), by, block(write(form(read(counter))))
    )
    assert printed(hidden, loop) == result


def test_a_step_of_zero_panics() -> None:
    hidden, step = hide(integer(0))
    loop = typed.ForRange(NO_SPAN, local("i", I64), integer(0), integer(1), step, block())
    assert execute(main_of(hidden, loop, result=UNIT)).errors.startswith("panic: range step is zero\n")


def _unless_even(counter: typed.Expression, *statements: typed.Statement) -> tuple[typed.Statement, ...]:
    is_even = binary("==", binary("%", counter, integer(2)), integer(0))
    return (typed.If(NO_SPAN, is_even, block(typed.Continue(NO_SPAN)), None), *statements)


def test_continue_goes_on_and_break_leaves() -> None:
    counter = local("i", I64)
    body = _unless_even(
        read(counter),
        typed.If(NO_SPAN, binary(">", read(counter), integer(6)), block(typed.Break(NO_SPAN)), None),
        write(form(read(counter))),
    )
    assert printed(typed.ForRange(NO_SPAN, counter, integer(0), integer(100), None, block(*body))) == "135"


def test_while() -> None:
    number = local("n", I64, assigned=True)
    loop = typed.While(
        NO_SPAN,
        typed.Logical(
            NO_SPAN, BOOL, "&&", binary("<", read(number), integer(9)), binary("!=", read(number), integer(6))
        ),
        block(evaluate(assign(number, integer(2), "+")), write(form(read(number)))),
    )
    assert printed(let(number, integer(0)), loop) == "246"


def test_for_over_an_array_sees_writes_of_elements() -> None:
    array, element = local("array", ArrayType(I64)), local("x", I64)
    place = typed.IndexPlace(NO_SPAN, I64, read(array), integer(2))
    loop = typed.ForArray(
        NO_SPAN,
        element,
        read(array),
        block(write(form(read(element))), evaluate(typed.Assign(NO_SPAN, I64, place, "", integer(9)))),
    )
    numbers = typed.ArrayNew(NO_SPAN, ArrayType(I64), (integer(1), integer(2), integer(3)))
    assert printed(let(array, numbers), loop) == "129"


def test_for_over_a_string_yields_characters() -> None:
    char = local("c", CHAR)
    loop = typed.ForString(NO_SPAN, char, string("aß€😀"), block(write(form(read(char))), write(string("."))))
    assert printed(loop) == "a.ß.€.😀."


def test_for_over_an_iterator() -> None:
    program = Program()
    counter = StructType(struct("Counter", {"n": I64}))
    this = local("this", counter)
    field = counter.symbol.fields["n"]
    count = typed.FieldRead(NO_SPAN, I64, read(this), field)
    step = typed.Assign(NO_SPAN, I64, typed.FieldPlace(NO_SPAN, I64, read(this), field), "+", integer(1))
    option = option_of(I64)
    next_ = program.function("Next", [this], option, receiver=counter)
    program.body(
        next_,
        [this],
        [
            typed.If(NO_SPAN, binary(">", step, integer(3)), block(returns(new_enum(option, "None"))), None),
            returns(new_enum(option, "Some", count)),
        ],
    )
    iterator, element = local("iterator", counter), local("x", I64)
    main = program.function("main", [], UNIT)
    program.body(
        main,
        [],
        [
            typed.ForIterator(
                NO_SPAN,
                iterator,
                new_struct(counter, n=integer(0)),
                call(next_, read(iterator)),
                option.symbol.variants["Some"],
                element,
                block(*_unless_even(read(element), write(form(read(element))))),
            )
        ],
    )
    assert execute(program.lower(main)).output == "13"
