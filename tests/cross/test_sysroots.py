"""C libraries of other targets: kept whole or not at all, checked whenever they are used, made only when missing."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from tests import limits

from beskid.aot import sysroot
from beskid.aot.errors import AotError
from beskid.aot.linker import find_zig
from beskid.aot.sysroot import HASHES, find_sysroot, keep_sysroot, make_sysroot, read_sysroot, sysroot_for
from beskid.codegen.target import TARGETS

MUSL = TARGETS["aarch64-unknown-linux-musl"]
FILES = {name: f"content of {name}".encode() for name in MUSL.sysroot}


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> str:
    """The version of an imaginary zig; no package offers C libraries."""
    monkeypatch.setattr(sysroot, "zig_version", lambda: "1.2.3")
    monkeypatch.setattr(sysroot, "_package_folders", list)
    return "1.2.3"


def test_what_was_kept_is_found_in_link_order(version: str, tmp_path: Path) -> None:
    kept = keep_sysroot(MUSL, FILES, str(tmp_path / version))
    assert find_sysroot(MUSL, str(tmp_path)) == kept
    assert [Path(file).name for file in kept.files] == list(MUSL.sysroot)
    assert [Path(file).read_bytes() for file in kept.files] == list(FILES.values())


@pytest.mark.parametrize("name", [*MUSL.sysroot, HASHES])
@pytest.mark.parametrize("damage", ["missing", "truncated", "changed"])
def test_a_damaged_one_does_not_count(name: str, damage: str, version: str, tmp_path: Path) -> None:
    kept = keep_sysroot(MUSL, FILES, str(tmp_path / version))
    file = Path(kept.folder) / name
    content = file.read_bytes()
    file.unlink()
    if damage == "truncated":
        file.write_bytes(content[:5])
    elif damage == "changed":
        file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert find_sysroot(MUSL, str(tmp_path)) is None


def test_a_damaged_one_is_made_again(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep_sysroot(MUSL, FILES, str(tmp_path / version))
    (Path(kept.folder) / HASHES).unlink()
    announced: list[str] = []
    monkeypatch.setattr(sysroot, "find_zig", lambda: "zig")
    monkeypatch.setattr(sysroot, "make_sysroot", lambda target, zig: FILES)
    for _ in range(2):
        assert sysroot_for(MUSL, str(tmp_path), announced.append) == kept
    assert announced == ["preparing the C library for aarch64-linux-musl (once, about a minute)"]


def test_a_folder_that_others_may_write_to_is_not_used(version: str, tmp_path: Path) -> None:
    keep_sysroot(MUSL, FILES, str(tmp_path / version))
    (tmp_path / version).chmod(0o777)
    assert find_sysroot(MUSL, str(tmp_path)) is None


def test_without_zig_the_help_says_what_to_install(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysroot, "find_zig", lambda: "")
    with pytest.raises(AotError) as caught:
        sysroot_for(MUSL, str(tmp_path), print)
    assert caught.value.code == "E4025"
    assert caught.value.help == 'pip install "beskid[cross]"'
    assert not list(tmp_path.iterdir())


def test_a_failed_preparation_leaves_nothing(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysroot, "find_zig", lambda: "/bin/false")
    with pytest.raises(AotError) as caught:
        sysroot_for(MUSL, str(tmp_path), lambda text: None)
    assert caught.value.code == "E4025"
    assert not list(tmp_path.iterdir())


PREPARE = """
import sys, time
from beskid.aot import sysroot
from beskid.codegen.target import TARGETS

def slow(path, *others):
    print("writing", flush=True)
    time.sleep(60)

target = TARGETS["aarch64-unknown-linux-musl"]
if sys.argv[2] == "interrupted":
    from beskid.files import stored_trees
    stored_trees._move_into_place = slow
sysroot.keep_sysroot(target, {name: name.encode() for name in target.sysroot}, sys.argv[1])
"""


def test_an_interrupted_preparation_does_not_poison_the_cache(tmp_path: Path) -> None:
    """A process that is killed before the last step leaves nothing that counts, and the next one succeeds."""
    script = tmp_path / "prepare.py"
    script.write_text(PREPARE)
    folder = tmp_path / "kept"
    with limits.start([sys.executable, str(script), str(folder), "interrupted"], stdout=-1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert read_sysroot(f"{folder}/{MUSL.name}", MUSL) is None
    limits.run([sys.executable, str(script), str(folder), "whole"], check=True)
    assert read_sysroot(f"{folder}/{MUSL.name}", MUSL) is not None
    assert [path.name for path in folder.iterdir()] == [MUSL.name], "what was left over is removed"


@pytest.mark.skipif(not find_zig() or not os.environ.get("BESKID_CROSS"), reason="takes a minute of processor time")
@pytest.mark.timeout(900)
def test_zig_makes_the_same_library_every_time() -> None:
    assert make_sysroot(MUSL, find_zig()) == make_sysroot(MUSL, find_zig())
