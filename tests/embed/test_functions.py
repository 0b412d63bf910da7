"""Function values in both directions, generic functions, and the collections of the core library."""

from __future__ import annotations

import gc
import sys
import traceback
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beskid

PROGRAM = Path(__file__).parent / "functions.bd"
I64 = st.integers(-(1 << 63), (1 << 63) - 1)


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> beskid.Module:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        module = beskid.load(PROGRAM)
        # Compiled here, with the cache of the tests.
        for name in ("i64", "string", "Point"):
            module.Itself[name]
        return module


def test_python_functions_are_called_with_values_of_every_kind(functions: beskid.Module) -> None:
    assert functions.Apply(lambda x: 10 * x, 4) == 41
    assert functions.Invert(lambda x: x, True) is False and functions.Invert(lambda x: x, False) is True
    assert functions.Half(lambda x: x + 1.0, 2.0) == 1.5
    assert functions.Join(lambda text, count: text * count, "ab") == "ababab!"
    assert functions.Maybe(lambda x: None, 1.0) is None and functions.Maybe(lambda x: x + 1.0, 1.0) == 2.0
    seen: list[int] = []
    functions.Each(np.arange(3), seen.append)
    assert seen == [0, 1, 2]


def test_objects_and_arrays_keep_their_identity_through_a_callable(functions: beskid.Module) -> None:
    point = functions.Point(1, 2)
    assert functions.Changed(lambda p: p, point) is point
    mine = np.zeros(4)
    back = functions.Mapped(lambda xs: xs, mine)
    assert np.shares_memory(mine, np.asarray(back))
    other = np.ones(3)
    assert np.shares_memory(other, np.asarray(functions.Mapped(lambda xs: other, mine)))


@given(I64, I64)
def test_function_values_are_called_from_python(functions: beskid.Module, n: int, x: int) -> None:
    wrapped = (n + x + (1 << 63)) % (1 << 64) - (1 << 63)
    assert functions.Adder(n)(x) == wrapped


def test_a_function_value_goes_back_as_itself(functions: beskid.Module) -> None:
    add = functions.Adder(5)
    assert functions.Same(add) is add and functions.Apply(add, 1) == 7
    mine = functions.Same(abs)
    assert mine(-3) == 3
    with pytest.raises(TypeError, match=r"i64\(i64\) takes 1 argument but 2 were given"):
        add(1, 2)
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        add(x=1)
    add.release()
    with pytest.raises(beskid.ReleasedError):
        add(1)


def test_an_exception_of_a_callable_goes_through_the_program(functions: beskid.Module) -> None:
    raised = ZeroDivisionError("no")

    def fails(x: int) -> int:
        raise raised

    with pytest.raises(ZeroDivisionError) as caught:
        functions.Apply(fails, 1)
    assert caught.value is raised
    text = "".join(traceback.format_exception(caught.value))
    assert text.index("in Apply\n    pub i64 Apply") < text.index("in fails")
    assert functions.Apply(abs, -1) == 2


def test_a_panic_below_a_callable_is_raised_once(functions: beskid.Module) -> None:
    point = beskid.compile("pub i64 At(i64[] xs) => xs[5];", name="panics")
    with pytest.raises(beskid.Panic, match="index out of range"):
        functions.Apply(lambda x: point.At(np.zeros(2, dtype="i8")), 1)
    with pytest.raises(SystemExit):
        functions.Apply(lambda x: sys.exit(3), 1)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (3, r"Apply: argument `f` wants i64\(i64\); got int 3\n  help: pass a function"),
        (lambda x: "text", r"the result of <function .*> wants i64; got str\n  help: pass an int"),
        (lambda x: 1 << 80, "the result of .* wants i64"),
        (lambda: 1, "takes 0 positional arguments but 1 was given"),
    ],
)
def test_callables_that_do_not_fit(functions: beskid.Module, function: Any, message: str) -> None:
    with pytest.raises((TypeError, OverflowError), match=message):
        functions.Apply(function, 1)
    assert functions.Apply(abs, 1) == 2


def test_calls_nest_a_thousand_deep(functions: beskid.Module) -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        assert functions.Apply(lambda n: 0 if n == 0 else functions.Apply(self_call, n - 1), 1000) == 1001
    finally:
        sys.setrecursionlimit(limit)


def self_call(n: int) -> int:
    module: Any = beskid.load(PROGRAM)
    return 0 if n == 0 else int(module.Apply(self_call, n - 1))


def test_results_of_callables_survive_collections(functions: beskid.Module) -> None:
    assert functions.Pairs(lambda n: str(n) * 50, 200) == "199" * 50 + "200" * 50


class Callable:
    def __call__(self, x: int) -> int:
        return x + 1


def test_a_kept_callable_lives_as_long_as_its_keeper(functions: beskid.Module) -> None:
    from beskid.driver import embedding

    function = Callable()
    gone = weakref.ref(function)
    keeper = functions.Keep(function)
    del function
    gc.collect()
    assert gone() is not None and functions.Use(keeper, 1) == 2
    del keeper
    assert embedding._process is not None
    for _ in range(3):
        embedding._process.extension.collect()
        functions.Apply(abs, 1)
    assert gone() is None


