"""The native command starts the executable of an unchanged program, and leaves everything else to the compiler."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lang.case import Case, Outcome, find_cases, problems
from tests.launcher.installed import ROOT, SECONDS, Installation, Ran, install
from tools.launcher_variables import render

from beskid import __version__
from beskid.driver import launches
from beskid.driver.cache.store import LAUNCHES, PROGRAMS, RECORDS, Cache, Record
from beskid.driver.cache.warm import RunRequest
from beskid.driver.launches import make_launch, start_making

HELLO = """
use System.Environment;

unit main(string[] args) {
    PrintLine("hello ${args} ${Environment.Get("BESKID_LAUNCHER").IsOk()}");
}
"""
SHOW_LOCALE = """
use System.Environment;

unit main() {
    PrintLine("${Environment.Get("LC_CTYPE")}");
}
"""
GIVEN_DESCRIPTOR = 57
YEAR_2400 = 13_569_465_600
CASES = [
    case
    for case in find_cases(ROOT / "tests" / "lang")
    if {"jit-O2", "aot-O2"} <= set(case.engines) and not case.restrictions
]
if os.environ.get("BESKID_LAUNCHES") != "all":
    CASES = [case for case in CASES if case.name.startswith(("panics/", "program/"))]


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("command")).command


@pytest.fixture
def beskid(command: Path, tmp_path: Path) -> Installation:
    """Return an installation with an empty cache."""
    made = Installation(tmp_path / "installed")
    made.command.parent.mkdir(parents=True)
    shutil.copy(command, made.command)
    script = (command.parent / "beskid-python").read_text(encoding="utf-8")
    target = made.folder / "bin" / "beskid-python"
    target.write_text(script.replace(str(command.parents[1]), str(made.folder)), encoding="utf-8")
    target.chmod(0o755)
    return made


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "hello.bd").write_text(HELLO, encoding="utf-8")
    return folder


# What it starts -----------------------------------------------------------------------------------------------------


def test_the_second_start_needs_no_python(beskid: Installation, hello: Path) -> None:
    first = beskid.run("run", "hello.bd", "--", "a", "b c", folder=hello)
    assert (first.stdout, first.stderr, first.is_native) == ('hello ["a", "b c"] false\n', "", False)
    beskid.await_launches()
    second = beskid.run("run", "hello.bd", "--", "a", "b c", folder=hello)
    assert (second.stdout, second.stderr, second.status, second.is_native) == (first.stdout, "", 0, True)


def test_the_arguments_are_the_programs(beskid: Installation, hello: Path) -> None:
    beskid.prepare("hello.bd", folder=hello)
    done = beskid.run("run", "-q", "hello.bd", "--", "--", "-x", "@y", "", folder=hello)
    assert (done.stdout, done.is_native) == ('hello ["--", "-x", "@y", ""] false\n', True)


@pytest.mark.parametrize("path", ["./hello.bd", "../home/hello.bd", ".//x/..///hello.bd", "{absolute}"])
def test_a_file_is_one_request_however_it_is_named(path: str, beskid: Installation, hello: Path) -> None:
    beskid.prepare("hello.bd", folder=hello)
    assert beskid.run("run", path.format(absolute=hello / "hello.bd"), folder=hello).is_native


def test_a_project_is_started_from_its_folder(beskid: Installation, tmp_path: Path) -> None:
    beskid.run("new", "shop", folder=tmp_path)
    beskid.prepare("--", "Ada", folder=tmp_path / "shop")
    (tmp_path / "shop" / "Src" / "Other.bd").write_text("pub i64 One() => 1;\n", encoding="utf-8")
    done = beskid.run("run", "--", "Ada", folder=tmp_path / "shop")
    assert (done.stdout, done.is_native) == ("Hello, Ada!\n", False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_programs_behave_as_under_the_compiler(case: Case, beskid: Installation, tmp_path: Path) -> None:
    words = ("run", "-q", str(case.input), "--", *case.arguments)
    first = beskid.run(*words, folder=tmp_path, stdin=case.stdin)
    environment = {**os.environ, "XDG_CACHE_HOME": str(beskid.cache.parent)}
    make_launch(RunRequest(input=str(case.input)).key(), str(beskid.command), environment)
    native = beskid.run(*words, folder=tmp_path, stdin=case.stdin)
    assert (first.is_native, native.is_native) == (False, True)
    assert problems(case, Outcome(native.stdout, native.stderr, native.status)) == []
    # The trace of a stack overflow depends on the size of the stack.
    assert (native.stdout, native.status) == (first.stdout, first.status)


@pytest.mark.parametrize("variables", [{}, {"LC_CTYPE": "C"}, {"LC_CTYPE": "C.UTF-8"}, {"LC_ALL": "C"}], ids=str)
def test_both_get_the_locale_that_the_user_set(variables: dict[str, str], beskid: Installation, hello: Path) -> None:
    """The interpreter of the compiler changes `LC_CTYPE` for itself (PEP 538)."""
    (hello / "locale.bd").write_text(SHOW_LOCALE, encoding="utf-8")
    shown = (
        f'Ok("{variables["LC_CTYPE"]}")' if "LC_CTYPE" in variables else 'Error(EnvironmentError::NotFound("LC_CTYPE"))'
    )
    first = beskid.run("run", "locale.bd", folder=hello, variables=variables)
    assert (first.stdout, first.is_native) == (f"Result::{shown}\n", False)
    beskid.await_launches()
    assert beskid.run("run", "locale.bd", folder=hello, variables=variables) == Ran(first.stdout, "", 0, True)


def test_the_separate_process_keeps_no_descriptor_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock or a pipe that the command was given would stay in use after the command has ended."""
    request = RunRequest(input="/nothing.bd")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Cache(str(tmp_path / "beskid")).store_record(request.key(), Record("", "", [], [], []))
    listing = tmp_path / "listing"
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\nls /proc/self/fd > '{listing}.new'\nmv '{listing}.new' '{listing}'\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    with (tmp_path / "lock").open("w") as lock:
        given = os.dup2(lock.fileno(), GIVEN_DESCRIPTOR, inheritable=True)
        try:
            start_making(request, "/bin/beskid")
        finally:
            os.close(given)
    end = time.monotonic() + SECONDS
    while not listing.exists():
        assert time.monotonic() < end, "the process was not started"
        time.sleep(0.02)
    assert str(GIVEN_DESCRIPTOR) not in listing.read_text().split()


