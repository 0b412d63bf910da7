"""Errors of linking and writing outputs, with their codes."""

from __future__ import annotations

from beskid.codegen.errors import BackendError
from beskid.source.codes import (
    E1529,
    E4003,
    E4010,
    E4011,
    E4012,
    E4013,
    E4020,
    E4021,
    E4022,
    E4023,
    E4025,
    E4030,
    E4040,
    E4041,
)


class AotError(BackendError):
    """The output cannot be written; the files are unchanged."""


RUNTIME_BUILD = E4010
RUNTIME_MISSING = E4011
VERSION_MISMATCH = E4012
VERSION_UNKNOWN = E4013
MISSING_FUNCTION = E4003
CANNOT_EXPORT = E1529
NO_LINKER = E4020
LINK_FAILED = E4021
UNKNOWN_TARGET = E4022
NOT_OFFERED = E4023
NO_C_LIBRARY = E4025
ENTRY_MISSING = E4030
INPUT_OUTPUT = E4040
INVALID_REQUEST = E4041
