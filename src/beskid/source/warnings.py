"""Names of warnings, as comments, manifests and options write them."""

from __future__ import annotations

from typing import Final

from beskid.base.node import value
from beskid.base.spelling import closest
from beskid.source.codes import CODES, Code

ALL_WARNINGS: Final = "warnings"
"""The name that stands for every warning."""


@value
class NotAWarning:
    """Why a name is not that of a warning, and what to do."""

    message: str
    help: str


def find_warning(name: str) -> Code | NotAWarning:
    """Return the warning whose code is `name`, in any case of letters."""
    code = CODES.get(name.upper())
    if code is None:
        near = closest(name, [each for each in CODES.values() if each.is_warning])
        help = f"did you mean `{near}`?" if near else "`beskid explain` lists the codes"
        return NotAWarning(f"unknown code `{name}`", help)
    if not code.is_warning:
        return NotAWarning(
            f"`{code}` is an error, not a warning", "only warnings can be allowed, warned about or denied"
        )
    return code
