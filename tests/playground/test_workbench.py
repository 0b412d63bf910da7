"""What the page asks the compiler, without a browser."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.garbage import garbage, states_of

from beskid.playground.host import MAX_OUTPUT
from beskid.playground.workbench import OPERATIONS, Workbench, answer

ROOT = Path(__file__).resolve().parents[2]


class Page:
    """A workbench with the output of its programs."""

    def __init__(self) -> None:
        self.output = b""
        self.bench = Workbench(self._show)

    def _show(self, descriptor: int, data: bytes) -> None:
        self.output += data

    def run(self, text: str, stdin: str = "", arguments: tuple[str, ...] = (), **files: str) -> tuple[int | None, str]:
        found = self.bench.run(text, stdin, list(arguments), files)
        return found["status"], found["message"]


def test_a_page_needs_nothing_of_the_operating_system() -> None:
    """The compiler of a page runs without foreign code, other processes, locks and LLVM."""
    done = limits.run(
        [sys.executable, "-m", "tools.playground_modules"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert "beskid.playground.workbench" in loaded
    for room in ("beskid.engine", "beskid.aot", "beskid.cli", "beskid.lsp", "beskid.embed", "beskid.codegen.llvm"):
        assert not [name for name in loaded if name.startswith(room)]


def test_offsets_are_in_units_of_utf_16() -> None:
    text = 'unit main() {\n    let face = "😀😀"; Missing();\n}\n'
    [problem, *_] = [each for each in Page().bench.check(text) if each["severity"] == "error"]
    units = text.encode("utf-16-le")
    assert units[2 * problem["from"] : 2 * problem["to"]].decode("utf-16-le") == "Missing"
    hover = Page().bench.hover(text, 2 + text.index("Missing") + 1)
    assert hover is None
    inside = Page().bench.hover('i64 Two() => 2;\nunit main() { PrintLine("😀${Two()}"); }\n', 48)
    assert inside is not None
    assert inside["code"] == "i64 Two()"


def test_the_state_of_a_former_text_is_freed_without_the_garbage_collector() -> None:
    bench = Page().bench
    with garbage() as found:
        for number in range(3):
            bench.check(f"unit main() {{ let count = {number}; }}\n")
            bench.complete(f"unit main() {{ let count = {number}; c", 37)
    assert states_of(found) == []


def test_a_fix_is_a_list_of_edits() -> None:
    text = "i64 main() {\n    let count = 0;\n    count = 1;\n    return count;\n}\n"
    bench = Page().bench
    [fix] = next(each["fixes"] for each in bench.check(text) if each["code"] == "E1214")
    for edit in reversed(fix["edits"]):
        text = text[: edit["from"]] + edit["text"] + text[edit["to"] :]
    assert bench.check(text) == []


def test_completion_is_offered_at_the_word() -> None:
    text = "unit main() {\n    let word = [3];\n    word.Le\n}\n"
    found = Page().bench.complete(text, text.index("Le\n") + 2)
    assert text[found["from"] : found["to"]] == "Le"
    assert "Len" in [item["label"] for item in found["items"]]


def test_a_program_gets_input_arguments_and_files() -> None:
    page = Page()
    text = (
        "use System.Environment;\nuse System.FS;\nuse System.IO;\n\nunit main() {\n"
        '    PrintLine("${IO.ReadLine()} ${Environment.Arguments()} ${FS.ReadAllText("given")}");\n}\n'
    )
    assert page.run(text, "line\n", ("a", "b"), given="text") == (0, "")
    assert page.output.decode() == 'Option::Some("line") ["a", "b"] Result::Ok("text")\n'


def test_a_program_cannot_start_another() -> None:
    page = Page()
    text = 'use System.Process.Command;\n\nunit main() {\n    PrintLine("${Command.New("true").Run().IsOk()}");\n}\n'
    status, message = page.run(text)
    assert (status, page.output) == (0, b"false\n"), message


def test_output_is_shown_line_by_line() -> None:
    shown: list[bytes] = []
    bench = Workbench(lambda _, data: shown.append(data))
    bench.run('unit main() {\n    PrintLine("one");\n    Print("two");\n    PrintLine("");\n}\n', "", [], {})
    assert shown == [b"one\n", b"two\n"]


def test_foreign_calls_are_refused_before_anything_runs() -> None:
    text = (
        '[Extern(Abi: "C", Library: "c")]\ncontract Libc {\n    i32 abs(i32 value);\n}\n\n'
        'unit main() {\n    PrintLine("before");\n    PrintLine("${Libc.abs(-1)}");\n}\n'
    )
    page = Page()
    status, message = page.run(text)
    assert status is None
    assert "foreign function `abs`" in message
    assert page.output == b""


RECURSION = "i64 Down(i64 n) {\n    return Down(n + 1) + 1;\n}\n\ni64 main() {\n    return Down(0);\n}\n"
OUTPUT = 'unit main() {\n    while true {\n        PrintLine("text");\n    }\n}\n'


@pytest.mark.parametrize(
    ("text", "status", "output"),
    [(RECURSION, 101, b"panic: stack overflow"), (OUTPUT, None, b"text\ntext\n")],
    ids=["endless recursion", "endless output"],
)
def test_a_program_without_an_end_is_ended(text: str, status: int | None, output: bytes) -> None:
    page = Page()
    found, message = page.run(text)
    assert found == status
    assert page.output.startswith(output)
    assert len(page.output) <= MAX_OUTPUT
    assert ("wrote more than 1 MiB" in message) == (status is None)


def test_every_operation_answers_in_json() -> None:
    bench = Page().bench
    text = "unit main() { }\n"
    arguments = {
        "check": [text], "hover": [text, 6], "complete": [text, 14], "format": [text], "intermediate": [text],
        "explain": ["E1101"], "run": [text, "", [], {}],
    }  # fmt: skip
    assert set(arguments) == set(OPERATIONS)
    for operation, values in arguments.items():
        json.loads(answer(bench, json.dumps({"operation": operation, "arguments": values})))
    with pytest.raises(ValueError, match="unknown operation"):
        answer(bench, json.dumps({"operation": "__init__", "arguments": []}))
