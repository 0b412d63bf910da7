"""Random formats that fit a primitive type."""

from __future__ import annotations

from tests.property.choices import Choices
from tests.property.kinds import FLOATS, INTEGERS, NUMBERS, STRING, Primitive

ALIGNMENTS = ("<", ">", "^", "*<", "é^", "0>", " ^", "<<", '">')


def a_format(choices: Choices, kind: Primitive) -> str:
    """Nothing, or a colon and a format."""
    if not choices.one_in(3):
        return ""
    parts = [choices.pick(("", *ALIGNMENTS))]
    if kind in NUMBERS:
        parts += [choices.pick(("", "", "+")), choices.pick(("", "", "0"))]
    parts.append(choices.pick(("", "", "1", "7", "12")))
    base = choices.pick(("", "x", "X", "b", "o")) if kind in INTEGERS else ""
    if kind in NUMBERS and not base:
        parts.append(choices.pick(("", ",")))
    if kind in FLOATS or kind == STRING:
        parts.append(choices.pick(("", ".0", ".1", ".3", ".17")))
    if kind in FLOATS:
        base = choices.pick(("", "", "e"))
    return f":{''.join(parts)}{base}"
