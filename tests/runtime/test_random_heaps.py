"""Random heap programs against a model: what is reachable keeps its content, what is not is gone.

A program makes, links, pins and drops objects, arrays and texts in sixteen slots. `runtime/tests/test_graph.c` runs it;
the model below knows every answer, the number of cells after each collection included. `BESKID_TEST_HEAPS=1000` sets
the number of programs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import limits

SLOTS = 16
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
COPIED_MOST = 32
HEAPS = int(os.environ.get("BESKID_TEST_HEAPS", "40"))
OPERATIONS = "oooaattlwwwwwwnnnnrrcczzpugd"
Draw: TypeAlias = tuple[str, int, int, int, int]


@dataclass(eq=False)
class Cell:
    """A cell of the model: an object, an array, a text, or the header of a shared slice with its parent."""

    form: str
    number: int = 0
    text: str = ""
    references: list[Cell | None] = field(default_factory=list)
    parent: Cell | None = None


@dataclass
class Model:
    """The heap as it must be. `apply` takes raw draws, bends them to what is allowed, notes both."""

    slots: list[Cell | None] = field(default_factory=lambda: [None] * SLOTS)
    pins: list[Cell | None] = field(default_factory=list)
    released: set[int] = field(default_factory=set)
    next_number: int = 1
    operations: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def number(self) -> int:
        self.next_number += 1
        return self.next_number - 1

    def apply(self, draw: Draw) -> None:
        operation, a, b, c, d = draw
        slot, other = a % SLOTS, b % SLOTS
        match operation:
            case "o":
                references, words = b % 9, 1 + (c % 80 if d % 4 == 0 else c % 4)
                self.slots[slot] = Cell("o", self.number(), references=[None] * references)
                self.operations.append(f"o {slot} {references} {words}")
            case "a":
                length = 1 + (b % 5000 if c % 16 == 0 else b % 12)
                self.slots[slot] = Cell("a", self.number(), references=[None] * length)
                self.operations.append(f"a {slot} {length}")
            case "t":
                length = 1 + (b % 70000 if c % 32 == 0 else b % 200)
                self.slots[slot] = Cell("t", text=ALPHABET[self.number() % 26] * length)
                self.operations.append(f"t {slot} {length}")
            case "l":
                self.slice(slot, other, c, d)
            case "w":
                self.write(slot, other, c % SLOTS)
            case "n":
                self.write_new(slot, b, c)
            case "r":
                self.read(slot, other, c)
            case "c":
                self.slots[slot] = self.slots[other]
                self.operations.append(f"c {slot} {other}")
            case "z":
                self.slots[slot] = None
                self.operations.append(f"z {slot}")
            case "p":
                self.pins.append(self.slots[slot])
                self.operations.append(f"p {slot}")
            case "u":
                self.release(a)
            case "g":
                self.operations.append("g")
                self.answers.append(f"g {len(self.reachable())}")
            case _:
                self.operations.append("d")
                self.answers.append(self.description())

    def slice(self, slot: int, other: int, begin: int, count: int) -> None:
        source = self.slots[other]
        if source is None or source.form != "t":
            return
        begin %= len(source.text)
        count = 1 + count % (len(source.text) - begin)
        text = source.text[begin : begin + count]
        if count == len(source.text):
            self.slots[slot] = source
        elif count <= COPIED_MOST:
            self.slots[slot] = Cell("t", text=text)
        else:
            self.slots[slot] = Cell("t", text=text, parent=source.parent or source)
        self.operations.append(f"l {slot} {other} {begin} {count}")

    def write(self, slot: int, index: int, other: int) -> None:
        target = self.slots[slot]
        if target is None or not target.references:
            return
        index %= len(target.references)
        target.references[index] = self.slots[other]
        self.operations.append(f"w {slot} {index} {other}")

    def write_new(self, slot: int, index: int, size: int) -> None:
        """A young object that only an old one may refer to."""
        target = self.slots[slot]
        if target is None or not target.references:
            return
        index %= len(target.references)
        references, words = size % 3, 1 + size % 4
        target.references[index] = Cell("o", self.number(), references=[None] * references)
        self.operations.append(f"n {slot} {index} {references} {words}")

    def read(self, slot: int, other: int, index: int) -> None:
        source = self.slots[other]
        if source is None or not source.references:
            return
        index %= len(source.references)
        self.slots[slot] = source.references[index]
        self.operations.append(f"r {slot} {other} {index}")

    def release(self, number: int) -> None:
        if not self.pins or number % len(self.pins) in self.released:
            return
        number %= len(self.pins)
        self.released.add(number)
        self.pins[number] = None
        self.operations.append(f"u {number}")

    def reachable(self) -> set[Cell]:
        found: set[Cell] = set()
        waiting = [cell for cell in [*self.slots, *self.pins] if cell is not None]
        while waiting:
            cell = waiting.pop()
            if cell in found:
                continue
            found.add(cell)
            waiting += [next_cell for next_cell in [*cell.references, cell.parent] if next_cell is not None]
        return found

    def description(self) -> str:
        numbers: dict[Cell, int] = {}
        order: list[Cell] = []

        def visit(cell: Cell | None) -> str:
            if cell is None:
                return "0"
            if cell not in numbers:
                order.append(cell)
                numbers[cell] = len(order)
            return str(numbers[cell])

        parts = [" ".join(["d", *map(visit, self.slots)])]
        for cell in order:
            words = [cell.text] if cell.form == "t" else [str(cell.number), *map(visit, cell.references)]
            parts.append(" ".join([cell.form, *words]))
        return " ; ".join(parts)


DRAWS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), *[st.integers(0, 1 << 20) for _ in range(4)]), min_size=20, max_size=200
)


@pytest.mark.parametrize("stress", ["0", "1"])
def test_random_heaps(graph_program: Path, stress: str) -> None:
    @settings(
        max_examples=HEAPS,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(DRAWS)
    def check(draws: list[Draw]) -> None:
        model = Model()
        for draw in [*draws, ("g", 0, 0, 0, 0), ("d", 0, 0, 0, 0)]:
            model.apply(draw)
        done = limits.run(
            [str(graph_program)],
            input="\n".join(model.operations) + "\n",
            capture_output=True,
            text=True,
            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "BESKID_GC_STRESS": stress, "BESKID_GC_VERIFY": "1"},
            timeout=120,
            check=False,
        )
        assert (done.stderr, done.returncode) == ("", 0)
        assert done.stdout.splitlines() == model.answers

    check()
