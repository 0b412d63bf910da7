"""What lowered programs do: enums of every form, `match` and `?`."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.observe import float_value, form, hide, printed
from tests.lower.trees import (
    RESULT,
    Program,
    add_variants,
    arm,
    binary,
    binding,
    boolean,
    call,
    enum,
    integer,
    intrinsic,
    literal,
    local,
    match,
    new_enum,
    option_of,
    read,
    result_of,
    returns,
    string,
    stringify,
    variant_pattern,
    wildcard,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    F32,
    F64,
    I8,
    I64,
    STRING,
    U8,
    UNIT,
    EnumType,
    Type,
)
from beskid.source.text import NO_SPAN


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
        assert outcome.errors.startswith("panic: error: bad\n")
        assert outcome.status == 101
    else:
        assert outcome.output == ('Result::Error("bad")' if fails else 'Result::Ok("4")')
