"""Workspace manifests (`Workspace.proj`, `NAME.bws`): text in, checked members and overrides or diagnostics out.

A workspace is several projects with one lock file. Reads no files.
"""

from __future__ import annotations

from beskid.base.node import node
from beskid.driver.inputs.blocks import Block, BlockSyntaxError, read_blocks
from beskid.driver.inputs.checks import BlockChecker
from beskid.driver.inputs.manifest import RESERVED_NAMES
from beskid.source.codes import E3003
from beskid.source.diagnostics import Diagnostic, error, has_errors
from beskid.source.text import SourceText, Span

RESOLVER = "v1"

KNOWN_KEYS: dict[str, tuple[str, ...]] = {
    "workspace": ("name", "resolver", "schema", "defaultTestMember"),
    "member": ("path", "package", "description", "category", "tags"),
    "override": ("member", "path", "url", "rev", "version"),
    "registry": ("url",),
}


@node
class Member:
    """A project of the workspace; `path` is relative to the workspace's folder."""

    name: str
    path: str
    span: Span


@node
class Override:
    """What replaces the source of a dependency: a folder, another repository or revision, or another version.

    Empty texts replace nothing. It holds for the program of one member, or of all when `member` is empty.
    """

    name: str
    member: str
    path: str
    url: str
    rev: str
    version: str
    span: Span


@node
class WorkspaceManifest:
    """A valid manifest of a workspace."""

    text: SourceText
    name: str
    members: tuple[Member, ...]
    overrides: tuple[Override, ...]

    def member(self, name: str) -> Member | None:
        return next((member for member in self.members if member.name == name), None)

    def overrides_for(self, member: str) -> dict[str, Override]:
        """The overrides of a member's program by the name of the dependency in lower case; its own take precedence."""
        found = {each.name.lower(): each for each in self.overrides if not each.member}
        found.update({each.name.lower(): each for each in self.overrides if each.member == member})
        return found


@node
class WorkspaceResult:
    """`manifest` is None exactly when a diagnostic is an error."""

    manifest: WorkspaceManifest | None
    diagnostics: list[Diagnostic]


def read_workspace(source: SourceText) -> WorkspaceResult:
    """Parse and check the manifest of a workspace."""
    try:
        blocks = read_blocks(source.text, tuple(KNOWN_KEYS), "workspace")
    except BlockSyntaxError as fault:
        return WorkspaceResult(None, [error(E3003, fault.message, source, fault.span, "", fault.help or None)])
    diagnostics: list[Diagnostic] = []
    manifest = _check(_Checker(source, diagnostics, KNOWN_KEYS), blocks)
    return WorkspaceResult(None if has_errors(diagnostics) else manifest, diagnostics)


def _check(checker: _Checker, blocks: list[Block]) -> WorkspaceManifest | None:
    of_kind = {kind: [block for block in blocks if block.kind == kind] for kind in KNOWN_KEYS}
    workspaces = of_kind["workspace"]
    if not workspaces:
        checker.report(Span(0, 0), "this manifest has no `workspace` block", 'write `workspace { name = "…" }`')
        return None
    if len(workspaces) > 1:
        checker.report(workspaces[1].span, "this manifest has two `workspace` blocks", "keep one of them")
    for block in blocks:
        checker.repeated(block)
        checker.keys(block)
    name = checker.required(workspaces[0], "name")
    resolver = checker.optional(workspaces[0], "resolver", RESOLVER)
    if resolver != RESOLVER:
        place = checker.place(workspaces[0], "resolver")
        checker.report(place, f"unknown resolver `{resolver}`", f"remove the line: the resolver is `{RESOLVER}`")
    members = [checker.member(block) for block in of_kind["member"]]
    if not members:
        checker.report(workspaces[0].span, "this workspace has no member", 'write `member "app" { path = "app" }`')
    checker.unique(of_kind["member"])
    checker.unique(of_kind["registry"])
    for block in of_kind["registry"]:
        checker.labelled(block)
        checker.required(block, "url")
    overrides = [checker.override(block, [member.name for member in members]) for block in of_kind["override"]]
    checker.unique_overrides(overrides)
    return WorkspaceManifest(checker.source, name, tuple(members), tuple(overrides))


class _Checker(BlockChecker):
    """The rules of a workspace manifest."""

    __slots__ = ()

    def member(self, block: Block) -> Member:
        name = self.labelled(block)
        path = self.required(block, "path", "app")
        self.relative(block, "path", path, "workspace")
        return Member(name, path, block.span)

    def override(self, block: Block, members: list[str]) -> Override:
        name = self.labelled(block)
        member, path, url, rev, version = [
            self.optional(block, key) for key in ("member", "path", "url", "rev", "version")
        ]
        if name in RESERVED_NAMES:
            self.report(block.span, f"`{name}` cannot be overridden", "declare `Std` as a dependency with a `path`")
        if member and member not in members:
            self.report(
                self.place(block, "member"), f"the workspace has no member `{member}`", "name one of its members"
            )
        kinds = [bool(path), bool(url or rev), bool(version)]
        if sum(kinds) != 1:
            help = "write a `path`, a `url` and `rev`, or a `version`"
            what = "replaces nothing" if not any(kinds) else "has several sources"
            self.report(block.span, f"the override of `{name}` {what}", help)
        if url:
            self.address(block, url)
        if rev:
            self.revision(block, rev)
        return Override(name, member, path, url, rev, version, block.span)

    def unique_overrides(self, overrides: list[Override]) -> None:
        seen: set[tuple[str, str]] = set()
        for each in overrides:
            key = (each.name.lower(), each.member)
            if key in seen:
                where = f" for `{each.member}`" if each.member else ""
                self.report(each.span, f"there are two overrides of `{each.name}`{where}", "keep one of them")
            seen.add(key)
