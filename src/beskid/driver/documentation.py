"""The documentation of an input: collected from its sources, written as files.

Takes a session whose program was checked. Pages replace only pages that beskid wrote before.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path

from beskid import __version__
from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.program import ProgramWorld
from beskid.apidoc.collect import collect
from beskid.apidoc.html import SUFFIX, html_pages
from beskid.apidoc.json_file import api_json
from beskid.apidoc.markdown import Pages
from beskid.apidoc.model import PackageDocumentation
from beskid.driver.failure import STATUS_ENVIRONMENT, DriverError
from beskid.driver.inputs.project import ARTEFACT_FOLDER, ResolvedInput
from beskid.driver.outputs import cannot_write, check_outputs, inputs_of, write_output
from beskid.driver.session import Session
from beskid.files.problems import FileError
from beskid.files.trees import require_own_folders

JSON_FILE = "api.json"
FOLDER = "doc"


class Format(Enum):
    """The kinds of documentation; the value is the word on the command line."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"


INDEX = {Format.HTML: f"index{SUFFIX}", Format.MARKDOWN: "index.md", Format.JSON: JSON_FILE}
"""The file of each format that a reader opens first."""


def own_modules(session: Session) -> list[ModuleSymbol]:
    """Return the modules of the package that is compiled, parsed."""
    packages = session.snapshot.packages([])
    world = ProgramWorld(packages)
    return world.load_all(packages[0].name)


def document(
    session: Session, modules: list[ModuleSymbol], is_complete: bool = False, has_internal: bool = False
) -> PackageDocumentation:
    """Return the documentation of the package, of private items too if `is_complete`, and of internal modules."""
    resolved = session.resolved
    name = resolved.package if resolved.project_folder is not None and resolved.source_root else resolved.stem
    return collect(name, modules, is_complete, has_internal)


def documentation_folder(resolved: ResolvedInput) -> Path:
    """Return the folder of pages without `--out`: in the artefact folder of a project, or beside a single file."""
    if resolved.project_folder is None or resolved.source_root is None:
        folder = resolved.entry_file.parent if resolved.entry_file is not None else Path()
        return folder / f"{resolved.stem}-{FOLDER}"
    try:
        return Path(require_own_folders(str(resolved.project_folder), *ARTEFACT_FOLDER.parts, FOLDER))
    except FileError as error:
        raise cannot_write(error, None) from error


def files_of(package: PackageDocumentation, format: Format) -> dict[str, str]:
    """Return the text of each file of the documentation by its name."""
    match format:
        case Format.HTML:
            return html_pages(package, _markdown_renderer())
        case Format.MARKDOWN:
            return Pages(package).all()
        case Format.JSON:
            return {JSON_FILE: api_json(package, __version__)}


def write_files(session: Session, files: dict[str, str], folder: Path, is_forced: bool) -> None:
    """Write all files, or none when one of them must not be replaced."""
    texts = {str(folder / name): text for name, text in files.items()}
    check_outputs(texts, inputs_of(session), is_forced, None)
    for path, text in texts.items():
        write_output(path, text.encode("utf-8", "replace"), None)


def _markdown_renderer() -> Callable[[str], str]:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise DriverError(
            "HTML needs the package markdown-it-py", 'pip install "beskid[doc]", or use --format markdown',
            status=STATUS_ENVIRONMENT,
        ) from error  # fmt: skip
    return MarkdownIt("commonmark", {"html": False}).enable("table").render
