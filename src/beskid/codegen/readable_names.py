"""Names for people from the symbols of compiled functions, where nothing but the symbol is known.

The inverse of `lower.mangle` as far as names go: type arguments are left out.
"""

from __future__ import annotations

import re

_PREFIX = "_B"
_LENGTH = re.compile(r"[0-9]+")
_LAMBDA = re.compile(r"L[0-9]+")
_CHARACTER = re.compile(r"\.([0-9a-f]+)\.")
_ROLE = "x"
_RECEIVER_OR_TEST = "MT"
LAMBDA_SHOWN = "{lambda}"


def readable_name(symbol: str) -> str:
    """Return module, type and name of a function, without its package, between dots.

    A symbol that is not mangled, or that has a form of its own, is returned as it is.
    """
    name = symbol.partition("$")[0]
    if not name.startswith(_PREFIX):
        return name
    place = len(_PREFIX)
    is_helper = name[place : place + 1] == _ROLE
    place += is_helper
    parts: list[str] = []
    while place < len(name):
        if found := _LENGTH.match(name, place):
            place = found.end() + int(found[0])
            parts.append(_CHARACTER.sub(lambda match: chr(int(match[1], 16)), name[found.end() : place]))
        elif found := _LAMBDA.match(name, place):
            place = found.end()
            parts.append(LAMBDA_SHOWN)
        elif name[place] in _RECEIVER_OR_TEST:
            place += 1
        else:
            break
    if is_helper:
        return f"{{{parts[0]}}}" if parts else name
    shown = [part for part in parts[1:] if part]
    return ".".join(shown) or name
