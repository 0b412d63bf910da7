"""The printed forms of values of Beskid programs in a debugger: what both `gdb.py` and `beskid_lldb.py` know.

Takes values through `Values`, which each debugger implements, and imports nothing of beskid or of a debugger. Values
have the printed form of the language. What a type is follows from its debug information: a name that begins with a dot
marks what the compiler added.
"""

from __future__ import annotations

import codecs
import math
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Any, Protocol

Value = Any
"""A value as a debugger represents it; the debuggers have no types for type checkers."""

MAX_DEPTH = 8
"""The depth from which a printed form is an ellipsis, as in the language."""
MAX_OBJECTS = 10_000
"""The most parts of a value that are read, because a value may be damaged."""
GENERATED_FILE = "<program>"
"""The file of functions that no source has."""
PANIC_FUNCTION = "beskid_panic_here"

WORD = 8
"""The size of a reference in bytes."""
_NAME_OFFSET = 32
"""The offset of the name in a type descriptor."""
_PLAIN_POWERS = range(-6, 21)
"""The powers of ten of the first digit with which numbers have no exponent."""
_CONTROL_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_ESCAPES = {'"': '\\"', "\\": "\\\\"} | _CONTROL_ESCAPES


class Sort(Enum):
    """What a type of Beskid is in debug information."""

    REFERENCE = "a pointer to a structure, with a name"
    STRUCTURE = "structure"
    TAG = "enumeration"
    INTEGER = "integer"
    FLOAT = "float"
    CHARACTER = "character"


class Values(Protocol):
    """What a debugger knows about values and types. Each method may raise if memory cannot be read."""

    def sort(self, value: Value) -> Sort | None:
        """Return None for a type of another language, and for `bool`, which all languages print alike."""

    def type_name(self, value: Value) -> str: ...

    def size(self, value: Value) -> int: ...

    def default(self, value: Value) -> str:
        """Return the form of the debugger itself."""

    def integer(self, value: Value) -> int:
        """Return an integer, a character, a tag, or the address of a pointer or a reference."""

    def float(self, value: Value) -> float: ...

    def parts(self, value: Value) -> Sequence[tuple[str, Value]]:
        """Return the fields of a structure, or those of what a reference refers to, without reading them."""

    def element(self, data: Value, index: int) -> Value:
        """Return an element, of a pointer to the first."""

    def enumerator(self, value: Value) -> str:
        """Return the name of the value of an enumeration, or nothing if there is none."""

    def memory(self, address: int, size: int) -> bytes: ...

    def text_at(self, address: int) -> str:
        """Return the text of C at an address."""

    def function_at(self, address: int) -> str:
        """Return the name of the function with this instruction, or nothing if none is known."""

    def object_of(self, name: str, address: int, boxed: int) -> Value | None:
        """Return the object at an address as a value of the type with this name, None if the type is not known.

        A structure that is not referred to is at `boxed`.
        """

    def failure(self, error: Exception) -> str:
        """Return why a value cannot be read."""


def own_name(name: str) -> str:
    """Return the name of a type without its arguments."""
    return name.partition("<")[0]


def is_added(name: str) -> bool:
    """Return whether a name in debug information marks what the compiler added."""
    return name.startswith(".")


# Printed forms -------------------------------------------------------------------------------------------------


