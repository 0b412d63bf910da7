"""Undefined names in bodies: used before their declaration, a variant without its enum, a builtin as a value, or
unknown.
"""

from __future__ import annotations

from bisect import bisect_left

from beskid.analysis.model.types import ERROR
from beskid.analysis.names.lookup import is_explained_by_import, report_unknown_value
from beskid.analysis.types.builtins import builtin_signature
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.subjects import member_subject
from beskid.source.codes import E1106, E1111, E1303
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def report_unknown(checker: BodyChecker, name: tree.Name, is_called: bool = False) -> None:
    """Report an undefined name: E1106 before its declaration, E1201 for a builtin, E1303 for a variant, and E1101
    otherwise.

    The name of an import that was reported is ignored, and so is every name in a method of an unknown type, which may
    be one
    of its members.
    """
    if checker.context.receiver is ERROR:
        return
    if is_explained_by_import(checker.world, checker.context, name.text):
        return
    later = _later_declaration(checker, name.text)
    if later is not None:
        checker.error(
            E1106,
            f"`{name.text}` is used before its declaration",
            name.span,
            "not declared yet",
            _early_use_help(checker, name.text),
            (Label(checker.source, later, "declared here"),),
        )
        return
    if name.text.startswith("__") and builtin_signature(name.text, checker.is_core_library) is not None:
        checker.error(E1111, f"`{name.text}` can only be called", name.span, "not a value", "wrap it in a function")
        return
    if not _report_bare_variant(checker, name):
        subject = _subject(checker, name.text, is_called)
        report_unknown_value(checker.world, checker.context, name, checker.local_names(), subject)


def _subject(checker: BodyChecker, name: str, is_called: bool) -> str:
    """Return the subject of an undefined name: a function or a constant of the module, or a member of `this`."""
    receiver = checker.context.receiver
    if is_called or name[:1].isupper():
        return f"item {name}"
    return "" if receiver is None else member_subject(receiver, name)


def _report_bare_variant(checker: BodyChecker, name: tree.Name) -> bool:
    """Report E1303 when the unknown name is a variant of a visible enum."""
    world = checker.world
    for module in (checker.context.module, *world.prelude_modules()):
        symbol = world.index(module).enums_by_variant.get(name.text) if world.is_indexed(module) else None
        if symbol is None:
            continue
        world.ensure(symbol)
        called = "(…)" if symbol.variants[name.text].fields else ""
        checker.error(
            E1303,
            f"variant `{name.text}` without its enum",
            name.span,
            f"`{name.text}` is a variant of {symbol.name}",
            f"write `{symbol.name}::{name.text}{called}`",
        )
        return True
    return False


def _early_use_help(checker: BodyChecker, name: str) -> str:
    """Return the help text for a lambda that refers to the local that it initializes."""
    around = [statements[index] for statements, index in checker.blocks]
    is_own = any(isinstance(statement, tree.LetStatement) and statement.name.text == name for statement in around)
    if checker.frame.is_lambda and is_own:
        return f"declare `{name}` with `mut` and another initial value, then assign the lambda"
    return "move the declaration up"


def _later_declaration(checker: BodyChecker, name: str) -> Span | None:
    for statements, index in reversed(checker.blocks):
        positions = _let_positions(checker, statements).get(name, ())
        at = bisect_left(positions, index)
        if at < len(positions):
            statement = statements[positions[at]]
            assert isinstance(statement, tree.LetStatement)
            return statement.name.span
    return None


def _let_positions(checker: BodyChecker, statements: tuple[tree.Statement, ...]) -> dict[str, list[int]]:
    """Return where each name of a block is declared.

    Computed once per block, so that thousands of errors in one block stay cheap.
    """
    positions = checker.let_positions.get(id(statements))
    if positions is None:
        positions = {}
        for index, statement in enumerate(statements):
            if isinstance(statement, tree.LetStatement):
                positions.setdefault(statement.name.text, []).append(index)
        checker.let_positions[id(statements)] = positions
    return positions
