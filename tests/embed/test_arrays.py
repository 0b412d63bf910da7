"""Arrays of numbers: memory that is shared in both directions, and everything that is refused."""

from __future__ import annotations

import array
import gc
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest

import beskid

ELEMENTS = {
    "I8": "i1", "I16": "i2", "I32": "i4", "I64": "i8", "U8": "u1", "U16": "u2", "U32": "u4", "U64": "u8", "F32": "f4",
    "F64": "f8", "Bool": "?",
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTS)
@pytest.mark.parametrize("length", [0, 1, 3, 1000])
def test_memory_of_numpy_is_borrowed_and_comes_back(values: beskid.Module, name: str, length: int) -> None:
    mine = np.zeros(length, dtype=ELEMENTS[name])
    back = getattr(values, f"Same{name}s")(mine)
    theirs = np.asarray(back)
    assert theirs.dtype == mine.dtype and theirs.shape == mine.shape
    assert length == 0 or np.shares_memory(mine, theirs)


def test_a_function_writes_into_an_array_of_numpy(values: beskid.Module) -> None:
    mine = np.zeros(5)
    values.Fill(mine, 2.5)
    assert mine.tolist() == [2.5] * 5
    assert values.Sum(mine) == 12.5


def test_a_returned_array_shares_its_memory(values: beskid.Module) -> None:
    back = values.Count(5)
    shared = np.asarray(back)
    assert shared.tolist() == list(back) == [0, 1, 2, 3, 4] and len(back) == 5
    shared[2] = 42
    assert back[2] == 42 and values.SameI64s(back) is back
    back[0] = 7
    assert shared[0] == 7
    assert memoryview(back).format == "l"
    with pytest.raises(BufferError):
        back.release()
    del shared
    with pytest.raises(IndexError):
        back[5]
    back.release()
    with pytest.raises(beskid.ReleasedError):
        back[0]


def test_a_kept_array_keeps_the_memory_of_numpy(values: beskid.Module) -> None:
    mine = np.arange(1000, dtype=float)
    before = sys.getrefcount(mine)
    keeper = values.Keep(mine)
    assert sys.getrefcount(mine) == before + 1
    expected = mine.tolist()
    address = mine.__array_interface__["data"][0]
    del mine
    gc.collect()
    kept = np.asarray(values.Kept(keeper))
    assert kept.__array_interface__["data"][0] == address
    assert kept.tolist() == expected


def test_memory_is_given_back_when_the_program_drops_it(values: beskid.Module) -> None:
    from beskid.driver import embedding

    mine = np.arange(10, dtype=float)
    before = sys.getrefcount(mine)
    keeper = values.Keep(mine)
    del keeper
    assert embedding._process is not None
    for _ in range(3):
        embedding._process.extension.collect()
        values.Add(1, 2)
    assert sys.getrefcount(mine) == before


def test_buffers_of_other_types_are_borrowed(values: beskid.Module) -> None:
    mine = array.array("d", [1.0, 2.0])
    values.Fill(mine, 3.0)
    assert mine.tolist() == [3.0, 3.0]
    assert bytes(values.SameU8s(bytearray(b"abc"))) == b"abc"
    assert values.Sum(memoryview(mine)) == 6.0


def read_only() -> Any:
    held = np.zeros(3)
    held.flags.writeable = False
    return held


REFUSED: list[tuple[Any, type[Exception], str]] = [
    ([1.0], TypeError, "got list\n  help: np.asarray(values, dtype=np.float64)"),
    (np.zeros(3, dtype="f4"), TypeError, "got ndarray of float32 with shape (3,)"),
    (np.zeros((2, 2)), ValueError, "of one dimension; got ndarray of float64 with shape (2, 2)"),
    (np.zeros(6)[::2], ValueError, "contiguous"),
    (np.zeros(3, dtype=">f8"), ValueError, "in the byte order of this machine"),
    (read_only(), ValueError, "read-only"),
    (b"12345678", TypeError, "got bytes"),
    (array.array("f", [1.0]), TypeError, "got array.array"),
    (None, TypeError, "got NoneType"),
]


