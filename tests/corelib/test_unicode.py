"""Unicode's own tests of normalization and grapheme clusters, Python's `unicodedata`, and the generated tables.

Python may know another version of Unicode: only characters that both have assigned are compared.
"""

from __future__ import annotations

import bz2
import random
import unicodedata
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, built, require_same_under_stress
from tools import unicode_tables

DATA = unicode_tables.DATA
CODES = 0x110000
LETTERS = (
    "aA\u00e9\u00c9\u00df\u01c4\u01c5\u01c6\u0130\u0131\u03a3\u03c3\u03c2\u0391\u1fb3\u1f80\ufb01\u0149\U00010400 1-"
)
MARKS = "\u0301\u0323\u0345\u0308\u05b0"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the package unicode-data is not installed")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "unicode.bd", tmp_path_factory.mktemp("unicode"))


def lines_of(program: Path, *words: str, text: str = "") -> list[str]:
    done = limits.run([program, *words], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1]


def is_known(code: int) -> bool:
    """Whether the character is assigned in the version of Python."""
    return unicodedata.category(chr(code)) not in ("Cn", "Cs")


@needs_data
def test_the_tables_are_those_of_the_installed_data() -> None:
    if unicode_tables.version() != unicode_tables.VERSION:
        pytest.skip("another version of the package unicode-data is installed")
    for path, text in unicode_tables.texts().items():
        assert path.read_text(encoding="utf-8") == text, "run `python -m tools.unicode_tables`"


@needs_data
def test_normalization_by_the_test_of_unicode(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "NormalizationTest.txt"
    file.write_bytes(bz2.decompress((DATA / "NormalizationTest.txt.bz2").read_bytes()))
    *failed, count = lines_of(program, "normalization", str(file))
    assert failed == []
    assert int(count) > 19_000


@needs_data
def test_grapheme_clusters_by_the_test_of_unicode(program: Path) -> None:
    *failed, count = lines_of(program, "graphemes", str(DATA / "auxiliary" / "GraphemeBreakTest.txt"))
    assert failed == []
    assert int(count) > 600


def test_categories_agree_with_python(program: Path) -> None:
    done = limits.run([program, "categories"], capture_output=True, text=True, check=True)
    given = [done.stdout[place : place + 2] for place in range(0, 2 * CODES, 2)]
    wrong = [
        (hex(code), name, unicodedata.category(chr(code)))
        for code, name in enumerate(given)
        if is_known(code) and name != unicodedata.category(chr(code))
    ]
    # Python 3.11 has Unicode 14.0, since when two characters have changed.
    assert {code for code, _, _ in wrong} <= {"0x1734", "0x19b0"}


def test_cases_agree_with_python(program: Path) -> None:
    given = {}
    for line in lines_of(program, "cases"):
        number, *mapped = line.split(" ")
        given[int(number)] = tuple(mapped)
    for code in range(CODES):
        if not is_known(code):
            continue
        text = chr(code)
        expected = (text.upper(), text.lower(), text.title(), text.casefold())
        assert given.get(code, (text,) * 4) == expected, hex(code)


def titled(text: str) -> str:
    """Python begins a new word after what case ignores, which the library does not: such texts are not compared."""
    return text.title() if not set(text) & set(MARKS) else ""


def test_texts_agree_with_python(program: Path) -> None:
    generator = random.Random(fresh.seed(5))
    texts = []
    for _ in range(3000):
        letters = [generator.choice(LETTERS + MARKS * generator.randrange(2)) for _ in range(generator.randrange(9))]
        texts.append("".join(letters))
    texts.append("a" + "\u0301\u0323" * 3000)
    questions = [f"{text.encode().hex()}\n" for text in texts]
    lines = lines_of(program, "texts", text="".join(questions))
    require_same_under_stress([program, "texts"], questions, lines)
    for text, line in zip(texts, lines, strict=True):
        upper, lower, title, fold, composed, decomposed = (bytes.fromhex(part).decode() for part in line.split(" "))
        assert (upper, lower, fold) == (text.upper(), text.lower(), text.casefold()), ascii(text)
        assert title == (titled(text) or title), ascii(text)
        assert composed == unicodedata.normalize("NFC", text), ascii(text)
        assert decomposed == unicodedata.normalize("NFD", text), ascii(text)
