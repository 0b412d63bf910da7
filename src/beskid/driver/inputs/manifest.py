"""Project manifests (`Project.proj`, `NAME.bproj`): text in, a checked manifest or diagnostics out.

What a manifest may say is checked strictly; unknown keys are warned about with a suggestion. In a `.bproj` file the
block of the project has the project's name and contains the other blocks. Reads no files.
"""

from __future__ import annotations

from beskid.abi.libraries import canonical_library
from beskid.base.node import node
from beskid.driver.inputs.blocks import Block, BlockSyntaxError, choices, read_blocks, read_named_root
from beskid.driver.inputs.checks import BlockChecker
from beskid.files.problems import is_plain_name, shown_name
from beskid.source.codes import E1890, E1891, E1892, E1893, E3003, W3004
from beskid.source.diagnostics import Diagnostic, error, has_errors, warning
from beskid.source.text import SourceText, Span
from beskid.source.warnings import ALL_WARNINGS, NotAWarning, find_warning
from beskid.syntax.tokens import RESERVED_WORDS

MANIFEST_NAME = "Project.proj"
NAMED_SUFFIX = ".bproj"
"""The ending of manifests of the second form, whose name is free."""

DEFAULT_ROOT = "Src"
TARGET_KINDS = ("App", "Lib", "Test")
DEPENDENCY_SOURCES = ("path", "git", "registry")
STANDARD_DEPENDENCY = "std"
RESERVED_NAMES = ("Std", "Core")
"""Names of packages of the language: a project with such a name would hide them in every `use`."""

KNOWN_KEYS: dict[str, tuple[str, ...]] = {
    "project": ("name", "version", "root", "root_namespace"),
    "target": ("kind", "entry"),
    "dependency": ("source", "path", "url", "rev", "version", "registry"),
    "link": ("libraries", "searchPaths", "extraArgs"),
    "lints": (),
}
"""The blocks of a manifest and their keys. The keys of `lints` are the codes of warnings."""

LINT_LEVELS = ("allow", "warn", "deny")

NAMED_ROOT_KEYS = (*KNOWN_KEYS["project"], "type", "readme", "grammar", "schemas")
"""Keys of the block of the project in a `.bproj` file."""

KEYS_OF_SOURCE: dict[str, tuple[str, ...]] = {
    "path": ("source", "path"),
    "git": ("source", "url", "rev", "path"),
    "registry": ("source", "version", "registry"),
}


@node
class Target:
    """One thing a project makes; `entry` is relative to the source root, and empty for a library without one."""

    name: str
    kind: str
    entry: str
    span: Span


@node
class Dependency:
    """Another project, by a `path` relative to the manifest, or by a repository in which it is at `path`."""

    name: str
    source: str
    path: str
    url: str
    rev: str
    version: str
    span: Span
    whole: Span


@node
class LinkBlock:
    """The foreign libraries that a project permits; paths are relative to the manifest's folder."""

    libraries: tuple[str, ...]
    search_paths: tuple[str, ...]
    extra_arguments: tuple[str, ...]


@node
class ProjectManifest:
    """A valid manifest. `root` is the source root relative to the manifest's folder."""

    text: SourceText
    name: str
    version: str
    root: str
    targets: tuple[Target, ...]
    dependencies: tuple[Dependency, ...]
    link: LinkBlock
    lints: tuple[tuple[str, str], ...] = ()
    """Pairs of a level and the code of a warning, or `warnings`."""


@node
class ManifestResult:
    """`manifest` is None exactly when a diagnostic is an error."""

    manifest: ProjectManifest | None
    diagnostics: list[Diagnostic]


def read_manifest(source: SourceText) -> ManifestResult:
    """Parse and check one project manifest. The name of the file decides which of the two forms it has."""
    is_named = source.path.endswith(NAMED_SUFFIX)
    try:
        if is_named:
            blocks = read_named_root(source.text, tuple(KNOWN_KEYS))
        else:
            blocks = read_blocks(source.text, tuple(KNOWN_KEYS))
    except BlockSyntaxError as fault:
        return ManifestResult(None, [error(E3003, fault.message, source, fault.span, "", fault.help or None)])
    diagnostics: list[Diagnostic] = []
    manifest = _check_named(source, blocks, diagnostics) if is_named else _check(source, blocks, diagnostics)
    return ManifestResult(None if has_errors(diagnostics) else manifest, diagnostics)


def is_usable_name(name: str) -> bool:
    """Whether `use` can name a dependency so."""
    return name.isascii() and name.isidentifier() and name not in RESERVED_WORDS


