"""Declarations of the examples are renamed and renamed back: the program checks in between, and its text is restored.

A few declarations of each kind by default, and every one with `BESKID_EDITOR=all`.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import fresh
from tests.limits import run

from beskid.analysis.check import deep_recursion
from beskid.analysis.model.symbols import ContractSymbol, FunctionSymbol, ModuleSymbol, TypeSymbol
from beskid.ide import rename
from beskid.ide.describe import kind_word
from beskid.ide.editor import Editor
from beskid.ide.snapshot import Named, Snapshot
from beskid.source.diagnostics import Edit, has_errors
from beskid.source.fixes import edited
from beskid.source.text import SourceText, Span

EXAMPLES = Path(__file__).parents[2] / "examples"
IS_COMPLETE = os.environ.get("BESKID_EDITOR") == "all"
PROJECTS = sorted(path.parent for path in EXAMPLES.rglob("Project.proj"))
FILES = sorted(path for path in EXAMPLES.glob("*.bd") if "\ntest " in path.read_text(encoding="utf-8"))
CHOSEN = [None, *PROJECTS, *(FILES if IS_COMPLETE else random.Random(fresh.seed(5)).sample(FILES, 1))]
EACH_KIND = None if IS_COMPLETE else 1
"""How many declarations of each kind are renamed."""

RENAMES = 40 if IS_COMPLETE else 6
"""How many renames are made one after another before the tests of a program run."""

NEW_NAME = "renamed_here"

NEEDED_KINDS = {
    "function", "type", "field", "parameter", "local", "method", "enum", "variant", "contract", "contract method",
    "type parameter", "constant", "test", "event",
}  # fmt: skip

KINDS = {
    "Project.proj": """project {
    name = "kinds"
    version = "0.1.0"
    root = "Src"
}

target "kinds" {
    kind = App
    entry = "Main.bd"
}
""",
    "Src/Shapes.bd": """pub const i64 LIMIT = 10;

pub contract Sized {
    i64 Size();
}

pub type Box<T> : Sized {
    pub T content,
    pub i64 size,
    event Opened(i64 times),

    pub i64 Size() {
        return size;
    }

    pub unit Open(i64 count) {
        Opened(count);
    }
}

pub enum Shape {
    Dot,
    Circle(i64 radius),
}

pub i64 Area(Shape shape) => match shape {
    Shape::Dot => 0,
    Shape::Circle(radius) => radius * radius * 3,
};

pub i64 Total<T : Sized>(T[] values) {
    mut i64 sum = 0;
    for value in values {
        sum += value.Size();
    }
    return sum;
}
""",
    "Src/Main.bd": """use Shapes.Area as area_of;
use Shapes.Box;
use Shapes.LIMIT;
use Shapes.Shape;
use Shapes.Total;

unit main() {
    let box = Box { content: "é\N{GRINNING FACE}", size: 3 };
    let boxes = [box];
    PrintLine("${area_of(Shape::Circle(2))} ${Total(boxes)} ${box.content} ${LIMIT}");
    box.Opened += times => PrintLine("${times}");
    box.Open(1);
}

