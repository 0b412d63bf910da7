"""Fetches the files of a revision with the program `git`: no shell, no hooks, no submodules, no filters, no checkout.

`git` works in a new, empty repository in a temporary folder. The files are read out of the commit as they are stored
there, so no attribute and no configuration of the repository has an effect. Links and submodules are left out.
"""

from __future__ import annotations

import shutil
import subprocess

from beskid.base.node import node
from beskid.driver.failure import DriverError
from beskid.driver.inputs.git_names import PROTOCOLS, address_problem, is_commit, is_revision
from beskid.files.problems import shown_name
from beskid.files.stored_trees import MAX_TREE_BYTES, MAX_TREE_FILES, Tree
from beskid.files.workspace import Workspace
from beskid.source.codes import E3008, E3010

PROGRAM = "git"
TIME_LIMIT = 900
"""Seconds after which `git` is ended. A transfer that stops ends much earlier, see `_SETTINGS`."""

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "transfer.fsckObjects=true",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
)

_OF_ANOTHER_REPOSITORY = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXTERNAL_DIFF", "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
        "GIT_TEMPLATE_DIR", "GIT_WORK_TREE",
    )
)  # fmt: skip
"""Variables that would point `git` at a repository of the user, as inside a hook."""

_REGULAR_MODES = frozenset((b"100644", b"100755", b"100664"))


@node
class FetchedCommit:
    """A commit and its files."""

    commit: str
    files: Tree


def fetch_revision(name: str, url: str, rev: str, environment: dict[str, str]) -> FetchedCommit:
    """Fetch the files of a revision for the dependency `name`. Raises `DriverError` on every failure."""
    problem, help = address_problem(url)
    if problem or not is_revision(rev):
        raise DriverError(
            f"dependency `{name}`: `{shown_name(url)}` at `{shown_name(rev)}` cannot be fetched", help, E3008
        )
    with Workspace("beskid-git-") as folder:
        repository = _Repository(folder.file("repository"), name, environment)
        repository.run(["init", "--quiet", "--bare", "--template="])
        commit = _fetch(repository, url, rev)
        return FetchedCommit(commit, _files_of(repository, commit))


def find_git(environment: dict[str, str]) -> str:
    """The path of the program; raises `DriverError` when there is none."""
    found = shutil.which(PROGRAM, path=environment.get("PATH", ""))
    if found is None:
        raise DriverError(
            "the program `git` is missing: dependencies with `source = git` need it", "install git", E3010
        )
    return found


class _GitFailedError(Exception):
    """`git` ended with an error; `reason` is the line that explains it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Repository:
    """A bare repository of our own, and how `git` is started in it."""

    __slots__ = ("_environment", "_program", "name", "path")

    def __init__(self, path: str, name: str, environment: dict[str, str]) -> None:
        self.path = path
        self.name = name
        self._program = find_git(environment)
        self._environment = git_environment(environment)

    def run(self, arguments: list[str], data: bytes = b"") -> bytes:
        """Run a command and return its output; one that fails is a `DriverError`."""
        try:
            return self.try_run(arguments, data)
        except _GitFailedError as failure:
            raise self.failed(failure.reason) from failure

    def try_run(self, arguments: list[str], data: bytes = b"") -> bytes:
        """Run a command and return its output; one that fails is a `_GitFailedError`."""
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [self._program, f"--git-dir={self.path}", *settings, *arguments]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, env=self._environment, timeout=TIME_LIMIT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise self.failed(f"git did not finish within {TIME_LIMIT // 60} minutes") from error
        except OSError as error:
            raise DriverError.of_os_error("cannot start", self._program, error, E3010) from error
        if done.returncode != 0:
            raise _GitFailedError(_reason(done.stderr, done.returncode))
        return done.stdout

    def failed(self, reason: str, help: str = "") -> DriverError:
        if "mismatched algorithms" in reason:
            reason, help = "it names its commits by SHA-256", "such repositories are not supported yet"
        message = f"dependency `{self.name}` cannot be fetched: {reason}"
        return DriverError(message, help or "check the address, your access and the network", E3008)


def git_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of `git`: the user's, with three protocols only, without questions and without a repository."""
    kept = {key: text for key, text in environment.items() if key not in _OF_ANOTHER_REPOSITORY}
    fixed = {
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "LANGUAGE": "",
    }
    return {**kept, **fixed}


