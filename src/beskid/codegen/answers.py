"""The number that a function of a file returns, read from its machine code without running it.

A runtime states its version in a note and answers with it from a function. Takes the bytes of an ELF file and returns
the constant that the function returns at once, or None for other code and other machines.
"""

from __future__ import annotations

import re
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from beskid.codegen.objectfile import ObjectFileError, machine_of, symbols
from beskid.codegen.target import MACHINE_NUMBERS

_RELOCATABLE = 1
_LONGEST = 32
# endbr64, a frame pointer, then `mov eax, N` or `xor eax, eax`, and the return.
_X86_CODE = re.compile(
    rb"(?:\xf3\x0f\x1e\xfa)?(?:\x55\x48\x89\xe5)?(?:\xb8(?P<number>.{4})|\x31\xc0)(?:\x5d|\xc9)?\xc3", re.DOTALL
)


def answer_of(image: bytes, function: str) -> int | None:
    """Return the constant that a function returns. Raises `ObjectFileError` for a damaged file."""
    found = next((held for held in symbols(image) if held.name == function and held.defined), None)
    if found is None:
        return None
    try:
        (table,) = unpack_from("<Q", image, 0x28)
        (count,) = unpack_from("<H", image, 0x3C)
        if found.section >= count:
            return None
        address, offset, size = unpack_from("<QQQ", image, table + 64 * found.section + 16)
        start = found.offset if int.from_bytes(image[16:18], "little") == _RELOCATABLE else found.offset - address
    except StructError as error:
        raise ObjectFileError("a damaged ELF file") from error
    if not 0 <= start < size:
        return None
    code = image[offset + start : offset + min(start + _LONGEST, size)]
    read = _READERS.get(MACHINE_NUMBERS.get(machine_of(image), ""))
    return None if read is None else read(code)


def _x86_answer(code: bytes) -> int | None:
    found = _X86_CODE.match(code)
    return None if found is None else int.from_bytes(found["number"] or b"", "little")


def _arm_answer(code: bytes) -> int | None:
    """`mov w0, #N` and `ret`, after an optional `bti c`."""
    words = [int.from_bytes(code[start : start + 4], "little") for start in range(0, len(code) - 3, 4)]
    if words[:1] == [0xD503245F]:
        words = words[1:]
    if len(words) >= 2 and words[0] & 0xFFE0001F == 0x52800000 and words[1] == 0xD65F03C0:
        return words[0] >> 5 & 0xFFFF
    return None


_READERS = {"x86_64": _x86_answer, "aarch64": _arm_answer}
