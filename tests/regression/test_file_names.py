"""Names of files that are not UTF-8, that hold control characters, or that the language uses itself."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from tests import limits

BAD_NAME = os.fsdecode(b"b\xffad")
FAULTY = "unit main() { let x = y; }\n"
FINE = 'unit main() { PrintLine("hi"); }\ntest t { }\n'
LOCALES = ("C", "C.UTF-8", "POSIX")


def beskid(folder: Path, *arguments: str, locale: str = "C.UTF-8") -> tuple[int, bytes, bytes]:
    environment = {**os.environ, "LC_ALL": locale, "XDG_CACHE_HOME": str(folder / "cache")}
    done = limits.run(
        [sys.executable, "-m", "beskid", *arguments], capture_output=True, cwd=folder, env=environment, input=b""
    )
    return done.returncode, done.stdout, done.stderr


def write_project(folder: Path, name: str) -> None:
    (folder / "Src").mkdir(parents=True)
    (folder / "Project.proj").write_text(
        f'project {{ name = "{name}" version = "1.0.0" }}\ntarget "app" {{ kind = App entry = "Main.bd" }}\n',
        encoding="utf-8",
    )
    (folder / "Src" / "Main.bd").write_text(FINE, encoding="utf-8")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_source_whose_name_is_not_utf_8(tmp_path: Path, locale: str) -> None:
    path = f"{BAD_NAME}.bd"
    (tmp_path / path).write_text(FINE, encoding="utf-8")
    assert beskid(tmp_path, "run", path, locale=locale) == (0, b"hi\n", b"")
    assert beskid(tmp_path, "run", "--engine", "aot", path, locale=locale) == (0, b"hi\n", b"")
    assert beskid(tmp_path, "check", path, locale=locale)[0] == 0
    assert beskid(tmp_path, "fmt", "--check", path, locale=locale)[0] == 0
    assert beskid(tmp_path, "test", path, locale=locale)[0] == 0
    status, stdout, _ = beskid(tmp_path, "build", "-o", f"{BAD_NAME}.out", path, locale=locale)
    assert status == 0
    stdout.decode("utf-8")
    assert limits.run([tmp_path / f"{BAD_NAME}.out"], capture_output=True).stdout == b"hi\n"


@pytest.mark.parametrize("message_format", ["human", "short", "json", "sarif", "github"])
def test_messages_about_such_a_file_are_utf_8(tmp_path: Path, message_format: str) -> None:
    (tmp_path / f"{BAD_NAME}.bd").write_text(FAULTY, encoding="utf-8")
    status, _, stderr = beskid(tmp_path, "check", "--message-format", message_format, f"{BAD_NAME}.bd", locale="C")
    text = stderr.decode("utf-8")
    assert status == 1
    if message_format in ("json", "sarif"):
        assert r"b\\xffad.bd" in text
        assert all(json.loads(line) for line in text.splitlines())
    else:
        assert r"b\xffad.bd" in text


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    name = "e\x1b[31m\nerror: forged.bd"
    (tmp_path / name).write_text(FAULTY, encoding="utf-8")
    for arguments in (("check", name), ("run", f"missing{name}"), ("run", f"@{name}x"), ("build", "--kind", name)):
        _, _, stderr = beskid(tmp_path, *arguments)
        assert b"\x1b" not in stderr
        assert b"\nerror: forged" not in stderr


@pytest.mark.parametrize("name", ["Std", "Core"])
def test_a_project_cannot_have_a_name_of_the_language(tmp_path: Path, name: str) -> None:
    write_project(tmp_path / "p", name)
    for command in ("check", "run", "build", "test"):
        status, _, stderr = beskid(tmp_path, command, "--project", "p")
        assert status == 1
        assert f"E3004]: a project cannot be named `{name}`".encode() in stderr


@pytest.mark.parametrize(
    ("name", "words"), [("Std", "is not a core library"), ("Core", "a dependency cannot be named `Core`")]
)
def test_a_dependency_cannot_hide_a_name_of_the_language(tmp_path: Path, name: str, words: str) -> None:
    write_project(tmp_path / "p", "App")
    write_project(tmp_path / "q", "Lib")
    with (tmp_path / "p" / "Project.proj").open("a", encoding="utf-8") as manifest:
        manifest.write(f'dependency "{name}" {{ source = path path = "../q" }}\n')
    status, _, stderr = beskid(tmp_path, "check", "--project", "p")
    assert status == 1
    assert b"error[E3004]" in stderr
    assert words.encode() in stderr