def test_a_kept_callable_is_replaced(functions: beskid.Module) -> None:
    keeper = functions.Keep(abs)
    keeper.kept = lambda x: x * 3
    assert functions.Use(keeper, 4) == 12 and keeper.kept(5) == 15


# Generic functions -----------------------------------------------------------------------------------------------


def test_instances_by_every_name_of_a_type(functions: beskid.Module) -> None:
    larger = functions.Larger
    assert larger["i64"](1, 2) == larger[int](2, 1) == larger[np.int64](2, 0) == larger[beskid.i64](2, 1) == 2
    assert larger[int] is larger["i64"]
    assert larger[str]("a", "b") == "b" and larger[float](0.5, 0.25) == 0.5
    assert functions.Converted[int, str](str, 7) == "7"


def test_an_instance_shares_the_classes_of_its_module(functions: beskid.Module) -> None:
    point = functions.Point(1, 2)
    assert functions.Itself[functions.Point](point) is point
    assert type(functions.Itself["Point"](point)) is functions.Point
    mine = np.arange(3.0)
    assert np.shares_memory(np.asarray(functions.Itself["f64[]"](mine)), mine)


@pytest.mark.parametrize(
    ("types", "kind", "message"),
    [
        ("Point", beskid.CompileError, r"`Point` does not satisfy `Comparable<Point>`"),
        ("Nope", beskid.CompileError, r"unknown type `Nope`"),
        ("i64 x", beskid.CompileError, "expected `>`"),
        (3, TypeError, "3 does not name a Beskid type"),
        (("i64", "u8"), TypeError, r"Larger has 1 type parameters \(T\), but 2 types were given"),
    ],
)
def test_types_that_an_instance_does_not_take(
    functions: beskid.Module, types: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        functions.Larger[types]


def test_a_changed_source_has_no_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "changing.bd"
    text = "pub type Pair { i64 a, i64 b, }\npub Pair Make() => Pair { a: 1, b: 2 };\npub T Itself<T>(T x) => x;\n"
    file.write_text(text)
    module = beskid.load(file)
    file.write_text(text.replace("i64 a, i64 b,", "i64 b, i64 a,"))
    with pytest.raises(beskid.GateError, match="has changed since it was loaded"):
        module.Itself["Pair"]


# Collections -----------------------------------------------------------------------------------------------------


@given(st.lists(I64, max_size=30))
def test_lists_are_sequences(functions: beskid.Module, values: list[int]) -> None:
    made = functions.List[int].of(values)
    assert len(made) == len(values) and list(made) == values == made.copy() and made == values
    assert made.to_array().__len__() == len(values)
    made.reverse()
    assert list(made) == values[::-1] and made[1:3] == values[::-1][1:3]
    assert functions.Total(functions.List[int].of([1, 2, 3])) == 6


def test_a_list_changes_in_both_worlds(functions: beskid.Module) -> None:
    numbers = functions.Numbers(3)
    numbers.append(9)
    numbers[0] = 100
    numbers.insert(1, 50)
    del numbers[2]
    assert numbers.copy() == [100, 50, 2, 9] and functions.Total(numbers) == 161
    assert numbers.pop() == 9 and numbers[-1] == 2 and 50 in numbers
    with pytest.raises(IndexError):
        numbers[3]
    with pytest.raises(TypeError, match="value"):
        numbers[0] = "text"
    numbers.clear()
    assert len(numbers) == 0 and repr(numbers) == "List<i64>([])"
    assert functions.Words(["a", "b"]).copy() == ["a", "b"]


def test_a_list_that_the_module_does_not_use(functions: beskid.Module) -> None:
    with pytest.raises(TypeError, match="use no List<f64>; they use List<i64>, List<string>"):
        functions.List[float]
    with pytest.raises(TypeError, match="select one"):
        functions.List.of([1])


@given(st.dictionaries(st.text(max_size=5), I64, max_size=20))
def test_maps_are_mappings(functions: beskid.Module, values: dict[str, int]) -> None:
    made = functions.Map["string", "i64"].of(values)
    assert len(made) == len(values) and dict(made) == values == made.copy()
    for key in values:
        assert made[key] == values[key] == functions.LengthOf(made, key)
        del made[key]
    assert len(made) == 0


def test_a_map_changes_in_both_worlds(functions: beskid.Module) -> None:
    lengths = functions.Lengths(["a", "bb"])
    lengths["ccc"] = 3
    assert lengths == {"a": 1, "bb": 2, "ccc": 3} and functions.LengthOf(lengths, "ccc") == 3
    with pytest.raises(KeyError):
        lengths["zz"]
    with pytest.raises(KeyError):
        del lengths["zz"]
    assert lengths.get("zz") is None and "a" in lengths


def test_a_map_of_options_tells_empty_values_from_none(functions: beskid.Module) -> None:
    holes = functions.Holes(4)
    assert holes[4] is None and holes[5] == 0.5
    with pytest.raises(KeyError):
        holes[6]
