"""The runtime functions on strings and arrays, with the results and messages of the C runtime.

`TEXT_FUNCTIONS` maps symbols to functions; strings are `bytes`, byte arrays `HeapArray`. They have no state: `parse_*`
return a pair, and the caller keeps the status. They must not use the host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.base.decimals import to_f32
from beskid.ir.oracle import numerals
from beskid.ir.oracle.input import checked, valid_prefix
from beskid.ir.oracle.values import BYTE_DESCRIPTOR, HeapArray, Panic, byte_array, bytes_of

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_FIRST_SECRET, _SECOND_SECRET = 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F5
"""Those of `BESKID_HASH_SEED=0`."""
_HASH_FACTOR = 0x9E37_79B9_7F4A_7C15
_MAX_STORAGE = 1 << 47
_MIN_BUFFER = 64
_NAMED_ESCAPES = {0x22: b'\\"', 0x5C: b"\\\\", 0x0A: b"\\n", 0x0D: b"\\r", 0x09: b"\\t", 0x00: b"\\0"}


def _signed(number: int) -> int:
    number &= _MASK
    return number - (1 << 64) if number >> 63 else number


def _text(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise Panic(b"null string handle")
    return value


def _order(left: bytes, right: bytes) -> int:
    return (left > right) - (left < right)


def new_array(elements: int, descriptor: Any, message: bytes, initial: Any = 0) -> HeapArray:
    """Return an array of `initial` elements, or panic with the message if the length is impossible."""
    size = max(1, descriptor.size)
    if elements * size > _MAX_STORAGE:
        raise Panic(message)
    try:
        return HeapArray([initial] * elements, descriptor, initial)
    except MemoryError:
        raise Panic(message) from None


def array_new(element_size: int, length: int) -> HeapArray:
    if element_size < 0 or length < 0 or element_size * length > _MAX_STORAGE:
        raise Panic(b"array backing allocation failed")
    return HeapArray([0] * length, BYTE_DESCRIPTOR if element_size == 1 else None)


class TextBuffer(HeapArray):
    """A buffer of `str_buffer_put`: an array without elements, the text in it, and the bytes that it has room for."""

    __slots__ = ("capacity", "text")

    def __init__(self, capacity: int, text: bytes | bytearray) -> None:
        super().__init__([], BYTE_DESCRIPTOR)
        self.capacity = capacity
        self.text = bytearray(text)


def str_buffer_put(array: HeapArray, text: bytes) -> HeapArray:
    used = array.text if isinstance(array, TextBuffer) else b""
    wanted = len(used) + len(text)
    if not isinstance(array, TextBuffer) or wanted > array.capacity:
        array = TextBuffer(max(_MIN_BUFFER, 2 * wanted), used)
    array.text += text
    return array


def str_buffer_text(array: HeapArray) -> bytes:
    return bytes(array.text) if isinstance(array, TextBuffer) else b""


def array_len(array: Any) -> int:
    if not isinstance(array, list):
        raise Panic(b"null array handle")
    return len(array)


def _is_inside(array: HeapArray, start: int, count: int) -> bool:
    return 0 <= start <= len(array) and 0 <= count <= len(array) - start


def array_copy(target: HeapArray, target_start: int, source: HeapArray, source_start: int, count: int) -> None:
    if not _is_inside(target, target_start, count) or not _is_inside(source, source_start, count):
        raise Panic(b"array copy out of range")
    if target.element_size() != source.element_size():
        raise Panic(b"array copy between different element sizes")
    for offset in {0, *source.more, *target.more}:
        moved = source.column(offset)[source_start : source_start + count]
        target.column(offset)[target_start : target_start + count] = moved


def array_slice(source: HeapArray, start: int, count: int) -> HeapArray:
    if not _is_inside(source, start, count):
        raise Panic(b"array slice out of range")
    result = HeapArray(source[start : start + count], source.descriptor, source.initial)
    for offset, column in source.more.items():
        result.more[offset] = column[start : start + count]
    return result


def str_concat(left: Any, right: Any) -> bytes:
    return _text(left) + _text(right)


def str_slice(text: bytes, start: int, count: int) -> bytes:
    if not 0 <= start <= len(text) or not 0 <= count <= len(text) - start:
        raise Panic(b"string slice out of range")
    for offset in (start, start + count):
        if offset < len(text) and text[offset] & 0xC0 == 0x80:
            raise Panic(b"string slice splits a character")
    return text[start : start + count]


def str_hash(text: bytes) -> int:
    number = len(text)
    for index in range(0, len(text), 8):
        word = int.from_bytes(text[index : index + 8], "little")
        number = ((number ^ word) * _HASH_FACTOR) & _MASK
        number ^= number >> 32
    return _signed(number)


def str_hash_seeded(text: bytes) -> int:
    """The hash of a process with fixed secrets: the interpreter runs no program of strangers."""
    number = _FIRST_SECRET ^ len(text)
    for index in range(0, len(text), 8):
        product = (number ^ int.from_bytes(text[index : index + 8], "little")) * _SECOND_SECRET
        number = (product ^ product >> 64) & _MASK
    return _signed(number)


def str_find(text: bytes, needle: bytes, start: int) -> int:
    return text.find(needle, max(start, 0)) if start <= len(text) else -1


def str_char_count(text: bytes) -> int:
    return len([byte for byte in text if byte & 0xC0 != 0x80])


def lossy(data: bytes) -> bytes:
    """Return the bytes as UTF-8, invalid ones replaced by U+FFFD."""
    return data.decode("utf-8", "replace").encode("utf-8")


def str_byte_slice(array: HeapArray, start: int, count: int) -> bytes:
    if not _is_inside(array, start, count):
        raise Panic(b"byte slice out of range")
    return checked(bytes([value & 255 for value in array[start : start + count]]))


def str_from_char(scalar: int) -> bytes:
    if not 0 <= scalar <= 0x10FFFF or 0xD800 <= scalar <= 0xDFFF:
        raise Panic(b"invalid char value")
    return chr(scalar).encode("utf-8")


def str_decode(text: bytes, offset: int) -> int:
    if not 0 <= offset < len(text):
        panic_index(offset, len(text))
    lead = text[offset]
    if lead < 0x80:
        return 1 << 32 | lead
    if lead & 0xC0 == 0x80:
        raise Panic(b"string slice splits a character")
    width = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    return width << 32 | ord(text[offset : offset + width].decode("utf-8"))


def str_quote(text: bytes) -> bytes:
    pieces = bytearray(b'"')
    for byte in text:
        if byte in _NAMED_ESCAPES:
            pieces += _NAMED_ESCAPES[byte]
        elif byte < 0x20 or byte == 0x7F:
            pieces += b"\\u{%x}" % byte
        else:
            pieces.append(byte)
    return bytes(pieces) + b'"'


def panic_str(message: Any) -> None:
    raise Panic(_text(message))


def panic_index(index: int, length: int) -> None:
    raise Panic(b"index out of range: the length is %d but the index is %d" % (length, index))


def _panics(message: bytes) -> Callable[..., None]:
    def panic(*arguments: Any) -> None:
        raise Panic(message)

    return panic


def event_get_handler(state: Any, index: int) -> Any:
    return state[index] if isinstance(state, list) and 0 <= index < len(state) else 0


TEXT_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "array_new": array_new,
    "array_len": array_len,
    "array_copy": array_copy,
    "array_slice": array_slice,
    "bytes_compare": lambda left, right: _order(bytes_of(left), bytes_of(right)),
    "str_len": lambda text: len(_text(text)),
    "str_concat": str_concat,
    "str_slice": str_slice,
    "str_eq": lambda left, right: int(left == right),
    "str_compare": _order,
    "str_hash": str_hash,
    "str_hash_seeded": str_hash_seeded,
    "str_find": str_find,
    "str_find_last": lambda text, needle: text.rfind(needle),
    "str_char_count": str_char_count,
    "str_from_bytes": lambda array: checked(bytes_of(array)),
    "str_from_bytes_lossy": lambda array: lossy(bytes_of(array)),
    "str_is_utf8": lambda array: int(valid_prefix(bytes_of(array))[0] == len(array)),
    "str_to_bytes": byte_array,
    "str_byte_slice": str_byte_slice,
    "str_buffer_put": str_buffer_put,
    "str_buffer_text": str_buffer_text,
    "str_join": lambda parts, separator: separator.join(parts),
    "str_repeat": lambda text, count: text * count,
    "str_from_i64": lambda number: b"%d" % number,
    "str_from_u64": lambda number: b"%d" % (number & _MASK),
    "str_from_f64": numerals.format_f64,
    "str_from_f32": lambda number: numerals.format_f32(to_f32(number)),
    "str_from_char": str_from_char,
    "str_decode": str_decode,
    "str_quote": str_quote,
    "str_lower": lambda text: text.lower(),
    "str_upper": lambda text: text.upper(),
    "panic_str": panic_str,
    "panic_index": panic_index,
    "panic_division_by_zero": _panics(b"division by zero"),
    "panic_integer_overflow": _panics(b"integer overflow"),
    "panic_char": _panics(b"invalid char value"),
    "panic_stack_overflow": _panics(b"stack overflow"),
    "event_len": lambda state: len(state) if isinstance(state, list) else 0,
    "event_get_handler": event_get_handler,
    "test_bytes_len": lambda: 22,
}
"""The runtime functions of this module by symbol."""