class Formatter:
    """Makes the printed form of one value; arrays and texts have at most `max_elements` elements."""

    def __init__(self, values: Values, max_elements: int = MAX_OBJECTS) -> None:
        self.values = values
        self.left = MAX_OBJECTS
        self.max_elements = max_elements

    def form(self, value: Value, depth: int = 0) -> str:
        """Return the form of a value or a part of one; a value that cannot be read is replaced by the reason."""
        self.left -= 1
        if self.left < 0:
            return "…"
        try:
            sort, form = form_of(self.values, value)
            if form is None:
                return self.values.default(value)
            if sort is Sort.REFERENCE and not self.values.integer(value):
                return "<not assigned>"
            return form(self, value, depth)
        except Exception as error:
            # A damaged value must not hide the parts around it.
            return f"<{self.values.failure(error)}>"

    def name(self, value: Value) -> str:
        return own_name(self.values.type_name(value))

    def parts(self, value: Value) -> dict[str, Value]:
        return dict(self.values.parts(value))

    def number_of(self, value: Value, part: str) -> int:
        return self.values.integer(self.parts(value)[part])

    def element(self, array: Value, index: int) -> Value:
        return self.values.element(self.parts(array)["data"], index)

    def word(self, address: int) -> int:
        return int.from_bytes(self.values.memory(address, WORD), "little")

    def many(self, count: int, element: Callable[[int], str], brackets: str) -> str:
        """Return the forms of `count` elements between brackets; those over the limit are left out."""
        shown = [element(index) for index in range(min(count, self.max_elements))]
        if count > self.max_elements:
            shown.append(f"… {count - self.max_elements} more")
        return brackets[0] + ", ".join(shown) + brackets[1]

    def elements(self, array: Value, count: int, depth: int) -> str:
        """Return the form of the first elements of an array."""
        data = self.parts(array)["data"]
        return self.many(count, lambda index: self.form(self.values.element(data, index), depth), "[]")

    def integer(self, value: Value, _depth: int) -> str:
        return str(self.values.integer(value))

    def number(self, value: Value, _depth: int) -> str:
        return float_text(self.values.float(value), self.values.size(value))

    def character(self, value: Value, _depth: int) -> str:
        number = self.values.integer(value)
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            return f"<invalid char {number}>"
        # gdb ends a form at a NUL, and a terminal obeys control characters.
        return _CONTROL_ESCAPES.get(chr(number)) or control(chr(number))

    def string(self, value: Value, _depth: int) -> str:
        return quoted(self.text(value))

    def text(self, value: Value) -> str:
        parts = self.parts(value)
        length = self.values.integer(parts["length"])
        if not length:
            return ""
        shown = min(length, MAX_OBJECTS)
        data = self.values.memory(self.values.integer(parts["data"]), shown)
        # An incremental decoder leaves out a character that is cut.
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=shown == length)
        return text + ("…" if shown < length else "")

    def array(self, value: Value, depth: int) -> str:
        if depth >= MAX_DEPTH:
            return "…"
        return self.elements(value, self.number_of(value, "length"), depth + 1)

    def fields(self, value: Value, depth: int) -> str:
        if depth >= MAX_DEPTH:
            return "…"
        parts = [
            f"{name}: {self.form(part, depth + 1)}" for name, part in self.values.parts(value) if not is_added(name)
        ]
        return f"{self.name(value)} {{ {', '.join(parts)} }}" if parts else f"{self.name(value)} {{ }}"

    def object(self, value: Value, depth: int) -> str:
        parts = self.parts(value)
        container = CONTAINERS.get(self.name(value)) if ".core" in parts else None
        if container is None:
            return self.fields(value, depth)
        return "…" if depth >= MAX_DEPTH else container(self, parts, depth + 1)

    def variant(self, enum: Value, name: str, payload: Value, depth: int) -> str:
        parts = [self.form(part, depth + 1) for _, part in self.values.parts(payload)]
        shown = f"{self.name(enum)}::{name}"
        return f"{shown}({', '.join(parts)})" if parts else shown

    def variants(self, value: Value, depth: int) -> str:
        """Return the form of an enum with a tag."""
        if depth >= MAX_DEPTH:
            return "…"
        parts = self.values.parts(value)
        known = [(name, part) for name, part in parts if not is_added(name)]
        tag = self.values.integer(dict(parts)[".tag"])
        if not 0 <= tag < len(known):
            return f"<invalid {self.name(value)}>"
        return self.variant(value, *known[tag], depth)

    def nullable(self, value: Value, depth: int) -> str:
        if depth >= MAX_DEPTH:
            return "…"
        parts = self.values.parts(value)
        is_null = self.values.integer(dict(parts)[".null"]) == 0
        for name, payload in parts:
            if not is_added(name) and (not self.values.size(payload)) == is_null:
                return self.variant(value, name, payload, depth)
        return f"<invalid {self.name(value)}>"

    def tag(self, value: Value, _depth: int) -> str:
        name = self.values.enumerator(value)
        return f"{self.name(value)}::{name}" if name else f"<invalid {self.name(value)}>"

    def function(self, value: Value, _depth: int) -> str:
        name = self.values.function_at(self.number_of(value, ".code"))
        return f"<function {name}>" if name else "<function>"

    def contract(self, value: Value, depth: int) -> str:
        """Return the form of the object with the contract's name; its type is that of its descriptor."""
        address = self.number_of(value, ".object")
        if not address:
            return "<not assigned>"
        dynamic = self.values.text_at(self.word(self.word(address) + _NAME_OFFSET))
        # A value type is in a box, after the descriptor.
        held = self.values.object_of(dynamic, address, address + WORD)
        return f"<{self.name(value)}: {dynamic if held is None else self.form(held, depth)}>"

    def handle(self, value: Value, _depth: int) -> str:
        return f"<{self.values.type_name(value)}>"

    def unit(self, _value: Value, _depth: int) -> str:
        return "unit"

    # Containers of the core library, whose fields people do not know.

    def list(self, parts: dict[str, Value], depth: int) -> str:
        return self.elements(parts["items"], self.values.integer(parts["count"]), depth)

    def queue(self, parts: dict[str, Value], depth: int) -> str:
        items, head = parts["items"], self.values.integer(parts["head"])
        size = self.number_of(items, "length")
        return self.many(
            self.values.integer(parts["count"]),
            lambda index: self.form(self.element(items, (head + index) % size), depth),
            "[]",
        )

    def stack(self, parts: dict[str, Value], depth: int) -> str:
        return self.list(self.parts(parts["items"]), depth)

    def map(self, parts: dict[str, Value], depth: int) -> str:
        keys, values, places = parts["keys"], parts["values"], self.present(parts)
        return self.many(
            len(places),
            lambda index: (
                f"{self.form(self.element(keys, places[index]), depth)}: "
                f"{self.form(self.element(values, places[index]), depth)}"
            ),
            "{}",
        )

    def set(self, parts: dict[str, Value], depth: int) -> str:
        members = self.parts(parts["members"])
        keys, places = members["keys"], self.present(members)
        return self.many(len(places), lambda index: self.form(self.element(keys, places[index]), depth), "{}")

    def present(self, parts: dict[str, Value]) -> Sequence[int]:
        """Return the indexes of the entries of a map that were not removed."""
        used, count = self.values.integer(parts["used"]), self.values.integer(parts["count"])
        if used == count:
            return range(used)
        return [index for index in range(used) if self.values.integer(self.element(parts["present"], index))]


