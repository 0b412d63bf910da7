"""Fetching with git: what reaches the program, what comes out of a commit, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests import limits

from beskid.driver.dependencies.git import fetch_revision, git_environment
from beskid.driver.failure import DriverError
from beskid.driver.inputs.git_names import address_problem, is_commit, is_revision

IDENTITY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def git(folder: Path, *arguments: str, data: bytes = b"") -> str:
    """Run git in a repository of the test."""
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments]
    done = limits.run(
        command, env={**os.environ, **IDENTITY}, input=data, capture_output=True, timeout=120, check=True
    )  # fmt: skip
    output: bytes = done.stdout
    return output.decode().strip()


def repository(folder: Path, files: dict[str, str]) -> Path:
    """A repository with one commit, tagged `v1`."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    commit(folder)
    git(folder, "tag", "v1")
    return folder


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def fetch(folder: Path, rev: str = "v1", **variables: str) -> dict[tuple[str, ...], bytes]:
    return fetch_revision("Money", f"file://{folder}", rev, {**os.environ, **variables}).files


def test_files_are_those_of_the_commit(tmp_path: Path) -> None:
    """Neither attributes, line ends nor export rules change them."""
    files = {
        ".gitattributes": "*.bd text eol=crlf export-subst filter=evil\nhidden.bd export-ignore\n",
        "Src/Main.bd": "// $Format:%H$\n",
        "Src/windows.bd": "a\r\nb\r\n",
        "hidden.bd": "// here\n",
        "ä b.txt": "",
    }
    folder = repository(tmp_path / "r", files)
    stored = git(folder, "show", "HEAD:Src/windows.bd")
    found = fetch(folder)
    assert found[("Src", "Main.bd")] == b"// $Format:%H$\n"
    assert found[("Src", "windows.bd")].decode().strip() == stored
    assert set(found) == {tuple(name.split("/")) for name in files}


def test_links_and_submodules_are_left_out(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"a.bd": ""})
    folder = repository(tmp_path / "r", {"b.bd": ""})
    (folder / "passwd").symlink_to("/etc/passwd")
    git(folder, "submodule", "add", "-q", f"file://{inner}", "sub")
    commit(folder)
    assert set(fetch(folder, "main")) == {("b.bd",), (".gitmodules",)}


def test_a_branch_a_tag_a_commit_and_an_older_commit(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.bd": "1"})
    first = git(folder, "rev-parse", "HEAD")
    git(folder, "tag", "-a", "-m", "annotated", "v1.0")
    (folder / "a.bd").write_text("2")
    second = commit(folder)
    environment = dict(os.environ)
    url = f"file://{folder}"
    wanted = {"main": second, "v1": first, "v1.0": first, first: first, second: second}
    assert {rev: fetch_revision("Money", url, rev, environment).commit for rev in wanted} == wanted


@pytest.mark.parametrize("rev", ["v2", "0" * 40, "abcdef1"])
def test_an_unknown_revision_is_named(rev: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.bd": "1"})
    with pytest.raises(DriverError, match=f"has no revision `{rev}`") as caught:
        fetch(folder, rev)
    assert caught.value.code == "E3008"


def test_the_users_hooks_and_repository_variables_have_no_effect(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.bd": "1"})
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-merge"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (hooks / name).chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = touch {tmp_path}/ran\n")
    template = tmp_path / "template"
    (template / "hooks").mkdir(parents=True)
    found = fetch(
        folder,
        GIT_CONFIG_GLOBAL=str(settings),
        GIT_DIR=str(tmp_path / "elsewhere"),
        GIT_WORK_TREE=str(tmp_path),
        GIT_INDEX_FILE=str(tmp_path / "index"),
        GIT_TEMPLATE_DIR=str(template),
    )
    assert found == {("a.bd",): b"1"}
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_a_setting_cannot_lead_to_another_protocol(tmp_path: Path) -> None:
    """`insteadOf` rewrites the address after it was checked."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        f'[url "ext::touch {tmp_path}/ran "]\n\tinsteadOf = https://a.example/\n[protocol]\n\tallow = always\n'
    )
    with pytest.raises(DriverError, match="not allowed"):
        fetch_revision("M", "https://a.example/b", "v1", {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)})
    assert not (tmp_path / "ran").exists()


def test_a_path_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.bd": "1"})
    blob = git(folder, "hash-object", "-w", "a.bd")
    inner = git(folder, "mktree", data=f"100644 blob {blob}\tconfig\n".encode())
    tree = git(folder, "mktree", data=f"040000 tree {inner}\t.git\n".encode())
    made = git(folder, "commit-tree", "-m", "x", tree)
    git(folder, "tag", "bad", made)
    # Either git itself refuses such a tree, or its paths are checked when they are read.
    with pytest.raises(DriverError, match="cannot be fetched"):
        fetch(folder, "bad")


def test_the_environment_of_git() -> None:
    made = git_environment({"HOME": "/h", "GIT_DIR": "/x", "GIT_SSH_COMMAND": "ssh -v", "GIT_ALLOW_PROTOCOL": "ext"})
    assert made["GIT_ALLOW_PROTOCOL"] == "https:ssh:file"
    assert made["GIT_TERMINAL_PROMPT"] == "0"
    assert made["HOME"] == "/h"
    assert made["GIT_SSH_COMMAND"] == "ssh -v"
    assert "GIT_DIR" not in made


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://example.org/a/b.git", True), ("https://example.org:8443/a", True), ("ssh://git@example.org/a", True),
        ("git@example.org:a/b.git", True), ("example.org:a/b", True), ("file:///srv/a", True), ("", False),
        ("-oProxyCommand=x", False), ("--upload-pack=x", False), ("http://example.org/a", False),
        ("git://example.org/a", False), ("ext::sh -c id", False), ("ext::id", False), ("fd::3", False),
        ("../a", False), ("/srv/a", False), ("a", False), ("ssh://-oProxyCommand=x/a", False),
        ("-x@example.org:a", False), ("a@-x:b", False), ("ssh://a@-x/b", False),
        ("https://me:secret@example.org/a", False),
        ("https://me@example.org/a", False), ("https://example.org", False), ("file://host/a", False),
        ("https://example.org/a b", False), ("https://example.org/a\n", False), ("https://" + "a" * 600 + "/", False),
    ],
)  # fmt: skip
def test_addresses(url: str, is_good: bool) -> None:
    assert (address_problem(url) == ("", "")) == is_good


@pytest.mark.parametrize(
    ("rev", "is_good"),
    [
        ("v1", True), ("main", True), ("feature/x_y-1.2+3", True), ("0" * 40, True), ("", False), ("-x", False),
        ("--upload-pack=x", False), ("a..b", False), ("a:b", False), ("+a", False), ("a~1", False), ("a^", False),
        ("@{u}", False), ("a b", False), ("a*", False), ("a.lock", False), ("a/", False), ("a//b", False),
        ("a\n", False), ("a" * 600, False),
    ],
)  # fmt: skip
def test_revisions(rev: str, is_good: bool) -> None:
    assert is_revision(rev) == is_good


def test_commits() -> None:
    assert is_commit("0123456789abcdef" * 2 + "01234567")
    assert not is_commit("0123456789ABCDEF" * 2 + "01234567")
    assert not is_commit("v1")
