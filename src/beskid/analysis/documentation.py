"""Warnings about documentation: wrong or misplaced directives, and documentation without a subject.

Takes the world after the user's modules are checked. Reports W1610 (unknown name), W1611 (duplicate), W1612
(misplaced),
W1613 (`@returns` without a result), W1614 (unknown or malformed directive) and W1615 (`@ref` to an unknown item).
Missing documentation is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from beskid.analysis.directives import ARG, DIRECTIVES, PAR, REF, RETURNS, VARIANT, Directive, directives_of
from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.model.world import World
from beskid.analysis.names.attributes import module_items
from beskid.analysis.references import References
from beskid.base.node import node
from beskid.base.spelling import closest
from beskid.source.codes import W1610, W1611, W1612, W1613, W1614, W1615, Code
from beskid.source.diagnostics import Diagnostic, Edit, Fix, Label, warning
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.tokens import DocumentationRun

_FOREIGN_NAMES = {
    "param": ARG,
    "params": ARG,
    "parameter": ARG,
    "return": RETURNS,
    "typeparam": PAR,
    "see": REF,
    "link": REF,
}
"""Names of other documentation tools and the corresponding directives."""

_SHAPES = {ARG: "@arg(name) text", PAR: "@par(T) text", VARIANT: "@variant(Name) text", REF: "@ref(path)"}
_KINDS = {ARG: "parameter", PAR: "type parameter", VARIANT: "variant"}
_PLACES = {
    ARG: "a function, a method, an event, a variant or an attribute",
    PAR: "a function, a method, a type, an enum or a contract",
    VARIANT: "an enum",
    RETURNS: "a function or a method",
}


@node
class _Subject:
    """The documented item: its kind as shown in messages, and the names that each directive may mention (None: the
    directive is not allowed).
    """

    kind: str
    names: dict[str, tuple[str, ...]]
    returns: tree.TypeSyntax | None


def documentation_warnings(world: World, modules: Iterable[ModuleSymbol]) -> list[Diagnostic]:
    """Return the warnings for the user's file modules."""
    found: list[Diagnostic] = []
    references = References(world)
    for module in modules:
        documentation = module.documentation
        if documentation is None:
            continue
        for run in documentation.loose:
            _report_loose(module.source, run, found)
        checker = _Checker(world, module, references, found)
        if documentation.module is not None:
            checker.run(documentation.module, _subject("a module"))
        if documentation.attached:
            checker.items(module_items(world, module), module)
    return found


def _report_loose(source: SourceText, run: DocumentationRun, found: list[Diagnostic]) -> None:
    first = run.lines[0].span
    found.append(
        warning(
            W1612,
            "documentation without a declaration",
            source,
            Span(first.start, first.start + 3),
            "no declaration follows",
            "move it directly above a declaration, or use `//` for a comment",
            fixes=(
                Fix(
                    "turn it into a comment",
                    tuple([Edit(source, Span(at, at + 3), "//") for at in [line.span.start for line in run.lines]]),
                ),
            ),
        )
    )


