"""Rules that every manifest follows: required keys, single values, unique names. Each mistake becomes a diagnostic."""

from __future__ import annotations

from beskid.driver.inputs.blocks import Block, choices
from beskid.driver.inputs.git_names import address_problem, is_revision
from beskid.files.problems import shown_name
from beskid.source.codes import E3004, W3004
from beskid.source.diagnostics import Diagnostic, error, warning
from beskid.source.text import SourceText, Span


class BlockChecker:
    """Checks the blocks of one manifest; `known` has the keys of each kind of block."""

    __slots__ = ("diagnostics", "known", "source")

    def __init__(self, source: SourceText, diagnostics: list[Diagnostic], known: dict[str, tuple[str, ...]]) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.known = known

    def report(self, span: Span, message: str, help: str = "") -> None:
        self.diagnostics.append(error(E3004, message, self.source, span, "", help or None))

    def repeated(self, block: Block) -> None:
        """Report keys that are written twice."""
        for key, span in block.repeated:
            self.report(span, f"`{key}` is written twice", "remove one of the lines")

    def keys(self, block: Block) -> None:
        """Warn about unknown keys."""
        known = self.known[block.kind]
        for key, (span, _) in block.fields.items():
            if key in known:
                continue
            from beskid.base.spelling import closest

            near = closest(key, known)
            help = f"did you mean `{near}`?" if near is not None else f"`{block.kind}` has {choices(known)}"
            self.diagnostics.append(
                warning(W3004, f"unknown key `{key}` in `{block.kind}`", self.source, span, "", help)
            )

    def required(self, block: Block, key: str, example: str = "…") -> str:
        value = self.optional(block, key, "")
        if not value.strip():
            self.report(self.place(block, key), f"`{block.kind}` needs a `{key}`", f'add `{key} = "{example}"`')
        return value

    def optional(self, block: Block, key: str, default: str = "") -> str:
        if key not in block.fields:
            return default
        value = block.fields[key][1]
        if value.is_list:
            self.report(value.span, f"`{key}` is one value, not a list")
            return default
        return value.items[0]

    def place(self, block: Block, key: str) -> Span:
        """Where the value of a key is, or the head of a block without it."""
        return block.fields[key][1].span if key in block.fields else block.span

    def choice(self, block: Block, key: str, allowed: tuple[str, ...]) -> str:
        value = self.required(block, key)
        if value and value not in allowed:
            self.report(block.fields[key][1].span, f"`{key}` cannot be `{value}`", f"it is {choices(allowed)}")
        return value

    def relative(self, block: Block, key: str, path: str, whole: str = "project") -> None:
        if path.startswith("/") or ".." in path.split("/"):
            help = "write a relative path without `..`"
            self.report(self.place(block, key), f"`{key}` must stay inside the {whole}", help)

    def address(self, block: Block, url: str) -> None:
        problem, help = address_problem(url)
        if problem:
            self.report(self.place(block, "url"), f"`url` {problem}", help)

    def revision(self, block: Block, rev: str) -> None:
        if not is_revision(rev):
            message = f"`{shown_name(rev)}` is not a revision"
            self.report(self.place(block, "rev"), message, "write a tag, a branch or all 40 digits of a commit")

    def labelled(self, block: Block) -> str:
        if not block.label.strip():
            self.report(block.span, f"a `{block.kind}` needs a name", f'write `{block.kind} "name" {{`')
        return block.label

    def unique(self, blocks: list[Block]) -> None:
        seen: set[str] = set()
        for block in blocks:
            if block.label and block.label in seen:
                self.report(block.span, f"there are two {block.kind} blocks named `{block.label}`")
            seen.add(block.label)
