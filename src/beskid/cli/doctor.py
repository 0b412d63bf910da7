"""`beskid doctor`: check what an installation needs, with advice for what is missing."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from beskid import __version__
from beskid.base.node import node
from beskid.driver.cache.key import code_generator_stamp, core_library_folder
from beskid.driver.cache.store import Cache, user_cache_folder
from beskid.driver.failure import STATUS_ENVIRONMENT, STATUS_FINE, DriverError
from beskid.files.places import current_folder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_file


@node
class Finding:
    """The result of one check. A failed check that is not `is_needed` does not make the command fail."""

    name: str
    text: str
    is_ok: bool
    help: str = ""
    is_needed: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--targets", action="store_true", help="list the machines that programs can be built for")


def execute(options: argparse.Namespace) -> int:
    if options.targets:
        return print_targets(options.json)
    findings = examine()
    if options.json:
        import json

        print(json.dumps({f.name: {"value": shown_name(f.text), "ok": f.is_ok} for f in findings}, indent=2))
    else:
        for finding in findings:
            print(f"{'ok ' if finding.is_ok else '-- '} {finding.name:<14} {shown_name(finding.text)}")
            if not finding.is_ok and finding.help:
                print(f"    {'':<14} help: {shown_name(finding.help)}")
    return STATUS_FINE if all(f.is_ok or not f.is_needed for f in findings) else STATUS_ENVIRONMENT


def print_targets(as_json: bool) -> int:
    """Print what can be built for each target, and what is installed for it."""
    from beskid.driver.targets import states_of_targets

    states = states_of_targets(dict(os.environ))
    if as_json:
        import json

        print(json.dumps([state.fields() for state in states], indent=2))
        return STATUS_FINE
    for state in states:
        mark = "ok " if state.is_ready else "-- "
        print(f"{mark} {state.target.name:<19} tier {state.target.tier}  {state.summary()}")
    return STATUS_FINE


def examine() -> list[Finding]:
    from beskid.codegen.host import host_triple

    generator = code_generator_stamp().removesuffix(".dist-info")
    return [
        Finding("host", host_triple(), True),
        Finding("beskid", __version__, True),
        Finding("python", sys.version.split()[0], True),
        Finding("front end", form_of_front_end(), True),
        Finding("code generator", generator, not generator.endswith("unknown"), "pip install llvmlite"),
        _runtime(),
        _core_library(),
        _linker(),
        *_distribution("C libraries", "beskid-sysroots"),
        *_distribution("packages", "beskid-runtime"),
        _git(),
        _cache(),
        _working_folder(),
    ]


def form_of_front_end() -> str:
    """Return whether the front end is compiled, as in the wheel for one version of CPython, or runs as Python."""
    from beskid.syntax import lexer

    is_compiled = not (lexer.__file__ or "").endswith(".py")
    return f"compiled for CPython {sys.version_info[0]}.{sys.version_info[1]}" if is_compiled else "Python"


def _runtime() -> Finding:
    from beskid.driver.execute import check_runtime

    try:
        return Finding("runtime", check_runtime(dict(os.environ)), True)
    except DriverError as error:
        return Finding("runtime", error.message, False, error.help)


def _core_library() -> Finding:
    folder = Path(core_library_folder())
    prelude = folder / "Prelude.bd"
    return Finding("core library", str(folder), is_file(str(prelude)), "reinstall beskid")


def _linker() -> Finding:
    from beskid.driver.linking import linker_command

    try:
        command = linker_command(dict(os.environ))
    except DriverError as error:
        return Finding("linker", error.message, False, error.help, is_needed=False)
    return Finding("linker", shutil.which(command[0]) or " ".join(command), True)


def _distribution(what: str, name: str) -> list[Finding]:
    """A distribution with the C libraries of other targets, or with the runtime of Python packages, if it is installed.

    It belongs to one version of beskid (ABI-004).
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version(name)
    except PackageNotFoundError:
        return []
    return [Finding(what, f"{name} {found}", found == __version__, f"pip install {name}=={__version__}")]


def _git() -> Finding:
    from beskid.driver.dependencies.git import find_git

    try:
        return Finding("git", find_git(dict(os.environ)), True)
    except DriverError as error:
        return Finding("git", error.message, False, error.help, is_needed=False)


def _cache() -> Finding:
    folder = user_cache_folder(dict(os.environ))
    cache = Cache(folder)
    if not cache.is_usable():
        help = f"remove {shown_name(folder)}, or give it to yourself alone with `chown` and `chmod 700`"
        return Finding("cache", f"{folder} is not a folder of yours alone", False, help, False)
    works = cache.store_object("doctor", b"")
    cache.remove_object("doctor")
    return Finding("cache", folder, works, "make this folder writable; without a cache every run compiles", False)


def _working_folder() -> Finding:
    try:
        return Finding("working folder", current_folder(), True)
    except FileError as error:
        return Finding("working folder", error.reason, False, error.help, False)