class _Checker:
    """Checks the documentation of one file."""

    __slots__ = ("documentation", "found", "module", "references", "source", "world")

    def __init__(self, world: World, module: ModuleSymbol, references: References, found: list[Diagnostic]) -> None:
        assert module.documentation is not None
        self.world = world
        self.module = module
        self.source = module.source
        self.documentation = module.documentation
        self.references = references
        self.found = found

    def items(self, items: Iterable[tree.Item], module: ModuleSymbol) -> None:
        """Check the items of a module and of its inline modules."""
        self.module = module
        for item in items:
            self.item(item)
            if isinstance(item, tree.InlineModule):
                child = module.children.get(item.name.text)
                if child is not None:
                    self.items(item.items, child)
                    self.module = module

    def item(self, item: tree.Item) -> None:
        match item:
            case tree.FunctionItem():
                self.function(item, (), "function")
            case tree.TypeItem():
                owner = _parameter_names(item.type_parameters)
                self.check(item, _subject("a type", par=owner), item.attributes, item.name)
                for field in item.fields:
                    is_event = isinstance(field, tree.EventField)
                    arguments = _names(field.parameters) if isinstance(field, tree.EventField) else None
                    kind = "an event" if is_event else "a field"
                    self.check(field, _subject(kind, arg=arguments), field.attributes, field.name)
                self.methods(item.methods, owner)
            case tree.EnumItem():
                variants = tuple([variant.name.text for variant in item.variants])
                subject = _subject("an enum", par=_parameter_names(item.type_parameters), variant=variants)
                self.check(item, subject, item.attributes, item.name)
                for variant in item.variants:
                    fields = tuple([field.name.text for field in variant.fields if field.name is not None])
                    self.check(variant, _subject("a variant", arg=fields))
                    for payload in variant.fields:
                        self.check(payload, _subject("a payload field"))
            case tree.ContractItem():
                owner = _parameter_names(item.type_parameters)
                self.check(item, _subject("a contract", par=owner), item.attributes, item.name)
                self.methods(item.methods, owner)
            case tree.ImplItem():
                self.check(item, _subject("an `impl` block"), item.attributes, item.receiver)
                self.methods(item.methods, _receiver_names(item.receiver))
            case tree.AttributeItem():
                parameters = tuple([parameter.name.text for parameter in item.parameters])
                self.check(item, _subject("an attribute", arg=parameters))
                for parameter in item.parameters:
                    self.check(parameter, _subject("a parameter"))
            case tree.ConstItem():
                self.check(item, _subject("a constant"), item.attributes, item.name)
            case tree.TestItem():
                self.check(item, _subject("a test"), item.attributes, item.name)
            case tree.InlineModule():
                self.check(item, _subject("a module"), item.attributes, item.name)
            case tree.ModuleDeclaration():
                self.check(item, _subject("a module"), item.attributes, item.path)
            case tree.UseItem():
                self.check(item, _subject("an import"))
            case _:
                assert_never(item)

    def methods(self, methods: Iterable[tree.FunctionItem], owner: tuple[str, ...]) -> None:
        for method in methods:
            self.function(method, owner, "method")

    def function(self, item: tree.FunctionItem, owner: tuple[str, ...], kind: str) -> None:
        names = owner + _parameter_names(item.type_parameters)
        subject = _subject(f"a {kind}", arg=_names(item.parameters), par=names, returns=item.result)
        self.check(item, subject, item.attributes, item.name)
        for parameter in item.parameters:
            self.check(parameter, _subject("a parameter"), parameter.attributes, parameter.name)

    # One run ----------------------------------------------------------------------------------------------------

    def check(
        self,
        declaration: tree.Item
        | tree.Field
        | tree.EventField
        | tree.Variant
        | tree.VariantField
        | tree.Parameter
        | tree.AttributeParameter,
        subject: _Subject,
        attributes: tuple[tree.Attribute, ...] = (),
        name: tree.Name | tree.Path | None = None,
    ) -> None:
        """Check the documentation of a declaration, before it or after its attributes."""
        end = attributes[-1].span.end if attributes and name is not None else -1
        run = self.documentation.run_of(declaration.span.start, end, name.span.start if name is not None else -1)
        if run is not None:
            self.run(run, subject)

    def run(self, run: DocumentationRun, subject: _Subject) -> None:
        """Check the documentation of one item."""
        seen: dict[tuple[str, str], Directive] = {}
        for directive in directives_of(run):
            if self.directive(directive, subject):
                self.once(directive, seen)

    def directive(self, directive: Directive, subject: _Subject) -> bool:
        """Return whether the directive is allowed here and its name is right, apart from duplicates."""
        name = directive.name
        if name not in DIRECTIVES:
            self.unknown(directive)
        elif not directive.is_well_formed:
            self.report(W1614, f"malformed directive `@{name}`", directive.span,
                        "missing name" if name != REF else "missing path",
                        f"write `{_SHAPES[name]}`")  # fmt: skip
        elif name == REF:
            self.reference(directive)
        elif name == RETURNS:
            return self.returns(directive, subject)
        elif name in _KINDS:
            return self.named(directive, subject)
        return False

    def unknown(self, directive: Directive) -> None:
        meant = _FOREIGN_NAMES.get(directive.name.lower()) or closest(directive.name, DIRECTIVES)
        start = directive.span.start + 1
        place = Span(start, start + len(directive.name))
        fixes = () if meant is None else (Fix(f"write `@{meant}`", (Edit(self.source, place, meant),)),)
        help = (
            f"the directives are {', '.join([f'`@{known}`' for known in DIRECTIVES])}; put a literal `@` in backticks"
        )
        label = "no such directive" if meant is None else f"did you mean `@{meant}`?"
        self.report(W1614, f"unknown directive `@{directive.name}`", directive.span, label, help, fixes=fixes)

    def reference(self, directive: Directive) -> None:
        meant = self.references.denotes(self.module, directive.argument)
        if meant is None:
            return
        self.report(W1615, f"unresolved reference `{directive.argument}`", directive.argument_span,
                    "no item has this name" if not meant else "more than one item has this name",
                    f"write {' or '.join([f'`{path}`' for path in meant])}" if meant
                    else "write the path of an item, such as `Module.Name`")  # fmt: skip

    def returns(self, directive: Directive, subject: _Subject) -> bool:
        if subject.returns is None:
            self.misplaced(directive, subject)
            return False
        if _is_unit(subject.returns):
            self.report(W1613, "`@returns` describes a result, but the result is `unit`", directive.span,
                        "nothing is returned", "remove it",
                        (Label(self.source, subject.returns.span, "the result"),))  # fmt: skip
            return False
        return True

    def named(self, directive: Directive, subject: _Subject) -> bool:
        names = subject.names.get(directive.name)
        if names is None:
            self.misplaced(directive, subject)
            return False
        if directive.argument in names:
            return True
        near = closest(directive.argument, names)
        known = f"the names are {', '.join([f'`{known}`' for known in names])}" if names else "remove it"
        kind = _KINDS[directive.name]
        label = "not found"
        fixes: tuple[Fix, ...] = ()
        if near is not None:
            label = f"did you mean `{near}`?"
            fixes = (Fix(f"write `{near}`", (Edit(self.source, directive.argument_span, near),)),)
        message = f"unknown {kind} `{directive.argument}`"
        self.report(W1610, message, directive.argument_span, label, known, fixes=fixes)
        return False

    def misplaced(self, directive: Directive, subject: _Subject) -> None:
        self.report(W1612, f"`@{directive.name}` is not allowed on {subject.kind}", directive.span, "not allowed here",
                    f"use `@{directive.name}` on {_PLACES[directive.name]}")  # fmt: skip

    def once(self, directive: Directive, seen: dict[tuple[str, str], Directive]) -> None:
        first = seen.setdefault((directive.name, directive.argument if directive.name != RETURNS else ""), directive)
        if first is not directive:
            what = "`@returns`" if directive.name == RETURNS else f"`@{directive.name}({directive.argument})`"
            self.report(W1611, f"duplicate {what}", directive.span, "repeated here", "remove one of them",
                        (Label(self.source, first.span, "first set here"),))  # fmt: skip

    def report(
        self,
        code: Code,
        message: str,
        span: Span,
        label: str,
        help: str,
        related: tuple[Label, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        self.found.append(warning(code, message, self.source, span, label, help, related, fixes))


def _subject(
    kind: str,
    arg: tuple[str, ...] | None = None,
    par: tuple[str, ...] | None = None,
    variant: tuple[str, ...] | None = None,
    returns: tree.TypeSyntax | None = None,
) -> _Subject:
    given = {ARG: arg, PAR: par, VARIANT: variant}
    return _Subject(kind, {name: names for name, names in given.items() if names is not None}, returns)


def _names(parameters: Iterable[tree.Parameter]) -> tuple[str, ...]:
    return tuple([parameter.name.text for parameter in parameters])


def _parameter_names(parameters: Iterable[tree.TypeParameter]) -> tuple[str, ...]:
    return tuple([parameter.name.text for parameter in parameters])


def _receiver_names(receiver: tree.Path) -> tuple[str, ...]:
    """Return the names that a receiver such as `Box<T>` introduces for the parameters of the type."""
    arguments = receiver.segments[-1].type_arguments
    return tuple([a.path.segments[-1].name.text for a in arguments if isinstance(a, tree.PathType)])


def _is_unit(syntax: tree.TypeSyntax) -> bool:
    return isinstance(syntax, tree.PathType) and [part.name.text for part in syntax.path.segments] == ["unit"]
