"""Values of Python as words of a program and back, where the extension cannot be imported.

Conversions, messages and exceptions are those of `runtime/python`. Numbers, texts and arrays of numbers are converted;
each value takes one word.
"""

from __future__ import annotations

import ctypes
import operator
from weakref import ref

from beskid.embed.elements import DTYPES
from beskid.embed.errors import describe
from beskid.embed.types import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from beskid.embed.fallback import Fallback

WORD = (1 << 64) - 1

NUMBERS: dict[str, Any] = {
    "bool": ctypes.c_bool, "i8": ctypes.c_int8, "i16": ctypes.c_int16, "i32": ctypes.c_int32, "i64": ctypes.c_int64,
    "u8": ctypes.c_uint8, "u16": ctypes.c_uint16, "u32": ctypes.c_uint32, "u64": ctypes.c_uint64,
    "f32": ctypes.c_float, "f64": ctypes.c_double,
}  # fmt: skip
"""The elements of arrays that share their memory, as ctypes calls them."""

LETTERS = {
    "bool": "?", "i8": "b", "i16": "h", "i32": "i", "i64": "lq", "u8": "B", "u16": "H", "u32": "I", "u64": "LQ",
    "f32": "f", "f64": "d",
}  # fmt: skip
"""The formats that the buffer protocol has for them."""


class _Buffer(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p), ("object", ctypes.c_void_p), ("size", ctypes.c_ssize_t),
        ("item_size", ctypes.c_ssize_t), ("read_only", ctypes.c_int), ("dimensions", ctypes.c_int),
        ("format", ctypes.c_void_p), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p),
    )  # fmt: skip


def address_of(view: memoryview) -> int:
    """Return where the memory of a contiguous view is; it stays there while the view exists."""
    buffer = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(view), ctypes.byref(buffer), 0)
    address = buffer.data or 0
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))
    return address


class PassedType:
    """A type of a program. `element` is that of an array of numbers."""

    __slots__ = ("element", "kind", "name")

    def __init__(self, kind: int, name: str, parts: str) -> None:
        self.kind = kind
        self.name = name
        self.element = ""


class Call:
    """A call whose arguments are converted: where the current one goes, and what must live until the call returns."""

    __slots__ = ("function", "loans", "use", "where")

    def __init__(self, function: str, where: str = "") -> None:
        self.function = function
        self.where = where
        self.use = "k"
        self.loans: list[Any] = []

    def refusal(self, kind: type[Exception], type: PassedType, value: object, why: str, help: str) -> Exception:
        place = f"{self.function}: argument `{self.where}`" if self.function else self.where
        return kind(f"{place} wants {type.name}{why}; got {describe(value)}\n  help: {help}")


class Array:
    """An array of numbers in the heap of Beskid; np.asarray shares its memory."""

    __slots__ = ("__weakref__", "_address", "_handle", "_owner", "_shared", "_type")

    _address: int
    _handle: int
    _owner: Fallback
    _shared: Callable[[], Any]
    _type: PassedType

    def __new__(cls) -> Array:
        raise TypeError("cannot create 'beskid.Array' instances")

    def _memory(self) -> Any:
        """Return the elements as an object of ctypes, which keeps the array."""
        shared = self._shared()
        if shared is None:
            data, length = (ctypes.c_uint64 * 2).from_address(self._live())
            # An empty array may have no memory at all.
            kind = NUMBERS[self._type.element] * length
            shared = kind.from_address(data) if length else kind()
            shared.keeps = self
            self._shared = ref(shared)
        return shared

    def _live(self) -> int:
        if not self._handle:
            error: Exception = self._owner.support["released_error"](f"this {self._type.name} was released")
            raise error
        return self._address

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy

        shared = numpy.frombuffer(self._memory(), dtype=DTYPES[self._type.element])
        if dtype is not None and numpy.dtype(dtype) != shared.dtype:
            if copy is False:
                raise ValueError("an array of another element type is a copy")
            return shared.astype(dtype)
        return shared.copy() if copy else shared

    def __len__(self) -> int:
        return int(ctypes.c_uint64.from_address(self._live() + 8).value)

    def _place(self, index: Any) -> int:
        number, length = operator.index(index), len(self)
        number += length if number < 0 else 0
        if not 0 <= number < length:
            raise IndexError("array index out of range")
        return number

    def __getitem__(self, index: int) -> Any:
        return self._memory()[self._place(index)]

    def __setitem__(self, index: int, value: object) -> None:
        number = self._place(index)
        element = self._type.element
        word = TO_WORD[element](
            PassedType(KINDS.index(element), element, ""), value, Call("", "an element"), self._owner
        )
        # Converting may run Python code, which may release the array.
        self._live()
        self._memory()[number] = FROM_WORD[element](word)

    def __repr__(self) -> str:
        name = self._type.name
        return f"<beskid.Array {name} of {len(self)}>" if self._handle else f"<released {name}>"

    def release(self) -> None:
        """Release the memory; it must not be shared any more."""
        if self._shared() is not None:
            raise BufferError(f"this {self._type.name} is shared; delete the arrays that share it first")
        self._forget()

    def _forget(self) -> None:
        handle, self._handle = self._handle, 0
        if handle:
            # The collector may have given the address to another array.
            if self._owner.arrays.get(self._address) is self:
                del self._owner.arrays[self._address]
            self._owner.bridge.drop_later(handle)

    def __del__(self) -> None:
        self._forget()


Array.__module__ = "beskid"


def nothing() -> None:
    """Stand for the weak reference while no memory is shared."""


# From Python: a word. What it refers to is visible to the collector


def _unit(type: PassedType, value: object, call: Call, fallback: Fallback) -> int:
    if value is not None:
        raise call.refusal(TypeError, type, value, "", "pass None")
    return 0


