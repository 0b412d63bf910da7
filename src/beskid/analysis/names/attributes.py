"""Attributes: their declarations and targets (`language.md` §7.1).

Takes an indexed module; reports E1806 (target listed twice), E1807 (unknown target) and E1809 (attribute not allowed
here). A test counts as a function. Undeclared attributes are ignored, unless the name
is nearly that of a known one (E1808). Arguments are checked in
`analysis/types/check/attribute_arguments.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from beskid.analysis.model.symbols import AttributeSymbol, FunctionSymbol, ModuleSymbol
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.scope import only_meaning, strong_meaning, weak_meanings
from beskid.base.spelling import closest
from beskid.source.codes import E1806, E1807, E1808, E1809
from beskid.source.diagnostics import Edit, Fix, Label, error
from beskid.syntax import tree

TARGETS = (
    "TypeDeclaration", "EnumDeclaration", "ContractDeclaration", "ModuleDeclaration", "FunctionDeclaration",
    "MethodDeclaration", "FieldDeclaration", "ParameterDeclaration",
)  # fmt: skip

_SYNONYMS = {
    synonym: target
    for target in TARGETS
    for synonym in (target, target.removesuffix("Declaration"), target.replace("Declaration", "Definition"))
}

_OTHER_PLACES = {"ConstDeclaration": "constant", "ImplDeclaration": "`impl` block"}
"""Positions that are not targets: only attributes without a list of targets are allowed there."""

VALUE_ATTRIBUTE = "Value"
"""The attribute of a value type (decision L32)."""

JSON_NAME_ATTRIBUTE = "JsonName"
"""The attribute with the name of a field's member in JSON."""

BENCH_ATTRIBUTE = "Bench"
"""The attribute of a function that `beskid bench` measures."""

BUILT_IN = ("Extern", "Export", "Symbol", "Library", "Opaque", VALUE_ATTRIBUTE, JSON_NAME_ATTRIBUTE, BENCH_ATTRIBUTE)
"""Attributes that the compiler knows without a declaration."""

Use = tuple[tree.Attribute, str]


def check_attributes(world: World, module: ModuleSymbol) -> None:
    """Check the attribute declarations of a module and the attributes on its items."""
    for symbol in world.index(module).ordered:
        if isinstance(symbol, AttributeSymbol):
            _check_targets(world, symbol)
    context = Context(module)
    for item in module_items(world, module):
        if isinstance(item, tree.TypeItem):
            _check_repeated_names(world, context, item)
        elif isinstance(item, tree.FunctionItem | tree.TestItem):
            for attribute in item.attributes:
                if attribute.name.text == BENCH_ATTRIBUTE and declared_attribute(world, context, attribute) is None:
                    _check_bench(world, context, attribute, item)
    for attribute, place in attribute_uses(world, module):
        declared = declared_attribute(world, context, attribute)
        if declared is not None:
            _check_use(world, context, attribute, declared, place)
        elif attribute.name.text == VALUE_ATTRIBUTE:
            _check_value(world, context, attribute, place)
        elif attribute.name.text == BENCH_ATTRIBUTE:
            # On functions `_check_bench` looks at it.
            if place != "FunctionDeclaration":
                _report_place(world, context, attribute, place, ["FunctionDeclaration"])
        elif attribute.name.text == JSON_NAME_ATTRIBUTE:
            _check_json_name(world, context, attribute, place)
        elif attribute.name.text not in BUILT_IN:
            _check_spelling(world, context, attribute)


def attribute_uses(world: World, module: ModuleSymbol) -> Iterator[Use]:
    """Yield every attribute on the items of a module with the target that it is written on."""
    return _uses(module_items(world, module))


def declared_attribute(world: World, context: Context, attribute: tree.Attribute) -> AttributeSymbol | None:
    """Return the declaration that an attribute refers to, or None if it is undeclared."""
    meaning = strong_meaning(world, context, attribute.name.text)
    if meaning is None:
        # A type or function of the name, such as `Core.Json.Value`, has nothing to do with the attribute.
        candidates = weak_meanings(world, context, attribute.name.text)
        declared = [each for each in candidates if isinstance(each.meaning.item, AttributeSymbol)]
        meaning = only_meaning(world, context, attribute.name, declared)
    symbol = meaning.item if meaning is not None else None
    return symbol if isinstance(symbol, AttributeSymbol) else None


def has_value_attribute(world: World, context: Context, item: tree.TypeItem) -> bool:
    """Return whether a type has the attribute `Value` of the language, and not one that the program declares."""
    attribute = next((each for each in item.attributes if each.name.text == VALUE_ATTRIBUTE), None)
    return attribute is not None and declared_attribute(world, context, attribute) is None


