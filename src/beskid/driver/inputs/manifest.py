"""Project manifests (`Project.proj`): text in, a checked manifest or diagnostics out.

The form is blocks of `key = value` fields; a block may be written on one line, and fields may hold lists. What a
manifest may say is checked strictly; unknown keys are warned about with a suggestion. Reads no files.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from beskid.abi.libraries import canonical_library
from beskid.base.node import node
from beskid.files.problems import is_plain_name, shown_name
from beskid.source.codes import E1890, E1891, E1892, E1893, E3003, E3004, W3004
from beskid.source.diagnostics import Diagnostic, error, has_errors, warning
from beskid.source.text import SourceText, Span
from beskid.source.warnings import ALL_WARNINGS, NotAWarning, find_warning

MANIFEST_NAME = "Project.proj"
SYNTAX_CODE = E3003
VALIDATION_CODE = E3004
UNKNOWN_KEY_CODE = W3004

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


@node
class Target:
    """One thing a project makes; `entry` is relative to the source root."""

    name: str
    kind: str
    entry: str
    span: Span


@node
class Dependency:
    """Another project; only `path` ones can be resolved here."""

    name: str
    source: str
    path: str
    span: Span


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


@node
class Value:
    """A field's value: texts of a string, a word or a list."""

    items: tuple[str, ...]
    is_list: bool
    span: Span


@node
class Block:
    """One block as written; the last of several equal keys counts."""

    kind: str
    label: str
    span: Span
    fields: dict[str, tuple[Span, Value]]


TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|\#[^\n]*|//[^\n]*)"""
    r"""|(?P<string>"[^"\n]*")"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_.-]*)"""
    r"""|(?P<mark>[{}\[\],=])"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)


class _ManifestSyntaxError(Exception):
    def __init__(self, span: Span, message: str, help: str = "") -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.help = help


class _Reader:
    """A cursor over the tokens of one manifest."""

    __slots__ = ("end", "position", "tokens")

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, Span]] = []
        for match in TOKEN.finditer(text):
            kind = match.lastgroup or "other"
            if kind != "skip":
                self.tokens.append((kind, match.group(), Span(match.start(), match.end())))
        self.position = 0
        self.end = Span(len(text), len(text))

    def peek(self) -> tuple[str, str, Span]:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return ("end", "", self.end)

    def take(self) -> tuple[str, str, Span]:
        token = self.peek()
        self.position += 1
        return token

    def expect(self, mark: str, what: str) -> Span:
        kind, text, span = self.peek()
        if kind != "mark" or text != mark:
            raise _ManifestSyntaxError(span, f"expected `{mark}` {what}")
        self.position += 1
        return span


def read_manifest(source: SourceText) -> ManifestResult:
    """Parse and check one project manifest."""
    try:
        blocks = _read_blocks(_Reader(source.text))
    except _ManifestSyntaxError as fault:
        return ManifestResult(None, [error(SYNTAX_CODE, fault.message, source, fault.span, "", fault.help or None)])
    diagnostics: list[Diagnostic] = []
    manifest = _check(source, blocks, diagnostics)
    return ManifestResult(None if has_errors(diagnostics) else manifest, diagnostics)


def _read_blocks(reader: _Reader) -> list[Block]:
    blocks: list[Block] = []
    while reader.peek()[0] != "end":
        blocks.append(_read_block(reader))
    return blocks


def _read_block(reader: _Reader) -> Block:
    kind, name, span = reader.take()
    if kind != "word":
        raise _ManifestSyntaxError(span, "expected a block such as `project { … }`")
    if name not in KNOWN_KEYS:
        raise _ManifestSyntaxError(span, f"unknown block `{name}`", "a manifest has " + _choices(tuple(KNOWN_KEYS)))
    label = ""
    if reader.peek()[0] == "string":
        _, text, label_span = reader.take()
        label = text[1:-1]
        span = span.to(label_span)
    reader.expect("{", f"after `{name}`")
    fields: dict[str, tuple[Span, Value]] = {}
    while reader.peek()[1] != "}" or reader.peek()[0] != "mark":
        key_kind, key, key_span = reader.take()
        if key_kind != "word":
            raise _ManifestSyntaxError(key_span, f"expected a field or the closing brace of `{name}`")
        reader.expect("=", f"after `{key}`")
        fields[key] = (key_span, _read_value(reader, key))
        if reader.peek()[1] == ",":
            reader.take()
    reader.take()
    return Block(name, label, span, fields)


def _read_value(reader: _Reader, key: str) -> Value:
    kind, text, span = reader.take()
    if kind == "string":
        return Value((text[1:-1],), False, span)
    if kind == "word":
        return Value((text,), False, span)
    if (kind, text) != ("mark", "["):
        raise _ManifestSyntaxError(span, f"expected a value for `{key}`", 'write it between quotes: "…"')
    items: list[str] = []
    while True:
        kind, text, item_span = reader.take()
        if (kind, text) == ("mark", "]"):
            return Value(tuple(items), True, span.to(item_span))
        if kind not in ("string", "word"):
            raise _ManifestSyntaxError(item_span, f"expected an entry of `{key}` or `]`")
        items.append(text[1:-1] if kind == "string" else text)
        if reader.peek()[1] == ",":
            reader.take()


def _check(source: SourceText, blocks: list[Block], diagnostics: list[Diagnostic]) -> ProjectManifest | None:
    checker = _Checker(source, diagnostics)
    projects = [block for block in blocks if block.kind == "project"]
    if not projects:
        checker.fault(
            Span(0, 0), "this manifest has no `project` block", 'write `project { name = "…" version = "…" }`'
        )
        return None
    if len(projects) > 1:
        checker.fault(projects[1].span, "this manifest has two `project` blocks", "keep one of them")
    for block in blocks:
        checker.unknown_keys(block)
    project = projects[0]
    name = checker.required(project, "name")
    if name in RESERVED_NAMES:
        checker.reserved(project.fields["name"][1].span, "project", name)
    version = checker.required(project, "version")
    root = checker.optional(project, "root", "Src")
    checker.relative(project, "root", root)
    targets = [checker.target(block) for block in blocks if block.kind == "target"]
    if not targets:
        checker.fault(
            project.span, "this project has no target", 'write `target "app" { kind = App entry = "Main.bd" }`'
        )
    dependencies = [checker.dependency(block) for block in blocks if block.kind == "dependency"]
    checker.unique([block for block in blocks if block.kind == "target"])
    checker.unique([block for block in blocks if block.kind == "dependency"])
    link = checker.link([block for block in blocks if block.kind == "link"])
    lints = [pair for block in blocks if block.kind == "lints" for pair in checker.lints(block)]
    return ProjectManifest(source, name, version, root, tuple(targets), tuple(dependencies), link, tuple(lints))


class _Checker:
    """The rules of a manifest; each fault becomes one diagnostic."""

    __slots__ = ("diagnostics", "source")

    def __init__(self, source: SourceText, diagnostics: list[Diagnostic]) -> None:
        self.source = source
        self.diagnostics = diagnostics

    def fault(self, span: Span, message: str, help: str = "") -> None:
        self.diagnostics.append(error(VALIDATION_CODE, message, self.source, span, "", help or None))

    def unknown_keys(self, block: Block) -> None:
        known = KNOWN_KEYS[block.kind]
        if block.kind == "link":
            self.link_keys(block, known)
            return
        if block.kind == "lints":
            return
        for key, (span, _) in block.fields.items():
            if key in known:
                continue
            near = get_close_matches(key, known, 1)
            help = f"did you mean `{near[0]}`?" if near else f"`{block.kind}` has {_choices(known)}"
            self.diagnostics.append(
                warning(UNKNOWN_KEY_CODE, f"unknown key `{key}` in `{block.kind}`", self.source, span, "", help)
            )

    def required(self, block: Block, key: str) -> str:
        value = self.optional(block, key, "")
        if not value.strip():
            place = block.fields[key][1].span if key in block.fields else block.span
            self.fault(place, f"`{block.kind}` needs a `{key}`", f'add `{key} = "…"`')
        return value

    def optional(self, block: Block, key: str, default: str) -> str:
        if key not in block.fields:
            return default
        value = block.fields[key][1]
        if value.is_list:
            self.fault(value.span, f"`{key}` is one value, not a list")
            return default
        return value.items[0]

    def choice(self, block: Block, key: str, allowed: tuple[str, ...]) -> str:
        value = self.required(block, key)
        if value and value not in allowed:
            self.fault(block.fields[key][1].span, f"`{key}` cannot be `{value}`", f"it is {_choices(allowed)}")
        return value

    def relative(self, block: Block, key: str, path: str) -> None:
        if path.startswith("/") or ".." in path.split("/"):
            span = block.fields[key][1].span
            self.fault(span, f"`{key}` must stay inside the project", "write a relative path without `..`")

    def reserved(self, span: Span, kind: str, name: str) -> None:
        self.fault(span, f"a {kind} cannot be named `{name}`: the core library has this name", "choose another name")

    def labelled(self, block: Block) -> str:
        if not block.label.strip():
            self.fault(block.span, f"a `{block.kind}` needs a name", f'write `{block.kind} "name" {{`')
        return block.label

    def target(self, block: Block) -> Target:
        name = self.labelled(block)
        if name.strip() and not is_plain_name(name):
            message = f"the name `{shown_name(name)}` of a target is not a plain file name"
            self.fault(
                block.span, message, "use letters, digits, `_`, `-` and `.`, and begin with a letter, a digit or `_`"
            )
        kind = self.choice(block, "kind", TARGET_KINDS)
        entry = self.required(block, "entry")
        if entry:
            self.relative(block, "entry", entry)
        return Target(name, kind, entry, block.span)

    def dependency(self, block: Block) -> Dependency:
        name = self.labelled(block)
        source = self.choice(block, "source", DEPENDENCY_SOURCES)
        path = self.optional(block, "path", "")
        if source == "path" and not path.strip() and name.lower() != STANDARD_DEPENDENCY:
            self.fault(block.span, f"dependency `{name}` needs a `path`", 'add `path = "../Folder"`')
        if name in RESERVED_NAMES and (path or name.lower() != STANDARD_DEPENDENCY):
            self.reserved(block.span, "dependency", name)
        return Dependency(name, source, path, block.span)

    def link_keys(self, block: Block, known: tuple[str, ...]) -> None:
        """A library that is silently not linked is worse than a refused manifest."""
        for key, (span, _) in block.fields.items():
            if key not in known:
                near = get_close_matches(key, known, 1)
                help = f"did you mean `{near[0]}`?" if near else f"`link` has {_choices(known)}"
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
                self.fault(span, code.message, code.help)
            elif value.is_list or value.items[0] not in LINT_LEVELS:
                self.fault(value.span, f"the level of `{key}` is not {_choices(LINT_LEVELS)}", f"write `{key} = allow`")
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

    def unique(self, blocks: list[Block]) -> None:
        seen: set[str] = set()
        for block in blocks:
            if block.label and block.label in seen:
                self.fault(block.span, f"there are two {block.kind} blocks named `{block.label}`")
            seen.add(block.label)


def _choices(words: tuple[str, ...]) -> str:
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
