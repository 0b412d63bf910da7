"""Suggestions: similar names by edit distance, imports that would help, and spellings of other languages.

`report_unknown_value` and `unknown_type` report undefined names. The other functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from beskid.analysis.model.internal import offered_paths
from beskid.analysis.model.symbols import ModuleSymbol, TypeSymbol
from beskid.analysis.model.types import PRIMITIVES
from beskid.analysis.model.world import CORE_LIBRARY, Context, World
from beskid.analysis.names.import_fixes import import_fix, import_help
from beskid.base.spelling import closest
from beskid.source.codes import E1005, E1101, E1109, E1201, Code
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import Span
from beskid.syntax import tree

FOREIGN_TYPES = {
    "int": "i64", "Int": "i64", "integer": "i64", "long": "i64", "short": "i16", "byte": "u8", "sbyte": "i8",
    "uint": "u64", "ulong": "u64", "usize": "i64", "isize": "i64", "size_t": "i64", "float": "f64", "double": "f64",
    "Float": "f64", "f16": "f32", "number": "f64", "boolean": "bool", "Bool": "bool", "Boolean": "bool",
    "String": "string", "str": "string", "Char": "char", "rune": "char", "void": "unit", "Unit": "unit",
    "any": "a type parameter, as in `unit F<T>(T value)`", "object": "a type parameter, as in `unit F<T>(T value)`",
    "dynamic": "a type parameter, as in `unit F<T>(T value)`", "vector": "List<T>", "Vec": "List<T>",
    "Dictionary": "Map<K, V>", "HashMap": "Map<K, V>", "dict": "Map<K, V>", "HashSet": "Set<T>",
}  # fmt: skip
"""Type names of other languages and the Beskid spelling."""

FOREIGN_VALUES = {
    "println": "PrintLine(text)", "print": "Print(text)", "printf": 'Print("${value}")', "puts": "PrintLine(text)",
    "Println": "PrintLine(text)", "console": "PrintLine(text)", "echo": "PrintLine(text)",
    "null": "Option::None", "nil": "Option::None", "None": "Option::None", "undefined": "Option::None",
    "nullptr": "Option::None", "True": "true", "False": "false", "self": "this", "len": "value.Len()",
    "panic": "Panic(message)", "throw": "return Result::Error(…)", "new": "a literal, `Name { field: value }`",
    "append": "list.Push(value)", "str": '"${value}"', "input": "ReadLine()",
    "int": "text.ParseI64()", "float": "text.ParseF64()", "assert": "AssertTrue(condition, message)",
    "abort": "Panic(message)", "exit": "Process.Exit(code)` after `use System.Process;",
    "max": "Math.Max(a, b)` after `use Math;", "min": "Math.Min(a, b)` after `use Math;",
    "sqrt": "Math.Sqrt(x)` after `use Math;", "abs": "Math.Abs(x)` after `use Math;",
}  # fmt: skip
"""Value names of other languages and the Beskid spelling."""

FOREIGN_MODULES = {
    "Vec": "Collections.List", "Vector": "Collections.List", "ArrayList": "Collections.List",
    "vector": "Collections.List", "HashMap": "Collections.Map", "Dictionary": "Collections.Map",
    "Dict": "Collections.Map", "TreeMap": "Collections.Map", "HashSet": "Collections.Set",
    "Arrays": "Collections.Array", "math": "Math", "Strings": "Core.String", "strings": "Core.String",
}  # fmt: skip
"""Modules and types of other languages, and the modules of the core library for the same."""

LOCAL_WORDS = frozenset({"var", "val", "auto", "const", "final", "local", "my", "readonly"})
"""Words that declare locals in other languages."""

_LOCAL_DECLARATION = re.compile(r"\s+(\w+)\s*=\s*([^;\n]{1,40});")

FOREIGN_PATHS = (
    "System.out", "System.err", "fmt.Print", "fmt.Println", "fmt.Printf", "sys.stdout", "Console.Write",
    "Console.WriteLine",
)  # fmt: skip
"""Functions of other languages that print."""


RANGE_HELP = "`range` is allowed only after the `in` of a `for` loop"

SUGGESTION_BUDGET = 40_000
"""The approximate number of names that one check searches for suggestions.

