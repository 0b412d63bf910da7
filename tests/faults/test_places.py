"""Folders that cannot be used: full, read-only, without a home, of another user, shared by eight commands at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits
from tests.faults.amounts import amount, is_long
from tests.faults.harness import FAILURE_STATUSES, Injector, Scenario
from tests.faults.scenarios import HELLO, SCENARIOS

from beskid.driver.cache.store import OBJECTS, RECORDS, Cache

NOBODY = 65534
COPIES = 8
OTHER = 'unit main() { PrintLine("other"); }\n'
BOTH = Scenario("both", (), {"m.bd": HELLO, "other.bd": OTHER, "h.h": "int twice(int value);\n"})
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can mount and become another user")


def open_to_all(injector: Injector, *names: str) -> None:
    for name in names:
        (injector.place.root / name).chmod(0o777)


@pytest.mark.parametrize("is_cached", [False, True], ids=["empty cache", "filled cache"])
@pytest.mark.parametrize(
    "arguments", [("run", "m.bd"), ("build", "m.bd", "-o", "m"), ("build", "m.bd", "--kind", "object", "-o", "m.o")],
    ids=["run", "build", "build-object"],
)  # fmt: skip
def test_eight_commands_at_once(arguments: tuple[str, ...], is_cached: bool, injector: Injector) -> None:
    injector.set_up(BOTH)
    if is_cached:
        injector.run(("run", "m.bd"))
    wanted = None
    for _ in range(amount(1, 10)):
        outcomes = injector.run_at_once(arguments, COPIES)
        assert all(outcome.status == 0 for outcome in outcomes), outcomes
        if arguments[0] == "run":
            assert {outcome.stdout for outcome in outcomes} == {"hello\n"}
        files = injector.place.files()
        wanted = wanted or files
        assert files == wanted
    alone = injector.place.files()
    injector.set_up(BOTH)
    injector.run(arguments)
    assert injector.place.files() == alone
    if arguments[-1] == "m":
        assert limits.run([injector.place.work / "m"], capture_output=True, check=True).stdout == b"hello\n"


@pytest.fixture
def small_disk(injector: Injector) -> Iterator[Path]:
    """A disk of one mebibyte as the folder of everything that a command may write to."""
    root = injector.place.root
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    done = limits.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(root)], capture_output=True)
    if done.returncode:
        pytest.skip("this machine does not let tests mount a file system")
    try:
        yield root
    finally:
        limits.run(["umount", "-l", str(root)], check=True, capture_output=True)


WRITING = ("check-fix", "fmt", "run-cold", "build-again", "build-units", "bind", "test")
ON_FULL_DISK = [pytest.param(each, id=each.name) for each in SCENARIOS if each.name in WRITING]


@as_root
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scenario", ON_FULL_DISK)
def test_a_full_disk(scenario: Scenario, small_disk: Path, injector: Injector) -> None:
    for free in (0, 4, 16, 64, 200)[:: 1 if is_long() else 2]:
        for child in small_disk.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        injector.set_up_in(scenario)
        before = injector.place.files()
        fill(small_disk / "filler", free)
        outcome = injector.run(scenario.arguments)
        (small_disk / "filler").unlink()
        assert outcome.status == 0 or (outcome.status in FAILURE_STATUSES and outcome.stderr), (free, outcome)
        assert "Traceback" not in outcome.stderr, outcome.stderr
        after = injector.place.files()
        if outcome.status:
            assert after == before, f"{free} KiB free: {after.keys() ^ before.keys()}"
        again = injector.run(scenario.arguments)
        assert again.status == 0, (free, again)


def fill(path: Path, free: int) -> None:
    """Fill a disk up to so many KiB."""
    found = os.statvfs(path.parent)
    with path.open("wb") as file:
        file.write(bytes(max(0, found.f_bavail * found.f_frsize - 1024 * free)))


@as_root
def test_a_read_only_cache_costs_only_time(injector: Injector) -> None:
    injector.set_up(BOTH)
    open_to_all(injector, "work", "scratch")
    for _ in range(2):
        assert injector.run(("run", "m.bd"), user=NOBODY).stdout == "hello\n"
    assert list((injector.place.root / "home").iterdir()) == []


@as_root
def test_a_read_only_folder_keeps_its_files(injector: Injector) -> None:
    injector.set_up(BOTH)
    open_to_all(injector, "home", "scratch")
    before = injector.place.files()
    for arguments in (
        ("build", "m.bd", "-o", "m"), ("build", "m.bd", "--kind", "object", "-o", "m.o"),
        ("bind", "h.h", "--library", "h", "-o", "b.bd"),
    ):  # fmt: skip
        outcome = injector.run(arguments, user=NOBODY)
        assert outcome.status in FAILURE_STATUSES, outcome
        assert "permission denied" in outcome.stderr.lower() or "not writable" in outcome.stderr, outcome
        assert injector.place.files() == before
    assert injector.run(("run", "m.bd"), user=NOBODY).stdout == "hello\n"


@as_root
@pytest.mark.parametrize("home", ["", "/nonexistent", "/dev/null", "relative"])
def test_without_a_home(home: str, injector: Injector) -> None:
    injector.set_up(BOTH)
    open_to_all(injector, "work", "scratch")
    before = injector.place.files()
    for _ in range(2):
        outcome = injector.run(("run", "m.bd"), user=NOBODY, HOME=home, XDG_CACHE_HOME="")
        assert (outcome.status, outcome.stdout) == (0, "hello\n"), outcome
    assert injector.run(("build", "m.bd", "-o", "m"), user=NOBODY, HOME=home, XDG_CACHE_HOME="").status == 0
    if home != "relative":
        assert injector.place.files().keys() - before.keys() == {"m", "m.beskid.json"}


@as_root
def test_the_cache_of_another_user_is_not_believed(injector: Injector) -> None:
    injector.set_up(BOTH)
    cache = injector.place.root / "home" / "cache" / "beskid"
    assert injector.run(("run", "other.bd")).stdout == "other\n"
    (other,) = (cache / OBJECTS).iterdir()
    image = Cache(str(cache)).load_object(other.name)
    assert image is not None
    assert injector.run(("run", "m.bd")).stdout == "hello\n"
    for path in (cache / OBJECTS).iterdir():
        assert Cache(str(cache)).store_object(path.name, image)
    # As planted by this user the entry is believed, so the test would see it run.
    assert injector.run(("run", "m.bd")).stdout == "other\n"
    for path in (cache, *cache.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    assert injector.run(("run", "m.bd")).stdout == "hello\n"
    shutil.rmtree(cache / RECORDS)
    assert injector.run(("run", "m.bd")).stdout == "hello\n"
