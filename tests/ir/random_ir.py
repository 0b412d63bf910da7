"""Random modules of valid IR that always end: well typed, everything assigned before it is read.

`random_module` makes them from a source of randomness. Every function has an `i64` of fuel as its first parameter,
which calls and loops use up; registers of all kinds are assigned in the first block, several times later.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from beskid.ir.builder import Builder, boolean, float64, integer
from beskid.ir.model import (
    BinaryOp,
    Block,
    ClosureConstant,
    CompareOp,
    ConvertOp,
    Descriptor,
    Function,
    IRType,
    Location,
    Module,
    NullConstant,
    Operand,
    Register,
    Signature,
    StringConstant,
    UnaryOp,
)

WORDS = Descriptor("words", 8, 8, (), "i64")
NODE = Descriptor("node", 32, 8, (8, 24), "Node")
PAIRS = Descriptor("pairs", 24, 8, (0,), "Pair")

PARAMETERS = (IRType.I64, IRType.I64, IRType.REF, IRType.REF)
"""Fuel, a number, a node, an array of words."""

NAMES = ("first", "second", "third")
CLOSED = "closed"

_INTEGER_OPS = (
    BinaryOp.IADD,
    BinaryOp.ISUB,
    BinaryOp.IMUL,
    BinaryOp.SDIV,
    BinaryOp.UDIV,
    BinaryOp.SREM,
    BinaryOp.UREM,
    BinaryOp.AND,
    BinaryOp.XOR,
    BinaryOp.SHL,
    BinaryOp.LSHR,
    BinaryOp.ASHR,
)
_COMPARES = (CompareOp.EQ, CompareOp.NE, CompareOp.SLT, CompareOp.SGE, CompareOp.ULT, CompareOp.UGE)
_LITERALS = (b"", b"a", b"some text", "ä“".encode())


def random_module(random: Random) -> Module:
    """A module whose entry calls the first function and prints what it gives."""
    module = Module("random")
    for descriptor in (WORDS, NODE, PAIRS):
        module.descriptors[descriptor.name] = descriptor
    for name in NAMES:
        module.functions[name] = Writer(random, name, PARAMETERS).function
    module.functions[CLOSED] = Writer(random, CLOSED, (IRType.REF, *PARAMETERS)).function
    module.functions["start"] = _start(random)
    module.entry = "start"
    return module


def _start(random: Random) -> Function:
    function = Function("start", Location("Main", "random.bd", 1, 1), (IRType.I64,))
    builder = Builder(function)
    builder.parameter(IRType.REF, "arguments")
    node = builder.allocate_object(NODE.name)
    builder.store_field(node, 8, StringConstant(b"root"), True)
    words = builder.allocate_array(WORDS.name, integer(IRType.I64, 5))
    given = (integer(IRType.I64, random.randint(0, 60)), integer(IRType.I64, random.randint(-9, 9)), node, words)
    (result,) = builder.call(NAMES[0], given, (IRType.I64,))
    text = builder.call_runtime_value("str_from_i64", (result,))
    builder.call_runtime("stdout_write", (text,))
    builder.ret((integer(IRType.I64, 0),))
    return builder.seal()


class Writer:
    """Writes one random function."""

    def __init__(self, random: Random, name: str, parameters: tuple[IRType, ...]) -> None:
        self.random = random
        self.line = 0
        self.function = Function(name, Location(name.title(), "random.bd", 10, 1), (IRType.I64,))
        self.builder = Builder(self.function)
        given = [self.builder.parameter(type) for type in parameters]
        self.fuel, number, node, words = given[-4:]
        self.numbers: list[Register] = [number]
        self.nodes: list[Register] = [node]
        self.arrays: list[Register] = [words]
        self.pairs: list[Register] = []
        self.texts: list[Register] = []
        self.flags: list[Register] = []
        self._write()

    def _write(self) -> None:
        self._first_block()
        blocks = [self.builder.new_block("part") for _ in range(self.random.randint(1, 6))]
        last = self.builder.new_block("last")
        self.builder.jump(blocks[0])
        for position, block in enumerate(blocks):
            self.builder.position(block)
            for _ in range(self.random.randint(0, 7)):
                self._place()
                self.random.choice(OPERATIONS)(self)
            self._place()
            self._leave(blocks, position, last)
        self.builder.position(last)
        self.builder.ret((self.random.choice(self.numbers),))
        self.builder.seal()

    def _place(self) -> None:
        """Mostly a new line, sometimes the same one again."""
        self.line += self.random.choice((0, 1, 1, 1))
        self.builder.location = Location(self.function.location.function, "random.bd", 10 + self.line, 3)

    def _first_block(self) -> None:
        builder = self.builder
        builder.binary(BinaryOp.ISUB, self.fuel, integer(IRType.I64, 1), self.fuel)
        ended, going = builder.new_block("ended"), builder.new_block("going")
        builder.branch(builder.compare(CompareOp.SLT, self.fuel, integer(IRType.I64, 0)), ended, going)
        builder.position(ended)
        builder.ret((self.numbers[0],))
        builder.position(going)
        for number in range(2):
            self.numbers.append(builder.copy(integer(IRType.I64, number * 7 - 3)))
            self.texts.append(builder.copy(StringConstant(self.random.choice(_LITERALS))))
            self.flags.append(builder.copy(boolean(number == 0)))
            self._place()
            self.nodes.append(builder.allocate_object(NODE.name))
        self.pairs.append(builder.allocate_array(PAIRS.name, integer(IRType.I64, 3)))
        if self.random.random() < 0.5:
            self.arrays.append(builder.copy(self.arrays[0]))

    def _leave(self, blocks: list[Block], position: int, last: Block) -> None:
        builder = self.builder
        later = [*blocks[position + 1 :], last]
        match self.random.randint(0, 3):
            case 0:
                builder.jump(self.random.choice(later))
            case 1:
                builder.branch(
                    self.random.choice(self.flags), self.random.choice(later), self.random.choice(later), None
                )
            case 2:
                cases = tuple([(number, self.random.choice(later)) for number in range(self.random.randint(1, 9))])
                builder.switch(self.number(), cases, self.random.choice(later))
            case _:
                # Back, while there is fuel.
                builder.binary(BinaryOp.ISUB, self.fuel, integer(IRType.I64, 7), self.fuel)
                more = builder.compare(CompareOp.SGT, self.fuel, integer(IRType.I64, 0))
                builder.branch(more, self.random.choice(blocks[: position + 1]), self.random.choice(later), True)

    # Operands ---------------------------------------------------------------------------------------------------

    def number(self) -> Operand:
        if self.random.random() < 0.3:
            return integer(IRType.I64, self.random.choice((0, 1, -1, 2, 5, 64, 1 << 62, -(1 << 63))))
        return self.random.choice(self.numbers)

    def index(self) -> Operand:
        if self.random.random() < 0.7:
            return integer(IRType.I64, self.random.randint(0, 2))
        return self.random.choice(self.numbers)

    def text(self) -> Operand:
        if self.random.random() < 0.3:
            return StringConstant(self.random.choice(_LITERALS))
        return self.random.choice(self.texts)

    def dest(self, registers: list[Register]) -> Register:
        """A register to assign: one of these, or a fresh one that the rest of this block may not read."""
        if self.random.random() < 0.2:
            return self.builder.register(registers[0].type)
        return self.random.choice(registers)


# Operations, each appended by a function ------------------------------------------------------------------------


def binary(w: Writer) -> None:
    w.builder.binary(w.random.choice(_INTEGER_OPS), w.number(), w.number(), w.dest(w.numbers))


def compare(w: Writer) -> None:
    w.builder.compare(w.random.choice(_COMPARES), w.number(), w.number(), w.dest(w.flags))


def same(w: Writer) -> None:
    candidates: list[Operand] = [*w.nodes, NullConstant(IRType.REF)]
    other = w.random.choice(candidates)
    w.builder.compare(CompareOp.EQ, w.random.choice(w.nodes), other, w.dest(w.flags))


def narrow(w: Writer) -> None:
    small = w.builder.convert(ConvertOp.TRUNC, w.number(), w.random.choice((IRType.I8, IRType.I16, IRType.I32)))
    op = w.random.choice((ConvertOp.SEXT, ConvertOp.ZEXT))
    w.builder.convert(op, small, IRType.I64, w.dest(w.numbers))


def floating(w: Writer) -> None:
    number = w.builder.convert(ConvertOp.SIGNED_TO_FLOAT, w.number(), IRType.F64)
    halved = w.builder.binary(BinaryOp.FDIV, number, float64(w.random.choice((0.5, 0.0, -3.0))))
    rooted = w.builder.unary(UnaryOp.SQRT, halved)
    w.builder.convert(ConvertOp.FLOAT_TO_SIGNED, rooted, IRType.I64, w.dest(w.numbers))


def move(w: Writer) -> None:
    registers = w.random.choice((w.numbers, w.nodes, w.texts, w.arrays, w.pairs))
    w.builder.move(w.dest(registers), w.random.choice(registers))


def new_node(w: Writer) -> None:
    w.builder.allocate_object(NODE.name, w.dest(w.nodes))


def new_array(w: Writer) -> None:
    w.builder.allocate_array(WORDS.name, integer(IRType.I64, w.random.randint(0, 4)), w.dest(w.arrays))


def load_field(w: Writer) -> None:
    w.builder.load_field(w.random.choice(w.nodes), 16, IRType.I64, w.dest(w.numbers))


def store_field(w: Writer) -> None:
    w.builder.store_field(w.random.choice(w.nodes), 16, w.number())


def link(w: Writer) -> None:
    w.builder.store_field(w.random.choice(w.nodes), 24, w.random.choice(w.nodes))


def follow(w: Writer) -> None:
    found = w.builder.load_field(w.random.choice(w.nodes), 24, IRType.REF)
    present, after = w.builder.new_block("present"), w.builder.new_block("after")
    w.builder.branch(w.builder.compare(CompareOp.NE, found, NullConstant(IRType.REF)), present, after)
    w.builder.position(present)
    w.builder.move(w.dest(w.nodes), found)
    w.builder.fall_into(after)


def load_element(w: Writer) -> None:
    w.builder.load_element(w.random.choice(w.arrays), w.index(), IRType.I64, 8, dest=w.dest(w.numbers))


def store_element(w: Writer) -> None:
    w.builder.store_element(w.random.choice(w.arrays), w.index(), w.number(), 8)


def store_pair(w: Writer) -> None:
    index = w.index()
    pairs = w.random.choice(w.pairs)
    w.builder.store_element(pairs, index, w.random.choice(w.nodes), 24, 0)
    w.builder.store_element(pairs, index, w.number(), 24, 16)


def load_pair(w: Writer) -> None:
    w.builder.load_element(w.random.choice(w.pairs), w.index(), IRType.I64, 24, 16, dest=w.dest(w.numbers))


def length(w: Writer) -> None:
    w.builder.length(w.random.choice((w.arrays, w.texts, w.pairs))[0], w.dest(w.numbers))


def concat(w: Writer) -> None:
    parts = tuple([w.text() for _ in range(w.random.randint(2, 4))])
    w.builder.concat(parts, w.dest(w.texts))


def number_text(w: Writer) -> None:
    w.builder.call_runtime("str_from_i64", (w.number(),), w.dest(w.texts))


def clip(w: Writer) -> None:
    w.builder.call_runtime("str_slice", (w.text(), integer(IRType.I64, 0), w.index()), w.dest(w.texts))


def equal(w: Writer) -> None:
    w.builder.call_runtime("str_eq", (w.text(), w.text()), w.dest(w.numbers))


def write(w: Writer) -> None:
    w.builder.call_runtime("stdout_write", (w.text(),))


def collect(w: Writer) -> None:
    w.builder.call_runtime("gc_collect", ())


def given(w: Writer) -> tuple[Operand, ...]:
    less = w.builder.binary(BinaryOp.SDIV, w.fuel, integer(IRType.I64, 3))
    return (less, w.number(), w.random.choice(w.nodes), w.random.choice(w.arrays))


def call(w: Writer) -> None:
    arguments = given(w)
    w.builder.call(w.random.choice(NAMES), arguments, (IRType.I64,), (w.dest(w.numbers),))


def call_closure(w: Writer) -> None:
    signature = Signature((IRType.REF, *PARAMETERS), (IRType.I64,))
    arguments = given(w)
    w.builder.call_closure(ClosureConstant(CLOSED), arguments, signature, (w.dest(w.numbers),))


OPERATIONS: tuple[Callable[[Writer], None], ...] = (
    binary,
    compare,
    same,
    narrow,
    floating,
    move,
    new_node,
    new_array,
    load_field,
    store_field,
    link,
    follow,
    load_element,
    store_element,
    store_pair,
    load_pair,
    length,
    concat,
    number_text,
    clip,
    equal,
    write,
    collect,
    call,
    call_closure,
)
