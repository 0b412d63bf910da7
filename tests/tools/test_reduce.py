"""The reducer: edits of the tree, the search, the ways to ask whether a program fails, the command line."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from tests import limits
from tools.reducer.edits import MAKERS, Edit, Parsed, flattenings, inlinings, operands, parameters, removals
from tools.reducer.judges import DisagreementJudge, command_judge, crash_judge, diagnostic_judge, isolated
from tools.reducer.shrink import shrink, size

from beskid.source.text import Span

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
type Point { i64 x, i64 y }

i64 sum(Point point, i64 unused) {
    let result = point.x + point.y;
    if result > 10 { return result; }
    return result * 2;
}

unit main() {
    for index in [1, 2, 3] {
        PrintLine("${sum(Point { x: index, y: 4 }, 7)}");
    }
    PrintLine("needle");
}
"""


def texts(maker: object, text: str = PROGRAM) -> list[str]:
    return [edit.apply(text) for edit in maker(Parsed(text))]  # type: ignore[operator]


def test_changes_apply_in_any_order() -> None:
    edit = Edit(((Span(0, 1), "x"), (Span(2, 4), "")))
    assert edit.apply("abcde") == "xbe"
    assert edit.gain() == 2


def test_items_statements_and_arguments_are_dropped_with_their_separators() -> None:
    made = texts(removals)
    assert any("type Point" not in each and "i64 sum" in each for each in made)
    assert any("sum(7)" in each for each in made)
    assert any("sum(Point { x: index, y: 4 })" in each for each in made)
    assert any("[1, 3]" in each for each in made)
    assert any("[1, 2]" in each for each in made)
    assert any("type Point { i64 x }" in each for each in made)


def test_statements_become_their_bodies() -> None:
    assert any("    return result;\n    return result * 2;" in each for each in texts(flattenings))
    assert any("for index" not in each and "sum(Point" in each for each in texts(flattenings))


def test_expressions_become_their_operands() -> None:
    made = texts(operands)
    assert any("let result = point.x;" in each for each in made)
    assert any("return result;\n}" in each for each in made)


def test_variables_are_inlined() -> None:
    made = texts(inlinings, "i64 f(i64 a) {\n    let b = a + 1;\n    return b * b;\n}\n")
    assert "i64 f(i64 a) {\n    return (a + 1) * (a + 1);\n}\n" in made


def test_parameters_and_fields_go_with_their_arguments() -> None:
    made = texts(parameters)
    assert any("sum(Point point)" in each and "y: 4 })}" in each for each in made)
    assert any("type Point { i64 x }" in each and "{ x: index }" in each for each in made)


def test_a_text_without_a_tree_loses_lines() -> None:
    reduction = shrink("{{{\nneedle\n)))\n", lambda text: "needle" in text, 60)
    assert reduction.text.strip() == "needle"


def test_the_search_is_deterministic_and_finishes() -> None:
    first = shrink(PROGRAM, lambda text: "needle" in text, 60)
    assert first.is_finished
    assert "needle" in first.text and len(first.text.splitlines()) <= 3
    assert shrink(PROGRAM, lambda text: "needle" in text, 60) == first


def test_the_time_limit_ends_the_search() -> None:
    def slow(text: str) -> bool:
        time.sleep(0.05)
        return "needle" in text

    assert not shrink(PROGRAM * 5, slow, 0.3).is_finished


def test_accepted_texts_become_smaller() -> None:
    asked: list[str] = []

    def remember(text: str) -> bool:
        if "sum" in text:
            asked.append(text)
        return "sum" in text

    shrink(PROGRAM, remember, 60)
    sizes = [size(text) for text in asked[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(MAKERS) == 7


def in_child(find: object, folder: Path, seconds: float = 20) -> str:
    return isolated(find, folder, seconds)  # type: ignore[arg-type]


def hang(_: Path) -> str:
    time.sleep(100)
    return "late"


def die(_: Path) -> str:
    os.kill(os.getpid(), signal.SIGTERM)
    return ""


def test_a_judge_survives_what_it_judges(tmp_path: Path) -> None:
    assert in_child(lambda file: file.name, tmp_path) == tmp_path.name
    assert in_child(lambda _: "", tmp_path) == ""
    assert in_child(hang, tmp_path, 0.5) == ""
    assert in_child(die, tmp_path) == "signal 15"


def test_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.bd"
    file.write_text("unit main() { PrintLine(nothing); }\n")
    assert diagnostic_judge("E1101")(file, 30) == "E1101"
    assert diagnostic_judge("E1204")(file, 30) == ""
    assert crash_judge(file, 30) == ""
    assert DisagreementJudge()(file, 30) == ""
    assert command_judge("grep -c nothing", 0, "^1$")(file, 30) == "fails"
    assert command_judge("grep -c nothing {} | cat", 0, "^2$")(file, 30) == ""
    assert command_judge("sleep 50; true", 0, "")(file, 0.3) == ""
    file.write_text('unit main() { PrintLine("fine"); }\n')
    assert DisagreementJudge()(file, 60) == ""

    def fail(*_: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr("beskid.lower.program.lower_program", fail)
    assert crash_judge(file, 60) == "ValueError in fail"


def reduce(folder: Path, *words: str) -> tuple[int, str, str]:
    done = limits.run(
        [sys.executable, str(ROOT / "tools" / "reduce.py"), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.bd").write_text(PROGRAM.replace("index, y: 4", "indx, y: 4"))
    status, output, errors = reduce(tmp_path, "--diagnostic", "E1101", "a.bd")
    assert status == 0, errors
    assert 1 <= len(output.splitlines()) <= 3
    assert "lines to" in errors and "(E1101)" in errors
    status, _, errors = reduce(tmp_path, "--diagnostic", "E1204", "a.bd")
    assert (status, errors) == (1, "error: a.bd does not fail\n")
    status, _, errors = reduce(tmp_path, "--test", "grep needle", "--pattern", "needle", "a.bd", "-o", "b.bd")
    assert status == 0, errors
    assert (tmp_path / "b.bd").read_text() == 'unit main() {\n    "needle";\n}\n'
