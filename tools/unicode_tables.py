"""Writes the tables of `Core.Text` from Debian's `unicode-data`: `python -m tools.unicode_tables`.

A table is a string constant of digits in base 90, the characters from `%` to `~`, because the library reads a byte of a
constant string without a copy, and one that no program reads is not linked. There are two kinds:

- A *trie* maps a code point below `LOW_END` to a digit: the index has two digits for each 32 code points, the number of
  their block. Higher code points are in a list of ranges: start and end of four digits, and the value.
- *Records* of equal length are sorted by their first code point (or two), which has three digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

DATA = Path("/usr/share/unicode")
TABLES = Path(__file__).resolve().parents[1] / "corelib" / "src" / "Core" / "Text" / "Unicode"
VERSION = "15.0.0"

BASE = 90
FIRST = ord("%")
BLOCK = 32
LOW_END = 0x20000
CODE_POINTS = 0x110000
LINE = 88
"""Digits in a line of the source."""

CATEGORY_NAMES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn"
CATEGORIES = CATEGORY_NAMES.split()
"""In the order of the variants of `UnicodeCategory`."""

BREAK_NAMES = "Other CR LF Control Extend ZWJ Regional_Indicator Prepend SpacingMark L V T LV LVT Extended_Pictographic"
BREAKS = BREAK_NAMES.split()
"""In the order of the constants of `Core.Text.Graphemes`."""

CASED, IGNORABLE = 1, 2

Codes = tuple[int, ...]


def digits(number: int, count: int) -> str:
    """Return a number as so many digits, the highest first."""
    text = ""
    for _ in range(count):
        number, digit = divmod(number, BASE)
        text = chr(FIRST + digit) + text
    if number:
        raise ValueError("a number does not fit into its digits")
    return text


def rows(name: str) -> Iterator[list[str]]:
    """Yield the fields of the lines of a data file."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line:
            yield [field.strip() for field in line.split(";")]


def version() -> str:
    """Return the version of the installed data."""
    first = (DATA / "CaseFolding.txt").read_text(encoding="utf-8").partition("\n")[0]
    found = re.search(r"-([0-9.]+)\.txt", first)
    assert found is not None, first
    return found[1]


def span(field: str) -> range:
    start, _, end = field.partition("..")
    return range(int(start, 16), int(end or start, 16) + 1)


def codes(field: str) -> Codes:
    return tuple(int(part, 16) for part in field.split())


def property_of(name: str, wanted: str) -> set[int]:
    """Return the code points that a file lists with a property."""
    return {code for fields in rows(name) if fields[1] == wanted for code in span(fields[0])}


def constant(name: str, text: str, meaning: str) -> str:
    """Return the source of a table."""
    parts = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    quoted = ['"' + part.replace("\\", "\\\\") + '"' for part in parts]
    return (
        f"/// {meaning}\npub const string {name} = {chr(10).join([quoted[0], *[f'    + {q}' for q in quoted[1:]]])};\n"
    )


def trie(name: str, values: list[int], default: int, meaning: str) -> str:
    """Return the tables that map every code point to a value below 90."""
    blocks: dict[tuple[int, ...], int] = {}
    index = ""
    for start in range(0, LOW_END, BLOCK):
        block = tuple(values[start : start + BLOCK])
        index += digits(blocks.setdefault(block, len(blocks)), 2)
    ranges = ""
    start = LOW_END
    for code in range(LOW_END, CODE_POINTS + 1):
        if code == CODE_POINTS or values[code] != values[start]:
            if values[start] != default:
                ranges += digits(start, 4) + digits(code - 1, 4) + digits(values[start], 1)
            start = code
    flat = "".join(digits(value, 1) for block in blocks for value in block)
    return "\n".join(
        (
            constant(f"{name}Index", index, f"{meaning}: the number of the block of each 32 code points."),
            constant(f"{name}Blocks", flat, f"{meaning}: the blocks."),
            constant(f"{name}High", ranges or digits(0, 9), f"{meaning}: ranges above U+1FFFF."),
        )
    )


def records(name: str, pairs: Iterable[tuple[Codes, Codes]], length: int, meaning: str) -> str:
    """Return sorted records: the code points of the key, and so many code points, of three digits each."""
    text = ""
    for key, value in sorted(pairs):
        padded = value + (0,) * (length - len(value))
        text += "".join(digits(code, 3) for code in key + padded)
    return constant(name, text, meaning)


class Characters:
    """The fields of `UnicodeData.txt` that the tables need, by code point."""

    def __init__(self) -> None:
        self.category = [CATEGORIES.index("Cn")] * CODE_POINTS
        self.combining = [0] * CODE_POINTS
        self.decomposition: dict[int, Codes] = {}
        self.upper: dict[int, int] = {}
        self.lower: dict[int, int] = {}
        self.title: dict[int, int] = {}
        first = 0
        for fields in rows("UnicodeData.txt"):
            code = int(fields[0], 16)
            if fields[1].endswith("First>"):
                first = code
                continue
            everywhere = range(first, code + 1) if fields[1].endswith("Last>") else range(code, code + 1)
            for each in everywhere:
                self.category[each] = CATEGORIES.index(fields[2])
                self.combining[each] = int(fields[3])
            if fields[5] and not fields[5].startswith("<"):
                self.decomposition[code] = codes(fields[5])
            for mapping, field in ((self.upper, fields[12]), (self.lower, fields[13]), (self.title, fields[14])):
                if field:
                    mapping[code] = int(field, 16)


