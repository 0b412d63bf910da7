"""Compares functions of the core library with those of Go and Python: `python -m bench.library`.

All three do the same work on the same inputs, which are generated; each reports the fastest of three rounds of a task,
without reading its input, and a number by which the results are compared. The table goes to the standard output.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import csv
import hashlib
import heapq
import io
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.peers import PEERS, PROGRAMS, build_beskid, build_peer

ROUNDS = 3
RECORDS = 1_000_000
KEYS = 5000
ORDERED = 100_000
QUEUED = 1000
PRIMES = 5_000_000
MEBIBYTE = 1 << 20
WORD = (1 << 64) - 1


@dataclass(frozen=True)
class Task:
    name: str
    meaning: str
    goal: float
    """The most time by that of Go."""


TASKS = (
    Task("json", "JSON of 20 MB to a tree", 1.0),
    Task("regex", "matches of a pattern in a log of 50 MB", 1.0),
    Task("sort", "a million records by a key", 1.5),
    Task("group", "sums of a million numbers by 5,000 keys", 1.5),
    Task("csv", "CSV of 20 MB to rows", 1.5),
    Task("base64", "20 MB to base64 and back", 1.5),
    Task("sha256", "SHA-256 of 20 MB", 1.5),
    Task("product", "a product of 100,000 by 100,000 digits", 1.5),
    Task("time", "200,000 times in RFC 3339", 1.5),
    Task("nfc", "10 MB of decomposed text to NFC", 1.5),
    Task("graphemes", "grapheme clusters of 10 MB", 1.5),
    Task("letters", "letters of 10 MB, by category", 1.5),
    Task("query", "a chain of three steps over a million numbers", 1.5),
    Task("deque", "a million numbers through a queue of 1,000", 1.5),
    Task("priority", "250,000 numbers through a priority queue", 1.5),
    Task("ordered", "100,000 keys into an ordered map, and the next of each", 1.5),
    Task("bits", "primes below five million, in a bit set", 1.5),
    Task("counter", "the ten most common of a million numbers", 1.5),
)


def write_inputs(folder: Path, part: int) -> None:
    """Write the inputs, smaller by a factor."""
    generator = random.Random(1)
    words = ["tea", "größer", "a longer word", 'with "quotes"', "line\nbreak", "x" * 40, ""]

    def value(depth: int) -> object:
        kind = generator.randrange(8 if depth else 5)
        if kind == 0:
            return generator.randrange(-(10**6), 10**9)
        if kind == 1:
            return generator.uniform(-1000, 1000)
        if kind == 2:
            return generator.choice([True, False, None])
        if kind < 5:
            return generator.choice(words)
        if kind == 5:
            return [value(depth - 1) for _ in range(generator.randrange(6))]
        return {f"key {index}": value(depth - 1) for index in range(generator.randrange(6))}

    def pieces(make: Callable[[], str], size: int) -> Iterator[str]:
        written = 0
        while written < size // part:
            piece = make()
            written += len(piece)
            yield piece

    items = pieces(lambda: json.dumps(value(4), ensure_ascii=False), 20 * MEBIBYTE)
    (folder / "data.json").write_text(f"[{', '.join(items)}]", encoding="utf-8")

    def line() -> str:
        path = "/".join(generator.choice(("news", "img", "a1", "user")) for _ in range(generator.randrange(1, 4)))
        method, status = generator.choice(("GET", "GET", "POST")), generator.choice((200, 200, 304, 404, 500, 503))
        host = f"10.{generator.randrange(256)}.{generator.randrange(256)}.7"
        request = f"{method} /{path} HTTP/1.1"
        return f'{host} - - [31/Jul/2026:15:05:09 +0200] "{request}" {status} {generator.randrange(9999)}\n'

    (folder / "access.log").write_text("".join(pieces(line, 50 * MEBIBYTE)), encoding="utf-8")
    rows = io.StringIO(newline="")
    writer = csv.writer(rows)
    while rows.tell() < 20 * MEBIBYTE // part:
        writer.writerow([generator.randrange(10**6), *generator.choices(words[:-1], k=5)])
    (folder / "table.csv").write_bytes(rows.getvalue().encode())
    start = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
    moments = (datetime.fromtimestamp(start + generator.randrange(10**9), UTC) for _ in range(200_000 // part))
    lines = (moment.isoformat().replace("+00:00", generator.choice(("Z", "+02:00"))) for moment in moments)
    (folder / "text.txt").write_text("".join(pieces(lambda: mixed_text(generator), 5 * MEBIBYTE)), encoding="utf-8")
    (folder / "times.txt").write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")


def mixed_text(generator: random.Random) -> str:
    """Return words of several scripts in canonical decomposition, with marks and emoji of several characters."""
    words = ["tea ", "größer ", "Ελλάδα ", "Việt Nam ", "한국어 ", "日本語 ", "हिन्दी ", "čeština\n", "e\u0323\u0301 "]
    words += ["\U0001f469\u200d\U0001f469\u200d\U0001f467 ", "\U0001f1e8\U0001f1ff "]
    return unicodedata.normalize("NFD", "".join(generator.choices(words, k=100)))


def values_in(value: object) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(values_in(item) for item in items)


def in_python(folder: Path) -> str:
    """Do the work in Python; return the same lines as the programs."""
    lines = []

    def measure(name: str, task: Callable[[], int]) -> None:
        best, check = float("inf"), 0
        for _ in range(ROUNDS):
            start = time.perf_counter()
            check = task()
            best = min(best, time.perf_counter() - start)
        lines.append(f"{name} {best * 1000:.1f} {check}")

    data = (folder / "data.json").read_text(encoding="utf-8")
    measure("json", lambda: values_in(json.loads(data)))
    log = (folder / "access.log").read_bytes()
    regex = re.compile(rb'(GET|POST) (/[a-z0-9/]+) HTTP/1\.[01]" (5\d\d)')
    measure("regex", lambda: sum(found.start() % 10 for found in regex.finditer(log)))
    keys, state = [], 1
    for _ in range(RECORDS):
        state = (state * 6364136223846793005 + 1442695040888963407) & WORD
        keys.append(state >> 33)
    measure("sort", lambda: sorted(enumerate(keys), key=lambda pair: pair[1])[len(keys) // 2][0])

    def grouped() -> int:
        sums: dict[int, int] = {}
        for key in keys:
            sums[key % KEYS] = sums.get(key % KEYS, 0) + key
        return sums[7]

    measure("group", grouped)
    raw = (folder / "table.csv").read_bytes()
    table = raw.decode()
    measure("csv", lambda: sum(map(len, csv.reader(io.StringIO(table, newline="")))))
    measure("base64", lambda: len(base64.b64decode(base64.b64encode(raw))))
    measure("sha256", lambda: hashlib.sha256(raw).digest()[0])
    left, right = 3**209590, 7**118329
    measure("product", lambda: (left * right).bit_length())
    times = (folder / "times.txt").read_text(encoding="utf-8").split()
    measure("time", lambda: sum(int(datetime.fromisoformat(each).timestamp()) for each in times))
    text = (folder / "text.txt").read_text(encoding="utf-8")
    measure("nfc", lambda: len(unicodedata.normalize("NFC", text).encode()))
    measure("letters", lambda: sum(map(str.isalpha, text)))
    measure("query", lambda: sum(itertools.islice((key % 1009 for key in keys if key % 3 == 0), 10, None)))
    measure("deque", lambda: queued(keys))
    measure("priority", lambda: prioritized(keys))
    measure("ordered", lambda: ordered(keys))
    measure("bits", primes)
    measure("counter", lambda: Counter(key % KEYS for key in keys).most_common(10)[9][1])
    return "\n".join(lines)


def queued(keys: list[int]) -> int:
    queue: deque[int] = deque()
    total = 0
    for key in keys:
        queue.append(key)
        if len(queue) > QUEUED:
            total += queue.popleft() % 10
    return total


def prioritized(keys: list[int]) -> int:
    queue: list[int] = []
    for key in keys[: len(keys) // 4]:
        heapq.heappush(queue, key)
    return sum(heapq.heappop(queue) * (place % 2) for place in range(1, len(queue) + 1))


def ordered(keys: list[int]) -> int:
    """Use a sorted list, which Python has instead of an ordered map."""
    values: dict[int, int] = {}
    found: list[int] = []
    for place, key in enumerate(keys[:ORDERED]):
        if key not in values:
            bisect.insort(found, key)
        values[key] = place
    places = (bisect.bisect_left(found, key + 1) for key in keys[:ORDERED])
    return sum(values[found[place]] % 10 for place in places if place < len(found))


def primes() -> int:
    composite = bytearray(PRIMES)
    count = 0
    for number in range(2, PRIMES):
        if not composite[number]:
            count += 1
            if number < 2237:
                composite[number * number :: number] = b"\1" * len(range(number * number, PRIMES, number))
    return count


def read_lines(text: str) -> dict[str, tuple[float, str]]:
    """Return the milliseconds and the check of each task."""
    return {name: (float(span), check) for name, span, check in (line.split() for line in text.splitlines())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="inputs of a twentieth, to see that the programs work")
    parser.add_argument("--rounds", type=int, default=3, help="run each program so often, one after the other")
    options = parser.parse_args()
    go = next(peer for peer in PEERS if peer.name == "go")
    with tempfile.TemporaryDirectory(prefix="beskid-library-") as name:
        folder = Path(name)
        write_inputs(folder, 20 if options.small else 1)
        ours = build_beskid(PROGRAMS / "library.bd", folder)
        theirs = build_peer(go, "library", folder)
        found: dict[str, dict[str, tuple[float, str]]] = {}
        for round_ in range(options.rounds):
            commands = {"Beskid": ours, **({"Go": theirs} if theirs else {})}
            for language, command in commands.items():
                words = [*command, str(folder)]
                output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
                merge(found, language, read_lines(output))
            if round_ == 0:
                merge(found, "Python", read_lines(in_python(folder)))
    report(found)


def merge(found: dict[str, dict[str, tuple[float, str]]], language: str, new: dict[str, tuple[float, str]]) -> None:
    """Keep the fastest time of each task."""
    known = found.setdefault(language, {})
    for name, (span, check) in new.items():
        known[name] = (min(span, known.get(name, (span, ""))[0]), check)


def report(found: dict[str, dict[str, tuple[float, str]]]) -> None:
    print(f"| Task | {' | '.join(f'{language}, ms' for language in found)} | by Go | goal |")
    print(f"|---|{'---:|' * (len(found) + 2)}")
    for task in TASKS:
        checks = {language: lines[task.name][1] for language, lines in found.items() if task.name in lines}
        if len(set(checks.values())) > 1:
            sys.exit(f"{task.name}: the results differ: {checks}")
        by_go = found["Beskid"][task.name][0] / found["Go"][task.name][0] if "Go" in found else float("nan")
        cells = " | ".join(f"{lines[task.name][0]:,.0f}" if task.name in lines else "–" for lines in found.values())
        print(f"| {task.meaning} | {cells} | {by_go:.2f} | {task.goal} |")


if __name__ == "__main__":
    main()
