"""Lock files, checkouts, edits of manifests, and which commands start git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.driver.test_git import repository

from beskid.cli.main import main
from beskid.driver.dependencies.checkouts import CheckoutStore, tree_digest
from beskid.driver.dependencies.editing import with_dependency, without_dependency
from beskid.driver.dependencies.lockfile import (
    Lock,
    LockDamagedError,
    LockedPackage,
    LockedRoot,
    make_lock,
    read_lock,
    render_lock,
)
from beskid.driver.inputs.manifest import ProjectManifest, read_manifest
from beskid.driver.inputs.workspace import read_workspace
from beskid.files.problems import FileError
from beskid.files.stored_trees import read_tree, write_tree
from beskid.files.temporaries import lock, temporary_name
from beskid.source.text import SourceText

NAME = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
PATH = st.text("abc/. ä-", max_size=12)
COMMIT = st.text("0123456789abcdef", min_size=40, max_size=40)
GIT_PACKAGE = st.builds(
    LockedPackage, NAME, st.just("1.0"), st.just("git"), PATH, st.just("https://a.example/b"), NAME, COMMIT,
    st.just("sha256:0"), st.lists(NAME, max_size=3).map(tuple),
)  # fmt: skip
PATH_PACKAGE = st.builds(
    LockedPackage, NAME, st.just("1.0"), st.just("path"), PATH, st.just(""), st.just(""), st.just(""), st.just(""),
    st.just(()),
)  # fmt: skip
ROOT = st.builds(LockedRoot, NAME, st.lists(NAME, max_size=3).map(tuple))
LOCK = st.builds(make_lock, st.lists(ROOT, max_size=3), st.lists(GIT_PACKAGE | PATH_PACKAGE, max_size=5))


@given(LOCK)
def test_a_lock_is_read_as_it_was_written(lock: Lock) -> None:
    text = render_lock(lock)
    assert read_lock(text) == lock
    assert render_lock(read_lock(text)) == text


@given(LOCK, st.data())
def test_a_damaged_lock_is_refused_or_read(lock: Lock, data: st.DataObject) -> None:
    text = render_lock(lock)
    start = data.draw(st.integers(0, len(text)))
    count = data.draw(st.integers(0, 20))
    damaged = text[:start] + data.draw(st.text(max_size=5)) + text[start + count :]
    try:
        read_lock(damaged)
    except LockDamagedError as failure:
        assert failure.reason


@pytest.mark.parametrize("text", ["a\tb", 'a"b', "a\nb"])
def test_a_text_that_a_lock_cannot_hold_is_refused(text: str) -> None:
    package = LockedPackage("M", "1", "path", text, "", "", "", "", ())
    with pytest.raises(LockDamagedError, match="quotation mark or a control character"):
        render_lock(make_lock([], [package]))


# Manifests --------------------------------------------------------------------------------------------------------

HEAD = 'project { name = "S" version = "1" }\ntarget "a" { kind = App entry = "Main.bd" }\n'
GAPS = ("\n", "\n\n", "\n# a comment\n", "\n\n// another\n\n", "  ")
BLOCKS = (
    'dependency "{}" {{ source = path path = "../x" }}',
    'dependency "{}" {{\n    source = path # why\n    path = "../x"\n}}',
    'dependency "{}" {{\n\tsource = path\n\tpath = "../x"\n}}  # after',
)


def manifest_of(text: str, name: str = "Project.proj") -> ProjectManifest:
    result = read_manifest(SourceText(name, text))
    assert result.manifest is not None, [each.message for each in result.diagnostics]
    return result.manifest


@given(
    st.lists(st.tuples(st.sampled_from(BLOCKS), st.sampled_from(GAPS)), max_size=4),
    st.sampled_from(("\n", "\r\n")),
    st.booleans(),
)
def test_adding_and_removing_keeps_everything_else(
    written: list[tuple[str, str]], end: str, ends_with_line: bool
) -> None:
    text = HEAD
    for number, (block, gap) in enumerate(written):
        # A comment would make a block on its line a part of it.
        text += ("\n" if text.endswith("# after") else gap) + block.format(f"D{number}")
    text = (text + ("\n" if ends_with_line else "")).replace("\n", end)
    before = manifest_of(text)
    added = with_dependency(before, "New", {"source": "path", "path": "../new"})
    after = manifest_of(added)
    assert [each.name for each in after.dependencies] == [*[each.name for each in before.dependencies], "New"]
    assert added.replace(end, "").count("\n") == 0
    assert [line for line in text.split(end) if line.strip() and line not in added.split(end)] == []
    removed = without_dependency(after, after.dependencies[-1])
    assert [line.rstrip() for line in removed.split(end) if line.strip()] == [
        line.rstrip() for line in text.split(end) if line.strip()
    ]
    for each in before.dependencies:
        left = manifest_of(without_dependency(before, each))
        assert [other.name for other in left.dependencies] == [
            other.name for other in before.dependencies if other is not each
        ]


def test_removing_what_was_added_restores_the_text() -> None:
    for text in (HEAD, HEAD + "\n" + BLOCKS[1].format("M") + "\n", HEAD + "\n# the end\n"):
        before = manifest_of(text)
        added = manifest_of(with_dependency(before, "New", {"source": "path", "path": "../new"}))
        assert without_dependency(added, added.dependencies[-1]) == text


WORKSPACE = 'workspace { name = "W" }\nmember "a" { path = "a" }\nmember "b" { path = "b" }\n'


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", ""),
        ('override "M" { path = "m" }', ""),
        ('override "M" { rev = "v2" member = "a" }\noverride "M" { path = "m" }', ""),
        ('override "M" { }', "replaces nothing"),
        ('override "M" { path = "m" version = "1" }', "several sources"),
        ('override "M" { path = "m" }\noverride "m" { path = "n" }', "two overrides"),
        ('override "M" { path = "m" member = "c" }', "no member `c`"),
        ('override "M" { url = "http://x/y" }', "protocol `http`"),
        ('override "M" { rev = "-x" }', "is not a revision"),
        ('override "Std" { path = "m" }', "cannot be overridden"),
        ('member "a" { path = "c" }', "two member blocks"),
        ('member "c" { path = "../c" }', "inside the workspace"),
        ('workspace { name = "V" }', "two `workspace` blocks"),
        ('registry "r" { }', "needs a `url`"),
    ],
)
def test_what_a_workspace_may_say(more: str, words: str) -> None:
    result = read_workspace(SourceText("Workspace.proj", WORKSPACE + more))
    assert [words in each.message for each in result.diagnostics] == ([True] if words else [])
    assert (result.manifest is None) == bool(words)


def test_the_override_of_a_member_takes_precedence() -> None:
    text = WORKSPACE + 'override "m" { path = "all" }\noverride "M" { path = "one" member = "a" }'
    manifest = read_workspace(SourceText("Workspace.proj", text)).manifest
    assert manifest is not None
    assert manifest.overrides_for("a")["m"].path == "one"
    assert manifest.overrides_for("b")["m"].path == "all"


# Files ------------------------------------------------------------------------------------------------------------

FILES = {("Project.proj",): b"x", ("Src", "a.bd"): b"y", ("Src", "b", "c.bd"): b""}


def test_a_tree_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = write_tree(str(tmp_path), "tree", FILES)
    assert read_tree(folder) == FILES
    assert oct((tmp_path / "tree" / "Project.proj").stat().st_mode & 0o777) == "0o444"
    write_tree(str(tmp_path), "tree", {("z",): b"new"})
    assert read_tree(folder) == {("z",): b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    stale, living = [tmp_path / temporary_name("tree") for _ in range(2)]
    for folder in (stale, living):
        (folder / "Src").mkdir(parents=True)
    descriptor = os.open(living, os.O_RDONLY)
    assert lock(descriptor)
    write_tree(str(tmp_path), "tree", FILES)
    os.close(descriptor)
    assert not stale.exists()
    assert living.exists()


@pytest.mark.parametrize("parts", [(), ("..", "x"), (".", "x"), ("a/b",), ("",), ("a", "\0")])
def test_a_path_out_of_the_tree_is_not_written(parts: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(FileError):
        write_tree(str(tmp_path), "tree", {parts: b""})
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_a_tree_is_an_error(tmp_path: Path) -> None:
    folder = write_tree(str(tmp_path), "tree", FILES)
    (tmp_path / "tree" / "Src" / "link").symlink_to("/etc/passwd")
    with pytest.raises(FileError, match="not a regular file"):
        read_tree(folder)


NAMES_IN_TREE = st.text("ab", min_size=1, max_size=3).map(lambda name: (name,))
TREE = st.dictionaries(NAMES_IN_TREE, st.binary(max_size=3), max_size=3)


@given(TREE)
def test_every_name_and_byte_is_part_of_the_digest(files: dict[tuple[str, ...], bytes]) -> None:
    digest = tree_digest(files)
    assert tree_digest({**files, ("new",): b""}) != digest
    for name in files:
        assert tree_digest({**files, name: files[name] + b"x"}) != digest
        assert tree_digest({each: data for each, data in files.items() if each != name}) != digest


CHANGES = {
    "content": lambda folder: (folder / "Src" / "a.bd").write_bytes(b"z"),
    "added": lambda folder: (folder / "Src" / "new.bd").write_bytes(b""),
    "removed": lambda folder: (folder / "Src" / "a.bd").unlink(),
    "link": lambda folder: (folder / "Src" / "link.bd").symlink_to(folder / "Src" / "a.bd"),
    "writable by others": lambda folder: folder.chmod(0o777),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_checkout_that_was_changed_does_not_exist(change: str, tmp_path: Path) -> None:
    commit = "0" * 40
    stored = CheckoutStore(str(tmp_path / "cache")).store(commit, FILES)
    again = CheckoutStore(str(tmp_path / "cache")).load(commit)
    assert again is not None
    assert (again.files, again.digest) == (FILES, stored.digest)
    for path in (Path(stored.folder), *Path(stored.folder).rglob("*")):
        path.chmod(0o700)
    CHANGES[change](Path(stored.folder))
    assert CheckoutStore(str(tmp_path / "cache")).load(commit) is None
    assert CheckoutStore(str(tmp_path / "cache")).load("1" * 40) is None
    assert CheckoutStore("").load(commit) is None


def test_a_checkout_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    commit = "0" * 40
    first = CheckoutStore(str(tmp_path)).store(commit, FILES)
    before = Path(first.folder).stat()
    assert CheckoutStore(str(tmp_path)).store(commit, FILES).folder == first.folder
    assert Path(first.folder).stat() == before


# Commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A locked project with a git dependency; the program `git` is then one that leaves a mark when it runs."""
    library = 'project { name = "Money" version = "1.0" }\ntarget "m" { kind = Lib entry = "Cents.bd" }\n'
    money = repository(tmp_path / "money", {"Project.proj": library, "Src/Cents.bd": "pub i64 Cents() => 100;\n"})
    folder = tmp_path / "shop"
    (folder / "Src").mkdir(parents=True)
    (folder / "Project.proj").write_text(HEAD)
    (folder / "Src" / "Main.bd").write_text("use Money.Cents;\n\nunit main() {\n    Cents.Cents();\n}\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["add", "Money", "--git", f"file://{money}", "--rev", "v1"]) == 0
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexit 1\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    capsys.readouterr()
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "obj" not in path.parts}


