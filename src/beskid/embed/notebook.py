"""Beskid in notebooks: `%load_ext beskid`, then cells that begin with `%%beskid`, and values by `%beskid EXPRESSION`.

A cell is compiled with the declarations of the cells before it. One that declares a name again, or has an `impl` block
of the same type, replaces the former declaration; a cell with errors changes nothing. Its public items become names of
Python. What a program prints goes to the output of the cell that calls it.
"""

from __future__ import annotations

import shlex

from beskid.driver.embedding import EmbedRequest
from beskid.embed.declarations import declarations_in, joined
from beskid.embed.module import Module
from beskid.embed.types import Types
from beskid.source.text import SourceText
from beskid.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SHOW = "ShownByTheNotebook"
USAGE = "%%beskid [-O0] [--name NAME] [--link LIBRARY]… [-L FOLDER]…"


class Cells:
    """The declarations of the cells that were compiled, by name and in order, and the types of the last program."""

    def __init__(self) -> None:
        self._items: dict[str, str] = {}
        self._links: list[str] = []
        self._types: Types | None = None
        self._count = 0

    def compile(self, text: str, optimize: int = 2, links: tuple[str, ...] = ()) -> Module:
        """Compile a cell, and keep its declarations. Raises `CompileError`."""
        from beskid.embed import make_cell

        added = _items_of(text)
        kept = {name: item for name, item in self._items.items() if name not in added}
        wanted = list(dict.fromkeys([*self._links, *links]))
        self._count += 1
        name = f"<beskid cell {self._count}>"
        # The cell comes first, so that its lines have the numbers that the reader counts.
        whole = "".join([text.rstrip(), "\n", *[f"{item.strip()}\n" for item in kept.values()]])
        module, self._types = make_cell(EmbedRequest("", whole, name, optimize, links=tuple(wanted)), self._types)
        self._items = {**kept, **added}
        self._links = wanted
        return module

    def show(self, expression: str) -> None:
        """Print the value of an expression in its printed form. Raises `CompileError`."""
        module: Any = self.compile(f'pub unit {SHOW}() {{ PrintLine("${{{expression}}}"); }}')
        del self._items[SHOW]
        getattr(module, SHOW)()


def _items_of(text: str) -> dict[str, str]:
    return joined(declarations_in(text, parse(SourceText("cell", text)).program.items))


def install(shell: Any) -> None:
    """Register the magic commands in a shell of IPython."""
    from beskid.embed import link_words

    cells = Cells()

    def cell(line: str, text: str) -> None:
        words = shlex.split(line)
        optimize, name = 2, ""
        libraries: list[str] = []
        folders: list[str] = []
        while words:
            match words:
                case ["-O0", *words]:
                    optimize = 0
                case ["--name", name, *words]:
                    pass
                case ["--link", library, *words]:
                    libraries.append(library)
                case ["-L", folder, *words]:
                    folders.append(folder)
                case _:
                    raise ValueError(f"unknown option {words[0]}\n  help: {USAGE}")
        module = cells.compile(text, optimize, link_words(libraries, folders))
        declared = _items_of(text)
        shell.push({each: getattr(module, each) for each in dir(module) if each in declared})
        if name:
            shell.push({name: module})

    def value(line: str) -> None:
        cells.show(line)

    register: Callable[..., None] = shell.register_magic_function
    register(cell, magic_kind="cell", magic_name="beskid")
    register(value, magic_kind="line", magic_name="beskid")
