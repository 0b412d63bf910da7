"""A profile: the time of a run by call stacks, functions and lines, and its forms as text and for viewers."""

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

RUNTIME = "libbeskid_runtime.so"
RUNTIME_SHOWN = "runtime"
OUTSIDE = Place("(outside of the program)", "", 0)
"""Time without a function of the program on the stack: its start and its end."""

_NANOSECONDS = 1_000_000_000

Stack = tuple[Place, ...]
"""Functions with the places in them, the entry first."""


@value
class Profile:
    """The nanoseconds that were spent in each stack. `lost` samples are missing: there was no room, or no stack."""

    stacks: Mapping[Stack, int]
    samples: int
    lost: int

    @property
    def total(self) -> int:
        """The processor time of the program in nanoseconds."""
        return sum(self.stacks.values())


def profile_of(recording: Recording) -> Profile:
    """Name the functions and lines of a recording."""
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
    return Profile(stacks, recording.count, recording.lost)


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
    """Return the functions and the lines that took most of the time, as tables.

    `lines_of` returns the lines of a source by its path in the program. Time of a function is its own, and with all
    that it calls; of a line its own, with the functions of C that it calls.
    """
    total = profile.total
    head = f"{total / _NANOSECONDS:.3f} s of processor time, {profile.samples:,} samples"
    if profile.lost:
        head += f"; {profile.lost:,} more are missing"
    if not total:
        return head
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
            (_milliseconds(spent), _share(spent, total), _milliseconds(with_calls), _share(with_calls, total),
             shown_name(name), shown_name(file))
        )  # fmt: skip
    places = [("own", "", "line", "text")]
    for (file, line), spent in lines.most_common(most):
        text = lines_of(file)
        shown = shown_name(text[line - 1].strip()) if line <= len(text) else ""
        places.append((_milliseconds(spent), _share(spent, total), f"{shown_name(file)}:{line}", shown))
    return f"{head}\n\n{aligned_table(functions, (4, 5))}\n\n{aligned_table(places, (2, 3))}"


def _milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1_000_000:,.0f} ms"


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %"


# For viewers --------------------------------------------------------------------------------------------------------


def folded(profile: Profile) -> str:
    """Return a line for each stack, the functions from the entry on between semicolons, and its microseconds.

    It is the form that flame graph tools read.
    """
    times: Counter[str] = Counter()
    for stack, spent in profile.stacks.items():
        times[";".join([place.function.replace(";", ",") for place in stack])] += spent
    return "".join([f"{text} {round(times[text] / 1000)}\n" for text in sorted(times)])


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
                "unit": "nanoseconds",
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
