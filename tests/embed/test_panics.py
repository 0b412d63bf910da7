"""Panics, exits and exhaustion: each an exception of Python, after which the process goes on."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Callable

import pytest

import beskid


def test_a_panic_has_its_frames_and_a_traceback_with_the_source(values: beskid.Module) -> None:
    with pytest.raises(beskid.Panic, match="index out of range: the length is 3 but the index is 7") as caught:
        values.Deeper(7)
    assert [frame.function for frame in caught.value.frames] == ["Third", "Deeper"]
    text = "".join(traceback.format_exception(caught.value))
    assert "return xs[n];" in text
    assert text.index("in Deeper") < text.index("in Third")


def test_endless_recursion_is_a_panic_every_time(values: beskid.Module) -> None:
    for _ in range(3):
        with pytest.raises(beskid.Panic, match="stack overflow"):
            values.Endless(0)
        assert values.Add(1, 2) == 3


def test_nothing_is_printed_to_stderr(values: beskid.Module, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(beskid.Panic):
        values.Third(9)
    assert capfd.readouterr() == ("", "")


class Refusing(io.StringIO):
    """A stream that takes nothing."""

    def write(self, text: str) -> int:
        raise InterruptedError(text.strip())


@pytest.mark.parametrize("name", ["Warn", "Warner"])
def test_an_exception_while_a_program_warns_ends_this_call(
    values: beskid.Module, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    warn = values.Warner() if name == "Warner" else getattr(values, name)
    with pytest.raises(beskid.Panic):
        values.Third(9)
    monkeypatch.setattr(sys, "stderr", Refusing())
    with pytest.raises(InterruptedError, match="refused") as caught:
        warn("refused")
    # The program did not panic: the frames of the last panic are not those of this call.
    assert "Third" not in [frame.name for frame in traceback.extract_tb(caught.tb)]
    monkeypatch.undo()
    with pytest.raises(beskid.Panic, match="index out of range"):
        values.Third(9)


def test_a_function_of_python_is_not_called_after_an_exception(
    values: beskid.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(sys, "stderr", Refusing())
    with pytest.raises(InterruptedError, match="refused"):
        values.WarnAndCall("refused", calls.append)
    assert calls == []


class RefusingOnce(io.StringIO):
    """A stream that refuses the first text, and calls a function of Beskid for each that follows."""

    def __init__(self, function: Callable[[int, int], int]) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._function = function

    def write(self, text: str) -> int:
        self.texts.append(text)
        if len(self.texts) == 1:
            raise InterruptedError(text.strip())
        return self._function(len(text), 0)


def test_nothing_is_written_after_an_exception(values: beskid.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = RefusingOnce(values.Add)
    monkeypatch.setattr(sys, "stderr", stream)
    with pytest.raises(InterruptedError, match="one"):
        values.WarnOfBoth("one", "two")
    assert stream.texts == ["one\n"]
    # The exception belongs to that call alone.
    values.WarnOfBoth("three", "four")
    assert stream.texts == ["one\n", "three\n", "four\n"]


def test_output_goes_where_python_prints(values: beskid.Module, capsys: pytest.CaptureFixture[str]) -> None:
    values.Say("one")
    print("two")
    values.Say("three")
    assert capsys.readouterr().out == "one\ntwo\nthree\n"
