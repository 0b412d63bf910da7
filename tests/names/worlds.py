"""Programs in memory for the tests of names: packages from texts, with a small core library or the real one."""

from __future__ import annotations

from collections.abc import Mapping

from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol, StructSymbol
from beskid.analysis.names.lookup import Context
from beskid.analysis.program import Package, ProgramWorld
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.parser import parse

LIBRARY = {
    "Prelude": "pub mod Core.Results;\npub mod Core.Contracts;\npub mod System.IO;\n",
    "Core.Results": "pub enum Result<T, E> { Ok(T value), Error(E error) }\n",
    "Core.Contracts": (
        "pub contract Equatable<T> { bool Equals(T other); }\n"
        "pub contract Hashable { i64 Hash(); }\n"
        "pub contract Comparable<T> { i32 Compare(T other); }\n"
    ),
    "Core.String": "pub i64 Len(string text) { return __str_len(text); }\ni64 secret(string text) { return 1; }\n",
    "Core.Numbers": "pub i64 Abs(i64 value) { return value; }\n",
    "Core.Bool": "pub i64 ToI64(bool value) { return 1; }\n",
    "Core.Char": "pub i64 Code(char c) { return 1; }\n",
    "Collections.Array": "pub i64 Count<T>(T[] values) { return __array_len(values); }\n",
    "Collections.List": (
        "pub type List<T> { T[] items }\n"
        "pub List<T> New<T>() { return List { items: [] }; }\n"
        "pub List<T> Push<T>(List<T> list, T value) { return list; }\n"
        "unit grow<T>(List<T> list) { }\n"
    ),
    "System.IO": "pub unit Print(string text) { }\npub unit PrintLine(string text) { }\n",
    "System.FS": "pub use System.IO.Print;\npub bool Exists(string path) { return true; }\n",
    "Signal.Channel": "pub type Channel<T> { i64 id }\npub Channel<T> Create<T>() { return Channel { id: 1 }; }\n",
}


def package(name: str, files: Mapping[str, str], is_library: bool = False) -> Package:
    """A package whose modules are given by dotted path; the empty path is the root."""
    modules = {}
    for dotted, text in files.items():
        path = tuple(dotted.split(".")) if dotted else ()
        source = SourceText(f"{dotted.replace('.', '/') or 'main'}.bd", text)
        modules[path] = lambda source=source: source
    return Package(name, modules, is_library)


def world_of(files: Mapping[str, str] | str, *others: Package) -> ProgramWorld:
    """A world of the package `app` and the small library."""
    texts = {"": files} if isinstance(files, str) else files
    return ProgramWorld((package("app", texts), *others, package("Std", LIBRARY, is_library=True)))


def completed(files: Mapping[str, str] | str, *others: Package) -> ProgramWorld:
    """A world with all declarations of `app` resolved and checked."""
    world = world_of(files, *others)
    for module in world.load_all("app"):
        world.complete(module)
    return world


def codes(world: ProgramWorld) -> list[str]:
    return [diagnostic.code for diagnostic in world.diagnostics]


def name(text: str) -> tree.Name:
    return tree.Name(0, Span(0, 0), text)


def root(world: ProgramWorld) -> ModuleSymbol:
    return module(world, "app")


def module(world: ProgramWorld, package_name: str, dotted: str = "") -> ModuleSymbol:
    found = world.module(package_name, tuple(dotted.split(".")) if dotted else ())
    assert found is not None
    return found


def inside(world: ProgramWorld, dotted: str = "") -> Context:
    """The context of a module of `app`."""
    return Context(module(world, "app", dotted))


def expression(text: str) -> tree.NameExpression | tree.MemberExpression:
    """A name or dotted expression, or the prefix of `E::V`."""
    program = parse(SourceText("e.bd", f"unit f() {{ let x = {text}; }}")).program
    item = program.items[0]
    assert isinstance(item, tree.FunctionItem) and item.body is not None
    statement = item.body.statements[0]
    assert isinstance(statement, tree.LetStatement)
    value = statement.value
    if isinstance(value, tree.EnumPathExpression):
        return value.prefix
    assert isinstance(value, tree.NameExpression | tree.MemberExpression)
    return value


def written_type(text: str) -> tree.TypeSyntax:
    program = parse(SourceText("t.bd", f"{text} f() {{ }}")).program
    item = program.items[0]
    assert isinstance(item, tree.FunctionItem)
    return item.result


def function(owner: ModuleSymbol, text: str) -> FunctionSymbol:
    found = owner.members[text]
    assert isinstance(found, FunctionSymbol)
    return found


def struct(owner: ModuleSymbol, text: str) -> StructSymbol:
    found = owner.members[text]
    assert isinstance(found, StructSymbol)
    return found
