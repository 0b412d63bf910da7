"""Instances of generic functions that a host asks for, such as `Larger<i64>`.

Takes the module whose functions are meant and the instances as text, with types as that module would write them.
Returns functions with their type arguments; what cannot be found or does not satisfy a constraint is reported to the
world.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol
from beskid.analysis.model.types import ERROR, Type
from beskid.analysis.model.world import Context
from beskid.analysis.names.typenames import resolve_type
from beskid.analysis.program import ProgramWorld
from beskid.analysis.types.constraints import applied_type_errors, constraint_error, unmet_constraint
from beskid.source.codes import E1101
from beskid.source.diagnostics import error
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.parser import parse_type

NAME = "<instance>"


def find_instances(
    world: ProgramWorld, home: ModuleSymbol, wanted: Sequence[str]
) -> tuple[tuple[FunctionSymbol, tuple[Type, ...]], ...]:
    """Return the instances, in their order, without those that were reported."""
    found = [_find(world, home, text) for text in wanted]
    return tuple([each for each in found if each is not None])


def _find(world: ProgramWorld, home: ModuleSymbol, text: str) -> tuple[FunctionSymbol, tuple[Type, ...]] | None:
    # A type has the form of an instance, so the parser of types reads it.
    source = SourceText(NAME, text)
    written, diagnostics = parse_type(source)
    for diagnostic in diagnostics:
        world.report(diagnostic)
    if written is None:
        return None
    if not isinstance(written, tree.PathType):
        _report_unknown(world, source, written.span)
        return None
    segment = written.path.segments[-1]
    symbol = home.members.get(segment.name.text)
    if not isinstance(symbol, FunctionSymbol) or len(symbol.type_parameters) != len(segment.type_arguments):
        _report_unknown(world, source, written.span)
        return None
    context = Context(home)
    context.source = source
    arguments = tuple([resolve_type(world, context, each) for each in segment.type_arguments])
    return (symbol, arguments) if _fits(world, symbol, arguments, source, segment) else None


def _report_unknown(world: ProgramWorld, source: SourceText, span: Span) -> None:
    message = f"the module has no generic function `{source.text}`"
    world.report(error(E1101, message, source, span, "this is not one of its functions"))


def _fits(
    world: ProgramWorld,
    symbol: FunctionSymbol,
    arguments: tuple[Type, ...],
    source: SourceText,
    segment: tree.PathSegment,
) -> bool:
    mapping = dict(zip(symbol.type_parameters, arguments, strict=True))
    fits = True
    for parameter, argument, written in zip(symbol.type_parameters, arguments, segment.type_arguments, strict=True):
        wrong = applied_type_errors(world, argument, source, written.span)
        unmet = unmet_constraint(world, argument, parameter.constraints, mapping)
        if unmet is not None:
            wrong.append(constraint_error(world, argument, unmet, symbol.name, parameter.name, source, written.span))
        for diagnostic in wrong:
            world.report(diagnostic)
        fits = fits and argument is not ERROR and not wrong
    return fits
