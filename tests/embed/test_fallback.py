"""Calls where the extension cannot be imported: through ctypes, with the same values and exceptions."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.inner_pytest import PYTEST

FOLDER = Path(__file__).parent

SAME = {
    "test_calls.py": [
        "arguments_by_position_and_by_name", "wrong_calls_name_the_parameter", "integers_keep_their_value",
        "f64_keeps", "f32_keeps", "an_integer_is_a_float", "texts_keep", "surrogates", "characters", "booleans",
        "out_and_ref", "constants_and_documentation", "generic_functions_say", "unknown_item",
    ],
    "test_arrays.py": [
        "comes_back", "writes_into_an_array", "buffers_of_other_types", "what_cannot_be_borrowed",
        "read_only_array_is_read", "not_aligned",
    ],
    "test_panics.py": ["a_panic_has", "endless", "nothing_is_printed", "nothing_is_written", "output_goes"],
    "without_extension.py": ["test_"],
}  # fmt: skip
"""The tests of numbers, texts and arrays of numbers, and those of the fallback alone, by parts of their names."""


@pytest.mark.parametrize("file", SAME)
def test_each_part_of_a_name_is_in_its_file(file: str) -> None:
    names = re.findall(r"^def (test_\w+)", (FOLDER / file).read_text(), re.MULTILINE)
    assert [part for part in SAME[file] if not any(part in name for name in names)] == []


LEFT_OUT = "structs_and_characters or without_the_runtime"


def test_numbers_texts_and_arrays_are_passed_without_the_extension() -> None:
    """The texts and numbers of `hypothesis` are few here: the ordinary run has the others."""
    parts = sorted({part for parts in SAME.values() for part in parts if part != "test_"})
    selected = f"({' or '.join(parts)} or without_extension) and not ({LEFT_OUT})"
    files = [str(FOLDER / file) for file in SAME]
    command = [*PYTEST, "-q", "-n0", "--hypothesis-profile=few", "-k", selected, *files]
    environment = {**os.environ, "BESKID_EMBED_CTYPES": "1", "BESKID_GC_LIMIT": "64m"}
    done = limits.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout
    counts = done.stdout.splitlines()
    assert sum(line.count(".") for line in counts if line.endswith("%]")) >= 105, done.stdout


MISSING = """
import warnings
import beskid.engine.extension
beskid.engine.extension.EXTENSION_NAME = "missing.so"
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    add = beskid.compile("pub i64 Add(i64 a, i64 b) => a + b;").Add
print(add(40, 2), *[warning.category.__name__ for warning in caught], str(caught[0].message)[:61], caught[0].filename)
"""


def test_a_missing_extension_is_a_warning(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = limits.run([sys.executable, "-c", MISSING], capture_output=True, text=True, env=environment)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "42 BeskidWarning calls are slow and take fewer types: the extension for Python <string>\n"
