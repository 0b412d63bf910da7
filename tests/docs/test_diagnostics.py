"""Checks that every code has a page, and that the examples on each page produce the diagnostics it describes."""

from __future__ import annotations

import ast
import re
from functools import partial
from pathlib import Path

import pytest
from tests.cli.transcript import Section, read_sections, run_transcript
from tests.markdown_suite import Block, actual, blocks, check_block, expected

from beskid.driver.explanations import INDEX_NAME, pages_folder, read_pages
from beskid.driver.session import check_text
from beskid.source.codes import CODES, W1407
from beskid.source.diagnostics import Diagnostic, Severity
from beskid.source.pages import Page, Subject, render_index

SOURCES = Path(__file__).resolve().parents[2] / "src" / "beskid"
REGISTRY = "beskid.source.codes"
WITH_CODES_AS_STRINGS = ("codes.py", "pages.py")
EXAMPLE, REMEDY = "Example", "How to fix"
PAGES = read_pages()
CODE = re.compile(r"[EW]\d{4}")

PROGRAMS = [
    (page.code, block)
    for page in PAGES
    if page.subject is Subject.PROGRAM
    for block in blocks(pages_folder() / f"{page.code}.md")
]
TRANSCRIPTS = [
    (page.code, section)
    for page in PAGES
    if page.subject is not Subject.PROGRAM
    for section in read_sections(page.text)
    if section.transcripts
]


def named_codes() -> set[str]:
    """Return the codes that a module of the compiler imports from the registry."""
    found: set[str] = set()
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == REGISTRY:
                found |= {"parse" if alias.name == "PARSE" else alias.name for alias in node.names}
    return found & set(CODES)


def test_every_code_has_a_page() -> None:
    assert {page.code for page in PAGES} == set(CODES), "write docs/reference/diagnostics/CODE.md"


def test_every_code_is_reported_by_the_compiler() -> None:
    assert named_codes() == set(CODES)


def test_a_code_is_an_import_from_the_registry_and_never_a_string() -> None:
    strings = [
        f"{path.relative_to(SOURCES).as_posix()}:{node.lineno}"
        for path in sorted(SOURCES.rglob("*.py"))
        if path.name not in WITH_CODES_AS_STRINGS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    ]
    assert strings == []


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_page_and_registry_agree(page: Page) -> None:
    code = CODES[page.code]
    assert page.title == code.meaning
    assert (page.severity is Severity.WARNING) == code.is_warning


def test_the_index_is_current() -> None:
    index = (pages_folder() / INDEX_NAME).read_text(encoding="utf-8")
    assert index == render_index(PAGES), "run `make generate`"


def test_the_index_lists_every_page() -> None:
    index = render_index(PAGES)
    assert [page.code for page in PAGES if index.count(f"({page.code}.md)") != 1] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_page_has_its_sections(page: Page) -> None:
    wanted = ["Why", EXAMPLE, REMEDY]
    assert re.findall(r"^## (.+)$", page.text, re.MULTILINE) == wanted
    titles = [block.title for code, block in PROGRAMS if code == page.code]
    titles += [section.title for code, section in TRANSCRIPTS if code == page.code]
    if page.subject is Subject.PROGRAM:
        assert titles == [EXAMPLE, REMEDY]
    elif page.subject is not Subject.COMPILER:
        assert EXAMPLE in titles
    prose = re.sub(r"^```.*?^```$", "", page.text, flags=re.MULTILINE | re.DOTALL)
    assert [line for line in prose.splitlines() if len(line) > 120] == []


def _check(code: str, text: str) -> list[Diagnostic]:
    """Check an example. It is about one thing, so it need not use every local that it declares."""
    return [each for each in check_text("example.bd", text) if code == W1407 or each.code != W1407]


@pytest.mark.parametrize(("code", "block"), PROGRAMS, ids=[f"{code}:{block.title}" for code, block in PROGRAMS])
def test_program(code: str, block: Block, bless: bool) -> None:
    check_block(pages_folder() / f"{code}.md", block, partial(_check, code), bless)
    marked = [marked for _, marked, _ in expected(block.text)]
    assert set(marked) == ({code} if block.title == EXAMPLE else set())
    assert len(actual(_check(code, block.text))) == len(marked)


@pytest.mark.parametrize(("code", "section"), TRANSCRIPTS, ids=[f"{code}:{s.title}" for code, s in TRANSCRIPTS])
def test_transcript(code: str, section: Section, tmp_path: Path, bless: bool) -> None:
    for name, content in section.files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    shown = [body for _, _, body in section.transcripts]
    made = [run_transcript(body, tmp_path) for body in shown]
    if bless:
        page = pages_folder() / f"{code}.md"
        text = page.read_text(encoding="utf-8")
        for before, after in zip(shown, made, strict=True):
            text = text.replace(f"```console\n{before}```", f"```console\n{after}```", 1)
        page.write_text(text, encoding="utf-8")
        return
    assert made == shown
    found = set(re.findall(r"\b[EW]\d{4}\b", "".join(made)))
    assert found == ({code} if section.title == EXAMPLE else set())
