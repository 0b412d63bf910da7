"""The declarations of a text, each with the comments and attributes before it."""

from __future__ import annotations

from beskid.base.node import node
from beskid.syntax.tree.items import (
    AttributeItem,
    ContractItem,
    EnumItem,
    ImplItem,
    Item,
    ModuleDeclaration,
    TypeItem,
    UseItem,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@node
class Declaration:
    """An item with its text and the comments and attributes before it. `name` is what it declares.

    A `use` declares the name that it imports, and a block of a type that block.
    """

    name: str
    text: str
    item: Item

    @property
    def has_type(self) -> bool:
        """Return whether types of values can have the name."""
        return isinstance(self.item, TypeItem | EnumItem | ContractItem | UseItem)

    @property
    def is_attribute(self) -> bool:
        return isinstance(self.item, AttributeItem)


def declarations_in(text: str, items: Iterable[Item]) -> Iterator[Declaration]:
    """Yield the declarations of a text, whose items these are."""
    end = 0
    for item in items:
        match item:
            case UseItem():
                name = (item.alias or item.path.segments[-1].name).text
            case ModuleDeclaration():
                name = f"mod {text[item.path.span.start : item.path.span.end]}"
            case ImplItem():
                word = "extend" if item.is_extend else "impl"
                name = f"{word} {''.join(text[item.receiver.span.start : item.receiver.span.end].split())}"
            case _:
                name = item.name.text
        yield Declaration(name, text[end : item.span.end], item)
        end = item.span.end


def joined(declarations: Iterable[Declaration]) -> dict[str, str]:
    """Return the texts of declarations by name. The blocks of a type in one cell belong together."""
    found: dict[str, str] = {}
    for each in declarations:
        found[each.name] = found.get(each.name, "") + each.text
    return found
