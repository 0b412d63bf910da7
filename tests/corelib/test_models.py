"""Compares modules with what Python has for the same: `Core.Text.Cursor` with `re`, `Core.Log` with `logging`,
`Testing.Property` with hypothesis, `Core.String` and `Core.Char` with `str`, `Math` with `math`, `System.Path` with
`os.path`, `System.FS` with `os`.
"""

from __future__ import annotations

import io
import logging
import math
import os
import posixpath
import random
import re
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from tests import fresh
from tests.corelib.building import PROGRAMS, STRESSED, answers, built, compare, require_same_under_stress

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "300"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "models.bd", tmp_path_factory.mktemp("models"), "-O0")


def digits(text: str) -> str:
    return text.encode().hex()


def truth(value: bool) -> str:
    return str(value).lower()


NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|")
INTEGER = re.compile(r"-?[0-9]+")
SPACE = re.compile(r"[ \t\n\v\f\r]*")


class Scanner:
    """What a cursor does, by the regular expressions of Python."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0

    def matched(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found[0] if found else None

    def integer(self) -> str:
        start = self.position
        number = self.matched(INTEGER)
        if number is not None and -(2**63) <= int(number) < 2**63:
            return str(int(number))
        self.position = start
        return "none"

    def step(self, name: str, word: str) -> str:
        rest = self.text[self.position :]
        if name in ("peek", "char"):
            self.position += len(rest[:1]) if name == "char" else 0
            return str(ord(rest[0])) if rest else "none"
        if name in ("at", "take"):
            self.position += len(word) if name == "take" and rest.startswith(word) else 0
            return truth(rest.startswith(word))
        if name == "until":
            return digits(self.matched(re.compile(f"(?s:.*?)(?={re.escape(word)}|\\Z)")) or "")
        if name == "while":
            return digits(self.matched(re.compile(f"[{re.escape(word)}]*")) or "")
        if name == "name":
            return self.matched(NAME) or ""
        if name == "integer":
            return self.integer()
        if name == "space":
            self.matched(SPACE)
            return truth(self.position == len(self.text))
        return digits(rest)

    def place(self) -> str:
        before = self.text[: self.position]
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        return f"{len(before.encode())} line {line}, column {column}"


def test_a_cursor_agrees_with_regular_expressions(program: Path) -> None:
    generator = random.Random(fresh.seed(21))
    pieces = ("a", "b1", "_x", "=", "é", "😀", " ", "\n", "\t", "-", "12", "-7", str(2**63 - 1), str(2**63))
    steps = ("peek", "char", "at", "take", "until", "while", "name", "integer", "space", "rest")
    expected = {}
    for _ in range(ROUNDS):
        scanner = Scanner("".join(generator.choices(pieces, k=generator.randrange(12))))
        words, found = [], []
        for name in generator.choices(steps, k=12):
            word = generator.choice(pieces) + generator.choice(("", "", generator.choice(pieces)))
            words.append(f"{name}:{digits(word)}")
            answer = scanner.step(name, word)
            found.append(f"{answer} {scanner.place()}")
        expected[" ".join(["cursor", digits(scanner.text), *words])] = ",".join(found)
    compare(program, expected)


LEVELS = (5, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
logging.addLevelName(LEVELS[0], "TRACE")
Message = tuple[int, str, str, str]


def written(least: int, messages: list[Message]) -> list[str]:
    """Return the lines that `logging` writes, with the fields after the message."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("now %(levelname)s %(message)s"))
    logger = logging.Logger("models", LEVELS[least])
    logger.addHandler(handler)
    for level, text, name, value in messages:
        logger.log(LEVELS[level], text + (f" {name}={value}" if name else ""))
    return stream.getvalue().splitlines()


def log_line(least: int, messages: list[Message]) -> str:
    fields = [f"{level} {digits(text)} {digits(name) or '-'} {digits(value)}" for level, text, name, value in messages]
    return " ".join(["log", str(least), *fields])


def test_a_log_agrees_with_logging(program: Path) -> None:
    generator = random.Random(fresh.seed(22))
    expected = {}
    for _ in range(ROUNDS):
        messages = [
            (
                generator.randrange(5),
                " ".join(generator.choices(("saved", "größer", "12", "a=b"), k=generator.randrange(4))),
                generator.choice(("", "file", "n", "é")),
                generator.choice(("x", "12", "a/b.txt", "😀")),
            )
            for _ in range(generator.randrange(1, 8))
        ]
        least = generator.randrange(5)
        expected[log_line(least, messages)] = digits("".join(f"{line}\n" for line in written(least, messages)))
    compare(program, expected)


