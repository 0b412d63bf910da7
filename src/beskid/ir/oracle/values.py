"""Values of interpreted programs, and the exceptions that end a run.

Integers are Python integers in the canonical range of their type, booleans 0 and 1 (or `False` and `True`),
floats Python floats, strings `bytes`, the null reference and the null address 0. Objects and arrays are the classes
below. The fields of an object start as 0; those of an array as 0 or, where the IR says
so, unused, and reading such an element is a fault. It must not know IR operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from beskid.ir.model import Descriptor

Value: TypeAlias = Any


class HeapObject(dict[int, Value]):
    """An object: what was stored, by byte offset. Compared by identity."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: Descriptor | None) -> None:
        super().__init__()
        self.descriptor = descriptor

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class UnusedElement:
    """An element that was never stored, or was cleared by copying one that was never stored."""

    __slots__ = ()

    def __float__(self) -> float:
        raise unused_element()

    def __and__(self, mask: int) -> int:
        raise unused_element()


UNUSED = UnusedElement()


def unused_element() -> FaultError:
    """Return the fault of reading an unused element as a value."""
    return FaultError("an unused array element is read")


class HeapArray(list[Value]):
    """An array: the components at offset 0 of its elements; `more` holds those at other offsets.

    `initial` is what elements contain before the first store: 0 or `UNUSED`.
    """

    __slots__ = ("descriptor", "initial", "more")

    def __init__(self, elements: list[Value], descriptor: Descriptor | None, initial: Value = 0) -> None:
        super().__init__(elements)
        self.descriptor = descriptor
        self.initial = initial
        self.more: dict[int, list[Value]] = {}

    def column(self, offset: int) -> list[Value]:
        """Return the components at a byte offset of the elements."""
        if offset == 0:
            return self
        if offset not in self.more:
            self.more[offset] = [self.initial] * len(self)
        return self.more[offset]

    def clear_element(self, index: int) -> None:
        """Make an element unused."""
        self[index] = UNUSED
        for column in self.more.values():
            column[index] = UNUSED

    def element_size(self) -> int:
        """Bytes of an element."""
        return 1 if self.descriptor is None else self.descriptor.size


BYTE_DESCRIPTOR = Descriptor("u8", 1, 1, (), "u8")
REFERENCE_DESCRIPTOR = Descriptor("reference", 8, 8, (0,), "reference")


def byte_array(data: bytes) -> HeapArray:
    """Return an array of bytes, which are signed like every `I8`."""
    return HeapArray([byte - 256 if byte > 127 else byte for byte in data], BYTE_DESCRIPTOR)


def bytes_of(array: HeapArray) -> bytes:
    """Return the bytes of a byte array."""
    return bytes([value & 255 for value in array])


class Address:
    """The code address of a function; `call` runs it."""

    __slots__ = ("call", "name")

    def __init__(self, name: str, call: Callable[..., Value]) -> None:
        self.name = name
        self.call = call


class Panic(Exception):  # noqa: N818 - the language's own word
    """A panic that propagates to the entry; `trace` collects the site number of each activation, innermost first."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message.decode("utf-8", "replace"))
        self.message = message
        self.trace: list[int] = []


class ExitRequest(Exception):  # noqa: N818 - not an error
    """The program ended itself with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status & 0xFF


class StepLimitError(Exception):
    """The program ran for more steps than allowed."""


class UnsupportedError(Exception):
    """The program does what the oracle does not support: foreign calls, access to memory by address."""


class FaultError(Exception):
    """The program did what valid IR rules out: a bug in the compiler."""
