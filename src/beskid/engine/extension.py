"""The extension for Python, which is imported from the folder of the runtime, and what it needs of the runtime."""

from __future__ import annotations

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.engine.errors import JitError
from beskid.files.reading import is_there
from beskid.source.codes import E4011

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from beskid.engine.runtime_library import RuntimeLibrary

EXTENSION_NAME = "_embed.abi3.so"
EXTENSION_MODULE = "beskid._embed"


def extension(folders: Sequence[str]) -> Any:
    """Import the extension from the first folder of a runtime that has it. Raises `JitError` where none was built."""
    from importlib.machinery import ExtensionFileLoader, ModuleSpec
    from importlib.util import module_from_spec

    paths = [f"{folder}/{EXTENSION_NAME}" for folder in folders]
    path = next((each for each in paths if is_there(each)), paths[-1])
    if not is_there(path):
        message = f"the extension for Python `{path}` is missing"
        raise JitError(E4011, message, "install the headers of Python and reinstall beskid, or install its wheel")
    loader = ExtensionFileLoader(EXTENSION_MODULE, path)
    try:
        module = module_from_spec(ModuleSpec(EXTENSION_MODULE, loader, origin=path))
        loader.exec_module(module)
    except ImportError as error:
        raise JitError(E4011, f"the extension for Python cannot be loaded: {error}", "reinstall beskid") from error
    return module


def addresses_of(runtime: RuntimeLibrary) -> dict[str, int]:
    """Return the addresses of the functions of the runtime by name, for the extension."""
    return {symbol: runtime.address(symbol) for symbol in RUNTIME_EXPORT_SYMBOLS}
