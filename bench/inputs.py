"""Input files of the programs, generated from a seed: a text and a JSON document, the same bytes every time."""

from __future__ import annotations

import json
import random
from pathlib import Path

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"


def input_file(folder: Path, kind: str, size: int) -> Path:
    """Return the file of a kind (`text`, `json`) and approximate size in bytes; write it if it does not exist."""
    path = folder / f"{kind}-{size}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {"text": large_text, "json": large_document}[kind](size)
        path.write_text(made, encoding="utf-8")
    return path


def vocabulary_of(generator: random.Random) -> list[str]:
    return ["".join(generator.choices(LETTERS, k=generator.randint(2, 9))) for _ in range(20_000)]


def large_text(size: int) -> str:
    """Generate a text from 20,000 words, frequent ones first; sentences begin with a capital."""
    generator = random.Random(7)
    vocabulary = vocabulary_of(generator)
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    parts: list[str] = []
    length = 0
    while length < size:
        words = generator.choices(vocabulary, weights, k=2_000)
        words[0] = words[0].capitalize()
        line = " ".join(words) + "\n"
        parts.append(line)
        length += len(line)
    return "".join(parts)


def large_document(size: int) -> str:
    """Generate an array of orders: nested members, strings with escapes and non-ASCII letters, integers and floats."""
    generator = random.Random(11)
    vocabulary = vocabulary_of(generator)
    parts: list[str] = []
    length = 0
    while length < size:
        part = json.dumps(order(generator, vocabulary, len(parts)), ensure_ascii=generator.random() < 0.5)
        parts.append(part)
        length += len(part) + 2
    return "[" + ",\n".join(parts) + "]\n"


def order(generator: random.Random, vocabulary: list[str], number: int) -> dict[str, object]:
    return {
        "id": number,
        "customer": {
            "name": " ".join(generator.choices(vocabulary, k=2)).title(),
            "city": generator.choice(("Kraków", "Zürich", "Łódź", "Oslo", "São Paulo", "Nice")),
            "active": generator.random() < 0.8,
            "note": None if generator.random() < 0.5 else 'said "soon"\nand left',
        },
        "items": [
            {
                "article": generator.choice(vocabulary),
                "count": generator.randint(1, 20),
                "price": round(generator.uniform(1, 500), 2),
            }
            for _ in range(generator.randint(1, 6))
        ],
        "weight": generator.uniform(0, 100),
        "tags": generator.choices(vocabulary, k=generator.randint(0, 4)),
    }