@pytest.mark.parametrize("state", ["fetched", "not fetched", "not locked", "out of date"])
def test_commands_that_compile_start_no_git(state: str, shop: Path) -> None:
    if state == "not fetched":
        assert main(["clean", "--cache"]) == 0
    if state == "not locked":
        (shop / "Project.lock").unlink()
    if state == "out of date":
        text = (shop / "Project.proj").read_text()
        (shop / "Project.proj").write_text(text.replace('"v1"', '"main"'))
    before = everything(shop)
    wanted = 0 if state == "fetched" else 1
    for words in (["check"], ["run", "--engine", "oracle"], ["ir"], ["check", "--locked"], ["test"]):
        assert main(words) == wanted, words
    assert main(["fmt", "--check"]) in (0, 1)
    assert everything(shop) == before
    assert not (shop.parent / "started").exists()


def test_offline_starts_no_git(shop: Path) -> None:
    for words in (["lock"], ["fetch"], ["vendor"], ["lock", "--locked"]):
        assert main([*words, "--offline"]) == 0, words
    assert main(["remove", "Money", "--offline"]) == 0
    assert main(["add", "Money", "--git", "file:///nowhere", "--rev", "v1", "--offline"]) == 1
    assert main(["clean", "--cache"]) == 0
    assert not (shop.parent / "started").exists()
    # The mark works: without the option git is started, and the stub fails.
    assert main(["add", "Money", "--git", "file:///nowhere", "--rev", "v1"]) == 3
    assert (shop.parent / "started").exists()


