"""The hidden symbols of an object file, which the start-up code and the engine use, and the file name of the runtime.

A warm start imports this module, so it imports nothing.
"""

from __future__ import annotations

RUNTIME_LIBRARY = "libbeskid_runtime.so"
"""The file name of the runtime's shared library."""

PROGRAM_SYMBOL = "beskid_program"
"""The record that describes the object to the runtime."""

ENTRY_SYMBOL = "beskid_program_entry"
"""The function that the runtime calls to run the program."""

TESTS_SYMBOL = "beskid_tests"
"""The table of the test entries, in an object made for `beskid test`."""

COUNTERS_SYMBOL = "beskid_counters"
"""The address of the counters of coverage, which the engine stores in an object made for `beskid test --coverage`."""

HOST_SYMBOL = "beskid_host"
"""The table of the functions that a host calls, and of the descriptors that it needs, in an object made for a host."""

POLL_SYMBOL = "beskid_poll"
"""The word that a host sets to interrupt its program, in an object made for a host."""

OWN_PREFIX = "beskid."
"""The prefix of a symbol that no C source can name."""

EXPORT_PREFIX = f"{OWN_PREFIX}export."

_OWN_PREFIXES = ("beskid_", "__beskid_", "_B")
"""The start of the symbols of object and runtime, of descriptors, and of compiled functions (decision A9)."""

MATHEMATICAL_ARGUMENTS = {
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "log2", "log10"), 1),
    **dict.fromkeys(("pow", "atan2"), 2),
}
"""The functions of libm that compiled code declares, with their number of `f64` arguments. The result is an `f64`."""


def is_own(name: str) -> bool:
    """Return whether a C name belongs to the symbols that objects and runtime define for each other."""
    return name.startswith((*_OWN_PREFIXES, OWN_PREFIX))


def private_export(name: str) -> str:
    """Return the symbol of an exported function in a compiled object, where its C name may have another meaning."""
    return f"{EXPORT_PREFIX}{name}"
