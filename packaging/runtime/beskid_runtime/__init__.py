"""The runtime of Python packages that are written in Beskid.

A package made by `beskid build --kind python` calls `load_package`. Where the compiler is installed, its package
`beskid` is used, so that both share one heap; otherwise the part of it that this distribution has.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location

PACKAGE = "beskid"
_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_python", PACKAGE)


def _version_here() -> str:
    with open(os.path.join(_FOLDER, "__init__.py"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("__version__"):
                return line.split('"')[1]
    raise ImportError(f"beskid-runtime is damaged: {_FOLDER} has no version\n  help: install it again")


def _is_installed() -> bool:
    """Return whether `beskid` is a package with files. A folder of that name, which Python imports too, is none."""
    if PACKAGE in sys.modules:
        return getattr(sys.modules[PACKAGE], "__file__", None) is not None
    found = find_spec(PACKAGE)
    return found is not None and found.origin is not None


def _provide_package() -> None:
    """Make `beskid` importable: that of the compiler if it is installed, or the part of it that is here."""
    if _is_installed():
        installed, own = __import__(PACKAGE).__version__, _version_here()
        if installed != own:
            # `beskid.GateError` belongs to the version that does not fit, which may not have it.
            raise getattr(__import__(PACKAGE), "GateError", ImportError)(
                f"beskid {installed} and beskid-runtime {own} are installed, but they must have one version\n"
                f"  help: pip install beskid=={own}, or beskid-runtime=={installed}"
            )
        return
    specification = spec_from_file_location(
        PACKAGE, os.path.join(_FOLDER, "__init__.py"), submodule_search_locations=[_FOLDER]
    )
    if specification is None or specification.loader is None:
        raise ImportError(f"beskid-runtime is damaged: {_FOLDER} cannot be imported\n  help: install it again")
    module = module_from_spec(specification)
    sys.modules[PACKAGE] = module
    specification.loader.exec_module(module)


_provide_package()

from beskid import (  # noqa: E402  (it is importable from here on)
    Array,
    ForkedError,
    Frame,
    GateError,
    Module,
    Panic,
    ReleasedError,
    ResultError,
)
from beskid.embed.module import Generic  # noqa: E402
from beskid.embed.packages import load_package  # noqa: E402

__all__ = [
    "Array",
    "ForkedError",
    "Frame",
    "GateError",
    "Generic",
    "Module",
    "Panic",
    "ReleasedError",
    "ResultError",
    "load_package",
]
