"""`Core.Text.Format` writes what Python's `format` writes where both mean the same. It accepts what the compiler does.

They differ where a float has no number of digits (Python does not print the shortest form with `e`), in the exponent
(`e3` instead of `e+03`), and where infinities or NaN are filled with zeros.
"""

from __future__ import annotations

import os
import random
import re
import struct
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, built, require_same_under_stress

from beskid.analysis.types.formats import Kind, find_fault

EXAMPLES = int(os.environ.get("BESKID_EXAMPLES", "80")) * 50
FAULTS = 40

KINDS = {"f64": Kind.FLOAT, "f32": Kind.FLOAT, "i64": Kind.INTEGER, "u64": Kind.INTEGER, "i8": Kind.INTEGER}
RANGES = {"i64": (-(2**63), 2**63 - 1), "u64": (0, 2**64 - 1), "i8": (-128, 127)}
WORDS = ("", "a", "tea", "größer", "a€😀z", "with space", "{x}", "12")
FILLS = "*_ 0é€😀<^>+,.x\"'$\\"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "formats.bd", tmp_path_factory.mktemp("formats"))


def a_float(chosen: random.Random) -> float:
    while True:
        value = chosen.choice(
            (
                chosen.randrange(-(10**6), 10**6) / 2 ** chosen.randrange(12),
                round(chosen.uniform(-1000, 1000), chosen.randrange(5)),
                struct.unpack("<d", chosen.randbytes(8))[0],
                chosen.choice((0.0, -0.0, 5e-324, 1.7976931348623157e308, 9.995, 0.5, 999.5, 1e21, 1e-7)),
            )
        )
        if abs(value) < float("inf"):
            return float(value)


def bits_of(kind: str, value: float) -> tuple[int, float]:
    """Return the bits and the value that the program sees."""
    if kind == "f32":
        try:
            value = struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            value = 1.5
    return struct.unpack("<q", struct.pack("<d", value))[0], value


def a_format(chosen: random.Random, kind: str) -> str:
    parts = []
    if chosen.random() < 0.5:
        parts.append(chosen.choice(("", chosen.choice(FILLS))) + chosen.choice("<>^"))
    is_number = kind in KINDS
    if is_number and chosen.random() < 0.3:
        parts.append("+")
    if is_number and not parts and chosen.random() < 0.4:
        parts.append("0")
    if chosen.random() < 0.7:
        parts.append(str(chosen.randrange(1, 30)))
    is_float = KINDS.get(kind) is Kind.FLOAT
    base = ""
    if is_number and not is_float:
        base = chosen.choice(("", "", *"xXbo"))
    if is_number and not base and chosen.random() < 0.4:
        parts.append(",")
    if is_float or (not is_number and chosen.random() < 0.5):
        parts.append(f".{chosen.randrange(25)}")
    if is_float and chosen.random() < 0.4:
        base = "e"
    return "".join(parts) + base


def in_python(value: float | int | str, format: str) -> str:
    """Return what Python writes, with an exponent in the form of Beskid."""
    if not isinstance(value, float):
        return f"{value:{format}}"
    if not format.endswith("e"):
        return f"{value:{format}f}"
    digits = re.search(r"\.[0-9]+e$", format)
    assert digits is not None
    plain = f"{value:{digits[0]}}"
    mantissa, exponent = plain.split("e")
    # Python fills to the width of its own exponent, so the width grows by the difference.
    missing = len(plain) - len(f"{mantissa}e{int(exponent)}")
    found = re.fullmatch(r"((?:.?[<>^])?\+?0?)([0-9]*)(.*)", format, re.DOTALL)
    assert found is not None
    width = str(int(found[2]) + missing) if found[2] else ""
    text = f"{value:{found[1]}{width}{found[3]}}"
    return text.replace(f"e{exponent}", f"e{int(exponent)}")


def examples(chosen: random.Random) -> list[tuple[str, str, float | int | str, str]]:
    made: list[tuple[str, str, float | int | str, str]] = []
    while len(made) < EXAMPLES:
        kind = chosen.choice((*KINDS, "text"))
        format = a_format(chosen, kind)
        value: float | int | str
        if kind in RANGES:
            low, high = RANGES[kind]
            value = chosen.choice((low, high, 0, chosen.randint(low, high), chosen.randint(max(low, -99), 99)))
            given = str(value - 2**64 if value >= 2**63 else value)
        elif kind in KINDS:
            bits, value = bits_of(kind, a_float(chosen))
            given = str(bits)
        else:
            given = value = chosen.choice(WORDS)
        made.append((kind, given, value, format))
    return made


def test_formats_agree_with_python(program: Path) -> None:
    made = examples(random.Random(fresh.seed(0)))
    assert [each for each in made if find_fault(each[3], KINDS.get(each[0], Kind.TEXT), each[0])] == []
    lines = [f"{kind}\t{given}\t{format}\n" for kind, given, _, format in made]
    done = limits.run([program], input="".join(lines), capture_output=True, text=True, check=True)
    written = done.stdout.split("\n")[:-1]
    wrong = [
        (kind, value, format, text, in_python(value, format))
        for (kind, _, value, format), text in zip(made, written, strict=True)
        if text != in_python(value, format)
    ]
    assert wrong == []
    require_same_under_stress([program], lines, written)


def test_both_readers_accept_the_same_formats(program: Path) -> None:
    """Random characters of formats: the compiler refuses exactly the formats at which the library panics."""
    chosen = random.Random(fresh.seed(1))
    values = {"i64": "7", "f64": "4609434218613702656", "text": "tea"}
    refused: list[str] = []
    accepted: list[str] = []
    while len(refused) < FAULTS:
        kind = chosen.choice(tuple(values))
        format = "".join(chosen.choice("<>^+0123,.xXboe*é:{d") for _ in range(chosen.randrange(1, 7)))
        fault = find_fault(format, KINDS.get(kind, Kind.TEXT), kind)
        (accepted if fault is None else refused).append(f"{kind}\t{values[kind]}\t{format}\n")
    done = limits.run([program], input="".join(accepted), capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    for line in refused:
        done = limits.run([program], input=line, capture_output=True, text=True, check=False)
        assert done.returncode == 101, line
        assert "format" in done.stderr.splitlines()[0], line
