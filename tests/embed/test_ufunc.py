"""Element-wise functions: broadcasting, conversions, panics, and vector instructions."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import limits

import beskid

KERNEL = """
/// One of both, weighted.
pub f64 Blend(f64 a, f64 b) => if a > b { a * 0.25 + b } else { b * 0.75 - a };
pub i64 Part(i64 a, i64 b) => a / b;
pub bool IsLarge(f32 x) => x > 2.0;
pub string Text(i64 x) => "${x}";
pub f64 Sum(f64[] xs) => xs[0];
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        module: Any = beskid.compile(KERNEL, name="elements")
        module.blend = beskid.ufunc(module.Blend)
        module.part = beskid.ufunc(module.Part, name="part")
        module.large = beskid.ufunc(module.IsLarge)
        yield module


def expected(a: Any, b: Any) -> Any:
    return np.where(a > b, a * 0.25 + b, b * 0.75 - a)


@given(st.sampled_from([(), (0,), (5,), (3, 4), (2, 3, 5), (70_001,)]), st.booleans(), st.integers(0, 3))
def test_arrays_of_every_shape(kernel: Any, shape: tuple[int, ...], reverse: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = random.random(shape), random.random(shape)
    if reverse and shape:
        a = np.asfortranarray(a)[::-1]
    assert np.array_equal(kernel.blend(a, b), expected(a, b))


def test_arguments_are_broadcast_and_converted(kernel: Any) -> None:
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(kernel.blend(a, 1), expected(a, 1.0))
    assert np.array_equal(kernel.blend(a[:, :1], np.arange(4)), expected(a[:, :1], np.arange(4.0)))
    assert np.array_equal(kernel.blend(a.astype(">f4"), a[0]), expected(a, a[0]))
    assert kernel.blend(2.0, 3.0) == 0.25 and np.isscalar(kernel.blend(2.0, 3.0))
    assert kernel.large(np.array([1, 3], dtype="f4")).tolist() == [False, True]
    assert kernel.blend.types == ["dd->d"] and (kernel.blend.nin, kernel.blend.nout) == (2, 1)
    assert kernel.part.__name__ == "part" and "One of both" in kernel.blend.__doc__
    with pytest.raises(ValueError, match="broadcast"):
        kernel.blend(np.zeros(2), np.zeros(3))
    with pytest.raises(TypeError, match=r"Blend\(\) takes 2 arrays but 1 were given"):
        kernel.blend(a)
    with pytest.raises(TypeError, match="same_kind"):
        kernel.part(1.5, 2)


def test_the_result_is_stored(kernel: Any) -> None:
    a, b = np.arange(10.0), np.full(10, 4.0)
    into = np.zeros(20)
    assert kernel.blend(a, b, out=into[::2]).base is into
    assert np.array_equal(into[::2], expected(a, b)) and not into[1::2].any()
    wanted = expected(a[:-1], a[1:])
    kernel.blend(a[:-1], a[1:], out=a[1:])
    assert np.array_equal(a[1:], wanted)
    with pytest.raises(ValueError, match="non-broadcastable"):
        kernel.blend(a, b, out=np.zeros(1))


def test_a_panic_is_an_exception(kernel: Any) -> None:
    assert kernel.part(np.array([9, 8]), 2).tolist() == [4, 4]
    with pytest.raises(beskid.Panic, match="division by zero"):
        kernel.part(np.array([9, 8]), np.array([3, 0]))


def test_what_cannot_be_applied_to_elements(kernel: Any) -> None:
    with pytest.raises(TypeError, match="Text cannot be applied to elements: it has string"):
        beskid.ufunc(kernel.Text)
    with pytest.raises(TypeError, match=r"Sum cannot be applied to elements: it has f64\[\]"):
        beskid.ufunc(kernel.Sum)
    with pytest.raises(TypeError, match="is not a public function of a Beskid module"):
        beskid.ufunc(abs)


def test_a_function_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "kernel.bd").write_text("pub f64 Half(f64 x) => x / 2.0;\n", encoding="utf-8")
    assert beskid.ufunc(beskid.load(tmp_path / "kernel.bd").Half)(np.arange(3.0)).tolist() == [0.0, 0.5, 1.0]


def test_an_edited_file_must_be_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "kernel.bd"
    path.write_text("pub f64 Half(f64 x) => x / 2.0;\n", encoding="utf-8")
    loaded: Any = beskid.load(path)
    for text in ("pub f64 Half(f64 x) => x / 3.0;\n", "pub f64 Half("):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(TypeError, match=r"kernel\.bd has changed since Half was loaded"):
            beskid.ufunc(loaded.Half)


def test_names_of_the_program_do_not_collide_with_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = "pub i64 index(i64 count) => count + 1;\npub i64 indexOfEach(i64 into) => into;\n"
    module: Any = beskid.compile(f"{text}pub i64 range(i64 a) => a;\n", name="names", on_warning="ignore")
    assert beskid.ufunc(module.index)(np.arange(3)).tolist() == [1, 2, 3]
    assert beskid.ufunc(module.range)(np.arange(3)).tolist() == [0, 1, 2]


@pytest.mark.skipif(shutil.which("objdump") is None, reason="objdump is not installed")
def test_the_loop_has_vector_instructions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    module: Any = beskid.compile("pub f64 Twice(f64 x) => x * 2.5 + 1.0;", name="vectors")
    made = beskid.ufunc(module.Twice)
    owner = made._loop.__self__.owner
    (tmp_path / "loop.o").write_bytes(owner.__beskid__.image)
    done = limits.run(["objdump", "-d", "loop.o"], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    # A packed multiplication of x86-64, also fused with the addition, or one of whole registers of AArch64.
    assert re.search(r"mulpd|vfmadd\d+pd|fml?[au]l?[ \t]+v", done.stdout)
