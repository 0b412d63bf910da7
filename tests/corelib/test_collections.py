"""Compares collections with models in Python, and `Core.Encoding.Csv` with Python's `csv`.

The models are `heapq`, `deque`, `set`, `dict`, with its keys sorted too, `Counter`, and lists. An ordinary run tries 60
sequences of operations for each; `BESKID_EXAMPLES=N` sets N.
"""

from __future__ import annotations

import csv
import functools
import heapq
import io
import itertools
import os
import random
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, STRESS, built

SEQUENCES = int(os.environ.get("BESKID_EXAMPLES", "60"))
Operation = tuple[str, int]
Answers = Callable[[list[Operation]], list[str]]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "collections.bd", tmp_path_factory.mktemp("collections"))


def run(program: Path, lines: list[str], stress: bool = False) -> list[str]:
    text = "".join(f"{line}\n" for line in lines)
    environment = STRESS if stress else dict(os.environ)
    done = limits.run([program], input=text, capture_output=True, text=True, check=True, env=environment)
    given_lines = done.stdout.splitlines()
    assert len(given_lines) == len(lines)
    return given_lines


def shown(value: int | None) -> str:
    return "none" if value is None else str(value)


def on_deque(operations: list[Operation]) -> list[str]:
    items: deque[int] = deque()
    found = []
    for name, number in operations:
        if name == "pushBack":
            items.append(number)
            found.append(str(len(items)))
        elif name == "pushFront":
            items.appendleft(number)
            found.append(str(len(items)))
        elif name == "popBack":
            found.append(shown(items.pop() if items else None))
        elif name == "popFront":
            found.append(shown(items.popleft() if items else None))
        elif name == "at":
            found.append(shown(items[number] if number < len(items) else None))
        else:
            found.append(str(list(items)))
    return found


def on_queue(operations: list[Operation]) -> list[str]:
    heap: list[int] = []
    found = []
    for name, number in operations:
        if name == "push":
            heapq.heappush(heap, number)
            found.append(str(len(heap)))
        elif name == "pop":
            found.append(shown(heapq.heappop(heap) if heap else None))
        else:
            found.append(shown(heap[0] if heap else None))
    return found


def on_bits(operations: list[Operation]) -> list[str]:
    numbers: set[int] = set()
    found = []
    for name, number in operations:
        if name == "add":
            numbers.add(number)
            found.append(str(len(numbers)))
        elif name == "remove":
            numbers.discard(number)
            found.append(str(len(numbers)))
        elif name == "contains":
            found.append(str(number in numbers).lower())
        elif name == "next":
            found.append(shown(min((each for each in numbers if each >= number), default=None)))
        else:
            found.append("{" + ", ".join(map(str, sorted(numbers))) + "}")
    return found


def on_map(operations: list[Operation]) -> list[str]:
    values: dict[int, int] = {}
    found = []

    def entry(key: int | None) -> str:
        return "none" if key is None else f"{key}={values[key]}"

    for step, (name, number) in enumerate(operations):
        keys = sorted(values)
        if name == "insert":
            values[number] = 2 * step + 1
            found.append(str(len(values)))
        elif name == "remove":
            values.pop(number, None)
            found.append(str(len(values)))
        elif name == "get":
            found.append(shown(values.get(number)))
        elif name == "floor":
            found.append(entry(max((key for key in keys if key <= number), default=None)))
        elif name == "ceiling":
            found.append(entry(min((key for key in keys if key >= number), default=None)))
        elif name == "between":
            found.append(str([key for key in keys if number <= key < number + 10]))
        elif name == "first":
            found.append(entry(keys[0] if keys else None))
        elif name == "last":
            found.append(entry(keys[-1] if keys else None))
        else:
            found.append(str(keys))
    return found


def on_counter(operations: list[Operation]) -> list[str]:
    counts: Counter[int] = Counter()
    found = []
    for name, number in operations:
        if name == "add":
            counts[number] += 1
            found.append(str(counts.total()))
        elif name == "of":
            found.append(str(counts[number]) if number in counts else "0")
        else:
            found.append(str([list(pair) for pair in counts.most_common(number)]))
    return found


