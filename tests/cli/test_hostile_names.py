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
    status = main([word.replace("{name}", NAME) for word in words])
    printed = b"".join(capfdbinary.readouterr())
    assert status != 70
    assert b"\x1b" not in printed
    assert b"\x07" not in printed
    assert b"\nerror: fake" not in printed
