"""The version checks of a load do a fixed number of operations, whatever the size of the program.

`bench/gate.py` measures what they cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from tests.boundary.programs import HELLO, RETURN_42
from tests.boundary.toolbox import TRIPLE, compile_text, runtime_folder

from beskid.codegen.objectfile import fields_of, note_fields, notes
from beskid.codegen.rows import needed_rows
from beskid.engine.jit_module import check_note, check_rows
from beskid.engine.runtime_library import RuntimeLibrary, installed_library


def functions(count: int) -> str:
    """A program with so many functions."""
    return RETURN_42.text + "".join(
        f"""
function @_B5f{number:04}(%0 i64) -> (i64) exported at "f{number}" "main.bd" {number + 2}:1 {{
entry:
  return %0
}}
"""
        for number in range(count)
    )


class CountingRuntime(RuntimeLibrary):
    """A runtime that counts how often each of its functions is called."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.calls: Counter[str] = Counter()

    def function(self, symbol: str) -> Callable[..., Any]:
        self.calls[symbol] += 1
        return super().function(symbol)


def calls_of_a_load(text: str) -> Counter[str]:
    """The calls that the engine makes before an entry: the runtime, the object's notes, and the runtime again."""
    runtime_folder()
    runtime = CountingRuntime(installed_library(TRIPLE))
    runtime.check()
    records = notes(compile_text(text))
    check_note(fields_of(records), runtime, "program")
    check_rows(needed_rows(records, fields_of(records)), runtime, "program")
    runtime.check()
    return runtime.calls


@pytest.mark.parametrize("text", [RETURN_42.text, HELLO.text, functions(200)], ids=["small", "hello", "large"])
def test_a_load_asks_the_runtime_eight_questions(text: str) -> None:
    assert calls_of_a_load(text) == {
        "beskid_runtime_abi_version": 2,
        "beskid_runtime_abi_level": 3,
        "beskid_runtime_draft_hash": 2,
        "beskid_runtime_rows": 1,
    }


def test_the_note_does_not_grow_with_the_program() -> None:
    """What the check reads of an object is the version, the imports and the externs, not the functions."""
    small, large = compile_text(functions(2)), compile_text(functions(200))
    assert len(large) > 5 * len(small)
    counts = [{key: len(values) for key, values in note_fields(image).items()} for image in (small, large)]
    assert counts[0] == counts[1]