QUOTED = r'"(?:[^"\\]|\\.)*"|[^"=\\\s]+'
FIELD = re.compile(rf"now INFO (?P<text>.*?) (?P<name>{QUOTED})=(?P<value>{QUOTED})")
ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else ESCAPED.get(found[2], found[2]), text[1:-1])


def test_a_message_is_one_line_whose_field_can_be_read_back(program: Path) -> None:
    generator = random.Random(fresh.seed(23))
    pieces = ["u{41}", *'aé ="\\\n\r\t\0\x1b\x7f\x85\u2028\u2029']
    fields = [["".join(generator.choices(pieces, k=generator.randrange(6))) for _ in range(3)] for _ in range(ROUNDS)]
    lines = [log_line(2, [(2, f"m{text}", f"n{name}", value)]) for text, name, value in fields]
    given = answers(program, lines) + answers(program, lines[:STRESSED], stress=True)
    for (_, name, value), answer in zip(fields + fields[:STRESSED], given, strict=True):
        shown = bytes.fromhex(answer).decode()
        assert shown.endswith("\n") and shown[:-1].isprintable()
        found = FIELD.fullmatch(shown[:-1])
        assert found and (unquoted(found["name"]), unquoted(found["value"])) == (f"n{name}", value), shown


def smallest(strategy: st.SearchStrategy[object], fails: Callable[..., bool]) -> object:
    """Return the counterexample that hypothesis finds."""
    chosen = hypothesis.settings(derandomize=True, database=None, max_examples=500)
    return hypothesis.find(strategy, fails, settings=chosen)


def test_counterexamples_are_those_of_hypothesis(program: Path) -> None:
    integers = st.integers(-50, 100)
    lists = st.lists(integers, max_size=12)
    expected = {}
    for bound in (1, 6, 40):
        expected[f"property above -50 100 {bound}"] = smallest(integers, lambda n, bound=bound: n >= bound)
        expected[f"property far -50 100 {bound}"] = smallest(integers, lambda n, bound=bound: n <= -bound)
        expected[f"property contains -50 100 {bound}"] = smallest(
            lists, lambda each, bound=bound: any(n >= bound for n in each)
        )
        pairs = st.tuples(integers, integers).map(list)
        expected[f"property pair -50 100 {bound}"] = smallest(
            pairs, lambda each, bound=bound: each[0] >= bound and each[1] >= 3
        )
    for bound in (1, 3, 8):
        expected[f"property long -50 100 {bound}"] = smallest(lists, lambda each, bound=bound: len(each) >= bound)
        expected[f"property texts 0 0 {bound}"] = "a" * bound
    even = integers.filter(lambda n: n % 2 == 0)
    expected["property even -50 100 7"] = smallest(even, lambda n: n >= 7)
    compare(program, {line: str(answer) for line, answer in expected.items()})


def test_a_counterexample_cannot_be_made_smaller(program: Path) -> None:
    """Every smaller integer that is tried, towards zero by half of the way and less, has the property."""
    generator = random.Random(fresh.seed(24))
    failing = [{n for n in range(-4, 5) if generator.random() < 0.4} for _ in range(ROUNDS)]
    lines = [f"property set -4 4 {sum(1 << (n + 4) for n in each)}" for each in failing]
    given = answers(program, lines)
    for numbers, answer in zip(failing, given, strict=True):
        assert (answer == "none") is (not numbers)
        if numbers:
            found = int(answer)
            halves = {found - int(found / 2**step) for step in range(4)} - {found}
            assert found in numbers and not halves & numbers


def test_texts_agree_with_python(program: Path) -> None:
    generator = random.Random(fresh.seed(25))
    expected = {}
    for _ in range(ROUNDS):
        a = "".join(generator.choice("aab é😀\n\t") for _ in range(generator.randrange(1, 20)))
        b = "".join(generator.choice("aabé ") for _ in range(generator.randrange(1, 3)))
        words = f"{digits(a)} {digits(b)}"
        places = [len(a[:found].encode()) if found >= 0 else -1 for found in (a.find(b), a.rfind(b))]
        expected[f"find {words}"] = f"{places[0]} {places[1]} {truth(b in a)}"
        expected[f"ends {words}"] = f"{truth(a.startswith(b))} {truth(a.endswith(b))} {(a > b) - (a < b)}"
        expected[f"split {words}"] = ",".join(map(digits, a.split(b)))
        expected[f"replace {words}"] = digits(a.replace(b, "<é>"))
        expected[f"trim {words}"] = ",".join(map(digits, (a.strip(), a.lstrip(), a.rstrip())))
        expected[f"words {words}"] = ",".join(map(digits, a.split()))
        expected[f"chars {words}"] = f"{[ord(c) for c in a]} {len(a)} {digits(a[::-1])}"
    compare(program, expected)


