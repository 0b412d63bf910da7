"""What lowered programs do: calls, function values, traces, strings and the entry."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.observe import float_value, form, hide, show
from tests.lower.trees import (
    Program,
    binary,
    block,
    boolean,
    builtin,
    call,
    evaluate,
    integer,
    intrinsic,
    let,
    local,
    main_of,
    new_enum,
    option_of,
    panic,
    read,
    result_of,
    returns,
    string,
    stringify,
    type_parameter,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.types import (
    F64,
    I8,
    I32,
    I64,
    STRING,
    U8,
    UNIT,
    ArrayType,
    FunctionType,
    Type,
    TypeParameterType,
)
from beskid.ir.model import ConcatStrings
from beskid.source.text import NO_SPAN


def test_generic_functions_and_constraint_calls() -> None:
    program = Program()
    parameter = type_parameter("T")
    type_ = TypeParameterType(parameter)
    left, right = local("a", type_), local("b", type_)
    compare = program.function("Compare", [local("this", type_), local("other", type_)], I32)
    greatest = program.function("Max", [left, right], type_, (parameter,))
    order = typed.ConstraintCall(NO_SPAN, I32, compare, type_, (read(left), read(right)))
    program.body(
        greatest,
        [left, right],
        [
            typed.If(NO_SPAN, binary("<", order, integer(0, I32)), block(returns(read(right))), None),
            returns(read(left)),
        ],
    )
    main = program.function("main", [], UNIT)
    values: list[tuple[Type, typed.Expression, typed.Expression]] = [
        (U8, integer(200, U8), integer(100, U8)),
        (I8, integer(-56, I8), integer(100, I8)),
        (STRING, string("b"), string("abc")),
        (F64, float_value(1.5), float_value(-2.0)),
    ]
    program.body(
        main,
        [],
        [write(binary("+", form(call(greatest, a, b, types=(t,), type=t)), string(" "))) for t, a, b in values],
    )
    assert execute(program.lower(main)).output == '200 100 "b" 1.5 '


def test_function_values() -> None:
    program = Program()
    kind = FunctionType((I64,), I64)
    number = local("n", I64)
    double = program.function("Double", [number], I64)
    program.body(double, [number], [returns(binary("*", read(number), integer(2)))])
    argument = local("x", I64)
    square = typed.Lambda(NO_SPAN, kind, (argument,), (), block(returns(binary("*", read(argument), read(argument)))))
    one, two = local("one", kind), local("two", kind)
    main = program.function("main", [], UNIT)
    program.body(
        main,
        [],
        [
            let(one, typed.FunctionReference(NO_SPAN, kind, double, ())),
            let(two, square),
            write(form(typed.ValueCall(NO_SPAN, I64, read(one), (integer(21),)))),
            write(form(typed.ValueCall(NO_SPAN, I64, read(two), (integer(7),)))),
            write(form(binary("===", read(one), typed.FunctionReference(NO_SPAN, kind, double, ())))),
            write(form(binary("===", read(one), read(two)))),
            write(form(read(one))),
        ],
    )
    assert execute(program.lower(main)).output == "4249truefalse<function>"


def test_a_trace_names_every_caller_and_ends_at_main() -> None:
    program = Program()
    fail = program.function("Fail", [], I64)
    program.body(fail, [], [evaluate(panic("no"))])
    argument = local("x", I64)
    kind = FunctionType((I64,), I64)
    lambda_ = typed.Lambda(NO_SPAN, kind, (argument,), (), block(returns(call(fail))))
    main = program.function("main", [], UNIT)
    program.body(main, [], [evaluate(typed.ValueCall(NO_SPAN, I64, lambda_, (integer(1),)))])
    outcome = execute(program.lower(main))
    assert outcome.errors.splitlines() == [
        "panic: no",
        "  at test.bd:1:1 in Main.Fail",
        "  at test.bd:1:1 in Main.main.{lambda}",
        "  at test.bd:1:1 in Main.main",
    ]


def test_concatenation_is_one_operation() -> None:
    hidden, value = hide(string("x"))
    chain = binary("+", binary("+", binary("+", string("a"), string("b")), value), string(""))
    whole = typed.Interpolation(NO_SPAN, STRING, (chain, stringify(integer(5)), stringify(boolean(False)), value))
    module = main_of(hidden, write(whole), result=UNIT)
    (block_, *_) = module.functions["beskid_program_entry"].blocks
    parts = [len(i.parts) for i in block_.instructions if isinstance(i, ConcatStrings)]
    assert parts == [4]
    assert execute(module).output == "abx5falsex"


@pytest.mark.parametrize(
    ("result", "value", "status", "output", "errors"),
    [
        (UNIT, None, 0, "", ""),
        (I32, integer(-1, I32), 255, "-1\n", ""),
        (I64, integer(258), 2, "258\n", ""),
        (result_of(I64, STRING), new_enum(result_of(I64, STRING), "Ok", integer(3)), 3, "Result::Ok(3)\n", ""),
        (
            result_of(UNIT, STRING),
            new_enum(result_of(UNIT, STRING), "Error", string("no")),
            1,
            'Result::Error("no")\n',
            "error: no\n",
        ),
        (
            result_of(UNIT, option_of(STRING)),
            new_enum(result_of(UNIT, option_of(STRING)), "Error", new_enum(option_of(STRING), "Some", string("no"))),
            1,
            'Result::Error(Option::Some("no"))\n',
            'error: Option::Some("no")\n',
        ),
    ],
)
def test_results_of_main(result: Type, value: typed.Expression | None, status: int, output: str, errors: str) -> None:
    program = Program()
    main = program.function("main", [], result)
    program.body(main, [], [returns(value)])
    outcome = execute(program.lower(main, print_result=True))
    assert (outcome.status, outcome.output, outcome.errors) == (status, output, errors)


def test_main_may_call_itself() -> None:
    program = Program()
    parameter = local("args", ArrayType(STRING))
    main = program.function("main", [parameter], I64)
    length = intrinsic("__array_len", I64, read(parameter))
    longer = intrinsic("__array_filled", ArrayType(STRING), integer(3), string("x"))
    program.body(
        main,
        [parameter],
        [
            typed.If(NO_SPAN, binary(">", length, integer(0)), block(returns(integer(7))), None),
            returns(call(main, longer)),
        ],
    )
    assert execute(program.lower(main)).status == 7


def test_builtins_convert_kinds() -> None:
    assert show(builtin("__str_len", I64, string("abc"))) == "3"
