"""A collector that runs at every safepoint of an interpreted program and sees only the shadow stack.

It tests the roots pass: objects and arrays that no passed slot refers to become values that fail at the next use, and a
passed slot that refers to such a value fails at once. Strings and the results of runtime functions are not tracked. It
must not know IR operations.
"""

from __future__ import annotations

from typing import Any

from beskid.ir.oracle.values import FaultError, HeapArray, HeapObject


class FreedObject(HeapObject):
    """An object after its collection."""

    __slots__ = ()

    def __getitem__(self, offset: int) -> Any:
        raise FaultError("a freed object is used")

    def __setitem__(self, offset: int, stored: Any) -> None:
        raise FaultError("a freed object is used")

    def get(self, offset: int, default: Any = None) -> Any:
        raise FaultError("a freed object is used")


class FreedArray(HeapArray):
    """An array after its collection."""

    __slots__ = ()

    def __len__(self) -> int:
        raise FaultError("a freed array is used")


class ShadowStack:
    """The slots and the tracked heap of one run."""

    __slots__ = ("_heap", "_slots")

    def __init__(self) -> None:
        self._slots: list[Any] = []
        self._heap: list[HeapObject | HeapArray] = []

    def store(self, index: int, value: Any) -> None:
        """Store a word in a slot."""
        if index >= len(self._slots):
            self._slots.extend([0] * (index + 64 - len(self._slots)))
        self._slots[index] = value

    def track(self, value: Any) -> Any:
        """Track a new object or array."""
        self._heap.append(value)
        return value

    def collect(self, top: int) -> None:
        """Free what the slots below the top do not refer to."""
        reached: set[int] = set()
        pending = list(self._slots[:top])
        if any(type(root) in (FreedObject, FreedArray) for root in pending):
            raise FaultError("a passed slot refers to a freed value")
        while pending:
            current = pending.pop()
            if not isinstance(current, HeapObject | HeapArray) or id(current) in reached:
                continue
            reached.add(id(current))
            if isinstance(current, HeapObject):
                pending.extend(current.values())
                continue
            pending.extend(current)
            for column in current.more.values():
                pending.extend(column)
        kept: list[HeapObject | HeapArray] = []
        for candidate in self._heap:
            if id(candidate) in reached:
                kept.append(candidate)
            else:
                candidate.__class__ = FreedObject if isinstance(candidate, HeapObject) else FreedArray
        self._heap = kept
