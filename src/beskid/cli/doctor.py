"""`beskid doctor`: look at everything that a working installation needs, and say what to do about what is missing."""

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


@node
class Finding:
    """One line: what was looked at, what was found, whether it is well, and what to do when it is not."""

    name: str
    text: str
    is_well: bool
    help: str = ""
    is_needed: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")


def execute(options: argparse.Namespace) -> int:
    findings = examine()
    if options.json:
        import json

        print(json.dumps({f.name: {"value": f.text, "ok": f.is_well} for f in findings}, indent=2))
    else:
        for finding in findings:
            print(f"{'ok ' if finding.is_well else '-- '} {finding.name:<14} {finding.text}")
            if not finding.is_well and finding.help:
                print(f"    {'':<14} help: {finding.help}")
    return STATUS_FINE if all(f.is_well or not f.is_needed for f in findings) else STATUS_ENVIRONMENT


def examine() -> list[Finding]:
    """Every finding; nothing is changed."""
    from beskid.codegen.host import host_triple

    generator = code_generator_stamp().removesuffix(".dist-info")
    return [
        Finding("host", host_triple(), True),
        Finding("beskid", __version__, True),
        Finding("python", sys.version.split()[0], True),
        Finding("code generator", generator, not generator.endswith("unknown"), "pip install llvmlite"),
        _runtime(),
        _core_library(),
        _linker(),
        _cache(),
    ]


def _runtime() -> Finding:
    from beskid.driver.execute import check_runtime

    try:
        return Finding("runtime", check_runtime(dict(os.environ)), True)
    except DriverError as fault:
        return Finding("runtime", fault.message, False, fault.help)


def _core_library() -> Finding:
    folder = Path(core_library_folder())
    prelude = folder / "Prelude.bd"
    return Finding("core library", str(folder), prelude.is_file(), "reinstall beskid")


def _linker() -> Finding:
    from beskid.driver.linking import linker_command

    try:
        command = linker_command(dict(os.environ))
    except DriverError as fault:
        return Finding("linker", fault.message, False, fault.help, is_needed=False)
    return Finding("linker", shutil.which(command[0]) or " ".join(command), True)


def _cache() -> Finding:
    folder = user_cache_folder(dict(os.environ))
    works = Cache(folder).store_object("doctor", b"")
    return Finding("cache", folder, works, "make this folder writable; without it every start is a cold one", False)
