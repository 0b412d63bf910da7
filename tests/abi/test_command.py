"""`beskid abi` on the real contract, on changed checkouts, and on words that make no sense."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from beskid.abi.contract import parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, generated_files, migration_note
from beskid.abi.installed import installed_contract
from beskid.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / CONTRACT_PATH).read_text(encoding="utf-8")
CONTRACT = parse_contract(TEXT)
VERSION, LEVEL = CONTRACT.version, CONTRACT.level


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with the files that the contract is about."""
    for name in (CONTRACT_PATH, LOCK_PATH, *generated_files(TEXT)):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path


def edit(tree: Path, old: str, new: str) -> None:
    path = tree / CONTRACT_PATH
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_installed_contract_is_the_one_of_the_file() -> None:
    assert installed_contract() == CONTRACT


def test_show_prints_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["abi", "show"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"ABI version {VERSION}, level {LEVEL}")
    assert "   2  interop_dispatch_ptr  text_at: " in text
    assert "syscall_write(descriptor: I64, text: string?) -> I64" in text
    assert main(["abi", "show", "--c-header"]) == 0
    assert capsys.readouterr().out == (ROOT / "runtime/include/beskid_abi.h").read_text(encoding="utf-8")
    assert main(["abi", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [row["symbol"] for row in shown["functions"]] == [row.symbol for row in CONTRACT.functions]
    assert (shown["version"], shown["level"]) == (VERSION, LEVEL)
    tags = [(row["number"], row["group"], row["name"]) for row in shown["interopTags"]]
    assert tags == [(tag.number, tag.group, tag.name) for tag in CONTRACT.interop_tags]


def test_check_agrees_with_the_checkout(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["abi", "check", "--tree", str(tree)]) == 0
    assert "agree" in capsys.readouterr().out


def test_check_refuses_a_breaking_change_until_the_bump_is_complete(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--tree", str(tree)]
    edit(tree, "value = 101", "value = 104")
    assert main(["abi", "check", "--update", *words]) == 1
    said = capsys.readouterr().err
    assert "breaking: constant STATUS_PANIC changed" in said
    assert "beskid abi bump" in said
    assert main(["abi", "bump", *words]) == 0
    note = tree / migration_note(VERSION + 1)
    assert str(note.relative_to(tree)) in capsys.readouterr().out
    assert main(["abi", "check", "--update", *words]) == 1
    assert "no finished migration note" in capsys.readouterr().err
    note.write_text(note.read_text().replace("To be written:", "Because"))
    assert main(["abi", "check", *words]) == 1
    assert "run `beskid abi check --update`" in capsys.readouterr().err
    assert main(["abi", "check", "--update", *words]) == 0
    assert main(["abi", "check", *words]) == 0
    assert f"version {VERSION + 1}\n" in (tree / LOCK_PATH).read_text()


def test_check_requires_a_new_level_for_an_addition(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = f'\n[[constant]]\nname = "STATUS_NEW"\nvalue = 5\nmeaning = "New."\nsince = {LEVEL}\n'
    edit(tree, 'date = "unreleased"', 'date = "2026-12-01"')
    edit(tree, '\n[[constant]]\nname = "STATUS_GATE"', f'{row}\n[[constant]]\nname = "STATUS_GATE"')
    words = ["--tree", str(tree)]
    assert main(["abi", "check", "--update", *words]) == 1
    assert (
        f"additive: constant STATUS_NEW is new: constant STATUS_NEW = 5 (since {LEVEL})\n  an addition needs a level"
        in (capsys.readouterr().err)
    )
    edit(tree, f"level = {LEVEL}\n", f"level = {LEVEL + 1}\n")
    edit(tree, f"since = {LEVEL}\n\n[[constant]]", f"since = {LEVEL + 1}\n\n[[constant]]")
    entry = f'[[history]]\nlevel = {LEVEL + 1}\ndate = "unreleased"\nadds = "A status."\nwhy = "It is needed."\n'
    edit(tree, "\n[[constant]]", f"\n{entry}\n[[constant]]")
    assert main(["abi", "check", "--update", *words]) == 0
    assert main(["abi", "check", *words]) == 0


@pytest.mark.parametrize("name", sorted(generated_files(TEXT)))
def test_check_notices_a_deleted_file_and_update_writes_it(
    name: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / name).unlink()
    assert main(["abi", "check", "--tree", str(tree)]) == 1
    assert f"{name} does not exist: run" in capsys.readouterr().err
    assert main(["abi", "check", "--update", "--tree", str(tree)]) == 0
    assert (tree / name).read_text() == (ROOT / name).read_text()


def test_a_contract_that_contradicts_itself_is_one_message(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree, 'name = "str_len"', 'name = "alloc"')
    assert main(["abi", "check", "--tree", str(tree)]) == 1
    assert "function alloc is written twice" in capsys.readouterr().err
    assert main(["abi", "bump", "--tree", str(tree)]) == 1
    assert "function alloc is written twice" in capsys.readouterr().err
    (tree / CONTRACT_PATH).write_text("version = 2\n")
    assert main(["abi", "check", "--tree", str(tree)]) == 1
    assert main(["abi", "bump", "--tree", str(tree)]) == 1


def test_diff_of_contracts(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree, '{ name = "tag", c = "int32_t"', '{ name = "tag", c = "uint32_t"')
    old, new = str(ROOT / LOCK_PATH), str(tree / CONTRACT_PATH)
    assert main(["abi", "diff", old, new]) == 1
    said = capsys.readouterr().out
    assert "breaking: field BeskidInteropEnvelope.tag changed" in said
    assert said.endswith("overall: breaking\n")
    assert main(["abi", "diff", "--json", old, new]) == 1
    (difference,) = json.loads(capsys.readouterr().out)["differences"]
    assert difference["clause"] == "field BeskidInteropEnvelope.tag"
    assert main(["abi", "diff", old, old]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["abi", "check", "--tree", "/nowhere"],
        ["abi", "bump", "--tree", "/nowhere"],
        ["abi", "verify", "/nowhere"],
        ["abi", "diff", "/nowhere", "/nowhere"],
        ["abi", "diff", __file__, __file__],
    ],
)
def test_a_missing_file_is_an_error_of_the_environment(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 3
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    "words", [["abi"], ["abi", "nonsense"], ["abi", "verify"], ["abi", "show", "--json", "--c-header"]]
)
def test_wrong_words_are_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err
