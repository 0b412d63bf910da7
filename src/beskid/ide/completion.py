"""Completion: members after `.` and `::`, names in scope, keywords, and public items that are not imported yet."""

from __future__ import annotations

import re
from collections.abc import Iterable

from beskid.analysis.model.internal import is_internal, offered_paths
from beskid.analysis.model.occurrences import Target
from beskid.analysis.model.symbols import (
    ContractSymbol,
    EnumSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
    Type,
    TypeSymbol,
)
from beskid.analysis.model.types import PRIMITIVES, ContractType, EnumType, StructType, TypeParameterType
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import Context
from beskid.analysis.names.conformance import constraint_method
from beskid.analysis.names.methods import find_method, method_names
from beskid.analysis.names.modules import bases, is_visible, reachable
from beskid.base.node import node
from beskid.ide.describe import declaration, documentation, kind_word
from beskid.ide.repair import is_unclosed, repaired
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import nodes_around
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.tokens import RESERVED_WORDS

MAX_ITEMS = 200

_BEFORE = re.compile(r"([A-Za-z_]\w*)?\Z")
_PATH = re.compile(r"((?:[A-Za-z_]\w*\s*\.\s*)*[A-Za-z_]\w*)\s*\.\s*\Z")
_USE = re.compile(r"^[ \t]*(?:pub[ \t]+)?use[ \t]+([\w.]*)\Z", re.MULTILINE)
_WORDS = ("test", "const", "extend", "event", "attribute", "when", "as", "ref", "out", "this", "range")
"""Words that are keywords in their place only."""


@node
class Completion:
    """A candidate. `insert_use` is the path of a `use` declaration that has to be added."""

    label: str
    kind: str
    detail: str
    documentation: str
    insert_use: str = ""
    order: int = 0


@node
class Completions:
    """The candidates for the name that `span` covers, the best first."""

    span: Span
    items: list[Completion]
    is_incomplete: bool


def complete(snapshot: Snapshot, source: SourceText, offset: int) -> Completions:
    """Return what can be written at an offset."""
    text = source.text
    module = snapshot.require(source)
    if module is None or _is_in_comment(text, offset):
        return Completions(Span(offset, offset), [], False)
    written = _BEFORE.search(text, 0, offset)
    word = written.group(1) or "" if written is not None else ""
    start = offset - len(word)
    before = text[:start]
    use = _USE.search(text[:offset])
    items = _modules(snapshot, module, use.group(1)) if use is not None else _items(snapshot, source, start, word)
    is_member = before.rstrip().endswith((".", "::"))
    if use is None and (not items if is_member else is_unclosed(snapshot, source, start)):
        with repaired(snapshot, source, start) as found:
            if found is not None:
                items = _items(*found, start, word)
    chosen = [item for item in items if _matches(item.label, word)]
    chosen.sort(key=lambda item: (not item.label.startswith(word), item.order, item.label))
    return Completions(Span(start, offset), chosen[:MAX_ITEMS], len(chosen) > MAX_ITEMS)


def _items(snapshot: Snapshot, source: SourceText, start: int, word: str) -> list[Completion]:
    """Return the candidates for the name that starts at an offset."""
    module = snapshot.module_of(source)
    if module is None:
        return []
    before = source.text[:start].rstrip()
    if before.endswith("::"):
        return _variants(snapshot, module, source, start)
    if before.endswith("."):
        return _members(snapshot, module, source, start)
    return _in_scope(snapshot, module, source, start, word)


def _matches(label: str, word: str) -> bool:
    """Return whether the letters of a word occur in a label in their order, the first at its start."""
    if not word:
        return True
    label, word = label.lower(), word.lower()
    if label[:1] != word[:1]:
        return False
    position = 0
    for letter in word:
        position = label.find(letter, position) + 1
        if not position:
            return False
    return True


def _is_in_comment(text: str, offset: int) -> bool:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line.lstrip().startswith("//")


def _item(target: Target, owner: TypeSymbol | None, order: int, program: tree.Program | None = None) -> Completion:
    detail = declaration(target, owner, program)
    return Completion(target.name, kind_word(target), detail, documentation(target, owner), "", order)


def _receiver(snapshot: Snapshot, source: SourceText, start: int) -> Type | None:
    """Return the type of the value before the dot at an offset."""
    known = snapshot.occurrences.receivers.get(source, {})
    text = source.text
    position = start
    while position < len(text) and text[position].isspace():
        position += 1
    found = known.get(start) or known.get(position)
    dot = len(text[:start].rstrip())
    return found or known.get(dot)


def _members(snapshot: Snapshot, module: ModuleSymbol, source: SourceText, start: int) -> list[Completion]:
    type = _receiver(snapshot, source, start)
    if type is not None:
        return members_of(snapshot, module, prune(type))
    path = _PATH.search(source.text, 0, start)
    if path is None:
        return []
    names = tuple([part.strip() for part in path.group(1).split(".")])
    return _public_items(snapshot, module, names) or _static(snapshot, module, names)


