"""Completes inference at the end of a statement: reports unsolved type arguments and replaces solved ones in typed
nodes.

Variables created for the statement are on the checker's list after a mark. Inner statements (in lambdas and blocks)
complete their own; variables of the outer statement remain open until that one ends.
"""

from __future__ import annotations

import re

from beskid.analysis.model.symbols import LocalSymbol, TypeParameterSymbol
from beskid.analysis.model.types import ERROR, InferenceVariable, Type
from beskid.analysis.model.unify import prune, resolve
from beskid.analysis.types.check.identity import OWNERS, check_compared
from beskid.analysis.types.check.state import BodyChecker, OpenVariable
from beskid.analysis.types.constraints import constraint_error, unmet_constraint
from beskid.analysis.types.walk import NODE_FIELDS
from beskid.source.codes import E1202, E1203


def finish(checker: BodyChecker, mark: int, root: object) -> None:
    """Solve or report the variables created since `mark`, and replace them in the types inside `root`."""
    opened = checker.open_variables
    if len(opened) > mark:
        recent = opened[mark:]
        del opened[mark:]
        _report_unsolved(checker, recent)
        for entry in recent:
            _check_constraints(checker, entry)
            if entry.owner in OWNERS:
                check_compared(checker, entry)
    if checker.has_open_nodes:
        settle_types(root)
        if not opened:
            checker.has_open_nodes = False


def _report_unsolved(checker: BodyChecker, recent: list[OpenVariable]) -> None:
    own = {entry.variable for entry in recent}
    reported: set[object] = set()
    for entry in recent:
        root = prune(entry.variable)
        if not isinstance(root, InferenceVariable) or root not in own:
            continue
        root.solution = ERROR
        if entry.span in reported:
            continue
        reported.add(entry.span)
        if entry.parameter is None:
            checker.error(
                E1202,
                "the element type of `[]` cannot be inferred",
                entry.span,
                "unknown element type",
                "declare the type: `i64[] values = [];`",
            )
            continue
        parameter = entry.parameter.name
        checker.error(
            E1203,
            f"the type argument `{parameter}` of `{entry.owner}` cannot be inferred",
            entry.span,
            f"cannot infer `{parameter}`",
            _arguments_help(checker, entry),
        )


def _arguments_help(checker: BodyChecker, entry: OpenVariable) -> str:
    """Return the call with example type arguments."""
    written = checker.text(entry.span)
    callee = written.split("(", 1)[0]
    if re.fullmatch(r"[\w.]+", callee) is None or len(callee) > 40 or callee.split(".")[-1] != entry.owner:
        return f"write the type arguments: `{entry.owner}<…>`, or give the variable a type"
    arguments = ", ".join([_example_argument(parameter) for parameter in entry.mapping])
    after = checker.source.text[entry.span.start + len(callee) :]
    rest = " { … }" if after.lstrip().startswith("{") else "()" if after.startswith("()") else "(…)"
    return f"write the type arguments, as in `{callee}<{arguments}>{rest}`"


def _example_argument(parameter: TypeParameterSymbol) -> str:
    return "string" if parameter.name in ("K", "TKey") else "i64"


def _check_constraints(checker: BodyChecker, entry: OpenVariable) -> None:
    if entry.parameter is None or not entry.parameter.constraints:
        return
    constraints = entry.parameter.constraints
    argument = resolve(entry.variable)
    wanted = unmet_constraint(checker.world, argument, constraints, entry.mapping)
    if wanted is not None:
        checker.diagnostics.append(
            constraint_error(
                checker.world, argument, wanted, entry.owner, entry.parameter.name, checker.source, entry.span
            )
        )


def settle_types(root: object) -> None:
    """Replace solved variables in every typed node below `root`."""
    pending: list[object] = [root]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending.extend(part)
            continue
        if isinstance(part, LocalSymbol):
            part.type = resolve(part.type)
            continue
        for name in NODE_FIELDS.get(type(part), ()):
            value = getattr(part, name)
            if isinstance(value, Type):
                setattr(part, name, resolve(value))
            elif isinstance(value, tuple) and value and isinstance(value[0], Type):
                setattr(part, name, tuple([resolve(argument) for argument in value]))
            else:
                pending.append(value)