CONTAINERS: dict[str, Callable[[Formatter, dict[str, Value], int], str]] = {
    "List": Formatter.list,
    "Queue": Formatter.queue,
    "Stack": Formatter.stack,
    "Map": Formatter.map,
    "Set": Formatter.set,
}

Form = Callable[[Formatter, Value, int], str]

_REFERENCES: tuple[tuple[set[str], Form], ...] = (
    ({".text"}, Formatter.string),
    ({".array"}, Formatter.array),
    ({".tag", ".descriptor"}, Formatter.variants),
    ({".code", ".descriptor"}, Formatter.function),
    ({".descriptor"}, Formatter.object),
)
_STRUCTURES: tuple[tuple[set[str], Form], ...] = (
    ({".object", ".table"}, Formatter.contract),
    ({".tag"}, Formatter.variants),
    ({".null"}, Formatter.nullable),
    ({".value"}, Formatter.fields),
    ({".handle"}, Formatter.handle),
    ({".unit"}, Formatter.unit),
)
_SCALARS: dict[Sort, Form] = {
    Sort.TAG: Formatter.tag,
    Sort.INTEGER: Formatter.integer,
    Sort.FLOAT: Formatter.number,
    Sort.CHARACTER: Formatter.character,
}


def form_of(values: Values, value: Value) -> tuple[Sort | None, Form | None]:
    """Return what the type of a value is, and the method that makes its form. The value itself is not read."""
    sort = values.sort(value)
    has_parts = sort is Sort.REFERENCE or sort is Sort.STRUCTURE
    return sort, form_of_type(sort, [name for name, _ in values.parts(value)] if has_parts else ())


def form_of_type(sort: Sort | None, names: Sequence[str]) -> Form | None:
    """Return the method that makes the form of a type, None for a type of another language.

    `names` are those of the fields of a structure, or of that which a reference refers to.
    """
    if sort is None or sort in _SCALARS:
        return None if sort is None else _SCALARS[sort]
    known = _REFERENCES if sort is Sort.REFERENCE else _STRUCTURES
    return next((form for marks, form in known if marks.issubset(names)), None)


# Texts and numbers ---------------------------------------------------------------------------------------------


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
