"""Calls through ctypes; `test_fallback.py` runs these in a process that has BESKID_EMBED_CTYPES=1 and a small heap."""

from __future__ import annotations

import ctypes
import gc
import pickle
import sys
import threading
from typing import Any

import numpy as np
import pytest
from tests.embed.hammering import wrong_answers

import beskid
from beskid.embed.fallback import Function

MORE = """
use Collections.Array;
use System.Process;
use System.Runtime;
pub i64[] Make(i64 n, i64 x) => Array.Filled(n, x);
pub i64 Last(i64[] xs, i64 n) => xs[xs.Len() - 1] + n;
pub i64 Collect() => Runtime.Collect();
pub u8 Mixed(bool a, i8 b, char c, string d, f32[] xs, out string e, ref f64 f, out f32[] ys) {
    e = "${d}${c}";
    f += xs[0] as f64;
    ys = xs;
    return if a { 200 } else { 1 };
}
pub unit Swap(out string a, out string b) {
    a = "a".Repeat(100);
    b = "b".Repeat(100);
}
pub unit Leave() { Process.Exit(7); }
pub unit Say(string x) { PrintLine(x); }
pub unit Warn(string x) { PrintErrorLine(x); }
pub f64 Blend(f64 x, f64 y) => x * 0.25 + y;
pub T Same<T>(T x) => x;
"""


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        module = beskid.compile(MORE, name="more")
        module.Same[int](1)
        beskid.ufunc(module.Blend)(1.0, 2.0)
        yield module


def test_functions_are_those_of_the_fallback(values: beskid.Module) -> None:
    assert type(values.Add) is Function and repr(values.Add) == "<Beskid function Add>"


def test_arguments_and_results_of_many_types_in_one_call(more: Any) -> None:
    xs = np.array([0.5, 1.5], dtype="f4")
    result, text, number, ys = more.Mixed(True, -3, "ß", "né", xs, 1.0)
    assert (result, text, number) == (200, "néß", 1.5) and np.shares_memory(np.asarray(ys), xs)
    assert more.Swap() == ("a" * 100, "b" * 100)


def test_generic_functions_ufuncs_and_pickles(more: Any) -> None:
    assert more.Same[int](4) == 4 and more.Same[str]("x") == "x"
    assert beskid.ufunc(more.Blend)(np.arange(3.0), 1.0).tolist() == [1.0, 1.25, 1.5]
    assert pickle.loads(pickle.dumps(more.Last)) is more.Last


