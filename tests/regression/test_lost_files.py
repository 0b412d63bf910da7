"""No command removes, thins out or half replaces a file of the user.

The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, Ran, call

HELLO = 'unit main() { PrintLine("hello"); }\n'
MANIFEST = 'project { name = "P" version = "1.0.0" }\ntarget "app" { kind = App entry = "Main.bd" }\n'
PHOTOS = 2100
"""More than a folder of the cache may hold."""
WITH_SMALL_FILES = 'ulimit -f 8; exec "$@"'
"""A shell's command in which a file that grows beyond a few kilobytes fails, as on a full disk."""


def write_project(folder: Path) -> Path:
    (folder / "Src").mkdir(parents=True)
    (folder / "Src" / "Main.bd").write_text(HELLO, encoding="utf-8")
    (folder / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    return folder


@pytest.mark.parametrize("linked", ["p/obj/beskid/cache/objects", "cache/beskid/objects", "cache/beskid/requests"])
def test_a_cache_that_is_a_link_is_not_thinned_out(linked: str, tmp_path: Path) -> None:
    project = write_project(tmp_path / "p")
    photos = tmp_path / "photos"
    photos.mkdir()
    photos.chmod(0o755)
    for number in range(PHOTOS):
        (photos / f"{number:040x}").write_bytes(b"cat")
    link = tmp_path / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(photos)
    ran = call(tmp_path, [*BESKID, "run", str(project)])
    assert (ran.stdout, ran.status) == ("hello\n", 0), ran.stderr
    assert len(list(photos.iterdir())) == PHOTOS
    assert photos.stat().st_mode & 0o777 == 0o755


def bind_on_a_full_disk(folder: Path) -> Ran:
    words = [*BESKID, "bind", "large.h", "--library", "large", "-o", "bindings.bd"]
    return call(folder, ["sh", "-c", WITH_SMALL_FILES, "sh", *words], PYTHONDONTWRITEBYTECODE="1")


def test_bindings_that_do_not_fit_leave_no_half(tmp_path: Path) -> None:
    functions = "".join(f"int function_{number}(int x);\n" for number in range(2000))
    (tmp_path / "large.h").write_text(functions, encoding="utf-8")
    assert bind_on_a_full_disk(tmp_path).status != 0
    assert not (tmp_path / "bindings.bd").exists()
    made = call(tmp_path, [*BESKID, "bind", "large.h", "--library", "large", "-o", "bindings.bd"])
    assert made.status == 0, made.stderr
    whole = (tmp_path / "bindings.bd").read_bytes()
    assert bind_on_a_full_disk(tmp_path).status != 0
    assert (tmp_path / "bindings.bd").read_bytes() == whole
