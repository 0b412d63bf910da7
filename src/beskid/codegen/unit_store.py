"""How a program is compiled in units: where objects of units are kept, and by how many processes they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from beskid.codegen.units import MAX_UNIT_SIZE, MIN_DIVIDED_SIZE

COMPILE_UNITS = "compile units"
"""The step of a build of which `done` modules of `compiled` are done."""


class UnitStore(Protocol):
    """Objects of modules that were compiled before."""

    def load(self, texts: Sequence[str]) -> list[bytes | None]:
        """Return the object of each module, None for those that are not known."""

    def store(self, images: dict[str, bytes]) -> None:
        """Keep the objects of modules by their texts."""


class NoStore:
    """A store that is always empty."""

    def load(self, texts: Sequence[str]) -> list[bytes | None]:
        return [None] * len(texts)

    def store(self, images: dict[str, bytes]) -> None:
        pass


class UnitBuild:
    """The options of a build in units, none of which changes what the program does, and what the build counted.

    `min_size` is the number of instructions above which a program is divided, `max_size` that at which a unit ends.
    `imports`: optimized units have copies of small functions. With `is_verified` the artifact was verified when it was
    made. The steps of the build run inside `measure(name)`. `total` counts modules, that of the data too, `compiled`
    those that the store did not have, and `done` those of them that are compiled so far.
    """

    __slots__ = (
        "compiled",
        "done",
        "imports",
        "is_verified",
        "jobs",
        "max_size",
        "measure",
        "min_size",
        "store",
        "total",
    )

    def __init__(
        self,
        store: UnitStore | None = None,
        jobs: int = 1,
        min_size: int = MIN_DIVIDED_SIZE,
        max_size: int = MAX_UNIT_SIZE,
        imports: bool = True,
        is_verified: bool = True,
        measure: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.store: UnitStore = store or NoStore()
        self.jobs = jobs
        self.min_size = min_size
        self.max_size = max_size
        self.imports = imports
        self.is_verified = is_verified
        self.measure = measure
        self.compiled = 0
        self.done = 0
        self.total = 0

    def note_done(self, count: int) -> None:
        """Count modules that were compiled."""
        self.done += count
