"""Random expressions: what lowered code computes is what decisions L2 and L4 say, as plain Python restates them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.example_counts import examples
from tests.lower.execute import execute
from tests.lower.trees import (
    arm,
    assign,
    binary,
    binding,
    evaluate,
    integer,
    intrinsic,
    let,
    literal,
    local,
    main_of,
    match,
    new_enum,
    option_of,
    read,
    string,
    variant_pattern,
    wildcard,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.types import (
    BOOL,
    I8,
    I16,
    I32,
    I64,
    STRING,
    U8,
    U16,
    U32,
    U64,
    UNIT,
    PrimitiveType,
    Type,
)
from beskid.base.node import value
from beskid.source.text import NO_SPAN

INTEGERS = (I8, I16, I32, I64, U8, U16, U32, U64)


@value
class Sample:
    """An expression and the number it is."""

    tree: typed.Expression
    number: int


def wrapped(number: int, type: PrimitiveType) -> int:
    """The number as a value of the type."""
    number &= (1 << type.bits) - 1
    return number - (1 << type.bits) if type.is_signed and number >> (type.bits - 1) else number


def operation(operator: str, type: PrimitiveType, left: int, right: int) -> int | None:
    """The result, or None where the language panics."""
    match operator:
        case "+":
            return wrapped(left + right, type)
        case "-":
            return wrapped(left - right, type)
        case "*":
            return wrapped(left * right, type)
        case "&":
            return wrapped(left & right, type)
        case "|":
            return wrapped(left | right, type)
        case "^":
            return wrapped(left ^ right, type)
        case "<<":
            return wrapped(left << (right % type.bits), type)
        case ">>":
            return wrapped(left >> (right % type.bits), type)
        case _:
            return _divided(operator, type, left, right)


def _divided(operator: str, type: PrimitiveType, left: int, right: int) -> int | None:
    if right == 0:
        return None
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    if wrapped(quotient, type) != quotient:
        return None
    return quotient if operator == "/" else left - quotient * right


@st.composite
def samples(draw: st.DrawFn, type: PrimitiveType, depth: int) -> Sample:
    """An expression of an integer type."""
    shape = draw(st.sampled_from(["constant", "constant", "operation", "convert", "unary", "match", "choice"]))
    if depth == 0 or shape == "constant":
        number = wrapped(draw(st.integers(-(1 << 63), (1 << 64) - 1) | st.integers(-3, 3)), type)
        return Sample(integer(number, type), number)
    if shape == "convert":
        source = draw(st.sampled_from(INTEGERS))
        inner = draw(samples(source, depth - 1))
        return Sample(typed.Convert(NO_SPAN, type, inner.tree), wrapped(inner.number, type))
    if shape == "unary":
        inner = draw(samples(type, depth - 1))
        operator = draw(st.sampled_from("-~"))
        number = -inner.number if operator == "-" else ~inner.number
        return Sample(typed.Unary(NO_SPAN, type, operator, inner.tree), wrapped(number, type))
    if shape == "match":
        return draw(matches(type, depth))
    left, right = draw(samples(type, depth - 1)), draw(samples(type, depth - 1))
    if shape == "choice":
        return draw(choices(type, left, right))
    operators = ("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>")
    operator = draw(st.sampled_from(operators))
    number_or_panic = operation(operator, type, left.number, right.number)
    if number_or_panic is None:
        return left
    return Sample(binary(operator, left.tree, right.tree), number_or_panic)


@st.composite
def choices(draw: st.DrawFn, type: PrimitiveType, left: Sample, right: Sample) -> Sample:
    """A match on a comparison of two numbers."""
    operator = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
    holds = {
        "<": left.number < right.number,
        "<=": left.number <= right.number,
        ">": left.number > right.number,
        ">=": left.number >= right.number,
        "==": left.number == right.number,
        "!=": left.number != right.number,
    }[operator]
    condition = binary(operator, left.tree, right.tree)
    tree = match(condition, type, arm(literal(True, BOOL), left.tree), arm(literal(False, BOOL), right.tree))
    return Sample(tree, left.number if holds else right.number)


@st.composite
def matches(draw: st.DrawFn, type: PrimitiveType, depth: int) -> Sample:
    """A match on an option of a number, with a literal, a guard and a binding."""
    scrutinee, other = draw(samples(type, depth - 1)), draw(samples(type, depth - 1))
    wanted = draw(st.just(scrutinee.number) | st.just(other.number))
    option = option_of(type)
    bound, guarded = local("bound", type), local("guarded", type)
    is_some = draw(st.booleans())
    variant = new_enum(option, "Some", scrutinee.tree) if is_some else new_enum(option, "None")
    tree = match(
        variant,
        type,
        arm(variant_pattern(option, "Some", literal(wanted, type)), integer(1, type)),
        arm(
            variant_pattern(option, "Some", binding(guarded)),
            binary("+", read(guarded), integer(1, type)),
            binary("<", read(guarded), integer(5, type)),
        ),
        arm(variant_pattern(option, "Some", binding(bound)), read(bound)),
        arm(wildcard(option), other.tree),
    )
    if not is_some:
        return Sample(tree, other.number)
    if scrutinee.number == wanted:
        return Sample(tree, 1)
    if scrutinee.number < 5:
        return Sample(tree, wrapped(scrutinee.number + 1, type))
    return Sample(tree, scrutinee.number)


@st.composite
def typed_samples(draw: st.DrawFn) -> tuple[Type, Sample]:
    type = draw(st.sampled_from(INTEGERS))
    return type, draw(samples(type, 4))


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(typed_samples(), min_size=1, max_size=6))
def test_expressions_compute_what_the_language_says(drawn: list[tuple[Type, Sample]]) -> None:
    statements: list[typed.Statement] = []
    for position, (type, sample) in enumerate(drawn):
        variable = local(f"v{position}", type, assigned=True)
        statements.append(let(variable, integer(0, type)))
        statements.append(evaluate(assign(variable, sample.tree)))
        statements.append(write(binary("+", intrinsic("__form", STRING, read(variable)), string(" "))))
    outcome = execute(main_of(*statements, result=UNIT))
    assert outcome.errors == ""
    assert outcome.output.split() == [str(sample.number) for _, sample in drawn]
