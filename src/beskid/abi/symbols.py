"""The hidden symbols that an object file defines for whoever starts the program. It imports nothing: a warm start
imports this module."""

from __future__ import annotations

PROGRAM_SYMBOL = "beskid_program"
"""The record that describes the object to the runtime."""

ENTRY_SYMBOL = "beskid_program_entry"
"""The function that the runtime calls to run the program."""

TESTS_SYMBOL = "beskid_tests"
"""The table of the entries of the tests, in an object made for `beskid test`."""
