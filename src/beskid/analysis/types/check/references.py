"""`ref` and `out`: arguments that are places, and restrictions on such parameters (decision L14).

The call repeats the modifier and passes an assignable place of exactly the parameter's type. Inside the function, the
parameter is an ordinary local, but no lambda may capture it, and an `out` parameter has no value until it is assigned.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol, ParameterSymbol
from beskid.analysis.model.types import ERROR, Type
from beskid.analysis.model.unify import unify
from beskid.analysis.types.assigned import unassigned_places
from beskid.analysis.types.check.conversions import error_value, mismatch
from beskid.analysis.types.check.dispatch import find_place, infer
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.walk import captured_in
from beskid.source.codes import E1205, E1234, E1235, E1236, E1244
from beskid.source.diagnostics import Edit, Fix, Label
from beskid.source.text import Span
from beskid.syntax import tree


def modifiers_of(parameters: Sequence[ParameterSymbol]) -> tuple[str, ...]:
    """Return the modifiers of the parameters, or nothing when no parameter has one."""
    words = tuple([parameter.modifier for parameter in parameters])
    return words if any(words) else ()


def check_reference(checker: BodyChecker, argument: tree.Argument, type: Type, modifier: str) -> typed.Expression:
    """Check the argument of a parameter with a modifier, or an argument with a modifier that the parameter does not
    have.
    """
    if argument.modifier != modifier:
        if infer(checker, argument.value).type is not ERROR:
            _report_word(checker, argument, modifier)
        return error_value(argument.span)
    errors = len(checker.diagnostics)
    place = find_place(checker, strip_groups(argument.value), E1236)
    if place is None or place.type is ERROR or len(checker.diagnostics) > errors:
        return error_value(argument.span)
    assert not isinstance(place, typed.ItemPlace)
    if isinstance(place, typed.LocalPlace):
        place.local.is_assigned = place.local.is_read = True
    if not unify(type, place.type):
        mismatch(checker, type, place.type, argument.value.span)
        return error_value(argument.span)
    return typed.ReferenceArgument(argument.span, checker.settle(place.type), modifier, place)


def _report_word(checker: BodyChecker, argument: tree.Argument, wanted: str) -> None:
    given = argument.modifier
    start = argument.span.start
    if not wanted:
        checker.error(
            E1205,
            f"the parameter is not declared `{given}`",
            argument.span,
            f"`{given}` is not expected here",
            "pass only the value",
            (),
            (Fix("pass only the value", (Edit(checker.source, Span(start, argument.value.span.start), ""),)),),
        )
    elif given:
        checker.error(
            E1205,
            f"the parameter is declared `{wanted}`, not `{given}`",
            argument.span,
            f"expected `{wanted}`",
            f"write `{wanted} {checker.text(argument.value.span)[:40]}`",
            (),
            (Fix(f"write `{wanted}`", (Edit(checker.source, Span(start, start + len(given)), wanted),)),),
        )
    else:
        checker.error(
            E1205,
            f"missing `{wanted}` before the argument",
            argument.span,
            f"`{wanted}` is missing",
            f"write `{wanted} {checker.text(argument.value.span)[:40]}`",
            (),
            (Fix(f"write `{wanted}`", (Edit(checker.source, Span(start, start), f"{wanted} "),)),),
        )


def check_distinct(checker: BodyChecker, values: Sequence[typed.Expression]) -> None:
    """Report a local that two arguments of one call would write (E1236)."""
    seen: dict[LocalSymbol, Span] = {}
    for value in values:
        if not isinstance(value, typed.ReferenceArgument) or not isinstance(value.place, typed.LocalPlace):
            continue
        local = value.place.local
        first = seen.setdefault(local, value.span)
        if first is not value.span:
            checker.error(
                E1244,
                f"two reference arguments refer to the local `{local.name}`",
                value.span,
                "passed a second time here",
                "pass a different local",
                (Label(checker.source, first, "first passed here"),),
            )


def check_parameters(
    checker: BodyChecker, symbol: FunctionSymbol, locals: Sequence[LocalSymbol], block: typed.Block, is_sound: bool
) -> None:
    """Report captured parameters (E1235) and `out` parameters that are unassigned on a path (E1234).

    In a body with errors, the missing assignment may be the one that was reported.
    """
    if not modifiers_of(symbol.parameters):
        return
    own = locals[len(locals) - len(symbol.parameters) :]
    outs: list[LocalSymbol] = []
    for parameter, local in zip(symbol.parameters, own, strict=True):
        if not parameter.modifier:
            continue
        if local.is_captured:
            checker.error(
                E1235,
                f"the `{parameter.modifier}` parameter `{local.name}` cannot be captured",
                captured_in(block, local) or local.span,
                f"uses `{local.name}`",
                f"copy it first: `let copy = {local.name};`",
                (Label(checker.source, local.span, "declared here"),),
            )
        elif parameter.modifier == "out":
            outs.append(local)
    if not outs or not is_sound or any(parameter.type is ERROR for parameter in symbol.parameters):
        return
    for missing in unassigned_places(block, frozenset(outs)):
        name = missing.local.name
        if missing.is_read:
            message, label = f"the `out` parameter `{name}` is read before it is assigned", "not assigned yet"
        else:
            message, label = (
                f"the `out` parameter `{name}` is not assigned on every path",
                "can return without assigning it",
            )
        checker.error(
            E1234,
            message,
            missing.span,
            label,
            f"assign it first: `{name} = …;`",
            (Label(checker.source, missing.local.span, "declared here"),),
        )


def report_call_only(checker: BodyChecker, modifier: str, span: Span) -> None:
    """Report a `ref` or `out` parameter of a lambda: function types cannot have them."""
    checker.error(
        E1235,
        f"a lambda cannot have a `{modifier}` parameter",
        span,
        "function values have no reference parameters",
        "declare a function, or return the value",
    )
