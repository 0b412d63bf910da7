"""Opens libllvmlite, the C layer of llvmlite, without importing llvmlite's Python.

The C layer is private to llvmlite, so exactly one version is accepted; callers fall back to the public package for any
other. A warm start imports this module.
"""

from __future__ import annotations

import ctypes
import os
import sys

PINNED_VERSION = "0.50.0"


class ThinUnavailableError(Exception):
    """The pinned llvmlite is not installed; use the public package."""


def find_library(search: list[str]) -> str:
    """Return the path of libllvmlite of the pinned version on a module search path."""
    for folder in search:
        package = f"{folder or '.'}/llvmlite"
        library = f"{package}/binding/libllvmlite.so"
        if not os.path.exists(library):  # noqa: PTH110
            continue
        with open(f"{package}/_version.py", encoding="utf-8") as file:  # noqa: PTH123
            if f"'{PINNED_VERSION}'" not in file.read():
                break
        return library
    raise ThinUnavailableError(f"llvmlite {PINNED_VERSION} is not installed")


def open_library() -> ctypes.CDLL:
    """Open the library, or return another handle of it. Raises `ThinUnavailableError`."""
    try:
        return ctypes.CDLL(find_library(sys.path))
    except OSError as error:
        raise ThinUnavailableError(str(error)) from error
