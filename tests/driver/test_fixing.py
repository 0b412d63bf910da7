"""Fixes repair what they promise: programs of the corpus with a small loss are mended, and nothing gets worse."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from beskid.driver.session import check_text
from beskid.source.diagnostics import Diagnostic
from beskid.source.fixes import apply_safe_fixes

LANGUAGE = Path(__file__).resolve().parents[1] / "lang"
PROGRAMS = [path for path in sorted(LANGUAGE.rglob("*.bd")) if not (path.parent.parent / "Project.proj").exists()][::9]
ROUNDS = 16
LOSSES = 6


def errors(text: str) -> list[Diagnostic]:
    return check_text("fixed.bd", text)


def codes(text: str) -> set[str]:
    return {each.code for each in errors(text)}


def mended(text: str) -> str:
    """The text after all rounds of safe fixes."""
    for _ in range(ROUNDS):
        texts = apply_safe_fixes(errors(text), ["fixed.bd"]).texts
        if not texts:
            return text
        (text,) = texts.values()
    raise AssertionError("the fixes do not come to an end")


def without_one(text: str, pattern: str, seed: int) -> str:
    """The text without one of the places that a pattern finds."""
    places = list(re.finditer(pattern, text, re.MULTILINE))
    if not places:
        return text
    place = random.Random(seed).choice(places)
    return text[: place.start()] + text[place.end() :]


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.relative_to(LANGUAGE).as_posix() for path in PROGRAMS])
def test_a_lost_semicolon_comes_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for seed in range(LOSSES):
        broken = without_one(text, r";(?=\n)", seed)
        assert codes(mended(broken)) <= codes(text)


@pytest.mark.parametrize("path", PROGRAMS, ids=[path.relative_to(LANGUAGE).as_posix() for path in PROGRAMS])
def test_a_lost_mut_comes_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for seed in range(LOSSES):
        broken = without_one(text, r"(?<=[\w\]>] )mut ", seed)
        assert codes(mended(broken)) <= codes(text)