Suggestions for hundreds of errors are not read, and searching all names for each error would take quadratic time.
"""


def may_suggest(world: World, candidates: int) -> bool:
    return len(world.diagnostics) * candidates < SUGGESTION_BUDGET


def did_you_mean(name: str | None) -> str | None:
    return None if name is None else f"did you mean `{name}`?"


def importable(world: World, context: Context, name: str, types_only: bool) -> list[str]:
    """Return the dotted paths of modules with a public item of that name."""
    found: list[str] = []
    if not may_suggest(world, candidates=500):
        return found
    package = context.module.package
    for other in (package, *world.visible_packages(package)):
        for path in offered_paths(world, package, other):
            module = world.find(other, path)
            if module is None or module is context.module or name not in module.source.text:
                continue
            world.index(module)
            item = module.members.get(name)
            if item is not None and item.is_pub and (not types_only or isinstance(item, TypeSymbol)):
                found.append(import_path(world, package, other, path))
    return found


def import_path(world: World, own: str, package: str, path: tuple[str, ...]) -> str:
    """Return how a module of the package `own` writes the path of a module.

    A module of the core library needs no `Std.` unless the package has modules below the same first name.
    """
    dotted = ".".join(path)
    if package == own:
        return dotted
    is_hidden = any(known[:1] == path[:1] for known in world.file_paths(own))
    return dotted if package == CORE_LIBRARY and not is_hidden else f"{package}.{dotted}"


def module_to_import(world: World, module: ModuleSymbol, name: str) -> str | None:
    """Return the path of the only module whose path ends with a name."""
    found: list[str] = []
    for package in (module.package, *world.visible_packages(module.package)):
        paths = [path for path in offered_paths(world, module.package, package) if len(path) > 1 and path[-1] == name]
        found += [import_path(world, module.package, package, path) for path in paths]
    return found[0] if len(found) == 1 else None


def _path_to_import(world: World, context: Context, name: str, types_only: bool) -> str | None:
    paths = importable(world, context, name, types_only)
    if paths:
        return paths[0]
    return None if types_only else module_to_import(world, context.module, name)


def names_in_scope(world: World, context: Context, types_only: bool) -> list[str]:
    """Return the names of rules 4 to 7 that are cheap to list."""
    names: list[str] = []
    if not may_suggest(world, candidates=500):
        return names
    module: ModuleSymbol | None = context.module
    sources: list[ModuleSymbol] = []
    while module is not None:
        names.extend(name for name, item in module.members.items() if not types_only or isinstance(item, TypeSymbol))
        names.extend(module.uses)
        sources.extend(module.wholesale)
        module = module.parent
    for source in (*sources, *world.prelude_modules()):
        world.index(source)
        names.extend(
            name
            for name, item in source.members.items()
            if item.is_pub and (not types_only or isinstance(item, TypeSymbol))
        )
    return names if may_suggest(world, len(names)) else []


def _candidates(world: World, context: Context, locals: Iterable[str]) -> list[str]:
    """Return the locals and the names of the module, within the suggestion budget."""
    own = list(locals)
    return [*(own if may_suggest(world, len(own)) else ()), *names_in_scope(world, context, types_only=False)]


def report_unknown_value(
    world: World, context: Context, name: tree.Name, locals: Iterable[str] = (), subject: str = ""
) -> None:
    """Report E1101, or E1109 for a name of another language."""
    text = name.text
    if text == "this":
        world.report(this_outside(context, name))
        return
    if not world.is_news(context, text):
        return
    near = closest(text, _candidates(world, context, locals))
    foreign = FOREIGN_VALUES.get(text)
    if foreign is not None:
        world.report(_of_another_language(context, name, foreign, "not found in this scope"))
        return
    help = RANGE_HELP if text == "range" else did_you_mean(near)
    path = _path_to_import(world, context, text, types_only=False) if help is None else None
    fixes = import_fix(context.module, path) if path is not None else ()
    if help is None:
        help = import_help(path, text) if path is not None else _declare_help(subject)
    world.report(
        error(
            E1101,
            f"unknown value `{text}`",
            context.source,
            name.span,
            "not found in this scope",
            help,
            fixes=fixes,
            subject=subject,
        )
    )


def _declare_help(subject: str) -> str:
    is_item = subject.startswith("item ")
    return "declare it, or import the module that declares it" if is_item else "declare it before using it"


def unknown_type(world: World, context: Context, name: tree.Name, code: Code | None = None) -> Diagnostic:
    """Return E1005 in a declaration, E1201 in a body, or E1109 for a type of another language."""
    text = name.text
    path = _path_to_import(world, context, text, types_only=True)
    if path is None and text in LOCAL_WORDS:
        declaration = _LOCAL_DECLARATION.match(context.source.text, name.span.end)
        if declaration is not None:
            written = f"let {declaration[1]} = {declaration[2]};"
            return _of_another_language(context, name, written, "not a Beskid type")
    foreign = FOREIGN_TYPES.get(text) if path is None else None
    if foreign is not None:
        return _of_another_language(context, name, foreign, "not a Beskid type")
    code = code or (E1005 if context.is_declaration else E1201)
    known = [*PRIMITIVES, *context.type_parameters, *names_in_scope(world, context, types_only=True)]
    help = import_help(path, text) if path is not None else did_you_mean(closest(text, known))
    if help is None:
        help = f"declare `type {text} {{ … }}`, or import the module that declares it"
    fixes = import_fix(context.module, path) if path is not None else ()
    message = f"unknown type `{text}`"
    label = "not found in this scope"
    return error(code, message, context.source, name.span, label, help, fixes=fixes, subject=f"type {text}")


def this_outside(context: Context, name: tree.Name) -> Diagnostic:
    """Return E1101 for `this` outside of methods."""
    return error(
        E1101,
        "`this` outside of a method",
        context.source,
        name.span,
        "no receiver here",
        "move the code into a method, or pass the value as a parameter",
    )


def foreign_path(context: Context, names: tuple[tree.Name, ...]) -> Diagnostic | None:
    """Return a more specific error for a path with an undefined head: E1109, or E1101 for `this`."""
    if names[0].text == "this":
        return this_outside(context, names[0])
    written = ".".join([name.text for name in names]) + "."
    if any(written.startswith(f"{path}.") for path in FOREIGN_PATHS):
        whole = tree.Name(names[0].id, Span(names[0].span.start, names[-1].span.end), written.rstrip("."))
        return _of_another_language(context, whole, FOREIGN_VALUES["println"], "not found in this scope")
    replacement = FOREIGN_VALUES.get(names[0].text)
    return (
        None if replacement is None else _of_another_language(context, names[0], replacement, "not found in this scope")
    )


def _of_another_language(context: Context, name: tree.Name, replacement: str, label: str) -> Diagnostic:
    beskid = replacement if replacement.startswith("a ") else f"`{replacement}`"
    return error(
        E1109,
        f"`{name.text}` is not Beskid syntax",
        context.source,
        name.span,
        label,
        f"write {beskid}",
    )


def missing_in_module(
    world: World,
    context: Context,
    name: tree.Name,
    module: ModuleSymbol,
    names: list[str],
    wants_type: bool,
    span: Span,
) -> Diagnostic:
    """Return the error for a path to an item that the module does not have."""
    what = "type" if wants_type else "value"
    if not wants_type:
        code = E1101
    else:
        code = E1005 if context.is_declaration else E1201
    help = did_you_mean(closest(name.text, names)) or public_list(names)
    shown = module.dotted() or "this file"
    message = f"unknown {what} `{name.text}` in module {shown}"
    return error(code, message, context.source, span, "not found", help, subject=f"item {shown}.{name.text}")


def public_list(names: list[str]) -> str:
    """List the first public names of a module, for help."""
    if not names:
        return "the module has no public items"
    shown = sorted(set(names))
    more = ", …" if len(shown) > 6 else ""
    return f"its public names are {', '.join(shown[:6])}{more}"
