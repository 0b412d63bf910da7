"""Random patterns: rows that may fail, and sets of patterns that cover a type."""

from __future__ import annotations

from collections.abc import Callable

from tests.property.choices import Choices
from tests.property.kinds import BOOL, CHAR, INTEGERS, STRING, U8, UNIT, Enum, Kind, Primitive, written

Binding = tuple[str, Kind]
Pattern = tuple[str, tuple[Binding, ...]]

LITERALS = {
    STRING: ('""', '"a"', '"é"', '"two words"'),
    CHAR: ("'a'", "'é'", "'\\n'", "'0'"),
    BOOL: ("true", "false"),
}
NUMBERS = ("0", "1", "7", "100")
BYTES = (*NUMBERS, "'a'", "'\\n'", "'0'")
RANGES = {
    CHAR: ("'a'..='z'", "'0'..='9'", "'\\u{80}'..='\\u{FFFF}'"),
    **dict.fromkeys(INTEGERS, ("0..=9", "1..=1", "7..=100")),
}


class PatternMaker:
    """Makes patterns; `name` gives fresh names."""

    def __init__(self, choices: Choices, name: Callable[[str], str]) -> None:
        self.choices = choices
        self.name = name

    def catch_all(self, kind: Kind) -> Pattern:
        if self.choices.one_in(3):
            return "_", ()
        if kind == UNIT:
            return "_", ()
        name = self.name("p")
        return name, ((name, kind),)

    def some(self, kind: Kind, depth: int) -> Pattern:
        """Any pattern."""
        if depth <= 0 or self.choices.one_in(3):
            return self.catch_all(kind)
        if self.choices.one_in(4):
            found = [each for each in (self.some(kind, depth - 1) for _ in range(2)) if each[0] != "_" and not each[1]]
            if len(found) == 2:
                return f"{found[0][0]} | {found[1][0]}", ()
        if isinstance(kind, Enum):
            variant = self.choices.below(len(kind.variants))
            return self._variant(kind, variant, [self.some(each, depth - 1) for each in kind.payload(variant)])
        if isinstance(kind, Primitive):
            literals = BYTES if kind == U8 else NUMBERS if kind in INTEGERS else LITERALS.get(kind, ())
            if literals and self.choices.one_in(3) and kind in RANGES:
                return self.choices.pick(RANGES[kind]), ()
            if literals:
                return self.choices.pick(literals), ()
        return self.catch_all(kind)

    def covering(self, kind: Kind, depth: int) -> list[Pattern]:
        """Patterns that together match every value."""
        if depth > 0 and kind == BOOL and self.choices.one_in(2):
            return [("true", ()), ("false", ())] if self.choices.one_in(2) else [("false | true", ())]
        if depth > 0 and kind == U8 and self.choices.one_in(2):
            return self.choices.shuffled([("0..=9", ()), ("10..='z'", ()), ("123 | 124..=255", ())])
        if depth > 0 and isinstance(kind, Enum) and self.choices.one_in(6):
            return [self._either(kind)]
        if depth <= 0 or not isinstance(kind, Enum) or self.choices.one_in(4):
            return [self.catch_all(kind)]
        found: list[Pattern] = []
        for variant in range(len(kind.variants)):
            payload = kind.payload(variant)
            if not payload:
                found.append(self._variant(kind, variant, []))
                continue
            split = self.choices.below(len(payload))
            found += [
                self._variant(
                    kind,
                    variant,
                    [part if index == split else self.catch_all(each) for index, each in enumerate(payload)],
                )
                for part in self.covering(payload[split], depth - 1)
            ]
        return self.choices.shuffled(found)

    def _either(self, kind: Enum) -> Pattern:
        """All variants as alternatives, which bind a name if each has one payload of the same type first."""
        payloads = [kind.payload(variant) for variant in range(len(kind.variants))]
        first = payloads[0][0] if payloads[0] and payloads[0][0] != UNIT else None
        name = self.name("p")
        binds = first is not None and all(payload and payload[0] == first for payload in payloads)
        texts = []
        for variant, payload in enumerate(payloads):
            parts: list[Pattern] = [("_", ())] * len(payload)
            if binds:
                parts[0] = (name, ())
            texts.append(self._variant(kind, variant, parts)[0])
        return " | ".join(texts), ((name, first),) if binds and first is not None else ()

    def _variant(self, kind: Enum, variant: int, parts: list[Pattern]) -> Pattern:
        name = kind.variants[variant][0]
        prefix = written(kind) if kind.arguments and self.choices.one_in(4) else kind.name
        bindings = tuple(binding for _, inner in parts for binding in inner)
        if kind.payload(variant) == (UNIT,) and self.choices.one_in(2):
            parts = []
        if not parts:
            parentheses = "()" if kind.payload(variant) else self.choices.pick(("", "()"))
            return f"{prefix}::{name}{parentheses}", ()
        return f"{prefix}::{name}({', '.join(text for text, _ in parts)})", bindings
