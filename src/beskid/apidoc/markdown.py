"""Markdown pages of a package: an index, and a page for each module.

Each heading follows an anchor that is the qualified name of its item, so that links do not depend on how a renderer
names headings.
"""

from __future__ import annotations

from collections.abc import Iterable

from beskid.apidoc.comments import Comment, read_comment
from beskid.apidoc.links import Links
from beskid.apidoc.model import GENERATED, Item, Kind, Module, PackageDocumentation

MARK = f"<!-- {GENERATED} -->"
NO_ITEMS = "*There are no public items.*"
NO_DOCUMENTATION = "*Not documented.*"
_SECTIONS = (
    ("Constants", (Kind.CONSTANT,)),
    ("Types", (Kind.TYPE, Kind.ENUM, Kind.CONTRACT)),
    ("Functions", (Kind.FUNCTION,)),
    ("Methods", (Kind.METHOD,)),
    ("Attributes", (Kind.ATTRIBUTE,)),
)
"""The headings of a page and the kinds of its items below each."""

_LISTED = (Kind.FIELD, Kind.EVENT, Kind.VARIANT)
"""The kinds of members that a list shows. The others have headings."""


def module_name(module: Module) -> str:
    """Return the name of a module on pages: the one of a program of one file is its file."""
    return module.dotted() or module.location.file.rpartition("/")[2]


def page_of(module: Module, suffix: str) -> str:
    """Return the name of the page of a module, without a folder."""
    return f"{module_name(module)}{suffix}"


def reference_text(written: str, found: Module | Item | None) -> str:
    """Return a reference as code, for texts without links."""
    return f"`{written}`" if found is not None else f"`{written}` *(unresolved)*"


class Pages:
    """The pages of a package, with links to pages of one suffix."""

    __slots__ = ("_links", "_modules", "_package", "_suffix")

    def __init__(self, package: PackageDocumentation, suffix: str = ".md") -> None:
        self._package = package
        self._suffix = suffix
        self._links = Links(package.modules)
        self._modules = {module.path: module for module in package.modules}

    def all(self) -> dict[str, str]:
        """Return the text of each page by its name."""
        pages = {page_of(module, self._suffix): self.module(module) for module in self._package.modules}
        return {f"index{self._suffix}": self.index(), **pages}

    def index(self) -> str:
        lines = [MARK, "", f"# {self._package.name}", ""]
        for module in self._package.modules:
            summary = self._expand(read_comment(module.comment).summary(), module, is_outside=True)
            line = f"- [{module_name(module)}]({page_of(module, self._suffix)})"
            lines.append(f"{line}: {summary}" if summary else line)
        if not self._package.modules:
            lines.append(NO_ITEMS)
        return "\n".join(lines) + "\n"

    def module(self, module: Module) -> str:
        lines = [MARK, "", f"# {module_name(module)}", ""]
        lines += [*self._prose(read_comment(module.comment), module)]
        lines += self._overview(module)
        for title, kinds in _SECTIONS:
            items = [item for item in module.items if item.kind in kinds]
            if items:
                lines += [f"## {title}", ""]
                for item in items:
                    lines += self._item(item, module, "###")
        if not module.items:
            lines += [NO_ITEMS, ""]
        return "\n".join(lines).rstrip() + "\n"

    def _overview(self, module: Module) -> list[str]:
        if len(module.items) < 2:
            return []
        rows = ["| Item | |", "|---|---|"]
        for item in module.items:
            summary = self._expand(read_comment(item.comment).summary(), module).replace("|", "\\|")
            rows.append(f"| [`{item.name()}`](#{item.qualified_name()}) | {summary} |")
        return [*rows, ""]

    def _item(self, item: Item, module: Module, heading: str) -> list[str]:
        comment = read_comment(item.comment)
        name = ".".join(item.path[len(module.path) :])
        lines = [f'<a id="{item.qualified_name()}"></a>', "", f"{heading} {name}", ""]
        lines += ["```beskid", item.signature, "```", ""]
        lines += self._prose(comment, module) or [NO_DOCUMENTATION, ""]
        lines += self._named("Type parameters", item.type_parameters, comment.type_parameters, module)
        lines += self._named("Parameters", [each.name for each in item.parameters], comment.arguments, module)
        if comment.returns:
            lines += [f"**Returns** {self._expand(comment.returns, module)}", ""]
        listed = [member for member in item.members if member.kind in _LISTED]
        if listed:
            lines += [*[self._listed(member, comment, module) for member in listed], ""]
        for member in item.members:
            if member.kind not in _LISTED:
                lines += self._item(member, module, heading + "#")
        return lines

    def _listed(self, member: Item, owner: Comment, module: Module) -> str:
        """Return a member as an item of a list, with its own text or that of the owner's `@variant`."""
        text = read_comment(member.comment).prose or owner.variants.get(member.name(), "")
        shown = f'- <a id="{member.qualified_name()}"></a>`{member.signature}`'
        return f"{shown}: {self._expand(' '.join(text.split()), module)}" if text else shown

    def _named(self, title: str, names: Iterable[str], texts: dict[str, str], module: Module) -> list[str]:
        rows = [f"- `{name}`: {self._expand(texts[name], module)}" for name in names if texts.get(name)]
        return [f"**{title}**", "", *rows, ""] if rows else []

    def _prose(self, comment: Comment, module: Module) -> list[str]:
        return [self._expand(comment.prose, module), ""] if comment.prose else []

    def _expand(self, text: str, module: Module, is_outside: bool = False) -> str:
        """Replace the references of a module's documentation, shown on its page or, if `is_outside`, on another."""
        page = None if is_outside else module
        return self._links.expand(text, module.path, lambda written, found: self._link(written, found, page))

    def _link(self, written: str, found: Module | Item | None, module: Module | None) -> str:
        if found is None:
            return reference_text(written, found)
        if isinstance(found, Module):
            return f"[`{written}`]({page_of(found, self._suffix)})"
        home = self._home(found)
        page = "" if home is module else page_of(home, self._suffix)
        return f"[`{written}`]({page}#{found.qualified_name()})"

    def _home(self, item: Item) -> Module:
        path = item.path[:-1]
        while path not in self._modules:
            path = path[:-1]
        return self._modules[path]
