"""`T.Zero()` and `T.One()`: numbers of a type parameter with the constraint `Number` (decision L29).

Each is a constant that is converted to the type parameter, so lowering makes it a constant of the type argument.
"""

from __future__ import annotations

from typing import Final

from beskid.analysis import typed
from beskid.analysis.model.types import U8, TypeParameterType, show_type
from beskid.analysis.names.conformance import is_number_parameter
from beskid.analysis.types.check.callees import skip_arguments
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1204, E1240, E1606
from beskid.syntax import tree

NUMBER_FORMS: Final = {"Zero": 0, "One": 1}


def call_on_parameter(
    checker: BodyChecker, call: tree.CallExpression, callee: tree.MemberExpression, type: TypeParameterType
) -> typed.Expression:
    """Check `T.Zero()` or `T.One()`."""
    name, shown = callee.name.text, show_type(type)
    if not is_number_parameter(type):
        checker.error(
            E1606,
            f"`{shown}` has no function `{name}`",
            callee.name.span,
            "unknown function",
            f"add the constraint: `<{shown} : Number>`",
        )
    elif call.arguments:
        checker.error(
            E1204,
            f"`{shown}.{name}` takes 0 arguments, got {len(call.arguments)}",
            call.span,
            f"{len(call.arguments)} given",
            f"write `{shown}.{name}()`",
        )
    elif callee.type_arguments:
        checker.error(
            E1240, f"`{shown}.{name}` takes no type arguments", callee.span, "not generic", "remove the type arguments"
        )
    else:
        return typed.Convert(call.span, type, typed.IntegerValue(call.span, U8, NUMBER_FORMS[name]))
    skip_arguments(checker, call.arguments)
    return error_value(call.span)
