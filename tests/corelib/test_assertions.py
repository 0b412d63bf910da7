"""Compares what `Testing.Assert` and `Testing.Assertions` say about values with a model in Python. The first line that
differs is that of `difflib`.
"""

from __future__ import annotations

import difflib
import itertools
import math
import os
import random
import shutil
import struct
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, STRESS, built

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "60")) // 5
"""Each failure ends a process, so there are fewer of them."""
SHORT_FORM = 200
SURROUNDINGS = 40
ESCAPES = str.maketrans({"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"})


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "assertions.bd", tmp_path_factory.mktemp("assertions"), "-O0")


def quoted(text: str) -> str:
    return f'"{text.translate(ESCAPES)}"'


def around(text: str, byte: int) -> str:
    """Return the characters of which a byte is less than `SURROUNDINGS` bytes from the place."""
    ends = [0]
    for letter in text:
        ends.append(ends[-1] + len(letter.encode()))
    near = [i for i in range(len(text)) if ends[i + 1] > byte - SURROUNDINGS and ends[i] < byte + SURROUNDINGS]
    if not near:
        return "…"
    return "…" * (near[0] > 0) + text[near[0] : near[-1] + 1] + "…" * (near[-1] + 1 < len(text))


def difference(actual: str, expected: str) -> str:
    one, other = actual.encode(), expected.encode()
    if len(one) + len(other) <= SHORT_FORM:
        return f"(expected {expected}, got {actual})"
    byte = next(i for i, (a, b) in enumerate(itertools.zip_longest(one, other)) if a != b)
    return f"(expected {around(expected, byte)}, got {around(actual, byte)}, different from byte {byte} on)"


def first_changed_line(actual: str, expected: str) -> str:
    lines, others = actual.split("\n"), expected.split("\n")
    codes = difflib.SequenceMatcher(None, lines, others, autojunk=False).get_opcodes()
    same = codes[0][2] if codes[0][0] == "equal" else 0
    found, wanted = (quoted(each[same]) if same < len(each) else "the end" for each in (lines, others))
    return f"(line {same + 1}: expected {wanted}, got {found})"


