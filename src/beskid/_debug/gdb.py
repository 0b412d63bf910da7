"""Values, frames and panics of Beskid programs in gdb; `beskid debug` loads this file.

Runs in gdb's own Python and imports nothing of beskid but the forms of values, which are in the same folder.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gdb  # type: ignore[import-untyped]
from gdb.FrameDecorator import FrameDecorator  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from beskid._debug.beskid_forms import GENERATED_FILE, MAX_OBJECTS, PANIC_FUNCTION, Formatter, Sort, form_of
else:
    sys.path.append(str(Path(__file__).parent))
    from beskid_forms import GENERATED_FILE, MAX_OBJECTS, PANIC_FUNCTION, Formatter, Sort, form_of

Value = Any
"""A `gdb.Value`; gdb has no types for type checkers."""
Type = Any

_INTEGERS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
_STATUS_PANIC = 101
_STATUS_SIGNAL = 128
"""The status of a process that a signal ended, less the number of the signal."""


# Values --------------------------------------------------------------------------------------------------------


class GdbValues:
    """What gdb knows about values."""

    def sort(self, value: Value) -> Sort | None:
        kind = value.type.unqualified()
        if target_of(kind) is not None:
            return Sort.REFERENCE
        if kind.code == gdb.TYPE_CODE_STRUCT:
            return Sort.STRUCTURE
        if kind.code == gdb.TYPE_CODE_ENUM:
            return Sort.TAG if is_tag(kind) else None
        if kind.code == gdb.TYPE_CODE_FLT and kind.name in ("f32", "f64"):
            return Sort.FLOAT
        if kind.code == gdb.TYPE_CODE_CHAR and kind.name == "char" and kind.sizeof == 4:
            return Sort.CHARACTER
        if kind.code == gdb.TYPE_CODE_INT and kind.name in _INTEGERS:
            return Sort.INTEGER
        return None

    def type_name(self, value: Value) -> str:
        return value.type.name or ""

    def size(self, value: Value) -> int:
        return int(value.type.sizeof)

    def default(self, value: Value) -> str:
        return str(value)

    def integer(self, value: Value) -> int:
        return int(value)

    def float(self, value: Value) -> float:
        return float(value)

    def parts(self, value: Value) -> Sequence[tuple[str, Value]]:
        held = value if target_of(value.type) is None else value.dereference()
        return [(field.name, held[field]) for field in held.type.strip_typedefs().fields()]

    def element(self, data: Value, index: int) -> Value:
        return (data + index).dereference()

    def enumerator(self, value: Value) -> str:
        number = int(value)
        return next((field.name for field in value.type.strip_typedefs().fields() if field.enumval == number), "")

    def memory(self, address: int, size: int) -> bytes:
        return bytes(gdb.selected_inferior().read_memory(address, size))

    def text_at(self, address: int) -> str:
        return str(gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string())

    def function_at(self, address: int) -> str:
        block = gdb.block_for_pc(address)
        return block.function.name if block is not None and block.function is not None else ""

    def object_of(self, name: str, address: int, boxed: int) -> Value | None:
        with suppress(gdb.error):
            kind = gdb.lookup_type(name)
            return gdb.Value(address).cast(kind) if target_of(kind) is not None else None
        try:
            kind = gdb.lookup_type(f"struct {name}")
        except gdb.error:
            return None
        return gdb.Value(boxed).cast(kind.pointer()).dereference()

    def failure(self, error: Exception) -> str:
        if isinstance(error, gdb.MemoryError):
            return "not readable"
        # A part that was optimized out.
        return str(error) if isinstance(error, gdb.error) else f"not readable: {error}"


VALUES = GdbValues()


def target_of(kind: Type) -> Type | None:
    """Return the structure that a reference type refers to, None for other types."""
    if kind.code != gdb.TYPE_CODE_TYPEDEF:
        return None
    pointer = kind.target()
    if pointer.code != gdb.TYPE_CODE_PTR or pointer.target().code != gdb.TYPE_CODE_STRUCT:
        return None
    return pointer.target()


def is_tag(kind: Type) -> bool:
    """Return whether an enumeration is a Beskid enum: in C, its underlying type is never named `i32`."""
    with suppress(RuntimeError):
        return bool(kind.target().name == "i32")
    return False


class Printer:
    def __init__(self, value: Value) -> None:
        self.value = value

    def to_string(self) -> str:
        return Formatter(VALUES, gdb.parameter("print elements") or MAX_OBJECTS).form(self.value)


def find_printer(value: Value) -> Printer | None:
    return None if form_of(VALUES, value)[1] is None else Printer(value)


# Frames --------------------------------------------------------------------------------------------------------


class Frame(FrameDecorator):  # type: ignore[misc]
    def filename(self) -> str | None:
        name: str | None = super().filename()
        return name[2:] if name is not None and name.startswith("./") else name


def is_hidden(frame: Any) -> bool:
    """Return whether a frame is of the runtime, or of a function that no source has."""
    function = frame.function()
    # An inlined function has the file of its call.
    return function is None or (frame.type() != gdb.INLINE_FRAME and is_generated(function.symtab.filename))


def is_generated(file: str) -> bool:
    return file.endswith(GENERATED_FILE)


class FrameFilter:
    """Leaves out frames of the runtime; `backtrace -no-filters` shows them."""

    def __init__(self) -> None:
        self.name = "beskid"
        self.priority = 100
        self.enabled = True
        gdb.frame_filters[self.name] = self

    def filter(self, frames: Iterator[Any]) -> Iterator[Any]:
        for frame in frames:
            if not is_hidden(frame.inferior_frame()):
                yield Frame(frame)


# Panics --------------------------------------------------------------------------------------------------------


class CatchPanic(gdb.Command):  # type: ignore[misc]
    """Stop when the program panics, at the call that panicked."""

    def __init__(self) -> None:
        super().__init__("catch panic", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, _argument: str, _from_terminal: bool) -> None:
        PanicBreakpoint(PANIC_FUNCTION)


class Outcome:
    """The status with which the program ended, or would end if it went on from where it is."""

    def __init__(self) -> None:
        self.status: int | None = None
        gdb.events.stop.connect(self.stopped)
        gdb.events.exited.connect(self.exited)

    def stopped(self, event: Any) -> None:
        self.status = None
        if isinstance(event, gdb.SignalEvent):
            self.status = signal_status(event.stop_signal)
        elif is_panic(event):
            self.status = _STATUS_PANIC

    def exited(self, event: Any) -> None:
        ended_by = gdb.convenience_variable("_exitsignal")
        if hasattr(event, "exit_code"):
            self.status = event.exit_code
        elif ended_by is not None:
            self.status = _STATUS_SIGNAL + int(ended_by)


def signal_status(name: str) -> int | None:
    """Return the status of a process that a signal ends, None if gdb alone has a signal of this name."""
    with suppress(KeyError):
        return _STATUS_SIGNAL + signal.Signals[name]
    return None


class QuitWithStatus(gdb.Command):  # type: ignore[misc]
    """Exit gdb with the status of the program, if that is known."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("quit-with-status", gdb.COMMAND_RUNNING)
        self.outcome = outcome

    def invoke(self, _argument: str, _from_terminal: bool) -> None:
        if self.outcome.status is not None:
            gdb.execute(f"quit {self.outcome.status}")


