"""What a person waits for: starting, running, checking and building small programs, and one larger text."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

from bench.measure import Contestant, interleave
from bench.peers import BESKID

ROOT = Path(__file__).resolve().parent.parent
HELLO = ROOT / "examples" / "hello.bd"
WORDS = ROOT / "examples" / "word_frequencies.bd"
TEXT_BYTES = 10_000_000
CHECK_LINES = 5_000


class Row:
    """One line of the table: what, how long (or how large), and the goal."""

    def __init__(self, name: str, value: float, unit: str, goal: float) -> None:
        self.name = name
        self.value = value
        self.unit = unit
        self.goal = goal


def measure_latencies(folder: Path, rounds: int) -> list[Row]:
    """All latencies, interleaved."""
    cold = folder / "cold"
    warm = folder / "warm"
    source = folder / "large.bd"
    source.write_text(large_program(CHECK_LINES), encoding="utf-8")
    output = folder / "hello"
    contestants = {
        "version": Contestant("beskid --version", [*BESKID, "--version"]),
        "cold": Contestant("run hello, cold", [*BESKID, "run", str(HELLO)], {"XDG_CACHE_HOME": str(cold)}, [cold]),
        "warm": Contestant("run hello, warm", [*BESKID, "run", str(HELLO)], {"XDG_CACHE_HOME": str(warm)}),
        "check": Contestant(f"check {CHECK_LINES:,} lines", [*BESKID, "check", str(source)]),
        "build": Contestant(
            "build hello, cold",
            [*BESKID, "build", str(HELLO), "-o", str(output), "--strip", "--no-emit-metadata"],
            {"XDG_CACHE_HOME": str(folder / "build")},
            [folder / "build", output],
        ),
        "hello": Contestant("the executable hello", [str(output)]),
    }
    everyone = list(contestants.values())
    interleave(everyone, 1)
    for contestant in everyone:
        contestant.seconds.clear()
    interleave(everyone, rounds)
    milliseconds = {name: contestant.median() * 1000 for name, contestant in contestants.items()}
    return [
        Row("`beskid --version`", milliseconds["version"], "ms", 40),
        Row("`beskid run hello.bd`, warm", milliseconds["warm"], "ms", 80),
        Row("`beskid run hello.bd`, cold", milliseconds["cold"], "ms", 300),
        Row(f"`beskid check`, {CHECK_LINES:,} lines", milliseconds["check"], "ms", 2000),
        Row("`beskid build hello.bd`, cold", milliseconds["build"], "ms", 500),
        Row("the executable `hello`", milliseconds["hello"], "ms", 10),
        Row("the executable `hello`, stripped", output.stat().st_size / 1024, "KiB", 100),
        Row("word frequencies of 10 MB", measure_words(folder, rounds), "ms", 1000),
    ]


def measure_words(folder: Path, rounds: int) -> float:
    """Milliseconds of the word count of a large text, by the executable."""
    text = folder / "large.txt"
    text.write_text(large_text(TEXT_BYTES), encoding="utf-8")
    executable = folder / "words"
    subprocess.run(
        [*BESKID, "build", str(WORDS), "-o", str(executable), "--no-emit-metadata"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    contestant = Contestant("word frequencies", [str(executable), str(text)])
    interleave([contestant], rounds)
    return contestant.median() * 1000


def large_text(size: int) -> str:
    """A text with a vocabulary of 20,000 words, frequent ones first, the same every time."""
    generator = random.Random(7)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    vocabulary = ["".join(generator.choices(letters, k=generator.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    parts: list[str] = []
    length = 0
    while length < size:
        line = " ".join(generator.choices(vocabulary, weights, k=2_000)) + "\n"
        parts.append(line)
        length += len(line)
    return "".join(parts)


def large_program(lines: int) -> str:
    """A program of about that many lines: types, methods, enums, matches, loops and generics."""
    parts: list[str] = []
    count = 0
    while count * LINES_OF_UNIT < lines - 10:
        parts.append(UNIT.replace("@", str(count)))
        count += 1
    calls = "\n".join(f"    total += run{number}({number});" for number in range(count))
    parts.append("i64 main() {\n    i64 mut total = 0;\n" + calls + "\n    return total;\n}\n")
    return "".join(parts)


UNIT = """\
type Item@ {
    i64 price,
    string name,
    bool sold,

    pub i64 Total(i64 count) {
        if sold { return 0; }
        return price * count;
    }

    pub string Label() => "${name}: ${price}";
}

enum Event@ {
    Bought(Item@ item, i64 count),
    Returned(Item@ item),
    Nothing,
}

i64 apply@(Event@ event, i64 balance) {
    return match event {
        Event@::Bought(item, count) when count > 10 => balance - item.Total(count) / 2,
        Event@::Bought(item, count) => balance - item.Total(count),
        Event@::Returned(item) => balance + item.price,
        Event@::Nothing => balance,
    };
}

T choose@<T>(bool first, T a, T b) {
    if first { return a; }
    return b;
}

i64 run@(i64 seed) {
    let item = Item@ { price: seed * 3 + 1, name: "item @", sold: false };
    i64 mut balance = 1000;
    Event@[] events = [Event@::Bought(item, 3), Event@::Returned(item), Event@::Nothing];
    for event in events {
        balance = apply@(event, balance);
    }
    for i in range(0_i64, 10) {
        if i % 3 == 0 { continue; }
        balance += choose@(i > 5, i, item.Label().Len());
    }
    i64 mut rounds = 0;
    while balance > 10 && rounds < 5 {
        balance = balance / 2;
        rounds += 1;
    }
    return balance;
}

"""
LINES_OF_UNIT = UNIT.count("\n") + 1
