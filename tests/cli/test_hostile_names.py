"""File names with escape sequences, line ends and bytes that are not UTF-8: no command shows them raw, none crashes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.cli.main import main

NAME = os.fsdecode(b"\x1b]0;owned\x07\nerror: fake\xff")
SHOWN = "\\x1b]0;owned\\x07\\x0aerror: fake"

COMMANDS = [
    ["check", "{name}.bd"],
    ["run", "{name}.bd"],
    ["test", "{name}.bd"],
    ["build", "{name}.bd"],
    ["ir", "{name}.bd"],
    ["check", "{name}/missing.bd"],
    ["check", "{name}.txt"],
    ["check", "--project", "{name}"],
    ["check", "--project", "{name}.proj"],
    ["run", "missing{name}.bd"],
    ["build", "missing{name}.bd"],
    ["build", "good.bd", "-o", "{name}"],
    ["build", "good.bd", "-o", "{name}.txt"],
    ["build", "good.bd", "--link", "./{name}.so"],
    ["test", "good.bd", "--junit", "{name}"],
    ["fmt", "missing{name}.bd"],
    ["fmt", "{name}.txt"],
    ["fmt", "--check", "{name}.bd"],
    ["fmt", "--diff", "unformatted{name}.bd"],
    ["fmt", "--check", "unformatted{name}.bd"],
    ["bind", "missing{name}.h", "--library", "x"],
    ["bind", "{name}.h", "--library", "x"],
    ["abi", "verify", "missing{name}"],
    ["abi", "verify", "{name}.txt"],
    ["abi", "diff", "{name}.txt", "missing{name}"],
    ["abi", "check", "--tree", "{name}"],
    ["ir", "--from", "{name}.txt"],
    ["ir", "--from", "missing{name}"],
    ["explain", "{name}"],
    ["clean", "--project", "missing{name}"],
    ["cache", "why", "missing{name}.bd"],
    ["check", "--workspace-member", "{name}"],
    ["check", "--workspace-member", "{name}", "--project", "space"],
    ["lock", "--project", "{name}"],
    ["lock", "--project", "space", "--workspace-member", "{name}"],
    ["vendor", "--project", "{name}.proj"],
    ["add", "{name}", "--path", "x", "--project", "space/app"],
    ["add", "X", "--path", "{name}", "--project", "space/app"],
    ["add", "X", "--git", "https://a.example/{name}", "--rev", "{name}", "--project", "space/app"],
    ["remove", "{name}", "--project", "space/app"],
    ["fetch", "--project", "hostile"],
    ["run", "--project", "hostile"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words) for words in COMMANDS])
def test_names_are_shown_with_escapes(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "good.bd").write_text('unit main() { PrintLine("hello"); }\n')
    (tmp_path / f"{NAME}.bd").write_text("unit main() { nothing(); }\n")
    (tmp_path / f"unformatted{NAME}.bd").write_text("unit   main() { }\n")
    (tmp_path / f"{NAME}.txt").write_text("not ours")
    (tmp_path / f"{NAME}.h").write_text("#error stop\n")
    (tmp_path / f"{NAME}.proj").write_text("nonsense")
    (tmp_path / NAME).mkdir()
    project = 'project { name = "App" version = "1" }\ntarget "app" { kind = App entry = "Main.bd" }\n'
    for folder in ("space/app/Src", "hostile/app"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "space/app/Project.proj").write_text(project)
    (tmp_path / "space/Workspace.proj").write_text('workspace { name = "S" }\nmember "app" { path = "app" }\n')
    name = NAME.replace("\n", "")
    hostile = f'workspace {{ name = "{name}" }}\nmember "{name}" {{ path = "{name}" }}\n'
    hostile += f'override "{name}" {{ rev = "{name}" }}\n'
    (tmp_path / "hostile/Workspace.proj").write_text(hostile, encoding="utf-8", errors="replace")
    status = main([word.replace("{name}", NAME) for word in words])
    printed = b"".join(capfdbinary.readouterr())
    assert status != 70
    assert b"\x1b" not in printed
    assert b"\x07" not in printed
    assert b"\nerror: fake" not in printed