def is_benchmark(world: World, symbol: FunctionSymbol) -> bool:
    """Return whether a function has the attribute `Bench` of the language, and not one that the program declares."""
    attribute = _bench_attribute(symbol.tree)
    module = symbol.module
    return attribute is not None and module is not None and not declared_attribute(world, Context(module), attribute)


def has_bench_attribute(symbol: FunctionSymbol) -> bool:
    """Return whether a function has an attribute of the name, so that something other than the program may use it."""
    return _bench_attribute(symbol.tree) is not None


def _bench_attribute(item: tree.FunctionItem | tree.TestItem) -> tree.Attribute | None:
    return next((each for each in item.attributes if each.name.text == BENCH_ATTRIBUTE), None)


def module_items(world: World, module: ModuleSymbol) -> tuple[tree.Item, ...]:
    if module.program is not None:
        return module.program.items
    parent = module.parent
    if parent is None:
        return ()
    for item in module_items(world, parent):
        if isinstance(item, tree.InlineModule) and item.name.span == module.name_span:
            return item.items
    return ()


def _check_targets(world: World, symbol: AttributeSymbol) -> None:
    seen: dict[str, tree.Name] = {}
    for target in symbol.tree.targets:
        kind = _SYNONYMS.get(target.text)
        if kind is None:
            near = closest(target.text, _SYNONYMS)
            world.report(
                error(
                    E1807,
                    f"unknown attribute target `{target.text}`",
                    symbol.source,
                    target.span,
                    "no such target" if near is None else f"did you mean `{near}`?",
                    f"allowed: {', '.join(TARGETS)}",
                )
            )
            continue
        first = seen.setdefault(kind, target)
        if first is not target:
            world.report(
                error(
                    E1806,
                    f"duplicate attribute target `{target.text}`",
                    symbol.source,
                    target.span,
                    "listed again here",
                    "remove one of them",
                    (Label(symbol.source, first.span, "first listed here"),),
                )
            )


def _uses(items: tuple[tree.Item, ...]) -> Iterator[Use]:
    for item in items:
        match item:
            case tree.FunctionItem():
                yield from _function_uses(item, "FunctionDeclaration")
            case tree.TypeItem():
                yield from _each(item.attributes, "TypeDeclaration")
                for field in item.fields:
                    yield from _each(field.attributes, "FieldDeclaration")
                    if isinstance(field, tree.EventField):
                        yield from _parameter_uses(field.parameters)
                for method in item.methods:
                    yield from _function_uses(method, "MethodDeclaration")
            case tree.EnumItem():
                yield from _each(item.attributes, "EnumDeclaration")
            case tree.ContractItem():
                yield from _each(item.attributes, "ContractDeclaration")
                for method in item.methods:
                    yield from _function_uses(method, "MethodDeclaration")
            case tree.ImplItem():
                yield from _each(item.attributes, "ImplDeclaration")
                for method in item.methods:
                    yield from _function_uses(method, "MethodDeclaration")
            case tree.ModuleDeclaration() | tree.InlineModule():
                yield from _each(item.attributes, "ModuleDeclaration")
            case tree.ConstItem():
                yield from _each(item.attributes, "ConstDeclaration")
            case tree.TestItem():
                yield from _each(item.attributes, "FunctionDeclaration")
            case tree.AttributeItem() | tree.UseItem():
                continue
            case _:
                assert_never(item)


def _each(attributes: tuple[tree.Attribute, ...], place: str) -> Iterator[Use]:
    for attribute in attributes:
        yield attribute, place


def _function_uses(item: tree.FunctionItem, place: str) -> Iterator[Use]:
    yield from _each(item.attributes, place)
    yield from _parameter_uses(item.parameters)


def _parameter_uses(parameters: tuple[tree.Parameter, ...]) -> Iterator[Use]:
    for parameter in parameters:
        yield from _each(parameter.attributes, "ParameterDeclaration")


def _check_use(world: World, context: Context, attribute: tree.Attribute, symbol: AttributeSymbol, place: str) -> None:
    if not symbol.tree.targets:
        return
    allowed = list(dict.fromkeys(_SYNONYMS[target.text] for target in symbol.tree.targets if target.text in _SYNONYMS))
    if place in allowed:
        return
    _report_place(world, context, attribute, place, allowed, (Label(symbol.source, symbol.name_span, "declared here"),))


