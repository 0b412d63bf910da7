"""Values, frames and panics of Beskid programs in gdb; `beskid debug` loads this file.

Runs in gdb's own Python and imports nothing of beskid. Values have the printed form of the language. What a type is
follows from its debug information: a name that begins with a dot marks what the compiler added.
"""

from __future__ import annotations

import codecs
import math
import signal
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import gdb  # type: ignore[import-untyped]
from gdb.FrameDecorator import FrameDecorator  # type: ignore[import-untyped]

Value = Any
"""A `gdb.Value`; gdb has no types for type checkers."""
Type = Any

MAX_DEPTH = 8
"""The depth from which a printed form is an ellipsis, as in the language."""
MAX_OBJECTS = 10_000
"""The most parts of a value that are read, because a value may be damaged."""
PANIC_FUNCTION = "beskid_panic_here"

_INTEGERS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
_NAME_OFFSET = 32
"""The offset of the name in a type descriptor."""
_WORD = 8
_PLAIN_POWERS = range(-6, 21)
"""The powers of ten of the first digit with which numbers have no exponent."""
_CONTROL_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_ESCAPES = {'"': '\\"', "\\": "\\\\"} | _CONTROL_ESCAPES
_STATUS_PANIC = 101
_STATUS_SIGNAL = 128
"""The status of a process that a signal ended, less the number of the signal."""


def fields_of(kind: Type) -> dict[str, Any]:
    return {field.name: field for field in kind.fields()}


def target_of(kind: Type) -> Type | None:
    """Return the structure that a reference type refers to, None for other types."""
    if kind.code != gdb.TYPE_CODE_TYPEDEF:
        return None
    pointer = kind.target()
    if pointer.code != gdb.TYPE_CODE_PTR or pointer.target().code != gdb.TYPE_CODE_STRUCT:
        return None
    return pointer.target()


def element_of(array: Value, index: int) -> Value:
    return (array.dereference()["data"] + index).dereference()


def own_name(kind: Type) -> str:
    """Return the name of a type without its arguments."""
    return (kind.name or "").partition("<")[0]


# Printed forms -------------------------------------------------------------------------------------------------


