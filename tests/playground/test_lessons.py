"""Every lesson of the tour prints what it promises, by the JIT, as an executable and in the interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lang.case import Case
from tests.lang.engines import compile_case, open_case, run_engine

from beskid.source.render import short
from beskid.source.text import SourceText
from beskid.syntax.format import format_source

TOUR = Path(__file__).resolve().parents[2] / "site" / "tour"
LESSONS = sorted(TOUR.iterdir())
WORDS = range(60, 220)


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_lesson(lesson: Path, tmp_path: Path) -> None:
    program, given = lesson / "main.bd", lesson / "input.txt"
    stdin = given.read_bytes() if given.exists() else b""
    expected = (lesson / "expected.txt").read_text(encoding="utf-8")
    case = Case(lesson.name, program, program, (), (), 0, stdin, (), ("interpreter", "jit-O2", "aot-O2"))
    session = open_case(case, tmp_path)
    session.check(needs_entry=True)
    assert not session.diagnostics, short(session.diagnostics)
    objects = compile_case(case, tmp_path)
    for engine in case.engines:
        outcome = run_engine(engine, case, objects, tmp_path)
        assert outcome.stdout + outcome.stderr == expected, engine
    text = program.read_text(encoding="utf-8")
    assert format_source(SourceText("main.bd", text)).text == text


def test_the_tour_is_complete() -> None:
    assert len(LESSONS) >= 25
    assert [lesson.name[:2] for lesson in LESSONS] == [f"{number:02}" for number in range(1, len(LESSONS) + 1)]
    for lesson in LESSONS:
        text = (lesson / "text.md").read_text(encoding="utf-8")
        assert text.startswith("# "), lesson.name
        assert len(text.split()) in WORDS, lesson.name
