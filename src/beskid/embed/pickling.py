"""Pickles of modules and their functions: the object itself travels, so a worker needs neither source nor compiler.

A module is pickled as its object, compressed, with the request that it was made by. Where the object does not fit the
processor or the runtime, it is compiled again, if the source is there. A process has one module for each object.
Functions are pickled as attributes of their module, which is `__beskid_owner__` of itself. The module of an installed
package is imported.
"""

from __future__ import annotations

import zlib

from beskid.driver.embedding import EmbedRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
FAST_LEVEL = 1
"""Objects are sent far more often than they are worth a better compression."""


def reduce_module(name: str, key: str, image: bytes, links: tuple[str, ...], request: EmbedRequest) -> tuple[Any, ...]:
    """Return what `__reduce__` of a module returns."""
    fields = tuple([getattr(request, slot) for slot in EmbedRequest.__slots__])
    return restore, (VERSION, name, key, zlib.compress(image, FAST_LEVEL), links, EmbedRequest.__slots__, fields)


def restore(
    version: int,
    name: str,
    key: str,
    packed: bytes,
    links: tuple[str, ...],
    slots: tuple[str, ...],
    fields: tuple[Any, ...],
) -> Any:
    """Return the module of a pickle. Raises `GateError` when it does not fit and cannot be compiled again."""
    from beskid.embed import GateError, load_image

    if version != VERSION or slots != EmbedRequest.__slots__:
        raise GateError(f"the pickle of `{name}` was made by another version of beskid")
    request = EmbedRequest()
    for slot, held in zip(slots, fields, strict=True):
        setattr(request, slot, held)
    return load_image(request, name, key, zlib.decompress(packed), links)


class InstanceOwner:
    """What the function of an instance is an attribute of, when it is pickled."""

    def __init__(self, generic: Any, wanted: str) -> None:
        self._generic = generic
        self._wanted = wanted

    @property
    def __beskid_owner__(self) -> InstanceOwner:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._generic.instance(self._wanted)

    def __reduce__(self) -> tuple[Any, ...]:
        return InstanceOwner, (self._generic, self._wanted)
