"""Checks that relative links in all Markdown files of the repository lead to existing files and headings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests import limits

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^( *)```.*?^\1```[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\(<?(?P<target>[^)>\s]+)>?\)")
_HEADING = re.compile(r"^#{1,6} (?P<title>.+?)\s*$", re.MULTILINE)
_LESSON = re.compile(r"#tour/(\d+)\Z")
"""How the lessons of the tour refer to each other in their page."""
_TOUR = ROOT / "site" / "tour"
_NOT_READ_HERE = ("site/pages/", "examples/data/")
"""Pages of the site, which its own build checks at their places there, and data."""
_ELSEWHERE = ("http://", "https://", "mailto:")


def _pages() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    done = limits.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        # A source archive has no repository.
        folders = ("docs", "tests", "examples", "bench")
        return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.md"))
    names = [name for name in set(done.stdout.split("\n")) if name and not name.startswith(_NOT_READ_HERE)]
    return sorted(path for name in names if (path := ROOT / name).exists())


PAGES = _pages()


def _prose(text: str) -> str:
    return _FENCE.sub("", text)


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of the headings of a page, as GitHub derives them."""
    seen: dict[str, int] = {}
    found: set[str] = set()
    for match in _HEADING.finditer(_prose(page.read_text(encoding="utf-8"))):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["title"]).lower()
        slug = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return frozenset(found)


def _is_lesson(target: str) -> bool:
    lesson = _LESSON.match(target)
    return lesson is not None and any(_TOUR.glob(f"{int(lesson[1]):02}-*"))


def broken_links(page: Path) -> list[str]:
    """Return the relative links of a page whose file or heading does not exist."""
    broken: list[str] = []
    for match in _LINK.finditer(_CODE.sub("", _prose(page.read_text(encoding="utf-8")))):
        name, _, anchor = match["target"].partition("#")
        if match["target"].startswith(_ELSEWHERE) or (page.is_relative_to(_TOUR) and _is_lesson(match["target"])):
            continue
        target = page.parent / name if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(match["target"])
    return broken


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title\n\n[a](#a-title) [b](page.md#nowhere) [c](missing.md) [d](https://example.org) `[e](code.md)`\n",
        encoding="utf-8",
    )
    assert broken_links(page) == ["page.md#nowhere", "missing.md"]


def test_every_page_of_the_documentation_is_checked() -> None:
    assert {ROOT / "README.md", *(ROOT / "docs").rglob("*.md")} <= set(PAGES)
