"""The form of the compiler's sources that mypyc compiles: which modules, and their classes written out.

mypyc makes a fast class of a plain class only, and does not know the decorators `@node` and `@value`. So each of their
classes is rewritten to a plain one with the same initializer, comparison and hash. The rewritten sources exist for the
length of a build. Takes sources, and returns or writes sources; it compiles nothing.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

COMPILED = (
    "base", "source", "syntax", "analysis", "ir", "lower",
    "codegen.llvm", "codegen.debug_lines", "codegen.merge", "codegen.units",
)  # fmt: skip
"""The packages and modules of `beskid` that are compiled: what `check`, lowering and an edit spend their time in."""

EXCEPT = {
    "base.node": "makes classes while it runs, for the modules that are not compiled",
    "base.tables": "`Table` derives from a class of the interpreter",
    "source.codes": "`Code` derives from a class of the interpreter",
    "ir.oracle": "writes Python while it runs, and derives from classes of the interpreter",
}
"""Modules and packages of these that stay as they are, with the reasons."""

DECORATORS = frozenset(("node", "value"))
SCALARS = frozenset(("int", "bool", "str"))


def compiled_modules(package: Path) -> list[Path]:
    """Return the files that are compiled, relative to the folder of `beskid`, sorted."""
    found: list[Path] = []
    for name in COMPILED:
        place = package.joinpath(*name.split("."))
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
            relative = path.relative_to(package)
            dotted = ".".join(relative.with_suffix("").parts)
            if not any(dotted == left or dotted.startswith(f"{left}.") for left in EXCEPT) and _does_something(path):
                found.append(relative)
    return found


def write_sources(package: Path, folder: Path) -> list[str]:
    """Copy the sources of `package` to `folder` in the compiled form; return the compiled files, relative."""
    for path in package.rglob("*.py"):
        copy = folder / path.relative_to(package)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    modules = compiled_modules(package)
    for module in modules:
        (folder / module).write_text(write_out(package, module), encoding="utf-8")
    return [module.as_posix() for module in modules]


def _does_something(path: Path) -> bool:
    """Return whether a module has code; one that only imports names starts faster as it is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(each, ast.FunctionDef | ast.ClassDef) for each in tree.body)


def write_out(package: Path, module: Path) -> str:
    """Return the source of a module with its node and value classes written as plain ones.

    `package` is the folder of `beskid`, and `module` a file in it, relative. Imports of all names are written out too.
    """
    text = (package / module).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    tree = ast.parse(text)
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef) and _kind(each)]
    # From the end, so that the lines of the others stay valid.
    for statement in reversed(tree.body):
        if isinstance(statement, ast.ClassDef) and statement in classes:
            _rewrite(statement, lines)
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            names = ", ".join(_public_names(package, statement.module or ""))
            lines[statement.lineno - 1 : statement.end_lineno] = [f"from {statement.module} import {names}\n"]
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and classes:
            lines[statement.end_lineno or 0 : statement.end_lineno] = IMPORTS
    return "".join(lines)


def _public_names(package: Path, module: str) -> list[str]:
    """Return the names that a module of the package defines and others may import."""
    path = package.joinpath(*module.split(".")[1:]).with_suffix(".py")
    names: list[str] = []
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        match statement:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.append(name)
    return [name for name in names if not name.startswith("_")]


IMPORTS = ["from typing import Final as _Final\n", "from beskid.base.node import shown_fields as _shown_fields\n"]


def _kind(statement: ast.ClassDef) -> str:
    """Return `node` or `value` for a class made by one of them, else an empty text."""
    names = [each.id for each in statement.decorator_list if isinstance(each, ast.Name)]
    return next((name for name in names if name in DECORATORS), "")


def _rewrite(statement: ast.ClassDef, lines: list[str]) -> None:
    """Rewrite one class in the lines of its module."""
    fields = [_Field(each) for each in statement.body if isinstance(each, ast.AnnAssign)]
    written = {each.name for each in statement.body if isinstance(each, ast.FunctionDef)}
    # After the fields and their documentation, before the first method.
    first = next((each for each in statement.body if isinstance(each, ast.FunctionDef)), None)
    place = _first_line(first) - 1 if first is not None else (statement.body[-1].end_lineno or 0)
    others = [ast.unparse(each) for each in statement.decorator_list if ast.unparse(each) not in DECORATORS]
    # What else a class is decorated with only reads it.
    end = statement.body[-1].end_lineno or 0
    lines[end:end] = [f"{other}({statement.name})\n" for other in others]
    annotations = [f"{field.name!r}: {field.annotation!r}" for field in fields]
    lines[place:place] = [
        *_methods(statement.name, _kind(statement), fields, written),
        *([f"    __field_annotations__: _Final = {{{', '.join(annotations)}}}\n"] if others else []),
    ]
    for field in reversed(fields):
        if field.default:
            lines[field.first : field.end] = [f"    {field.name}: {field.annotation}\n"]
    for decorator in reversed(statement.decorator_list):
        del lines[decorator.lineno - 1 : decorator.end_lineno]


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *[each.lineno for each in function.decorator_list]])


class _Field:
    """A field of a class, with the range of its lines, counted from 0."""

    def __init__(self, statement: ast.AnnAssign) -> None:
        self.name = ast.unparse(statement.target)
        self.annotation = ast.unparse(statement.annotation)
        self.default = f" = {ast.unparse(statement.value)}" if statement.value is not None else ""
        self.first, self.end = statement.lineno - 1, statement.end_lineno or statement.lineno

    def comparison(self) -> str:
        """Return the comparison of this field; as in tuples, an object is equal to itself."""
        mine, other = f"self.{self.name}", f"other.{self.name}"
        return f"{mine} == {other}" if self.annotation in SCALARS else f"({mine} is {other} or {mine} == {other})"


def _methods(name: str, kind: str, fields: list[_Field], written: set[str]) -> list[str]:
    """Return the lines of the methods that the decorator would have made, less those that the class has."""
    names = [field.name for field in fields]
    parameters = [f"{field.name}: {field.annotation}{field.default}" for field in fields]
    made = {
        "__init__": [f"({', '.join(['self', *parameters])}) -> None:", *[f"self.{each} = {each}" for each in names]],
        "__repr__": ["(self) -> str:", "return _shown_fields(self)"],
    }
    if kind == "value":
        made["__eq__"] = [
            "(self, other: object) -> bool:",
            f"if not isinstance(other, {name}): return NotImplemented",
            f"return {' and '.join([field.comparison() for field in fields]) or 'True'}",
        ]
        made["__hash__"] = ["(self) -> int:", f"return hash(({''.join([f'self.{each}, ' for each in names])}))"]
    lines = [f"    __match_args__: _Final = ({''.join([f'{each!r}, ' for each in names])})\n"]
    lines += ["    __is_node__: _Final = True\n"]
    for method, (head, *body) in made.items():
        if method not in written:
            lines += [f"    def {method}{head}\n", *[f"        {line}\n" for line in body or ["pass"]]]
    return lines
