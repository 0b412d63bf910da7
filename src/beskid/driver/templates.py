"""The projects that `beskid new` makes: a folder of files for each template, with the project's name filled in.

A file named `gitignore` becomes `.gitignore`, and a name loses the suffix `.template`. Texts and names stay as they are
but for the placeholder.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from beskid.base.node import value
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_USAGE, DriverError
from beskid.driver.inputs.manifest import RESERVED_NAMES, is_usable_name
from beskid.driver.inputs.manifest_names import SUFFIXES, project_manifests, workspace_manifests
from beskid.files.locking import locked_folder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_folder, is_there, read_file
from beskid.files.trees import missing_folders, remove_empty_folders
from beskid.files.walking import files_below
from beskid.files.writing import NewContent, make_folder, replace_files

PLACEHOLDER = "{{name}}"
_FOLDER = Path(__file__).resolve().parent.parent / "_templates"
_SUFFIX = ".template"
_RENAMED = {"gitignore": ".gitignore"}
"""Names of files that tools would take for their own among the templates."""

_KEPT = ("README.md", ".gitignore")
"""Files of a template that are not written where a folder has its own."""


@value
class Template:
    """A kind of project: its name on the command line, what it is, and the command to try first in its folder."""

    name: str
    summary: str
    first_command: str


TEMPLATES: tuple[Template, ...] = (
    Template("app", "a program", "beskid run"),
    Template("lib", "a library", "beskid test"),
    Template("python", "a Python package with a kernel in Beskid", "beskid test && python -m unittest"),
    Template("workspace", "a workspace of a program and a library", "beskid run -- 7 300"),
)


def find_template(name: str) -> Template:
    """Return the template of the table; its name was checked before."""
    return next(each for each in TEMPLATES if each.name == name)


def name_for(folder: str) -> str:
    """Derive the name of a project from its folder: `my shop` becomes `my_shop`.

    Raises `DriverError` when no letter or digit of ASCII is left, or the name is one of the core library's.
    """
    plain = unicodedata.normalize("NFKD", Path(folder).name).encode("ascii", "ignore").decode("ascii")
    name = "".join(each if each.isalnum() else "_" for each in plain).strip("_")
    if not is_usable_name(name) or name in RESERVED_NAMES:
        message = f"the folder's name `{shown_name(Path(folder).name)}` cannot be that of a project"
        raise DriverError(message, "name it with --name", status=STATUS_USAGE)
    return name


def require_name(name: str) -> None:
    """Raise `DriverError` unless other projects can name this one in `use`."""
    if not is_usable_name(name):
        message = f"`{shown_name(name)}` is not a name of a project"
        raise DriverError(
            message, "use letters, digits and `_`, no digit first, and no word of the language", status=STATUS_USAGE
        )
    if name in RESERVED_NAMES:
        message = f"a project cannot be named `{name}`: the core library has this name"
        raise DriverError(message, "choose another name", status=STATUS_USAGE)


def create(template: Template, name: str, folder: str) -> None:
    """Write the files of a template below `folder`, all of them or none.

    A README or `.gitignore` that is there stays, and so does what a killed command wrote. Raises `DriverError` when any
    other file of the template, or a manifest, is there, or another command fills the folder: nothing of the user's is
    replaced.
    """
    contents = [
        NewContent(f"{folder}/{path.replace(PLACEHOLDER, name)}", text.replace(PLACEHOLDER, name).encode("utf-8"))
        for path, text in texts_of(template.name).items()
    ]
    # The manifest of the folder comes last: with it the project is complete.
    contents.sort(key=lambda each: (each.path.endswith(SUFFIXES), -each.path.count("/"), each.path))
    _require_free(folder, contents)
    made = missing_folders(folder)
    try:
        make_folder(folder)
    except FileError:
        remove_empty_folders(made)
        raise
    with locked_folder(folder) as is_locked:
        if not is_locked:
            message = f"another command is making a project in {shown_name(folder)}"
            raise DriverError(message, "choose a new folder", status=STATUS_DIAGNOSTICS)
        try:
            _require_free(folder, contents)
            _write([content for content in contents if not is_there(content.path)])
        except (DriverError, FileError):
            remove_empty_folders(made)
            raise


def _write(contents: list[NewContent]) -> None:
    made: list[str] = []
    try:
        for content in contents:
            needed = str(Path(content.path).parent)
            made += missing_folders(needed)
            make_folder(needed)
        replace_files(contents)
    except FileError:
        remove_empty_folders(made)
        raise


def texts_of(name: str) -> dict[str, str]:
    """Return the texts of a template by their paths, in which the placeholder is not filled in yet."""
    root = _FOLDER / name
    texts: dict[str, str] = {}
    for parts in files_below(str(root), ("",)):
        data = read_file(str(root.joinpath(*parts))).data
        file = _RENAMED.get(parts[-1], parts[-1].removesuffix(_SUFFIX))
        texts["/".join((*parts[:-1], file))] = data.decode("utf-8")
    if not texts:
        raise DriverError(f"the template `{name}` is missing from this installation", "reinstall beskid")
    return texts


def _require_free(folder: str, contents: list[NewContent]) -> None:
    if not is_there(folder):
        return
    if not is_folder(folder):
        raise DriverError(f"{shown_name(folder)} is not a folder", "choose another place")
    found = [Path(each).name for each in (*project_manifests(folder), *workspace_manifests(folder))]
    found += [os.path.relpath(content.path, folder) for content in contents if _is_of_user(content)]
    if found:
        message = f"{shown_name(folder)} already has the file `{shown_name(found[0])}`"
        raise DriverError(message, "choose a new folder", status=STATUS_DIAGNOSTICS)


def _is_of_user(content: NewContent) -> bool:
    """Return whether another file has the place of one of a template, and would be lost."""
    if Path(content.path).name in _KEPT or not is_there(content.path):
        return False
    try:
        return read_file(content.path).data != content.data
    except FileError:
        return True
