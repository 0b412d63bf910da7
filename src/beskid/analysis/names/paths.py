"""Dotted paths (`language.md` §6.5).

Takes a context and the names of a path that does not begin with a local; returns what its longest resolvable prefix
denotes. Reports E1101 for values, E1005/E1201 for types, E1107 and E1108 for both.
"""

from __future__ import annotations

from collections.abc import Callable

from beskid.analysis.model.symbols import ModuleSymbol, Symbol, TypeSymbol
from beskid.analysis.model.types import ERROR, PRIMITIVES
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.import_fixes import import_fix, import_help
from beskid.analysis.names.import_messages import public_names, unknown_module_help
from beskid.analysis.names.index import kind_of
from beskid.analysis.names.meanings import Meaning, MemberPath
from beskid.analysis.names.modules import bases, child_module, own_item, private_member, public_member, reachable
from beskid.analysis.names.scope import (
    is_broken_import,
    is_explained_by_import,
    lookup_type,
    strong_meaning,
    weak_meaning,
)
from beskid.analysis.names.suggest import (
    did_you_mean,
    foreign_path,
    missing_in_module,
    module_to_import,
    names_in_scope,
)
from beskid.base.node import node
from beskid.base.spelling import closest
from beskid.source.codes import E1107, E1108
from beskid.source.diagnostics import Label, error
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

Names = tuple[tree.Name, ...]
LocalNames = Callable[[], list[str]]


_PARSERS = frozenset({"parse", "tryparse", "from", "from_str", "fromstr"})
"""Functions of number types in other languages that parse a text."""


@node
class Found:
    """A meaning and the number of names consumed."""

    meaning: Meaning
    consumed: int


class _Search:
    """One search through modules: the names, and the first failure."""

    __slots__ = ("missing_at", "missing_in", "names", "private", "texts", "viewer", "wants_type", "world")

    def __init__(self, world: World, viewer: ModuleSymbol, names: Names, wants_type: bool) -> None:
        self.world = world
        self.viewer = viewer
        self.names = names
        self.texts = tuple([name.text for name in names])
        self.wants_type = wants_type
        self.private: Symbol | None = None
        self.missing_in: ModuleSymbol | None = None
        self.missing_at = 0

    def below(self, module: ModuleSymbol, start: int, item: Symbol | None) -> Found | None:
        """Continue below `module`, which `names[:start]` denote. `item` is the item that they also denote, if any."""
        for end in range(len(self.names), start, -1):
            inner = child_module(self.world, module, self.texts[start:end], self.viewer)
            if inner is not None:
                found = self.at(inner, end, own_item(self.world, inner))
                if found is not None:
                    return found
        return self.at(module, start, item)

    def at(self, module: ModuleSymbol, position: int, item: Symbol | None) -> Found | None:
        """Resolve the names from `position` on as a member of `module`, or as the item with the module's own name."""
        is_last = position == len(self.names)
        if is_last:
            if self.wants_type and not isinstance(item, TypeSymbol):
                self._miss(module, position - 1)
                return None
            return Found(Meaning(item, module), position)
        text = self.texts[position]
        meaning = public_member(self.world, module, text)
        if meaning is not None and meaning.item is not None:
            if not self.wants_type or isinstance(meaning.item, TypeSymbol):
                return Found(meaning, position + 1)
        elif meaning is not None and meaning.module is not None and not self.wants_type:
            if position + 1 == len(self.names):
                return Found(meaning, position + 1)
            return self.below(meaning.module, position + 1, None)
        elif meaning is not None and meaning.module is not None:
            return self.below(meaning.module, position + 1, own_item(self.world, meaning.module))
        private = private_member(self.world, module, text)
        if private is not None and self.private is None:
            self.private = private
        if isinstance(item, TypeSymbol) and private is None:
            return Found(Meaning(item, module), position)
        self._miss(module, position)
        return None

    def _miss(self, module: ModuleSymbol, position: int) -> None:
        if self.missing_in is None:
            self.missing_in = module
            self.missing_at = max(position, 0)


def resolve_names(
    world: World, context: Context, names: Names, wants_type: bool, span: Span, locals: LocalNames | None = None
) -> Found | None:
    """Return what a path of at least two names denotes. Reports a path that denotes nothing."""
    search = _Search(world, context.module, names, wants_type)
    head = names[0]
    strong = strong_meaning(world, context, head.text)
    if strong is not None and strong.module is not None:
        found = search.below(strong.module, 1, strong.item)
        if found is None and strong.item is not None and not wants_type:
            found = Found(strong, 1)
        return _finish(world, context, search, found, span, locals)
    if strong is not None:
        return _finish(world, context, search, Found(strong, 1), span, locals)
    if is_broken_import(world, context, head.text):
        return None
    found = _through_modules(world, context, search)
    if found is None and search.private is None:
        weak = weak_meaning(world, context, head, types_only=wants_type)
        if weak is not None:
            found = Found(weak, 1)
    return _finish(world, context, search, found, span, locals)


def _through_modules(world: World, context: Context, search: _Search) -> Found | None:
    """Step 3: find the longest prefix that is a module path, from each possible start."""
    texts = search.texts
    starts = [
        (package, prefix, taken, world.reach(package, prefix + texts[taken:]) - len(prefix) + taken)
        for (package, prefix), taken in bases(world, context.module, texts[0])
    ]
    for end in range(max([last for _, _, _, last in starts], default=0), 0, -1):
        for package, prefix, taken, last in starts:
            if end <= taken or end > last:
                continue
            module = reachable(world, package, prefix + texts[taken:end], search.viewer)
            if module is None:
                continue
            found = search.at(module, end, own_item(world, module))
            if found is not None:
                return found
    return None


