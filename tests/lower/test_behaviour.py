"""What lowered programs do, construct by construct."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.trees import (
    RESULT,
    Program,
    add_variants,
    arm,
    assign,
    binary,
    binding,
    block,
    boolean,
    builtin,
    call,
    enum,
    evaluate,
    integer,
    intrinsic,
    let,
    literal,
    local,
    main_of,
    match,
    new_enum,
    new_struct,
    option_of,
    panic,
    read,
    result_of,
    returns,
    string,
    stringify,
    struct,
    type_parameter,
    variant_pattern,
    wildcard,
    write,
)

from beskid.analysis import typed
from beskid.analysis.types.model import (
    BOOL,
    CHAR,
    F32,
    F64,
    I8,
    I32,
    I64,
    STRING,
    U8,
    U32,
    U64,
    UNIT,
    ArrayType,
    EnumType,
    FunctionType,
    StructType,
    Type,
    TypeParameterType,
)
from beskid.ir.model import ConcatStrings
from beskid.source.text import NO_SPAN


def printed(*statements: typed.Statement) -> str:
    """What a main of these statements prints; it must end well."""
    outcome = execute(main_of(*statements, result=UNIT))
    assert (outcome.status, outcome.errors) == (0, ""), outcome
    return outcome.output


def form(value: typed.Expression) -> typed.Expression:
    return intrinsic("__form", STRING, value)


def show(*values: typed.Expression) -> str:
    """The printed forms of values, separated by spaces; strings are quoted."""
    return printed(*[write(binary("+", form(value), string(" "))) for value in values]).removesuffix(" ")


def hide(value: typed.Expression, name: str = "hidden") -> tuple[typed.Statement, typed.Expression]:
    """A variable that holds the value, so that nothing is folded."""
    symbol = local(name, value.type, assigned=True)
    return let(symbol, value), read(symbol)


def shown(operator: str, left: typed.Expression, right: typed.Expression) -> str:
    """The form of an operation on two variables."""
    first, one = hide(left)
    second, other = hide(right)
    return printed(first, second, write(form(binary(operator, one, other))))


def convert(value: typed.Expression, type: Type) -> typed.Expression:
    return typed.Convert(NO_SPAN, type, value)


def float_value(number: float, type: Type = F64) -> typed.Expression:
    return typed.FloatValue(NO_SPAN, type, number)


# Arithmetic -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "type", "left", "right", "result"),
    [
        ("+", I8, 127, 1, "-128"),
        ("+", U8, 255, 1, "0"),
        ("-", U32, 0, 1, "4294967295"),
        ("*", I64, 1 << 62, 4, "0"),
        ("/", I32, -7, 2, "-3"),
        ("%", I32, -7, 2, "-1"),
        ("/", U8, 255, 2, "127"),
        (">>", I8, -128, 1, "-64"),
        (">>", U8, 128, 1, "64"),
        ("<<", I32, 1, 33, "2"),
        ("&", U64, (1 << 64) - 1, 1 << 63, "9223372036854775808"),
        ("<", I8, -1, 1, "true"),
        ("<", U8, 255, 1, "false"),
        (">=", U64, 1 << 63, 1, "true"),
        ("==", I64, 4, 4, "true"),
        ("!=", I64, 4, 4, "false"),
    ],
)
def test_integer_operations(operator: str, type: Type, left: int, right: int, result: str) -> None:
    assert shown(operator, integer(left, type), integer(right, type)) == result


def test_floats_follow_ieee() -> None:
    nan = float_value(float("nan"))
    assert shown("!=", nan, nan) == "true"
    assert shown("==", nan, nan) == "false"
    assert shown("%", float_value(7.5), float_value(2.0)) == "1.5"
    assert shown("/", float_value(1.0), float_value(0.0)) == "inf"
    assert shown("+", float_value(0.1, F32), float_value(0.2, F32)) == "0.3"


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (300, I64, U8, "44"),
        (-1, I32, U64, "18446744073709551615"),
        (200, U8, I8, "-56"),
        (200, U8, I64, "200"),
        (65, U8, CHAR, "A"),
        (0x1F600, I32, CHAR, "😀"),
        (66, CHAR, I32, "66"),
        (3, I32, F64, "3.0"),
        ((1 << 64) - 1, U64, F64, "18446744073709552000.0"),
    ],
)
def test_conversions_of_integers(value: int, source: Type, target: Type, result: str) -> None:
    hidden, operand = hide(integer(value, source))
    assert printed(hidden, write(form(convert(operand, target)))) == result
    assert show(convert(integer(value, source), target)) == result


@pytest.mark.parametrize(
    ("value", "target", "result"),
    [
        (1e30, I8, "127"),
        (-1e30, I64, "-9223372036854775808"),
        (-1.0, U8, "0"),
        (3.99, I32, "3"),
        (float("nan"), I32, "0"),
    ],
)
def test_floats_to_integers_saturate(value: float, target: Type, result: str) -> None:
    hidden, operand = hide(float_value(value))
    assert printed(hidden, write(form(convert(operand, target)))) == result


@pytest.mark.parametrize("value", [-1, 0xD800, 0xDFFF, 0x110000])
def test_what_is_no_scalar_value_panics_as_char(value: int) -> None:
    hidden, operand = hide(integer(value))
    for number in (operand, integer(value)):
        outcome = execute(main_of(hidden, write(stringify(convert(number, CHAR))), result=UNIT))
        assert outcome.status == 101
        assert outcome.errors.splitlines() == ["panic: invalid char value", "  at test.bd:1:1 in Main.main"]


# Order of evaluation ------------------------------------------------------------------------------------------------


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


# Loops --------------------------------------------------------------------------------------------------------------


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


def test_for_over_a_string_gives_characters() -> None:
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


# Enums and match ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "value", "expected"),
    [
        (I64, integer(-3), "Option::Some(-3)"),
        (I8, integer(-3, I8), "Option::Some(-3)"),
        (U8, integer(200, U8), "Option::Some(200)"),
        (BOOL, boolean(True), "Option::Some(true)"),
        (F64, float_value(-2.5), "Option::Some(-2.5)"),
        (F32, float_value(0.1, F32), "Option::Some(0.1)"),
        (CHAR, integer(0x20AC, CHAR), "Option::Some(€)"),
        (STRING, string('a"b'), 'Option::Some("a\\"b")'),
        (UNIT, typed.UnitValue(NO_SPAN, UNIT), "Option::Some(unit)"),
        (option_of(I64), new_enum(option_of(I64), "Some", integer(1)), "Option::Some(Option::Some(1))"),
        (option_of(STRING), new_enum(option_of(STRING), "None"), "Option::Some(Option::None)"),
        (
            result_of(I64, STRING),
            new_enum(result_of(I64, STRING), "Error", string("e")),
            'Option::Some(Result::Error("e"))',
        ),
    ],
)
def test_payloads_of_every_kind(payload: Type, value: typed.Expression, expected: str) -> None:
    option = option_of(payload)
    hidden, kept = hide(new_enum(option, "Some", value))
    empty, none = hide(new_enum(option, "None"))
    assert (
        printed(
            hidden,
            empty,
            write(form(kept)),
            write(form(none)),
            write(form(binary("==", kept, kept))),
            write(form(binary("==", kept, none))),
            write(form(binary("!=", none, none))),
            write(form(binary("==", intrinsic("__hash", I64, kept), intrinsic("__hash", I64, kept)))),
        )
        == f"{expected}Option::Nonetruefalsefalsetrue"
    )


def test_a_recursive_enum() -> None:
    symbol = enum("List", {})
    list_ = EnumType(symbol)
    add_variants(symbol, {"Nil": (), "Cons": (I64, list_)})
    nil = new_enum(list_, "Nil")
    first, one = hide(new_enum(list_, "Cons", integer(1), new_enum(list_, "Cons", integer(2), nil)))
    second, other = hide(new_enum(list_, "Cons", integer(1), new_enum(list_, "Cons", integer(3), nil)))
    assert (
        printed(
            first, second, write(form(one)), write(form(binary("==", one, one))), write(form(binary("==", one, other)))
        )
        == "List::Cons(1, List::Cons(2, List::Nil))truefalse"
    )


def _match_text(scrutinee: typed.Expression, *arms: typed.MatchArm) -> str:
    hidden, value = hide(scrutinee)
    return printed(hidden, write(match(value, STRING, *arms)))


@pytest.mark.parametrize(("number", "expected"), [(1, "one"), (2, "few"), (3, "few"), (7, "big 7"), (4, "other")])
def test_integers_and_guards(number: int, expected: str) -> None:
    bound = local("n", I64)
    big = binary("+", string("big "), stringify(read(bound)))
    assert (
        _match_text(
            integer(number),
            arm(literal(1, I64), string("one")),
            arm(literal(2, I64), string("few")),
            arm(literal(3, I64), string("few")),
            arm(binding(bound), big, binary(">", read(bound), integer(5))),
            arm(wildcard(I64), string("other")),
        )
        == expected
    )


@pytest.mark.parametrize(("value", "expected"), [("a", "1"), ("bb", "2"), ("", "0"), ("x", "-")])
def test_strings(value: str, expected: str) -> None:
    assert (
        _match_text(
            string(value),
            arm(literal("a", STRING), string("1")),
            arm(literal("bb", STRING), string("2")),
            arm(literal("", STRING), string("0")),
            arm(wildcard(STRING), string("-")),
        )
        == expected
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", "0"), ("ab", "1"), ("cd", "2"), ("ß", "3"), ("abc", "4"), ("abd", "-"), ("ce", "-"), ("abcd", "-")],
)
def test_many_strings_are_told_apart_by_length_first(value: str, expected: str) -> None:
    words = ["", "ab", "cd", "ß", "abc"]
    arms = [arm(literal(word, STRING), string(str(position))) for position, word in enumerate(words)]
    assert _match_text(string(value), *arms, arm(wildcard(STRING), string("-"))) == expected


PAIR = enum("Pair", {"Both": (option_of(I64), option_of(STRING)), "Neither": ()})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (new_enum(EnumType(PAIR), "Neither"), "neither"),
        (
            new_enum(
                EnumType(PAIR),
                "Both",
                new_enum(option_of(I64), "Some", integer(1)),
                new_enum(option_of(STRING), "None"),
            ),
            "number 1",
        ),
        (
            new_enum(
                EnumType(PAIR),
                "Both",
                new_enum(option_of(I64), "Some", integer(9)),
                new_enum(option_of(STRING), "Some", string("s")),
            ),
            "9s",
        ),
        (
            new_enum(
                EnumType(PAIR),
                "Both",
                new_enum(option_of(I64), "None"),
                new_enum(option_of(STRING), "Some", string("t")),
            ),
            "text t",
        ),
        (
            new_enum(EnumType(PAIR), "Both", new_enum(option_of(I64), "None"), new_enum(option_of(STRING), "None")),
            "neither",
        ),
    ],
)
def test_nested_patterns(value: typed.Expression, expected: str) -> None:
    pair, number, text = EnumType(PAIR), option_of(I64), option_of(STRING)
    n1, s1, n2, s2 = local("n", I64), local("s", STRING), local("n", I64), local("s", STRING)
    some_n, some_s = variant_pattern(number, "Some", binding(n1)), variant_pattern(text, "Some", binding(s1))
    only_n = variant_pattern(number, "Some", binding(n2))
    assert (
        _match_text(
            value,
            arm(variant_pattern(pair, "Both", some_n, some_s), binary("+", stringify(read(n1)), read(s1))),
            arm(
                variant_pattern(pair, "Both", wildcard(number), variant_pattern(text, "Some", binding(s2))),
                binary("+", string("text "), read(s2)),
            ),
            arm(
                variant_pattern(pair, "Both", only_n, wildcard(text)),
                binary("+", string("number "), stringify(read(n2))),
            ),
            arm(wildcard(pair), string("neither")),
        )
        == expected
    )


@pytest.mark.parametrize("propagates", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_try(propagates: bool, fails: bool) -> None:
    program = Program()
    inner, outer = result_of(I64, STRING), result_of(STRING, STRING)
    source = new_enum(inner, "Error", string("bad")) if fails else new_enum(inner, "Ok", integer(4))
    variants = RESULT.variants
    attempt = typed.Try(NO_SPAN, I64, source, variants["Ok"], variants["Error"], propagates, outer)
    made = program.function("Make", [], outer)
    program.body(made, [], [returns(new_enum(outer, "Ok", stringify(attempt)))])
    main = program.function("main", [], UNIT)
    program.body(main, [], [write(form(call(made)))])
    outcome = execute(program.lower(main))
    if fails and not propagates:
        assert outcome.errors.startswith("panic: try expression propagated error\n")
        assert outcome.status == 101
    else:
        assert outcome.output == ('Result::Error("bad")' if fails else 'Result::Ok("4")')


# Objects ------------------------------------------------------------------------------------------------------------


def test_structs_are_shared_and_their_fields_assignable() -> None:
    kind = StructType(struct("Point", {"x": I8, "name": STRING, "next": option_of(I64)}))
    first, second = local("a", kind), local("b", kind)
    some = new_enum(option_of(I64), "Some", integer(3))
    made = new_struct(kind, name=string("p"), x=integer(1, I8), next=some)
    place = typed.FieldPlace(NO_SPAN, I8, read(second), kind.symbol.fields["x"])
    assert (
        printed(
            let(first, made),
            let(second, read(first)),
            evaluate(typed.Assign(NO_SPAN, I8, place, "+", integer(4, I8))),
            write(form(read(first))),
            write(form(binary("==", read(first), read(second)))),
            write(form(binary("==", read(first), made))),
        )
        == 'Point { x: 5, name: "p", next: Option::Some(3) }truefalse'
    )


def test_equatable_decides_equality() -> None:
    program = Program()
    kind = StructType(struct("Id", {"n": I64}))
    contract = StructType(struct("Equatable", {}))
    kind.symbol.conformances = (contract,)  # type: ignore[assignment]
    this, other = local("this", kind), local("other", kind)
    field = kind.symbol.fields["n"]
    equals = program.function("Equals", [this, other], BOOL, receiver=kind)
    same = binary(
        "==",
        typed.FieldRead(NO_SPAN, I64, read(this), field),
        typed.FieldRead(NO_SPAN, I64, read(other), field),
    )
    program.body(equals, [this, other], [returns(same)])
    kind.symbol.methods["Equals"] = equals
    option = option_of(kind)
    one, two = new_struct(kind, n=integer(1)), new_struct(kind, n=integer(1))
    main = program.function("main", [], UNIT)
    program.body(
        main,
        [],
        [
            write(form(binary("==", one, two))),
            write(form(binary("===", one, two))),
            write(form(binary("==", new_enum(option, "Some", one), new_enum(option, "Some", two)))),
        ],
    )
    assert execute(program.lower(main)).output == "truefalsetrue"


def test_an_index_out_of_range_panics_with_its_place() -> None:
    array = local("array", ArrayType(BOOL))
    access = typed.IndexRead(NO_SPAN, BOOL, read(array), integer(255, U8))
    filled = intrinsic("__array_filled", ArrayType(BOOL), integer(3), boolean(True), types=(BOOL,))
    outcome = execute(main_of(let(array, filled), write(form(read(array))), evaluate(access), result=UNIT))
    assert outcome.output == "[true, true, true]"
    assert outcome.errors.splitlines() == [
        "panic: index out of range: the length is 3 but the index is 255",
        "  at test.bd:1:1 in Main.main",
    ]


def test_bytes_of_a_string() -> None:
    assert show(typed.IndexRead(NO_SPAN, U8, string("ß"), integer(0))) == "195"


def test_an_array_of_wide_elements() -> None:
    kind = result_of(I64, STRING)
    ok, error = new_enum(kind, "Ok", integer(7)), new_enum(kind, "Error", string("e"))
    array = local("array", ArrayType(kind))
    place = typed.IndexPlace(NO_SPAN, kind, read(array), integer(0))
    assert (
        printed(
            let(array, typed.ArrayNew(NO_SPAN, ArrayType(kind), (ok, error))),
            evaluate(typed.Assign(NO_SPAN, kind, place, "", typed.IndexRead(NO_SPAN, kind, read(array), integer(1)))),
            write(form(read(array))),
            write(form(intrinsic("__array_len", I64, read(array)))),
        )
        == '[Result::Error("e"), Result::Error("e")]2'
    )


def test_forms_end_at_depth_eight() -> None:
    kind: Type = I64
    value = integer(1)
    for _ in range(9):
        kind = ArrayType(kind)
        value = typed.ArrayNew(NO_SPAN, kind, (value,))
    assert show(value) == "[" * 8 + "…" + "]" * 8


# Functions ----------------------------------------------------------------------------------------------------------


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


# Strings ------------------------------------------------------------------------------------------------------------


def test_concatenation_is_one_operation() -> None:
    hidden, value = hide(string("x"))
    chain = binary("+", binary("+", binary("+", string("a"), string("b")), value), string(""))
    whole = typed.Interpolation(NO_SPAN, STRING, (chain, stringify(integer(5)), stringify(boolean(False)), value))
    module = main_of(hidden, write(whole), result=UNIT)
    (block_, *_) = module.functions["beskid_program_entry"].blocks
    parts = [len(i.parts) for i in block_.instructions if isinstance(i, ConcatStrings)]
    assert parts == [4]
    assert execute(module).output == "abx5falsex"


# The entry ----------------------------------------------------------------------------------------------------------


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
