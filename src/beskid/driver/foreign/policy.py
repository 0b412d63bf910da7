"""Which foreign libraries a program may use, and which files they are (decisions X1 to X3).

Takes the externs that an object's note lists, what the manifest and the command line permit, and the environment's
policy; returns one plan for both back ends or raises one `DriverError` that lists every pair. Standard library only:
the warm path comes through here.
"""

from __future__ import annotations

import os

from beskid.abi.libraries import SYSTEM_LIBRARIES, canonical_library, is_archive, is_bare
from beskid.codegen.extern_rows import ExternRow
from beskid.codegen.host import host_machine, host_triple
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_USAGE, DriverError
from beskid.files.problems import shown_name
from beskid.files.reading import read_start
from beskid.files.walking import names_in
from beskid.source.codes import E1524, E1526, E1527, E1893, E1894

ALLOW_VARIABLE = "BESKID_EXTERN_ALLOW"
DENY_VARIABLE = "BESKID_EXTERN_DENY"
DLOPEN_VARIABLE = "BESKID_EXTERN_DLOPEN"

LEGACY_HOST = "x86_64-unknown-linux"
LEGACY_TYPES = frozenset(("i8", "i32", "i64", "ptr", "double", "void"))
"""What crosses on the legacy dynamic path: words of the machine and `f64`."""

MAX_SCRIPT_BYTES = 1 << 16
"""How much of a linker script is read."""

LINK_ARGUMENTS_OPTION = "--allow-link-args"

SYSTEM_FOLDERS = ("/usr/local/lib", "/lib", "/usr/lib", "/lib64", "/usr/lib64")


class LinkOptions:
    """What a program may link: libraries as written, folders to look in, further words for the linker, and whether
    libraries that are not permitted are opened too."""

    __slots__ = ("dlopen", "extra_arguments", "libraries", "search_paths")

    def __init__(
        self,
        libraries: tuple[str, ...] = (),
        search_paths: tuple[str, ...] = (),
        extra_arguments: tuple[str, ...] = (),
        dlopen: bool = False,
    ) -> None:
        self.libraries = libraries
        self.search_paths = search_paths
        self.extra_arguments = extra_arguments
        self.dlopen = dlopen

    def words(self) -> list[str]:
        """A line for each entry, from which `from_words` makes equal options."""
        return [
            *[f"library {name}" for name in self.libraries],
            *[f"folder {path}" for path in self.search_paths],
            *[f"extra {word}" for word in self.extra_arguments],
            *(["dlopen "] if self.dlopen else []),
        ]

    def with_more(self, other: LinkOptions) -> LinkOptions:
        """These and the others, the others' folders first: they are the command line's."""
        return LinkOptions(
            tuple(dict.fromkeys([*self.libraries, *other.libraries])),
            tuple(dict.fromkeys([*other.search_paths, *self.search_paths])),
            (*self.extra_arguments, *other.extra_arguments),
            self.dlopen or other.dlopen,
        )

    @staticmethod
    def from_words(words: list[str]) -> LinkOptions:
        """The options that `words` gave."""
        split = [word.partition(" ") for word in words]
        return LinkOptions(
            tuple([rest for kind, _, rest in split if kind == "library"]),
            tuple([rest for kind, _, rest in split if kind == "folder"]),
            tuple([rest for kind, _, rest in split if kind == "extra"]),
            any(kind == "dlopen" for kind, _, _ in split),
        )


class LibraryPlace:
    """Where libraries are looked up besides the folders that options name, and how the names of their files end."""

    __slots__ = ("folders", "suffixes")

    def __init__(self, folders: tuple[str, ...], suffixes: tuple[str, ...] = (".so", ".a")) -> None:
        self.folders = folders
        self.suffixes = suffixes


class ForeignPlan:
    """What every library as written is: a file, or a name that loader and linker look up alike."""

    __slots__ = ("names", "options", "rows")

    def __init__(self, rows: list[ExternRow], names: dict[str, str], options: LinkOptions) -> None:
        self.rows = rows
        self.names = names
        self.options = options

    def pairs(self) -> list[tuple[str, str]]:
        return [(row.library, row.symbol) for row in self.rows]


def make_plan(
    rows: list[ExternRow], options: LinkOptions, environment: dict[str, str], place: LibraryPlace | None = None
) -> ForeignPlan:
    """Check the policy and find the libraries, of this machine unless `place` says otherwise; raises `DriverError`."""
    place = place or LibraryPlace(system_folders())
    if not rows:
        return ForeignPlan([], {}, options)
    check_policy(rows, environment)
    permitted = _permitted(options)
    strangers = [row for row in rows if canonical_library(row.library) not in permitted]
    if strangers:
        _check_legacy(strangers, options, environment)
    names: dict[str, str] = {}
    missing: list[str] = []
    for row in rows:
        if row.library not in names:
            written = permitted.get(canonical_library(row.library)) or row.library
            found = find_library(written, row.library, options.search_paths, place)
            names[row.library] = found
            if not found:
                missing += [f"{each.library}:{each.symbol}" for each in rows if each.library == row.library]
    if missing:
        raise DriverError(
            f"unresolved extern {', '.join(missing)}: the library is not found",
            "install its development package, name a folder with -L, or give the path of the file with --link",
            E1526,
        )
    return ForeignPlan(rows, names, options)


