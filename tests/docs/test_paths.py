"""Checks that the repository paths that documentation names in backticks exist.

A path is taken to be one of the repository if its first folder is in one of `BASES`. Names in capitals are placeholders
(`cli/COMMAND.py`). The pages of diagnostics name files of their readers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASES = tuple(ROOT / name for name in ("", "src/beskid", "runtime", "runtime/src", "tests"))
PAGES = sorted(
    page
    for page in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), ROOT / "bench/README.md"]
    if page.parent.name != "diagnostics"
)
BUILT = ("build/", "bench/results/")
"""Folders of results, which a clean checkout does not have."""

_PATH = re.compile(r"`(?P<path>[A-Za-z_.][\w.-]*(?:/[\w.-]+)+/?)(?:#[^`]*)?`")
_PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9])[A-Z]+(?=[./]|$)")


def missing_paths(text: str) -> list[str]:
    """Return the paths in a text that look like those of the repository and do not exist."""
    missing: list[str] = []
    for match in _PATH.finditer(text):
        path = match["path"]
        bases = [base for base in BASES if (base / path.split("/")[0]).is_dir()]
        if not bases or path.startswith(BUILT) or (_PLACEHOLDER.search(path) and not path.endswith("README.md")):
            continue
        if not any((base / path).exists() for base in bases):
            missing.append(path)
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_paths_of_a_page_exist(page: Path) -> None:
    assert missing_paths(page.read_text(encoding="utf-8")) == []


def test_a_path_that_does_not_exist_is_found() -> None:
    text = (
        "`ir/verify.py`, `ir/gone.py`, `cli/COMMAND.py`, `build/report.md`, `own/file.bd`, `tests/docs/`, `heap/no.c`"
    )
    assert missing_paths(text) == ["ir/gone.py", "heap/no.c"]
