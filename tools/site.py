"""Builds the site: `python -m tools.site [FOLDER]`, by default into `build/site`.

The pages are those of `docs/` and `site/pages`, the measurements of `bench/`, and the library reference that
`beskid doc` writes. MkDocs makes HTML of them and fails at a link that leads nowhere. The playground is a folder of it.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zlib
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from tools import playground
from tools.node_packages import SITE
from tools.plots import with_plots

from beskid.syntax.fences import fenced_lines

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DEFAULT = ROOT / "build" / "site"
CONFIGURATION = SITE / "mkdocs.yml"

OTHERS = {
    "bench/README.md": "benchmarks.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Pages outside of `docs/` and their places in the site."""

FIRST = {
    "guide": (
        "first-five-minutes",
        "getting-started",
        "functions",
        "numbers",
        "text",
        "errors",
        "equality",
        "value-types",
        "contracts-and-generics",
    ),
    "reference": ("cli", "grammar", "projects", "targets"),
    "internals": ("mapping", "passes", "codegen", "runtime"),
}
"""What comes first in a section; the other pages follow by name."""

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_WORDS = re.compile(r"^([ \t]*```\w+) [^\n`]*$", re.MULTILINE)
_RUN = re.compile(r"```beskid\n(.*?)```\n\n<!-- run -->", re.DOTALL)


def pages(folder: Path) -> None:
    """Write the sources of all pages into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    places = {path: path.relative_to(DOCS) for path in DOCS.rglob("*.md")}
    places |= {ROOT / name: Path(place) for name, place in OTHERS.items()}
    # The first page of the site has one of its own.
    known = {**places, ROOT / "README.md": Path("index.md")}
    for path, place in places.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(with_links(path.read_text(encoding="utf-8"), path, place, known), encoding="utf-8")
    for path in (SITE / "pages").iterdir():
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(with_run_links(text) if path.suffix == ".md" else text, encoding="utf-8")
    shutil.copy(SITE / "play" / "logo.svg", folder / "logo.svg")
    index = folder / "internals" / "index.md"
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("## Layers\n", f"## Layers\n\n{layers_picture()}\n", 1), encoding="utf-8")
    measured = folder / OTHERS["bench/README.md"]
    measured.write_text(with_plots(measured.read_text(encoding="utf-8")), encoding="utf-8")
    library = [sys.executable, "-m", "beskid", "doc", str(ROOT / "corelib"), "--format", "markdown", "--out"]
    subprocess.run([*library, str(folder / "library")], check=True, stdout=subprocess.DEVNULL)
    for path in folder.rglob("*.md"):
        # Python-Markdown knows one word after a fence.
        path.write_text(_WORDS.sub(r"\1", path.read_text(encoding="utf-8")), encoding="utf-8")


def with_links(text: str, path: Path, place: Path, known: dict[Path, Path]) -> str:
    """Return a page for its place in the site: a link to another file becomes plain text."""

    def moved(match: re.Match[str]) -> str:
        target, _, anchor = match[3].partition("#")
        if not target or "://" in target or target.startswith("mailto:"):
            return match[0]
        file = Path(os.path.normpath(path.parent / target))
        if file.is_dir() and file / "index.md" in known:
            file = file / "index.md"
        found = known.get(file)
        if found is None:
            return match[2]
        address = os.path.relpath(found, place.parent) + (f"#{anchor}" if anchor else "")
        return f"{match[1]}[{match[2]}]({address})"

    return "".join([part if is_code else _LINK.sub(moved, part) for is_code, part in _parts(text)])


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a page, and whether each is code: a fenced block or a span in backticks."""
    lines = text.splitlines(keepends=True)
    code = fenced_lines(lines)
    for is_code, run in groupby(enumerate(lines), lambda line: line[0] in code):
        joined = "".join([line for _, line in run])
        end = 0
        for span in () if is_code else _CODE.finditer(joined):
            yield False, joined[end : span.start()]
            yield True, span[0]
            end = span.end()
        yield is_code, joined[end:]


def with_run_links(text: str) -> str:
    """Put a link to the playground below each program that is followed by `<!-- run -->`."""

    def linked(match: re.Match[str]) -> str:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(match[1].encode()) + packer.flush()
        fragment = base64.urlsafe_b64encode(packed).decode().rstrip("=")
        return f"```beskid\n{match[1]}```\n\n[Run it in the browser](play/index.html#code={fragment}){{ .md-button }}"

    return _RUN.sub(linked, text)