def test_characters_agree_with_python(program: Path) -> None:
    expected = {}
    for code in (*range(300), 0x20AC, 0xFF11, 0x1F600, 0x10FFFF):
        c = chr(code)
        ascii_only = c if c.isascii() else "\x00"
        kinds = (ascii_only.isdigit(), ascii_only.isalpha(), ascii_only.isalnum(), ascii_only in " \t\n\v\f\r")
        cases = (ascii_only.islower(), ascii_only.isupper())
        codes = (ord(c.lower()), ord(c.upper())) if c.isascii() else (code, code)
        value = c if ascii_only.isdigit() else "none"
        words = [*map(truth, (*kinds, *cases)), *map(str, codes), value, digits(c)]
        expected[f"char {code}"] = " ".join(words)
    compare(program, expected)


def in_python(a: float, unit: float) -> list[float]:
    functions = [math.sin(a), math.cos(a), math.tan(a), math.atan(a), math.exp(unit), math.asin(unit), math.acos(unit)]
    logarithms = [math.log(unit), math.log2(unit), math.log10(unit), math.sqrt(unit), math.atan2(a, unit)]
    others = [math.pow(unit, a), math.fmod(a, unit), math.hypot(a, unit), *map(float, (math.floor(a), math.ceil(a)))]
    return [*functions, *logarithms, *others, float(math.trunc(a)), abs(a)]


def test_math_agrees_with_python(program: Path) -> None:
    """The results are the same to the last bit or two; rounding is exact."""
    generator = random.Random(fresh.seed(28))
    # A smaller base to a power of -100 is above the largest double, where Python raises an error.
    numbers = [(generator.uniform(-100, 100), max(1e-3, 1 - generator.random())) for _ in range(ROUNDS)]
    numbers += [(0.5, 1.0), (-0.5, 1e-300), (3.0, 0.25), (-2.0, 0.5), (1e15 + 0.5, 0.1)]
    bits = [struct.unpack("<2q", struct.pack("<2d", *pair)) for pair in numbers]
    questions = [f"math {first} {second}" for first, second in bits]
    given = answers(program, questions)
    require_same_under_stress([program], [f"{line}\n" for line in questions], given)
    for pair, line in zip(numbers, given, strict=True):
        found = [struct.unpack("<d", struct.pack("<Q", int(word)))[0] for word in line.split()]
        wanted = in_python(*pair)
        assert found[-4:] == wanted[-4:], pair
        assert all(math.isclose(one, other, rel_tol=1e-15) for one, other in zip(found, wanted, strict=True)), pair


def test_paths_agree_with_python(program: Path) -> None:
    generator = random.Random(fresh.seed(26))
    names = ("a", "b.txt", ".hidden", ".hidden.md", "é.tar.gz", "..", ".", "...", "..x", "x.")
    expected = {}
    for _ in range(ROUNDS):
        a, b = (
            generator.choice(("", "", "/")) + "/".join(generator.choices(names, k=generator.randrange(1, 4)))
            for _ in range(2)
        )
        stem, extension = posixpath.splitext(a)
        words = f"{digits(a)} {digits(b)}"
        expected[f"path {words}"] = f"{posixpath.join(a, b)} {truth(posixpath.isabs(a))}"
        parts = f"{posixpath.dirname(a)} {posixpath.basename(a)} {extension}"
        expected[f"parts {words}"] = f"{parts} {truth(bool(extension))} {stem}.x"
    compare(program, expected)


def test_a_tree_of_files_agrees_with_the_system(program: Path, tmp_path: Path) -> None:
    generator = random.Random(fresh.seed(27))
    root = tmp_path / "tree"
    folders = [root]
    root.mkdir()
    for index in range(30):
        path = generator.choice(folders) / f"{generator.choice('abé')}{index}"
        kind = generator.randrange(4)
        if kind == 0:
            path.symlink_to("nowhere")
            continue
        if kind == 1:
            path.mkdir()
            folders.append(path)
        else:
            path.write_bytes(bytes(generator.randrange(5000)))
            path.chmod(generator.choice((0o600, 0o755, 0o4711)))
        os.utime(path, ns=(0, generator.randrange(10**18)))
    shown = ""
    for path in sorted(root.rglob("*"), key=lambda each: [part.encode() for part in each.parts]):
        status = path.lstat()
        mode = stat.S_IMODE(status.st_mode)
        made = f"folder {mode}" if path.is_dir() else f"file {status.st_size} {mode}"
        shown += f"{digits(str(path))} {'link' if path.is_symlink() else made} {status.st_mtime_ns},"
    compare(program, {f"tree {digits(str(root))}": shown})
