"""Compares `Core.Text.Regex` with Python's `re` on generated patterns, and holds it to linear time.

The patterns are those that both read in the same way. An ordinary run generates 800; `BESKID_EXAMPLES=N` sets 10 times
N. Python's own search is repeated from each match on, because the two differ in where they look after an empty one.
"""

from __future__ import annotations

import os
import random
import re
import resource
import unicodedata
from pathlib import Path

import pytest
from tests import limits
from tests.corelib.building import PROGRAMS, built, require_same_under_stress

PATTERNS = int(os.environ.get("BESKID_EXAMPLES", "80")) * 10
LETTERS = "abcé"
ATOMS = ("a", "b", "c", "é", ".", "[ab]", "[^a]", "[b-é]", r"\w", r"\d", r"\s", r"\W", "😀", r"\.", "(?i:AB)")
PLACES = ("^", "$", r"\b", r"\B", r"\A")
REPEATS = ("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "regex.bd", tmp_path_factory.mktemp("regex"))


def answers(program: Path, pairs: list[tuple[str, str]], seconds: float = 120) -> list[str]:
    lines = "".join(f"{pattern.encode().hex()}\n{text.encode().hex()}\n" for pattern, text in pairs)
    done = limits.run([program], input=lines, capture_output=True, text=True, check=True, timeout=seconds)
    return done.stdout.splitlines()


def generated(generator: random.Random, depth: int) -> str:
    """Return a pattern. What is repeated is never empty: there engines differ."""
    kind = generator.randint(0, 9 if depth > 0 else 3)
    if kind <= 3:
        return generator.choice(ATOMS)
    if kind <= 5:
        return "".join(generated(generator, depth - 1) for _ in range(generator.randint(2, 3)))
    if kind == 6:
        return f"(?:{generated(generator, depth - 1)}|{generated(generator, depth - 1)})"
    if kind == 7:
        return f"({generated(generator, depth - 1)})"
    if kind == 8:
        return generator.choice(PLACES) + generated(generator, depth - 1)
    part = generated(generator, depth - 1)
    if re.match(part, "", re.ASCII) or can_be_empty(part):
        return part
    return f"(?:{part}){generator.choice(REPEATS)}"


def can_be_empty(part: str) -> bool:
    """Whether the pattern matches nothing somewhere in a text that has every place."""
    text = "a é\nb"
    return any(found.start() == found.end() for found in re.finditer(f"(?=({part}))", text, re.ASCII) if not found[1])


def expected(pattern: str, text: str) -> str:
    # `$` is the end of the text alone, and `\B` matches an empty text, which it does in Python from 3.14 on only.
    regex = re.compile(pattern.replace("$", r"\Z").replace(r"\B", r"(?:\B|\A\Z)"), re.ASCII)
    offsets = [len(text[:index].encode()) for index in range(len(text) + 1)]
    shown = ["true" if regex.search(text) else "false"]
    position = 0
    while position <= len(text) and (found := regex.search(text, position)):
        bounds = [found.span(group) for group in range(regex.groups + 1)]
        numbers = [offsets[value] if value >= 0 else -1 for pair in bounds for value in pair]
        shown.append(f"[{', '.join(map(str, numbers))}]")
        position = found.end() + (found.start() == found.end())
    return " ".join(shown)


def test_generated_patterns_agree_with_python(program: Path) -> None:
    generator = random.Random(31)
    pairs: list[tuple[str, str]] = []
    while len(pairs) < PATTERNS:
        pattern = generated(generator, 4)
        text = "".join(generator.choice("aabbcé .1\n😀AB") for _ in range(generator.randint(0, 14)))
        pairs.append((pattern, text))
    given = answers(program, pairs)
    wrong = [
        (pattern, text, line, expected(pattern, text))
        for (pattern, text), line in zip(pairs, given, strict=True)
        if line != expected(pattern, text)
    ]
    assert wrong == []
    questions = [f"{pattern.encode().hex()}\n{text.encode().hex()}\n" for pattern, text in pairs]
    require_same_under_stress([program], questions, given)


def test_categories(program: Path) -> None:
    """Characters of each general category of Unicode, and of others, that Python has assigned too."""
    generator = random.Random(43)
    characters: dict[str, list[str]] = {}
    for code in (*range(0x3000), *range(0xFB00, 0x10000), *range(0x10000, 0x11000), 0x2A700, 0xE0100, 0x10FFFD):
        characters.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
    names = [name for name in characters if name not in ("Cn", "Cs")]
    patterns = {rf"\p{{{name}}}": name for name in names} | {rf"\p{name[0]}": name[0] for name in names}
    patterns |= {rf"[^\P{{{name}}}]": name for name in names[:4]}
    chosen = [(name, generator.choice(characters[name])) for name in names for _ in range(3)]
    generator.shuffle(chosen)
    text = "\0".join(letter for _, letter in chosen) + "\0"
    for pattern, line in zip(patterns, answers(program, [(pattern, text) for pattern in patterns]), strict=True):
        found = [text.encode()[int(start) : int(end)].decode() for start, end in re.findall(r"\[(\d+), (\d+)\]", line)]
        wanted = [letter for name, letter in chosen if name.startswith(patterns[pattern]) and letter != "\0"]
        assert [each for each in found if each != "\0"] == wanted, pattern
    refused = [r"\p", r"\p{", r"\p{Lu", r"\p{Xx}", r"\pé", r"\p{}"]
    assert answers(program, [(pattern, "a") for pattern in refused]) == ["error"] * len(refused)


def test_both_refuse_the_same_patterns(program: Path) -> None:
    patterns = [
        "(",
        ")",
        "[",
        "[]",
        "[b-a]",
        "a**",
        "*",
        "a{2,1}",
        "(?<n>a)(?<n>b)",
        "\\",
        r"\q",
        "(?z)",
        "a|*",
        "(?:a",
        "()",
    ]
    given = answers(program, [(pattern, "a") for pattern in patterns])
    for pattern, line in zip(patterns, given, strict=True):
        try:
            re.compile(pattern.replace("(?<", "(?P<"))
        except re.error:
            assert line == "error", pattern
        else:
            assert line != "error", pattern


def adversarial(generator: random.Random) -> tuple[str, str]:
    """A pattern that takes exponential time in an engine that tries one way after the other, and a text for it."""
    inner = generator.choice(("a+", "a*", "a|aa", "a?a", "(?:a|b)*", "[ab]+", "a{1,3}"))
    pattern = inner
    for _ in range(generator.randint(1, 3)):
        pattern = f"(?:{pattern}){generator.choice('*+')}"
    return pattern + generator.choice(("c", "$c", "[^ab]", "")), "a" * 2000 + generator.choice(("", "b", "b" * 500))


def test_adversarial_patterns_take_linear_time(program: Path) -> None:
    generator = random.Random(7)
    pairs = [adversarial(generator) for _ in range(500)]
    start = seconds_of_children()
    assert len(answers(program, pairs)) == 500
    middle = seconds_of_children()
    assert len(answers(program, [(pattern, text * 4) for pattern, text in pairs[:125]])) == 125
    assert seconds_of_children() - middle < 10 * (middle - start) + 2


def seconds_of_children() -> float:
    """Return the processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
