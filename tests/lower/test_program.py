"""The tables are complete, output is deterministic, and what cannot be lowered says so."""

from __future__ import annotations

import typing

from tests.lower.trees import (
    Program,
    add_variants,
    binary,
    boolean,
    call,
    enum,
    evaluate,
    integer,
    let,
    local,
    lowered,
    main_of,
    new_enum,
    option_of,
    panic,
    read,
    returns,
    type_parameter,
)

from beskid.analysis import typed
from beskid.analysis.model.types import BOOL, I64, UNIT, ArrayType, EnumType, TypeParameterType
from beskid.analysis.types.intrinsics import INTRINSICS
from beskid.ir.model import Call, CallRuntime, Module
from beskid.ir.text import print_module
from beskid.ir.verify import ENTRY_SIGNATURE
from beskid.lower.bodies.handlers import HANDLERS
from beskid.lower.bodies.intrinsics import EXPANSIONS
from beskid.lower.program import LowerOptions, names_of_tests
from beskid.source.text import NO_SPAN


def test_every_expression_and_statement_has_a_handler() -> None:
    assert set(HANDLERS.expressions) == set(typing.get_args(typed.Expression))
    assert set(HANDLERS.statements) == set(typing.get_args(typed.Statement))


def test_every_intrinsic_has_an_expansion() -> None:
    assert set(EXPANSIONS) == {row.name for row in INTRINSICS}


def _generic_program() -> Module:
    program = Program()
    parameter = type_parameter("T")
    value = local("x", TypeParameterType(parameter))
    identity = program.function("Id", [value], value.type, (parameter,))
    program.body(identity, [value], [returns(read(value))])
    unused = program.function("Unused", [], UNIT)
    program.body(unused, [], [evaluate(panic("never"))])
    main = program.function("main", [], I64)
    program.body(
        main,
        [],
        [
            evaluate(call(identity, boolean(True), types=(BOOL,), type=BOOL)),
            returns(call(identity, integer(1), types=(I64,), type=I64)),
        ],
    )
    return program.lower(main)


def test_only_what_is_reached_is_lowered_once_for_each_instance() -> None:
    assert list(_generic_program().functions) == [
        "beskid_program_entry",
        "_B4Test4Main2IdI4boolE",
        "_B4Test4Main2IdI3i64E",
    ]


def test_output_is_deterministic() -> None:
    assert print_module(_generic_program()) == print_module(_generic_program())


def test_type_arguments_that_grow_without_end_are_an_error() -> None:
    program = Program()
    parameter = type_parameter("T")
    type_ = TypeParameterType(parameter)
    value = local("x", type_)
    grow = program.function("Grow", [value], UNIT, (parameter,))
    wrapped = typed.ArrayNew(NO_SPAN, ArrayType(type_), (read(value),))
    program.body(grow, [value], [evaluate(call(grow, wrapped, types=(ArrayType(type_),)))])
    main = program.function("main", [], UNIT)
    program.body(main, [], [evaluate(call(grow, integer(1), types=(I64,)))])
    (diagnostic,) = program.refusals(main)
    assert diagnostic.code == "E2013"
    assert diagnostic.help


def test_an_enum_that_grows_without_end_is_an_error() -> None:
    parameter = type_parameter("T")
    symbol = enum("Grow", {}, (parameter,))
    add_variants(symbol, {"End": (), "More": (EnumType(symbol, (ArrayType(TypeParameterType(parameter)),)),)})
    program = Program()
    main = program.function("main", [], UNIT)
    program.body(main, [], [evaluate(new_enum(EnumType(symbol, (I64,)), "End"))])
    (diagnostic,) = program.refusals(main)
    assert diagnostic.code == "E2013"
    assert "`Grow<i64>`" in diagnostic.message


def test_a_library_has_no_entry() -> None:
    program = Program()
    module = lowered(typed.TypedProgram(None, (), program.bodies.__getitem__))
    assert module.entry is None
    assert module.functions == {}


def test_tests_are_entries_if_requested() -> None:
    program = Program()
    test = program.function("adds", [], UNIT)
    test.is_test = True
    whole = typed.TypedProgram(None, (test,), program.bodies.__getitem__)
    assert lowered(whole).functions == {}
    module = lowered(whole, LowerOptions(tests=True))
    (name,) = names_of_tests(whole)
    assert name == "_B4Test4MainT4adds"
    assert module.functions[name].signature() == ENTRY_SIGNATURE
    assert module.entry is None


def test_a_call_that_never_returns_ends_its_block() -> None:
    module = main_of(evaluate(panic("a")), returns(binary("+", integer(1), panic("b"))))
    (only,) = module.functions["beskid_program_entry"].blocks
    assert [type(i) for i in only.instructions] == [CallRuntime]


def test_large_functions_are_never_inlined() -> None:
    small = main_of(returns(integer(1)))
    assert not small.functions["beskid_program_entry"].inline_never
    number = local("n", I64, assigned=True)
    large = main_of(
        let(number, integer(1)),
        *[
            evaluate(typed.Assign(NO_SPAN, I64, typed.LocalPlace(NO_SPAN, I64, number), "+", integer(i)))
            for i in range(300)
        ],
        returns(read(number)),
    )
    assert large.functions["beskid_program_entry"].inline_never


def test_nothing_after_a_diverging_statement_is_lowered() -> None:
    program = Program()
    unreachable = program.function("Behind", [], UNIT)
    program.body(unreachable, [], [])
    main = program.function("main", [], UNIT)
    program.body(main, [], [returns(), evaluate(call(unreachable))])
    module = program.lower(main)
    assert list(module.functions) == ["beskid_program_entry"]
    blocks = module.functions["beskid_program_entry"].blocks
    assert not any(isinstance(i, Call) for b in blocks for i in b.instructions)


def test_an_option_of_a_reference_takes_one_register() -> None:
    program = Program()
    option = option_of(ArrayType(I64))
    parameter = local("x", option)
    function = program.function("Take", [parameter], option)
    program.body(function, [parameter], [returns(read(parameter))])
    main = program.function("main", [], UNIT)
    program.body(main, [], [evaluate(call(function, new_enum(option, "None")))])
    signature = program.lower(main).functions["_B4Test4Main4Take"].signature()
    assert (len(signature.parameters), len(signature.results)) == (1, 1)


def test_a_chain_of_operators_may_be_long() -> None:
    total = read(number := local("n", I64, assigned=True))
    for _ in range(5_000):
        total = binary("+", total, integer(1))
    assert main_of(let(number, integer(0)), returns(total)).entry is not None
