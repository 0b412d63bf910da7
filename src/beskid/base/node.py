"""The `@node` and `@value` decorators: slotted classes made from annotations, read-only to the type checker.

A dataclass compiles several methods for every class when its module is imported, which was half of the time that the
front end took to import. Here a class gets its slots at once and each method when it is first called, so that an unused
class costs almost nothing. Nothing is enforced at run time: a truly frozen dataclass costs several times as much per
object, and the type checker already rejects assignments to fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_DEFAULTS: dict[type, dict[str, object]] = {}
"""The default values of the fields of each class made here."""

_UNSLOTTED = frozenset(("__dict__", "__weakref__"))


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """Turn the annotations of `cls` into slots and an initializer. Instances compare by identity."""
    return _slotted(cls, {"__init__": _first_init, "__repr__": shown_fields})


@dataclass_transform(frozen_default=True, eq_default=True)
def value(cls: type[T]) -> type[T]:
    """Turn the annotations of `cls` into slots and an initializer. Instances compare and hash by their fields."""
    return _slotted(
        cls, {"__init__": _first_init, "__repr__": shown_fields, "__eq__": _first_eq, "__hash__": _first_hash}
    )


def is_node(cls: type) -> bool:
    """Return whether `cls` was made by `@node` or `@value`, or written out for mypyc (`tools/compiled_sources.py`)."""
    return "__is_node__" in cls.__dict__


def field_names(cls: type) -> tuple[str, ...]:
    """Return the fields of a class made by `@node` or `@value`, in the order of its initializer."""
    names: tuple[str, ...] = cls.__dict__["__match_args__"]
    return names


def field_annotations(cls: type) -> dict[str, str]:
    """Return the annotations of the fields of a class, also of one that was written out for mypyc."""
    written: dict[str, str] = cls.__dict__.get("__field_annotations__") or cls.__annotations__
    return written


def replace(instance: T, **changes: object) -> T:
    """Copy a node or value with some of its fields changed."""
    cls = type(instance)
    return cls(**{name: getattr(instance, name) for name in field_names(cls)} | changes)


def _slotted(cls: type[T], methods: dict[str, Callable[..., object]]) -> type[T]:
    """Return a copy of the class with slots for its fields, and those of `methods` that it does not define."""
    namespace = {name: member for name, member in cls.__dict__.items() if name not in _UNSLOTTED}
    names = tuple(namespace.get("__annotations__", ()))
    defaults = {name: namespace.pop(name) for name in names if name in namespace}
    added = {"__slots__": names, "__match_args__": names, "__is_node__": True}
    made: type[T] = type(cls.__name__, cls.__bases__, {**methods, **namespace, **added})
    _DEFAULTS[made] = defaults
    return made


def _first_init(self: object, *arguments: object, **named: object) -> None:
    _compile("__init__", type(self))(self, *arguments, **named)


def _first_eq(self: object, other: object) -> Any:
    return _compile("__eq__", type(self))(self, other)


def _first_hash(self: object) -> Any:
    return _compile("__hash__", type(self))(self)


def _compile(method: str, cls: type) -> Callable[..., Any]:
    """Compile the method that was called first for the fields of the class, replace it, and return it."""
    names = field_names(cls)
    defaults = _DEFAULTS[cls]
    namespace: dict[str, Any] = {"defaults": defaults}
    exec(compile(_WRITERS[method](names, defaults), f"<{cls.__qualname__}>", "exec"), namespace)
    made: Callable[..., Any] = namespace[method]
    made.__qualname__ = f"{cls.__qualname__}.{method}"
    setattr(cls, method, made)
    return made


def _init_text(names: tuple[str, ...], defaults: dict[str, object]) -> str:
    parameters = [f"{name}=defaults[{name!r}]" if name in defaults else name for name in names]
    body = [f" self.{name} = {name}" for name in names] or [" pass"]
    return "\n".join([f"def __init__({', '.join(['self', *parameters])}):", *body])


def _eq_text(names: tuple[str, ...], defaults: dict[str, object]) -> str:
    mine, others = ("".join([f"{owner}.{name}, " for name in names]) for owner in ("self", "other"))
    return (
        "def __eq__(self, other):\n"
        " if other.__class__ is not self.__class__:\n"
        "  return NotImplemented\n"
        f" return ({mine}) == ({others})"
    )


def _hash_text(names: tuple[str, ...], defaults: dict[str, object]) -> str:
    return f"def __hash__(self):\n return hash(({''.join([f'self.{name}, ' for name in names])}))"


_WRITERS: dict[str, Callable[[tuple[str, ...], dict[str, object]], str]] = {
    "__init__": _init_text,
    "__eq__": _eq_text,
    "__hash__": _hash_text,
}


def shown_fields(instance: object) -> str:
    """Return the representation of a node or value: its class with all fields."""
    cls = type(instance)
    parts = [f"{name}={getattr(instance, name)!r}" for name in field_names(cls)]
    return f"{cls.__qualname__}({', '.join(parts)})"