def members_of(snapshot: Snapshot, module: ModuleSymbol, type: Type) -> list[Completion]:
    """Return the fields, events and methods of a value, as seen from a module."""
    world = snapshot.world
    context = Context(module)
    items: list[Completion] = []
    if isinstance(type, StructType):
        world.ensure(type.symbol)
        is_own = type.symbol.module is module
        items += [_item(field, type.symbol, 0) for field in type.symbol.fields.values() if field.is_pub or is_own]
        items += [_item(event, type.symbol, 0) for event in type.symbol.events.values()]
    if isinstance(type, TypeParameterType):
        for contract in type.symbol.constraints:
            world.ensure(contract.symbol)
            for name in contract.symbol.methods:
                found = constraint_method(world, type, name)
                if found is not None:
                    items.append(_item(found.method, None, 1))
    for name in dict.fromkeys(method_names(world, context, type)):
        method = (
            type.symbol.methods.get(name) if isinstance(type, ContractType) else find_method(world, context, type, name)
        )
        if method is not None:
            world.ensure(method)
            items.append(_item(method, None, 1))
    return items


def _variants(snapshot: Snapshot, module: ModuleSymbol, source: SourceText, start: int) -> list[Completion]:
    type = _receiver(snapshot, source, start)
    symbol: Symbol | None = type.symbol if isinstance(type, EnumType) else None
    if symbol is None:
        path = re.search(r"([A-Za-z_]\w*)\s*::\s*\Z", source.text[:start])
        symbol = _type_named(snapshot, module, path.group(1)) if path is not None else None
    if not isinstance(symbol, EnumSymbol):
        return []
    snapshot.world.ensure(symbol)
    return [_item(variant, symbol, variant.index) for variant in symbol.variants.values()]


def _type_named(snapshot: Snapshot, module: ModuleSymbol, name: str) -> Symbol | None:
    for symbol, _ in visible(snapshot, module):
        if symbol.name == name and isinstance(symbol, TypeSymbol):
            return symbol
    return None


def _static(snapshot: Snapshot, module: ModuleSymbol, names: tuple[str, ...]) -> list[Completion]:
    """Return what follows the name of a type: variants, extern functions, functions of its module."""
    symbol = _type_named(snapshot, module, names[-1])
    if symbol is None:
        return []
    snapshot.world.ensure(symbol)
    if isinstance(symbol, EnumSymbol):
        return [_item(variant, symbol, variant.index) for variant in symbol.variants.values()]
    if isinstance(symbol, ContractSymbol) and symbol.is_extern:
        return [_item(method, None, 0) for method in symbol.methods.values()]
    if isinstance(symbol, StructSymbol) and symbol.module is not None:
        return _functions_of(snapshot, symbol.module, module)
    return []


def _functions_of(snapshot: Snapshot, holder: ModuleSymbol, viewer: ModuleSymbol) -> list[Completion]:
    items: list[Completion] = []
    for symbol in holder.members.values():
        if isinstance(symbol, FunctionSymbol) and not symbol.is_test and is_visible(symbol, viewer):
            snapshot.world.ensure(symbol)
            items.append(_item(symbol, None, 0))
    return items


def _public_items(snapshot: Snapshot, module: ModuleSymbol, names: tuple[str, ...]) -> list[Completion]:
    """Return the modules and public items below a path."""
    world = snapshot.world
    items: dict[str, Completion] = {}
    binding = module.uses.get(names[0])
    if len(names) == 1 and binding is not None and binding.module is not None:
        _add_module(snapshot, binding.module, items)
    for (package, prefix), taken in bases(world, module, names[0]):
        path = prefix + names[taken:]
        if not path and not taken:
            continue
        found = reachable(world, package, path, module)
        if found is not None:
            _add_module(snapshot, found, items)
        for other in offered_paths(world, module.package, package):
            if len(other) > len(path) and other[: len(path)] == path:
                name = other[len(path)]
                items.setdefault(name, Completion(name, "module", f"mod {'.'.join(other[: len(path) + 1])}", ""))
    return list(items.values())


def _add_module(snapshot: Snapshot, found: ModuleSymbol, items: dict[str, Completion]) -> None:
    snapshot.world.index(found)
    for symbol in [*found.members.values(), *found.children.values()]:
        if symbol.is_pub and not (isinstance(symbol, FunctionSymbol) and symbol.is_test):
            snapshot.world.ensure(symbol)
            items.setdefault(symbol.name, _item(symbol, None, 0))


def _modules(snapshot: Snapshot, module: ModuleSymbol, written: str) -> list[Completion]:
    """Return what continues the path of a `use`."""
    names = tuple(written.split(".")[:-1])
    if names:
        return _public_items(snapshot, module, names)
    heads: dict[str, Completion] = {}
    world = snapshot.world
    for package in (module.package, *world.visible_packages(module.package)):
        for path in offered_paths(world, module.package, package):
            if path and path != module.path:
                heads.setdefault(path[0], Completion(path[0], "module", f"mod {path[0]}", ""))
    return list(heads.values())


