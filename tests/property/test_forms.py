"""The random programs contain every form of the language that two engines could treat differently."""

from __future__ import annotations

import re

import pytest
from tests.property.choices import SeededSource
from tests.property.programs import program

PROGRAMS = 60

FORMS = {
    "a generic function over numbers": r"\b(total|blend)(<\w+>)?\(",
    "derived equality": r"type S\d+ : (Comparable, )?Equatable",
    "a derived order": r"type S\d+ : Comparable",
    "a printed form of its own": r"type S\d+ : [\w, ]*Display",
    "a printed form behind a contract": r"type S\d+ : C\d+, Display",
    "equality of containers": r"\b(List|Set|Map)\.[^;]* [!=]= ",
    "a variant of a unit payload": r"=> Result::Ok\(\)|\bResult(<unit, string>)?::Ok\(\)",
    "a pattern of a unit payload": r"Result(<unit, string>)?::Ok\(\) =>",
    "a panic as a statement": r"\{ Panic\(.*\); \}",
    "a panic as a value": r"(=>|else \{) Panic\(",
    "a format": r"\$\{[^{}]*:[<>^+0,.xXbo0-9*]+[^{}:]*\}",
    "a format of a value that is not a scalar": r":(-<30|>12|\^40)\}",
    "a block with a value": r"= \(\{ ",
    "an if with a value": r"= \(if ",
    "alternatives in a pattern": r"\w \| \w[\w:()., ]* =>",
    "a range pattern": r"\.\.=",
    "an assignment to an item": r"\b\w+\[[^\]]*\] [-+*]?= ",
    "two indexes": r"\w\[[^\]]*, [^\]]*\] [-+*]?= ",
    "a byte compared with a character": r"\[0\] (==|!=|<) '",
    "a loop with a position": r"\bfor \w+, \w+ in ",
    "a range from zero": r"\brange\(\d_\w+\)",
    "a field without a value": r"\w \{ f\d+[,} ]",
    "a propagated error": r"\?;",
    "an event": r"\.Told\d+ \+= ",
    "return as a value": r"else \{ return ",
    "break as a value": r"else \{ (break|continue) \}",
    "a reference argument": r"\(ref \w|, ref \w",
    "an out argument": r"\(out \w|, out \w",
    "a closure with a block": r"\) => \{",
    "a constant": r"\bconst \w+ K\d+",
}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [program(SeededSource(number)) for number in range(PROGRAMS)]


@pytest.mark.parametrize("form", FORMS)
def test_programs_have_the_form(form: str, texts: list[str]) -> None:
    assert any(re.search(FORMS[form], text.partition("type Pair<A, B>")[2]) for text in texts)