def on_multi(operations: list[Operation]) -> list[str]:
    values: dict[int, list[int]] = {}
    found = []
    for name, number in operations:
        key = number % 5
        if name == "add":
            values.setdefault(key, []).append(number)
        elif name == "remove" and number in values.get(key, []):
            values[key].remove(number)
            if not values[key]:
                del values[key]
        if name in ("add", "remove"):
            found.append(str(sum(map(len, values.values()))))
        elif name == "removeKey":
            found.append(f"{values.pop(key, [])} {sum(map(len, values.values()))}")
        elif name == "get":
            there = values.get(key, [])
            found.append(f"{there} {bool(there)} {number in there}".replace("T", "t").replace("F", "f"))
        else:
            found.append(f"{list(values)} {len(values)}")
    return found


def on_set(operations: list[Operation]) -> list[str]:
    members: set[int] = set()
    found = []
    for name, number in operations:
        ordered = sorted(members)
        if name == "add":
            members.add(number)
            found.append(str(len(members)))
        elif name == "remove":
            members.discard(number)
            found.append(str(len(members)))
        elif name == "contains":
            found.append(str(number in members).lower())
        elif name == "floor":
            found.append(shown(max((each for each in ordered if each <= number), default=None)))
        elif name == "ceiling":
            found.append(shown(min((each for each in ordered if each >= number), default=None)))
        elif name == "between":
            found.append(str([each for each in ordered if number <= each < number + 10]))
        elif name == "ends":
            found.append(f"{shown(ordered[0])} {shown(ordered[-1])}" if ordered else "none none")
        else:
            found.append(str(ordered))
    return found


def on_linked(operations: list[Operation]) -> list[str]:
    items: list[int] = []
    found = []
    for name, number in operations:
        if name == "all":
            found.append(f"{items} {len(items)}")
        elif name in ("popBack", "popFront"):
            found.append(shown(items.pop(-1 if name == "popBack" else 0) if items else None))
        elif name in ("before", "after", "remove") and not items:
            found.append("none")
        elif name == "remove":
            found.append(str(items.pop(number % len(items))))
        else:
            ends = {"pushBack": len(items), "pushFront": 0}
            place = ends[name] if name in ends else number % len(items) + (name == "after")
            items.insert(place, number)
            found.append(str(len(items)))
    return found


def on_hash(operations: list[Operation]) -> list[str]:
    values: dict[int, int] = {}
    found = []
    for step, (name, number) in enumerate(operations):
        if name == "get":
            known = number in values
            found.append(f"{shown(values.get(number))} {values.get(number, -1)} {str(known).lower()}")
        elif name == "all":
            found.append(f"{list(values)} {list(values.values())}")
        else:
            if name == "remove":
                values.pop(number, None)
            else:
                values[number] = 2 * step + 1 + (values.get(number, 0) if name == "add" else 0)
            found.append(str(len(values)))
    return found


def on_hash_set(operations: list[Operation]) -> list[str]:
    members: dict[int, None] = {}
    found = []
    for name, number in operations:
        others = range(number, number + 3)
        if name == "add":
            members[number] = None
            found.append(str(len(members)))
        elif name == "remove":
            members.pop(number, None)
            found.append(str(len(members)))
        elif name == "contains":
            found.append(str(number in members).lower())
        elif name == "union":
            found.append(str(list(members | dict.fromkeys(others))))
        elif name == "intersect":
            found.append(str([each for each in members if each in others]))
        elif name == "difference":
            found.append(str([each for each in members if each not in others]))
        else:
            found.append(str(list(members)))
    return found


def change_list(items: list[int], name: str, number: int) -> None:
    if name == "insert":
        items.insert(number % (len(items) + 1), number)
    elif name == "set":
        items[number % len(items)] = number
    elif name == "reverse":
        items.reverse()
    elif name == "sort":
        items.sort()


def on_list(operations: list[Operation]) -> list[str]:
    items: list[int] = []
    found = []
    for name, number in operations:
        if name in ("set", "removeAt", "pop") and not items:
            found.append("none")
        elif name == "push":
            items.append(number)
            found.append(str(len(items)))
        elif name in ("pop", "removeAt"):
            found.append(str(items.pop(-1 if name == "pop" else number % len(items))))
        elif name == "find":
            index = items.index(number) if number in items else None
            found.append(f"{shown(index)} {str(number in items).lower()}")
        elif name == "ends":
            found.append(f"{items[0]} {items[-1]}" if items else "none none")
        elif name == "filter":
            found.append(str([each for each in items if each % 3 != number % 3]))
        elif name == "map":
            found.append(str([each * number for each in items]))
        else:
            change_list(items, name, number)
            found.append(str(items))
    return found