class QuitWhenExited(gdb.Command):  # type: ignore[misc]
    """Exit gdb with the status of the program, now if that has exited, else when gdb exits."""

    def __init__(self) -> None:
        super().__init__("quit-when-exited", gdb.COMMAND_RUNNING)

    def invoke(self, _argument: str, _from_terminal: bool) -> None:
        if not gdb.selected_inferior().pid:
            gdb.execute("quit-with-status")
        # Also runs at the end of the input. A hook does not run within itself.
        gdb.execute("define hook-quit\nquit-with-status\nend")


class PanicBreakpoint(gdb.Breakpoint):  # type: ignore[misc]
    """A stop in the runtime, which shows the innermost frame of the program instead."""


def is_panic(event: Any) -> bool:
    return any(isinstance(each, PanicBreakpoint) for each in getattr(event, "breakpoints", ()))


def select_source(event: Any) -> None:
    """Select the innermost frame of the program after a stop at a panic."""
    if not is_panic(event):
        return
    frame = gdb.newest_frame()
    while frame is not None and is_hidden(frame):
        frame = frame.older()
    if frame is not None:
        frame.select()
        gdb.execute("frame")


class PreferSource:
    """Disables the locations of a breakpoint that have no source, if others have one; the user may enable them again.

    A function of the program may have the name of one of C, as `main` does.
    """

    def __init__(self) -> None:
        self.known: dict[object, tuple[int, bool]] = {}
        """The address of each such location, and whether it is enabled."""
        gdb.events.breakpoint_created.connect(self.changed)
        gdb.events.breakpoint_modified.connect(self.changed)

    def changed(self, breakpoint: Any) -> None:
        # An older gdb does not have locations.
        locations = getattr(breakpoint, "locations", ())
        generated = [held for held in locations if held.source is None or is_generated(held.source[0])]
        if len(generated) == len(locations):
            return
        changes: list[tuple[Any, bool]] = []
        seen: Counter[object] = Counter()
        for location in generated:
            address, enabled = location.address, location.enabled
            name = (breakpoint.number, location.function, gdb.solib_name(address))
            key = (*name, seen[name])
            seen[name] += 1
            before, wanted = self.known.get(key, (address, False))
            if key in self.known and before == address:
                wanted = enabled
            # Where the start of the program moves functions of one name, gdb enables their locations.
            self.known[key] = (address, wanted)
            if enabled != wanted:
                changes.append((location, wanted))
        # Each of these changes is an event too.
        for location, wanted in changes:
            location.enabled = wanted


def set_up() -> None:
    gdb.pretty_printers.insert(0, find_printer)
    FrameFilter()
    CatchPanic()
    QuitWithStatus(Outcome())
    QuitWhenExited()
    PreferSource()
    gdb.events.stop.connect(select_source)
    for command in (
        "set debuginfod enabled off",
        "set print frame-arguments all",
        "set print entry-values no",
        "set print address off",
        # Forms are written in it. The locale's may not have all characters, with which gdb would lose the value.
        "set target-charset UTF-8",
    ):
        # An older gdb does not have each setting.
        with suppress(gdb.error):
            gdb.execute(command)


set_up()
