"""Compares `Core.Bytes` with Python's `bytes`, a calculator made of `Core.Text.Parser` with `eval`, and
`Core.Text.EditDistance` with the definition.
"""

from __future__ import annotations

import ast
import os
import random
from functools import cache
from pathlib import Path

import pytest
from tests import fresh
from tests.corelib.building import PROGRAMS, built, compare

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "400"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "texts.bd", tmp_path_factory.mktemp("texts"))


def bytes_questions(generator: random.Random, rounds: int) -> dict[str, str]:
    expected = {}
    for _ in range(rounds):
        a = bytes(generator.choice(b"aab") for _ in range(generator.randrange(30)))
        b = bytes(generator.choice(b"aab") for _ in range(generator.randrange(5)))
        if generator.random() < 0.3:
            b = a[generator.randrange(len(a) + 1) :][: generator.randrange(9)]
        words = f"{a.hex()} {b.hex()}"
        expected[f"find {words}"] = str(a.find(b))
        expected[f"rfind {words}"] = str(a.rfind(b))
        expected[f"compare {words}"] = str((a > b) - (a < b))
        expected[f"starts {words}"] = f"{a.startswith(b)} {a.endswith(b)}".lower()
        if b:
            expected[f"count {words}"] = str(a.count(b))
            expected[f"split {words}"] = ",".join(part.hex() for part in a.split(b))
            expected[f"replace {words}"] = a.replace(b, b"\0\1").hex()
    return expected


def distances(left: str, right: str) -> str:
    """Return the Levenshtein distance and that with exchanges by their definitions."""

    @cache
    def least(i: int, j: int, exchanges: bool) -> int:
        if i == 0 or j == 0:
            return i + j
        steps = [least(i - 1, j, exchanges) + 1, least(i, j - 1, exchanges) + 1]
        steps.append(least(i - 1, j - 1, exchanges) + (left[i - 1] != right[j - 1]))
        if exchanges and i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
            steps.append(least(i - 2, j - 2, exchanges) + 1)
        return min(steps)

    return f"{least(len(left), len(right), False)} {least(len(left), len(right), True)}"


def an_expression(generator: random.Random, depth: int) -> str:
    if depth == 0 or generator.random() < 0.2:
        return str(generator.randrange(20))
    parts = [an_expression(generator, depth - 1) for _ in range(generator.randrange(1, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += generator.choice(("+", " - ", "*", " * ")) + part
    return f"({text})" if generator.random() < 0.5 else text


def value_of(text: str) -> int | None:
    """Return the value in Python, wrapped to 64 bits, or None for what is not an expression."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return None
    value = eval(compile(tree, "", "eval"))
    return int((value + 2**63) % 2**64 - 2**63)


def test_bytes_agree_with_python(program: Path) -> None:
    compare(program, bytes_questions(random.Random(fresh.seed(1)), ROUNDS))


def test_distances_by_their_definition(program: Path) -> None:
    generator = random.Random(fresh.seed(3))
    expected = {}
    for _ in range(ROUNDS):
        a, b = ("".join(generator.choice("abé") for _ in range(generator.randrange(1, 9))) for _ in range(2))
        expected[f"distance {a.encode().hex()} {b.encode().hex()}"] = distances(a, b)
    compare(program, expected)


def test_expressions_agree_with_python(program: Path) -> None:
    generator = random.Random(fresh.seed(4))
    expected = {}
    for _ in range(ROUNDS):
        text = an_expression(generator, 4)
        expected[f"expression {text.encode().hex()} -"] = str(value_of(text))
    expected[f"expression {b'1+'.hex()} -"] = "error 2"
    expected[f"expression {b'(1'.hex()} -"] = "error 2"
    expected[f"expression {b'1)'.hex()} -"] = "error 1"
    expected[f"expression {b'(1+(2*x))'.hex()} -"] = "error 6"
    compare(program, expected)


def test_a_search_is_linear_in_the_worst_case(program: Path) -> None:
    many = 1_000_000
    text, needle = b"a" * many, b"a" * (many // 2) + b"b"
    compare(program, {f"find {text.hex()} {needle.hex()}": "-1"})
