"""Reads what a package offers from the syntax trees of its modules.

Takes indexed modules; returns a `PackageDocumentation`. Members that an `impl` or `extend` block adds to a type of the
same module are members of the type; the methods of other blocks are items of the module of the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias, assert_never

from beskid.analysis.model.internal import is_internal
from beskid.analysis.model.symbols import ModuleSymbol
from beskid.apidoc.model import Item, Kind, Location, Module, PackageDocumentation, Parameter
from beskid.base.node import replace
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.documentation import Documentation
from beskid.syntax.lexer import tokenize
from beskid.syntax.tokens import END, DocumentationRun, Tokens

Named: TypeAlias = (
    tree.FunctionItem
    | tree.TypeItem
    | tree.EnumItem
    | tree.ContractItem
    | tree.AttributeItem
    | tree.ConstItem
    | tree.Field
    | tree.EventField
    | tree.Variant
)


def collect(
    name: str, modules: Iterable[ModuleSymbol], is_complete: bool = False, has_internal: bool = False
) -> PackageDocumentation:
    """Return the public items of modules, or all items if `is_complete`. Modules without any are left out.

    So are internal modules unless `is_complete` or `has_internal`.
    """
    found: list[Module] = []
    for symbol in modules:
        if is_internal(symbol) and not (is_complete or has_internal):
            continue
        found += [module for module in _Reader(symbol, is_complete).modules() if module.items or module.comment]
    return PackageDocumentation(name, tuple(sorted(found, key=lambda module: module.path)))


class _Reader:
    """Reads one file."""

    __slots__ = ("documentation", "file_comment", "is_complete", "source", "symbol", "tokens")

    def __init__(self, symbol: ModuleSymbol, is_complete: bool) -> None:
        assert symbol.program is not None
        self.symbol = symbol
        self.source: SourceText = symbol.source
        self.documentation: Documentation | None = symbol.documentation
        self.tokens: Tokens = tokenize(symbol.source)
        self.is_complete = is_complete
        self.file_comment = self.comment_of_file()

    def modules(self) -> Iterator[Module]:
        program = self.symbol.program
        assert program is not None
        yield from self.module(self.symbol.path, program.items, self.file_comment, program.span)

    def module(
        self, path: tuple[str, ...], items: Iterable[tree.Item], comment: DocumentationRun | None, span: Span
    ) -> Iterator[Module]:
        """Return a module, and after it its inline modules."""
        found: dict[str, Item] = {}
        inner: list[tree.InlineModule] = []
        blocks: list[tree.ImplItem] = []
        for item in items:
            match item:
                case tree.InlineModule():
                    if item.is_pub or self.is_complete:
                        inner.append(item)
                case tree.ImplItem():
                    blocks.append(item)
                case tree.TestItem() | tree.UseItem() | tree.ModuleDeclaration():
                    pass
                case (
                    tree.FunctionItem()
                    | tree.TypeItem()
                    | tree.EnumItem()
                    | tree.ContractItem()
                    | tree.AttributeItem()
                    | tree.ConstItem()
                ):
                    found[item.name.text] = self.item(item, path)
                case _:
                    assert_never(item)
        loose = [member for block in blocks for member in self.block(block, path, found)]
        shown = [item for item in found.values() if item.is_pub or self.is_complete]
        yield Module(path, comment, self.location(span), (*shown, *loose))
        for child in inner:
            child_comment = self.comment_of(child, child.attributes, child.name)
            yield from self.module((*path, child.name.text), child.items, child_comment, child.span)

    def block(self, block: tree.ImplItem, path: tuple[str, ...], found: dict[str, Item]) -> list[Item]:
        """Add the methods of a block to their type in `found`; return them if the type is not there."""
        names = [segment.name.text for segment in block.receiver.segments]
        owner = found.get(names[-1]) if len(names) == 1 else None
        methods = self.shown([self.item(method, (*path, *names), Kind.METHOD) for method in block.methods])
        if owner is None:
            return methods
        found[names[-1]] = replace(owner, members=(*owner.members, *methods))
        return []

    def shown(self, items: Iterable[Item]) -> list[Item]:
        return [item for item in items if item.is_pub or self.is_complete]

    def item(self, item: Named, owner: tuple[str, ...], function_kind: Kind = Kind.FUNCTION) -> Item:
        path = (*owner, item.name.text)
        parameters: tuple[Parameter, ...] = ()
        type_parameters: tuple[tree.TypeParameter, ...] = ()
        conformances: tuple[tree.Path, ...] = ()
        attributes: tuple[tree.Attribute, ...] = ()
        members: list[Item] = []
        result = ""
        is_pub = True
        match item:
            case tree.FunctionItem():
                kind, is_pub, attributes = function_kind, item.is_pub, item.attributes
                # Whoever sees a contract sees its methods.
                is_pub = is_pub or function_kind is Kind.CONTRACT_METHOD
                parameters, type_parameters = self.parameters(item.parameters), item.type_parameters
                result = self.text(item.result.span.start, item.result.span.end)
            case tree.TypeItem():
                kind, is_pub, attributes = Kind.TYPE, item.is_pub, item.attributes
                type_parameters, conformances = item.type_parameters, item.conformances
                members = [self.item(field, path) for field in item.fields]
                members += [self.item(method, path, Kind.METHOD) for method in item.methods]
            case tree.EnumItem():
                kind, is_pub, attributes = Kind.ENUM, item.is_pub, item.attributes
                type_parameters = item.type_parameters
                members = [self.item(variant, path) for variant in item.variants]
            case tree.ContractItem():
                kind, is_pub, attributes = Kind.CONTRACT, item.is_pub, item.attributes
                type_parameters = item.type_parameters
                conformances = tuple([each.path for each in item.embeddings])
                members = [self.item(method, path, Kind.CONTRACT_METHOD) for method in item.methods]
            case tree.AttributeItem():
                kind, is_pub = Kind.ATTRIBUTE, item.is_pub
                parameters = tuple([Parameter(each.name.text, self.span_text(each.type)) for each in item.parameters])
            case tree.ConstItem():
                kind, is_pub, attributes = Kind.CONSTANT, item.is_pub, item.attributes
                result = self.span_text(item.type)
            case tree.Field():
                kind, attributes = Kind.FIELD, item.attributes
                result = self.span_text(item.type)
            case tree.EventField():
                kind, attributes = Kind.EVENT, item.attributes
                parameters = self.parameters(item.parameters)
            case tree.Variant():
                kind = Kind.VARIANT
                parameters = tuple(
                    [Parameter(each.name.text if each.name else "", self.span_text(each.type)) for each in item.fields]
                )
            case _:
                assert_never(item)
        return Item(
            kind, path, is_pub, self.signature(item, attributes), self.comment_of(item, attributes, item.name),
            self.location(item.span), parameters, tuple([each.name.text for each in type_parameters]), result,
            tuple([self.text(each.span.start, each.span.end) for each in conformances]), tuple(self.shown(members)),
        )  # fmt: skip

    def parameters(self, parameters: Iterable[tree.Parameter]) -> tuple[Parameter, ...]:
        return tuple(
            [
                Parameter(each.name.text, self.span_text(each.type) if each.type else "", each.modifier)
                for each in parameters
            ]
        )

    # Text and places --------------------------------------------------------------------------------------------

    def comment_of(
        self, item: Named | tree.InlineModule, attributes: tuple[tree.Attribute, ...], name: tree.Name
    ) -> DocumentationRun | None:
        """Return the documentation of a declaration, before it or after its attributes."""
        if self.documentation is None:
            return None
        end = attributes[-1].span.end if attributes else -1
        found = self.documentation.run_of(item.span.start, end, name.span.start)
        return None if found is self.file_comment else found

    def comment_of_file(self) -> DocumentationRun | None:
        """Return the documentation at the start of a file that is above the imports or above an empty line."""
        if self.documentation is None or self.documentation.module is not None:
            return self.documentation.module if self.documentation else None
        first = self.documentation.attached.get(self.tokens.starts[0])
        if first is None:
            return None
        end = first.lines[-1].span.end
        is_apart = self.source.text[end : self.tokens.starts[0]].count("\n") > 1
        return first if is_apart or self.tokens.kinds[0] == "use" else None

    def location(self, span: Span) -> Location:
        start, end = self.source.position(span.start), self.source.position(span.end)
        return Location(self.source.path, *start, *end)

    def signature(self, item: Named, attributes: tuple[tree.Attribute, ...]) -> str:
        """Return the head of a declaration: the part after its attributes and before its body."""
        start = attributes[-1].span.end if attributes else item.span.start
        match item:
            case tree.FunctionItem():
                body = item.body if item.body is not None else item.expression_body
                end = item.span.end if body is None else body.span.start
            case tree.TypeItem() | tree.EnumItem() | tree.ContractItem() | tree.AttributeItem():
                end = self.brace_after(item)
            case tree.ConstItem() | tree.Field() | tree.EventField() | tree.Variant():
                end = item.span.end
            case _:
                assert_never(item)
        return self.text(start, end).removesuffix("=>").rstrip(" ;,")

    def brace_after(self, item: tree.TypeItem | tree.EnumItem | tree.ContractItem | tree.AttributeItem) -> int:
        """Return the offset of the body of a declaration, its end if there is none."""
        index = self.tokens.index_at(item.name.span.end)
        while self.tokens.kinds[index] not in ("{", END) and self.tokens.starts[index] < item.span.end:
            index += 1
        return min(self.tokens.starts[index], item.span.end)

    def span_text(self, syntax: tree.TypeSyntax) -> str:
        return self.text(syntax.span.start, syntax.span.end)

    def text(self, start: int, end: int) -> str:
        """Return the tokens of a part of the source on one line, without comments."""
        tokens = self.tokens
        index = tokens.index_at(start)
        parts: list[str] = []
        before = -1
        while tokens.kinds[index] != END and tokens.ends[index] <= end:
            text = tokens.text(index)
            has_space = before >= 0 and tokens.starts[index] > before
            if text in (")", "]") and parts and parts[-1] == ",":
                parts.pop()
            elif has_space and text not in (")", "]", ",", ">") and parts and parts[-1] not in ("(", "["):
                parts.append(" ")
            parts.append(text)
            before = tokens.ends[index]
            index += 1
        return "".join(parts)
