"""The values of number, character and string tokens.

Takes the text of a token and returns its value, or the error and its offset. Knows neither tokens nor trees.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

NUMERIC_SUFFIXES: Final = frozenset({"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"})

_DECIMAL = re.compile(
    r"(?P<whole>\d(?:_*\d)*)(?P<fraction>\.\d(?:_*\d)*)?(?P<exponent>[eE][+-]?\d(?:_*\d)*)?(?:_(?P<suffix>[a-z]\w*))?",
    re.ASCII,
)
_BASED = re.compile(
    r"0(?:[xX](?P<hex>[0-9a-fA-F](?:_*[0-9a-fA-F])*)|[oO](?P<oct>[0-7](?:_*[0-7])*)|[bB](?P<bin>[01](?:_*[01])*))"
    r"(?:_(?P<suffix>[a-z]\w*))?",
    re.ASCII,
)
_ESCAPES: Final = {
    "n": "\n", "r": "\r", "t": "\t", "0": "\0", '"': '"', "'": "'", "\\": "\\", "$": "$",
}  # fmt: skip
_UNICODE_ESCAPE = re.compile(r"u\{([0-9a-fA-F]{1,6})\}")
_MAX_DIGITS = 400


class Number(NamedTuple):
    """The value of a number. `problem` describes the error if it has none."""

    value: int | float
    suffix: str
    problem: str
    help: str | None = None


class EscapeError(NamedTuple):
    """An error in an escape sequence, as offsets in the text of the token."""

    start: int
    end: int
    message: str
    help: str | None


def read_number(text: str) -> Number:
    if text.isdigit() and len(text) <= _MAX_DIGITS:
        return Number(int(text), "", "")
    if len(text) > _MAX_DIGITS:
        return Number(0, "", "this number has too many digits")
    based = _BASED.fullmatch(text)
    if based is not None:
        return _read_based(based)
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None:
        return Number(0, "", "this is not a number", _number_help(text))
    suffix = decimal["suffix"] or ""
    if suffix and suffix not in NUMERIC_SUFFIXES:
        return Number(0, "", f"`{suffix}` is not a numeric type", "use a type suffix such as `8_i64` or `1.5_f32`")
    whole = decimal["whole"].replace("_", "")
    if decimal["fraction"] is None and decimal["exponent"] is None:
        return Number(int(whole), suffix, "")
    if suffix and not suffix.startswith("f"):
        return Number(0.0, suffix, f"a number with a fraction or exponent cannot be `{suffix}`")
    fraction = (decimal["fraction"] or "").replace("_", "")
    value = float(whole + fraction + (decimal["exponent"] or "").replace("_", ""))
    if value == float("inf"):
        return Number(0.0, suffix, "this number is larger than every `f64`")
    return Number(value, suffix, "")


def _read_based(found: re.Match[str]) -> Number:
    suffix = found["suffix"] or ""
    if suffix and (suffix not in NUMERIC_SUFFIXES or suffix.startswith("f")):
        return Number(0, "", f"`{suffix}` is not an integer type", "use a type suffix such as `0xff_u8`")
    for group, base in (("hex", 16), ("oct", 8), ("bin", 2)):
        digits = found[group]
        if digits is not None:
            return Number(int(digits.replace("_", ""), base), suffix, "")
    raise AssertionError("the pattern matches three bases")


def _number_help(text: str) -> str:
    if text[0].isdigit() and "_" not in text and text.lstrip("0123456789").isalpha() and text[1:2] not in "xXoObB":
        return "names cannot start with a digit; a type suffix follows `_`, as in `8_i64`"
    return "numbers are `42`, `1_000`, `0xff`, `0o17`, `0b101`, `1.5`, `2e10`, with an optional suffix as in `8_i64`"


def decode(text: str, offset: int = 0) -> tuple[str, list[EscapeError]]:
    """Decode the inside of a string or character literal; `offset` is added to the offsets of errors."""
    if "\\" not in text:
        return _without_surrogates(text), []
    pieces: list[str] = []
    errors: list[EscapeError] = []
    position = 0
    while True:
        backslash = text.find("\\", position)
        if backslash == -1:
            pieces.append(text[position:])
            return _without_surrogates("".join(pieces)), errors
        pieces.append(text[position:backslash])
        position, decoded, problem = _escape(text, backslash)
        pieces.append(decoded)
        if problem is not None:
            errors.append(problem._replace(start=problem.start + offset, end=problem.end + offset))


def _escape(text: str, backslash: int) -> tuple[int, str, EscapeError | None]:
    character = text[backslash + 1 : backslash + 2]
    simple = _ESCAPES.get(character)
    if simple is not None:
        return backslash + 2, simple, None
    if character != "u":
        message = f"unknown escape `\\{character}`" if character.isprintable() and character else "unknown escape"
        help = "the escapes are \\\" \\\\ \\$ \\n \\r \\t \\0 \\' and \\u{HEX}; a plain backslash is `\\\\`"
        return backslash + 2, "", EscapeError(backslash, min(backslash + 2, len(text)), message, help)
    found = _UNICODE_ESCAPE.match(text, backslash + 1)
    if found is None:
        help = "one to six hexadecimal digits in braces: `\\u{1F600}`"
        return backslash + 2, "", EscapeError(backslash, backslash + 2, "malformed `\\u{…}`", help)
    scalar = int(found[1], 16)
    if scalar > 0x10FFFF or 0xD800 <= scalar <= 0xDFFF:
        message = f"U+{scalar:04X} is not a Unicode scalar value"
        return found.end(), "\ufffd", EscapeError(backslash, found.end(), message, None)
    return found.end(), chr(scalar), None


def _without_surrogates(text: str) -> str:
    # The lexer has reported surrogates; later layers must be able to encode every string.
    if text.isascii():
        return text
    return "".join("\ufffd" if 0xD800 <= ord(character) <= 0xDFFF else character for character in text)