def visible(snapshot: Snapshot, module: ModuleSymbol) -> Iterable[tuple[Symbol, str]]:
    """Yield every item that may be named from a module, each with the `use` that it needs, if any."""
    world = snapshot.world
    walk: ModuleSymbol | None = module
    seen: set[str] = set()
    while walk is not None:
        for symbol in [*walk.members.values(), *walk.children.values()]:
            if not (isinstance(symbol, FunctionSymbol) and symbol.is_test) and symbol.name not in seen:
                seen.add(symbol.name)
                yield symbol, ""
        for binding in walk.uses.values():
            bound = binding.item or binding.module
            if bound is not None and binding.name not in seen:
                seen.add(binding.name)
                yield bound, ""
            if binding.module is not None:
                yield from _exported(snapshot, binding.module, seen, "")
        walk = walk.parent
    for prelude in world.prelude_modules():
        yield from _exported(snapshot, prelude, seen, "")
    for other in world.loaded_modules():
        if other is module or other.parent is not None or not other.path:
            continue
        is_ours = other.package == module.package
        if is_ours or (other.package in world.visible_packages(module.package) and not is_internal(other)):
            yield from _exported(snapshot, other, seen, ".".join(other.path))


def _exported(snapshot: Snapshot, module: ModuleSymbol, seen: set[str], path: str) -> Iterable[tuple[Symbol, str]]:
    snapshot.world.index(module)
    for symbol in module.members.values():
        if symbol.is_pub and symbol.name not in seen and not symbol.name.startswith("__"):
            seen.add(symbol.name)
            yield symbol, f"{path}.{symbol.name}" if path else ""


def _in_scope(snapshot: Snapshot, module: ModuleSymbol, source: SourceText, start: int, word: str) -> list[Completion]:
    items: list[Completion] = []
    program = module.program
    around = nodes_around(program, start) if program is not None else []
    items += _locals(snapshot, source, around, start)
    items += _fields_of_literal(snapshot, source, around)
    function = next((part for part in reversed(around) if isinstance(part, tree.FunctionItem)), None)
    if function is not None:
        items += _own_members(snapshot, module, function)
    for symbol, use in visible(snapshot, module):
        if use and (not word or not _matches(symbol.name, word)):
            continue
        snapshot.world.ensure(symbol)
        item = _item(symbol, None, 3 if use else 2)
        items.append(Completion(item.label, item.kind, item.detail, item.documentation, use, item.order))
    items += [Completion(name, "primitive", "", "", "", 4) for name in PRIMITIVES]
    items += [Completion(name, "keyword", "", "", "", 5) for name in (*sorted(RESERVED_WORDS), *_WORDS)]
    return items


def _locals(snapshot: Snapshot, source: SourceText, around: list[object], start: int) -> list[Completion]:
    """Return the locals that are declared before an offset, in a block around it."""
    spans: list[Span] = []
    for part in around:
        if isinstance(part, tree.Block | tree.FunctionItem | tree.TestItem | tree.LambdaExpression | tree.MatchArm):
            spans.append(part.span)
        if isinstance(part, tree.ForStatement):
            spans.append(part.span)
    if not spans:
        return []
    body = spans[0]
    found: dict[str, LocalSymbol] = {}
    for span, local in sorted(snapshot.occurrences.locals.get(source, {}).items()):
        if not (body.start <= span.start < start and body.end >= start) or local.name.startswith("{"):
            continue
        block = _scope_of(snapshot, source, span)
        if block is None or (block.start <= start <= block.end):
            found[local.name] = local
    module = snapshot.module_of(source)
    return [_item(local, None, 0, None if module is None else module.program) for local in found.values()]


def _scope_of(snapshot: Snapshot, source: SourceText, span: Span) -> Span | None:
    """Return the part of a text in which a local is known."""
    module = snapshot.module_of(source)
    if module is None or module.program is None:
        return None
    for part in reversed(nodes_around(module.program, span.start)):
        if isinstance(
            part,
            tree.Block | tree.FunctionItem | tree.TestItem | tree.LambdaExpression | tree.MatchArm | tree.ForStatement,
        ):
            return part.span
    return None


def _fields_of_literal(snapshot: Snapshot, source: SourceText, around: list[object]) -> list[Completion]:
    literal = next((part for part in reversed(around) if isinstance(part, tree.StructLiteral)), None)
    if literal is None or any(isinstance(part, tree.FieldInitializer) for part in around[around.index(literal) :]):
        return []
    found = snapshot.named_at(source, literal.type.span.end)
    if found is None or not isinstance(found.target, StructSymbol):
        return []
    given = {initializer.name.text for initializer in literal.fields}
    fields = found.target.fields.values()
    return [_item(field, found.target, -1) for field in fields if field.name not in given]


def _own_members(snapshot: Snapshot, module: ModuleSymbol, item: tree.FunctionItem) -> list[Completion]:
    """Return the fields and methods of `this`, which a method names without it."""
    symbol = next((each for each in snapshot.world.functions(module) if each.tree is item), None)
    if symbol is None or symbol.receiver is None:
        return []
    return members_of(snapshot, module, prune(symbol.receiver))
