"""Reading and writing types as JSON: the functions for a type, and the bodies of those that are derived.

A derived function writes or reads the fields of a struct, or the cases of an enum, by calls of the private functions of
`Core.Json.JsonWriter` and `Core.Json.JsonDecoder`; `Core.Json.Json` documents the form. What a field needs depends on
its type, which may be a type parameter: `__json_write` and `__json_read` find the function when they are lowered.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.relations import option_variants, payload_types
from beskid.analysis.model.symbols import (
    EnumSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ParameterSymbol,
    StructSymbol,
    VariantSymbol,
)
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    STRING,
    UNIT,
    ArrayType,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    TypeParameterType,
)
from beskid.analysis.model.world import World
from beskid.analysis.names.conformance import reads
from beskid.analysis.names.json import (
    DECODER_MODULE,
    WRITE_JSON,
    WRITER_MODULE,
    container,
    is_json_value,
    own_reader,
    reader_name,
)
from beskid.analysis.names.library import library_function
from beskid.analysis.types.json_declarations import member_names
from beskid.source.text import Span

Instance: TypeAlias = tuple[FunctionSymbol, tuple[Type, ...]]
Declared: TypeAlias = StructSymbol | EnumSymbol


class JsonFunctions:
    """The functions that write and read values, by type. Derived ones are made once for each declaration."""

    __slots__ = ("_derived", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self._derived: dict[tuple[str, Declared], FunctionSymbol] = {}

    def writing(self, type: Type) -> Instance:
        """Return the function that takes a value of a concrete type and a `JsonWriter`, with its type arguments.

        Structs have the method `WriteJson`, and enums may have it.
        """
        library = self._of_library(type, "write", WRITER_MODULE)
        if library is not None:
            return library
        assert isinstance(type, EnumType)
        return self._made(WRITE_JSON, type.symbol), type.arguments

    def reading(self, type: Type) -> Instance:
        """Return the function that takes a `JsonDecoder` and returns an `Option` of a concrete type, with its type
        arguments.
        """
        library = self._of_library(type, "read", DECODER_MODULE)
        if library is not None:
            return library
        assert isinstance(type, StructType | EnumType)
        return self._made(reader_name(type.symbol), type.symbol), type.arguments

    def _of_library(self, type: Type, operation: str, path: tuple[str, ...]) -> Instance | None:
        name = container(type)
        if name is not None:
            assert isinstance(type, StructType | EnumType)
            return library_function(self.world, path, operation + name), type.arguments[-1:]
        if isinstance(type, ArrayType):
            return library_function(self.world, path, operation + "Array"), (type.element,)
        if is_json_value(type):
            return library_function(self.world, path, operation + "Value"), ()
        if not isinstance(type, PrimitiveType):
            return None
        if type is BOOL or type is CHAR or type is STRING or operation == "read":
            return library_function(self.world, path, f"{operation}{type.name[0].upper()}{type.name[1:]}"), ()
        return library_function(self.world, path, operation + ("Float" if type.is_float else "Integer")), (type,)

    def _made(self, name: str, symbol: Declared) -> FunctionSymbol:
        known = self._derived.get((name, symbol))
        if known is not None:
            return known
        assert symbol.module is not None
        arguments = tuple([TypeParameterType(parameter) for parameter in symbol.type_parameters])
        itself: Type
        itself = StructType(symbol, arguments) if isinstance(symbol, StructSymbol) else EnumType(symbol, arguments)
        # The other types are those of a function of the library.
        path, other = (WRITER_MODULE, "writeBool") if name == WRITE_JSON else (DECODER_MODULE, "readBool")
        pattern = library_function(self.world, path, other)
        # The dot keeps it apart from what a program declares.
        made = FunctionSymbol(
            name if name == WRITE_JSON else f"{symbol.name}.FromJson",
            symbol.module,
            symbol.source,
            symbol.name_span,
            False,
            pattern.tree,
        )
        made.is_derived = True
        if name == WRITE_JSON:
            made.receiver = itself
            made.owner_parameters = symbol.type_parameters
            made.parameters = (ParameterSymbol("writer", pattern.parameters[1].type, "", symbol.name_span),)
            made.result = pattern.result
        else:
            made.type_parameters = symbol.type_parameters
            made.parameters = (ParameterSymbol("decoder", pattern.parameters[0].type, "", symbol.name_span),)
            assert isinstance(pattern.result, EnumType)
            made.result = EnumType(pattern.result.symbol, (itself,))
        self._derived[name, symbol] = made
        return made


def json_body(world: World, symbol: FunctionSymbol) -> typed.TypedFunction:
    """Return the typed body of a derived function: `WriteJson`, or one that reads."""
    maker = _Maker(world, symbol.name_span)
    if symbol.receiver is not None:
        return maker.writing(symbol, symbol.receiver)
    assert isinstance(symbol.result, EnumType)
    return maker.reading(symbol, symbol.result)


class _Maker:
    """Makes the trees of one body, all of them at the name of the type."""

    __slots__ = ("span", "world")

    def __init__(self, world: World, span: Span) -> None:
        self.world = world
        self.span = span

    def local(self, name: str, type: Type, is_mut: bool = False, is_parameter: bool = False) -> LocalSymbol:
        made = LocalSymbol(name, type, is_mut, self.span, is_parameter)
        made.is_assigned = is_mut
        return made

    def read(self, local: LocalSymbol) -> typed.Expression:
        return typed.LocalRead(self.span, local.type, local)

    def text(self, value: str) -> typed.Expression:
        return typed.StringValue(self.span, STRING, value)

    def boolean(self, value: bool) -> typed.Expression:
        return typed.BoolValue(self.span, BOOL, value)

    def call(
        self, path: tuple[str, ...], name: str, arguments: tuple[typed.Expression, ...], types: tuple[Type, ...] = ()
    ) -> typed.Expression:
        function = library_function(self.world, path, name)
        result = types[0] if isinstance(function.result, TypeParameterType) else function.result
        return typed.Call(self.span, result, function, types, arguments)

    def evaluate(self, expression: typed.Expression) -> typed.Statement:
        return typed.Evaluate(self.span, expression)

    def block(self, *statements: typed.Statement) -> typed.Block:
        return typed.Block(self.span, statements)

    # Writing

    def writing(self, symbol: FunctionSymbol, whole: Type) -> typed.TypedFunction:
        this = self.local("this", whole)
        writer = self.local("writer", symbol.parameters[0].type, is_parameter=True)
        if isinstance(whole, StructType):
            fields: list[tuple[str, typed.Expression]] = [
                (name, typed.FieldRead(self.span, field.type, self.read(this), field))
                for name, field in zip(
                    member_names(self.world, whole.symbol), whole.symbol.fields.values(), strict=True
                )
            ]
            statements = self._write_members(writer, fields)
        else:
            assert isinstance(whole, EnumType)
            arms = tuple([self._case(writer, whole, variant) for variant in whole.symbol.variants.values()])
            statements = [self.evaluate(typed.Match(self.span, UNIT, self.read(this), arms))]
        statements.append(typed.Return(self.span, self.read(writer)))
        return typed.TypedFunction(symbol, (this, writer), self.block(*statements))

    def _write_members(self, writer: LocalSymbol, fields: list[tuple[str, typed.Expression]]) -> list[typed.Statement]:
        statements = [self._write(writer, "BeginObject")]
        for name, value in fields:
            statements.append(self._write(writer, "Name", self.text(name)))
            kind = writer.type
            written = typed.IntrinsicCall(
                self.span, kind, "__json_write", (value.type, kind, kind), (value, self.read(writer))
            )
            statements.append(self.evaluate(written))
        statements.append(self._write(writer, "EndObject"))
        return statements

    def _write(self, writer: LocalSymbol, name: str, *arguments: typed.Expression) -> typed.Statement:
        return self.evaluate(self.call(WRITER_MODULE, name, (self.read(writer), *arguments)))

    def _case(self, writer: LocalSymbol, whole: EnumType, variant: VariantSymbol) -> typed.MatchArm:
        if not variant.fields:
            statements = [self._write(writer, "Text", self.text(variant.name))]
            return self._arm(whole, variant, (), statements)
        locals = [
            self.local(name, type)
            for (name, _), type in zip(variant.fields, payload_types(whole, variant), strict=True)
        ]
        inner = self._write_members(writer, [(local.name, self.read(local)) for local in locals])
        statements = [
            self._write(writer, "BeginObject"),
            self._write(writer, "Name", self.text(variant.name)),
            *inner,
            self._write(writer, "EndObject"),
        ]
        patterns = tuple([typed.BindingPattern(self.span, local.type, local) for local in locals])
        return self._arm(whole, variant, patterns, statements)

    def _arm(
        self,
        whole: EnumType,
        variant: VariantSymbol,
        fields: tuple[typed.Pattern, ...],
        statements: list[typed.Statement],
    ) -> typed.MatchArm:
        pattern = typed.VariantPattern(self.span, whole, variant, fields)
        body = typed.BlockValue(self.span, UNIT, self.block(*statements), None)
        return typed.MatchArm(self.span, pattern, None, body)

    # Reading

    def reading(self, symbol: FunctionSymbol, result: EnumType) -> typed.TypedFunction:
        decoder = self.local("decoder", symbol.parameters[0].type, is_parameter=True)
        (whole,) = result.arguments
        assert isinstance(whole, StructType | EnumType)
        own = own_reader(whole.symbol)
        if own is not None and reads(self.world, own, whole.symbol):
            called = typed.Call(self.span, own.result, own, whole.arguments, (self.read(decoder),))
            function = library_function(self.world, DECODER_MODULE, "adopted")
            adopted = typed.Call(self.span, result, function, (whole,), (self.read(decoder), called))
            statements: list[typed.Statement] = [typed.Return(self.span, adopted)]
        elif isinstance(whole, StructType):
            statements = self._read_struct(decoder, whole, result)
        else:
            statements = self._read_enum(decoder, whole, result)
        return typed.TypedFunction(symbol, (decoder,), self.block(*statements))

    def _read_struct(self, decoder: LocalSymbol, whole: StructType, result: EnumType) -> list[typed.Statement]:
        fields: list[FieldSymbol] = list(whole.symbol.fields.values())
        members = [
            (name, field.type) for name, field in zip(member_names(self.world, whole.symbol), fields, strict=True)
        ]
        statements, values = self._read_members(decoder, members, result)
        made = typed.StructNew(self.span, whole, tuple(zip(fields, values, strict=True)))
        return [*statements, self._return_some(made, result)]

    def _read_enum(self, decoder: LocalSymbol, whole: EnumType, result: EnumType) -> list[typed.Statement]:
        statements = [self._require(self.call(DECODER_MODULE, "beginCase", (self.read(decoder),)), result)]
        for variant in whole.symbol.variants.values():
            types = payload_types(whole, variant)
            wanted = (self.read(decoder), self.text(variant.name), self.boolean(bool(types)))
            inner: list[typed.Statement] = []
            values: list[typed.Expression] = []
            if types:
                parts = [(name, type) for (name, _), type in zip(variant.fields, types, strict=True)]
                inner, values = self._read_members(decoder, parts, result)
                inner.append(self._require(self.call(DECODER_MODULE, "endCase", (self.read(decoder),)), result))
            made = typed.EnumNew(self.span, whole, variant, tuple(values))
            then = self.block(*inner, self._return_some(made, result))
            statements.append(typed.If(self.span, self.call(DECODER_MODULE, "isCase", wanted), then, None))
        statements.append(self.evaluate(self.call(DECODER_MODULE, "unknownCase", (self.read(decoder),))))
        return [*statements, self._return_none(result)]

    def _read_members(
        self, decoder: LocalSymbol, fields: list[tuple[str, Type]], result: EnumType
    ) -> tuple[list[typed.Statement], list[typed.Expression]]:
        """Return what reads an object or returns, and the values of its fields."""
        statements: list[typed.Statement] = []
        locals: list[LocalSymbol] = []
        for name, type in fields:
            option = EnumType(result.symbol, (type,))
            local = self.local(name, option, is_mut=True)
            locals.append(local)
            absent = typed.IntrinsicCall(self.span, option, "__json_absent", (type, option), ())
            statements.append(typed.Let(self.span, local, absent))
        statements.append(self._require(self.call(DECODER_MODULE, "beginObject", (self.read(decoder),)), result))
        name_local = self.local("name", STRING)
        chosen = self.block(self.evaluate(self.call(DECODER_MODULE, "unknownMember", (self.read(decoder),))))
        for (name, type), local in zip(reversed(fields), reversed(locals), strict=True):
            same = typed.Binary(self.span, BOOL, "==", self.read(name_local), self.text(name))
            value = typed.IntrinsicCall(
                self.span,
                local.type,
                "__json_read",
                (type, decoder.type, local.type),
                (self.read(decoder),),
            )
            place = typed.LocalPlace(self.span, local.type, local)
            store = self.evaluate(typed.Assign(self.span, local.type, place, "", value))
            chosen = self.block(typed.If(self.span, same, self.block(store), chosen))
        named = typed.Let(self.span, name_local, self.call(DECODER_MODULE, "memberName", (self.read(decoder),)))
        more = self.call(DECODER_MODULE, "nextMember", (self.read(decoder),))
        statements.append(typed.While(self.span, more, self.block(named, *chosen.statements)))
        statements.append(self._require(self.call(DECODER_MODULE, "ended", (self.read(decoder),)), result))
        values: list[typed.Expression] = []
        for (name, type), local in zip(fields, locals, strict=True):
            given = (self.read(decoder), self.read(local), self.text(name))
            statements.append(self._require(self.call(DECODER_MODULE, "isComplete", given, (type,)), result))
            values.append(self.call(DECODER_MODULE, "taken", (self.read(local),), (type,)))
        return statements, values

    def _require(self, condition: typed.Expression, result: EnumType) -> typed.Statement:
        failed = typed.Unary(self.span, BOOL, "!", condition)
        return typed.If(self.span, failed, self.block(self._return_none(result)), None)

    def _return_none(self, result: EnumType) -> typed.Statement:
        return typed.Return(self.span, typed.EnumNew(self.span, result, _option(result)[1], ()))

    def _return_some(self, value: typed.Expression, result: EnumType) -> typed.Statement:
        return typed.Return(self.span, typed.EnumNew(self.span, result, _option(result)[0], (value,)))


def _option(type: EnumType) -> tuple[VariantSymbol, VariantSymbol]:
    variants = option_variants(type.symbol)
    if variants is None:
        raise AssertionError(f"{type!r} has other variants")
    return variants


def absent_value(span: Span, type: Type, option: EnumType) -> typed.Expression:
    """Return what a field of a concrete type has if the member is missing: `None` of its own, or nothing."""
    some, none = _option(option)
    if container(type) != "Option":
        return typed.EnumNew(span, option, none, ())
    assert isinstance(type, EnumType)
    return typed.EnumNew(span, option, some, (typed.EnumNew(span, type, none, ()),))
