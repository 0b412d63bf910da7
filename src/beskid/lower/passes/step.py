"""A pass: its name, one sentence about it, and the function that changes a module in place."""

from __future__ import annotations

from collections.abc import Callable

from beskid.base.node import value
from beskid.ir.model import Module


@value
class Pass:
    """One step of the pipeline. The page on passes and the pipeline's messages are made from it."""

    name: str
    sentence: str
    run: Callable[[Module], None]
