"""Markdown suites of diagnostics.

A suite is a Markdown file whose headings name the cases and whose ```` ```beskid ```` blocks are programs. A line on
which the primary span of a diagnostic starts ends with a comment that lists the codes, each optionally followed by part
of its message:

    let x = y;  // error: [E1101] "unknown value", [E1206]
    i32 n = m;  // warning: [W1203]

`check_block` compares the number of occurrences of each code on each line, and every quoted part; with `bless` it
rewrites the comments. A quoted part that no message contains any more becomes the complete message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from beskid.source.diagnostics import Diagnostic, Severity

Check = Callable[[str], list[Diagnostic]]

_EXPECTATION = re.compile(r"[ \t]*// (?:error|warning): (?P<codes>\[[^\n]*)$", re.MULTILINE)
_CODE = re.compile(r"\[(?P<code>\w+)\](?: \"(?P<text>[^\"]*)\")?")


@dataclass(frozen=True)
class Block:
    """One program of a suite: its heading, its text, and the line number of its first line in the file."""

    title: str
    text: str
    line: int


def blocks(path: Path) -> list[Block]:
    """Return the programs of a suite."""
    found: list[Block] = []
    title = path.stem
    current: list[str] | None = None
    start = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if current is None:
            if line.startswith("#"):
                title = line.lstrip("#").strip()
            elif line.strip() == "```beskid":
                current, start = [], number + 1
        elif line.strip() == "```":
            found.append(Block(title, "\n".join(current) + "\n", start))
            current = None
        else:
            current.append(line)
    return found


def suite_cases(folder: Path) -> list[tuple[str, Path, Block]]:
    """Return (identifier, file, program) for every program of every suite in a folder."""
    return [
        (f"{path.stem}:{block.line} {block.title}", path, block)
        for path in sorted(folder.glob("*.md"))
        for block in blocks(path)
    ]


def expected(text: str) -> list[tuple[int, str, str]]:
    """Return (line, code, part of the message) for each comment that expects a diagnostic."""
    result: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        comment = _EXPECTATION.search(line)
        if comment is not None:
            result += [(number, each["code"], each["text"] or "") for each in _CODE.finditer(comment["codes"])]
    return result


def actual(diagnostics: list[Diagnostic]) -> list[tuple[int, str, str]]:
    """Return (line, code, message) of each diagnostic."""
    return [(each.source.position(each.span.start)[0], each.code, each.message) for each in diagnostics]


def check_block(path: Path, block: Block, check: Check, bless: bool = False) -> None:
    """Fail unless the program has exactly the diagnostics that its comments expect."""
    diagnostics = check(block.text)
    if bless:
        _bless(path, block, diagnostics)
        return
    wanted = expected(block.text)
    found = actual(diagnostics)
    if _places(wanted) != _places(found):
        raise AssertionError(f"{path.name}:{block.line} {block.title}\n{_difference(block, wanted, found)}")
    for line, code, text in wanted:
        if not any(line == there and code == other and text in message for there, other, message in found):
            place = f"{path.name}:{block.line + line - 1}"
            raise AssertionError(f"{place}: no message of {code} contains {text!r}: {found}")


def _places(diagnostics: list[tuple[int, str, str]]) -> Counter[tuple[int, str]]:
    return Counter((line, code) for line, code, _ in diagnostics)


def _difference(block: Block, wanted: list[tuple[int, str, str]], found: list[tuple[int, str, str]]) -> str:
    missing = _places(wanted) - _places(found)
    extra = _places(found) - _places(wanted)
    lines = [f"  line {block.line + line - 1}: missing {code}" for line, code in sorted(missing.elements())]
    lines += [
        f"  line {block.line + line - 1}: {extra[line, code]} unexpected {code}: {message}"
        for line, code, message in found
        if extra[line, code]
    ]
    return "\n".join(lines)


def _bless(path: Path, block: Block, diagnostics: list[Diagnostic]) -> None:
    by_line: dict[int, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        line = diagnostic.source.position(diagnostic.span.start)[0]
        by_line.setdefault(line, []).append(diagnostic)
    texts = [(line, code, text) for line, code, text in expected(block.text) if text]
    lines = path.read_text(encoding="utf-8").split("\n")
    for number in range(1, block.text.count("\n") + 1):
        index = block.line + number - 2
        found = sorted(by_line.get(number, []), key=lambda each: (each.code, each.span.start))
        lines[index] = _EXPECTATION.sub("", lines[index]) + _comment(number, found, texts)
    path.write_text("\n".join(lines), encoding="utf-8")


def _comment(number: int, found: list[Diagnostic], texts: list[tuple[int, str, str]]) -> str:
    if not found:
        return ""
    quotes = [_take(texts, number, each.code, each.message) for each in found]
    codes: list[str] = []
    for each, quote in zip(found, quotes, strict=True):
        if quote is None and _take(texts, number, each.code) is not None:
            # The message changed. A quoted part ends at a double quote, which it cannot contain.
            quote = each.message.partition('"')[0]
        codes.append(f'[{each.code}] "{quote}"' if quote else f"[{each.code}]")
    severity = "error" if any(each.severity is Severity.ERROR for each in found) else "warning"
    return f"  // {severity}: {', '.join(codes)}"


def _take(texts: list[tuple[int, str, str]], number: int, code: str, message: str | None = None) -> str | None:
    """Remove and return the first quoted part for a code on a line; with `message`, one that the message contains."""
    for known in texts:
        if known[:2] == (number, code) and (message is None or known[2] in message):
            texts.remove(known)
            return known[2]
    return None
