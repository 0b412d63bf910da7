"""Checks the wording of messages, help texts, docstrings, comments and documentation against a table of phrases.

Each row has a pattern and what to write instead. `EXCEPTIONS` lists the passages in which a pattern is correct English
or quotes a name. Add a row when a review finds a phrase that is not standard.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.prose import ROOT, Passage, passages

FOLDERS = ("src", "runtime/src", "runtime/include", "corelib", "examples", "docs", "tools", "site/pages", "site/tour")
FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "runtime/abi.toml")
SUFFIXES = (".py", ".c", ".h", ".bd", ".md", ".toml")

PHRASES: tuple[tuple[str, str], ...] = (
    (r"stumbled over itself|we are sorry", "internal compiler error; this is a bug in beskid"),
    (r"(?<!there )\b(?:is|are|was|were|be) no (?!longer\b|more\b|other\b|such\b)[a-z`]", "is not a …"),
    (r"\btruth values?\b", "boolean"),
    (r"are no character\b", "invalid UTF-8 sequence"),
    (r"\bno ?one offers\b|\bnobody offers\b", "undefined symbols"),
    (r"\boffers nothing\b", "exports no functions"),
    (r"\bthe way there\b", "the stack trace"),
    (r"\bthere is no counting\b", "C-style `for` loops are not supported"),
    (r"\bcannot be walked\b|\bcannot walk\b", "cannot iterate over …"),
    (r"\bdoes not go on\b|\bgoes on with\b|\bto go on with\b", "continues"),
    (r"\bis wanted here\b", "expected …"),
    (r"\bof another language`? *$", "is not Beskid syntax"),
    (r"\bis left out: it takes\b", "ignored: expected …"),
    (r"\bsurroundings\b", "environment"),
    (r"\border of chance\b|\bby chance number\b", "random order"),
    (r"\bwhose qualified name holds\b", "whose qualified name contains"),
    (r"\bgive status\b|\bgives status\b", "exit with status"),
    (r"\bthat nothing permits\b|\bnobody permit", "not listed in the manifest"),
    (r"\bword of progress\b", "progress line"),
    (r"\bhelps? nobody\b", "stop after …"),
    (r"(?<!12 more )\b… \d+ frames\b", "… N more frames"),
    (r"\b\w+_(?:MOST|LEAST)\b", "`MAX_…`, `MIN_…`"),
    (r"\bgives\b", "returns, has, produces"),
    (r"\bgives? up\b|\bgave up\b", "abandons, stops"),
    (r"\bbehind\b", "after"),
    (r"\bstands (?!for\b)", "is, is in, appears"),
    (r"\b(?:may|must|can|cannot|could|should|will) stand (?!for\b)", "be, appear"),
    (r"\bin the place of\b", "instead of"),
    (r"\bmeans nothing\b", "has no meaning, has no effect"),
    (r"\bworth a word\b", "reported"),
    (r"\bof ours\b", "of the compiler, of the runtime"),
    (r"\bin vain\b", "without success, was not found"),
    (r"\bwhatever goes wrong\b", "for every failure"),
    (r"\bputs? it through the gate\b|\bput it through\b", "check its version"),
    (r"\bcannot be mistaken for\b", "is distinct from"),
    (r"\bdoor\b", "entry point, module"),
    (r"\bnobody\b", "no other …, not …"),
)

EXCEPTIONS: frozenset[tuple[str, str]] = frozenset(
    (path, "gc_root_handle gives handles")  # The lock of the contract holds this clause.
    for path in ("runtime/abi.toml", "docs/reference/abi.md", "src/beskid/abi/generated/tables.py")
)
"""(path, part of the passage) of the passages that may contain a phrase."""


def checked_files() -> Iterator[Path]:
    """Yield every file whose prose is checked. Generated files are checked through their sources, too."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path
    for name in FILES:
        yield ROOT / name


def violations(passage: Passage) -> list[str]:
    """Describe each phrase of the table that the passage contains."""
    text = " ".join(passage.text.split())
    found: list[str] = []
    for pattern, advice in PHRASES:
        match = re.search(pattern, text, re.IGNORECASE)
        if match is None or _is_excepted(passage.path, text):
            continue
        excerpt = text[max(0, match.start() - 40) : match.end() + 40]
        found.append(f"{passage.path}:{passage.line}: …{excerpt}… (write: {advice})")
    return found


def _is_excepted(path: str, text: str) -> bool:
    return any(path == name and part in text for name, part in EXCEPTIONS)


@pytest.mark.parametrize("group", [*FOLDERS, "pages"])
def test_no_phrase_of_the_table_is_used(group: str) -> None:
    folder = ROOT / group
    files = [path for path in checked_files() if folder in path.parents or (group == "pages" and _is_page(path))]
    assert files != []
    found = [each for path in files for passage in passages(path) for each in violations(passage)]
    assert found == [], "\n" + "\n".join(found)


def _is_page(path: Path) -> bool:
    return path.relative_to(ROOT).as_posix() in FILES


def test_each_exception_is_needed() -> None:
    texts = {name: "\n".join(" ".join(p.text.split()) for p in passages(ROOT / name)) for name, _ in EXCEPTIONS}
    assert [each for each in sorted(EXCEPTIONS) if each[1] not in texts[each[0]]] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("numbers are no truth values", 2),
        ("an error of the surroundings", 1),
        ("there is no manifest, and there are no targets", 0),
        ("`_` stands for any value; `is no name` is code", 0),
        ("cannot stand here", 1),
    ],
)
def test_the_table_finds_phrases(text: str, count: int) -> None:
    quoted = re.sub(r"`[^`]*`", "`…`", text)
    assert len(violations(Passage("example", 1, "string", quoted))) == count


def _bare_types(path: Path) -> Iterator[str]:
    """Yield the places where an f-string is English and shows a type outside of backticks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        is_code = not any(
            re.search(r"\b(?:expected|got|this|is|has|the|a|of|on|must|not)\b", str(text)) for text in texts
        )
        before = ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                before += str(part.value)
            elif "show_type(" in ast.unparse(part) and before.count("`") % 2 == 0 and not is_code:
                yield f"{path.relative_to(ROOT)}:{part.lineno}"


def test_types_in_diagnostics_are_in_backticks() -> None:
    found = [each for path in sorted((ROOT / "src/beskid/analysis").rglob("*.py")) for each in _bare_types(path)]
    assert found == []


def test_a_type_without_backticks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    source = 'a = f"expected {show_type(t)} here"; b = f"expected `{show_type(t)}` here"; c = f"{show_type(t)} name"\n'
    (tmp_path / "a.py").write_text(source + 'd = f"it has a {show_type(t)}"\n')
    assert list(_bare_types(tmp_path / "a.py")) == ["a.py:1", "a.py:2"]


def test_no_phrase_of_the_table_is_in_the_name_of_a_test() -> None:
    found = [
        each
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        for each in violations(Passage(path.relative_to(ROOT).as_posix(), 1, "name", name.replace("_", " ")))
    ]
    assert found == [], "\n" + "\n".join(found)
