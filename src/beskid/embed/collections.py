"""Lists and maps of a program, as sequences and mappings of Python.

The elements stay in the heap of Beskid: every access is a call of a function of the core library. The classes of a
module derive from these, and have those functions as attributes named `_Count`, `_At` and so on.
"""

from __future__ import annotations

from _collections_abc import MutableMapping, MutableSequence

from beskid.embed.names import instance_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Sequence = MutableSequence[Any]
    Mapping = MutableMapping[Any, Any]
else:
    Sequence, Mapping = MutableSequence, MutableMapping


class ListProxy(Sequence):
    """A `List<T>`. `copy` returns a list of Python, `to_array` a copy as an array."""

    __slots__ = ()

    @classmethod
    def of(cls, values: Iterable[Any]) -> Any:
        """Return a new list with a copy of the values."""
        made: Any = cls._New()  # type: ignore[attr-defined]
        made.extend(values)
        return made

    def __len__(self: Any) -> int:
        length: int = self._Count()
        return length

    def _place(self, index: Any, end: int) -> int:
        place = index.__index__()
        if place < 0:
            place += len(self)
        if not 0 <= place < end:
            raise IndexError("list index out of range")
        return int(place)

    def __getitem__(self: Any, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._At(place) for place in range(*index.indices(len(self)))]
        return self._At(self._place(index, len(self)))

    def __setitem__(self: Any, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            raise TypeError("a slice of a Beskid list cannot be assigned to\n  help: assign its elements")
        self._Set(self._place(index, len(self)), value)

    def __delitem__(self: Any, index: Any) -> None:
        if isinstance(index, slice):
            raise TypeError("a slice of a Beskid list cannot be deleted\n  help: delete its elements")
        self._RemoveAt(self._place(index, len(self)))

    def insert(self: Any, index: int, value: Any) -> None:
        length = len(self)
        self._Insert(min(max(index + length if index < 0 else index, 0), length), value)

    def append(self: Any, value: Any) -> None:
        self._Push(value)

    def clear(self: Any) -> None:
        self._Clear()

    def copy(self) -> list[Any]:
        return list(self)

    def to_array(self: Any) -> Any:
        """Return a copy of the elements: an array for numbers, else a list."""
        return self._ToArray()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListProxy | list) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class MapProxy(Mapping):
    """A `Map<K, V>`. `copy` returns a dictionary of Python. Iteration is over the keys at its beginning."""

    __slots__ = ()
    _is_nested = False
    """Whether the values are options, so that None does not mean that there is no value."""

    @classmethod
    def of(cls, values: Any) -> Any:
        """Return a new map with a copy of the entries: those of a mapping, or pairs."""
        made: Any = cls._New()  # type: ignore[attr-defined]
        made.update(values)
        return made

    def __len__(self: Any) -> int:
        length: int = self._Count()
        return length

    def __getitem__(self: Any, key: Any) -> Any:
        found = self._Get(key)
        if self._is_nested:
            found = getattr(found, found.__match_args__[0]) if found.__match_args__ else self
            if found is self:
                raise KeyError(key)
            return found
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self: Any, key: Any, value: Any) -> None:
        self._Set(key, value)

    def __delitem__(self: Any, key: Any) -> None:
        self[key]
        self._Remove(key)

    def __iter__(self: Any) -> Iterator[Any]:
        return iter(self._Keys())

    def clear(self: Any) -> None:
        self._Clear()

    def copy(self) -> dict[Any, Any]:
        return dict(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"


PROXIES: dict[str, type] = {"List": ListProxy, "Map": MapProxy}
"""The base of the classes of each collection, by the name of its type."""


class Family:
    """The classes of one collection in a module: `kernel.List[i64]`."""

    __slots__ = ("_classes", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._classes: dict[str, Any] = {}

    def add(self, shown: str, made: Any) -> None:
        self._classes[shown] = made

    def __getitem__(self, types: object) -> Any:
        wanted = instance_text(self._name, types)
        found = self._classes.get(wanted)
        if found is None:
            raise TypeError(
                f"the public functions of this module use no {wanted}; they use {', '.join(self._classes)}\n"
                f"  help: add a public function that takes or returns {wanted}"
            )
        return found

    def of(self, values: Any) -> Any:
        """Return a collection with a copy of the values, where the module uses one type of it only."""
        if len(self._classes) != 1:
            raise TypeError(
                f"this module uses {', '.join(self._classes)}\n  help: select one: {self._name}[...].of(values)"
            )
        return next(iter(self._classes.values())).of(values)

    def __repr__(self) -> str:
        return f"<{', '.join(self._classes)}>"
