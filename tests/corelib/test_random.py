"""Compares `Core.Random` with a model in Python of its published algorithms, and the frequencies of weighted draws with
their probabilities.
"""

from __future__ import annotations

import itertools
import math
import os
import random
import struct
from collections import Counter
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, answers, built, compare

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "60"))
MASK = 2**64 - 1


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "random.bd", tmp_path_factory.mktemp("random"), "-O0")


def scrambled(state: int) -> int:
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
    return state ^ state >> 31


def rotated(value: int, count: int) -> int:
    return (value << count | value >> 64 - count) & MASK


class Model:
    """xoshiro256++ with a state from SplitMix64, and what is drawn from its bits."""

    def __init__(self, seed: int) -> None:
        self.state = [scrambled((seed + step * 0x9E3779B97F4A7C15) & MASK) for step in range(1, 5)]

    def bits(self) -> int:
        a, b, c, d = self.state
        drawn = (rotated((a + d) & MASK, 23) + a) & MASK
        c, d = c ^ a, d ^ b
        self.state = [a ^ d, b ^ c, c ^ (b << 17 & MASK), rotated(d, 45)]
        return drawn

    def between(self, low: int, high: int) -> int:
        width = (high - low - 1).bit_length()
        while width:
            drawn = self.bits() >> 64 - width
            if drawn < high - low:
                return low + drawn
        return low

    def real(self) -> float:
        return (self.bits() >> 11) * 2.0**-53

    def normal(self) -> float:
        while True:
            x, y = 2 * self.real() - 1, 2 * self.real() - 1
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)

    def shuffled(self, values: list[int]) -> list[int]:
        for last in range(len(values) - 1, 0, -1):
            other = self.between(0, last + 1)
            values[last], values[other] = values[other], values[last]
        return values

    def sample(self, values: list[int], count: int) -> list[int]:
        for i in range(count):
            other = self.between(i, len(values))
            values[i], values[other] = values[other], values[i]
        return values[:count]

    def weighted(self, weights: list[float]) -> int:
        """Go along the line, whose sums are exact because weights are eighths."""
        rest = self.real() * sum(weights)
        return next(i for i, end in enumerate(itertools.accumulate(weights)) if rest < end)

    def weighted_in_a_tree(self, weights: list[float]) -> int:
        """Go along the line in the order of the leaves: those of the last row come first."""
        row = 1 << (len(weights) - 1).bit_length()
        start = row - len(weights)
        order: list[int] = [*range(start, len(weights)), *range(start)]
        return order[self.weighted([weights[i] for i in order])]

    def weighted_sample(self, weights: list[float], count: int) -> list[int]:
        left, chosen = list(weights), []
        for _ in range(count):
            chosen.append(self.weighted_in_a_tree(left))
            left[chosen[-1]] = 0.0
        return chosen


def bits_of(number: float) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", number))[0])


def words(*numbers: int) -> str:
    return " ".join(map(str, numbers))


def test_draws_are_those_of_the_model(program: Path) -> None:
    generator = random.Random(fresh.seed(51))
    expected: dict[str, str] = {}
    for _ in range(ROUNDS):
        seed = generator.choice((0, 1, -1, generator.randrange(-(2**63), 2**63)))
        low = generator.choice((0, -5, -(2**63), generator.randrange(-(10**9), 10**9)))
        high = min(low + generator.choice((1, 2, 3, 100, 2**32, 2**62 + 1, 2**63 - 1)), 2**63 - 1)
        values = [generator.randrange(100) for _ in range(generator.randrange(1, 12))]
        count = generator.randrange(len(values) + 1)
        model = Model(seed)
        expected[f"bits {seed} 8"] = words(*(model.bits() for _ in range(8)))
        model = Model(seed)
        expected[f"between {seed} 8 {low} {high}"] = words(*(model.between(low, high) for _ in range(8)))
        model = Model(seed)
        expected[f"real {seed} 8"] = words(*(bits_of(model.real()) for _ in range(8)))
        expected[f"shuffle {seed} {words(*values)}"] = words(*Model(seed).shuffled(list(values)))
        expected[f"choose {seed} {words(*values)}"] = words(values[Model(seed).between(0, len(values))])
        expected[f"sample {seed} {count} {words(*values)}"] = words(*Model(seed).sample(list(values), count))
    compare(program, expected)


def test_booleans_are_the_highest_bits(program: Path) -> None:
    model = Model(9)
    (given,) = answers(program, ["bool 9 50"])
    assert given.split() == [str(model.bits() >> 63 == 1).lower() for _ in range(50)]


