"""Loads the program of an installed package: the library that `beskid build --kind python` made.

Neither LLVM nor the front end is needed. All packages of a process, and all programs that `beskid.load` loads, share
one runtime and so one heap. The wheel `beskid-runtime` has this module and what it imports.
"""

from __future__ import annotations

import os
import sys

from beskid.driver.embedding import load_package_library
from beskid.driver.failure import DriverError
from beskid.embed import failure_text, this_extension, warn_of_slow_calls
from beskid.embed.errors import GateError
from beskid.embed.module import Builder, ModuleInfo, read_interface

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

IMPORT_FIELDS = ("__file__", "__loader__", "__package__", "__path__", "__spec__")
"""What the import system has set in the module of a package."""


def load_package(name: str, file: str, library: str) -> None:
    """Replace the module of a package by that of its program. `file` is that of the module, `library` is beside it.

    Raises `GateError` for a library that does not fit the runtime.
    """
    folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120
    extension = this_extension()
    warn_of_slow_calls()
    try:
        program = load_package_library(os.path.join(folder, library), name)  # noqa: PTH118
    except DriverError as error:
        raise GateError(failure_text(error)) from error

    def find(wanted: str) -> tuple[Any, ModuleInfo]:
        raise GateError(
            f"`{name}` was built without {wanted}\n"
            f"  help: add a public function that calls {wanted} to the package, and build it again"
        )

    interface = read_interface(program.interface)
    info = ModuleInfo(interface, program.fields, "", folder, True, {}, b"", (), None)
    module = Builder(extension, name, info, find).module(program)
    former = vars(sys.modules[name])
    for field in IMPORT_FIELDS:
        setattr(module, field, former[field])
    sys.modules[name] = module