class Formatter:
    """Makes the printed form of one value."""

    def __init__(self) -> None:
        self.left = MAX_OBJECTS
        limit = gdb.parameter("print elements")
        self.max_elements = limit if limit else MAX_OBJECTS

    def form(self, value: Value, depth: int = 0) -> str:
        """Return the form of a value or a part of one; what cannot be read is said in its place."""
        self.left -= 1
        if self.left < 0:
            return "…"
        try:
            formatter = formatter_of(value.type)
            return str(value) if formatter is None else formatter(self, value, depth)
        except gdb.MemoryError:
            return "<not readable>"
        except gdb.error as error:
            # A part that was optimized out.
            return f"<{error}>"
        except Exception as error:
            # A damaged value must not hide the parts around it.
            return f"<not readable: {error}>"

    def many(self, count: int, element: Callable[[int], str], brackets: str) -> str:
        """Return the forms of `count` elements between brackets; those over gdb's limit are left out."""
        shown = [element(index) for index in range(min(count, self.max_elements))]
        if count > self.max_elements:
            shown.append(f"… {count - self.max_elements} more")
        return brackets[0] + ", ".join(shown) + brackets[1]

    def elements(self, array: Value, count: int, depth: int) -> str:
        """Return the form of the first elements of an array."""
        return self.many(count, lambda index: self.form(element_of(array, index), depth), "[]")

    def integer(self, value: Value, _depth: int) -> str:
        return str(int(value))

    def number(self, value: Value, _depth: int) -> str:
        return float_text(float(value), value.type.sizeof)

    def character(self, value: Value, _depth: int) -> str:
        number = int(value)
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            return f"<invalid char {number}>"
        # gdb ends a form at a NUL, and a terminal obeys control characters.
        return _CONTROL_ESCAPES.get(chr(number)) or control(chr(number))

    def string(self, value: Value, _depth: int) -> str:
        return quoted(read_text(value)) if int(value) else "<not assigned>"

    def array(self, value: Value, depth: int) -> str:
        if not int(value):
            return "<not assigned>"
        if depth >= MAX_DEPTH:
            return "…"
        return self.elements(value, int(value.dereference()["length"]), depth + 1)

    def fields(self, name: str, value: Value, depth: int) -> str:
        if depth >= MAX_DEPTH:
            return "…"
        parts = [
            f"{field.name}: {self.form(value[field], depth + 1)}"
            for field in value.type.strip_typedefs().fields()
            if not field.name.startswith(".")
        ]
        return f"{name} {{ {', '.join(parts)} }}" if parts else f"{name} {{ }}"

    def object(self, value: Value, depth: int) -> str:
        if not int(value):
            return "<not assigned>"
        held = value.dereference()
        container = CONTAINERS.get(own_name(value.type)) if ".core" in fields_of(held.type) else None
        if container is None:
            return self.fields(own_name(value.type), held, depth)
        return "…" if depth >= MAX_DEPTH else container(self, held, depth + 1)

    def value_type(self, value: Value, depth: int) -> str:
        return self.fields(own_name(value.type), value, depth)

    def variant(self, value: Value, field: Any, name: str, depth: int) -> str:
        payload = value[field]
        parts = [self.form(payload[part], depth + 1) for part in payload.type.fields()]
        shown = f"{name}::{field.name}"
        return f"{shown}({', '.join(parts)})" if parts else shown

    def variants(self, value: Value, name: str, depth: int) -> str:
        """Return the form of an enum with a tag."""
        if depth >= MAX_DEPTH:
            return "…"
        known = [field for field in value.type.strip_typedefs().fields() if not field.name.startswith(".")]
        tag = int(value[fields_of(value.type.strip_typedefs())[".tag"]])
        if not 0 <= tag < len(known):
            return f"<invalid {name}>"
        return self.variant(value, known[tag], name, depth)

    def words(self, value: Value, depth: int) -> str:
        return self.variants(value, own_name(value.type), depth)

    def boxed(self, value: Value, depth: int) -> str:
        if not int(value):
            return "<not assigned>"
        return self.variants(value.dereference(), own_name(value.type), depth)

    def nullable(self, value: Value, depth: int) -> str:
        if depth >= MAX_DEPTH:
            return "…"
        fields = fields_of(value.type.strip_typedefs())
        is_null = int(value[fields[".null"]]) == 0
        for field in fields.values():
            if not field.name.startswith(".") and (not field.type.sizeof) == is_null:
                return self.variant(value, field, own_name(value.type), depth)
        return f"<invalid {own_name(value.type)}>"

    def tag(self, value: Value, _depth: int) -> str:
        number = int(value)
        for field in value.type.strip_typedefs().fields():
            if field.enumval == number:
                return f"{own_name(value.type)}::{field.name}"
        return f"<invalid {own_name(value.type)}>"

    def function(self, value: Value, _depth: int) -> str:
        if not int(value):
            return "<not assigned>"
        held = value.dereference()
        block = gdb.block_for_pc(int(held[fields_of(held.type)[".code"]]))
        name = block.function.name if block is not None and block.function is not None else ""
        return f"<function {name}>" if name else "<function>"

    def contract(self, value: Value, depth: int) -> str:
        """Return the form of the object with the contract's name; its type is that of its descriptor."""
        name = own_name(value.type)
        address = int(value[fields_of(value.type.strip_typedefs())[".object"]])
        if not address:
            return "<not assigned>"
        descriptor = read_word(address)
        dynamic = gdb.Value(read_word(descriptor + _NAME_OFFSET)).cast(gdb.lookup_type("char").pointer()).string()
        held = object_of(dynamic, address)
        return f"<{name}: {dynamic if held is None else self.form(held, depth)}>"

    def handle(self, value: Value, _depth: int) -> str:
        return f"<{value.type.name}>"

    def unit(self, _value: Value, _depth: int) -> str:
        return "unit"

    # Containers of the core library, whose fields people do not know.

    def list(self, held: Value, depth: int) -> str:
        return self.elements(held["items"], int(held["count"]), depth)

    def queue(self, held: Value, depth: int) -> str:
        items, head = held["items"], int(held["head"])
        size = int(items.dereference()["length"])
        return self.many(
            int(held["count"]), lambda index: self.form(element_of(items, (head + index) % size), depth), "[]"
        )

    def stack(self, held: Value, depth: int) -> str:
        return self.list(held["items"].dereference(), depth)

    def map(self, held: Value, depth: int) -> str:
        keys, values, places = held["keys"], held["values"], present(held)
        return self.many(
            len(places),
            lambda index: (
                f"{self.form(element_of(keys, places[index]), depth)}: "
                f"{self.form(element_of(values, places[index]), depth)}"
            ),
            "{}",
        )

    def set(self, held: Value, depth: int) -> str:
        members = held["members"].dereference()
        keys, places = members["keys"], present(members)
        return self.many(len(places), lambda index: self.form(element_of(keys, places[index]), depth), "{}")


CONTAINERS = {
    "List": Formatter.list,
    "Queue": Formatter.queue,
    "Stack": Formatter.stack,
    "Map": Formatter.map,
    "Set": Formatter.set,
}

_REFERENCES = (
    ({".text"}, Formatter.string),
    ({".array"}, Formatter.array),
    ({".tag", ".descriptor"}, Formatter.boxed),
    ({".code", ".descriptor"}, Formatter.function),
    ({".descriptor"}, Formatter.object),
)
_STRUCTURES = (
    ({".object", ".table"}, Formatter.contract),
    ({".tag"}, Formatter.words),
    ({".null"}, Formatter.nullable),
    ({".value"}, Formatter.value_type),
    ({".handle"}, Formatter.handle),
    ({".unit"}, Formatter.unit),
)