def test_normal_numbers_are_those_of_the_model(program: Path) -> None:
    """They are the same to the last bits, which the logarithm of the system decides."""
    model = Model(7)
    (given,) = answers(program, ["normal 7 500"])
    found = [struct.unpack("<d", struct.pack("<Q", int(word)))[0] for word in given.split()]
    assert len(found) == 500
    assert all(math.isclose(number, model.normal(), rel_tol=1e-14) for number in found)


def test_weighted_draws_are_those_of_the_model(program: Path) -> None:
    generator = random.Random(fresh.seed(52))
    expected: dict[str, str] = {}
    for _ in range(ROUNDS):
        seed = generator.randrange(2**32)
        eighths = [generator.choice((0, 1, 3, 8, generator.randrange(10**6))) for _ in range(generator.randrange(20))]
        eighths.insert(generator.randrange(len(eighths) + 1), 5)
        weights = [each / 8 for each in eighths]
        model = Model(seed)
        expected[f"weighted {seed} 20 {words(*eighths)}"] = words(*(model.weighted(weights) for _ in range(20)))
        model = Model(seed)
        expected[f"choices {seed} 20 {words(*eighths)}"] = words(
            *(model.weighted_in_a_tree(weights) for _ in range(20))
        )
        count = generator.randrange(1 + sum(each > 0 for each in eighths))
        sample = Model(seed).weighted_sample(weights, count)
        assert len(set(sample)) == count
        expected[f"without {seed} {count} {words(*eighths)}"] = words(*sample)
    compare(program, expected)


def chi_square(counted: Counter[str], probabilities: dict[str, float]) -> float:
    total = counted.total()
    assert set(counted) <= set(probabilities)
    return sum((counted[each] - total * p) ** 2 / (total * p) for each, p in probabilities.items())


def test_frequencies_are_the_probabilities(program: Path) -> None:
    """Four thousand seeds; a sum of squares as large as the limit has a probability of a thousandth."""
    weights = (1, 0, 2, 3, 6)
    total = sum(weights)
    one = {str(i): weight / total for i, weight in enumerate(weights) if weight}
    pairs = {
        f"{i} {j}": first / total * second / (total - first)
        for (i, first), (j, second) in itertools.permutations(enumerate(weights), 2)
        if first and second
    }
    choices = answers(program, [f"choices {seed} 2 {words(*weights)}" for seed in range(4000)])
    samples = answers(program, [f"without {seed} 2 {words(*weights)}" for seed in range(4000)])
    assert chi_square(Counter(" ".join(choices).split()), one) < 16.27
    assert chi_square(Counter(samples), pairs) < 31.27
    independent = {f"{i} {j}": one[i] * one[j] for i, j in itertools.product(one, repeat=2)}
    assert chi_square(Counter(choices), independent) < 37.70


WEIGHT = "a weight must not be negative or NaN"
SUM = "the sum of the weights must be finite"
ZERO = "the weights are all zero"
PANICS = {
    "weighted 1 1 8 nan": WEIGHT,
    "weighted 1 1 -1 8": WEIGHT,
    "weighted 1 1 inf -1": WEIGHT,
    "weighted 1 1 8 inf": SUM,
    "weighted 1 1 0 0": ZERO,
    "weighted 1 1": ZERO,
    "choices 1 -1 8": "negative number of choices",
    "choices 1 1 8 nan": WEIGHT,
    "choices 1 0 -1 8": WEIGHT,
    "choices 1 0 8 inf": SUM,
    "choices 1 1 0 0": ZERO,
    "choices 1 1": ZERO,
    "without 1 1 8 nan": WEIGHT,
    "without 1 2 8 nan": WEIGHT,
    "without 1 -1 8 -1": WEIGHT,
    "without 1 9 8 inf": SUM,
    "without 1 2 8 0": "a sample of 2 of 1 weights above zero",
    "without 1 -1 8": "a sample of -1 of 1 weights above zero",
    "without 1 1": "a sample of 1 of 0 weights above zero",
    "wihtout 1 1 8": "unknown function wihtout",
}


def test_invalid_weights_and_counts_panic(program: Path) -> None:
    """Weights are looked at first, so that the count is compared with valid ones."""
    found = {}
    for line in PANICS:
        done = limits.run([program], input=f"{line}\n", capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (101, ""), line
        found[line] = done.stderr.removeprefix("panic: ").partition("\n")[0]
    assert found == PANICS
    assert answers(program, ["choices 1 0 0 0", "choices 1 0", "without 1 0 0"]) == [""] * 3
