"""Special files, links in a circle and a working folder that is gone: an answer, never a wait and never a crash."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from tests import limits

FINE = 'unit main() { PrintLine("hi"); }\n'
MANIFEST = 'project { name = "P" version = "1.0.0" }\ntarget "app" { kind = App entry = "Main.bd" }\n'
IN_A_REMOVED_FOLDER = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'


def beskid(folder: Path, *arguments: str, is_folder_gone: bool = False) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "beskid", *arguments]
    if is_folder_gone:
        command = ["sh", "-c", IN_A_REMOVED_FOLDER, "sh", *command]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    done = limits.run(command, text=True, capture_output=True, cwd=folder, env=environment, input="", timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "p" / "Src").mkdir(parents=True)
    (tmp_path / "p" / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "p" / "Src" / "Main.bd").write_text(FINE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("links", [(".", "."), ("/",), ("..",), ("b", "a")], ids=str)
def test_links_to_folders_are_not_entered(project: Path, links: tuple[str, ...]) -> None:
    for name, target in zip("ab", links, strict=False):
        (project / "p" / "Src" / name).symlink_to(target)
    assert beskid(project, "run", "--project", "p") == (0, "hi\n", "")
    assert beskid(project, "check", "--project", "p")[0] == 0


@pytest.mark.parametrize("command", ["run", "check", "build", "test", "ir"])
@pytest.mark.parametrize("kind", ["fifo", "zero"])
def test_a_source_that_is_not_a_regular_file(project: Path, command: str, kind: str) -> None:
    for path in (project / "one.bd", project / "p" / "Src" / "Other.bd"):
        if kind == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
    for arguments in (("one.bd",), ("--project", "p")):
        status, _, stderr = beskid(project, command, *arguments)
        assert status == 3
        assert "not a regular file" in stderr


def test_a_response_file_is_a_regular_file_of_a_limited_size(project: Path) -> None:
    os.mkfifo(project / "fifo")
    (project / "large").write_bytes(b"x" * (2 << 20))
    for name, reason in (("fifo", "is a FIFO"), ("large", "is larger than 1 MiB"), ("/dev/zero", "is a device")):
        status, _, stderr = beskid(project, "check", f"@{name}")
        assert status == 2
        assert reason in stderr


def test_a_lock_of_an_editor_is_not_a_source(project: Path) -> None:
    (project / "p" / "Src" / ".#Main.bd").symlink_to("nobody@nowhere.1:1")
    assert beskid(project, "run", "--project", "p") == (0, "hi\n", "")


def test_absolute_paths_work_in_a_removed_folder(project: Path) -> None:
    path = str(project / "p" / "Src" / "Main.bd")
    assert beskid(project, "run", path, is_folder_gone=True) == (0, "hi\n", "")
    for arguments in (
        ("check", path), ("test", path), ("fmt", path), ("ir", path), ("cache", "why", path), ("explain", "E1201"),
        ("build", "-o", str(project / "out"), path), ("check", "--project", str(project / "p")),
        ("version",), ("abi", "show"), ("cache", "path"), ("clean", "--project", str(project / "p")),
    ):  # fmt: skip
        assert beskid(project, *arguments, is_folder_gone=True)[0] == 0, arguments


@pytest.mark.parametrize("command", ["run", "check", "build", "test", "ir", "fmt", "clean"])
def test_relative_paths_in_a_removed_folder_are_an_error(project: Path, command: str) -> None:
    arguments = () if command == "clean" else ("m.bd",)
    status, _, stderr = beskid(project, command, *arguments, is_folder_gone=True)
    assert status == 3
    assert stderr.startswith("error")


def test_the_sources_of_the_contract_are_not_found_from_a_removed_folder(project: Path) -> None:
    status, _, stderr = beskid(project, "abi", "check", is_folder_gone=True)
    assert (status, stderr.count("the working folder no longer exists")) == (3, 1)


def test_the_doctor_reports_a_removed_folder_and_an_unusable_cache(project: Path) -> None:
    status, stdout, _ = beskid(project, "doctor", is_folder_gone=True)
    assert "--  working folder" in stdout
    assert status == 0
    (project / "cache").mkdir(exist_ok=True)
    shutil.rmtree(project / "cache" / "beskid", ignore_errors=True)
    (project / "cache" / "beskid").write_text("a file", encoding="utf-8")
    status, stdout, _ = beskid(project, "doctor")
    assert "--  cache" in stdout
    assert "is not a folder of yours alone" in stdout
    assert beskid(project, "run", "--project", "p") == (0, "hi\n", "")
