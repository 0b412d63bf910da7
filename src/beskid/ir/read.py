"""The text form of IR: reading. The form is described in `ir/text.py`.

`read_module` takes text and returns a module. Text that does not follow the form raises `ReadError` with the line. It
must not check what the verifier checks: ill-typed instructions are read without an error.
"""

from __future__ import annotations

import re
import struct
from enum import Enum
from typing import Any, TypeAlias, assert_never

from beskid.ir.forms import INSTRUCTIONS, TERMINATORS, WRITING_ROLES, Field, InstructionForm, Part, Role
from beskid.ir.model import (
    Block,
    ClosureConstant,
    Descriptor,
    ExternImport,
    FloatConstant,
    Function,
    FunctionAddress,
    HostInterface,
    Instruction,
    IntConstant,
    IRType,
    Location,
    MethodTable,
    Module,
    NullConstant,
    Operand,
    Register,
    Signature,
    StringConstant,
    TableAddress,
    Terminator,
    VariantConstant,
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


class ReadError(Exception):
    """Text that does not follow the form; the message contains the line number."""


def read_module(text: str) -> Module:
    """Parse the text of a module."""
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
        """Move to the next line that is not empty. Return False at the end."""
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
            raise self._error("unexpected end of line")
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
            raise self._error(f"unknown type {token!r}")
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
            raise self._error("expected a module")
        self._expect("module")
        module = Module(self._text())
        while self._next_line():
            match self._take():
                case "entry":
                    module.entry = self._symbol()
                case "inlined":
                    module.inlined.update(self._symbols())
                case "host":
                    module.host = self._host()
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
                    raise self._error(f"unknown part of a module: {other!r}")
        return module

    def _host(self) -> HostInterface:
        entries = self._symbols()
        self._expect("descriptors")
        descriptors: list[str] = []
        self._expect("[")
        while not self._accept("]"):
            descriptors.append(self._text())
            self._accept(",")
        self._expect("callbacks")
        callbacks: list[Signature] = []
        self._expect("[")
        while not self._accept("]"):
            callbacks.append(self._signature())
            self._accept(",")
        self._expect("interface")
        return HostInterface(tuple(entries), tuple(descriptors), tuple(callbacks), self._text())

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
        is_bound_method = self._accept("bound_method")
        family = self._text() if self._accept("family") else ""
        return Descriptor(name, size, align, tuple(offsets), display, is_bound_method, family)

    def _symbols(self) -> list[str]:
        names: list[str] = []
        self._expect("[")
        while not self._accept("]"):
            names.append(self._symbol())
            self._accept(",")
        return names

    def _table(self) -> MethodTable:
        name = self._text()
        links: list[str] = []
        self._expect("functions")
        functions = self._symbols()
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
                    raise self._error(f"duplicate block {current.label}")
                self.function.blocks.append(current)
            elif current is None:
                raise self._error("an operation before the first block")
            else:
                self._add(current, self._operation())
        raise self._error("unexpected end of the function")

    def _require_blocks(self) -> None:
        for label, block in self.blocks.items():
            if block not in self.function.blocks:
                raise self._error(f"undefined block {label}")

    def _add(self, block: Block, operation: Operation) -> None:
        if self.position != len(self.tokens):
            raise self._error(f"unexpected {self._peek()!r}")
        if block.terminator is not None:
            raise self._error(f"an operation after the end of block {block.label}")
        if type(operation) in TERMINATORS:
            block.terminator = operation  # type: ignore[assignment]
        else:
            block.instructions.append(operation)  # type: ignore[arg-type]

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
        form = _BY_MNEMONIC.get(self._peek())
        if form is None:
            raise self._error(f"unknown instruction {self._take()!r}")
        values = self._parts(form)
        arguments = [self._argument(field, values, location, dests) for field in form.fields]
        if dests and not form.having(WRITING_ROLES):
            raise self._error("expected no destination")
        operation: Operation = form.kind(*arguments)
        return operation

    def _parts(self, form: InstructionForm) -> dict[str, Any]:
        """Parse the parts of an instruction. Return the values of their fields by name."""
        values: dict[str, Any] = {}
        for index, part in enumerate(form.parts):
            if part.field is None:
                for token in _LITERALS[part.text]:
                    self._expect(token)
            elif part.field.role is Role.READ_LIST:
                rest = form.parts[index + 1 :]
                values[part.field.name] = self._operands(_LITERALS[rest[0].text][0] if rest else "")
            else:
                values[part.field.name] = self._field(part, part.field)
        return values

    def _field(self, part: Part, field: Field) -> Any:
        """Parse a field other than a list of operands."""
        match field.role:
            case Role.READ:
                return self._operand()
            case Role.TARGET:
                return self._block()
            case Role.CASES:
                return self._cases()
            case Role.INTEGER:
                return self._integer()
            case Role.NAME:
                return self._text() if part.is_quoted else self._name()
            case Role.FLAG:
                return self._accept(field.name)
            case Role.HINT:
                return True if self._accept(field.name) else False if self._accept(f"un{field.name}") else None
            case Role.SIGNATURE:
                return self._signature()
            case Role.WORD:
                return self._word(field, self._take())
            case Role.WORD_LIST:
                return tuple([self._word(field, word) for word in self._bracketed(field.name)])
            case Role.LOCATION | Role.SITE | Role.LIVE | Role.WRITE | Role.OPTIONAL_WRITE | Role.WRITE_LIST:
                raise AssertionError(f"{field.name} is not a part of a line")
            case Role.READ_LIST:
                raise AssertionError("a list of operands needs the token after it")
            case role:
                assert_never(role)

    def _word(self, field: Field, word: str) -> Enum:
        assert field.words is not None
        try:
            return field.words(word)
        except ValueError:
            raise self._error(f"unknown {field.name} {word!r}") from None

    def _argument(self, field: Field, values: dict[str, Any], location: Location | None, dests: list[Register]) -> Any:
        """Return the argument of the constructor for a field."""
        match field.role:
            case Role.LOCATION:
                return location
            case Role.SITE:
                if location is None:
                    raise self._error("a call site needs a location")
                return location
            case Role.LIVE:
                return self._integer() if self._accept("live") else -1
            case Role.WRITE:
                return self._one(dests)
            case Role.OPTIONAL_WRITE:
                return self._optional(dests)
            case Role.WRITE_LIST:
                return tuple(dests)
            case _:
                return values[field.name]

    def _trailing_location(self) -> Location | None:
        """Parse the location at the end of the line and remove it."""
        if "!" not in self.tokens:
            return None
        mark = self.tokens.index("!")
        rest = self.tokens[:mark]
        self.position = mark + 1
        location = self._location()
        if self.position != len(self.tokens):
            raise self._error(f"unexpected {self._peek()!r} after the location")
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
            raise self._error(f"undefined register {token}")
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
            case "variant":
                return VariantConstant(self._text(), self._integer())
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
                raise self._error(f"expected an operand, found {word!r}")

    def _float_bits(self, form: str) -> int:
        if self._accept("bits"):
            return self._integer()
        token = self._take()
        try:
            return int.from_bytes(struct.pack(form, float(token)), "little")
        except (ValueError, OverflowError):
            raise self._error(f"expected a number, found {token!r}") from None

    def _operands(self, end: str) -> tuple[Operand, ...]:
        """Parse operands up to the token `end`, which is not consumed; if it is empty, up to the end or `live`."""
        operands: list[Operand] = []
        while self._peek() != end and self._peek() not in ("", "live"):
            operands.append(self._operand())
            if not self._accept(","):
                break
        return tuple(operands)

    def _unsigned(self) -> tuple[int, ...]:
        return tuple([int(word) for word in self._bracketed("unsigned")])

    def _bracketed(self, keyword: str) -> list[str]:
        """Parse an optional `keyword [a, b]`. Return the words."""
        words: list[str] = []
        if not self._accept(keyword):
            return words
        self._expect("[")
        while not self._accept("]"):
            words.append(self._take())
            if self._peek() != "]":
                self._expect(",")
        return words

    def _cases(self) -> tuple[tuple[int, Block], ...]:
        cases: list[tuple[int, Block]] = []
        while self._peek() != "default":
            number = self._integer()
            self._expect(":")
            cases.append((number, self._block()))
            self._expect(",")
        return tuple(cases)


_FORMS = [*INSTRUCTIONS.values(), *TERMINATORS.values()]

_BY_MNEMONIC: dict[str, InstructionForm] = {word: form for form in _FORMS for word in form.mnemonics()}

_LITERALS: dict[str, list[str]] = {
    part.text: [match.group().strip() for match in _TOKEN.finditer(part.text)]
    for form in _FORMS
    for part in form.parts
    if part.field is None
}
"""The tokens of the literal text in the forms."""
