"""What a host sees of a module: its public functions, types and constants, as one JSON text.

Takes the module that a host loads, requests an instance of every function that can be called from outside, and returns
the `HostInterface`. Types are written as the language prints them; registers, offsets and forms are those of `layout`.
Whatever has no counterpart in a host is described as opaque, and generic functions are listed without an entry. A host
reads the text without the front end, so everything that it needs to convert values must be in it.

A function type has an entry that calls any value of it, and a callback: the code of the values that the host makes.
"""

from __future__ import annotations

from typing import Any

from beskid.analysis.model.relations import option_variants, result_variants
from beskid.analysis.model.symbols import (
    ConstSymbol,
    EnumSymbol,
    FunctionSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
)
from beskid.analysis.model.types import (
    ArrayType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    is_value,
    show_type,
    substitute,
)
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.analysis.types.boundary import is_opaque
from beskid.ir.builder import Builder
from beskid.ir.model import Function, HostInterface, IRType, Location, Operand, Signature
from beskid.lower.layout import EnumForm
from beskid.lower.mono import Instances

VERSION = 3
"""Version 3: the table of addresses ends with that of the word that polls read."""

HOST_OBJECT: tuple[tuple[IRType, ...], ...] = ((IRType.REF,),)
"""What a function value of the host captures: an array of `array_foreign`, whose memory is an object of the host."""

Json = dict[str, Any]


COLLECTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Collections.List", "List"): (
        "New", "Count", "At", "Set", "Push", "Insert", "RemoveAt", "Clear", "ToArray", "FromArray",
    ),
    ("Collections.Map", "Map"): ("New", "Count", "Get", "Set", "Remove", "Clear", "Keys", "Values"),
}  # fmt: skip
"""The functions of the core library through which a host uses a collection, by module and type."""

Instance = tuple[FunctionSymbol, tuple[Type, ...]]


def build_interface(instances: Instances, home: ModuleSymbol, wanted: tuple[Instance, ...] = ()) -> HostInterface:
    """Return the interface of the public items of a module and of the wanted instances of its generic functions."""
    return _Interface(instances, home).build(wanted)


