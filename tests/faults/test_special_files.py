"""A file that is not a regular file, in every place where one is expected: a message, never a wait, never a change."""

from __future__ import annotations

import os
import random
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.amounts import amount
from tests.faults.harness import FAILURE_STATUSES, Injector, Outcome, Scenario
from tests.faults.scenarios import HELLO, PROJECT

NOBODY = 65534


def make_socket(path: Path) -> None:
    """Leave a socket in the file system; its name is relative, since the names of sockets are short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    finally:
        os.chdir(here)


SHAPES: dict[str, Callable[[Path], object]] = {
    "FIFO": os.mkfifo,
    "link to an endless device": lambda path: path.symlink_to("/dev/zero"),
    "link to an empty device": lambda path: path.symlink_to("/dev/null"),
    "socket": make_socket,
    "folder": Path.mkdir,
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "loop": lambda path: path.symlink_to(path.name),
}
INPUTS: dict[str, tuple[tuple[str, ...], str]] = {
    "source of check": (("check", "x.bd"), "x.bd"),
    "source of check --fix": (("check", "--fix", "x.bd"), "x.bd"),
    "source of run": (("run", "x.bd"), "x.bd"),
    "source of build": (("build", "x.bd", "-o", "x"), "x.bd"),
    "source of fmt": (("fmt", "x.bd"), "x.bd"),
    "source in a project": (("run",), "Src/Text.bd"),
    "manifest": (("run",), "Project.proj"),
    "manifest of a source": (("check", "Src/Text.bd"), "Project.proj"),
    "header": (("bind", "x.h", "--library", "x", "-o", "x.bd"), "x.h"),
    "response file": (("@x.rsp",), "x.rsp"),
    "file to verify": (("abi", "verify", "x"), "x"),
}
OUTPUTS: dict[str, tuple[tuple[str, ...], str]] = {
    "executable": (("build", "m.bd", "-o", "out"), "out"),
    "object": (("build", "m.bd", "--kind", "object", "-o", "out.o"), "out.o"),
    "binding": (("bind", "h.h", "--library", "h", "-o", "out.bd"), "out.bd"),
    "metadata": (("build", "m.bd", "-o", "out"), "out.beskid.json"),
    "report": (("test", "--junit", "out.xml"), "out.xml"),
}
EMPTY = Scenario("special", (), {"m.bd": HELLO, "h.h": "int twice(int value);\n"})
IN_PROJECT = Scenario("special", (), {**PROJECT, "m.bd": HELLO, "h.h": "int twice(int value);\n"})


def shapes_for(name: str) -> list[str]:
    """Return all shapes, or three in an ordinary run, chosen by the name so that together all are tried."""
    return sorted(random.Random(name).sample(sorted(SHAPES), min(amount(3, len(SHAPES)), len(SHAPES))))


def is_failure(outcome: Outcome) -> bool:
    return outcome.status in FAILURE_STATUSES and bool(outcome.stderr.strip()) and "Traceback" not in outcome.stderr


def set_up(injector: Injector, path: str, shape: str) -> os.stat_result:
    """Put a special file in the place of a file; return how it looks."""
    injector.set_up(IN_PROJECT if path in PROJECT or path == "out.xml" else EMPTY)
    place = injector.place.work / path
    place.unlink(missing_ok=True)
    SHAPES[shape](place)
    return place.lstat()


FOLDERS_ALLOWED = ("manifest", "manifest of a source", "source of fmt", "source of check", "source in a project")
"""A folder in place of these is a folder like any other: it may be a project, and `fmt` formats what is in one."""


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_is_not_a_file_is_a_diagnostic(name: str, injector: Injector) -> None:
    arguments, path = INPUTS[name]
    for shape in shapes_for(name):
        if shape == "folder" and name in FOLDERS_ALLOWED:
            continue
        before = set_up(injector, path, shape)
        outcome = injector.run(arguments)
        assert is_failure(outcome), f"{shape}: {outcome}"
        after = (injector.place.work / path).lstat()
        assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size), shape


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_that_is_not_a_file_is_not_replaced(output: str, injector: Injector) -> None:
    arguments, path = OUTPUTS[output]
    for shape in shapes_for(output):
        before = set_up(injector, path, shape)
        others = injector.place.files()
        outcome = injector.run(arguments)
        assert is_failure(outcome), f"{shape}: {outcome}"
        after = (injector.place.work / path).lstat()
        assert (after.st_ino, stat.S_IFMT(after.st_mode)) == (before.st_ino, stat.S_IFMT(before.st_mode)), shape
        assert injector.place.files() == others, shape


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cache_of_special_files_is_not_used(shape: str, injector: Injector) -> None:
    injector.set_up(EMPTY)
    assert injector.run(("run", "m.bd")).stdout == "hello\n"
    cache = injector.place.root / "home" / "cache"
    entries = [path for path in cache.rglob("*") if path.is_file()]
    assert {path.parent.name for path in entries} == {"compilers", "objects", "requests"}
    for path in (*entries, *(entry.parent for entry in entries), cache / "beskid", cache):
        aside = path.with_name("aside")
        path.rename(aside)
        SHAPES[shape](path)
        before = path.lstat()
        for arguments in (("run", "m.bd"), ("cache", "why", "m.bd")):
            outcome = injector.run(arguments)
            assert outcome.status == 0, f"{path.name}: {outcome}"
        assert injector.run(("run", "m.bd")).stdout == "hello\n"
        if not stat.S_ISDIR(before.st_mode):
            if stat.S_ISLNK(before.st_mode) or path not in entries:
                assert stat.S_IFMT(path.lstat().st_mode) in (stat.S_IFMT(before.st_mode), stat.S_IFREG)
            path.unlink()
            aside.rename(path)
        else:
            break


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become another user")
def test_what_another_user_may_not_read_is_a_diagnostic(injector: Injector) -> None:
    for name, (arguments, path) in INPUTS.items():
        if name == "header":
            continue  # Read by the C compiler, as root's tests of bindings show.
        injector.set_up(IN_PROJECT)
        place = injector.place.work / path
        place.write_text(HELLO, encoding="utf-8") if path not in PROJECT else None
        place.chmod(0)
        for folder in (injector.place.work, injector.place.root / "home"):
            folder.chmod(0o777)
        outcome = injector.run(arguments, user=NOBODY)
        assert is_failure(outcome), f"{name}: {outcome}"
        assert "permission denied" in outcome.stderr.lower(), f"{name}: {outcome}"
