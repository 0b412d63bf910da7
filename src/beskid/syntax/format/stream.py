"""The tokens of a file as documents, taken in order together with the comments around them.

The formatters walk the tree and take its tokens in order, so that nothing is lost or moved. A comment belongs to the
token before it if it is the last text on that token's line, and to the token after it otherwise. A formatter may add or
omit only the tokens that the style prescribes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from beskid.syntax.format.document import (
    HARD_LINE,
    LINE,
    NOTHING,
    SOFT_LINE,
    SPACE,
    Comment,
    Document,
    concat,
    group,
    if_broken,
    indent,
    line,
    text,
)
from beskid.syntax.tokens import CLOSERS, END, IDENTIFIER, OPENERS, RESERVED_WORDS, Tokens
from beskid.syntax.tokens import Comment as SourceComment

Element = TypeVar("Element")

_SPACED: Final = frozenset({"=>", ":", "+", "|"})
_WORDS: Final = RESERVED_WORDS | {IDENTIFIER}
_BEFORE_NAME: Final = _WORDS | {">", "]", ")"}
_FOLLOWS_CLOSELY: Final = frozenset({*CLOSERS, ",", ";", ">", END})


class TokenStream:
    """The position in the tokens, their comments, and the layouts that all constructs share."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source.text
        self.kinds = tokens.kinds
        self.position = 0
        self._next_key = 0
        self._leading: dict[int, Document] = {}
        self._trailing: dict[int, Document] = {}
        self._blank: set[int] = set()
        self._inserted: dict[int, Document] = {}
        self._places = [comment.before for comment in tokens.comments]
        self._read_comments()

    # Comments -------------------------------------------------------------------------------------------------

    def _read_comments(self) -> None:
        groups: dict[int, list[SourceComment]] = {}
        for comment in self.tokens.comments:
            groups.setdefault(comment.before, []).append(comment)
        for index, comments in groups.items():
            self._divide(index, comments)

    def _divide(self, index: int, comments: list[SourceComment]) -> None:
        # gaps[i] counts the line ends before comment i; the last one those before the token.
        tokens = self.tokens
        places = [tokens.ends[index - 1] if index else 0]
        gaps: list[int] = []
        for comment in comments:
            gaps.append(self.source.count("\n", places[-1], comment.span.start))
            places.append(comment.span.end)
        gaps.append(self.source.count("\n", places[-1], tokens.starts[index]))
        count = 0
        if index:
            while count < len(comments) and not gaps[count]:
                count += 1
            inline = count == len(comments) and not gaps[count] and not any("\n" in each.text for each in comments)
            if inline and self.kinds[index] not in _FOLLOWS_CLOSELY:
                count = 0
        made = [self._comment(index, comments, gaps, place, place < count) for place in range(len(comments))]
        if count:
            self._trailing[index - 1] = concat(made[:count])
        if count < len(made):
            self._leading[index] = concat(made[count:])
        if gaps[count] > 1:
            self._blank.add(index)

    def _comment(
        self, index: int, comments: list[SourceComment], gaps: list[int], place: int, is_trailing: bool
    ) -> Comment:
        last = place + 1 == len(comments)
        own_line = not is_trailing and (gaps[place] > 0 or (place == 0 and index == 0))
        ends_line = gaps[place + 1] > 0 or "\n" in comments[place].text or (last and self.kinds[index] == END)
        opens = place == 0 and is_trailing and self.kinds[index - 1] in OPENERS and not comments[0].is_doc
        closes = last and self.kinds[index] in _FOLLOWS_CLOSELY
        blank = gaps[place + 1] > 1 and not closes and not opens and not (is_trailing and last)
        leads = not is_trailing and not ends_line
        hard = own_line or (ends_line and not is_trailing)
        return Comment(comments[place].text, own_line, ends_line, blank, leads, hard, ends_line)

    def lead(self) -> Document:
        """Return the comments before the current token, unless they were returned already."""
        return self._leading.pop(self.position, NOTHING)

    def has_comments(self, first: int, last: int) -> bool:
        """Return whether a comment precedes one of these tokens."""
        place = bisect_left(self._places, first)
        return place < len(self._places) and self._places[place] <= last

    def blank(self) -> bool:
        """Return whether an empty line precedes the current token and its comments."""
        index = self.position
        if not index or self.has_comments(index, index):
            return index in self._blank
        tokens = self.tokens
        return self.source.count("\n", tokens.ends[index - 1], tokens.starts[index]) > 1

    # Tokens ---------------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """Return the kind of the current token."""
        return self.kinds[self.position]

    def new_key(self) -> int:
        """Return a new key for a group."""
        self._next_key += 1
        return self._next_key

    def insert_after(self, index: int, document: Document) -> None:
        """Insert a document directly after a token, before the comments that follow it."""
        before = self._inserted.get(index)
        self._inserted[index] = document if before is None else concat([before, document])

    def take(self) -> Document:
        """Take the current token with its comments."""
        index = self.position
        return self.take_as(index, text(self.tokens.text(index)))

    def take_as(self, last: int, document: Document) -> Document:
        """Take the tokens up to and including `last`, printed as `document`."""
        lead = self.lead()
        self.position = last + 1
        return concat([lead, document, self._inserted.pop(last, NOTHING), self._trailing.pop(last, NOTHING)])

    def drop(self) -> Document:
        """Drop the current token but keep its comments."""
        return self.take_as(self.position, NOTHING)

    def take_to(self, end: int) -> list[Document]:
        """Take the tokens that end at or before an offset, without spaces between them."""
        found: list[Document] = []
        ends = self.tokens.ends
        while self.kind != END and ends[self.position] <= end:
            found.append(self.take())
        return found

    def inline(self, end: int) -> Document:
        """Take paths, types, patterns and names up to an offset on one line."""
        parts: list[Document] = []
        ends = self.tokens.ends
        before = ""
        while self.kind != END and ends[self.position] <= end:
            kind = self.kind
            if kind == "," and self.kinds[self.position + 1] == ")":
                parts.append(self.drop())
                continue
            if before and _is_spaced(before, kind):
                parts.append(SPACE)
            parts.append(self.take())
            before = kind
        return concat(parts)

    # Lists ----------------------------------------------------------------------------------------------------

    def breaks_after(self, opener: int) -> bool:
        """Return whether the source has a line end after an opening bracket."""
        starts = self.tokens.starts
        return "\n" in self.source[self.tokens.ends[opener] : starts[opener + 1]]

    def on_one_line(self, opener: int) -> bool:
        """Return whether a bracket is closed on the line where it opens."""
        closer = self.tokens.partners[opener]
        return "\n" not in self.source[self.tokens.starts[opener] : self.tokens.ends[closer]]

    def bracketed(
        self,
        elements: Sequence[Element],
        make: Callable[[Element], Document],
        padded: bool = False,
        trailing: bool = False,
        broken: bool = False,
        key: int = 0,
    ) -> Document:
        """Lay out a list in brackets, on one line or with one element per line.

        `padded` puts spaces inside the brackets, `trailing` a comma after the last element of a broken list. `key` is
        the key of the group.
        """
        opener = self.position
        if not elements:
            return self.empty_brackets()
        last = self.tokens.partners[opener] - 1
        key = key or (self.new_key() if trailing else 0)
        if trailing and self.kinds[last] != ",":
            self.insert_after(last, if_broken(key, ","))
        edge = LINE if padded else SOFT_LINE
        parts: list[Document] = [edge]
        opening = self.take()
        for position, element in enumerate(elements):
            if position:
                parts.append(line(blank=self.blank()))
            parts += [self.lead(), make(element)]
            if self.kind != ",":
                continue
            if position + 1 < len(elements):
                parts.append(self.take())
            else:
                parts.append(self.take_as(self.position, if_broken(key, ",") if trailing else NOTHING))
        remaining = self.lead()
        if remaining is not NOTHING:
            parts += [line(blank=self.blank()), remaining]
        return group(concat([opening, indent(concat(parts)), edge, self.take()]), broken, key)

    def empty_brackets(self, inside: Document = NOTHING) -> Document:
        """Lay out brackets that contain nothing but comments."""
        opening = self.take()
        remaining = self.lead()
        if remaining is NOTHING:
            return concat([opening, inside, self.take()])
        return group(concat([opening, indent(concat([LINE, remaining])), LINE, self.take()]))

    def members(self, elements: Sequence[Element], make: Callable[[Element], Document], commas: bool) -> Document:
        """Lay out declarations in braces, one per line; `commas`: a comma follows each."""
        if not elements:
            return self.empty_brackets(SPACE)
        opener = self.position
        closer = self.tokens.partners[opener]
        if commas and self.kinds[closer - 1] != ",":
            self.insert_after(closer - 1, text(","))
        parts: list[Document] = [HARD_LINE]
        opening = self.take()
        for position, element in enumerate(elements):
            if position:
                parts.append(line(blank=self.blank(), hard=True))
            parts += [self.lead(), make(element)]
            if self.kind == ",":
                parts.append(self.take())
        return self.close_lines(opening, parts)

    def close_lines(self, opening: Document, parts: list[Document]) -> Document:
        """Lay out the end of a construct with one part per line: its last comments and its closing brace."""
        remaining = self.lead()
        if remaining is not NOTHING:
            parts += [line(blank=self.blank(), hard=True), remaining]
        return group(concat([opening, indent(concat(parts)), HARD_LINE, self.take()]))


def _is_spaced(before: str, kind: str) -> bool:
    """Return whether a space separates two tokens of a path, type, pattern or name."""
    return before == "," or before in _SPACED or kind in _SPACED or (kind in _WORDS and before in _BEFORE_NAME)
