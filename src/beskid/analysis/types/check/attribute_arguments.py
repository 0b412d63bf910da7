"""Arguments of attributes, checked against the parameters of their declarations (`language.md` §7.1).

Takes a completed module. An attribute is written like a struct literal and has the same codes: E1211 (unknown or
duplicate parameter), E1212 (missing parameter without a default); E1204 for too many positional arguments; E1206 and
E1231 for values, including defaults. Undeclared attributes are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis.model.symbols import AttributeSymbol, ModuleSymbol
from beskid.analysis.model.types import ERROR, UNIT, PrimitiveType, Type
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.attributes import attribute_uses, declared_attribute
from beskid.analysis.spelling import did_you_mean
from beskid.analysis.types.check.dispatch import check
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.state import BodyChecker, Frame
from beskid.analysis.types.check.table import RULES
from beskid.analysis.types.evaluate import NotConstantError, evaluate
from beskid.base.spelling import listing
from beskid.source.codes import E1204, E1211, E1212, E1231, E1243, Code
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.source.text import Span
from beskid.syntax import tree


def check_attribute_arguments(world: World, module: ModuleSymbol, diagnostics: list[Diagnostic]) -> None:
    """Check the defaults and the uses of attributes in a module and its inline modules."""
    index = world.index(module)
    for symbol in index.ordered:
        if isinstance(symbol, AttributeSymbol):
            _check_defaults(world, symbol, diagnostics)
    context = Context(module)
    for attribute, _ in attribute_uses(world, module):
        declared = declared_attribute(world, context, attribute)
        if declared is not None:
            world.ensure(declared)
            _Use(world, context, attribute, declared, diagnostics).check()
    for child in index.modules:
        check_attribute_arguments(world, child, diagnostics)


def _check_defaults(world: World, symbol: AttributeSymbol, diagnostics: list[Diagnostic]) -> None:
    assert symbol.module is not None
    context = Context(symbol.module, symbol=symbol)
    for parameter, type in zip(symbol.tree.parameters, symbol.parameter_types, strict=True):
        if parameter.default is not None:
            _check_value(
                world, context, parameter.default, type, f"the default of `{parameter.name.text}`", diagnostics
            )


def _check_value(
    world: World, context: Context, value: tree.Expression, type: Type, what: str, diagnostics: list[Diagnostic]
) -> None:
    """Check a value. If its type is primitive, it must be constant; otherwise only its type is checked."""
    if type is ERROR:
        return
    checker = BodyChecker(RULES, world, context, None, diagnostics)
    checker.frames.append(Frame(type, 0, False))
    checker.scopes.append({})
    checked = check(checker, value, type)
    finish(checker, 0, checked)
    if checked.type is ERROR or not isinstance(type, PrimitiveType) or type is UNIT:
        return
    try:
        evaluate(checked)
    except NotConstantError as failure:
        message = f"{what} is not a constant: {failure.reason}"
        help = "use literals, constants and operators"
        diagnostics.append(error(E1231, message, context.source, failure.span, failure.reason, help))


class _Use:
    """One attribute on a declaration, with the declaration of the attribute."""

    __slots__ = ("attribute", "context", "diagnostics", "symbol", "world")

    def __init__(
        self,
        world: World,
        context: Context,
        attribute: tree.Attribute,
        symbol: AttributeSymbol,
        diagnostics: list[Diagnostic],
    ) -> None:
        self.world = world
        self.context = context
        self.attribute = attribute
        self.symbol = symbol
        self.diagnostics = diagnostics

    def check(self) -> None:
        given: dict[str, tree.AttributeArgument] = {}
        is_right = True
        types = dict(zip(self.names(), self.symbol.parameter_types, strict=True))
        for name, argument in self.named_arguments():
            first = given.setdefault(name, argument)
            if name not in types:
                self.unknown(name, argument)
            elif first is not argument:
                self.twice(name, argument, first)
            else:
                what = f"the argument `{name}` of `{self.symbol.name}`"
                _check_value(self.world, self.context, argument.value, types[name], what, self.diagnostics)
                continue
            is_right = False
        if is_right and self.are_counted():
            self.missing(given)

    def names(self) -> list[str]:
        return [parameter.name.text for parameter in self.symbol.tree.parameters]

    def named_arguments(self) -> Iterator[tuple[str, tree.AttributeArgument]]:
        """Return the arguments by name. Positional ones are in the order of the declaration."""
        rest = iter(self.names())
        for argument in self.attribute.arguments:
            name = argument.name.text if argument.name is not None else next(rest, None)
            if name is not None:
                yield name, argument

    def are_counted(self) -> bool:
        """Return whether there are at most as many arguments as parameters. Reports too many."""
        wanted, given = len(self.symbol.tree.parameters), len(self.attribute.arguments)
        if given <= wanted:
            return True
        noun = "argument" if wanted == 1 else "arguments"
        message = f"the attribute `{self.symbol.name}` takes {wanted} {noun}, got {given}"
        span = self.attribute.arguments[wanted].span
        self.report(E1204, message, span, "unexpected argument", "remove it")
        return False

    def unknown(self, name: str, argument: tree.AttributeArgument) -> None:
        names = self.names()
        otherwise = f"its parameters are {listing(names)}" if names else "it has no parameters"
        self.report(E1211, f"the attribute `{self.symbol.name}` has no parameter `{name}`", _place(argument),
                    "unknown parameter", did_you_mean(name, names, otherwise))  # fmt: skip

    def twice(self, name: str, argument: tree.AttributeArgument, first: tree.AttributeArgument) -> None:
        self.report(E1243, f"duplicate argument `{name}`", _place(argument), "set again here",
                    "keep one of them", Label(self.context.source, _place(first), "first set here"))  # fmt: skip

    def missing(self, given: dict[str, tree.AttributeArgument]) -> None:
        wanted = [p.name.text for p in self.symbol.tree.parameters if p.default is None]
        missing = [name for name in dict.fromkeys(wanted) if name not in given]
        if missing:
            noun = "argument" if len(missing) == 1 else "arguments"
            message = f"missing {noun} {listing(missing)} of the attribute `{self.symbol.name}`"
            help = f"write `{missing[0]}: …`, or declare a default"
            self.report(E1212, message, self.attribute.span, "incomplete", help)

    def report(self, code: Code, message: str, span: Span, label: str, help: str, other: Label | None = None) -> None:
        related = other or Label(self.symbol.source, self.symbol.name_span, "declared here")
        self.diagnostics.append(error(code, message, self.context.source, span, label, help, (related,)))


def _place(argument: tree.AttributeArgument) -> Span:
    return argument.span if argument.name is None else argument.name.span
