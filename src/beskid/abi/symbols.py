"""The hidden symbols of an object file, which the start-up code and the engine use.

A warm start imports this module, so it imports nothing.
"""

from __future__ import annotations

PROGRAM_SYMBOL = "beskid_program"
"""The record that describes the object to the runtime."""

ENTRY_SYMBOL = "beskid_program_entry"
"""The function that the runtime calls to run the program."""

TESTS_SYMBOL = "beskid_tests"
"""The table of the test entries, in an object made for `beskid test`."""