def _fetch(repository: _Repository, url: str, rev: str) -> str:
    """Fetch one revision, if possible without its history, and return its commit."""
    fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"]
    try:
        repository.try_run([*fetch, "--depth=1", "--", url, rev])
        wanted = "FETCH_HEAD"
    except _GitFailedError as failure:
        if not _is_unknown_revision(failure.reason):
            raise repository.failed(failure.reason) from failure
        if not is_commit(rev):
            raise _unknown_revision(repository, url, rev) from failure
        # The server serves branches and tags only; the commit is in the history of one of them.
        repository.run([*fetch, "--", url, "+refs/heads/*:refs/beskid/heads/*", "+refs/tags/*:refs/beskid/tags/*"])
        wanted = rev
    try:
        commit = (
            repository.try_run(["rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}"]).decode("ascii").strip()
        )
    except _GitFailedError as failure:
        raise _unknown_revision(repository, url, rev) from failure
    if is_commit(rev) and commit != rev:
        raise _unknown_revision(repository, url, rev)
    return commit


def _unknown_revision(repository: _Repository, url: str, rev: str) -> DriverError:
    help = "name a tag, a branch or all 40 digits of a commit"
    return repository.failed(f"{shown_name(url)} has no revision `{shown_name(rev)}`", help)


def _is_unknown_revision(reason: str) -> bool:
    words = ("couldn't find remote ref", "not our ref", "unadvertised object", "no such remote ref", "unable to find")
    return any(word in reason for word in words)


def _files_of(repository: _Repository, commit: str) -> Tree:
    """The regular files of a commit."""
    listing = repository.run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit])
    wanted: list[tuple[tuple[str, ...], bytes]] = []
    size = 0
    for entry in listing.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        fields = head.split()
        if len(fields) != 4 or fields[0] not in _REGULAR_MODES:
            continue
        parts = tuple(path.decode("utf-8", "surrogateescape").split("/"))
        if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
            raise repository.failed(f"the path `{shown_name('/'.join(parts))}` in it is not allowed")
        size += int(fields[3]) if fields[3].isdigit() else 0
        wanted.append((parts, fields[2]))
    if len(wanted) > MAX_TREE_FILES or size > MAX_TREE_BYTES:
        limit = f"{MAX_TREE_FILES} files and {MAX_TREE_BYTES >> 20} MiB"
        raise repository.failed(f"it is larger than {limit}", "use a repository of the library alone")
    answer = repository.run(["cat-file", "--batch"], b"".join([identity + b"\n" for _, identity in wanted]))
    files: Tree = {}
    position = 0
    for parts, identity in wanted:
        line, _, _ = answer[position : position + 200].partition(b"\n")
        fields = line.split()
        if len(fields) != 3 or fields[0] != identity or fields[1] != b"blob":
            raise repository.failed(f"`{shown_name('/'.join(parts))}` is missing in it")
        start = position + len(line) + 1
        position = start + int(fields[2]) + 1
        files[parts] = answer[start : position - 1]
    return files


def _reason(output: bytes, status: int) -> str:
    """Return the most informative line of git's messages: the first fatal one, else the last."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines:
        return f"git ended with status {status}"
    chosen = next((line for line in lines if line.startswith(("fatal:", "ERROR:"))), lines[-1])
    return shown_name(chosen.partition(": ")[2] if ":" in chosen.split(" ")[0] else chosen)[:500]