def _check_value(world: World, context: Context, attribute: tree.Attribute, place: str) -> None:
    """Report `Value` on something that is not a type, or with arguments."""
    if place != "TypeDeclaration":
        _report_place(world, context, attribute, place, ["TypeDeclaration"])
    elif attribute.arguments:
        world.report(
            error(
                E1809,
                "the attribute `Value` takes no arguments",
                context.source,
                attribute.span,
                "arguments are not allowed here",
                "write `[Value]`",
            )
        )


def _check_bench(
    world: World, context: Context, attribute: tree.Attribute, item: tree.FunctionItem | tree.TestItem
) -> None:
    """Report `Bench` on a test or a function with parameters, or with arguments."""
    span, reason, help = attribute.span, "", ""
    if isinstance(item, tree.TestItem):
        reason, help = "is not allowed on a test", "move the attribute to a function"
    elif attribute.arguments:
        reason, help = "takes no arguments", "write `[Bench]`"
    elif item.type_parameters:
        span = item.type_parameters[0].span
        reason, help = "is not allowed on a generic function", "call an instance of it in a function of its own"
    elif item.parameters:
        span = item.parameters[0].span
        reason, help = "is not allowed on a function with parameters", "make the values in the function"
    if reason:
        message = f"the attribute `{BENCH_ATTRIBUTE}` {reason}"
        world.report(error(E1809, message, context.source, span, "not allowed here", help))


def _report_place(
    world: World,
    context: Context,
    attribute: tree.Attribute,
    place: str,
    allowed: list[str],
    related: tuple[Label, ...] = (),
) -> None:
    world.report(
        error(
            E1809,
            f"the attribute `{attribute.name.text}` is not allowed on {_with_article(place)}",
            context.source,
            attribute.span,
            "not allowed here",
            f"allowed on: {', '.join([_shown(kind) for kind in allowed]) or 'nothing'}",
            related,
        )
    )


def _check_json_name(world: World, context: Context, attribute: tree.Attribute, place: str) -> None:
    """Report `JsonName` on something that is not a field, or without a name."""
    if place != "FieldDeclaration":
        _report_place(world, context, attribute, place, ["FieldDeclaration"])
    elif json_name(attribute) is None:
        world.report(
            error(
                E1809,
                "the attribute `JsonName` takes one string",
                context.source,
                attribute.span,
                "the name in JSON is missing",
                'write `[JsonName("name")]`',
            )
        )


def _check_repeated_names(world: World, context: Context, item: tree.TypeItem) -> None:
    """Report each `JsonName` on a field after the first."""
    for field in item.fields:
        names = [each for each in field.attributes if each.name.text == JSON_NAME_ATTRIBUTE]
        if len(names) < 2 or declared_attribute(world, context, names[0]) is not None:
            continue
        for again in names[1:]:
            world.report(
                error(
                    E1809,
                    f"the attribute `JsonName` is given twice for the field `{field.name.text}`",
                    context.source,
                    again.span,
                    "given again here",
                    "remove one of them",
                    (Label(context.source, names[0].span, "first given here"),),
                )
            )


def json_name(attribute: tree.Attribute) -> str | None:
    """Return the argument of `[JsonName("name")]`, or None if the attribute has another form."""
    if len(attribute.arguments) != 1 or attribute.arguments[0].name is not None:
        return None
    value = attribute.arguments[0].value
    if not isinstance(value, tree.StringLiteral) or len(value.pieces) > 1:
        return None
    piece = value.pieces[0] if value.pieces else ""
    return piece if isinstance(piece, str) else None


def _check_spelling(world: World, context: Context, attribute: tree.Attribute) -> None:
    """Report an undeclared attribute with nearly the name of a known one; any other is for other tools."""
    name = attribute.name.text
    declared = [each.name for each in world.index(context.module).ordered if isinstance(each, AttributeSymbol)]
    near = closest(name, [*BUILT_IN, *declared])
    if near is None:
        return
    fix = Fix(f"write `{near}`", (Edit(context.source, attribute.name.span, near),))
    world.report(
        error(
            E1808,
            f"unknown attribute `{name}`",
            context.source,
            attribute.name.span,
            "not declared",
            f"did you mean `{near}`? An attribute of your own needs a declaration: `attribute {name} {{ }}`",
            fixes=(fix,),
        )
    )


def _with_article(place: str) -> str:
    shown = _shown(place)
    return f"an {shown}" if shown[0] in "aeiou" else f"a {shown}"


def _shown(target: str) -> str:
    return _OTHER_PLACES.get(target) or target.removesuffix("Declaration").lower()
