"""The downward order of the runtime: which unit may include and call which.

A unit is a C file with its header. It may use itself and units of lower layers; includes are read from the sources,
calls from the undefined and defined symbols of the object files. The units of the platform folder are one unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests import limits

LAYERS: tuple[tuple[str, ...], ...] = (
    ("beskid_abi", "beskid_rows"),
    ("common",),
    ("platform",),
    ("text/utf8", "text/powers_of_ten"),
    ("text/decimal",),
    ("context/context", "context/last_error", "context/owner", "context/scratch", "context/sites"),
    ("panic/output",),
    ("panic/panic",),
    ("heap/profiled",),
    ("heap/settings", "heap/roots"),
    ("heap/blocks",),
    ("heap/marking", "heap/statistics", "heap/foreign"),
    ("heap/sweeping",),
    ("heap/verify",),
    ("heap/collector",),
    ("heap/allocation", "heap/control"),
    ("values/arrays",),
    ("values/strings", "values/closures"),
    ("values/conversions", "values/events", "values/interop", "values/parse", "values/text", "values/text_buffer"),
    ("system/errors",),
    ("system/clock", "system/files", "system/input", "system/process", "system/run"),
    ("system/streams",),
    ("entry/faults",),
    ("entry/version",),
    ("entry/inflate",),
    ("entry/rows",),
    ("entry/entry", "entry/attach"),
    ("entry/start",),
)
"""From the bottom to the top."""

RANKS = {unit: rank for rank, layer in enumerate(LAYERS) for unit in layer}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
SYSTEM_INCLUDE = re.compile(r"^\s*#\s*include\s+<([^>]+)>", re.MULTILINE)


def unit_of(path: str) -> str:
    """Return the unit of a path below the folder of sources."""
    return "platform" if path.startswith("platform/") else path.rsplit(".", 1)[0]


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.[ch]"))


def included_units(folder: Path) -> dict[str, set[str]]:
    """Return the units that each unit includes."""
    found: dict[str, set[str]] = {}
    for path in sources(folder):
        used = found.setdefault(unit_of(path.relative_to(folder).as_posix()), set())
        used.update(map(unit_of, INCLUDE.findall(path.read_text(encoding="utf-8"))))
    return found


def system_includes(folder: Path) -> dict[str, set[str]]:
    """Return the headers of the system that each file includes."""
    return {
        path.relative_to(folder).as_posix(): set(SYSTEM_INCLUDE.findall(path.read_text(encoding="utf-8")))
        for path in sources(folder)
    }


def symbols(object_file: Path, kind: str) -> set[str]:
    """Return the global symbols that an object file defines (`--defined-only`) or uses (`--undefined-only`)."""
    command = ["nm", "-P", "-g", kind, str(object_file)]
    done = limits.run(command, capture_output=True, text=True, check=True)
    return {line.split()[0] for line in done.stdout.splitlines() if line}


def called_units(objects: Mapping[str, Iterable[Path]]) -> dict[str, set[str]]:
    """Return the units that define what each unit leaves undefined; the C library's symbols belong to none."""
    owner = {
        symbol: unit for unit, files in objects.items() for file in files for symbol in symbols(file, "--defined-only")
    }
    return {
        unit: {owner[symbol] for file in files for symbol in symbols(file, "--undefined-only") if symbol in owner}
        for unit, files in objects.items()
    }


def violations(used: Mapping[str, set[str]]) -> list[str]:
    """Return a line for each use that does not go downward, and for each unit without a layer."""
    units = used.keys() | {target for targets in used.values() for target in targets}
    unknown = [f"{unit} has no layer" for unit in sorted(units - RANKS.keys())]
    upward = [
        f"{unit} uses {target}"
        for unit, targets in sorted(used.items())
        for target in sorted(targets - {unit})
        if unit in RANKS and target in RANKS and RANKS[target] >= RANKS[unit]
    ]
    return unknown + upward