def category_tables(characters: Characters) -> str:
    return trie("Category", characters.category, CATEGORIES.index("Cn"), "General categories")


def grapheme_tables(characters: Characters) -> str:
    values = [0] * CODE_POINTS
    for fields in rows("auxiliary/GraphemeBreakProperty.txt"):
        for code in span(fields[0]):
            values[code] = BREAKS.index(fields[1])
    for code in property_of("emoji/emoji-data.txt", "Extended_Pictographic"):
        assert values[code] == 0, hex(code)
        values[code] = BREAKS.index("Extended_Pictographic")
    return trie("Break", values, 0, "Where clusters break")


def normalization_tables(characters: Characters) -> str:
    classes = sorted(set(characters.combining))
    numbers = [classes.index(value) for value in characters.combining]
    excluded = property_of("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")
    decompositions = characters.decomposition
    pairs = {code: value for code, value in decompositions.items() if len(value) == 2 and code not in excluded}
    return "\n".join(
        (
            trie("Combining", numbers, 0, "Combining classes, in ascending order of their numbers"),
            records(
                "Decompositions",
                (((code,), value) for code, value in decompositions.items()),
                2,
                "Canonical decompositions: a character, and the one or two that it consists of.",
            ),
            records(
                "Compositions",
                ((value, (code,)) for code, value in pairs.items()),
                1,
                "Canonical compositions: two characters, and the one that they make.",
            ),
        )
    )


def mapped(code: int, special: dict[int, Codes], simple: dict[int, int]) -> Codes:
    """Return the full mapping of a character."""
    return special.get(code, (simple.get(code, code),))


def casing_tables(characters: Characters) -> str:
    full: dict[str, dict[int, Codes]] = {"upper": {}, "lower": {}, "title": {}, "fold": {}}
    for code, lower, title, upper, *condition in rows("SpecialCasing.txt"):
        if not [each for each in condition if each]:
            for name, field in (("upper", upper), ("lower", lower), ("title", title)):
                if codes(field) != (int(code, 16),):
                    full[name][int(code, 16)] = codes(field)
    folded = {
        int(code, 16): codes(value) for code, status, value, *_ in rows("CaseFolding.txt") if status in ("C", "F")
    }
    everywhere = set(characters.upper) | set(characters.lower) | set(characters.title) | set(folded)
    everywhere |= {code for mapping in full.values() for code in mapping}
    titles = {code: mapped(code, full["title"], characters.title) for code in everywhere}
    flags = [0] * CODE_POINTS
    for wanted, flag in (("Cased", CASED), ("Case_Ignorable", IGNORABLE)):
        for each in property_of("DerivedCoreProperties.txt", wanted):
            flags[each] |= flag
    by_one = "a character, and the one that it becomes."
    by_three = "a character, and up to three."
    return "\n".join(
        (
            trie("Case", flags, 0, "1 for cased characters, 2 for those that case ignores, 3 for both"),
            records("UpperTable", (((k,), (v,)) for k, v in characters.upper.items()), 1, f"Upper case: {by_one}"),
            records("LowerTable", (((k,), (v,)) for k, v in characters.lower.items()), 1, f"Lower case: {by_one}"),
            records("SpecialUpper", (((k,), v) for k, v in full["upper"].items()), 3, f"Upper case: {by_three}"),
            records("SpecialLower", (((k,), v) for k, v in full["lower"].items()), 3, f"Lower case: {by_three}"),
            records(
                "TitleTable",
                (
                    ((code,), value)
                    for code, value in titles.items()
                    if value != mapped(code, full["upper"], characters.upper)
                ),
                3,
                f"Title case where it is not upper case: {by_three}",
            ),
            records(
                "FoldTable",
                (
                    ((code,), folded.get(code, (code,)))
                    for code in everywhere
                    if folded.get(code, (code,)) != mapped(code, full["lower"], characters.lower)
                ),
                3,
                f"Case folding where it is not lower case: {by_three}",
            ),
        )
    )


FILES: dict[str, tuple[str, Callable[[Characters], str]]] = {
    "CategoryTable": ("general categories", category_tables),
    "CasingTable": ("upper case, lower case, title case and case folding", casing_tables),
    "GraphemeTable": ("grapheme clusters", grapheme_tables),
    "NormalizationTable": ("the normalization forms NFC and NFD", normalization_tables),
}


def texts() -> dict[Path, str]:
    """Return the text of each generated file."""
    if version() != VERSION:
        raise SystemExit(f"{DATA} has version {version()} of Unicode, and the tables {VERSION}")
    characters = Characters()
    made = {}
    for name, (subject, write) in FILES.items():
        head = (
            f"// Generated by tools/unicode_tables.py from the Unicode Character Database {VERSION}.\n"
            f"/// Internal: tables of {subject}, which `Core.Text.Unicode.Tables` reads.\n\n"
        )
        made[TABLES / f"{name}.bd"] = head + write(characters)
    return made


def main() -> None:
    TABLES.mkdir(parents=True, exist_ok=True)
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
