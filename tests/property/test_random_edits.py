"""Random edits of valid programs: the front end never raises and never takes longer than a second.

An ordinary run tries 80 edits, the same every time. `BESKID_EDITS` sets another number, `BESKID_RANDOM=N` draws other
edits. What still compiles is lowered too.
"""

from __future__ import annotations

import os
import random
import re
import time
from pathlib import Path

import pytest
from tests import fresh

from beskid.analysis.program import Package
from beskid.driver.inputs.project import SINGLE_FILE_PACKAGE
from beskid.driver.inputs.sources import core_library
from beskid.driver.session import check_packages
from beskid.lower.program import LowerOptions, lower_program
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText

ROOT = Path(__file__).resolve().parents[2]
EDITS = int(os.environ.get("BESKID_EDITS", os.environ.get("BESKID_EXAMPLES", "80")))
if "BESKID_EXAMPLES" in os.environ and "BESKID_EDITS" not in os.environ:
    EDITS *= 5
PARTS = 4
LONGEST_SECONDS = 5.0
FOLDERS = ("tests/lang", "tests/regression", "examples", "corelib/src")
PROGRAMS = [
    text
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.bd"))
    if len(text := path.read_text(encoding="utf-8")) < 6000
]
NAME_OR_LITERAL = re.compile(r'[\w"]')
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|\w+|::|=>|[-+*/%&|^<>=!]+|\s+|.', re.DOTALL)
KEYWORDS = """
type enum contract attribute impl match event when if else while for in return break continue let mut mod use pub ref
out test meta skip const extend as true false this range spawn async i64 u8 f32 string unit never Option Result Some
None Ok Error
"""
MARKS = """
( ) { } [ ] < > , ; : . :: => = == === != + - * / % & | ^ << ? ! ~ && || += _ 0 1 -1 999999999999999999999 1.5 1e400
/* */ \\ $ @ # \0 é 😀 a b T T<T> x.y
"""
OTHERS = ('"text"', '"${', '"${x}"', "'", "'c'", "//", "///", "\n", "")
WORDS = [*KEYWORDS.split(), *MARKS.split(), *OTHERS]


def edited(chance: random.Random) -> str:
    """A program with a few edits, most of them in whole tokens."""
    tokens = TOKEN.findall(chance.choice(PROGRAMS))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        start = chance.randrange(len(tokens) + 1)
        end = min(len(tokens), start + chance.choice((0, 1, 1, 2, 5, 20)))
        piece = tokens[start:end]
        match chance.randrange(16):
            case 0:
                tokens[start:end] = []
            case 1:
                tokens[start:end] = [*piece, *piece]
            case 2:
                tokens[start:start] = [chance.choice(WORDS), " "]
            case 3:
                tokens[start:end] = [chance.choice(WORDS)]
            case 4:
                tokens[start:end] = [chance.choice(tokens)] if tokens else []
            case 5:
                other = TOKEN.findall(chance.choice(PROGRAMS))
                first = chance.randrange(len(other))
                tokens[start:end] = other[first : first + chance.choice((1, 3, 10, 60))]
            case 6:
                tokens[start:end] = list(reversed(piece))
            case 7 | 8 | 9 | 10 | 11:
                tokens = with_another_word(tokens, chance)
            case 12 | 13:
                lines = "".join(tokens).splitlines(keepends=True)
                line = lines.pop(chance.randrange(len(lines))) if lines else ""
                lines.insert(chance.randrange(len(lines) + 1), line * chance.randrange(3))
                tokens = TOKEN.findall("".join(lines))
            case _:
                text = "".join(tokens)
                place = chance.randrange(len(text) + 1)
                tokens = [text[:place], text[place + chance.choice((0, 1, 3)) :]]
    return "".join(tokens)


def with_another_word(tokens: list[str], chance: random.Random) -> list[str]:
    """One name or literal replaced by another one, so that the text often still parses."""
    places = [index for index, token in enumerate(tokens) if NAME_OR_LITERAL.match(token)]
    if not places:
        return tokens
    other = TOKEN.findall(chance.choice(PROGRAMS)) if chance.randrange(3) == 0 else tokens
    words = [token for token in other if NAME_OR_LITERAL.match(token)]
    changed = list(tokens)
    changed[chance.choice(places)] = chance.choice(words or tokens)
    return changed


def front_end(text: str) -> None:
    """Everything up to the IR."""
    diagnostics: list[Diagnostic] = []
    package = Package(SINGLE_FILE_PACKAGE, {(): lambda: SourceText("edited.bd", text)}, False)
    checked = check_packages((package, core_library(diagnostics)), (), None)
    if checked.typed is None or has_errors(list(checked.diagnostics)):
        return
    lower_program(checked.typed, LowerOptions(module_name="edited"), diagnostics)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_edit_brings_the_front_end_down(part: int) -> None:
    chance = random.Random(fresh.seed(part))
    for _ in range(EDITS // PARTS):
        text = edited(chance)
        start = time.process_time()
        try:
            front_end(text)
        except BaseException as fault:
            fault.add_note(text)
            raise
        taken = time.process_time() - start
        assert taken < LONGEST_SECONDS, f"{taken:.2f} s for\n{text}"
