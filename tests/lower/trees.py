"""Typed programs made by hand, for tests of lowering that want one construct and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from beskid.analysis import typed
from beskid.analysis.model.symbols import (
    EnumSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    ParameterSymbol,
    StructSymbol,
    TypeParameterSymbol,
    VariantSymbol,
)
from beskid.analysis.model.types import (
    BOOL,
    I64,
    NEVER,
    STRING,
    UNIT,
    EnumType,
    StructType,
    Type,
    TypeParameterType,
)
from beskid.ir.model import Module
from beskid.ir.verify import verify
from beskid.lower.program import LowerOptions, lower_program
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import NO_SPAN, SourceText
from beskid.syntax import tree

SOURCE = SourceText("test.bd", "a\nb\nc\n")
MODULE = ModuleSymbol("Test", ("Main",), None, SOURCE, None)

_UNIT_SYNTAX = tree.ErrorType(0, NO_SPAN)
_NAME = tree.Name(0, NO_SPAN, "made")


class Program:
    """Symbols and bodies of one program."""

    def __init__(self) -> None:
        self.bodies: dict[FunctionSymbol, typed.TypedFunction] = {}

    def function(
        self,
        name: str,
        parameters: Sequence[LocalSymbol],
        result: Type,
        type_parameters: tuple[TypeParameterSymbol, ...] = (),
        receiver: Type | None = None,
    ) -> FunctionSymbol:
        """A function without a body yet; for a method the first parameter is the receiver."""
        item = tree.FunctionItem(0, NO_SPAN, (), True, _UNIT_SYNTAX, _NAME, (), (), None, None, None)
        symbol = FunctionSymbol(name, MODULE, SOURCE, NO_SPAN, True, item)
        symbol.receiver = receiver
        symbol.type_parameters = type_parameters
        own = parameters[1:] if receiver is not None else parameters
        symbol.parameters = tuple([ParameterSymbol(local.name, local.type, "", NO_SPAN) for local in own])
        symbol.result = result
        self.body(symbol, parameters, [])
        return symbol

    def body(
        self, symbol: FunctionSymbol, parameters: Sequence[LocalSymbol], statements: Sequence[typed.Statement]
    ) -> FunctionSymbol:
        self.bodies[symbol] = typed.TypedFunction(symbol, tuple(parameters), block(*statements))
        return symbol

    def lower(self, entry: FunctionSymbol, print_result: bool = False) -> Module:
        """The verified module of the program."""
        module = lowered(self.whole(entry), LowerOptions(print_result=print_result))
        problems = verify(module)
        assert problems == [], "\n".join(problems)
        return module

    def refusals(self, entry: FunctionSymbol) -> list[Diagnostic]:
        """The diagnostics of a program that cannot be lowered."""
        diagnostics: list[Diagnostic] = []
        assert lower_program(self.whole(entry), LowerOptions(), diagnostics) is None
        return diagnostics

    def whole(self, entry: FunctionSymbol) -> typed.TypedProgram:
        return typed.TypedProgram(entry, (), self.bodies.__getitem__)


def lowered(program: typed.TypedProgram, options: LowerOptions | None = None) -> Module:
    """The module of a program that can be lowered."""
    diagnostics: list[Diagnostic] = []
    module = lower_program(program, options if options is not None else LowerOptions(), diagnostics)
    assert diagnostics == []
    assert module is not None
    return module


def main_of(*statements: typed.Statement, result: Type = I64) -> Module:
    """A program whose main is these statements."""
    program = Program()
    symbol = program.function("main", [], result)
    program.body(symbol, [], statements)
    return program.lower(symbol)


# Symbols ------------------------------------------------------------------------------------------------------------


def type_parameter(name: str, index: int = 0) -> TypeParameterSymbol:
    return TypeParameterSymbol(name, MODULE, SOURCE, NO_SPAN, index)


def enum(
    name: str, variants: dict[str, tuple[Type, ...]], parameters: tuple[TypeParameterSymbol, ...] = ()
) -> EnumSymbol:
    item = tree.EnumItem(0, NO_SPAN, (), True, _NAME, (), (), None)
    symbol = EnumSymbol(name, MODULE, SOURCE, NO_SPAN, item)
    symbol.type_parameters = parameters
    add_variants(symbol, variants)
    return symbol


def add_variants(symbol: EnumSymbol, variants: dict[str, tuple[Type, ...]]) -> None:
    for variant_name, payload in variants.items():
        variant = VariantSymbol(variant_name, len(symbol.variants), NO_SPAN)
        variant.fields = tuple([(f"p{index}", type) for index, type in enumerate(payload)])
        symbol.variants[variant_name] = variant


def option_of(element: Type) -> EnumType:
    """`Option<element>` of a fresh generic enum is never equal to another; `OPTION` is the shared one."""
    return EnumType(OPTION, (element,))


def result_of(ok: Type, error: Type) -> EnumType:
    return EnumType(RESULT, (ok, error))


def struct(name: str, fields: dict[str, Type], parameters: tuple[TypeParameterSymbol, ...] = ()) -> StructSymbol:
    item = tree.TypeItem(0, NO_SPAN, (), True, _NAME, (), (), (), (), None)
    symbol = StructSymbol(name, MODULE, SOURCE, NO_SPAN, item)
    symbol.type_parameters = parameters
    for field, type in fields.items():
        symbol.fields[field] = FieldSymbol(field, type, len(symbol.fields), True, NO_SPAN)
    return symbol


_T = type_parameter("T")
_E = type_parameter("E", 1)
OPTION = enum("Option", {"Some": (TypeParameterType(_T),), "None": ()}, (_T,))
RESULT = enum("Result", {"Ok": (TypeParameterType(_T),), "Error": (TypeParameterType(_E),)}, (_T, _E))


def local(name: str, type: Type, assigned: bool = False) -> LocalSymbol:
    symbol = LocalSymbol(name, type, assigned, NO_SPAN)
    symbol.is_assigned = assigned
    return symbol


# Trees --------------------------------------------------------------------------------------------------------------


def block(*statements: typed.Statement) -> typed.Block:
    return typed.Block(NO_SPAN, tuple(statements))


def integer(value: int, type: Type = I64) -> typed.Expression:
    return typed.IntegerValue(NO_SPAN, type, value)


def boolean(value: bool) -> typed.Expression:
    return typed.BoolValue(NO_SPAN, BOOL, value)


def string(value: str) -> typed.Expression:
    return typed.StringValue(NO_SPAN, STRING, value)


def read(symbol: LocalSymbol) -> typed.Expression:
    return typed.LocalRead(NO_SPAN, symbol.type, symbol)


def binary(
    operator: str, left: typed.Expression, right: typed.Expression, type: Type | None = None
) -> typed.Expression:
    comparing = operator in ("==", "!=", "<", "<=", ">", ">=", "===", "!==")
    return typed.Binary(NO_SPAN, type or (BOOL if comparing else left.type), operator, left, right)


def call(
    function: FunctionSymbol, *arguments: typed.Expression, types: tuple[Type, ...] = (), type: Type | None = None
) -> typed.Expression:
    return typed.Call(NO_SPAN, type if type is not None else function.result, function, types, arguments)


def builtin(name: str, type: Type, *arguments: typed.Expression) -> typed.Expression:
    return typed.BuiltinCall(NO_SPAN, type, name, arguments)


def panic(message: str) -> typed.Expression:
    return builtin("__panic_str", NEVER, string(message))


def intrinsic(name: str, type: Type, *arguments: typed.Expression, types: tuple[Type, ...] = ()) -> typed.Expression:
    return typed.IntrinsicCall(NO_SPAN, type, name, types, arguments)


def write(text: typed.Expression) -> typed.Statement:
    return typed.Evaluate(NO_SPAN, builtin("__stdout_write", I64, text))


def stringify(value: typed.Expression) -> typed.Expression:
    return typed.Stringify(NO_SPAN, STRING, value)


def new_enum(type: EnumType, variant: str, *arguments: typed.Expression) -> typed.Expression:
    return typed.EnumNew(NO_SPAN, type, type.symbol.variants[variant], arguments)


def new_struct(type: StructType, **fields: typed.Expression) -> typed.Expression:
    pairs = tuple([(type.symbol.fields[name], value) for name, value in fields.items()])
    return typed.StructNew(NO_SPAN, type, pairs)


def let(symbol: LocalSymbol, value: typed.Expression) -> typed.Statement:
    return typed.Let(NO_SPAN, symbol, value)


def returns(value: typed.Expression | None = None) -> typed.Statement:
    return typed.Return(NO_SPAN, value)


def assign(symbol: LocalSymbol, value: typed.Expression, operator: str = "") -> typed.Expression:
    place = typed.LocalPlace(NO_SPAN, symbol.type, symbol)
    return typed.Assign(NO_SPAN, symbol.type, place, operator, value)


def evaluate(expression: typed.Expression) -> typed.Statement:
    return typed.Evaluate(NO_SPAN, expression)


def variant_pattern(type: EnumType, name: str, *fields: typed.Pattern) -> typed.Pattern:
    return typed.VariantPattern(NO_SPAN, type, type.symbol.variants[name], fields)


def binding(symbol: LocalSymbol) -> typed.Pattern:
    return typed.BindingPattern(NO_SPAN, symbol.type, symbol)


def wildcard(type: Type) -> typed.Pattern:
    return typed.WildcardPattern(NO_SPAN, type)


def literal(value: int | float | bool | str, type: Type) -> typed.Pattern:
    return typed.LiteralPattern(NO_SPAN, type, value)


def arm(pattern: typed.Pattern, body: typed.Expression, guard: typed.Expression | None = None) -> typed.MatchArm:
    return typed.MatchArm(NO_SPAN, pattern, guard, body)


def match(scrutinee: typed.Expression, type: Type, *arms: typed.MatchArm) -> typed.Expression:
    return typed.Match(NO_SPAN, type, scrutinee, arms)


UNIT_VALUE = typed.UnitValue(NO_SPAN, UNIT)


def refuse(type: EnumType) -> None:
    raise AssertionError(f"{type!r} grows without end")


def refuse_large(type: StructType, words: int) -> NoReturn:
    raise AssertionError(f"{type!r} has {words} words")