def _finish(
    world: World, context: Context, search: _Search, found: Found | None, span: Span, locals: LocalNames | None
) -> Found | None:
    if found is not None:
        item = found.meaning.item
        if item is not None:
            world.mark_used(item, context)
            if not search.wants_type:
                world.ensure(item)
        if world.occurrences is not None:
            note_path(world, context.source, search.names[: found.consumed], found.meaning)
        return found
    names = search.names
    head = names[0]
    written = ".".join(search.texts)
    if search.private is not None:
        private = search.private
        world.report(
            error(
                E1107,
                f"the {kind_of(private)} `{private.name}` of module {module_name(private)} is private",
                context.source,
                span,
                "private",
                f"add `pub` to its declaration in {private.source.path}",
                (Label(private.source, private.name_span, "declared here without `pub`"),),
            )
        )
        if isinstance(private, ModuleSymbol):
            return None
        world.mark_used(private, context)
        world.ensure(private)
        return Found(Meaning(private, None), len(names))
    module = search.missing_in
    if module is not None:
        name = names[min(search.missing_at, len(names) - 1)]
        offered = public_names(world, module, context.module.package)
        world.report(missing_in_module(world, context, name, module, offered, search.wants_type, span))
        return None
    foreign = None if search.wants_type else foreign_path(context, names)
    if foreign is not None:
        world.report(foreign)
        return None
    if context.receiver is ERROR or is_explained_by_import(world, context, head.text):
        return None
    if not world.is_news(context, head.text):
        return None
    path = "::".join(search.texts[:-1])
    near = closest(names[0].text, [*(locals() if locals else ()), *names_in_scope(world, context, types_only=False)])
    help = unknown_module_help(world, context.module, search.texts)
    if names[0].text in PRIMITIVES and len(names) == 2:
        help = f"`{names[0].text}` is a type; call a method of a value, as in `text.ParseI64()`"
        near = None
        if names[1].text.lower() in _PARSERS and names[0].text in ("i64", "f64"):
            help = f"parse the text: `text.Parse{names[0].text.upper()}()`"
    if near is not None and not help.startswith(("did you", "the core", "the module is", "import")):
        help = did_you_mean(near) or help
    to_import = module_to_import(world, context.module, names[0].text)
    helps = to_import is not None and help == import_help(to_import, names[0].text)
    world.report(
        error(
            E1108,
            f"unknown module path `{path}`" if len(names) > 2 else f"`{path}` is neither a value nor a module",
            context.source,
            span,
            f"cannot resolve `{written}`",
            help,
            fixes=import_fix(context.module, to_import) if to_import is not None and helps else (),
        )
    )
    return None


def note_path(world: World, source: SourceText, names: Names, meaning: Meaning) -> None:
    """Note what a path denotes, and the modules that its earlier names denote."""
    if world.occurrences is None:
        return
    world.occurrences.note(source, names[-1].span, meaning.symbol)
    item = meaning.item
    module = meaning.module if item is None else item.module
    if module is not None and (item is None or (len(names) > 1 and module.name != names[-2].text)):
        module = world.find(module.package, module.path[:-1]) if module.path else None
    for name in reversed(names[:-1]):
        if module is None or module.name != name.text:
            return
        world.occurrences.note(source, name.span, module)
        module = world.find(module.package, module.path[:-1]) if len(module.path) > 1 else None


def module_name(symbol: Symbol) -> str:
    module = symbol.module
    return (module.dotted() if module is not None else "") or "this file"


Prefix = tree.NameExpression | tree.MemberExpression


def flatten(expression: tree.Expression) -> list[Prefix] | None:
    """Return the sub-expressions of a dotted expression, head first, or None when its head is not a name."""
    nodes: list[Prefix] = []
    walk: tree.Expression = expression
    while isinstance(walk, tree.MemberExpression):
        nodes.append(walk)
        walk = walk.object
    if not isinstance(walk, tree.NameExpression):
        return None
    nodes.append(walk)
    nodes.reverse()
    return nodes


def resolve_member_path(
    world: World, context: Context, expression: Prefix, locals: LocalNames | None = None
) -> MemberPath | None:
    """Return what the longest resolvable prefix of a dotted expression denotes.

    The expression must not begin with a local. `locals` returns the names of locals, for suggestions.
    """
    nodes = flatten(expression)
    if nodes is None:
        return None
    names = tuple([part.name for part in nodes])
    found = resolve_names(world, context, names, False, expression.span, locals)
    if found is None:
        return None
    owner = _generic_owner(world, context, nodes, found)
    if owner is not None:
        return owner
    return MemberPath(found.meaning, nodes[found.consumed - 1], found.consumed)


def _generic_owner(world: World, context: Context, nodes: list[Prefix], found: Found) -> MemberPath | None:
    """Return the type of `Type<A>.Function`: with type arguments, a name denotes the type and not the module (§6.3)."""
    count = found.consumed - 1
    if count < 1 or not nodes[count - 1].type_arguments:
        return None
    names = tuple([part.name for part in nodes[:count]])
    if count == 1:
        item = lookup_type(world, context, names[0])
    else:
        path = resolve_names(world, context, names, True, nodes[count - 1].span)
        named = path.meaning.item if path is not None and path.consumed == count else None
        item = named if isinstance(named, TypeSymbol) else None
    if item is None:
        return None
    world.ensure(item)
    return MemberPath(Meaning(item, None), nodes[count - 1], count)
