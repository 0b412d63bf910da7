"""Random C functions and the Beskid program that calls them, in both directions, with the output that it must have.

Every value comes from a random 64-bit word whose upper bits are whatever they are: a narrow argument or result is the
low part of a register that holds more. Each side folds what it receives to one number, as does the model here, so a
value that is extended wrongly, truncated or taken from another register changes a line of the output.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

MASK = (1 << 64) - 1
CALLS = 24
MAX_PARAMETERS = 14


@dataclass(frozen=True)
class Scalar:
    """A type of the boundary: its names, and how a word becomes a value of it."""

    beskid: str
    c: str
    bits: int
    signed: bool = False
    floating: bool = False

    def number(self, word: int) -> int:
        """The number that a value made from a word counts as in a fold."""
        if self.beskid == "bool":
            return word & 1
        if self.floating:
            return word & 0xFFFFF
        low = word & (1 << self.bits) - 1
        return low - (1 << self.bits) if self.signed and low >> self.bits - 1 else low

    def made_in_c(self, word: str) -> str:
        if self.beskid == "bool":
            return f"(bool)({word} & 1)"
        if self.floating:
            return f"(({self.c})({word} & 0xFFFFF) / 4)"
        return f"({self.c}){word}"

    def folded_in_c(self, value: str) -> str:
        return f"(int64_t)({value} * 4)" if self.floating else f"(int64_t){value}"

    def made(self, word: str) -> str:
        if self.beskid == "bool":
            return f"({word} & 1) != 0"
        if self.floating:
            return f"(({word} & 1048575) as {self.beskid} / 4.0 as {self.beskid})"
        return f"{word} as {self.beskid}" if self.beskid != "i64" else word

    def folded(self, value: str) -> str:
        if self.beskid == "bool":
            return f"Truth({value})"
        if self.floating:
            return f"(({value} as f64) * 4.0) as i64" if self.beskid == "f32" else f"({value} * 4.0) as i64"
        return f"{value} as i64" if self.beskid != "i64" else value


SCALARS = (
    Scalar("bool", "bool", 1),
    Scalar("i8", "int8_t", 8, signed=True),
    Scalar("u8", "uint8_t", 8),
    Scalar("i16", "int16_t", 16, signed=True),
    Scalar("u16", "uint16_t", 16),
    Scalar("i32", "int32_t", 32, signed=True),
    Scalar("u32", "uint32_t", 32),
    Scalar("i64", "int64_t", 64, signed=True),
    Scalar("u64", "uint64_t", 64),
    Scalar("f32", "float", 32, floating=True),
    Scalar("f64", "double", 64, floating=True),
)
CELLS = tuple(scalar for scalar in SCALARS if scalar.beskid != "bool")
"""The types whose address C may get."""


@dataclass(frozen=True)
class Parameter:
    """A parameter; `is_place` passes the address of a variable, and `is_handle` a pointer of C."""

    scalar: Scalar
    word: int
    after: int = 0
    is_place: bool = False
    is_handle: bool = False


@dataclass(frozen=True)
class Generated:
    """A library in C, a program that uses it, and the output that the program must have."""

    library: str
    program: str
    output: str
    output_without_exports: str


def fold(numbers: list[int]) -> int:
    """Fold numbers to a signed one of 64 bits."""
    held = 0
    for number in numbers:
        held = (held * 31 + number) & MASK
    return held - (1 << 64) if held >> 63 else held


class _Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.c: list[str] = []
        self.declared: list[str] = []
        self.functions: list[str] = []
        self.main: list[str] = []
        self.expected: list[tuple[str, bool]] = []
        self.words: list[int] = []

    def word(self) -> int:
        """A word, often at the edge of a width."""
        number = self.random.getrandbits(64)
        if self.random.random() < 0.4:
            width = self.random.choice((1, 8, 16, 32))
            edge = self.random.choice((0, 1, (1 << width) - 1, 1 << width - 1, (1 << width - 1) - 1))
            number = number >> width << width | edge
        return number & MASK

    def in_c(self, word: int) -> str:
        """A word that the C compiler knows nothing about."""
        self.words.append(word)
        return f"words[{len(self.words) - 1}]"

    def parameters(self, is_plain: bool) -> list[Parameter]:
        made = []
        for _ in range(self.random.randrange(MAX_PARAMETERS + 1)):
            kind = 0.9 if is_plain else self.random.random()
            if kind < 0.15:
                made.append(Parameter(self.random.choice(CELLS), self.word(), self.word(), is_place=True))
            elif kind < 0.25:
                made.append(Parameter(SCALARS[7], self.word() & 0x7FFF_FFFF_FFF8, is_handle=True))
            else:
                made.append(Parameter(self.random.choice(SCALARS), self.word()))
        return made

    def result(self) -> tuple[Scalar | None, int]:
        return (self.random.choice(SCALARS) if self.random.random() < 0.9 else None), self.word()

    def call(self, number: int) -> None:
        """A function of C that Beskid calls."""
        parameters, (result, word) = self.parameters(is_plain=False), self.result()
        types, shown, arguments, lines = [], [], [], []
        for index, held in enumerate(parameters):
            scalar, name = held.scalar, f"a{index}"
            if held.is_handle:
                types.append(f"void *{name}")
                shown.append(f"Handle {name}")
                arguments.append(f"C.handle(Opaque({signed(held.word)}))")
                lines.append(f"    h = h * 31 + (int64_t)(intptr_t){name};")
            elif held.is_place:
                types.append(f"{scalar.c} *{name}")
                shown.append(f"ref {scalar.beskid} {name}")
                variable = f"v{number}_{index}"
                self.main.append(f"    {scalar.beskid} mut {variable} = {scalar.made(f'Opaque({signed(held.word)})')};")
                arguments.append(f"ref {variable}")
                lines.append(f"    h = h * 31 + {scalar.folded_in_c(f'*{name}')};")
                lines.append(f"    *{name} = {scalar.made_in_c(self.in_c(held.after))};")
            else:
                types.append(f"{scalar.c} {name}")
                shown.append(f"{scalar.beskid} {name}")
                arguments.append(scalar.made(f"Opaque({signed(held.word)})"))
                lines.append(f"    h = h * 31 + {scalar.folded_in_c(name)};")
        kind = result.c if result is not None else "void"
        ending = f"    return {result.made_in_c(self.in_c(word))};" if result is not None else ""
        self.c += [f"{kind} call_{number}({', '.join(types) or 'void'})", "{", "    int64_t h = 0;", *lines,
                   "    last = h;", *([ending] if ending else []), "}"]  # fmt: skip
        self.declared.append(f"    {result.beskid if result else 'unit'} call_{number}({', '.join(shown)});")
        call = f"C.call_{number}({', '.join(arguments)})"
        numbers = [fold([held.scalar.number(held.word) for held in parameters])]
        texts = ["${C.last_fold()}"]
        if result is not None:
            self.main.append(f"    let r{number} = {call};")
            texts.append(f"${{{result.folded(f'r{number}')}}}")
            numbers.append(as_i64(result.number(word)))
        else:
            self.main.append(f"    {call};")
        for index, held in enumerate(parameters):
            if held.is_place:
                texts.append(f"${{{held.scalar.folded(f'v{number}_{index}')}}}")
                numbers.append(as_i64(held.scalar.number(held.after)))
        self.line(f"call {number}", texts, numbers)

    def back(self, number: int, is_export: bool) -> None:
        """A function of Beskid that C calls: through a pointer, or by its name."""
        parameters, (result, word) = self.parameters(is_plain=True), self.result()
        kind = "export" if is_export else "callback"
        name = f"{kind}_{number}"
        shown = ", ".join([f"{held.scalar.beskid} a{index}" for index, held in enumerate(parameters)])
        types = ", ".join([held.scalar.c for held in parameters]) or "void"
        given = ", ".join([held.scalar.made_in_c(self.in_c(held.word)) for held in parameters])
        head = '[Export(Abi: "C")]\npub ' if is_export else ""
        self.functions += [f"{head}{result.beskid if result else 'unit'} {name}({shown}) {{", "    i64 mut h = 0;"]
        folds = [held.scalar.folded(f"a{index}") for index, held in enumerate(parameters)]
        self.functions += [f"    h = h * 31 + {text};" for text in folds]
        self.functions.append(f'    PrintLine("{kind} {number} ${{h}}");')
        if result is not None:
            self.functions.append(f"    return {result.made(f'Opaque({signed(word)})')};")
        self.functions.append("}")
        returned = result.c if result is not None else "void"
        run = f"{'use' if is_export else 'run'}_{number}"
        if is_export:
            self.c.append(f"extern {returned} {name}({types}) WEAK;")
        head = "void" if is_export else f"{returned} (*{name})({types})"
        self.c += [f"int64_t {run}({head})", "{"]
        if is_export:
            self.c.append(f"    if (!{name})\n        return -1;")
        call = f"{name}({given})"
        self.c += (
            [f"    return {result.folded_in_c(call)};"] if result is not None else [f"    {call};", "    return 0;"]
        )
        self.c.append("}")
        callback = f"{result.beskid if result else 'unit'}({', '.join([held.scalar.beskid for held in parameters])}) f"
        self.declared.append(f"    i64 {run}({'' if is_export else callback});")
        total = fold([held.scalar.number(held.word) for held in parameters])
        self.expected.append((f"{kind} {number} {total}", is_export))
        self.main.append(f'    PrintLine("{run} ${{C.{run}({"" if is_export else name})}}");')
        self.expected.append((f"{run} {as_i64(result.number(word)) if result is not None else 0}", is_export))

    def line(self, head: str, texts: list[str], numbers: list[int]) -> None:
        self.main.append(f'    PrintLine("{head} {" ".join(texts)}");')
        self.expected.append((f"{head} {' '.join([str(number) for number in numbers])}", False))


def signed(word: int) -> str:
    number = word - (1 << 64) if word >> 63 else word
    # The smallest number has no literal.
    return str(number) if number != -(1 << 63) else "-9223372036854775807 - 1"


def as_i64(number: int) -> int:
    low = number & MASK
    return low - (1 << 64) if low >> 63 else low


C_HEAD = """
#include <stdbool.h>
#include <stdint.h>
#if defined(__APPLE__)
#define WEAK __attribute__((weak_import))
#else
#define WEAK __attribute__((weak))
#endif
static int64_t last;
int64_t same(int64_t word) { return word; }
int64_t last_fold(void) { return last; }
void *handle(int64_t word) { return (void *)(intptr_t)word; }
"""


def generate(seed: int, calls: int = CALLS) -> Generated:
    """Return a library and a program with `calls` functions of each direction."""
    writer = _Writer(seed)
    for number in range(calls):
        writer.call(number)
        writer.back(number, is_export=False)
        writer.back(number, is_export=True)
    words = ", ".join([f"INT64_C({word - (1 << 64) if word >> 63 else word})" for word in writer.words])
    words = words.replace("INT64_C(-9223372036854775808)", "INT64_MIN")
    table = f"static volatile int64_t words[] = {{{words}}};"
    program = [
        "[Opaque]",
        "type Handle { }",
        '[Extern(Abi: "C", Library: "abi")]',
        "contract C {",
        "    i64 same(i64 word);",
        "    i64 last_fold();",
        "    Handle handle(i64 word);",
        *writer.declared,
        "}",
        "i64 Opaque(i64 word) { return C.same(word); }",
        "i64 Truth(bool value) { return if value { 1 } else { 0 }; }",
        *writer.functions,
        "unit main() {",
        *writer.main,
        "}",
    ]
    # Without exports the functions that use them say so.
    without = [
        text if not is_export else f"{text.split()[0]} -1" if text.startswith("use") else ""
        for text, is_export in writer.expected
    ]
    return Generated(
        "\n".join([C_HEAD, table, *writer.c, ""]),
        "\n".join([*program, ""]),
        "\n".join([*[text for text, _ in writer.expected], ""]),
        "\n".join([*[text for text in without if text], ""]),
    )
