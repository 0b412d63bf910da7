"""The text form of IR: reading. The form is described in `ir/text.py`.

`read_module` takes text and gives a module; text that does not follow the form raises `ReadError` with the line. It
must not check what the verifier checks: an ill-typed operation reads well.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import TypeAlias

from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    BinaryOp,
    Block,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ClosureConstant,
    Compare,
    CompareOp,
    ConcatStrings,
    Convert,
    ConvertOp,
    Descriptor,
    ExternImport,
    FloatConstant,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadTable,
    Location,
    MethodTable,
    Module,
    Move,
    NullConstant,
    Operand,
    Passing,
    Register,
    Return,
    Signature,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    StringConstant,
    Switch,
    TableAddress,
    Terminator,
    Unary,
    UnaryOp,
    Unreachable,
)

Operation: TypeAlias = Instruction | Terminator

_TOKEN = re.compile(
    r"""\s*(?:("(?:[^"\\]|\\x[0-9a-f]{2})*")            # a quoted text
      |(%\d+)                                            # a register
      |(-?\d+\.\d+(?:e[+-]?\d+)?|-?\d+e[+-]?\d+)         # a decimal fraction
      |(0x[0-9a-f]+|-?\d+)                               # an integer
      |([A-Za-z_][A-Za-z0-9_.]*)                         # a word
      |(->|[@(){}\[\],:=+!<]))""",
    re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")

_TYPES: dict[str, IRType] = {type.value: type for type in IRType}
_BINARIES: dict[str, BinaryOp] = {op.value: op for op in BinaryOp}
_TERMINATORS = (Jump, Branch, Switch, Return, Unreachable)


class ReadError(Exception):
    """Text that does not follow the form; the message names the line."""


def read_module(text: str) -> Module:
    """The module that the text stands for."""
    return _Reader(text).module()


class _Reader:
    """Reads line by line; `tokens` are those of the current line, `position` the next of them."""

    __slots__ = ("blocks", "function", "line_number", "lines", "position", "tokens")

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.line_number = 0
        self.tokens: list[str] = []
        self.position = 0
        self.function: Function = Function("", Location("", "", 0, 0), ())
        self.blocks: dict[str, Block] = {}

    # Lines and tokens -------------------------------------------------------------------------------------------

    def _next_line(self) -> bool:
        """Go to the next line that is not empty; False at the end."""
        while self.line_number < len(self.lines):
            line = self.lines[self.line_number]
            self.line_number += 1
            if line.strip():
                self.tokens = self._tokenize(line.rstrip())
                self.position = 0
                return True
        return False

    def _tokenize(self, line: str) -> list[str]:
        tokens: list[str] = []
        position = 0
        while position < len(line):
            match = _TOKEN.match(line, position)
            if match is None:
                raise self._error(f"cannot read {line[position:].strip()!r}")
            tokens.append(match.group().strip())
            position = match.end()
        return tokens

    def _error(self, message: str) -> ReadError:
        return ReadError(f"line {self.line_number}: {message}")

    def _peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def _take(self) -> str:
        if self.position >= len(self.tokens):
            raise self._error("ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def _accept(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self.position += 1
        return True

    def _expect(self, token: str) -> None:
        found = self._take()
        if found != token:
            raise self._error(f"expected {token!r}, found {found!r}")

    def _integer(self) -> int:
        token = self._take()
        try:
            return int(token, 0)
        except ValueError:
            raise self._error(f"expected an integer, found {token!r}") from None

    def _bytes(self) -> bytes:
        token = self._take()
        if not token.startswith('"'):
            raise self._error(f"expected a quoted text, found {token!r}")
        return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), token[1:-1].encode("ascii"))

    def _text(self) -> str:
        return self._bytes().decode("utf-8", "surrogatepass")

    def _name(self) -> str:
        return self._text() if self._peek().startswith('"') else self._take()

    def _symbol(self) -> str:
        self._expect("@")
        return self._name()

    def _type(self) -> IRType:
        token = self._take()
        if token not in _TYPES:
            raise self._error(f"{token!r} is no type")
        return _TYPES[token]

    def _types(self) -> tuple[IRType, ...]:
        self._expect("(")
        types: list[IRType] = []
        while not self._accept(")"):
            types.append(self._type())
            if self._peek() != ")":
                self._expect(",")
        return tuple(types)

    def _signature(self) -> Signature:
        parameters = self._types()
        self._expect("->")
        return Signature(parameters, self._types())

    # Modules and functions --------------------------------------------------------------------------------------

    def module(self) -> Module:
        if not self._next_line():
            raise self._error("there is no module")
        self._expect("module")
        module = Module(self._text())
        while self._next_line():
            match self._take():
                case "entry":
                    module.entry = self._symbol()
                case "descriptor":
                    descriptor = self._descriptor()
                    module.descriptors[descriptor.name] = descriptor
                case "table":
                    table = self._table()
                    module.tables[table.name] = table
                case "extern":
                    symbol = self._text()
                    self._expect("library")
                    library, signature = self._text(), self._signature()
                    module.externs[symbol] = ExternImport(symbol, library, signature, self._unsigned())
                case "function":
                    function = self._function_header()
                    self._function_body()
                    module.functions[function.name] = function
                case other:
                    raise self._error(f"{other!r} starts no part of a module")
        return module

    def _descriptor(self) -> Descriptor:
        name = self._text()
        self._expect("size")
        size = self._integer()
        self._expect("align")
        align = self._integer()
        self._expect("references")
        self._expect("[")
        offsets: list[int] = []
        while not self._accept("]"):
            offsets.append(self._integer())
            self._accept(",")
        self._expect("display")
        display = self._text()
        return Descriptor(name, size, align, tuple(offsets), display, self._accept("bound_method"))

    def _table(self) -> MethodTable:
        name = self._text()
        functions: list[str] = []
        links: list[str] = []
        self._expect("functions")
        self._expect("[")
        while not self._accept("]"):
            functions.append(self._symbol())
            self._accept(",")
        self._expect("tables")
        self._expect("[")
        while not self._accept("]"):
            links.append(self._text())
            self._accept(",")
        self._expect("display")
        return MethodTable(name, tuple(functions), tuple(links), self._text())

    def _function_header(self) -> Function:
        name = self._symbol()
        function = Function(name, Location("", "", 0, 0), ())
        self.function = function
        self.blocks = {}
        self._expect("(")
        while not self._accept(")"):
            function.parameters.append(self._declaration())
            if self._peek() != ")":
                self._expect(",")
        self._expect("->")
        function.results = self._types()
        function.exported = self._accept("exported")
        function.is_callback = self._accept("callback")
        function.unsigned_result = self._accept("unsigned")
        function.inline_never = self._accept("inline_never")
        if self._accept("slots"):
            function.slots = self._integer()
        self._expect("at")
        function.location = self._location()
        self._expect("{")
        return function

    def _declaration(self) -> Register:
        token = self._take()
        if token != f"%{len(self.function.registers)}":
            raise self._error(f"expected register %{len(self.function.registers)}, found {token!r}")
        type = self._type()
        return self.function.new_register(type, self._text() if self._peek().startswith('"') else "")

    def _function_body(self) -> None:
        current: Block | None = None
        while self._next_line():
            if self._accept("}"):
                self._require_blocks()
                return
            if current is None and self.tokens[-1] != ":" and self._accept("registers"):
                self._declaration()
                while self._accept(","):
                    self._declaration()
            elif self.tokens[-1] == ":" and len(self.tokens) == 2:
                current = self._block()
                if current in self.function.blocks:
                    raise self._error(f"the block {current.label} stands twice")
                self.function.blocks.append(current)
            elif current is None:
                raise self._error("an operation before the first block")
            else:
                self._add(current, self._operation())
        raise self._error("the function does not end")

    def _require_blocks(self) -> None:
        for label, block in self.blocks.items():
            if block not in self.function.blocks:
                raise self._error(f"there is no block {label}")

    def _add(self, block: Block, operation: Operation) -> None:
        if self.position != len(self.tokens):
            raise self._error(f"unexpected {self._peek()!r}")
        if block.terminator is not None:
            raise self._error(f"the block {block.label} has ended")
        if isinstance(operation, _TERMINATORS):
            block.terminator = operation
        else:
            block.instructions.append(operation)

    def _block(self) -> Block:
        label = self._name()
        if label not in self.blocks:
            self.blocks[label] = Block(label)
        return self.blocks[label]

    def _location(self) -> Location:
        function, file = self.function.location.function, self.function.location.file
        if self._peek().startswith('"'):
            function, file = self._text(), self._text()
        line = self._integer()
        self._expect(":")
        column = self._integer()
        return Location(function, file, line, column, self._location() if self._accept("<") else None)

    # Operations -------------------------------------------------------------------------------------------------

    def _operation(self) -> Operation:
        location = self._trailing_location()
        dests: list[Register] = []
        if self._peek().startswith("%"):
            dests.append(self._register())
            while self._accept(","):
                dests.append(self._register())
            self._expect("=")
        word = self._take()
        if word in _BINARIES:
            left, right = self._pair()
            return Binary(location, self._one(dests), _BINARIES[word], left, right)
        reader = _READERS.get(word)
        if reader is None:
            raise self._error(f"{word!r} is no operation")
        try:
            return reader(self, location, dests)
        except ValueError:
            raise self._error(f"{word} knows no such operation") from None

    def _trailing_location(self) -> Location | None:
        """Read the location at the end of the line, and take it away."""
        if "!" not in self.tokens:
            return None
        mark = self.tokens.index("!")
        rest = self.tokens[:mark]
        self.position = mark + 1
        location = self._location()
        if self.position != len(self.tokens):
            raise self._error("something stands after the location")
        self.tokens = rest
        self.position = 0
        return location

    def _one(self, dests: list[Register]) -> Register:
        if len(dests) != 1:
            raise self._error("expected one destination")
        return dests[0]

    def _optional(self, dests: list[Register]) -> Register | None:
        if len(dests) > 1:
            raise self._error("expected at most one destination")
        return dests[0] if dests else None

    def _register(self) -> Register:
        token = self._take()
        if not token.startswith("%") or int(token[1:]) >= len(self.function.registers):
            raise self._error(f"there is no register {token}")
        return self.function.registers[int(token[1:])]

    def _operand(self) -> Operand:
        if self._peek().startswith("%"):
            return self._register()
        match self._take():
            case "null":
                return NullConstant(self._type())
            case "string":
                return StringConstant(self._bytes())
            case "closure":
                return ClosureConstant(self._symbol())
            case "address":
                return FunctionAddress(self._symbol())
            case "table":
                return TableAddress(self._text())
            case "f32":
                return FloatConstant(IRType.F32, self._float_bits("<f"))
            case "f64":
                return FloatConstant(IRType.F64, self._float_bits("<d"))
            case word if word in _TYPES:
                return IntConstant(_TYPES[word], self._integer())
            case word:
                raise self._error(f"{word!r} is no operand")

    def _float_bits(self, form: str) -> int:
        if self._accept("bits"):
            return self._integer()
        token = self._take()
        try:
            return int.from_bytes(struct.pack(form, float(token)), "little")
        except (ValueError, OverflowError):
            raise self._error(f"expected a number, found {token!r}") from None

    def _operands(self, end: str) -> tuple[Operand, ...]:
        """Operands up to the closing token, which is read too; with an empty one, up to the end or `live`."""
        operands: list[Operand] = []
        while self._peek() != end and self._peek() not in ("", "live"):
            operands.append(self._operand())
            if not self._accept(","):
                break
        if end:
            self._expect(end)
        return tuple(operands)

    def _pair(self) -> tuple[Operand, Operand]:
        left = self._operand()
        self._expect(",")
        return left, self._operand()

    def _live(self) -> int:
        return self._integer() if self._accept("live") else -1

    def _field(self) -> tuple[Operand, int]:
        object = self._operand()
        self._expect("+")
        return object, self._integer()

    def _indexed(self) -> tuple[Operand, Operand]:
        array = self._operand()
        self._expect("[")
        index = self._operand()
        self._expect("]")
        return array, index

    def _element(self) -> tuple[Operand, Operand, int, int]:
        array, index = self._indexed()
        self._expect("stride")
        stride = self._integer()
        self._expect("+")
        return array, index, stride, self._integer()

    def store_field(self, location: Location | None, dests: list[Register]) -> Operation:
        object, offset = self._field()
        self._expect(",")
        value = self._operand()
        return StoreField(location, object, offset, value, self._accept("initializing"))

    def load_field(self, location: Location | None, dests: list[Register]) -> Operation:
        object, offset = self._field()
        return LoadField(location, self._one(dests), object, offset)

    def load_element(self, location: Location | None, dests: list[Register]) -> Operation:
        array, index, stride, offset = self._element()
        return LoadElement(location, self._one(dests), array, index, stride, offset, self._accept("unchecked"))

    def store_element(self, location: Location | None, dests: list[Register]) -> Operation:
        array, index, stride, offset = self._element()
        self._expect(",")
        value = self._operand()
        return StoreElement(location, array, index, stride, offset, value, self._accept("unchecked"))

    def check_index(self, location: Location | None, dests: list[Register]) -> Operation:
        array, index = self._indexed()
        return CheckIndex(location, array, index)

    def check_divisor(self, location: Location | None, dests: list[Register]) -> Operation:
        dividend, divisor = self._pair()
        return CheckDivisor(location, dividend, divisor, self._accept("signed"))

    def compare(self, location: Location | None, dests: list[Register]) -> Operation:
        op = CompareOp(self._take())
        left, right = self._pair()
        return Compare(location, self._one(dests), op, left, right)

    def allocate_array(self, location: Location | None, dests: list[Register]) -> Operation:
        descriptor = self._text()
        self._expect(",")
        length = self._operand()
        return AllocateArray(location, self._one(dests), descriptor, length, self._live())

    def call(self, location: Location | None, dests: list[Register]) -> Operation:
        callee = self._symbol()
        self._expect("(")
        arguments = self._operands(")")
        return Call(location, tuple(dests), callee, arguments, self._live())

    def call_closure(self, location: Location | None, dests: list[Register]) -> Operation:
        closure = self._operand()
        self._expect("(")
        arguments = self._operands(")")
        self._expect(":")
        signature = self._signature()
        return CallClosure(location, tuple(dests), closure, arguments, signature, self._live())

    def load_table(self, location: Location | None, dests: list[Register]) -> Operation:
        table = self._operand()
        self._expect("+")
        return LoadTable(location, self._one(dests), table, self._integer())

    def call_indirect(self, location: Location | None, dests: list[Register]) -> Operation:
        code = self._operand()
        self._expect("(")
        arguments = self._operands(")")
        self._expect(":")
        signature = self._signature()
        return CallIndirect(location, tuple(dests), code, arguments, signature, self._live())

    def call_runtime(self, location: Location | None, dests: list[Register]) -> Operation:
        function = self._name()
        self._expect("(")
        arguments = self._operands(")")
        return CallRuntime(location, self._optional(dests), function, arguments, self._live())

    def call_extern(self, location: Location | None, dests: list[Register]) -> Operation:
        symbol = self._text()
        self._expect("(")
        arguments = self._operands(")")
        passing = self._passing()
        return CallExtern(location, self._optional(dests), symbol, arguments, self._live(), passing)

    def _passing(self) -> tuple[Passing, ...]:
        return tuple([Passing(word) for word in self._bracketed("passing")])

    def _unsigned(self) -> tuple[int, ...]:
        return tuple([int(word) for word in self._bracketed("unsigned")])

    def _bracketed(self, keyword: str) -> list[str]:
        """The words of an optional `keyword [a, b]`."""
        words: list[str] = []
        if not self._accept(keyword):
            return words
        self._expect("[")
        while not self._accept("]"):
            words.append(self._take())
            if self._peek() != "]":
                self._expect(",")
        return words

    def store_root(self, location: Location | None, dests: list[Register]) -> Operation:
        slot = self._integer()
        self._expect(",")
        return StoreRoot(location, slot, self._operand())

    def store_site(self, location: Location | None, dests: list[Register]) -> Operation:
        if location is None:
            raise self._error("a call site needs a location")
        return StoreSite(location)

    def branch(self, location: Location | None, dests: list[Register]) -> Operation:
        condition = self._operand()
        self._expect(",")
        then = self._block()
        self._expect(",")
        otherwise = self._block()
        likely = True if self._accept("likely") else False if self._accept("unlikely") else None
        return Branch(location, condition, then, otherwise, likely)

    def switch(self, location: Location | None, dests: list[Register]) -> Operation:
        value = self._operand()
        self._expect(",")
        cases: list[tuple[int, Block]] = []
        while not self._accept("default"):
            number = self._integer()
            self._expect(":")
            cases.append((number, self._block()))
            self._expect(",")
        self._expect(":")
        return Switch(location, value, tuple(cases), self._block())


_READERS: dict[str, Callable[[_Reader, Location | None, list[Register]], Operation]] = {
    "move": lambda r, at, dests: Move(at, r._one(dests), r._operand()),
    "compare": _Reader.compare,
    "unary": lambda r, at, dests: Unary(at, r._one(dests), UnaryOp(r._take()), r._operand()),
    "convert": lambda r, at, dests: Convert(at, r._one(dests), ConvertOp(r._take()), r._operand()),
    "load_field": _Reader.load_field,
    "store_field": _Reader.store_field,
    "length": lambda r, at, dests: Length(at, r._one(dests), r._operand()),
    "load_element": _Reader.load_element,
    "store_element": _Reader.store_element,
    "check_index": _Reader.check_index,
    "check_divisor": _Reader.check_divisor,
    "allocate_object": lambda r, at, dests: AllocateObject(at, r._one(dests), r._text(), r._live()),
    "allocate_array": _Reader.allocate_array,
    "concat": lambda r, at, dests: ConcatStrings(at, r._one(dests), r._operands(""), r._live()),
    "call": _Reader.call,
    "call_closure": _Reader.call_closure,
    "load_table": _Reader.load_table,
    "call_indirect": _Reader.call_indirect,
    "call_runtime": _Reader.call_runtime,
    "call_extern": _Reader.call_extern,
    "store_site": _Reader.store_site,
    "store_root": _Reader.store_root,
    "jump": lambda r, at, dests: Jump(at, r._block()),
    "branch": _Reader.branch,
    "switch": _Reader.switch,
    "return": lambda r, at, dests: Return(at, r._operands("")),
    "unreachable": lambda r, at, dests: Unreachable(at),
}
