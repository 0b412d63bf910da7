"""Starting a debugger on a program: its executable in the user's cache, and the command line of the debugger.

Code in memory is never debugged: an executable of the same object behaves alike, and every debugger can read it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.driver.built import executable_of
from beskid.driver.cache.key import PACKAGE_FOLDER, digest
from beskid.driver.cache.store import PROGRAMS
from beskid.driver.failure import DriverError
from beskid.files.places import absolute_path
from beskid.files.reading import is_file
from beskid.files.walking import names_in

if TYPE_CHECKING:
    from beskid.driver.inputs.snapshot import Snapshot
    from beskid.driver.session import Session

GDB_FILE = f"{PACKAGE_FOLDER}/_debug/gdb.py"
LLDB_FILE = f"{PACKAGE_FOLDER}/_debug/beskid_lldb.py"
"""What gdb and lldb need to know of Beskid programs."""

PANIC_COMMAND = "catch panic"
QUIT_COMMAND = "quit-when-exited"
"""Commands of gdb that `GDB_FILE` defines."""

USER_PYTHONPATH = "BESKID_PYTHONPATH"
"""The variable from which `LLDB_FILE` restores `PYTHONPATH`."""


class Debugger(Enum):
    GDB = "gdb"
    LLDB = "lldb"


def find_debugger(debugger: Debugger) -> str:
    """Return the path of a debugger. Raises `DriverError` if it is not installed."""
    found = shutil.which(debugger.value)
    if found is None:
        name = debugger.value
        other = "`--lldb` uses lldb instead" if debugger is Debugger.GDB else "without `--lldb`, gdb is used"
        raise DriverError(f"cannot find {name}", f"install it, for example with `apt install {name}`; {other}")
    return found


def make_executable(session: Session, image: bytes, environment: dict[str, str]) -> str:
    """Link an object, and return the path of the executable in the user's cache."""
    program = executable_of(image, session.triple(), environment, session.links)
    name = digest(program)
    if not session.cache.store_program(name, program):
        help = "a debugger reads the executable there; set XDG_CACHE_HOME to use another folder"
        raise DriverError(f"cannot write to the cache {session.cache.folder}", help)
    return f"{session.cache.folder}/{PROGRAMS}/{name}"


def debugger_command(
    debugger: Debugger,
    path: str,
    program: str,
    arguments: Sequence[str],
    places: Sequence[tuple[str, str]],
    commands: Sequence[str] = (),
    file: str = "",
) -> list[str]:
    """Return the command line that debugs a program. `path` is that of the debugger.

    `places` are names of folders in the debug information, and where they are. The debugger runs the `commands` and
    those of the file first.
    """
    if debugger is Debugger.LLDB:
        options = [
            f"settings append target.source-map {lldb_argument(name)} {lldb_argument(at)}" for name, at in places
        ]
        known = f"command script import {lldb_argument(LLDB_FILE)}"
        started = [word for each in (known, *options, *commands) for word in ("-o", each)]
        return [path, *started, *(["-s", file] if file else []), "--", program, *arguments]
    folders = [word for name, at in places if name == "." for word in ("-d", at)]
    options = [f"set substitute-path ./{name} {gdb_argument(at)}" for name, at in places if name != "."]
    started = [word for each in (*options, *commands) for word in ("-ex", each)]
    own = [
        "-q",
        "-iex",
        "set print symbol-loading off",
        *folders,
        "-x",
        GDB_FILE,
        *started,
        *(["-x", file] if file else []),
    ]
    return [path, *own, "--args", program, *arguments]


def debugger_environment(debugger: Debugger, path: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a debugger.

    lldb 14 of Debian looks for its own Python module in a folder that does not exist. That module imports others of
    the system, which the Python in lldb does not find when `PATH` begins with a virtual environment.
    """
    if debugger is not Debugger.LLDB:
        return dict(environment)
    library = Path(path).resolve().parent.parent / "lib"
    versions = [name for name in names_in(str(library)) if name.startswith("python3")]
    folders = [f"{library}/{version}/{name}-packages" for version in versions for name in ("dist", "site")]
    found = [folder for folder in folders if is_file(f"{folder}/lldb/embedded_interpreter.py")]
    if not found:
        return dict(environment)
    known = environment.get("PYTHONPATH", "")
    # Last, because the system has modules of other versions there than the user may want.
    shared = f"{library.parent.parent}/python3/dist-packages"
    joined = os.pathsep.join([*found, *([known] if known else []), shared])
    return {**environment, "PYTHONPATH": joined, USER_PYTHONPATH: known}


def gdb_argument(text: str) -> str:
    """Escape a path for a command of gdb."""
    return "".join([f"\\{each}" if each in "\\\"' \t" else each for each in text])


def lldb_argument(text: str) -> str:
    """Quote a path for a command of lldb."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def source_places(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return where the sources of a program are: the folder in their names, `.` for none, and the real one."""
    found: dict[tuple[str, str], None] = {}
    for tree in snapshot.trees.values():
        for file in tree.files.values():
            if file.path:
                found[_without_common_end(file.display, absolute_path(file.path))] = None
    return list(found)


def _without_common_end(name: str, path: str) -> tuple[str, str]:
    """Return the folders in which a file is, by its name and by its path, without those that both end with."""
    names, parts = Path(name).parts, Path(path).parts
    common = 0
    while common < min(len(names), len(parts)) and names[-1 - common] == parts[-1 - common]:
        common += 1
    return str(Path(*names[: len(names) - common])), str(Path(*parts[: len(parts) - common]))