def _permitted(options: LinkOptions) -> dict[str, str]:
    """What each permitted library is by its canonical name: the text of the option, a path before a bare name."""
    permitted: dict[str, str] = {}
    for written in options.libraries:
        canonical = canonical_library(written)
        known = permitted.get(canonical)
        if known is None or is_bare(known):
            permitted[canonical] = written
        elif not is_bare(written) and written != known:
            raise DriverError(
                f"the library `{canonical}` is given twice: `{known}` and `{written}`",
                "the manifest's `link` block and `--link` must agree: keep one",
                E1893,
                STATUS_USAGE,
            )
    for name, file in SYSTEM_LIBRARIES.items():
        permitted[name] = file
    return permitted


# Linker arguments -----------------------------------------------------------------------------------------------


def check_link_arguments(of_project: LinkOptions) -> None:
    """Raise `DriverError` for what a manifest may only give to a linker when the command line allows it.

    Every other argument could name a program that the linker driver starts, or another output file.
    """
    refused = [word for word in of_project.extra_arguments if not is_safe_argument(word)]
    refused += [name for name in of_project.libraries if "/" in name]
    if not refused:
        return
    listed = ", ".join([f"`{shown_name(word)}`" for word in refused])
    raise DriverError(
        f"the manifest's `link` block has entries that only the command line can allow: {listed}",
        f"pass {LINK_ARGUMENTS_OPTION} if you trust this project",
        E1894,
        STATUS_DIAGNOSTICS,
    )


def is_safe_argument(word: str) -> bool:
    """Whether a linker argument only chooses libraries, their folders, or properties of the output (decision X1)."""
    if word in ("-pthread", "-Wl,--as-needed"):
        return True
    if word.startswith(("-l", "-L")):
        return len(word) > 2
    head, *parts = word.split(",")
    keywords = parts[1::2]
    return (
        head == "-Wl"
        and len(parts) > 0
        and len(parts) % 2 == 0
        and all(part == "-z" for part in parts[::2])
        and all(part[:1].isalpha() and part.replace("-", "").replace("=", "").isalnum() for part in keywords)
    )


# Policy ---------------------------------------------------------------------------------------------------------


def check_policy(rows: list[ExternRow], environment: dict[str, str]) -> None:
    """Apply the lists of the environment: an allow list must name every pair, the deny list none."""
    allowed = _patterns(environment.get(ALLOW_VARIABLE, ""))
    denied = _patterns(environment.get(DENY_VARIABLE, ""))
    problems: list[str] = []
    for row in rows:
        if allowed and not any(_matches(pattern, row) for pattern in allowed):
            problems.append(f"extern {row.library}:{row.symbol} denied by allowlist")
        elif any(_matches(pattern, row) for pattern in denied):
            problems.append(f"extern {row.library}:{row.symbol} denied by denylist")
    if problems:
        raise DriverError(
            "\n".join(problems),
            f"the policy is set by the environment variables {ALLOW_VARIABLE} and {DENY_VARIABLE}",
            E1527,
            STATUS_DIAGNOSTICS,
        )


def _patterns(text: str) -> list[str]:
    return [stripped for pattern in text.split(",") if (stripped := pattern.strip())]


def _matches(pattern: str, row: ExternRow) -> bool:
    """`library:symbol` with a `*` at the end or start of each side, or a bare symbol; libraries by either name."""
    library, colon, symbol = pattern.partition(":")
    if not colon:
        return _fits(pattern, row.symbol)
    written = _fits(library, row.library) or _fits(library, canonical_library(row.library))
    return written and _fits(symbol, row.symbol)


def _fits(pattern: str, text: str) -> bool:
    head, star, tail = pattern.partition("*")
    if not star:
        return pattern == text
    return len(text) >= len(head) + len(tail) and text.startswith(head) and text.endswith(tail)


# The legacy dynamic path ----------------------------------------------------------------------------------------