def _check(source: SourceText, blocks: list[Block], diagnostics: list[Diagnostic]) -> ProjectManifest | None:
    checker = _Checker(source, diagnostics, KNOWN_KEYS)
    projects = [block for block in blocks if block.kind == "project"]
    if not projects:
        checker.report(
            Span(0, 0), "this manifest has no `project` block", 'write `project { name = "…" version = "…" }`'
        )
        return None
    if len(projects) > 1:
        checker.report(projects[1].span, "this manifest has two `project` blocks", "keep one of them")
    return checker.project(projects[0], blocks)


def _check_named(source: SourceText, blocks: list[Block], diagnostics: list[Diagnostic]) -> ProjectManifest | None:
    roots = [block for block in blocks if block.kind not in KNOWN_KEYS]
    old = next((block for block in blocks if block.kind == "project"), None)
    checker = _Checker(
        source, diagnostics, {**KNOWN_KEYS, **{block.kind: NAMED_ROOT_KEYS for block in roots}}, is_named=True
    )
    if old is not None:
        checker.report(
            old.span, f"a `{NAMED_SUFFIX}` file has no `project` block", 'write `Shop { name = "Shop" version = "…" }`'
        )
        return None
    if not roots:
        checker.report(
            Span(0, 0), "this manifest has no block with the project's name", 'write `Shop { name = "Shop" }`'
        )
        return None
    if len(roots) > 1:
        checker.report(roots[1].span, "this manifest has two projects", "keep one of them")
    root = roots[0]
    name = checker.optional(root, "name")
    if name.strip() and name != root.kind:
        place = root.fields["name"][1].span
        checker.report(place, f"the block is named `{root.kind}` and the project `{name}`", "use one name for both")
    if "type" in root.fields:
        kind = checker.optional(root, "type")
        checker.report(checker.place(root, "type"), f"projects of the type `{kind}` are not supported", "remove `type`")
    return checker.project(root, [root, *root.children, *[block for block in blocks if block is not root]])


