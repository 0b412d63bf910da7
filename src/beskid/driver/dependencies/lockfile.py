"""The lock file: which commit and which content each dependency has. Text in, a `Lock` out, and back.

It has the form of a manifest, no absolute path, and one order of everything, so it is the same on every machine.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.driver.dependencies.checkouts import DIGEST_PREFIX
from beskid.driver.inputs.blocks import Block, BlockSyntaxError, read_blocks
from beskid.driver.inputs.git_names import address_problem, is_commit, is_revision
from beskid.files.problems import shown_name

PROJECT_LOCK = "Project.lock"
WORKSPACE_LOCK = "Workspace.lock"
FORMAT = "2"
OLD_START = "# Project.lock v1"
"""The first line of the form before this one, which names no commits."""

_HEADER = "# Written by `beskid lock`. Do not edit."
_FIELDS = ("version", "source", "path", "url", "rev", "commit", "digest")
_SOURCES = ("path", "git")


class LockDamagedError(Exception):
    """The text is not a lock file; `reason` completes "the lock file is damaged: …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@value
class LockedPackage:
    """One dependency. `path` is seen from the folder of the lock file, for git from the root of the repository."""

    name: str
    version: str
    source: str
    path: str
    url: str
    rev: str
    commit: str
    digest: str
    dependencies: tuple[str, ...]


@value
class LockedRoot:
    """A project that is locked: the one of the folder, or a member of the workspace."""

    name: str
    dependencies: tuple[str, ...]


@value
class Lock:
    """Everything in a lock file, sorted."""

    roots: tuple[LockedRoot, ...]
    packages: tuple[LockedPackage, ...]

    def find(self, name: str, url: str, rev: str, path: str) -> LockedPackage | None:
        """The entry of a git dependency as a manifest declares it."""
        for package in self.packages:
            if package.source == "git" and (package.name, package.url, package.rev, package.path) == (
                name, url, rev, path,
            ):  # fmt: skip
                return package
        return None


def make_lock(roots: list[LockedRoot], packages: list[LockedPackage]) -> Lock:
    """Return a lock in the order in which it is written, without repetitions."""
    return Lock(tuple(sorted(set(roots), key=_root_order)), tuple(sorted(set(packages), key=_package_order)))


def _root_order(root: LockedRoot) -> tuple[str, tuple[str, ...]]:
    return root.name, root.dependencies


def _package_order(package: LockedPackage) -> tuple[str, ...]:
    return package.name, *[str(getattr(package, field)) for field in _FIELDS], *package.dependencies


def render_lock(lock: Lock) -> str:
    """Return the text of a lock file. Raises `LockDamagedError` for a text that the form cannot hold."""
    lines = [_HEADER, "", "lock {", f'    format = "{FORMAT}"', "}"]
    for root in lock.roots:
        lines += ["", f"root {_quoted(root.name)} {{", f"    dependencies = {_list(root.dependencies)}", "}"]
    for package in lock.packages:
        lines += ["", f"package {_quoted(package.name)} {{"]
        for field in _FIELDS:
            text = str(getattr(package, field))
            if text:
                lines.append(f"    {field} = {text if field == 'source' else _quoted(text)}")
        lines += [f"    dependencies = {_list(package.dependencies)}", "}"]
    return "\n".join([*lines, ""])


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join([_quoted(name) for name in names])}]"


def _quoted(text: str) -> str:
    if '"' in text or not text.isprintable():
        raise LockDamagedError(f"`{shown_name(text)}` contains a quotation mark or a control character")
    return f'"{text}"'


def read_lock(text: str) -> Lock:
    """Return the lock of a text. Raises `LockDamagedError` for anything that `render_lock` would not write."""
    try:
        blocks = read_blocks(text, ("lock", "root", "package"), "lock")
    except BlockSyntaxError as fault:
        line = text.count("\n", 0, fault.span.start) + 1
        raise LockDamagedError(f"line {line}: {fault.message}") from fault
    heads = [block for block in blocks if block.kind == "lock"]
    if len(heads) != 1 or _field(heads[0], "format") != FORMAT:
        raise LockDamagedError(f'it does not say `format = "{FORMAT}"`')
    roots = [LockedRoot(block.label, _names(block, "dependencies")) for block in blocks if block.kind == "root"]
    packages = [_package(block) for block in blocks if block.kind == "package"]
    return make_lock(roots, packages)


def _package(block: Block) -> LockedPackage:
    version, source, path, url, rev, commit, digest = [_field(block, field) for field in _FIELDS]
    dependencies = _names(block, "dependencies")
    package = LockedPackage(block.label, version, source, path, url, rev, commit, digest, dependencies)
    if package.source not in _SOURCES:
        raise LockDamagedError(f"`{shown_name(block.label)}` has no known source")
    if package.source == "git":
        is_good = not address_problem(package.url)[0] and is_revision(package.rev) and is_commit(package.commit)
        if not is_good or not package.digest.startswith(DIGEST_PREFIX):
            raise LockDamagedError(f"the entry of `{shown_name(block.label)}` is not complete")
    return package


def _field(block: Block, key: str) -> str:
    if key not in block.fields:
        return ""
    items = block.fields[key][1].items
    return items[0] if len(items) == 1 else ""


def _names(block: Block, key: str) -> tuple[str, ...]:
    return tuple(block.fields[key][1].items) if key in block.fields else ()