def _check_legacy(strangers: list[ExternRow], options: LinkOptions, environment: dict[str, str]) -> None:
    """Libraries that are not permitted are opened only on request, on one platform, with few types."""
    listed = "\n".join([f"  {row.library}:{row.symbol}" for row in strangers])
    first = canonical_library(strangers[0].library)
    permit = f'permit a library with `link {{ libraries = ["{first}"] }}` in the manifest or with `--link {first}`'
    if not (options.dlopen or environment.get(DLOPEN_VARIABLE) == "1"):
        raise DriverError(
            f"externs of libraries that are not permitted:\n{listed}",
            f"{permit}; `--extern-dlopen` opens libraries without permission",
            E1527,
            STATUS_DIAGNOSTICS,
        )
    if not host_triple().startswith(LEGACY_HOST):
        raise DriverError(
            f"--extern-dlopen is not supported on {host_triple()}, only on {LEGACY_HOST}:\n{listed}",
            permit,
            E1527,
            STATUS_DIAGNOSTICS,
        )
    for row in strangers:
        parameters, _, result = row.signature.removeprefix("(").partition(")")
        foreign = [type for type in (*parameters.split(","), result) if type and type not in LEGACY_TYPES]
        if foreign:
            raise DriverError(
                f"extern signature not allowed for `{row.symbol}`: "
                f"type {foreign[0]} does not cross with --extern-dlopen",
                f"{permit}: linked libraries take all numbers",
                E1524,
                STATUS_DIAGNOSTICS,
            )


# Files ----------------------------------------------------------------------------------------------------------


def find_library(written: str, named: str, search_paths: tuple[str, ...], place: LibraryPlace) -> str:
    """The file of a library, or a name that is passed on as written; empty when a bare name is found nowhere."""
    if canonical_library(written) in SYSTEM_LIBRARIES:
        return SYSTEM_LIBRARIES[canonical_library(written)]
    if is_bare(written) and not is_bare(named):
        written = named
    if "/" in written:
        return file_of_library(os.path.abspath(written))
    if not is_bare(written):
        in_folder = next((f"{path}/{written}" for path in search_paths if os.path.isfile(f"{path}/{written}")), "")
        return file_of_library(os.path.abspath(in_folder)) if in_folder else written
    for folder in (*search_paths, *place.folders):
        file = _in_folder(folder, written, place.suffixes)
        if file:
            return os.path.abspath(file)
    return ""


def system_folders() -> tuple[str, ...]:
    """Where the libraries of this machine lie."""
    triple = f"{host_machine()}-linux-gnu"
    return (f"/lib/{triple}", f"/usr/lib/{triple}", *SYSTEM_FOLDERS)


def _in_folder(folder: str, name: str, suffixes: tuple[str, ...]) -> str:
    """The file with the first of the suffixes that a folder has; empty without one."""
    for suffix in suffixes:
        file = _shared_object(folder, name) if suffix == ".so" else f"{folder}/lib{name}{suffix}"
        if file and os.path.isfile(file):
            return file
    return ""


def _shared_object(folder: str, name: str) -> str:
    """`libNAME.so`, else the one with the highest version."""
    plain = f"lib{name}.so"
    file = file_of_library(f"{folder}/{plain}")
    if is_shared_object(file):
        return file
    versions = [
        entry for entry in names_in(folder) if entry.startswith(f"{plain}.") and is_shared_object(f"{folder}/{entry}")
    ]
    return f"{folder}/{max(versions, key=_version)}" if versions else ""


def _version(entry: str) -> list[int]:
    return [int(part) for part in entry.rpartition(".so.")[2].split(".") if part.isdigit()]


def is_shared_object(path: str) -> bool:
    """Whether the file is ELF; `libNAME.so` may also be a script of the linker."""
    return read_start(path, 4) == b"\x7fELF"


def file_of_library(path: str) -> str:
    """The library that a linker script in its place names, which a loader cannot read; else the path itself."""
    start = read_start(path, MAX_SCRIPT_BYTES)
    if start.startswith((b"\x7fELF", b"!<arch>")):
        return path
    target = target_of_script(start, os.path.dirname(path))
    return os.path.abspath(target) if target else path


def target_of_script(data: bytes, folder: str) -> str:
    """The first shared library that a linker script names in `GROUP` or `INPUT`; empty when it is not a script.

    A relative name is seen from the folder of the script.
    """
    text = data[:MAX_SCRIPT_BYTES].decode("utf-8", "surrogateescape")
    for command in ("GROUP", "INPUT"):
        _, found, rest = text.partition(command)
        if not found:
            continue
        for word in rest.partition("(")[2].partition(")")[0].replace(",", " ").split():
            if ".so" in word and "\0" not in word:
                return word if word.startswith("/") else os.path.join(folder, word)
    return ""


def refuse_archives(plan: ForeignPlan) -> None:
    """A process opens shared libraries only."""
    archives = [row for row in plan.rows if is_archive(plan.names[row.library])]
    if archives:
        listed = ", ".join([f"{row.library}:{row.symbol}" for row in archives])
        raise DriverError(
            f"unresolved extern {listed}: `{shown_name(plan.names[archives[0].library])}` is a static library",
            "`run` opens shared libraries: install one, or make an executable with `beskid build`",
            E1526,
        )