test adds {
    let shape = Shape::Circle(1);
    if area_of(shape) != 3 {
        Panic("wrong");
    }
}
""",
}
"""A project of two files with a declaration of each kind."""


class Program:
    """A copy of an example, or of `KINDS`, in an editor."""

    def __init__(self, example: Path | None, folder: Path) -> None:
        self.folder = folder / (example.name if example is not None else "kinds")
        if example is None:
            for name, text in KINDS.items():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name).write_text(text, encoding="utf-8")
            self.files = sorted(self.folder.rglob("*.bd"))
        elif example.is_dir():
            shutil.copytree(example, self.folder)
            self.files = sorted(self.folder.rglob("*.bd"))
        else:
            shutil.copy(example, self.folder)
            self.files = [self.folder]
        self.editor = Editor(lambda path, source, found: None)
        for file in self.files:
            self.editor.open(str(file), file.read_text(encoding="utf-8"))
        self.texts = dict(self.editor.projects.texts)

    def snapshot(self) -> Snapshot:
        return self.editor.snapshot(str(self.files[0]))

    def source_of(self, snapshot: Snapshot, path: str) -> SourceText:
        source = snapshot.project.source_of(path)
        assert source is not None
        return source

    def apply(self, snapshot: Snapshot, edits: list[Edit]) -> Snapshot:
        """Return the state after edits, each in its file."""
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(snapshot.path_of(edit.source), []).append(edit)
        for path, changes in by_path.items():
            self.editor.change(path, edited(changes[0].source.text, changes))
        return self.snapshot()

    def restore(self) -> Snapshot:
        for path, text in self.texts.items():
            self.editor.change(path, text)
        return self.snapshot()


def kind_of(named: Named) -> str:
    if isinstance(named.target, FunctionSymbol) and isinstance(named.target.contract, ContractSymbol):
        return "contract method"
    return kind_word(named.target)


def declarations(program: Program, snapshot: Snapshot) -> Iterator[tuple[str, Named]]:
    """Yield a use of each declaration of the program that can be renamed, with its kind."""
    uses: dict[object, list[Named]] = {}
    for path in program.texts:
        source = program.source_of(snapshot, path)
        for span, occurrence in sorted(snapshot.names_in(source).items()):
            uses.setdefault(occurrence.target, []).append(Named(source, span, occurrence.target, occurrence.owner))
    for found in uses.values():
        named = random.Random(fresh.seed(len(found))).choice(found)
        try:
            rename.renameable(snapshot, named.source, named.span.start)
        except rename.RenameError:
            continue
        yield kind_of(named), named


def chosen(program: Program, snapshot: Snapshot) -> list[tuple[str, str, Span]]:
    """Return the kind, the file and the place of the names to be renamed."""
    by_kind: dict[str, list[tuple[str, str, Span]]] = {}
    for kind, named in declarations(program, snapshot):
        by_kind.setdefault(kind, []).append((kind, snapshot.path_of(named.source), named.span))
    chance = random.Random(fresh.seed(7))
    return [
        each
        for found in by_kind.values()
        for each in (found if EACH_KIND is None else chance.sample(found, min(EACH_KIND, len(found))))
    ]


def is_written_out(snapshot: Snapshot, edits: list[Edit]) -> bool:
    """Return whether a rename writes out a field that was written short, or the C function of a method."""
    return any(edit.text != NEW_NAME for edit in edits)


@pytest.mark.timeout(3600 if IS_COMPLETE else 600)
@pytest.mark.parametrize("example", CHOSEN, ids=lambda path: path.name if path is not None else "kinds")
def test_a_rename_is_undone_in_every_file(example: Path | None, tmp_path: Path) -> None:
    program = Program(example, tmp_path)
    renamed = set()
    with deep_recursion():
        snapshot = program.snapshot()
        assert not has_errors(snapshot.finish())
        for kind, path, span in chosen(program, snapshot):
            source = program.source_of(snapshot, path)
            old = source.text[span.start : span.end]
            edits = rename.rename(snapshot, source, span.start, NEW_NAME)
            assert edits, (kind, old)
            restores = not is_written_out(snapshot, edits)
            other = program.apply(snapshot, edits)
            assert [each.message for each in other.finish() if has_errors([each])] == [], (kind, old)
            changed = snapshot.path_of(edits[0].source)
            source = program.source_of(other, changed)
            back = rename.rename(other, source, source.text.index(NEW_NAME), old)
            other = program.apply(other, back)
            assert not has_errors(other.finish())
            if restores:
                assert dict(program.editor.projects.texts) == program.texts, (kind, old)
            snapshot = program.restore()
            renamed.add(kind)
    assert renamed >= (NEEDED_KINDS if example is None else {"function"})


def test_a_method_of_a_contract_of_the_library_is_refused_before_a_name_is_asked_for(tmp_path: Path) -> None:
    program = Program(EXAMPLES / "sort_benchmark.bd", tmp_path)
    with deep_recursion():
        snapshot = program.snapshot()
        source = program.source_of(snapshot, str(program.files[0]))
        with pytest.raises(rename.RenameError, match="is not part of this project"):
            rename.renameable(snapshot, source, source.text.index(" Compare(") + 1)


def test_a_module_is_renamed_by_its_file(tmp_path: Path) -> None:
    program = Program(EXAMPLES / "json", tmp_path)
    with deep_recursion():
        snapshot = program.snapshot()
        snapshot.finish()
        refused = 0
        for path in program.texts:
            source = program.source_of(snapshot, path)
            for span, occurrence in snapshot.names_in(source).items():
                if isinstance(occurrence.target, ModuleSymbol):
                    with pytest.raises(rename.RenameError):
                        rename.rename(snapshot, source, span.start, NEW_NAME)
                    refused += 1
    assert refused


@pytest.mark.parametrize("example", PROJECTS if IS_COMPLETE else [EXAMPLES / "json"], ids=lambda path: path.name)
def test_a_renamed_project_passes_its_tests(example: Path, tmp_path: Path) -> None:
    """Declarations get other names, one after another; the tests of the project pass as before."""
    program = Program(example, tmp_path)
    chance = random.Random(fresh.seed(9))
    count = 0
    with deep_recursion():
        snapshot = program.snapshot()
        snapshot.finish()
        for number in range(RENAMES):
            _, named = chance.choice(list(declarations(program, snapshot)))
            name = f"Renamed{number}" if isinstance(named.target, TypeSymbol) else f"renamed{number}"
            try:
                edits = rename.rename(snapshot, named.source, named.span.start, name)
            except rename.RenameError:
                continue
            snapshot = program.apply(snapshot, edits)
            snapshot.finish()
            count += 1
    assert count
    before = run([sys.executable, "-m", "beskid", "test"], cwd=program.folder, capture_output=True, text=True)
    for path, text in program.editor.projects.texts.items():
        Path(path).write_text(text, encoding="utf-8")
    after = run([sys.executable, "-m", "beskid", "test"], cwd=program.folder, capture_output=True, text=True)
    assert (after.returncode, before.returncode) == (0, 0), after.stdout + after.stderr