def on_ends(operations: list[Operation]) -> list[str]:
    queue: deque[int] = deque()
    stack: list[int] = []
    found = []
    for name, number in operations:
        if name == "push":
            queue.append(number)
            stack.append(number)
            found.append(f"{len(queue)} {len(stack)}")
        elif name == "all":
            found.append(f"{list(queue)} {stack}")
        elif not stack:
            found.append("none none")
        else:
            found.append(f"{queue[0]} {stack[-1]}")
            if name == "pop":
                queue.popleft()
                stack.pop()
    return found


def groups_of(items: list[int]) -> list[int]:
    groups: dict[int, int] = {}
    for item in items:
        groups[item % 4] = groups.get(item % 4, 0) + 1
    return [key * 1000 + count for key, count in groups.items()]


STEPS: dict[str, Callable[[list[int], int], list[int]]] = {
    "where": lambda items, k: [n for n in items if n % 3 != k % 3],
    "select": lambda items, k: [(n * 7 + k) % 100 for n in items],
    "many": lambda items, k: [each for n in items for each in range(n, n + k % 3)],
    "take": lambda items, k: items[:k],
    "skip": lambda items, k: items[k % 8 :],
    "takeWhile": lambda items, k: list(itertools.takewhile(lambda n: n % 50 != k % 50, items)),
    "skipWhile": lambda items, k: list(itertools.dropwhile(lambda n: n % 5 != k % 5, items)),
    "concat": lambda items, k: [*items, *range(k, k + 5)],
    "zip": lambda items, k: [a + b for a, b in zip(items, range(k, 90), strict=False)],
    "distinct": lambda items, k: list(dict.fromkeys(items)),
    "order": lambda items, k: sorted(items, key=lambda n: n % 10),
    "reverse": lambda items, k: items[::-1],
    "group": lambda items, k: groups_of(items),
    "join": lambda items, k: [a * 100 + b for a in items for b in range(20) if a % 10 == b % 10],
}


def on_query(operations: list[Operation]) -> list[str]:
    items = list(range(30))
    found = []
    for name, number in operations:
        items = STEPS[name](items, number)[:60]
        ends = f"{shown(items[0])} {shown(items[-1])}" if items else "none none"
        tests = f"{any(n > 90 for n in items)} {all(n > 5 for n in items)} {number in items}".lower()
        least = min(items, key=lambda n: n % 7) if items else None
        most = max(items, key=lambda n: n % 7) if items else None
        found.append(f"{items} {len(items)} {sum(items)} {ends} {tests} {shown(least)} {shown(most)}")
    return found


def grouped(items: list[int], size: int) -> str:
    groups: dict[int, list[int]] = {}
    for item in items:
        groups.setdefault(item % size, []).append(item)
    return str(groups)


