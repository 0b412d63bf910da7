"""A pass: its name, one sentence about it, and the function that changes a module in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from beskid.base.node import value
from beskid.ir.model import Location, Module


@value
class ExceededLimit:
    """A function of the program that exceeds a limit of the compiler; `location` is its declaration."""

    location: Location
    message: str


PassFunction: TypeAlias = Callable[[Module], None] | Callable[[Module], list[ExceededLimit]]


@value
class Pass:
    """One step of the pipeline. The page on passes and the pipeline's messages are made from it.

    A pass that `only_optimizes` makes programs faster and is left out where they need not be.
    """

    name: str
    sentence: str
    run: PassFunction
    only_optimizes: bool = False
