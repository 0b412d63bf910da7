"""The number that a function of a file returns, read from its machine code without running it.

A runtime states its version in a note and answers with it from a function. Takes the bytes of a binary file and returns
the constant that the function returns at once, or None for other code and other machines.
"""

from __future__ import annotations

import re

from beskid.codegen.fileformats import read_binary

_LONGEST = 32
# endbr64, a frame pointer, then `mov eax, N` or `xor eax, eax`, and the return.
_X86_CODE = re.compile(
    rb"(?:\xf3\x0f\x1e\xfa)?(?:\x55\x48\x89\xe5)?(?:\xb8(?P<number>.{4})|\x31\xc0)(?:\x5d|\xc9)?\xc3", re.DOTALL
)
# No locals, `i32.const N`, an optional `return`, and the end.
_WASM_CODE = re.compile(rb"\x00\x41(?P<number>[\x80-\xff]{0,4}[\x00-\x7f])\x0f?\x0b", re.DOTALL)


def answer_of(image: bytes, function: str) -> int | None:
    """Return the constant that a function returns. Raises `ObjectFileError` for a damaged file."""
    binary = read_binary(image)
    found = next((held for held in binary.symbols if held.name == function and held.place >= 0), None)
    read = _READERS.get(binary.machine)
    if found is None or read is None:
        return None
    return read(image[found.place : found.place + _LONGEST])


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


def _riscv_answer(code: bytes) -> int | None:
    """`li a0, N` and `ret`, each in its long or its compressed form, for numbers that are not negative."""
    word, half = int.from_bytes(code[:4], "little"), int.from_bytes(code[:2], "little")
    if word & 0xFFFFF == 0x513 and not word >> 31:
        number, rest = word >> 20, code[4:]
    elif half & 0xFF83 == 0x4501:
        number, rest = half >> 2 & 0x1F, code[2:]
    else:
        return None
    return number if rest.startswith((b"\x67\x80\0\0", b"\x82\x80")) else None


def _wasm_answer(code: bytes) -> int | None:
    found = _WASM_CODE.match(code)
    if found is None:
        return None
    number = 0
    for index, byte in enumerate(found["number"]):
        number |= (byte & 0x7F) << 7 * index
    is_negative = found["number"][-1] & 0x40
    return None if is_negative else number


_READERS = {
    "x86_64": _x86_answer,
    "aarch64": _arm_answer,
    "riscv64": _riscv_answer,
    "wasm64": _wasm_answer,
}
"""The reader of the code of each machine."""
