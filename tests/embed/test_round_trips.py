"""Every row of the table of types in the guide: values go in and come back, and shared memory stays the same memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.embed.test_arrays import ELEMENTS
from tests.embed.test_calls import INTEGERS

import beskid

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "guide" / "python.md"

ROWS = {
    "`i8` … `u64`": "test_round_trips.py::test_integers",
    "`f32`, `f64`": "test_calls.py::test_f64_keeps_every_bit",
    "`bool`, `char`": "test_calls.py::test_characters",
    "`string`": "test_calls.py::test_texts_keep_every_character",
    "`T[]` of numbers or `bool`": "test_round_trips.py::test_arrays_share_their_memory",
    "other `T[]`": "test_round_trips.py::test_arrays_of_arrays_share_theirs",
    "a `type`": "test_round_trips.py::test_structs_are_the_same_object",
    "an `enum`, a `[Value]` type": "test_calls.py::test_enums_of_all_forms_go_through",
    "`Option<T>`": "test_calls.py::test_options_are_none_or_a_value",
    "`Result<T, E>`": "test_round_trips.py::test_results",
    "`out` and `ref` parameters": "test_round_trips.py::test_more_results",
    "`R(A, B)`": "test_functions.py::test_function_values_are_called_from_python",
    "`List<T>`, `Map<K, V>`": "test_functions.py::test_lists_are_sequences",
    "contracts, handles": "test_round_trips.py::test_contract_values_go_back",
}
"""A test with drawn values for each row."""


def test_every_row_of_the_guide_has_a_test() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    table = text.partition("| Beskid | Python in | Python out |\n")[2].partition("\n\n")[0]
    assert [line.split("|")[1].strip() for line in table.splitlines()[1:]] == list(ROWS)
    for place in ROWS.values():
        file, name = place.split("::")
        assert re.search(rf"@given\([^\n]*\)\ndef {name}\(", (HERE / file).read_text(encoding="utf-8")), place


@given(st.data())
def test_integers(values: beskid.Module, data: st.DataObject) -> None:
    for name, (low, high) in INTEGERS.items():
        number = data.draw(st.integers(low, high))
        back = getattr(values, f"Same{name.upper()}")(number)
        assert back == number and type(back) is int


@given(st.data())
def test_arrays_share_their_memory(values: beskid.Module, data: st.DataObject) -> None:
    for name, letters in ELEMENTS.items():
        mine = data.draw(arrays(np.dtype(letters), st.integers(0, 20)))
        before = mine.tobytes()
        back = getattr(values, f"Same{name}s")(mine)
        theirs = np.asarray(back)
        assert theirs.tobytes() == before and theirs.dtype == mine.dtype
        if len(mine):
            assert np.shares_memory(mine, theirs)
            assert theirs.__array_interface__["data"][0] == mine.__array_interface__["data"][0]
        assert getattr(values, f"Same{name}s")(back) is back


@given(st.lists(arrays(np.dtype("i8"), st.integers(1, 5)), max_size=5))
def test_arrays_of_arrays_share_theirs(values: beskid.Module, rows: list[Any]) -> None:
    back = values.SameRows(rows)
    assert [list(row) for row in back] == [row.tolist() for row in rows]
    assert all(np.shares_memory(np.asarray(row), mine) for row, mine in zip(back, rows, strict=True))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.text(max_size=9))
def test_structs_are_the_same_object(values: beskid.Module, x: float, y: float, name: str) -> None:
    point = values.Point(x, y, name)
    assert values.SamePoint(point) is point
    assert (point.x, point.y, point.name) == (x, y, name)
    point.x, point.name = y, name * 2
    assert (point.x, point.name) == (y, name * 2)


@given(st.text(max_size=9))
def test_results(values: beskid.Module, text: str) -> None:
    if text == "one":
        assert values.Parse(text) == 1
        return
    with pytest.raises(beskid.ResultError) as caught:
        values.Parse(text)
    assert caught.value.value == f"not a number: {text}"


@given(st.integers(0, 1 << 62), st.integers(1, 1 << 62))
def test_more_results(values: beskid.Module, a: int, b: int) -> None:
    assert values.Divide(a, b) == divmod(a, b)
    assert values.Double(b // 2) == (b // 2 * 2,)


CONTRACTS = """
pub contract Named {
    string Name();
}
pub type Person : Named {
    string name,

    pub string Name() => name;
}
pub Named As(string name) => Person { name: name };
pub Named Same(Named named) => named;
pub string NameOf(Named named) => named.Name();
"""


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield beskid.compile(CONTRACTS, name="contracts")


@given(st.text(max_size=9))
def test_contract_values_go_back(contracts: Any, name: str) -> None:
    held = contracts.As(name)
    assert contracts.NameOf(held) == contracts.NameOf(contracts.Same(held)) == name


def test_a_missing_extension_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    from beskid.engine.errors import JitError
    from beskid.engine.extension import extension

    with pytest.raises(JitError, match=r"the extension for Python `.*_embed\.abi3\.so` is missing") as caught:
        extension([str(tmp_path)])
    assert caught.value.help == "install the headers of Python and reinstall beskid, or install its wheel"
    (tmp_path / "_embed.abi3.so").write_bytes(b"not a library")
    with pytest.raises(JitError, match="the extension for Python cannot be loaded"):
        extension([str(tmp_path)])
