"""The exceptions of embedding, and the tracebacks of panics.

A panic is made of the text that the runtime keeps: the message, then a line for each frame. Its traceback has a frame
of Python for each of them, so that every tool that prints tracebacks shows the Beskid source too. The module must not
import anything heavy.
"""

from __future__ import annotations

import os
import sys
from types import FrameType, TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from beskid.source.diagnostics import Diagnostic

    class Frame(NamedTuple):
        """A place in a Beskid program: the qualified name of the function, the file, and line and column from 1."""

        function: str
        file: str
        line: int
        column: int
else:
    # The modules `typing` and `collections` take longer to import than most of a warm load.
    from _operator import itemgetter

    class Frame(tuple):
        __slots__ = ()
        __match_args__ = ("function", "file", "line", "column")

        def __new__(cls, function, file, line, column):
            return tuple.__new__(cls, (function, file, line, column))

        function, file, line, column = [property(itemgetter(place)) for place in range(4)]

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            return f"Frame(function={self[0]!r}, file={self[1]!r}, line={self[2]!r}, column={self[3]!r})"


class Panic(RuntimeError):  # noqa: N818  (the language calls it so)
    """A Beskid function panicked. `frames` are the places of the stack trace, the innermost first."""

    def __init__(self, message: str, frames: tuple[Frame, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.frames = frames

    def __reduce__(self) -> tuple[type[Panic], tuple[str, tuple[Frame, ...]]]:
        return type(self), (self.message, self.frames)


class ResultError(Exception):
    """A Beskid function returned `Result::Error`; `value` is its payload."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


class CompileError(Exception):
    """A program that cannot be compiled. `str()` is what `beskid check` prints."""

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type[CompileError], tuple[str]]:
        return type(self), (self.text,)

    def _render_traceback_(self) -> list[str]:
        """Let IPython show the diagnostics without the frames of the compiler."""
        return self.text.splitlines()


class GateError(ImportError):
    """A program, a runtime or an extension that does not fit the others, or this machine."""


class ReleasedError(ValueError):
    """An object or array was used after its `release()`."""


class ForkedError(RuntimeError):
    """This process is the child of a fork during which another thread ran Beskid code."""


class BeskidWarning(UserWarning):
    """What the compiler warns about when a program is loaded."""


def frames_of(form: str) -> tuple[Frame, ...]:
    """Read the frames of the printed form of a panic: lines `  at FILE:LINE:COLUMN in FUNCTION`."""
    found: list[Frame] = []
    for line in form.split("\n"):
        if not line.startswith("  at "):
            continue
        place, _, function = line[5:].rpartition(" in ")
        file, number, column = place.rsplit(":", 2)
        found.append(Frame(function, file, int(number), int(column)))
    return tuple(found)


_frames: dict[tuple[str, str], FrameType] = {}
_MAX_FRAMES = 4096


def _frame(file: str, function: str) -> FrameType:
    """Return a frame of Python that stands for a function of a file."""
    key = (file, function)
    known = _frames.get(key)
    if known is None:
        if len(_frames) >= _MAX_FRAMES:
            _frames.clear()
        code = compile("frame = current()", file, "exec").replace(co_name=function, co_qualname=function)
        space: dict[str, object] = {"current": sys._getframe, "__name__": "beskid", "__file__": file}
        exec(code, space)
        held = space.pop("frame")
        assert isinstance(held, FrameType)
        known = _frames[key] = held
    return known


def panic_of(root: str, message: str, form: str) -> Panic:
    """Return the exception of a panic. Names of files are relative to the folder `root` unless it is empty."""
    frames = frames_of(form)
    panic = Panic(message, frames)
    panic.__traceback__ = _traceback(root, frames, None)
    return panic


def raised_through(root: str, inner: TracebackType | None, form: str) -> TracebackType | None:
    """Return the traceback of an exception of Python code that a program called: the program's frames are before it."""
    return _traceback(root, frames_of(form), inner)


def _traceback(root: str, frames: tuple[Frame, ...], trace: TracebackType | None) -> TracebackType | None:
    # The traceback of Python begins at the outermost frame.
    for frame in frames:
        file = os.path.join(root, frame.file) if root else frame.file  # noqa: PTH118
        # Without an instruction the traceback has the line that is given here.
        trace = TracebackType(trace, _frame(file, frame.function), -1, frame.line)
    return trace


def describe(value: object) -> str:
    """Return how messages call an argument: its type, and what matters of it."""
    kind = type(value)
    if kind in (int, float, bool):
        text = repr(value)
        return f"{kind.__name__} {text}" if len(text) <= 40 else kind.__name__
    dtype, shape = getattr(value, "dtype", None), getattr(value, "shape", None)
    if dtype is not None and isinstance(shape, tuple):
        return f"{kind.__name__} of {dtype} with shape {shape}"
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
