"""A profile: what a run took by call stacks, functions and lines, and its forms as text and for viewers.

It took processor time, or it allocated memory, which is told with the types of what is live.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from beskid import __version__
from beskid.base.node import value
from beskid.driver.outputs import PROFILE_EXPORTER
from beskid.driver.profiling.debug_information import LibrarySymbols, Place
from beskid.driver.profiling.sampling import Recording
from beskid.driver.tables import aligned_table
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.profiler import HeapCensus

RUNTIME = "libbeskid_runtime.so"
RUNTIME_SHOWN = "runtime"
OUTSIDE = Place("(outside of the program)", "", 0)
"""What is without a function of the program on the stack: its start and its end."""

NANOSECONDS, BYTES = "nanoseconds", "bytes"
"""What is measured, as speedscope has it."""

_FOLDED_UNITS = {NANOSECONDS: 1000, BYTES: 1}
_IN_A_SECOND = 1_000_000_000
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")

Stack = tuple[Place, ...]
"""Functions with the places in them, the entry first."""


@value
class Profile:
    """What each stack took in `unit`. `lost` samples are missing: there was no room, or no stack."""

    unit: str
    stacks: Mapping[Stack, int]
    samples: int
    lost: int

    @property
    def total(self) -> int:
        """What the program took."""
        return sum(self.stacks.values())


def profile_of(recording: Recording, unit: str) -> Profile:
    """Name the functions and lines of a recording, whose weights are in `unit`."""
    names = _Names(recording)
    stacks: Counter[Stack] = Counter()
    low, high = recording.code
    for words, spent in recording.stacks.items():
        addresses = memoryview(words).cast("Q").tolist()
        found: list[Place] = []
        for depth, address in enumerate(addresses):
            found += names.places_at(address, is_return=depth > 0)
        if not any(low <= address < high for address in addresses):
            found.append(OUTSIDE)
        stacks[tuple(reversed(found))] += spent
    return Profile(unit, stacks, recording.count, recording.lost)


class _Names:
    """What is at the addresses of a process. Each is looked up once."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._libraries: dict[str, LibrarySymbols | None] = {}
        self._known: dict[tuple[int, bool], tuple[Place, ...]] = {}

    def places_at(self, address: int, is_return: bool) -> tuple[Place, ...]:
        """Return the functions at an address, innermost first. The place of a call is before the address after it."""
        key = (address, is_return)
        if key not in self._known:
            self._known[key] = self._find(address - 1 if is_return else address)
        return self._known[key]

    def _find(self, address: int) -> tuple[Place, ...]:
        low, high = self._recording.code
        if low <= address < high:
            return self._recording.information.places_at(address - low)
        for mapping in self._recording.mappings:
            if mapping.low <= address < mapping.high:
                return (self._of_library(mapping.path, address - mapping.low + mapping.offset),)
        return ()

    def _of_library(self, path: str, offset: int) -> Place:
        base = path.rpartition("/")[2].strip("[]") or "code without a file"
        shown = RUNTIME_SHOWN if base == RUNTIME else base
        if path not in self._libraries:
            self._libraries[path] = _symbols_of(path)
        symbols = self._libraries[path]
        name = "" if symbols is None else symbols.name_at(offset)
        return Place(f"{name} ({shown})" if name else f"({shown})", "", 0)


def _symbols_of(path: str) -> LibrarySymbols | None:
    from elftools.common.exceptions import ELFError

    try:
        return LibrarySymbols(read_file(path, MAX_BINARY_BYTES).data)
    except (FileError, ELFError):
        return None


# Text ---------------------------------------------------------------------------------------------------------------


