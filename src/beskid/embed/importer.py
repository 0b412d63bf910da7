"""Imports of Beskid files by Python: after `install`, `import kernels` loads a `kernels.bd` beside Python modules.

The finder comes last, so a Python module of the same name is found first. It looks where Python looks, and takes a file
`NAME.bd`, or a folder `NAME` with a `Project.proj`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType

from beskid.files.problems import FileError
from beskid.files.reading import is_file

SUFFIX = ".bd"
MANIFEST = "Project.proj"


class BeskidLoader(Loader):
    """Loads one file or project into a module."""

    def __init__(self, path: str) -> None:
        self.path = path

    def exec_module(self, module: ModuleType) -> None:
        from beskid.embed import load

        loaded = load(self.path)
        module.__doc__ = loaded.__doc__
        vars(module).update({name: held for name, held in vars(loaded).items() if not name.startswith("__")})
        vars(module)["__beskid__"] = loaded.__beskid__


class BeskidFinder(MetaPathFinder):
    """Finds Beskid files and projects."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            base = os.path.join(folder, name)  # noqa: PTH118
            for found, held in ((base + SUFFIX, base + SUFFIX), (os.path.join(base, MANIFEST), base)):  # noqa: PTH118
                if _is_file(found):
                    file, loaded = os.path.abspath(found), os.path.abspath(held)  # noqa: PTH100
                    return spec_from_file_location(fullname, file, loader=BeskidLoader(loaded))
        return None


def _is_file(path: str) -> bool:
    """Whether there is a file. Python passes over folders that it cannot look into, and so do we."""
    try:
        return is_file(path)
    except FileError:
        return False


def install() -> None:
    """Let `import` find Beskid files, once."""
    if not any(isinstance(each, BeskidFinder) for each in sys.meta_path):
        sys.meta_path.append(BeskidFinder())
