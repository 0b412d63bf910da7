"""The directive `// targets:` of language programs: words, reasons, and the programs that use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lang.case import find_cases
from tests.lang.groups import GROUPS, read_restriction, reason_against

from beskid.codegen.target import TARGETS, find_target

LANGUAGE = Path(__file__).parent.parent / "lang"


def reasons(text: str) -> dict[str, str]:
    restriction = read_restriction(text, "program.bd")
    return {target.name: reason_against([restriction], target) for target in TARGETS.values()}


def test_a_group_leaves_others_out_with_the_reason() -> None:
    assert {name for name, reason in reasons("posix (no such call)").items() if reason == "no such call"} == {
        "x86_64-windows-gnu", "aarch64-windows-gnu", "wasm64-wasi",
    }  # fmt: skip
    assert {name for name, reason in reasons("native (none)").items() if reason} == {"wasm64-wasi"}


def test_words_of_a_line_are_alternatives_and_lines_are_not() -> None:
    found = reasons("linux x86_64-macos (others lack it)")
    assert not found["riscv64-linux-musl"] and not found["x86_64-macos"]
    assert found["aarch64-macos"] == found["x86_64-windows-gnu"] == "others lack it"
    lines = [read_restriction(line, "program.bd") for line in ("posix windows (first)", "native windows (second)")]
    wasm = find_target("wasm64-wasi")
    assert wasm is not None and reason_against(lines, wasm) == "first"
    assert reason_against([], wasm) == ""


@pytest.mark.parametrize("text", ["posix", "posix ()", "(reason)", "dos (old)", "posix, linux (commas)", ""])
def test_a_line_without_a_known_word_or_a_reason_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"program\.bd"):
        read_restriction(text, "program.bd")


def test_every_group_separates_the_targets() -> None:
    for name, holds in GROUPS.items():
        assert {holds(target) for target in TARGETS.values()} == {True, False}, name


def test_every_restricted_program_still_runs_somewhere() -> None:
    for case in find_cases(LANGUAGE):
        assert any(not reason_against(case.restrictions, target) for target in TARGETS.values()), case.name
