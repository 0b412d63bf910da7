"""Mutations of bytes and of words, for formats that each fuzzer names by its seeds."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

BOUNDARIES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 62, 1 << 63)
"""Numbers at which sizes and offsets overflow."""

_WORD = re.compile(rb"\w+|\s+|.", re.DOTALL)


def mutate_bytes(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Change one to eight places; `others` are inputs whose parts may be spliced in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        _mutate_once(changed, chance, others)
    return bytes(changed)


def _mutate_once(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    # Headers come first in all binary formats, so half of the changes are near the beginning.
    most = len(data) if chance.random() < 0.5 else min(len(data), 256)
    at = chance.randrange(most + 1)
    end = min(len(data), at + chance.choice((1, 1, 2, 4, 8, 64, 1024)))
    action = chance.randrange(8)
    if action == 0 and data:
        data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
    elif action == 1:
        data[at:end] = chance.randbytes(end - at)
    elif action == 2:
        del data[at:end]
    elif action == 3:
        data[at:at] = chance.randbytes(chance.choice((1, 2, 8, 64)))
    elif action == 4:
        del data[at:]
    elif action == 5:
        width = chance.choice((2, 4, 8))
        number = (chance.choice(BOUNDARIES) - chance.choice((0, 0, 1))) % (1 << 8 * width)
        data[at : at + width] = number.to_bytes(width, chance.choice(("little", "big")))
    elif action == 6 and others:
        other = chance.choice(others)
        start = chance.randrange(len(other) + 1)
        data[at:end] = other[start : start + chance.choice((4, 16, 256))]
    else:
        data[at:at] = data[at:end]


def mutate_words(text: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    """Delete, repeat, exchange, insert and nest whole words."""
    found: list[bytes] = _WORD.findall(text)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(len(found) + 1)
        end = min(len(found), at + chance.choice((0, 1, 1, 3, 10)))
        action = chance.randrange(6)
        if action == 0:
            del found[at:end]
        elif action == 1:
            found[at:at] = found[at:end]
        elif action == 2:
            found[at:end] = [chance.choice(words)]
        elif action == 3:
            found.insert(at, chance.choice(words))
        elif action == 4:
            found.insert(at, chance.choice(words) * chance.choice((2, 100, 3000)))
        elif found:
            found.insert(at, chance.choice(found))
    return b"".join(found)