@pytest.mark.parametrize(("given", "kind", "message"), REFUSED, ids=str)
def test_what_cannot_be_borrowed_is_refused(
    values: beskid.Module, given: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        values.Fill(given, 1.0)
    assert str(caught.value).startswith("Fill: argument `xs` wants f64[]")
    assert message in str(caught.value)


class ByTensor:
    """Memory of NumPy that is shared by DLPack alone, in its newest form or the older one."""

    def __init__(self, array: Any, versioned: bool = True) -> None:
        self.array = array
        self.versioned = versioned

    def __dlpack__(self, **named: object) -> object:
        if not self.versioned and named:
            raise TypeError("unknown arguments")
        return self.array.__dlpack__(**named)


class ByArrow:
    """An array of Arrow that nothing else can be said of."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __arrow_c_array__(self) -> object:
        return self.array.__arrow_c_array__()


@pytest.mark.parametrize("name", ELEMENTS)
@pytest.mark.parametrize("versioned", [True, False])
def test_memory_is_borrowed_by_dlpack(values: beskid.Module, name: str, versioned: bool) -> None:
    mine = np.zeros(5, dtype=ELEMENTS[name])
    back = getattr(values, f"Same{name}s")(ByTensor(mine, versioned))
    assert np.shares_memory(mine, np.asarray(back)) and np.shares_memory(mine, np.from_dlpack(back))


def test_memory_of_dlpack_lives_as_long_as_the_program_keeps_it(values: beskid.Module) -> None:
    mine = np.arange(100.0)
    keeper = values.Keep(ByTensor(mine))
    expected = mine.tolist()
    del mine
    gc.collect()
    assert np.from_dlpack(values.Kept(keeper)).tolist() == expected
    values.Fill(ByTensor(other := np.zeros(3)), 2.0)
    assert other.tolist() == [2.0] * 3 and values.Sum(ByTensor(other)) == 6.0


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (np.zeros(3, dtype="f4"), TypeError, "got .*ByTensor"),
        (np.zeros((2, 2)), ValueError, "of one dimension"),
        (np.zeros(6)[::2], ValueError, "contiguous"),
        (read_only(), ValueError, "read-only"),
    ],
)
def test_tensors_that_are_refused(values: beskid.Module, given: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        values.Fill(ByTensor(given), 1.0)


def test_an_array_is_not_released_while_a_tensor_shares_it(values: beskid.Module) -> None:
    back = values.Count(3)
    shared = np.from_dlpack(back)
    with pytest.raises(BufferError):
        back.release()
    assert back.__dlpack_device__() == (1, 0)
    with pytest.raises(BufferError, match="shared"):
        back.__dlpack__(copy=True)
    capsule = back.__dlpack__()
    del shared, capsule
    back.release()


def test_errors_of_a_protocol_are_those_of_the_object(values: beskid.Module) -> None:
    class Broken:
        def __dlpack__(self, **named: object) -> object:
            raise ValueError("on another device")

    with pytest.raises(ValueError, match="on another device"):
        values.Sum(Broken())

    class Wrong:
        def __dlpack__(self) -> object:
            return 3

    with pytest.raises(TypeError, match=r"Sum: argument `xs` wants f64\[\]"):
        values.Sum(Wrong())


ARROW = {name: letters for name, letters in ELEMENTS.items() if name != "Bool"}


@pytest.mark.parametrize("name", ARROW)
def test_arrow_shares_its_memory(values: beskid.Module, name: str) -> None:
    mine = np.arange(5, dtype=ARROW[name])
    back = getattr(values, f"Same{name}s")(mine)
    column = pyarrow.array(back)
    assert column.to_pylist() == mine.tolist() and np.shares_memory(column.to_numpy(), mine)


def test_columns_of_arrow_are_read(values: beskid.Module) -> None:
    column = pyarrow.array([1.0, 2.0, 3.0, 4.0])
    assert values.Sum(column) == 10.0 and values.Sum(ByArrow(column[1:3])) == 5.0
    with pytest.raises(ValueError, match="without missing values"):
        values.Sum(pyarrow.array([1.0, None]))
    with pytest.raises(ValueError, match="read-only"):
        values.Fill(column, 1.0)
    with pytest.raises(TypeError, match=r"wants f64\[\]"):
        values.Sum(pyarrow.array([1, 2]))
    with pytest.raises(TypeError, match="stores a bool in a bit"):
        pyarrow.array(values.SameBools(np.zeros(3, dtype="?")))


def test_a_column_keeps_the_array_of_beskid(values: beskid.Module) -> None:
    back = values.Count(1000)
    column = pyarrow.array(back)
    with pytest.raises(BufferError):
        back.release()
    del back
    gc.collect()
    assert column.to_pylist() == list(range(1000))


def test_a_read_only_array_is_read(values: beskid.Module) -> None:
    assert values.Sum(read_only()) == 0.0


def test_an_array_that_is_not_aligned_is_refused(values: beskid.Module) -> None:
    with pytest.raises(ValueError, match="aligned"):
        values.Sum(np.frombuffer(bytearray(25), dtype="u1")[1:].view("f8"))


RELEASING = """
use Collections.Array;
use System.Runtime;
pub i64[] Make(i64 n, i64 x) => Array.Filled(n, x);
pub i64 Last(i64[] xs, i64 n) => xs[xs.Len() - 1] + n;
pub type Counter { i64 count, }
pub i64 CountOf(Counter counter, i64 n) => counter.count + n;
pub i64 Collect() => Runtime.Collect();
"""


class Releasing:
    """An index that releases an object, collects it and uses its memory again, while a call converts its arguments."""

    def __init__(self, module: beskid.Module, released: Any) -> None:
        self.module = module
        self.released = released

    def __index__(self) -> int:
        self.released.release()
        self.module.Collect()
        self.kept = [self.module.Make(1000, 77) for _ in range(50)] + [self.module.Counter(77) for _ in range(5000)]
        return 1


def test_what_is_released_during_a_call_lives_until_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module = beskid.compile(RELEASING, name="releasing")
    array = module.Make(1000, 5)
    assert module.Last(array, Releasing(module, array)) == 6
    counter = module.Counter(5)
    assert module.CountOf(counter, Releasing(module, counter)) == 6


def test_what_is_released_by_the_value_that_is_stored_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    module = beskid.compile(RELEASING, name="releasing")
    array, counter = module.Make(1000, 5), module.Counter(5)
    with pytest.raises(beskid.ReleasedError):
        array[0] = Releasing(module, array)
    with pytest.raises(beskid.ReleasedError):
        counter.count = Releasing(module, counter)
