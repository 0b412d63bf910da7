"""`pytest --bless`: what it writes into a suite, and that it runs in one process only."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.inner_pytest import PYTEST
from tests.limits import run
from tests.markdown_suite import blocks, check_block

from beskid.source.codes import E1101, W1203
from beskid.source.diagnostics import Diagnostic, error, warning
from beskid.source.text import SourceText, Span

ROOT = Path(__file__).parents[2]


def _blessed(folder: Path, line: str, *messages: str) -> str:
    """Return the line of a program after it was blessed with errors of these messages."""
    suite = folder / "suite.md"
    suite.write_text(f"# A case\n\n```beskid\n{line}\n```\n", encoding="utf-8")

    def check(text: str) -> list[Diagnostic]:
        return [error(E1101, message, SourceText("main.bd", text), Span(0, 1)) for message in messages]

    (block,) = blocks(suite)
    check_block(suite, block, check, bless=True)
    (block,) = blocks(suite)
    check_block(suite, block, check)
    return block.text.rstrip("\n")


def test_a_quoted_part_that_is_still_in_the_message_stays(tmp_path: Path) -> None:
    line = 'x;  // error: [E1101] "unknown"'
    assert _blessed(tmp_path, line, "unknown value `x`") == line


def test_a_quoted_part_follows_the_message(tmp_path: Path) -> None:
    line = 'x;  // error: [E1101] "no such value"'
    assert _blessed(tmp_path, line, "unknown value `x`") == 'x;  // error: [E1101] "unknown value `x`"'


def test_a_code_without_text_stays_without(tmp_path: Path) -> None:
    line = "x;  // error: [E1101]"
    assert _blessed(tmp_path, line, "unknown value `x`") == line


def test_only_the_outdated_part_of_several_changes(tmp_path: Path) -> None:
    line = 'x;  // error: [E1101] "old", [E1101] "value `y`"'
    new = 'x;  // error: [E1101] "unknown value `x`", [E1101] "value `y`"'
    assert _blessed(tmp_path, line, "unknown value `x`", "unknown value `y`") == new


def test_a_quoted_part_ends_before_a_double_quote(tmp_path: Path) -> None:
    line = 'x;  // error: [E1101] "old"'
    assert _blessed(tmp_path, line, 'write `"x"` here') == 'x;  // error: [E1101] "write `"'


def test_a_diagnostic_that_is_gone_leaves_no_comment(tmp_path: Path) -> None:
    assert _blessed(tmp_path, 'x;  // error: [E1101] "old"') == "x;"


def test_a_warning_keeps_its_word(tmp_path: Path) -> None:
    suite = tmp_path / "suite.md"
    suite.write_text('```beskid\nx;  // warning: [W1203] "old"\n```\n', encoding="utf-8")
    (block,) = blocks(suite)
    check_block(
        suite, block, lambda text: [warning(W1203, "lossy", SourceText("main.bd", text), Span(0, 1))], bless=True
    )
    assert blocks(suite)[0].text == 'x;  // warning: [W1203] "lossy"\n'


@pytest.mark.parametrize("workers", ["2", "auto"])
def test_several_workers_are_refused(workers: str) -> None:
    command = [*PYTEST, "--bless", "-n", workers, "--collect-only", "tests/base"]
    result = run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "run it without -n" in result.stderr
