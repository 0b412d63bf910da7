"""Code that calls a function of the runtime inside an entry, where a panic can end it.

A host without the extension needs it to make strings and arrays: an allocation may panic, and what a panic ends must
not be a frame of Python.
"""

from __future__ import annotations

from beskid.codegen.host import host_triple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.lljit import ObjectLoader

SYMBOL = "beskid_call_inside"

TEXT = f"""
define i64 @{SYMBOL}(ptr %stack, ptr %words) "frame-pointer"="all" {{
  %function = load ptr, ptr %words
  %place.0 = getelementptr i64, ptr %words, i64 1
  %place.1 = getelementptr i64, ptr %words, i64 2
  %place.2 = getelementptr i64, ptr %words, i64 3
  %place.3 = getelementptr i64, ptr %words, i64 4
  %argument.0 = load i64, ptr %place.0
  %argument.1 = load i64, ptr %place.1
  %argument.2 = load i64, ptr %place.2
  %argument.3 = load i64, ptr %place.3
  %result = call i64 %function(i64 %argument.0, i64 %argument.1, i64 %argument.2, i64 %argument.3)
  store i64 %result, ptr %words
  ret i64 0
}}
"""
"""The first word is the function and then its result. Functions of fewer than four words ignore the others."""


def call_inside(loader: ObjectLoader) -> int:
    """Return the address of the code. Raises `ImportError` where LLVM is not installed."""
    from beskid.codegen.emit import EmitOptions, object_of

    return loader.load(object_of(TEXT, EmitOptions(host_triple(), opt_level=0)), {}, [SYMBOL])[SYMBOL]