def message(program: Path, *words: str, stress: bool = False) -> str:
    """Return the failure, or "held"."""
    done = limits.run(
        [program, *words, "because"], env=STRESS if stress else None, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        assert done.stderr == ""
        return done.stdout.rstrip("\n")
    assert done.returncode == 101
    assert done.stdout == ""
    start = "panic: Assertion failed: "
    assert done.stderr.startswith(start)
    return done.stderr.removeprefix(start).partition("\n  at ")[0]


def compare(program: Path, expected: dict[tuple[str, ...], str]) -> None:
    """Compare all messages, and every third with a collection at every allocation."""
    assert {words: found for words in expected if (found := message(program, *words)) != expected[words]} == {}
    stressed = list(expected)[::3]
    assert [message(program, *words, stress=True) for words in stressed] == [expected[words] for words in stressed]


def digits(text: str) -> str:
    return text.encode().hex()


def changed(generator: random.Random, text: str) -> str:
    place = generator.randrange(len(text) + 1)
    return text[:place] + generator.choice(("", "x", "é", "\n")) + text[place + generator.randrange(3) :]


def test_differences_of_values(program: Path) -> None:
    generator = random.Random(fresh.seed(71))
    expected: dict[tuple[str, ...], str] = {}
    for _ in range(ROUNDS):
        text = "".join(generator.choices('ab é😀"\\\n\t', k=generator.choice((3, 45, 60, 97, 130, 400))))
        other = generator.choice((changed(generator, text), text[: generator.randrange(len(text) + 1)], text))
        held = "held" if text == other else f"because {difference(quoted(text), quoted(other))}"
        expected["equal", digits(text), digits(other)] = held
        one, two = list(text.encode()[:60]), list(other.encode()[:60])
        held = "held" if one == two else f"because {difference(str(one), str(two))}"
        expected["equal numbers", bytes(one).hex(), bytes(two).hex()] = held
    long = 'ab é😀"\\\n' * 30
    for place in (0, 40, 130, len(long) - 1):
        other = f"{long[:place]}x{long[place + 1 :]}"
        expected["equal", digits(long), digits(other)] = f"because {difference(quoted(long), quoted(other))}"
    assert sum("different from byte" in each for each in expected.values()) > 3
    compare(program, expected)


def test_the_first_line_that_differs(program: Path) -> None:
    generator = random.Random(fresh.seed(72))
    expected: dict[tuple[str, ...], str] = {}
    for _ in range(ROUNDS):
        # No line occurs twice, so that the longest common run of lines is the one at the start if there is one.
        lines = [f"{generator.choice(('', 'é', 'tab	', 'quote'))}{i}" for i in range(generator.randrange(1, 9))]
        cut = generator.randrange(len(lines) + 1)
        text = "\n".join(lines)
        other = "\n".join(lines[:cut] + [f"new {i}" for i in range(generator.randrange(3))])
        held = "held" if text == other else f"because {first_changed_line(text, other)}"
        expected["equal text", digits(text), digits(other)] = held
        held = "held" if text == other else f"because {first_changed_line(other, text)}"
        expected["equal text", digits(other), digits(text)] = held
    compare(program, expected)


def test_the_other_assertions(program: Path) -> None:
    expected: dict[tuple[str, ...], str] = {}
    for a, b in (("a", "a"), ("a\n", 'b"'), ("tea", "ea"), ("", "é")):
        words, equal = (digits(a), digits(b)), a == b
        both, missing = f"because (both are {quoted(a)})", f"because ({quoted(b)} is not in {quoted(a)})"
        expected["not equal", *words] = both if equal else "held"
        expected["true", *words] = expected["AssertTrue", *words] = "held" if equal else "because"
        expected["false", *words] = expected["AssertFalse", *words] = "because" if equal else "held"
        expected["contains", *words] = expected["AssertContains", *words] = "held" if b in a else missing
        expected["fail", *words] = expected["Fail", *words] = "because"
        expected["AssertEqualString", *words] = "held" if equal else f"because (expected {quoted(a)}, got {quoted(b)})"
    for one, two in ((1, 1), (-5, 7), (2**63 - 1, -(2**63))):
        numbers = (str(one), str(two))
        expected["AssertEqualI64", *numbers] = "held" if one == two else f"because (expected {one}, got {two})"
        expected["AssertNotEqualI64", *numbers] = f"because (both are {one})" if one == two else "held"
    for actual, wanted in ((1.0, 1.25), (1.0, 1.5), (-0.5, -0.75), (math.nan, 1.0), (1.0, math.nan), (1e300, 1.5)):
        bits = tuple(str(struct.unpack("<q", struct.pack("<d", each))[0]) for each in (actual, wanted))
        shown = [str(each).replace("nan", "NaN").replace("e+", "e") for each in (wanted, actual)]
        near = abs(actual - wanted) <= 0.25
        expected["near", *bits] = "held" if near else f"because (expected {shown[0]} ± 0.25, got {shown[1]})"
    compare(program, expected)


def test_a_text_is_compared_with_a_file(program: Path, tmp_path: Path) -> None:
    path = tmp_path / "expected"
    path.write_text("one\ntwo\n", encoding="utf-8")
    same, other = (("file", digits(text), digits(str(path))) for text in ("one\ntwo\n", "one\n2\n"))
    missing = ("file", "", digits(f"{path}s"))
    wrong = f"{path} " + first_changed_line("one\n2\n", "one\ntwo\n")
    compare(program, {same: "held", other: wrong, missing: f"{path}s: no such file or folder"})
    done = limits.run([program, *other, ""], env={**os.environ, "UPDATE_FILES": "1"}, capture_output=True, check=True)
    assert (done.stdout, path.read_text(encoding="utf-8")) == (b"held\n", "one\n2\n")


@pytest.mark.parametrize("environment", [None, STRESS], ids=["", "stress"])
def test_a_temporary_folder_stays_after_a_failure_only(program: Path, environment: dict[str, str] | None) -> None:
    for words, stays in ((("folder", "", ""), False), (("folder", "1", "2"), True)):
        done = limits.run([program, *words, "because"], env=environment, capture_output=True, text=True, check=False)
        folder = Path(done.stdout.removesuffix("held\n"))
        assert (done.returncode == 101, folder.is_dir()) == (stays, stays)
        if stays:
            assert (folder / "file").read_text(encoding="utf-8") == str(folder)
            shutil.rmtree(folder)