class _Checker(BlockChecker):
    """The rules of a project manifest."""

    __slots__ = ("is_named",)

    def __init__(
        self,
        source: SourceText,
        diagnostics: list[Diagnostic],
        known: dict[str, tuple[str, ...]],
        is_named: bool = False,
    ) -> None:
        super().__init__(source, diagnostics, known)
        self.is_named = is_named

    def project(self, project: Block, blocks: list[Block]) -> ProjectManifest:
        """Check the block of the project and then all others of the manifest."""
        for block in blocks:
            self.repeated(block)
            if block.kind == "link":
                self.link_keys(block)
            elif block.kind != "lints":
                self.keys(block)
        name = self.required(project, "name")
        if name in RESERVED_NAMES:
            self.reserved(project.fields["name"][1].span, "project", name)
        version = self.required(project, "version")
        root = self.optional(project, "root", DEFAULT_ROOT)
        self.relative(project, "root", root)
        targets = [self.target(block) for block in blocks if block.kind == "target"]
        if not targets:
            self.report(
                project.span, "this project has no target", 'write `target "app" { kind = App entry = "Main.bd" }`'
            )
        dependencies = [self.dependency(block) for block in blocks if block.kind == "dependency"]
        self.unique([block for block in blocks if block.kind == "target"])
        self.unique([block for block in blocks if block.kind == "dependency"])
        link = self.link([block for block in blocks if block.kind == "link"])
        lints = [pair for block in blocks if block.kind == "lints" for pair in self.lints(block)]
        return ProjectManifest(
            self.source, name, version, root, tuple(targets), tuple(dependencies), link, tuple(lints)
        )

    def reserved(self, span: Span, kind: str, name: str) -> None:
        self.report(span, f"a {kind} cannot be named `{name}`: the core library has this name", "choose another name")

    def target(self, block: Block) -> Target:
        name = self.labelled(block)
        if name.strip() and not is_plain_name(name):
            message = f"the name `{shown_name(name)}` of a target is not a plain file name"
            self.report(
                block.span, message, "use letters, digits, `_`, `-` and `.`, and begin with a letter, a digit or `_`"
            )
        kind = self.choice(block, "kind", TARGET_KINDS)
        is_optional = self.is_named and kind == "Lib"
        entry = self.optional(block, "entry") if is_optional else self.required(block, "entry")
        if entry:
            self.relative(block, "entry", entry)
        return Target(name, kind, entry, block.span)

    def dependency(self, block: Block) -> Dependency:
        name = self.labelled(block)
        source = self.choice(block, "source", DEPENDENCY_SOURCES)
        path, url, rev, version = [self.optional(block, key) for key in ("path", "url", "rev", "version")]
        if name.strip() and not is_usable_name(name):
            message = f"`use` cannot name the dependency `{shown_name(name)}`"
            self.report(block.span, message, "use letters, digits and `_`, and begin with a letter or `_`")
        is_core_library = name.lower() == STANDARD_DEPENDENCY
        if name == "Core" or (is_core_library and (source in ("git", "registry") or (path and name != "Std"))):
            self.reserved(block.span, "dependency", name)
        match source:
            case "path":
                if not path.strip() and not is_core_library:
                    self.report(block.span, f"dependency `{name}` needs a `path`", 'add `path = "../Folder"`')
            case "git":
                self.git(block, name, path, url, rev)
            case "registry":
                if not version.strip():
                    self.report(block.span, f"dependency `{name}` needs a `version`", 'add `version = "1.0.0"`')
            case _:
                pass  # `choice` has reported it.
        self.keys_of_source(block, source)
        return Dependency(name, source, path, url, rev, version, block.span, block.whole)

    def git(self, block: Block, name: str, path: str, url: str, rev: str) -> None:
        if not url.strip():
            self.report(block.span, f"dependency `{name}` needs a `url`", 'add `url = "https://…"`')
        else:
            self.address(block, url)
        if not rev.strip():
            help = 'add `rev = "…"`: a tag, a branch or all 40 digits of a commit'
            self.report(block.span, f"dependency `{name}` needs a `rev`", help)
        else:
            self.revision(block, rev)
        self.relative(block, "path", path, "repository")

    def keys_of_source(self, block: Block, source: str) -> None:
        if source not in KEYS_OF_SOURCE:
            return
        for key, (span, _) in block.fields.items():
            if key in KNOWN_KEYS["dependency"] and key not in KEYS_OF_SOURCE[source]:
                message = f"`{key}` has no effect with `source = {source}`"
                self.diagnostics.append(warning(W3004, message, self.source, span, "", "remove it"))

    def link_keys(self, block: Block) -> None:
        """A library that is silently not linked is worse than a refused manifest."""
        known = self.known["link"]
        for key, (span, _) in block.fields.items():
            if key not in known:
                from beskid.base.spelling import closest

                near = closest(key, known)
                help = f"did you mean `{near}`?" if near is not None else f"`link` has {choices(known)}"
                self.diagnostics.append(error(E1891, f"unknown key `{key}` in `link`", self.source, span, "", help))

    def link(self, blocks: list[Block]) -> LinkBlock:
        for block in blocks[1:]:
            self.diagnostics.append(
                error(E1890, "this manifest has two `link` blocks", self.source, block.span, "", "keep one of them")
            )
        if not blocks:
            return LinkBlock((), (), ())
        libraries, search_paths, extra = [self.link_list(blocks[0], key) for key in KNOWN_KEYS["link"]]
        seen: dict[str, str] = {}
        for library in libraries:
            canonical = canonical_library(library)
            first = seen.get(canonical)
            seen.setdefault(canonical, library)
            if first is not None:
                span = blocks[0].fields["libraries"][1].span
                message = f"the library `{library}` is listed twice"
                self.diagnostics.append(error(E1893, message, self.source, span, "", f"it is also `{first}`"))
        return LinkBlock(libraries, search_paths, extra)

    def lints(self, block: Block) -> list[tuple[str, str]]:
        """Return the valid pairs `(level, code)` of a block. A level that is not applied is worse than an error."""
        found: list[tuple[str, str]] = []
        for key, (span, value) in block.fields.items():
            code = ALL_WARNINGS if key == ALL_WARNINGS else find_warning(key)
            if isinstance(code, NotAWarning):
                self.report(span, code.message, code.help)
            elif value.is_list or value.items[0] not in LINT_LEVELS:
                self.report(value.span, f"the level of `{key}` is not {choices(LINT_LEVELS)}", f"write `{key} = allow`")
            else:
                found.append((value.items[0], code))
        return found

    def link_list(self, block: Block, key: str) -> tuple[str, ...]:
        if key not in block.fields:
            return ()
        value = block.fields[key][1]
        if any(not item.strip() for item in value.items):
            message = f"`{key}` has an empty entry"
            self.diagnostics.append(error(E1892, message, self.source, value.span, "", "remove it"))
        return value.items
