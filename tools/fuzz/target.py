"""What a fuzzer is: it makes an input from a random generator and runs a part of the compiler on it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Protocol


class Target(Protocol):
    """One kind of input. `make` must depend on the generator alone, so that a seed and a number name the input."""

    suffix: str
    """The ending of the files that hold failing inputs."""
    verdicts: tuple[str, ...]
    """What `run` may return, each counted."""

    def prepare(self, folder: Path) -> None:
        """Compute once what all inputs share; `folder` is private to one process and stays empty for the next."""

    def make(self, chance: random.Random) -> bytes:
        """Return one input."""

    def run(self, data: bytes) -> str:
        """Give an input to the compiler and return a verdict; whatever escapes as an exception is a failure."""


def chance_of(seed: int, number: int) -> random.Random:
    """Return the random generator of input `number`."""
    return random.Random(f"{seed}:{number}")
