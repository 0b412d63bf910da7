"""Compares `Core.Numbers.BigInteger` and the functions on words of `Core.Numbers` with Python's `int`.

The sizes are around the limits where the library changes its algorithms, and many numbers have words of ones or zeros
only, which lead to carries and to the rare corrections of division. `BESKID_EXAMPLES=N` sets the number of rounds.
"""

from __future__ import annotations

import math
import os
import random
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, built

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "120"))
WORD = 64
MOST = (1 << WORD) - 1
BITS = (0, 1, 60, 64, 65, 128, 200, *(WORD * words for words in (30, 31, 32, 33, 48, 49, 64, 96, 97, 100, 131, 230)))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "integers.bd", tmp_path_factory.mktemp("integers"))


@pytest.fixture(autouse=True)
def _no_limit_of_digits() -> None:
    sys.set_int_max_str_digits(0)


def an_integer(generator: random.Random, most: int = 300 * WORD) -> int:
    bits = min(most, max(0, generator.choice(BITS) + generator.randint(-3, 3)))
    kind = generator.randrange(6)
    value: int
    if kind == 0:
        value = 1 << bits
    elif kind == 1:
        value = (1 << bits) - 1
    elif kind == 2:
        # Words of ones and zeros only.
        value = sum(generator.choice((0, MOST, 1, MOST - 1)) << place for place in range(0, bits + 1, WORD))
    else:
        value = generator.getrandbits(bits) if bits else 0
    return value if generator.random() < 0.7 else -value


def nonzero(generator: random.Random) -> int:
    return an_integer(generator) or 7


def toward_zero(a: int, b: int) -> tuple[int, int]:
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient, a - quotient * b


def as_float(value: int) -> str:
    try:
        return shown(float(value))
    except OverflowError:
        return "-inf" if value < 0 else "inf"


def shown(value: float) -> str:
    """Return the printed form of a float in Beskid, which has no exponent below 1e21."""
    if abs(value) < 1e21:
        return f"{Decimal(repr(value)):f}".removesuffix(".0") + ".0"
    return repr(value).replace("e+", "e")


def rotated(value: int, count: int) -> int:
    count %= WORD
    return (value << count | value >> (WORD - count)) & MOST


def signed(word: int) -> int:
    return word - (word >> (WORD - 1) << WORD)


def questions(generator: random.Random, rounds: int) -> dict[str, str]:
    expected: dict[str, str] = {}
    for _ in range(rounds):
        a, b, c = an_integer(generator), an_integer(generator), nonzero(generator)
        expected[f"+ {a} {b}"] = str(a + b)
        expected[f"- {a} {b}"] = str(a - b)
        expected[f"* {a} {b}"] = str(a * b)
        for dividend in (a, a * c + generator.choice((-1, 0, 1)), (a << 70) + b):
            quotient, remainder = toward_zero(dividend, c)
            expected[f"/ {dividend} {c}"] = f"{quotient} {remainder} {dividend % c}"
        expected[f"gcd {a} {b}"] = str(math.gcd(a, b))
        count = generator.randrange(300)
        expected[f"<< {a} {count}"] = str(a << count)
        expected[f">> {a} {count}"] = str(a >> count)
        other = generator.choice((a, a + 1, -a, b))
        expected[f"compare {a} {other}"] = f"{(a > other) - (a < other)} {str(a == other).lower()}"
        fits = a if -(2**63) <= a < 2**63 else 0
        sign = (a > 0) - (a < 0)
        even = str(a % 2 == 0).lower()
        expected[f"one {a}"] = f"{a:x} {abs(a).bit_length()} {fits} {as_float(a)} {sign} {even}"
        expected[f"root {abs(a)}"] = str(math.isqrt(abs(a)))
        base, exponent = an_integer(generator, 200), generator.randrange(40)
        expected[f"** {base} {exponent}"] = str(base**exponent)
        power, modulus = abs(an_integer(generator, 200)), an_integer(generator, 300) or 7
        expected[f"pow {base} {power} {modulus}"] = str(pow(base, power, modulus))
        x, y = generator.getrandbits(WORD), generator.choice((generator.getrandbits(WORD), MOST, 1 << 63, 3))
        swapped = int.from_bytes(x.to_bytes(8, "little"), "big")
        answers = [
            x * y >> WORD,
            signed(x) * signed(y) >> WORD,
            rotated(x, y),
            rotated(x, WORD - y % WORD),
            swapped,
            int(f"{x:064b}"[::-1], 2),
        ]
        expected[f"word {x} {y}"] = " ".join(map(str, answers))
    return expected


def differences(program: Path, expected: dict[str, str], **variables: str) -> list[tuple[str, str, str]]:
    lines = "".join(f"{line}\n" for line in expected)
    environment = {**os.environ, **variables}
    done = limits.run([program], input=lines, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    given = done.stdout.splitlines()
    triples = zip(expected, given, expected.values(), strict=True)
    return [triple for triple in triples if triple[1] != triple[2]]


def test_agrees_with_python(program: Path) -> None:
    assert differences(program, questions(random.Random(fresh.seed(1)), ROUNDS)) == []


def test_agrees_while_collecting_all_the_time(program: Path) -> None:
    expected = questions(random.Random(fresh.seed(2)), 2)
    assert differences(program, expected, BESKID_GC_STRESS="1") == []


def test_long_numbers(program: Path) -> None:
    """Numbers of 30,000 digits are read, multiplied, divided and written in far less time than by digits."""
    generator = random.Random(fresh.seed(3))
    a, b = (generator.randrange(10**29_999, 10**30_000) for _ in range(2))
    quotient, remainder = toward_zero(a * b + 1, a)
    expected = {f"* {a} {b}": str(a * b), f"/ {a * b + 1} {a}": f"{quotient} {remainder} {remainder}"}
    assert differences(program, expected) == []