def middle(items: list[int]) -> list[int]:
    return items[1 : len(items) // 2 + 1]


MEMBERS: dict[str, Callable[[list[int], int], object]] = {
    "fold": lambda items, k: functools.reduce(lambda a, b: a * 3 + b, items, k),
    "tests": lambda items, k: f"{k % 4 + 1 in items} {all(n > 1 for n in items)}".lower(),
    "slice": lambda items, k: middle(items),
    "join": lambda items, k: "-".join(map(str, items)),
    "order": lambda items, k: sorted(items, key=lambda n: n % 7),
    "group": lambda items, k: grouped(items, k % 4 + 1),
    "zip": lambda items, k: [a - b for a, b in zip(items, middle(items), strict=False)],
    "chunk": lambda items, k: [items[i : i + k % 4 + 1] for i in range(0, len(items), k % 4 + 1)],
    "window": lambda items, k: [items[i : i + k % 4 + 1] for i in range(len(items) - k % 4)],
    "distinct": lambda items, k: list(dict.fromkeys(items)),
    "best": lambda items, k: f"{min(items, key=lambda n: n % 7)} {max(items, key=lambda n: n % 7)}",
    "sum": lambda items, k: sum(items),
}


def test_members_of_arrays_lists_and_queries(program: Path) -> None:
    generator = random.Random(fresh.seed(19))
    lines, expected = [], []
    for _ in range(SEQUENCES):
        steps = [(generator.choice(list(MEMBERS)), generator.randrange(20)) for _ in range(20)]
        items = [number for _, number in steps]
        lines.append(line_of("members", steps))
        expected.append("".join(f"{MEMBERS[name](items[: i + 1], number)};" for i, (name, number) in enumerate(steps)))
    assert run(program, lines) == expected
    assert run(program, lines[:3], stress=True) == expected[:3]


CHANGES = ("push", "push", "push", "pop", "insert", "set", "removeAt", "reverse", "sort")

MODELS: dict[str, tuple[Answers, tuple[str, ...]]] = {
    "deque": (on_deque, ("pushBack", "pushFront", "popBack", "popFront", "at", "all")),
    "queue": (on_queue, ("push", "push", "pop", "peek")),
    "bits": (on_bits, ("add", "add", "remove", "contains", "next", "all")),
    "map": (
        on_map,
        ("insert", "insert", "insert", "remove", "get", "floor", "ceiling", "between", "first", "last", "all"),
    ),
    "counter": (on_counter, ("add", "add", "of", "most")),
    "multi": (on_multi, ("add", "add", "add", "remove", "removeKey", "get", "keys")),
    "set": (on_set, ("add", "add", "add", "remove", "contains", "floor", "ceiling", "between", "ends", "all")),
    "linked": (on_linked, ("pushBack", "pushFront", "popBack", "popFront", "before", "after", "remove", "all")),
    "query": (on_query, tuple(STEPS)),
    "hash": (on_hash, ("insert", "insert", "insert", "add", "remove", "get", "all")),
    "hashSet": (on_hash_set, ("add", "add", "add", "remove", "contains", "union", "intersect", "difference", "all")),
    "list": (on_list, (*CHANGES, "find", "ends", "filter", "map")),
    "ends": (on_ends, ("push", "push", "pop", "peek", "all")),
}


def line_of(name: str, operations: list[Operation]) -> str:
    return " ".join([name, *[f"{operation} {number}" for operation, number in operations]])


@pytest.mark.parametrize("name", MODELS)
def test_a_collection_agrees_with_its_model(program: Path, name: str) -> None:
    model, operations = MODELS[name]
    steps = st.lists(st.tuples(st.sampled_from(operations), st.integers(0, 80)), max_size=12 if name == "query" else 80)

    @settings(max_examples=SEQUENCES, deadline=None, derandomize=True)
    @given(steps)
    def check(sequence: list[Operation]) -> None:
        assert run(program, [line_of(name, sequence)]) == ["".join(f"{answer};" for answer in model(sequence))]

    check()


def test_long_sequences_while_collecting_all_the_time(program: Path) -> None:
    generator = random.Random(fresh.seed(11))
    lines, expected = [], []
    for name, (model, operations) in MODELS.items():
        # A query asks all its steps again for every answer.
        count = 25 if name == "query" else 250
        sequence = [(generator.choice(operations), generator.randint(0, 200)) for _ in range(count)]
        lines.append(line_of(name, sequence))
        expected.append("".join(f"{answer};" for answer in model(sequence)))
    assert run(program, lines, stress=True) == expected


def rows_of(text: str) -> list[list[str]] | None:
    """Read as Python does; None where it refuses."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return None


def test_tables_agree_with_python(program: Path) -> None:
    generator = random.Random(fresh.seed(12))
    pieces = ("a", "b", " ", ",", ",", '"', '""', "\n", "\r\n", "é", '"x",', '"y\n"')
    texts = ["".join(generator.choice(pieces) for _ in range(generator.randint(0, 12))) for _ in range(2000)]
    answers = run(program, [f"csv {text.encode().hex()}" for text in texts])
    refused = 0
    for text, answer in zip(texts, answers, strict=True):
        rows = rows_of(text)
        if rows is None:
            refused += 1
            assert answer == "error", text
            continue
        written = io.StringIO(newline="")
        csv.writer(written).writerows(rows)
        assert answer.rpartition(" ")[2] == written.getvalue().encode().hex(), text
    assert refused > 100