def test_a_result_is_visible_to_the_collector_while_it_is_converted(more: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fallback = more.Last._fallback
    convert = fallback.value_of
    seen: list[bool] = []

    def look(type: Any, word: int) -> Any:
        seen.append(ctypes.c_uint64.from_address(fallback.bridge.mark() - 8).value == word)
        return convert(type, word)

    monkeypatch.setattr(fallback, "value_of", look)
    assert more.Make(2, 7)[1] == 7
    assert seen == [True]


def test_a_slot_that_a_handler_used_meanwhile_is_written_again(more: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bridge = more.Last._fallback.bridge
    raise_top = bridge._root_top

    def use_slot(top: int | None) -> Any:
        if top is not None:
            ctypes.c_uint64.from_address(top - 8).value = 1
        return raise_top(top)

    with bridge.claimed:
        mark = bridge.mark()
        monkeypatch.setattr(bridge, "_root_top", use_slot)
        bridge.root(64)
        monkeypatch.undo()
        assert ctypes.c_uint64.from_address(mark).value == 64
        bridge.unroot_to(mark)


def test_an_interrupted_claim_is_given_up(more: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bridge = more.Last._fallback.bridge

    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bridge, "_unroot", interrupt)
    bridge._pending.append(0)
    with pytest.raises(KeyboardInterrupt):
        more.Blend(1.0, 2.0)
    monkeypatch.undo()
    found: list[float] = []
    thread = threading.Thread(target=lambda: found.append(more.Blend(1.0, 2.0)), daemon=True)
    thread.start()
    thread.join(5)
    assert found == [2.25]


def test_releasing_an_array_forgets_no_other_at_its_address(more: Any) -> None:
    first, second = more.Make(3, 1), more.Make(3, 2)
    first._address = second._address
    first.release()
    assert more.Last._fallback.arrays.get(second._address) is second


MISSING = {
    "SamePoint": "the type of `p` is Point",
    "SameOption": "the type of `x` is Option<f64>",
    "SameStrings": r"the type of `xs` is string\[\]",
    "Points": r"it returns Point\[\]",
    "Parse": "it returns Result<i64, string>",
}


@pytest.mark.parametrize("name", MISSING)
def test_functions_with_other_types_say_what_is_missing(values: beskid.Module, name: str) -> None:
    with pytest.raises(beskid.GateError, match=f"{name} cannot be called without the extension.*: {MISSING[name]}\n"):
        getattr(values, name)(None)


def test_objects_are_not_made(values: beskid.Module) -> None:
    with pytest.raises(beskid.GateError, match=r"Point\(\) needs the extension"):
        values.Point(1.0, 2.0, "p")
    with pytest.raises(TypeError, match=r"cannot create 'beskid\.Array' instances"):
        beskid.Array()
    assert values.Color.Red != values.Color.Green


class Odd:
    """Converts to numbers in ways that are wrong."""

    def __index__(self) -> int:
        return 1 << 70

    def __float__(self) -> float:
        raise ZeroDivisionError("odd")


BAD: list[tuple[str, Any, type[Exception], str]] = [
    ("SameI8", Odd(), OverflowError, r"wants i8 \(-128 to 127\); got int"),
    ("SameU64", -1, OverflowError, r"wants u64 \(0 to 18446744073709551615\)"),
    ("SameF64", Odd(), ZeroDivisionError, "odd"),
    ("SameF64", b"1", TypeError, "wants f64; got bytes"),
    ("SameF64", 10**400, OverflowError, "too large"),
    ("SameChar", "ab", TypeError, "wants char; got str"),
    ("SameString", b"x", TypeError, "wants string; got bytes"),
    ("Sum", 3, TypeError, r"wants f64\[\]: a contiguous array of one dimension, or beskid.Array; got int 3"),
    ("Sum", np.float64(1.0), ValueError, "of one dimension"),
    ("Sum", np.zeros(2, dtype="M8[s]"), TypeError, r"wants f64\[\]; got ndarray of datetime64"),
    ("Sum", memoryview(b""), TypeError, r"wants f64\[\]; got memoryview"),
    ("SameF64s", np.zeros(2).data.toreadonly(), ValueError, "may keep, but it is read-only"),
]


@pytest.mark.parametrize(("name", "given", "kind", "message"), BAD, ids=lambda each: str(each)[:20])
def test_bad_arguments(values: beskid.Module, name: str, given: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        getattr(values, name)(given)
    with pytest.raises(TypeError, match=r"wants i64\[\]; got beskid.Array"):
        values.SameI64s(values.SameF64s(np.zeros(1)))


class Releasing:
    """An index that releases an array, collects it and uses its memory again, while a call converts its arguments."""

    def __init__(self, module: Any, released: Any) -> None:
        self.module = module
        self.released = released

    def __index__(self) -> int:
        self.released.release()
        self.module.Collect()
        self.kept = [self.module.Make(1000, 77) for _ in range(50)]
        return 1


def test_arrays_that_are_released(more: Any) -> None:
    array = more.Make(1000, 5)
    assert more.Last(array, Releasing(more, array)) == 6 and repr(array) == "<released i64[]>"
    array = more.Make(10, 5)
    with pytest.raises(beskid.ReleasedError):
        array[0] = Releasing(more, array)
    array = more.Make(10, 5)
    shared = np.asarray(array)
    with pytest.raises(BufferError):
        array.release()
    shared[3] = 9
    assert array[3] == 9 and array[-10] == 5 and np.asarray(array, dtype="f8").tolist() == shared.tolist()
    del shared
    array.release()
    for use in (len, lambda each: each[0], np.asarray, lambda each: more.Last(each, 1)):
        with pytest.raises(beskid.ReleasedError, match=r"this i64\[\] was released"):
            use(array)
    with pytest.raises(IndexError):
        more.Make(2, 0)[2]
    with pytest.raises(OverflowError, match=r"an element wants i64"):
        more.Make(2, 0)[0] = 1 << 63


def test_memory_is_given_back(values: beskid.Module, more: Any) -> None:
    from beskid.driver import embedding

    assert embedding._process is not None
    extension = embedding._process.extension
    gc.collect()
    roots = extension.root_count()
    mine = np.arange(10, dtype=float)
    before = sys.getrefcount(mine)
    back = values.SameF64s(mine)
    assert sys.getrefcount(mine) == before + 1 and extension.root_count() == roots + 1
    del back
    gc.collect()
    extension.collect()
    more.Collect()
    assert sys.getrefcount(mine) == before and extension.root_count() == roots
    growing = bytearray(8)
    values.SameU8s(growing)
    with pytest.raises(beskid.Panic):
        more.Last(np.zeros(0, dtype="i8"), 1)
    words = bytearray(16)
    assert values.Sum(memoryview(words).cast("d")) == 0.0
    words.append(1)


def test_exhausted_memory_is_a_panic_where_arguments_are_made(values: beskid.Module) -> None:
    with pytest.raises(beskid.Panic, match="out of memory"):
        values.Bytes("x" * (65 << 20))
    assert values.Bytes("x" * 1000) == 1000


def test_output_and_what_it_raises(more: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, text: str) -> None:
            raise KeyError(text)

    class Nested:
        texts: list[str] = []

        def write(self, text: str) -> None:
            self.texts.append(text)
            self.texts.append(str(more.Last(np.array([40]), 2)))

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Broken())
        with pytest.raises(KeyError, match="hello"):
            more.Say("hello")
        patch.setattr(sys, "stderr", Broken())
        with pytest.raises(KeyError, match="careful"):
            more.Warn("careful")
        patch.setattr(sys, "stdout", Nested())
        more.Say("one")
    assert Nested.texts == ["one\n", "42"]
    with pytest.raises(SystemExit) as caught:
        more.Leave()
    assert caught.value.code == 7


def test_threads_take_turns(values: beskid.Module) -> None:
    assert wrong_answers(values, threads=4, rounds=200) == []


def test_every_kind_that_is_passed_is_converted_both_ways() -> None:
    from beskid.embed.signatures import NUMERIC
    from beskid.embed.types import PRIMITIVE_PARTS
    from beskid.embed.words import FROM_WORD, LETTERS, NUMBERS, TO_WORD

    assert set(NUMBERS) == set(LETTERS) == NUMERIC
    assert set(FROM_WORD) == set(PRIMITIVE_PARTS) - {"never"} == set(TO_WORD) - {"numbers"}
