"""The files of the page: those of the playground, but for the module that asks the compiler.

A checkout makes them of `site/` and `examples/`, which needs markdown-it-py; an installation reads its packaged copy.
Run as a program (`python -m beskid.serve.page FOLDER`) it writes them into a folder, as the build of a wheel does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from beskid.driver.failure import DriverError
from beskid.files.problems import FileError
from beskid.files.reading import is_folder, read_file
from beskid.files.walking import names_in
from beskid.files.writing import make_folder, replace_file
from beskid.serve.lessons import examples, lessons
from beskid.syntax import highlighting as table

PAGE = ("index.html", "logo.svg", "old.js", "style.css", "editor.js", "page.js", "share.js")
COMPILER = "compiler.js"
"""The module that asks the compiler: a worker in the playground, this server here."""

OVER_HTTP = "served.js"
_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def page_files() -> dict[str, bytes]:
    """Return the files by their names in the address."""
    if is_folder(str(_CHECKOUT / "site" / "play")):
        return make_files(_CHECKOUT)
    folder = _PACKAGE / "_page"
    files = {name: read_file(str(folder / name)).data for name in names_in(str(folder))}
    if not files:
        raise DriverError(f"the page is missing from this installation: {folder}", "reinstall beskid")
    return files


def make_files(root: Path) -> dict[str, bytes]:
    """Make the files in the checkout `root`."""
    play = root / "site" / "play"
    files = {name: read_file(str(play / name)).data for name in PAGE}
    files[COMPILER] = read_file(str(play / OVER_HTTP)).data
    # The editor's own packages, bundled in advance: nothing here can.
    files["codemirror.js"] = read_file(str(root / "site" / "vendored" / "codemirror.js")).data
    files["tokens.js"] = tokens().encode()
    files["programs.json"] = programs(root)
    return files


def programs(root: Path) -> bytes:
    """Return the lessons of the tour and the examples of the menu, in JSON."""
    try:
        found = {"lessons": lessons(root / "site" / "tour"), "examples": examples(root / "examples")}
    except ImportError as error:
        raise DriverError("the page of a checkout needs the package markdown-it-py", "pip install '.[doc]'") from error
    return json.dumps(found).encode()


def tokens() -> str:
    """Return the module with the styles of tokens for the editor."""
    exports = {"RULES": rules(), "ESCAPE": table.ESCAPE}
    return "".join([f"export const {name} = {json.dumps(value)};\n" for name, value in exports.items()])


def rules() -> list[tuple[str, str]]:
    """Return the styles of tokens and their regular expressions, the first that matches wins."""
    return [
        ("comment", table.COMMENT),
        ("string", table.CHARACTER),
        ("number", table.NUMBER),
        ("keyword", table.any_of((*table.DECLARATIONS, *table.CONTROL))),
        ("constant", table.any_of(table.CONSTANTS)),
        ("type", table.any_of(table.PRIMITIVE_NAMES)),
        *[("keyword", pattern) for pattern in table.CONTEXTUAL],
        ("function", table.FUNCTION_NAME),
        ("type", table.TYPE_NAME),
        ("name", table.IDENTIFIER),
        ("operator", table.OPERATORS),
    ]


def write_files(folder: str) -> None:
    make_folder(folder)
    for name, data in make_files(_CHECKOUT).items():
        replace_file(f"{folder}/{name}", data)


if __name__ == "__main__":
    try:
        write_files(sys.argv[1])
    except (DriverError, FileError) as failure:
        sys.exit(f"error: {failure}")
