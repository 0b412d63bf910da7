"""A record of the steps between a program and its first instruction.

The boundary documents prescribe their order. Emitter, engine and AOT builder add each step with its names to the
`Trace` that they are passed, and a test compares the order. This module imports nothing, because a warm start imports
it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CONSTRUCT = "construct"
DECLARE_BUILTINS = "declare builtins"
DECLARE_FUNCTIONS = "declare user functions"
DECLARE_EXTERNS = "declare validated externs"
LITERALS = "string literals"
DESCRIPTORS = "type descriptors"
DEFINE = "define bodies"
BIND = "bind imports"
FINALISE = "finalise"
VERSION_CHECK = "version check"
ENTRY = "entry"
LINK = "link"
RECORD = "record the ABI version"


class Step:
    """One step: what was done, and to which names."""

    __slots__ = ("name", "names")

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        self.name = name
        self.names = names


class Trace:
    """The steps of one session, in the order in which they happened."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def note(self, name: str, names: Iterable[str] = ()) -> None:
        """Record a step."""
        self.steps.append(Step(name, tuple(names)))

    def order(self) -> list[str]:
        """Return the names of the steps."""
        return [step.name for step in self.steps]

    def names_of(self, name: str) -> list[tuple[str, ...]]:
        """Return the names of every step of this kind."""
        return [step.names for step in self.steps if step.name == name]
