"""Laws of `beskid.ide`: broken texts are answered about, edits lead to the state of a fresh start, renames are undone.

Some texts are tried by default, and all of them with `BESKID_EDITOR=all`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from tests.garbage import garbage, states_of
from tests.limits import run

from beskid.analysis.check import deep_recursion
from beskid.driver.session import check_text
from beskid.ide import completion, hierarchy, hints, lenses, navigation, rename, semantic, signatures, symbols
from beskid.ide.editor import MAX_REPLACED, Editor
from beskid.ide.snapshot import Snapshot
from beskid.lsp.positions import Positions
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.fixes import edited
from beskid.source.text import SourceText, Span
from beskid.syntax.lexer import tokenize

ROOT = Path(__file__).parents[2]
IS_COMPLETE = os.environ.get("BESKID_EDITOR") == "all"
SAMPLE = None if IS_COMPLETE else 4
"""How many changed texts of each file are tried."""

FILES = sorted([*(ROOT / "examples").glob("*.bd"), *(ROOT / "tests" / "lang").rglob("*.bd")])
CHOSEN = FILES if IS_COMPLETE else random.Random(18).sample(FILES, 12)
SECONDS = 1.0
"""The processor time that an answer may take, and more for a long text."""


CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
T = TypeVar("T")


def prefixes(text: str, source: SourceText) -> Iterator[str]:
    for end in dict.fromkeys(tokenize(source).ends):
        yield text[:end]


def deletions(text: str, source: SourceText) -> Iterator[str]:
    tokens = tokenize(source)
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        if end > start:
            yield text[:start] + text[end:]


def broken_texts(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8-sig")
    source = SourceText(path.name, text)
    found = [*prefixes(text, source), *deletions(text, source)]
    return found if SAMPLE is None else random.Random(path.name).sample(found, min(SAMPLE, len(found)))


def no_show(path: str, source: SourceText | None, found: list[Diagnostic]) -> None:
    pass


def opened(path: str, text: str) -> tuple[Editor, Snapshot, SourceText]:
    editor = Editor(no_show)
    editor.open(path, text)
    snapshot = editor.snapshot(path)
    source = snapshot.project.source_of(path)
    assert source is not None
    return editor, snapshot, source


@pytest.mark.timeout(3600 if IS_COMPLETE else 600)
@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_a_broken_text_is_answered_about(path: Path) -> None:
    """Every prefix and every text without one of its tokens: answers soon, at places inside the text."""
    editor = Editor(no_show)
    name = "/nowhere/broken.bd"
    # Undefined names are looked for in the whole core library, which is parsed once.
    editor.open(name, "unit main() { a(); e(); s; t; }")
    editor.snapshot(name).finish()
    for text in broken_texts(path):
        limit = SECONDS + len(text) / 20_000

        def within(question: Callable[[], T], limit: float = limit, text: str = text) -> T:
            start = time.process_time()
            answer = question()
            assert time.process_time() - start < limit, text
            return answer

        editor.change(name, text)
        with deep_recursion():
            snapshot = within(lambda: editor.snapshot(name))
            source = snapshot.project.source_of(name)
            assert source is not None
            diagnostics = within(snapshot.finish)
            offset = random.Random(text).randrange(len(text) + 1)
            for each in (offset, len(text)):
                within(partial(navigation.hover, snapshot, source, each))
                within(partial(completion.complete, snapshot, source, each))
                within(partial(signatures.signature_help, snapshot, source, each))
                for place in within(partial(navigation.references, snapshot, source, each)):
                    assert 0 <= place.span.start <= place.span.end <= len(place.source.text)
            module = snapshot.module_of(source)
            assert module is not None and module.program is not None
            list(symbols.flat(symbols.outline(module.program)))
            symbols.folds(module.program)
            symbols.selection_ranges(module.program, offset)
            tokens = within(partial(semantic.semantic_tokens, snapshot, source))
            assert all(left.span.end <= right.span.start for left, right in pairwise(tokens))
            within(partial(hints.hints, snapshot, source, Span(0, len(text))))
            within(partial(lenses.lenses, snapshot, source))
            within(partial(hierarchy.outgoing, snapshot, source, offset))
        for diagnostic in diagnostics:
            assert diagnostic.source.path != source.path or diagnostic.span.end <= len(text) + 1


@pytest.mark.parametrize("encoding", CODECS)
@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_positions_count_the_units_of_the_encoding(path: Path, encoding: str) -> None:
    """With emoji and combining characters at random places; no position is inside a character."""
    chance = random.Random(path.name)
    text = path.read_text(encoding="utf-8-sig")
    for piece in ("\N{GRINNING FACE}", "e\N{COMBINING ACUTE ACCENT}", "\N{GRINNING FACE}\r\n", "ü"):
        offset = chance.randrange(len(text) + 1)
        text = text[:offset] + piece + text[offset:]
    source = SourceText("main.bd", text)
    positions = Positions()
    positions.encoding = encoding
    for offset in {*chance.sample(range(len(text) + 1), min(len(text), 60)), 0, len(text)}:
        position = positions.position(source, offset)
        before = text[:offset].rpartition("\n")[2]
        codec, size = CODECS[encoding]
        assert position.line == text.count("\n", 0, offset)
        assert position.character == len(before.encode(codec)) // size
        if text[max(0, offset - 1) : offset + 1] != "\r\n":
            assert positions.offset(source, position) == offset


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_diagnostics_are_those_of_check(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    with deep_recursion():
        _, snapshot, source = opened("/nowhere/main.bd", text)
        found = snapshot.finish()
    expected = check_text(source.path, text)
    assert [(each.code, each.span, each.message, each.help) for each in found] == [
        (each.code, each.span, each.message, each.help) for each in expected
    ]


@pytest.mark.parametrize("seed", range(40 if IS_COMPLETE else 3))
def test_edits_lead_to_the_state_of_a_fresh_start(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(CHOSEN).read_text(encoding="utf-8-sig")
    editor, _, _ = opened("/nowhere/main.bd", text)
    for _ in range(12):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
        text = text[:start] + chance.choice(("", "x", "{", "}", ";", " let a = 1;\n", '"', ".")) + text[end:]
        editor.change("/nowhere/main.bd", text)
        for _ in editor.work():
            if chance.random() < 0.1:
                break
    with deep_recursion():
        changed = editor.snapshot("/nowhere/main.bd")
        fresh = opened("/nowhere/main.bd", text)[1]
        old, new = changed.finish(), fresh.finish()
    assert [(each.code, each.span, each.message) for each in old] == [
        (each.code, each.span, each.message) for each in new
    ]


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_hints_can_be_inserted(path: Path) -> None:
    """A program with every hint that can be a part of it checks as before."""
    text = path.read_text(encoding="utf-8-sig")
    with deep_recursion():
        _, snapshot, source = opened("/nowhere/main.bd", text)
        before = [each.code for each in snapshot.finish()]
        for hint in reversed(hints.hints(snapshot, source, Span(0, len(text)))):
            text = text[: hint.offset] + hint.inserted + text[hint.offset :]
        assert [each.code for each in opened("/nowhere/main.bd", text)[1].finish()] == before


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_a_rename_is_undone_by_another(path: Path) -> None:
    """Renaming something and renaming it back restores the text, and no error appears in between."""
    text = path.read_text(encoding="utf-8-sig")
    name = "/nowhere/main.bd"
    chance = random.Random(path.name)
    with deep_recursion():
        editor, snapshot, source = opened(name, text)
        if has_errors(snapshot.finish()):
            return
        spans = sorted(snapshot.names_in(source))
        for span in chance.sample(spans, min(len(spans), 200 if IS_COMPLETE else 3)):
            old = text[span.start : span.end]
            try:
                edits = rename.rename(snapshot, source, span.start, "renamed_here")
            except rename.RenameError:
                continue
            renamed = edited(text, edits)
            editor.change(name, renamed)
            other = editor.snapshot(name)
            assert not has_errors(other.finish())
            changed = other.project.source_of(name)
            assert changed is not None
            back = rename.rename(other, changed, renamed.index("renamed_here"), old)
            # A field that was written short is written out, and a method of C keeps its function.
            if (
                renamed.count("[Symbol(") == text.count("[Symbol(")
                and "renamed_here:" not in renamed
                and ": renamed_here" not in renamed
            ):
                assert edited(renamed, back) == text
            editor.change(name, text)
            snapshot = editor.snapshot(name)
            restored = snapshot.project.source_of(name)
            assert restored is not None
            source = restored


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.name)
def test_an_old_state_is_freed_without_the_garbage_collector(path: Path) -> None:
    """Collecting garbage takes half a second in a large project, which is too long between two edits."""
    text = path.read_text(encoding="utf-8-sig")
    editor = Editor(no_show)
    name = "/nowhere/main.bd"
    with deep_recursion(), garbage() as found:
        for number in range(3):
            editor.change(name, text + "\n" * number)
            for count, _ in enumerate(editor.work()):
                if number == 1 and count == 3:
                    break
        editor.close(name)
    assert states_of(found) == []
    assert len(found) < 100


TESTED = [path for path in FILES if path.parent.name == "examples" and "\ntest " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", TESTED if IS_COMPLETE else TESTED[:1], ids=lambda path: path.name)
def test_a_renamed_program_passes_its_tests(path: Path, tmp_path: Path) -> None:
    """Many declarations get other names, one after another; the tests of the program still pass."""
    text = path.read_text(encoding="utf-8-sig")
    name = "/nowhere/main.bd"
    chance = random.Random(path.name)
    renamed = 0
    with deep_recursion():
        editor, snapshot, source = opened(name, text)
        for number in range(40 if IS_COMPLETE else 6):
            spans = sorted(snapshot.names_in(source))
            try:
                edits = rename.rename(snapshot, source, chance.choice(spans).start, f"renamed{number}")
            except rename.RenameError:
                continue
            text = edited(text, edits)
            renamed += 1
            editor.change(name, text)
            snapshot = editor.snapshot(name)
            changed = snapshot.project.source_of(name)
            assert changed is not None
            source = changed
            snapshot.require(source)
    assert renamed
    file = tmp_path / path.name
    file.write_text(text, encoding="utf-8")
    done = run([sys.executable, "-m", "beskid", "test", str(file)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed=0" in done.stdout or "failed=0" in done.stderr


def test_old_states_are_freed_after_diagnostics_are_shown() -> None:
    kept: list[int] = []
    editor = Editor(lambda path, source, found: kept.append(len(editor._replaced)))
    name = "/nowhere/main.bd"
    editor.open(name, "unit main() { }\n")
    with deep_recursion():
        for _ in editor.work():
            pass
        kept.clear()
        for number in range(5):
            editor.change(name, f"unit main() {{ let x = {number}; }}\n")
            editor.snapshot(name)
            assert len(editor._replaced) <= MAX_REPLACED
        for _ in editor.work():
            pass
    assert kept[0] > 0
    assert editor._replaced == []
