"""What runs is what the sources say, whatever changed meanwhile and whatever the cache holds.

The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, Ran, call

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = 'project { name = "P" version = "1.0.0" }\ntarget "app" { kind = App entry = "Main.bd" }\n'
COARSE_TIMES = """
import os, sys
from beskid.cli.main import main
STEP = 10**15
def coarse(stat):
    def of(*arguments, **named):
        found = stat(*arguments, **named)
        times = [number // STEP * STEP for number in (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)]
        fields = {name: getattr(found, name) for name in dir(found) if name.startswith("st_")}
        for name, time in zip(("atime", "mtime", "ctime"), times):
            fields |= {f"st_{name}_ns": time, f"st_{name}": time / 1e9}
        return os.stat_result((*found[:7], *(time // 10**9 for time in times)), fields)
    return of
os.stat, os.fstat, os.lstat = map(coarse, (os.stat, os.fstat, os.lstat))
sys.exit(main(sys.argv[1:]))
"""
"""Runs a command on a file system whose time stamps change every eleven days."""

CHANGING_COMPILER = """
import os, shutil, sys
from beskid.cli.main import main
new, used, opened = sys.argv[1], sys.argv[2], []
def edit(event, arguments):
    if event != "open" or isinstance(arguments[0], int):
        return
    opened.append(os.path.basename(os.fsdecode(arguments[0])) == os.path.basename(used))
    is_write = arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if (sum(opened) == 2 or is_write) and new:
        path, globals()["new"] = new, ""
        os.replace(path, used)
sys.addaudithook(edit)
status = main(["run", *sys.argv[3:]])
assert not new
sys.exit(status)
"""
"""Runs a program, and replaces a file of the core library when it is read again, at the latest when the compiler writes
a file."""

EDITED_WHILE_STORED = """
import os, shutil, sys
done = []
def edit(event, arguments):
    if event != "open" or done or isinstance(arguments[0], int) or not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return
    done.append(1)
    shutil.copytree(sys.argv[2], sys.argv[1], dirs_exist_ok=True)
from beskid.cli.main import main
sys.addaudithook(edit)
status = main(["run", sys.argv[1]])
assert done
sys.exit(status)
"""
"""Runs a project, and copies files into it as soon as the compiler writes a file: when the object is compiled."""


def says(text: str) -> str:
    return f'unit main() {{ PrintLine("{text}"); }}\n'


def run(folder: Path, path: Path) -> Ran:
    return call(folder, [*BESKID, "run", str(path)])


def write_project(folder: Path) -> Path:
    (folder / "Src").mkdir(parents=True)
    (folder / "Src" / "Main.bd").write_text(says("old"), encoding="utf-8")
    (folder / "Src" / "Next.bd").write_text(says("new").replace("main", "start"), encoding="utf-8")
    (folder / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Project.proj", MANIFEST.replace("Main.bd", "Gone.bd"), "Gone.bd"),
        ("Src/Added.bd", "pub i64 added() => nothing;\n", "nothing"),
        ("Src/Main.bd", says("old").replace("old", "${gone}"), "gone"),
    ],
    ids=["manifest", "added file", "source"],
)
def test_an_edit_during_the_compilation_is_seen_by_the_next_run(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    project = write_project(tmp_path / "p")
    edit = tmp_path / "edit" / name
    edit.parent.mkdir(parents=True)
    edit.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", EDITED_WHILE_STORED, str(project), str(tmp_path / "edit")]
    first = call(tmp_path, command, PYTHONDONTWRITEBYTECODE="1")
    assert (first.stdout, first.status) == ("old\n", 0), first.stderr
    second = run(tmp_path, project)
    assert (second.stdout, second.status != 0) == ("", True)
    assert message in second.stderr


def test_a_second_write_through_a_mapping_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "m.bd"
    file.write_text(says("one") + "//" + "x" * 5000 + "\n", encoding="utf-8")
    place = file.read_bytes().index(b"one")
    with file.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as mapped:
        for text in (b"two", b"six"):
            mapped[place : place + 3] = text
            time.sleep(0.1)
            assert run(tmp_path, file).stdout == f"{text.decode()}\n"


def test_an_edit_of_the_core_library_with_its_time_set_back_is_seen(tmp_path: Path) -> None:
    for name in ("src", "corelib"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "m.bd"
    file.write_text(says("hello"), encoding="utf-8")
    for _ in range(2):
        ran = call(tmp_path, [*BESKID, "run", "m.bd"], PYTHONPATH=str(tmp_path / "src"))
        assert (ran.stdout, ran.status) == ("hello\n", 0), ran.stderr
        time.sleep(2.1)
    (prelude,) = (tmp_path / "corelib").rglob("Prelude.bd")
    stat = prelude.stat()
    prelude.write_bytes(b"}" * stat.st_size)
    os.utime(prelude, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    ran = call(tmp_path, [*BESKID, "run", "m.bd"], PYTHONPATH=str(tmp_path / "src"))
    assert (ran.stdout, ran.status != 0) == ("", True)


def test_an_edit_within_a_step_of_coarse_time_stamps_is_seen(tmp_path: Path) -> None:
    """The old and the new source have the same size, inode and times."""
    file = tmp_path / "m.bd"
    for text in ("one", "two"):
        file.write_text(says(text), encoding="utf-8")
        ran = call(tmp_path, [sys.executable, "-c", COARSE_TIMES, "run", str(file)])
        assert (ran.stdout, ran.status) == (f"{text}\n", 0), ran.stderr


def test_the_core_library_that_is_compiled_is_the_one_of_the_key(tmp_path: Path) -> None:
    """A file of the library is changed during a compilation and changed back: its object is not the program's."""
    for name in ("src", "corelib"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (used,) = (tmp_path / "corelib").rglob("Core/Optional.bd")
    right = used.read_text(encoding="utf-8") + '\npub string marker() => "right";\n'
    used.write_text(right, encoding="utf-8")
    wrong = tmp_path / "Optional.bd.wrong"
    wrong.write_text(right.replace('"right"', '"wrong"'), encoding="utf-8")
    file = tmp_path / "m.bd"
    file.write_text("use Core.Optional;\nunit main() { PrintLine(Optional.marker()); }\n", encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    time.sleep(2.1)
    command = [sys.executable, "-c", CHANGING_COMPILER, str(wrong), str(used), str(file)]
    first = call(tmp_path, command, **environment)
    assert (first.stdout, first.status) == ("right\n", 0), first.stderr
    used.write_text(right, encoding="utf-8")
    second = call(tmp_path, [*BESKID, "run", str(file)], **environment)
    assert (second.stdout, second.status) == ("right\n", 0), second.stderr


# Entries of the cache that are not what their name says -------------------------------------------------------------


def swap(one: Path, other: Path, record: Path) -> None:
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def store_a_record(one: Path, other: Path, record: Path) -> None:
    for path in (one, other):
        path.write_bytes(record.read_bytes())


def put_fifos(one: Path, other: Path, record: Path) -> None:
    for path in (one, other):
        path.unlink()
        os.mkfifo(path, 0o600)


@pytest.mark.parametrize("damage", [swap, store_a_record, put_fifos])
def test_an_entry_that_is_not_what_its_name_says_is_compiled_again(
    damage: Callable[[Path, Path, Path], None], tmp_path: Path
) -> None:
    files = {text: tmp_path / f"{text}.bd" for text in ("one", "two")}
    for text, file in files.items():
        file.write_text(says(text), encoding="utf-8")
        assert run(tmp_path, file).stdout == f"{text}\n"
    one, other = (tmp_path / "cache" / "beskid" / "objects").iterdir()
    record = next((tmp_path / "cache" / "beskid" / "requests").iterdir())
    damage(one, other, record)
    for text, file in files.items():
        ran = run(tmp_path, file)
        assert (ran.stdout, ran.status) == (f"{text}\n", 0), ran.stderr


def test_a_record_with_a_zero_byte_in_a_path_is_not_a_record(tmp_path: Path) -> None:
    file = tmp_path / "m.bd"
    file.write_text(says("right"), encoding="utf-8")
    assert run(tmp_path, file).stdout == "right\n"
    for record in (tmp_path / "cache" / "beskid" / "requests").iterdir():
        text = record.read_bytes().partition(b"\n")[2]
        damaged = text.replace(b"m.bd", b"m\0bd")
        assert damaged != text
        # The checksum that entries had when they were not bound to their names.
        checksum = hashlib.blake2b(damaged, digest_size=20).hexdigest()
        record.write_bytes(checksum.encode() + b"\n" + damaged)
    ran = run(tmp_path, file)
    assert (ran.stdout, ran.stderr, ran.status) == ("right\n", "", 0)