def formatter_of(kind: Type) -> Callable[[Formatter, Value, int], str] | None:
    """Return the method that makes the form of a value of a type, None for a type of another language."""
    kind = kind.unqualified()
    target = target_of(kind)
    if target is not None:
        names = {field.name for field in target.fields()}
        return next((formatter for marks, formatter in _REFERENCES if marks <= names), None)
    if kind.code == gdb.TYPE_CODE_TYPEDEF:
        return None
    if kind.code == gdb.TYPE_CODE_STRUCT:
        names = {field.name for field in kind.fields()}
        return next((formatter for marks, formatter in _STRUCTURES if marks <= names), None)
    if kind.code == gdb.TYPE_CODE_ENUM:
        return Formatter.tag if is_tag(kind) else None
    if kind.code == gdb.TYPE_CODE_FLT and kind.name in ("f32", "f64"):
        return Formatter.number
    if kind.code == gdb.TYPE_CODE_CHAR and kind.name == "char" and kind.sizeof == 4:
        return Formatter.character
    if kind.code == gdb.TYPE_CODE_INT and kind.name in _INTEGERS:
        return Formatter.integer
    return None


def is_tag(kind: Type) -> bool:
    """Return whether an enumeration is a Beskid enum: in C, its underlying type is never named `i32`."""
    with suppress(RuntimeError):
        return bool(kind.target().name == "i32")
    return False


def present(map_value: Value) -> Sequence[int]:
    """Return the indexes of the entries of a map that were not removed."""
    used, count = int(map_value["used"]), int(map_value["count"])
    if used == count:
        return range(used)
    return [index for index in range(used) if int(element_of(map_value["present"], index))]


def object_of(name: str, address: int) -> Value | None:
    """Return the object at an address as a value of the type with this name, None if the type is not known."""
    pointer = gdb.Value(address)
    with suppress(gdb.error):
        kind = gdb.lookup_type(name)
        return pointer.cast(kind) if target_of(kind) is not None else None
    try:
        # A value type is in a box, after the descriptor.
        kind = gdb.lookup_type(f"struct {name}")
    except gdb.error:
        return None
    return gdb.Value(address + _WORD).cast(kind.pointer()).dereference()


def read_word(address: int) -> int:
    return int(gdb.Value(address).cast(gdb.lookup_type("unsigned long").pointer()).dereference())


def read_text(value: Value) -> str:
    header = value.dereference()
    length = int(header["length"])
    if not length:
        return ""
    shown = min(length, MAX_OBJECTS)
    data = bytes(gdb.selected_inferior().read_memory(int(header["data"]), shown))
    # An incremental decoder leaves out a character that is cut.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=shown == length)
    return text + ("…" if shown < length else "")


def quoted(text: str) -> str:
    return '"' + "".join([_ESCAPES.get(each) or control(each) for each in text]) + '"'


def control(character: str) -> str:
    number = ord(character)
    return f"\\u{{{number:x}}}" if number < 0x20 or number == 0x7F else character


def float_text(number: float, size: int) -> str:
    """Return the shortest digits that are read back as the same number."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    if number == 0:
        return "-0.0" if math.copysign(1, number) < 0 else "0.0"
    sign = "-" if number < 0 else ""
    digits, exponent = digits_of(repr(abs(number)) if size == 8 else shortest_f32(abs(number)))
    point = len(digits) + exponent
    power = point - 1
    if power in _PLAIN_POWERS:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        if exponent >= 0:
            return f"{sign}{digits}{'0' * exponent}.0"
        return f"{sign}{digits[:point]}.{digits[point:]}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{power}"


def shortest_f32(number: float) -> str:
    """Return the shortest digits, with a power of ten, that are read back as a positive number of type f32."""
    image = struct.pack("<f", number)
    for more in range(9):
        mantissa, _, power = f"{number:.{more}e}".partition("e")
        nearest = int(mantissa.replace(".", ""))
        # Above a power of two numbers lie wider, so that the next digits may be read back where the nearest are not.
        for digits in (nearest, nearest + 1):
            text = f"{digits}e{int(power) - more}"
            # Few digits of a number near the largest are more than that.
            with suppress(OverflowError):
                if struct.pack("<f", float(text)) == image:
                    return text
    return repr(number)


def digits_of(text: str) -> tuple[str, int]:
    """Return the digits of a positive number, and the power of ten by which they are multiplied."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) - len(fraction)
    stripped = digits.rstrip("0")
    return stripped, power + len(digits) - len(stripped)


class Printer:
    def __init__(self, value: Value) -> None:
        self.value = value

    def to_string(self) -> str:
        return Formatter().form(self.value)


def find_printer(value: Value) -> Printer | None:
    return None if formatter_of(value.type) is None else Printer(value)


# Frames --------------------------------------------------------------------------------------------------------

_GENERATED_FILE = "<program>"
"""The file of functions that no source has."""


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
    return file.endswith(_GENERATED_FILE)


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