class _Interface:
    """The types and functions described so far, and the entries and descriptors by their index."""

    __slots__ = ("_callbacks", "_descriptors", "_entries", "_home", "_instances", "_methods", "_types")

    def __init__(self, instances: Instances, home: ModuleSymbol) -> None:
        self._instances = instances
        self._home = home
        self._entries: dict[str, int] = {}
        self._descriptors: dict[str, int] = {}
        self._callbacks: dict[Signature, int] = {}
        self._types: dict[str, Json] = {}
        self._methods: list[tuple[Json, StructType | EnumType]] = []

    def build(self, wanted: tuple[Instance, ...]) -> HostInterface:
        functions: list[Json] = []
        constants: Json = {}
        public: Json = {}
        for name, member in self._home.members.items():
            if not member.is_pub:
                continue
            match member:
                case FunctionSymbol() if not member.is_test and member.contract is None:
                    functions.append(self._function(member, None))
                case StructSymbol() if not member.type_parameters:
                    public[name] = self._type(StructType(member, ()))
                case EnumSymbol() if not member.type_parameters:
                    public[name] = self._type(EnumType(member, ()))
                case ConstSymbol():
                    constants[name] = [self._type(member.type), _constant(member)]
                case _:
                    # Contracts, attributes and generic types have no values of their own.
                    pass
        made = [self._function(function, None, arguments) for function, arguments in wanted]
        # A method may mention further types.
        done = 0
        while done < len(self._methods):
            record, owner = self._methods[done]
            done += 1
            for method in owner.symbol.methods.values():
                if method.is_pub and not method.type_parameters:
                    record["methods"].append(self._function(method, owner))
        documented = self._home.documentation
        own = documented.module if documented is not None else None
        described = {
            "v": VERSION,
            "module": self._home.name,
            "doc": "" if own is None else own.text(),
            "functions": functions,
            "instances": made,
            "public": public,
            "types": self._types,
            "constants": constants,
        }
        import json

        text = json.dumps(described, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return HostInterface(tuple(self._entries), tuple(self._descriptors), tuple(self._callbacks), text)

    # Functions ------------------------------------------------------------------------------------------------------

    def _function(
        self, symbol: FunctionSymbol, owner: StructType | EnumType | None, arguments: tuple[Type, ...] = ()
    ) -> Json:
        line, column = symbol.source.position(symbol.name_span.start)
        record: Json = {
            "name": symbol.name,
            "doc": _documentation(symbol, symbol.tree.span.start),
            "place": [symbol.source.path, line, column],
            "entry": -1,
        }
        if symbol.all_type_parameters() and not arguments:
            record["generic"] = [parameter.name for parameter in symbol.all_type_parameters()]
            record["parameters"] = [[each.name, show_type(each.type), each.modifier] for each in symbol.parameters]
            record["result"] = show_type(symbol.result)
            return record
        mapping: Substitution = dict(zip(symbol.type_parameters, arguments, strict=False))
        record["parameters"] = [
            [each.name, self._type(substitute(each.type, mapping)), each.modifier] for each in symbol.parameters
        ]
        if owner is not None:
            record["receiver"] = self._type(owner)
        record["result"] = self._type(substitute(symbol.result, mapping))
        name = self._instances.function(symbol, arguments, symbol.source, symbol.name_span)
        record["entry"] = self._entries.setdefault(name, len(self._entries))
        return record

    # Types ----------------------------------------------------------------------------------------------------------

    def _type(self, type: Type) -> str:
        """Describe a type, and return its name, by which the text refers to it."""
        shown = show_type(type)
        if isinstance(type, PrimitiveType) or shown in self._types:
            return shown
        record: Json = {}
        # Registered first, because a type may contain itself.
        self._types[shown] = record
        record.update(self._describe(type, record))
        return shown

    def _describe(self, type: Type, record: Json) -> Json:
        layouts = self._instances.layouts
        words = [] if isinstance(type, TypeParameterType) else [part.value for part in layouts.shape(type)]
        match type:
            case ArrayType():
                element = layouts.element(type.element)
                return {
                    "form": "array",
                    "words": words,
                    "element": self._type(type.element),
                    "offsets": list(element.offsets),
                    "stride": element.stride,
                    "descriptor": self._descriptor(element.descriptor),
                }
            case StructType() if is_value(type):
                return self._value(type, words, record)
            case StructType() if not is_opaque(type.symbol):
                return self._struct(type, words, record)
            case EnumType():
                return self._enum(type, words, record)
            case FunctionType():
                return self._function_type(type, words)
            case _:
                return {"form": "opaque", "words": words}

    def _function_type(self, type: FunctionType, words: list[str]) -> Json:
        layouts = self._instances.layouts
        taken = tuple([component for each in type.parameters for component in layouts.shape(each)])
        signature = Signature(taken, layouts.shape(type.result))
        callback = self._callbacks.setdefault(signature, len(self._callbacks))
        name = f"_Bhost{callback}"
        functions = self._instances.module.functions
        if name not in functions:
            functions[name] = self._invoker(name, signature)
        return {
            "form": "function",
            "words": words,
            "parameters": [self._type(each) for each in type.parameters],
            "result": self._type(type.result),
            "descriptor": self._descriptor(self._instances.closures.closure(HOST_OBJECT).descriptor),
            "callback": callback,
            "entry": self._entries.setdefault(name, len(self._entries)),
        }

    def _invoker(self, name: str, signature: Signature) -> Function:
        """Build a function that calls the value that it is given first."""
        # This call is in no line of the source, so traces omit it.
        location = Location("", self._home.source.path, 1, 1)
        made = Function(name, location, signature.results)
        builder = Builder(made, location)
        closure = builder.parameter(IRType.REF, "closure")
        given: tuple[Operand, ...] = tuple([builder.parameter(type, "argument") for type in signature.parameters])
        code = Signature((IRType.REF, *signature.parameters), signature.results)
        builder.ret(builder.call_closure(closure, given, code))
        return builder.seal()

    def _struct(self, type: StructType, words: list[str], record: Json) -> Json:
        layout = self._instances.layouts.struct(type)
        self._remember_methods(type, record)
        record["collection"] = self._collection(type)
        fields = zip(type.symbol.fields.values(), layout.types, layout.offsets, strict=True)
        return {
            "form": "struct",
            "words": words,
            "name": type.symbol.name,
            "doc": _documentation(type.symbol, type.symbol.tree.span.start),
            "descriptor": self._descriptor(layout.descriptor),
            "events": bool(layout.events),
            "fields": [[field.name, self._type(held), list(offsets)] for field, held, offsets in fields],
        }

    def _value(self, type: StructType, words: list[str], record: Json) -> Json:
        """Describe a value type: for a host it is an enum of one variant without a tag."""
        layout = self._instances.layouts.value(type)
        self._remember_methods(type, record)
        fields = [
            [field.name, self._type(held), list(range(start, start + len(shape)))]
            for field, held, start, shape in zip(
                type.symbol.fields.values(), layout.types, layout.starts, layout.shapes, strict=True
            )
        ]
        return {
            "form": "value",
            "kind": "enum",
            "words": words,
            "name": type.symbol.name,
            "doc": _documentation(type.symbol, type.symbol.tree.span.start),
            "variants": [{"name": type.symbol.name, "fields": fields}],
        }

    def _collection(self, type: StructType) -> Json:
        """Describe the functions of a list or a map, by name; empty for any other type."""
        module = type.symbol.module
        if module is None or module.package != CORE_LIBRARY:
            return {}
        found: Json = {}
        for name in COLLECTIONS.get((".".join(module.path), type.symbol.name), ()):
            symbol = module.members[name]
            assert isinstance(symbol, FunctionSymbol)
            # The signature of a function of the library is known once its body was checked.
            self._instances.program.body(symbol)
            found[name] = self._function(symbol, None, type.arguments)
        return found

    def _enum(self, type: EnumType, words: list[str], record: Json) -> Json:
        layouts = self._instances.layouts
        layout = layouts.enum(type)
        kind = "enum"
        if option_variants(type.symbol) is not None:
            kind = "option"
        elif (found := result_variants(type.symbol)) is not None and found[1] is not None:
            kind = "result"
        self._remember_methods(type, record)
        variants: list[Json] = []
        for variant in layout.variants:
            names = [name for name, _ in variant.symbol.fields]
            has_places = layout.form in (EnumForm.WORDS, EnumForm.BOXED)
            places = [list(offsets) for offsets in variant.offsets] if has_places else [[0]] * len(names)
            fields = zip(names, variant.types, places, strict=True)
            described: Json = {
                "name": variant.symbol.name,
                "fields": [[name, self._type(held), held_at] for name, held, held_at in fields],
            }
            if layout.form is EnumForm.BOXED:
                described["descriptor"] = self._descriptor(layouts.describe_variant(variant))
            variants.append(described)
        return {
            "form": layout.form.value,
            "kind": kind,
            "words": words,
            "name": type.symbol.name,
            "doc": _documentation(type.symbol, type.symbol.tree.span.start),
            "variants": variants,
        }

    def _remember_methods(self, type: StructType | EnumType, record: Json) -> None:
        """Methods of the core library and of instances of generic types would compile code that no host calls."""
        record["methods"] = []
        module = type.symbol.module
        if not type.arguments and module is not None and module.package != CORE_LIBRARY:
            self._methods.append((record, type))

    def _descriptor(self, name: str) -> int:
        return self._descriptors.setdefault(name, len(self._descriptors))


def _constant(symbol: ConstSymbol) -> object:
    """Return the value for JSON; a float as its exact hexadecimal text, since JSON has no infinities."""
    return symbol.value.hex() if isinstance(symbol.value, float) else symbol.value


def _documentation(symbol: Symbol, start: int) -> str:
    """Return the documentation directly before a declaration, which begins at `start`."""
    module = symbol.module
    while module is not None and module.documentation is None:
        module = module.parent
    if module is None or module.documentation is None:
        return ""
    for at, run in module.documentation.attached.items():
        if start <= at <= symbol.name_span.start:
            return run.text()
    return ""
