"""`vendor`: a copy of every dependency that is outside of a project, below its folder `vendor`.

Copies of git dependencies are verified against the lock file whenever they are read; those of folders are used only
where the folder itself is missing.
"""

from __future__ import annotations

from pathlib import Path

from beskid.driver.dependencies.graph import VENDOR_FOLDER, ResolvedPackage
from beskid.driver.dependencies.update import Resolution
from beskid.driver.failure import STATUS_DIAGNOSTICS, DriverError
from beskid.driver.inputs.places import shown_path
from beskid.driver.inputs.sources import SOURCE_SUFFIX
from beskid.files.places import is_really_below
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import is_there, read_file, read_start
from beskid.files.stored_trees import WRITABLE_FILE, Tree, write_tree
from beskid.files.trees import remove_tree, require_own_folders
from beskid.files.walking import files_below, names_in
from beskid.source.codes import E3009

LIST_FILE = "vendored.txt"
LIST_START = "Written by `beskid vendor`"
_ALSO_COPIED = ("LICENSE", "LICENCE", "NOTICE", "COPYING", "README")


def vendored_names(resolution: Resolution) -> list[str]:
    """The names of the dependencies that `vendor` copies."""
    return sorted({package.name for package in _packages_to_copy(resolution)})


def write_vendor(resolution: Resolution, is_forced: bool) -> None:
    """Replace the folder `vendor` by copies of the dependencies; without any, remove it."""
    target = str(resolution.base / VENDOR_FOLDER)
    _check_target(resolution, target, is_forced)
    files = _files(resolution)
    try:
        if files:
            write_tree(str(resolution.base), VENDOR_FOLDER, files, WRITABLE_FILE)
        else:
            remove_tree(target)
    except FileError as failure:
        raise DriverError(f"cannot write {shown_name(failure.path)}: {failure.reason}", failure.help) from failure


def _packages_to_copy(resolution: Resolution) -> list[ResolvedPackage]:
    """Git dependencies as the manifests name them, and folders outside of the project or workspace."""
    base = str(resolution.base)
    found = []
    for package in resolution.packages:
        if package.locked.source == "git":
            found.append(package)
        elif package.checkout is None:
            is_vendored = is_really_below(str(package.folder), f"{base}/{VENDOR_FOLDER}")
            if is_vendored or not is_really_below(str(package.folder), base):
                found.append(package)
    return found


def _files(resolution: Resolution) -> Tree:
    files: Tree = {}
    sources: dict[str, tuple[str, str]] = {}
    lines = [f"{LIST_START}. Do not edit."]
    for package in _packages_to_copy(resolution):
        origin = (package.locked.commit, package.locked.path if package.checkout is None else "")
        if sources.setdefault(package.name, origin) != origin:
            message = f"`{package.name}` is two projects in the workspace, and `{VENDOR_FOLDER}` has one folder for it"
            raise DriverError(message, "use one of them in all members", E3009, STATUS_DIAGNOSTICS)
        tree = package.checkout.files if package.checkout is not None else _own_files(package)
        files.update({(package.name, *parts): data for parts, data in tree.items()})
        lines.append(f"{package.name} {package.locked.commit or package.locked.path}")
    if files:
        files[(LIST_FILE,)] = "\n".join([*sorted(set(lines[1:])), ""]).encode("utf-8", "surrogateescape")
        files[(LIST_FILE,)] = lines[0].encode() + b"\n" + files[(LIST_FILE,)]
    return files


def _own_files(package: ResolvedPackage) -> Tree:
    """The manifest, the sources and the licenses of a project in a folder."""
    folder = package.folder
    root = Path(package.manifest.root)
    names = [(*root.parts, *parts) for parts in files_below(str(package.root), (SOURCE_SUFFIX,))]
    names += [(name,) for name in names_in(str(folder)) if name.upper().startswith(_ALSO_COPIED)]
    names.append((package.manifest_name,))
    for parts in names:
        path = str(folder.joinpath(*parts))
        if is_there(path) and not is_really_below(path, str(folder)):
            message = f"{shown_path(Path(path))} is a link that leads out of the dependency `{package.name}`"
            raise DriverError(message, "remove the link, or put the file itself there")
    return {
        parts: read_file(str(folder.joinpath(*parts))).data for parts in names if is_there(str(folder.joinpath(*parts)))
    }


def _check_target(resolution: Resolution, target: str, is_forced: bool) -> None:
    for place in resolution.places:
        root = place.folder / place.manifest.root
        if Path(target).resolve().is_relative_to(root.resolve()):
            message = f"the folder {shown_path(Path(target))} would be part of the sources of `{place.manifest.name}`"
            raise DriverError(message, "move the sources to a folder of their own, and name it as `root`")
    try:
        require_own_folders(str(resolution.base), VENDOR_FOLDER)
    except FileError as failure:
        raise DriverError(f"cannot write {shown_name(failure.path)}: {failure.reason}", failure.help) from failure
    is_own = read_start(f"{target}/{LIST_FILE}", 100).startswith(LIST_START.encode())
    if names_in(target) and not is_own and not is_forced:
        message = f"the folder {shown_path(Path(target))} exists and was not made by beskid"
        raise DriverError(message, "move it away, or replace it with --force")