@pytest.mark.parametrize("is_writable", [True, False])
def test_no_process_is_started_where_no_launch_can_be_stored(
    is_writable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The superuser may write to every folder, except on a file system that is read-only."""
    request = RunRequest(input="/nothing.bd")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Cache(str(tmp_path / "beskid")).store_record(request.key(), Record("", "", [], [], []))
    started: list[object] = []
    monkeypatch.setattr(os, "posix_spawn", lambda *arguments, **named: started.append(arguments))
    monkeypatch.setattr(os, "access", lambda path, mode, **named: is_writable)
    start_making(request, "/bin/beskid")
    assert bool(started) == is_writable


def test_a_signal_ends_both_alike(beskid: Installation, hello: Path) -> None:
    text = '[Extern(Abi: "C", Library: "c")]\ncontract C { i32 raise(i32 signal); }\n'
    (hello / "end.bd").write_text(text + "unit main(string[] args) { if args.Len() > 0 { C.raise(9); } }\n")
    beskid.prepare("end.bd", folder=hello)
    ended = beskid.run("run", "end.bd", "--", "now", folder=hello)
    assert (ended.status, ended.is_native) == (-9, True)


def test_the_version(beskid: Installation, hello: Path) -> None:
    for word in ("--version", "-V"):
        done = beskid.run(word, folder=hello)
        assert (done.stdout, done.stderr, done.status, done.is_native) == (f"beskid {__version__}\n", "", 0, True)


# What it leaves to the compiler -------------------------------------------------------------------------------------

OTHER_COMMANDS: dict[str, tuple[list[str], dict[str, str]]] = {
    "a level": (["-O0", "hello.bd"], {}),
    "an engine": (["--engine", "jit", "hello.bd"], {}),
    "a result": (["--print-result", "hello.bd"], {}),
    "two files": (["hello.bd", "hello.bd"], {}),
    "a file of arguments": (["@words"], {}),
    "another runtime": (["hello.bd"], {"BESKID_RUNTIME_LIBRARY": ""}),
    "a list of foreign functions": (["hello.bd"], {"BESKID_EXTERN_DENY": "abs"}),
    "other modules": (["hello.bd"], {"PYTHONPATH": "."}),
    "no packages of the user": (["hello.bd"], {"PYTHONNOUSERSITE": "1"}),
    "no cache": (["hello.bd"], {"XDG_CACHE_HOME": "", "HOME": ""}),
    "two slashes": (["/{absolute}"], {}),
}


@pytest.mark.parametrize("name", OTHER_COMMANDS)
def test_other_commands_are_the_compilers(name: str, beskid: Installation, hello: Path) -> None:
    (hello / "words").write_text("hello.bd\n", encoding="utf-8")
    beskid.prepare("hello.bd", folder=hello)
    words, variables = OTHER_COMMANDS[name]
    words = [word.format(absolute=hello / "hello.bd") for word in words]
    assert not beskid.run("run", *words, folder=hello, variables=variables).is_native


def test_a_closed_stream_is_the_compilers(beskid: Installation, hello: Path) -> None:
    beskid.prepare("hello.bd", folder=hello)
    shell = ["sh", "-c", f"exec '{beskid.command}' run hello.bd 2>&-"]
    assert not beskid.run(folder=hello, command=shell).is_native


def edit_source(beskid: Installation, folder: Path) -> None:
    """Replace a word by one of the same length, and set the time stamp back."""
    path = folder / "hello.bd"
    before = path.stat()
    path.write_text(HELLO.replace("hello ", "HELLO "), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_manifest(beskid: Installation, folder: Path) -> None:
    """Make the file a part of a project, whose sources are elsewhere."""
    (folder.parent / "Shop.bproj").write_text('Shop { name = "Shop" version = "1" }\n', encoding="utf-8")


def change(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def swap_programs(beskid: Installation, folder: Path) -> None:
    """Put the whole entries of another program under the names of this one."""
    (folder / "other.bd").write_text('unit main() { PrintLine("other"); }\n', encoding="utf-8")
    names = {kind: beskid.entries(kind)[0].name for kind in (LAUNCHES, PROGRAMS, RECORDS)}
    beskid.run("run", "other.bd", folder=folder)
    beskid.await_launches(2)
    for kind, name in names.items():
        (other,) = [path for path in beskid.entries(kind) if path.name != name]
        shutil.copy(other, other.with_name(name))


def claim_another_launcher(beskid: Installation, folder: Path) -> None:
    (launch,) = beskid.entries(LAUNCHES)
    _, _, text = launch.read_bytes().partition(b"\n")
    other = text.replace(str(beskid.command).encode(), b"/usr/bin/beskid")
    assert other != text
    assert Cache(str(beskid.cache)).store_launch(launch.name, other)


def age_compiler(beskid: Installation, folder: Path) -> None:
    """Store a launch that was made with other files of the compiler."""
    (launch,) = beskid.entries(LAUNCHES)
    _, _, text = launch.read_bytes().partition(b"\n")
    lines = text.decode().split("\n")
    row = next(index for index, line in enumerate(lines) if line.endswith("Prelude.bd"))
    device, inode, size, modified, changed, path = lines[row].split(" ", 5)
    lines[row] = f"{device} {inode} {size} {modified} {int(changed) - 1} {path}"
    assert Cache(str(beskid.cache)).store_launch(launch.name, "\n".join(lines).encode())


def date_far_ahead(beskid: Installation, folder: Path) -> None:
    """Store a launch that depends on a file whose nanoseconds do not fit into 64 bits."""
    (launch,) = beskid.entries(LAUNCHES)
    _, _, text = launch.read_bytes().partition(b"\n")
    os.utime(folder, (YEAR_2400, YEAR_2400))
    found = folder.stat()
    row = f"{found.st_dev} {found.st_ino} 0 {found.st_mtime_ns} {found.st_ctime_ns} {folder}"
    assert Cache(str(beskid.cache)).store_launch(launch.name, text + f"\n{row}".encode())


def link_cache(beskid: Installation, folder: Path) -> None:
    beskid.cache.rename(beskid.folder / "elsewhere")
    beskid.cache.symlink_to(beskid.folder / "elsewhere")


CHANGES: dict[str, Callable[[Installation, Path], None]] = {
    "the source": edit_source,
    "a manifest above": add_manifest,
    "a damaged record": lambda beskid, folder: change(beskid.record(), -1),
    "a damaged launch": lambda beskid, folder: change(beskid.entries(LAUNCHES)[0], -1),
    "a damaged executable": lambda beskid, folder: change(beskid.program(), -1),
    "a missing executable": lambda beskid, folder: beskid.program().unlink(),
    "an executable that others may change": lambda beskid, folder: beskid.program().chmod(0o722),
    "a cache that others may change": lambda beskid, folder: beskid.cache.chmod(0o777),
    "a time far ahead": date_far_ahead,
    "a cache behind a link": link_cache,
    "entries of another program": swap_programs,
    "another installation": claim_another_launcher,
    "a changed core library": age_compiler,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(name: str, beskid: Installation, hello: Path) -> None:
    beskid.prepare("hello.bd", folder=hello)
    CHANGES[name](beskid, hello)
    done = beskid.run("run", "hello.bd", folder=hello)
    assert not done.is_native
    if name != "a manifest above":
        assert done.stdout == ("HELLO [] false\n" if name == "the source" else "hello [] false\n")


def test_warnings_are_printed_by_the_compiler(beskid: Installation, hello: Path) -> None:
    (hello / "warned.bd").write_text("unit main() { let unused = 1; }\n", encoding="utf-8")
    first = beskid.run("run", "warned.bd", folder=hello)
    beskid.await_launches()
    second = beskid.run("run", "warned.bd", folder=hello)
    assert "W1407" in first.stderr
    assert (second.stderr, second.is_native) == (first.stderr, False)
    assert beskid.run("run", "-q", "warned.bd", folder=hello).is_native


def test_without_a_linker_the_compiler_runs_programs(beskid: Installation, hello: Path) -> None:
    """It is asked for an executable once, not at every start."""
    variables = {"CC": "/bin/false"}
    assert not beskid.run("run", "hello.bd", folder=hello, variables=variables).is_native
    (launch,) = beskid.await_launches()
    written = launch.stat().st_mtime_ns
    done = beskid.run("run", "hello.bd", folder=hello, variables=variables)
    assert (done.stdout, done.is_native) == ("hello [] false\n", False)
    assert launch.stat().st_mtime_ns == written
    assert beskid.entries(PROGRAMS) == []


def test_bytecode_may_be_written_meanwhile(
    beskid: Installation, hello: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh installation has none, and the process that links is the first to import some modules."""
    modules = tmp_path / "modules"
    modules.mkdir()
    monkeypatch.syspath_prepend(str(modules))

    def write_bytecode(image: bytes, environment: dict[str, str]) -> bytes:
        (modules / "__pycache__").mkdir()
        return b"program"

    monkeypatch.setattr(launches, "linked", write_bytecode)
    # With an option, the native command does not ask for an executable, which would be made beside this one.
    beskid.run("run", "-O2", "hello.bd", folder=hello)
    environment = {**os.environ, "XDG_CACHE_HOME": str(beskid.cache.parent)}
    make_launch(RunRequest(input=str(hello / "hello.bd")).key(), str(beskid.command), environment)
    assert beskid.program().read_bytes() == b"program"
    assert len(beskid.entries(LAUNCHES)) == 1


@pytest.mark.parametrize("is_stored", [False, True])
def test_without_a_record_no_process_is_started(
    is_stored: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    request, started = RunRequest(input="/program.bd"), list[object]()
    monkeypatch.setattr(os, "posix_spawn", lambda *words, **named: started.append(words))
    if is_stored:
        Cache(str(tmp_path / "beskid")).store_record(request.key(), Record("", "", [], [], []))
    start_making(request, "beskid")
    assert len(started) == is_stored


def test_errors_make_no_executable(beskid: Installation, hello: Path) -> None:
    (hello / "wrong.bd").write_text("unit main() { missing(); }\n", encoding="utf-8")
    done = beskid.run("run", "wrong.bd", folder=hello)
    assert (done.status, done.is_native) == (1, False)
    assert beskid.entries(LAUNCHES) == []


def test_a_missing_compiler_is_reported(beskid: Installation, hello: Path) -> None:
    (beskid.command.parent / "beskid-python").unlink()
    done = beskid.run("check", "hello.bd", folder=hello)
    assert (done.stdout, done.status) == ("", 3)
    assert done.stderr == f"error: cannot start {beskid.command.parent}/beskid-python\n  = help: reinstall beskid\n"


def test_the_variables_of_programs_are_those_of_the_table() -> None:
    assert (ROOT / "launcher" / "src" / "variables.h").read_text(encoding="utf-8") == render()


def test_this_file_runs_the_built_command(beskid: Installation, hello: Path) -> None:
    done = beskid.run("doctor", "--json", folder=hello)
    assert f'"value": "{sys.version.split()[0]}"' in done.stdout
