"""Diagnostics as text for people: the long form with snippets and the one-line form.

Takes diagnostics in any order, returns a string that ends with a line end (or is empty). Colour is a parameter: nothing
here depends on a terminal or the environment.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from beskid.base.node import value
from beskid.base.spelling import counted
from beskid.source.diagnostics import Diagnostic, Severity, by_place
from beskid.source.text import SourceText, Span

_TAB: Final = "    "
_MAX_COLUMNS: Final = 160
_CONTEXT_COLUMNS: Final = 60


@value
class _Palette:
    """Escape sequences, all empty without colour."""

    error: str = ""
    warning: str = ""
    bold: str = ""
    frame: str = ""
    secondary: str = ""
    help: str = ""
    reset: str = ""


_PLAIN: Final = _Palette()
_COLOUR: Final = _Palette("\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[1;34m", "\x1b[1;34m", "\x1b[1;36m", "\x1b[0m")


def arrange(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics in the order of `by_place`, each code once at each place."""
    ordered = sorted(diagnostics, key=by_place)
    seen: set[tuple[str, str, Span]] = set()
    kept: list[Diagnostic] = []
    for diagnostic in ordered:
        identity = (diagnostic.code, diagnostic.source.path, diagnostic.span)
        if identity not in seen:
            seen.add(identity)
            kept.append(diagnostic)
    return kept


def summary(diagnostics: list[Diagnostic]) -> str:
    """Return the counts: `2 errors, 1 warning`."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    return f"{counted(errors, 'error')}, {counted(len(diagnostics) - errors, 'warning')}"


def short(diagnostics: list[Diagnostic]) -> str:
    """Return `path:line:column: error[CODE]: message`, one per line."""
    return "".join(_printable(_short_line(diagnostic)) + "\n" for diagnostic in arrange(diagnostics))


def _short_line(diagnostic: Diagnostic) -> str:
    line, column = diagnostic.source.position(diagnostic.span.start)
    head = f"{diagnostic.severity.value}[{diagnostic.code}]"
    return f"{diagnostic.source.path}:{line}:{column}: {head}: {diagnostic.message}"


def human(diagnostics: list[Diagnostic], colour: bool = False) -> str:
    """Return the long form of every diagnostic, and the summary line."""
    if not diagnostics:
        return ""
    arranged = arrange(diagnostics)
    reports = [one(diagnostic, colour) for diagnostic in arranged]
    return "\n".join(reports) + "\n" + summary(arranged) + "\n"


def one(diagnostic: Diagnostic, colour: bool = False) -> str:
    """Return the long form of one diagnostic."""
    palette = _COLOUR if colour else _PLAIN
    tint = palette.error if diagnostic.severity is Severity.ERROR else palette.warning
    reset = palette.reset
    spans = [(diagnostic.source, diagnostic.span)] + [(label.source, label.span) for label in diagnostic.related]
    width = max(len(str(source.position(span.end)[0])) for source, span in spans)
    head = f"{tint}{diagnostic.severity.value}[{diagnostic.code}]{reset}"
    lines = [f"{head}{palette.bold}: {_printable(diagnostic.message)}{reset}"]
    frame = _Frame(width, palette)
    lines += frame.snippet("-->", diagnostic.source, diagnostic.span, "^", diagnostic.label, tint)
    for label in diagnostic.related:
        lines.append(frame.bar())
        lines += frame.snippet(":::", label.source, label.span, "-", label.text, palette.secondary)
    if diagnostic.help is not None:
        lines.append(frame.bar())
        lines.append(frame.note("help", diagnostic.help))
    return "\n".join(lines) + "\n"


class _Frame:
    """The gutter of one report."""

    __slots__ = ("_palette", "_width")

    def __init__(self, width: int, palette: _Palette) -> None:
        self._width = width
        self._palette = palette

    def bar(self) -> str:
        """Return an empty line of the gutter."""
        return f"{self._palette.frame}{' ' * (self._width + 2)}|{self._palette.reset}"

    def note(self, kind: str, text: str) -> str:
        """Return `= help: …`; further lines of the text are indented below the first."""
        palette = self._palette
        indent = " " * (self._width + 2)
        body = _printable(text).replace("\n", "\n" + indent + " " * (len(kind) + 4))
        return f"{indent}{palette.frame}={palette.reset} {palette.help}{kind}{palette.reset}: {body}"

    def snippet(self, arrow: str, source: SourceText, span: Span, mark: str, label: str, tint: str) -> list[str]:
        """Return the lines of a span: the arrow line, the source lines, the carets."""
        palette = self._palette
        first, column = source.position(span.start)
        last, last_column = source.position(max(span.start, span.end))
        if last > first and last_column == 1:
            # A span that ends after a line end covers nothing of the next line.
            last -= 1
            last_column = len(source.line(last)) + 1
        place = f"{_printable(source.path)}:{first}:{column}"
        lines = [f"{palette.frame}{' ' * (self._width + 1)}{arrow}{palette.reset} {place}", self.bar()]
        if first == last:
            return lines + self._marked(source, first, column, last_column, mark, label, tint)
        text = source.line(first)
        lines += self._marked(source, first, column, len(text) + 1, mark, "", tint)
        if last > first + 1:
            lines.append(f"{palette.frame}{' ' * (self._width - 1)}...{palette.reset}")
        text = source.line(last)
        indent = len(text) - len(text.lstrip()) + 1
        return lines + self._marked(source, last, min(indent, last_column), last_column, mark, label, tint)

    def _marked(
        self, source: SourceText, number: int, column: int, end: int, mark: str, label: str, tint: str
    ) -> list[str]:
        palette = self._palette
        before, marked, after = _cut(source.line(number), column - 1, end - 1)
        gutter = f"{palette.frame} {number:>{self._width}} |{palette.reset}"
        code = before + marked + after
        carets = mark * max(1, _columns(marked))
        text = f" {_printable(label)}" if label else ""
        marks = f"{' ' * _columns(before)}{tint}{carets}{text}{palette.reset}"
        return [f"{gutter} {code}".rstrip(), f"{self.bar()} {marks}"]


def _cut(line: str, start: int, end: int) -> tuple[str, str, str]:
    # Of very long lines, only the neighbourhood of the span is shown.
    # Cutting first keeps a report cheap on a line of a megabyte; columns never shrink when they are made visible.
    before = _visible(line[max(0, start - _MAX_COLUMNS - 1) : start])
    marked = _visible(line[start : min(end, start + _MAX_COLUMNS + 1)])
    after = _visible(line[end : end + _MAX_COLUMNS + 1])
    if len(before) + len(marked) + len(after) <= _MAX_COLUMNS:
        return before, marked, after
    if len(before) > _CONTEXT_COLUMNS:
        before = "…" + before[-_CONTEXT_COLUMNS:]
    if len(marked) > _CONTEXT_COLUMNS:
        marked = marked[:_CONTEXT_COLUMNS] + "…"
    if len(after) > _CONTEXT_COLUMNS:
        after = after[:_CONTEXT_COLUMNS] + "…"
    return before, marked, after


def _visible(text: str) -> str:
    return _printable(text.replace("\t", _TAB))


def _printable(text: str) -> str:
    # Control characters would affect the terminal, and unpaired surrogates cannot be encoded.
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character == "\n" or _is_harmless(character) else "\ufffd" for character in text)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
