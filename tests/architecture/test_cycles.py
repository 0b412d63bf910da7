"""No import cycle exists in the analysis, neither among its modules nor among its packages.

Imports under `TYPE_CHECKING` and inside functions count: a cycle that only the type checker sees still means that
two files cannot be understood one after the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
ROOM = "beskid.analysis"

Graph = Mapping[str, set[str]]


def module_names(room: str) -> dict[str, Path]:
    """The modules of a package and of its subpackages, with their files."""
    files = (SOURCE / room.replace(".", "/")).rglob("*.py")
    return {".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports_of(tree: ast.AST, modules: Iterable[str]) -> set[str]:
    """The modules among `modules` that a file imports anywhere in its text."""
    known = set(modules)
    found: set[str] = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            found.update(alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module is not None:
            for alias in part.names:
                submodule = f"{part.module}.{alias.name}"
                found.add(submodule if submodule in known else part.module)
    return found & known


def import_graph(room: str) -> dict[str, set[str]]:
    modules = module_names(room)
    return {
        name: imports_of(ast.parse(file.read_text(encoding="utf-8")), modules) - {name}
        for name, file in modules.items()
    }


def find_cycle(graph: Graph) -> list[str]:
    """A cycle of the graph, its first node repeated at the end; empty when there is none."""
    finished: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in finished:
            return []
        for following in sorted(graph.get(node, ())):
            cycle = visit(following, [*path, node])
            if cycle:
                return cycle
        finished.add(node)
        return []

    return next((cycle for node in sorted(graph) if (cycle := visit(node, []))), [])


def by_package(graph: Graph) -> dict[str, set[str]]:
    """The imports between packages; a module directly in the room is a package of its own."""

    def package(name: str) -> str:
        parent = name.rpartition(".")[0]
        return name if parent == ROOM else parent

    merged: dict[str, set[str]] = {}
    for name, imported in graph.items():
        merged.setdefault(package(name), set()).update(map(package, imported))
    return {name: imported - {name} for name, imported in merged.items()}


def test_no_module_imports_itself_through_others() -> None:
    graph = import_graph(ROOM)
    assert len(graph) > 60, "the modules of the analysis were not found"
    assert find_cycle(graph) == []


def test_no_package_imports_itself_through_others() -> None:
    packages = by_package(import_graph(ROOM))
    assert packages[f"{ROOM}.types.check"] >= {f"{ROOM}.types", f"{ROOM}.names", f"{ROOM}.model"}
    assert find_cycle(packages) == []


def test_a_cycle_is_found() -> None:
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_imports_for_the_type_checker_count() -> None:
    text = "if TYPE_CHECKING:\n    from x import y\n\ndef f():\n    import z\n"
    assert imports_of(ast.parse(text), ["x", "x.y", "z"]) == {"x.y", "z"}
