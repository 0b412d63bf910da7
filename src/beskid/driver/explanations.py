"""Finds and reads the pages of diagnostic codes.

A checkout reads `docs/reference/diagnostics`, an installation its packaged copy. Run as a program
(`python -m beskid.driver.explanations`) it rewrites the index of the pages.
"""

from __future__ import annotations

from pathlib import Path

from beskid.driver.failure import DriverError
from beskid.files.problems import FileError
from beskid.files.reading import is_folder, read_file
from beskid.files.walking import names_in
from beskid.files.writing import replace_file
from beskid.source.pages import Page, parse_page, render_index

INDEX_NAME = "index.md"
_PACKAGE = Path(__file__).resolve().parent.parent


def pages_folder() -> Path:
    checkout = _PACKAGE.parent.parent / "docs" / "reference" / "diagnostics"
    return checkout if is_folder(str(checkout)) else _PACKAGE / "_diagnostics"


def page_codes() -> list[str]:
    """Return every code that has a page, sorted."""
    names = names_in(str(pages_folder()))
    if not names:
        raise _missing(str(pages_folder()))
    return sorted(name.removesuffix(".md") for name in names if name.endswith(".md") and name != INDEX_NAME)


def read_page(code: str) -> Page:
    path = pages_folder() / f"{code}.md"
    try:
        data = read_file(str(path)).data
    except FileError as error:
        raise _missing(str(path)) from error
    return parse_page(path.name, data.decode("utf-8"))


def read_pages() -> list[Page]:
    return [read_page(code) for code in page_codes()]


def _missing(path: str) -> DriverError:
    return DriverError(f"the pages of diagnostics are missing from this installation: {path}", "reinstall beskid")


if __name__ == "__main__":
    replace_file(str(pages_folder() / INDEX_NAME), render_index(read_pages()).encode("utf-8"))
