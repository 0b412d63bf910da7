"""The words by which a linker gets a program's foreign libraries, after the check that `run` makes too.

Takes a plan; returns linker words, or raises `DriverError` with the same message as `run`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from beskid.abi.libraries import SYSTEM_LIBRARIES, canonical_library
from beskid.base.node import value
from beskid.driver.failure import DriverError
from beskid.driver.foreign.policy import ForeignPlan, system_folders
from beskid.source.codes import CODES, E1526

PROBE_SECONDS = 60


@value
class ForeignWords:
    """What a build request gets: symbols that are offered, libraries, folders, further words."""

    symbols: tuple[str, ...]
    libraries: tuple[str, ...]
    search_paths: tuple[str, ...]
    extra_arguments: tuple[str, ...]


def linker_words(plan: ForeignPlan, output: Path, is_native: bool) -> ForeignWords:
    """The words for one output, whose folder decides how it finds libraries beside it."""
    if is_native:
        probe(plan)
    libraries: dict[str, None] = {}
    rpaths: dict[str, None] = {}
    for name in plan.names.values():
        if canonical_library(name) in SYSTEM_LIBRARIES:
            continue
        libraries[name if "/" in name else f":{name}"] = None
        folder = os.path.dirname(name)
        if folder and folder not in system_folders() and not name.endswith(".a"):
            rpaths[_origin(folder, output)] = None
    extra = list(plan.options.extra_arguments)
    for path in rpaths:
        extra += ["-Xlinker", "-rpath", "-Xlinker", path]
    return ForeignWords(
        tuple(dict.fromkeys([row.symbol for row in plan.rows])),
        tuple(libraries),
        plan.options.search_paths,
        tuple(extra),
    )


def _origin(folder: str, output: Path) -> str:
    """The folder as seen from the output, so that both can move together."""
    relative = os.path.relpath(os.path.realpath(folder), os.path.realpath(output.parent))
    return "$ORIGIN" if relative == "." else f"$ORIGIN/{relative}"


def probe(plan: ForeignPlan) -> None:
    """Have another process open the shared libraries and look up every symbol."""
    rows = [
        f"{row.library}\t{plan.names[row.library]}\t{row.symbol}"
        for row in plan.rows
        if not plan.names[row.library].endswith(".a")
    ]
    if not rows:
        return
    done = subprocess.run(
        [sys.executable, "-m", "beskid.engine.probe"],
        input="\n".join(rows).encode("utf-8", "surrogateescape"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PROBE_SECONDS,
        check=False,
    )
    if done.returncode == 0:
        return
    code, message, help = [*done.stdout.decode("utf-8", "replace").split("\n", 2), "", "", ""][:3]
    raise DriverError(message or "a foreign library ends the process that opens it", help, CODES.get(code, E1526))
