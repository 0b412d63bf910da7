"""The examples of a package as programs that test themselves.

Each example becomes a file of its own whose lines are those of the commented file, so that every place in a diagnostic
or a panic is the place in the comment. The code around an example is on the lines of its fences.
"""

from __future__ import annotations

from collections.abc import Iterable

from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.names.lints import ENTRY_NAMES
from beskid.apidoc.comments import Example, line_of, read_comment
from beskid.apidoc.model import PackageDocumentation
from beskid.base.node import node
from beskid.source.diagnostics import has_errors
from beskid.source.text import SourceText
from beskid.syntax import tree
from beskid.syntax.parser import parse
from beskid.syntax.tokens import DocumentationRun, documentation_start

TEST_NAME = "example"
ASSERTIONS = ("Testing", "Assert")
"""The module that every example may use without an import."""


@node
class ExampleProgram:
    """An example: its name in reports, its place, what it is expected to do, and the source that tests it.

    Its lines are `line`, that of the fence, to `last_line`.
    """

    name: str
    file: str
    line: int
    last_line: int
    example: Example
    text: str


def example_programs(package: PackageDocumentation, modules: Iterable[ModuleSymbol]) -> list[ExampleProgram]:
    """Return the examples of a package in the order of the modules and lines."""
    sources = {module.source.path: module.source for module in modules}
    found: list[ExampleProgram] = []
    for module in package.modules:
        for target in module.with_items():
            run = target.comment
            if run is None:
                continue
            source = sources[target.location.file]
            examples = read_comment(run).examples
            for number, example in enumerate(examples, 1):
                name = ".".join(target.path) or target.location.file
                shown = name if len(examples) == 1 else f"{name} ({number})"
                line = line_of(run, example.first, source)
                text = _program(example, run, line, module.path or (package.name,), source)
                found.append(ExampleProgram(shown, source.path, line, line + len(example.lines) + 1, example, text))
    return found


def _program(example: Example, run: DocumentationRun, line: int, module: tuple[str, ...], source: SourceText) -> str:
    """Return the file: empty lines up to the fence, the wrapping, the example, the end of the wrapping."""
    comments = run.lines[example.first + 1 : example.first + 1 + len(example.lines)]
    columns = [source.position(each.span.start)[1] - 1 + documentation_start(each) for each in comments]
    lines = [" " * column + text for column, text in zip(columns, example.lines, strict=True)]
    parsed = parse(SourceText("", "\n".join(lines)))
    head = f"use {'.'.join(module)};"
    if ASSERTIONS[-1] not in _imported_names(module, parsed.program.items):
        head += f" use {'.'.join(ASSERTIONS)};"
    items = [item for item in parsed.program.items if not isinstance(item, tree.UseItem)]
    if not has_errors(parsed.diagnostics) and (items or not any(line.strip() for line in lines)):
        return _joined(line, head, lines, _test_of(items))
    # A fragment. The imports, which come first, stay outside of the test.
    imports = [number for number, text in enumerate(lines) if text.lstrip().startswith("use ")]
    moved = "".join([f" {lines[number].strip()}" for number in imports])
    body = ["" if number in imports else text for number, text in enumerate(lines)]
    return _joined(line, f"{head}{moved} test {TEST_NAME} {{", body, "}")


def _imported_names(module: tuple[str, ...], items: Iterable[tree.Item]) -> set[str]:
    """Return the names that the module of the comment and the imports of an example bind."""
    bound = [item.alias or item.path.segments[-1].name for item in items if isinstance(item, tree.UseItem)]
    return {module[-1], *(name.text for name in bound)}


def _test_of(items: Iterable[tree.Item]) -> str:
    """Return the test of a whole program, which calls its entry function if it has one."""
    entries = [
        item.name.text for item in items if isinstance(item, tree.FunctionItem) and item.name.text in ENTRY_NAMES
    ]
    return f"test {TEST_NAME} {{ {entries[0]}(); }}" if entries else f"test {TEST_NAME} {{ }}"


def _joined(line: int, head: str, lines: list[str], end: str) -> str:
    return "\n".join([*[""] * (line - 1), head, *lines, end]) + "\n"
