"""The `@node` decorator: slotted classes that are frozen to the type checker and cheap at run time.

Truly frozen dataclasses cost several times as much per object; the type checker already rejects
assignments to fields, so nothing is enforced at run time. Nodes compare by identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: type[T]) -> type[T]:
    """Turn `cls` into a slotted, identity-compared dataclass whose fields may not be reassigned."""
    return dataclass(slots=True, eq=False, repr=True)(cls)


@dataclass_transform(frozen_default=True, eq_default=True)
def value(cls: type[T]) -> type[T]:
    """Turn `cls` into a slotted, frozen, hashable dataclass compared by its fields."""
    return dataclass(slots=True, frozen=True)(cls)