def report(profile: Profile, lines_of: Callable[[str], Sequence[str]], most: int) -> str:
    """Return the functions and the lines that took most of what was measured, as tables.

    `lines_of` returns the lines of a source by its path in the program. A function has its own, and with all that it
    calls; a line its own, with the functions of C that it calls.
    """
    total = profile.total
    taken = f"{total / _IN_A_SECOND:.3f} s of processor time" if profile.unit == NANOSECONDS else (
        f"{_size(total)} allocated"
    )  # fmt: skip
    head = f"{taken}, {profile.samples:,} samples"
    if profile.lost:
        head += f"; {profile.lost:,} more are missing"
    if not total:
        return head
    shown_amount = _milliseconds if profile.unit == NANOSECONDS else _size
    own: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    lines: Counter[tuple[str, int]] = Counter()
    for stack, spent in profile.stacks.items():
        own[stack[-1].function, stack[-1].file] += spent
        for function in {(place.function, place.file) for place in stack}:
            whole[function] += spent
        inner = next((place for place in reversed(stack) if place.line), None)
        if inner is not None:
            lines[inner.file, inner.line] += spent
    functions = [("own", "", "with calls", "", "function", "file")]
    for (name, file), spent in own.most_common(most):
        with_calls = whole[name, file]
        functions.append(
            (shown_amount(spent), _share(spent, total), shown_amount(with_calls), _share(with_calls, total),
             shown_name(name), shown_name(file))
        )  # fmt: skip
    places = [("own", "", "line", "text")]
    for (file, line), spent in lines.most_common(most):
        text = lines_of(file)
        shown = shown_name(text[line - 1].strip()) if line <= len(text) else ""
        places.append((shown_amount(spent), _share(spent, total), f"{shown_name(file)}:{line}", shown))
    return f"{head}\n\n{aligned_table(functions, (4, 5))}\n\n{aligned_table(places, (2, 3))}"


def heap_report(census: HeapCensus | None, most: int) -> str:
    """Return the types that held most of the memory when the most was live, as a table."""
    if census is None:
        return "no full collection found anything live; call `Runtime.Collect` where the memory is in use"
    total = sum(row.size for row in census.types)
    objects = sum(row.objects for row in census.types)
    rows = [("bytes", "", "objects", "type")]
    for row in census.types[:most]:
        rows.append((_size(row.size), _share(row.size, total), f"{row.objects:,}", shown_name(row.name)))
    head = (
        f"{total:,} bytes live in {objects:,} objects after full collection {census.collection:,} of "
        f"{census.collections:,}, the most of all"
    )
    return f"{head}\n\n{aligned_table(rows, (3,))}"


def _size(size: int) -> str:
    scaled, unit = float(size), 0
    while scaled >= 1024 and unit < len(_BYTE_UNITS) - 1:
        scaled, unit = scaled / 1024, unit + 1
    return f"{scaled:.1f} {_BYTE_UNITS[unit]}" if unit else f"{size} B"


def _milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1_000_000:,.0f} ms"


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %"


# For viewers --------------------------------------------------------------------------------------------------------


def folded(profile: Profile) -> str:
    """Return a line for each stack, the functions from the entry on between semicolons, and microseconds or bytes.

    It is the form that flame graph tools read.
    """
    unit = _FOLDED_UNITS[profile.unit]
    times: Counter[str] = Counter()
    for stack, spent in profile.stacks.items():
        times[";".join([place.function.replace(";", ",") for place in stack])] += spent
    return "".join([f"{text} {round(times[text] / unit)}\n" for text in sorted(times)])


def speedscope(profile: Profile, name: str) -> str:
    """Return the profile in the file format of speedscope, which also other viewers read."""
    numbers: dict[tuple[str, str], int] = {}
    frames: list[dict[str, object]] = []
    samples: list[list[int]] = []
    weights: list[int] = []
    for stack, spent in profile.stacks.items():
        samples.append([_number(place, numbers, frames) for place in stack])
        weights.append(spent)
    content = {
        "exporter": f"{PROFILE_EXPORTER} {__version__}",
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": name,
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": [
            {
                "type": "sampled",
                "name": name,
                "unit": profile.unit,
                "startValue": 0,
                "endValue": profile.total,
                "samples": samples,
                "weights": weights,
            }
        ],
    }
    return json.dumps(content, indent=1) + "\n"


def _number(place: Place, numbers: dict[tuple[str, str], int], frames: list[dict[str, object]]) -> int:
    key = (place.function, place.file)
    if key not in numbers:
        numbers[key] = len(frames)
        frames.append({"name": place.function, "file": place.file} if place.file else {"name": place.function})
    return numbers[key]