def test_files_that_changed_are_not_used(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lock file names other files than the cache has, although those are what git has under the commit."""
    lock = shop / "Project.lock"
    lock.write_text(lock.read_text().replace("sha256:", "sha256:0"))
    assert main(["check"]) == 1
    assert "E3024" in capsys.readouterr().err


def test_vendor_copies_no_file_from_outside_of_a_dependency(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link in somebody else's project could otherwise bring any file of the user into the repository."""
    secret = shop.parent / "secret"
    secret.write_text("secret\n")
    (shop.parent / "money" / "Src" / "stolen.bd").symlink_to(secret)
    assert main(["remove", "Money"]) == 0
    assert main(["add", "Money", "--path", "../money"]) == 0
    assert main(["vendor"]) == 3
    assert "is a link that leads out of the dependency `Money`" in capsys.readouterr().err
    assert not (shop / "vendor").exists()
    (shop.parent / "money" / "Src" / "stolen.bd").unlink()
    assert main(["vendor"]) == 0
    assert (shop / "vendor" / "Money" / "Src" / "Cents.bd").is_file()


@pytest.mark.parametrize("words", [["remove", "Money"], ["add", "Other", "--path", "../money"]])
def test_a_failed_edit_changes_nothing(words: list[str], shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def failing(*arguments: object, **named: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device")
        replace(*arguments, **named)  # type: ignore[arg-type]

    replace = os.replace
    before = everything(shop)
    monkeypatch.setattr("beskid.files.writing.os.replace", failing)
    assert main(words) == 3
    assert calls >= 2
    monkeypatch.setattr("beskid.files.writing.os.replace", replace)
    assert everything(shop) == before