def _bool(type: PassedType, value: object, call: Call, fallback: Fallback) -> int:
    if not isinstance(value, bool):
        raise call.refusal(TypeError, type, value, "", "pass True or False")
    return int(value)


def _integer(type: PassedType, value: Any, call: Call, fallback: Fallback) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise call.refusal(TypeError, type, value, "", "pass an int")
    number, bits = operator.index(value), int(type.name[1:])
    low, high = (0, (1 << bits) - 1) if type.name[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
    if not low <= number <= high:
        wider = "pass a number in this range, or use a wider type"
        help = "Beskid has no larger integers; pass a f64" if bits == 64 else wider
        raise call.refusal(OverflowError, type, number, f" ({low} to {high})", help)
    return number & WORD


def _float(type: PassedType, value: Any, call: Call, fallback: Fallback) -> int:
    is_number = hasattr(value, "__float__") or hasattr(value, "__index__")
    if isinstance(value, bool | str | bytes) or not is_number:
        raise call.refusal(TypeError, type, value, "", "pass a float")
    try:
        number = float(value)
    except TypeError:
        raise call.refusal(TypeError, type, value, "", "pass a float") from None
    narrow, bits = (ctypes.c_double, ctypes.c_uint64) if type.name == "f64" else (ctypes.c_float, ctypes.c_uint32)
    return bits.from_buffer(narrow(number)).value


def _char(type: PassedType, value: object, call: Call, fallback: Fallback) -> int:
    if not isinstance(value, str) or len(value) != 1:
        raise call.refusal(TypeError, type, value, "", "pass a str of one character")
    if "\ud800" <= value <= "\udfff":
        help = "decode the text with errors='replace'"
        raise call.refusal(ValueError, type, value, ", which is never a surrogate", help)
    return ord(value)


def _text(type: PassedType, value: object, call: Call, fallback: Fallback) -> int:
    if not isinstance(value, str):
        raise call.refusal(TypeError, type, value, "", "pass a str; decode bytes first")
    try:
        held = value.encode()
    except UnicodeEncodeError:
        help = "decode the text with errors='replace'"
        raise call.refusal(ValueError, type, value, " without surrogates", help) from None
    return fallback.bridge.make_text(held)


def _numpy_name(element: str) -> str:
    family = {"b": "bool_", "i": "int", "u": "uint", "f": "float"}[element[0]]
    return f"np.{family}{'' if element == 'bool' else element[1:]}"


def _array(type: PassedType, value: Any, call: Call, fallback: Fallback) -> int:
    if isinstance(value, Array):
        if value._type.element != type.element:
            help = f"np.asarray(values, dtype={_numpy_name(type.element)})"
            raise call.refusal(TypeError, type, value, "", help)
        return fallback.bridge.root(value._live())
    view = _view(type, value, call)
    size = ctypes.sizeof(NUMBERS[type.element])
    data, length = address_of(view), view.shape[0] if view.shape else 0
    if data % size:
        raise call.refusal(ValueError, type, value, ", aligned", "pass a copy of it")
    if call.use == "k":
        # The view keeps the memory in place for as long as the program keeps the array.
        return fallback.bridge.make_foreign(data, size, length, view)
    header = (ctypes.c_uint64 * 4)(data, length, length, size << 1 | 1)
    call.loans += [view, header]
    return ctypes.addressof(header)


def _view(type: PassedType, value: Any, call: Call) -> memoryview:
    """Return the memory of an object as an array of the type; everything else is refused."""
    name = _numpy_name(type.element)
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError):
        why = "" if hasattr(value, "dtype") else ": a contiguous array of one dimension, or beskid.Array"
        raise call.refusal(TypeError, type, value, why, f"np.asarray(values, dtype={name})") from None
    order, letter = (view.format[0], view.format[1:]) if view.format[0] in "@=<>!" else ("@", view.format)
    size = ctypes.sizeof(NUMBERS[type.element])
    refused: Exception | None = None
    if letter == "" or letter not in LETTERS[type.element] or view.itemsize != size:
        refused = call.refusal(TypeError, type, value, "", f"np.asarray(values, dtype={name})")
    elif view.ndim != 1:
        refused = call.refusal(ValueError, type, value, " of one dimension", "flatten it, and pass the shape beside it")
    elif order in ">!" and size > 1:
        help = f"np.asarray(values).astype({name})"
        refused = call.refusal(ValueError, type, value, " in the byte order of this machine", help)
    elif not view.c_contiguous:
        refused = call.refusal(ValueError, type, value, ", contiguous", "np.ascontiguousarray(values)")
    elif view.readonly and call.use != "r":
        why = ", which the function writes to or may keep, but it is read-only"
        refused = call.refusal(ValueError, type, value, why, "pass a copy of it")
    if refused is not None:
        view.release()
        raise refused
    return view


TO_WORD: dict[str, Callable[[PassedType, Any, Call, Fallback], int]] = {
    "unit": _unit, "bool": _bool, "char": _char, "string": _text, "numbers": _array, "f32": _float, "f64": _float,
    **dict.fromkeys(("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"), _integer),
}  # fmt: skip
"""The kinds that are passed."""


# To Python


def _number(kind: Any) -> Callable[[int], Any]:
    return lambda word: kind.from_buffer(ctypes.c_uint64(word)).value


def _string(word: int) -> str:
    data, length = (ctypes.c_uint64 * 2).from_address(word)
    return ctypes.string_at(data, length).decode()


FROM_WORD: dict[str, Callable[[int], Any]] = {
    **{name: _number(kind) for name, kind in NUMBERS.items()},
    "unit": lambda word: None,
    "char": lambda word: chr(word & 0xFFFFFFFF),
    "string": _string,
}