def layers_picture() -> str:
    """Return the layers as an SVG, the highest first, with their sizes, from the list that `make lint` checks."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    rows = [[name.strip() for name in row.split("|")] for row in contracts[0]["layers"]]
    width, height, gap = 720, 34, 6
    parts = []
    for number, row in enumerate(rows):
        each = (width - gap * (len(row) - 1)) / len(row)
        top = number * (height + gap)
        for column, name in enumerate(row):
            left = column * (each + gap)
            lines = sum(
                path.read_text(encoding="utf-8").count("\n")
                for path in (ROOT / "src").joinpath(*name.split(".")).rglob("*.py")
            )
            parts.append(
                f'<rect x="{left:.0f}" y="{top}" width="{each:.0f}" height="{height}" rx="6" fill="#14653a"/>'
                f'<text x="{left + each / 2:.0f}" y="{top + 22}" text-anchor="middle" fill="#ffffff" '
                f'font-family="sans-serif" font-size="14">{escape(name.split(".")[1])} · {lines:,} lines</text>'
            )
    total = len(rows) * (height + gap)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" role="img" '
        f'aria-label="The layers, each above those that it imports">{"".join(parts)}</svg>\n'
    )


def configuration(folder: Path, target: Path) -> dict[str, Any]:
    """Return the configuration with the pages of each section in their order."""
    settings: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    settings |= {"docs_dir": str(folder), "site_dir": str(target)}

    def listed(entry: object) -> object:
        if isinstance(entry, dict):
            return {title: listed(below) for title, below in entry.items()}
        if isinstance(entry, list):
            found: list[object] = []
            for each in entry:
                found += _section(folder, each) if isinstance(each, str) and each.endswith("/") else [listed(each)]
            return found
        return entry

    settings["nav"] = listed(settings["nav"])
    return settings


def _section(folder: Path, name: str) -> list[object]:
    section = name.rstrip("/")
    first = FIRST.get(section, ())
    names = sorted(path.stem for path in (folder / section).glob("*.md"))
    ordered = [each for each in first if each in names] + [each for each in names if each not in first]
    ordered.sort(key=lambda each: each != "index")
    found: list[object] = [f"{section}/{each}.md" for each in ordered]
    for below in sorted(path for path in (folder / section).iterdir() if path.is_dir()):
        found.append({below.name.capitalize(): _section(folder, f"{section}/{below.name}/")})
    return found


class _Links(HTMLParser):
    """Collects what a page refers to, and the places in it that others can refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.append(value)
            elif name in ("id", "name") and value:
                self.anchors.add(value)


def broken_links(target: Path) -> list[str]:
    """Return every reference of a built site that leads nowhere in it, or outside of it without https."""
    read: dict[Path, _Links] = {}
    for path in target.rglob("*.html"):
        read[path] = _Links()
        read[path].feed(path.read_text(encoding="utf-8"))
    broken = []
    for path, links in read.items():
        for each in links.targets:
            name, _, anchor = unquote(each).partition("#")
            if name.startswith(("https://", "mailto:", "data:")):
                continue
            file = Path(os.path.normpath(target / name.lstrip("/") if name.startswith("/") else path.parent / name))
            file = path if not name else file / "index.html" if file.is_dir() else file
            is_program = file == target / "play" / "index.html"
            if not file.exists() or (anchor and not is_program and file in read and anchor not in read[file].anchors):
                broken.append(f"{path.relative_to(target)}: {each}")
    return sorted(broken)


def build(target: Path) -> None:
    """Build the site into a folder, which is made anew."""
    folder = target.parent / f"{target.name}-pages"
    pages(folder)
    file = folder.parent / f"{target.name}-mkdocs.yml"
    file.write_text(yaml.safe_dump(configuration(folder, target), allow_unicode=True), encoding="utf-8")
    # Without it MkDocs-Material prints an announcement at each build.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--clean", "--config-file", str(file)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the site has problems:\n{done.stdout}{done.stderr}")
    playground.build(target / "play")
    broken = broken_links(target)
    if broken:
        sys.exit("links that lead nowhere:\n" + "\n".join(broken))


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DEFAULT)
