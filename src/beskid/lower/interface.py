"""What a host sees of a module: its public functions, types and constants, as one JSON text.

Takes the module that a host loads, requests an instance of every function that can be called from outside, and returns
the `HostInterface`. Types are written as the language prints them; registers, offsets and forms are those of `layout`.
Whatever has no counterpart in a host is described as opaque, and generic functions are listed without an entry. A host
reads the text without the front end, so everything that it needs to convert values must be in it.
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
    Type,
    TypeParameterType,
    show_type,
)
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.analysis.types.boundary import is_opaque
from beskid.ir.model import HostInterface
from beskid.lower.layout import EnumForm
from beskid.lower.mono import Instances

VERSION = 1

Json = dict[str, Any]


def build_interface(instances: Instances, home: ModuleSymbol) -> HostInterface:
    """Return the interface of the public items of a module."""
    return _Interface(instances, home).build()


class _Interface:
    """The types and functions described so far, and the entries and descriptors by their index."""

    __slots__ = ("_descriptors", "_entries", "_home", "_instances", "_methods", "_types")

    def __init__(self, instances: Instances, home: ModuleSymbol) -> None:
        self._instances = instances
        self._home = home
        self._entries: dict[str, int] = {}
        self._descriptors: dict[str, int] = {}
        self._types: dict[str, Json] = {}
        self._methods: list[tuple[Json, StructType | EnumType]] = []

    def build(self) -> HostInterface:
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
            "public": public,
            "types": self._types,
            "constants": constants,
        }
        import json

        text = json.dumps(described, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return HostInterface(tuple(self._entries), tuple(self._descriptors), text)

    # Functions ------------------------------------------------------------------------------------------------------

    def _function(self, symbol: FunctionSymbol, owner: StructType | EnumType | None) -> Json:
        line, column = symbol.source.position(symbol.name_span.start)
        record: Json = {
            "name": symbol.name,
            "doc": _documentation(symbol, symbol.tree.span.start),
            "place": [symbol.source.path, line, column],
            "entry": -1,
        }
        if symbol.all_type_parameters():
            record["generic"] = [parameter.name for parameter in symbol.all_type_parameters()]
            record["parameters"] = [[each.name, show_type(each.type), each.modifier] for each in symbol.parameters]
            record["result"] = show_type(symbol.result)
            return record
        record["parameters"] = [[each.name, self._type(each.type), each.modifier] for each in symbol.parameters]
        if owner is not None:
            record["receiver"] = self._type(owner)
        record["result"] = self._type(symbol.result)
        name = self._instances.function(symbol, (), symbol.source, symbol.name_span)
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
            case StructType() if not is_opaque(type.symbol):
                return self._struct(type, words, record)
            case EnumType():
                return self._enum(type, words, record)
            case FunctionType():
                return {
                    "form": "function",
                    "words": words,
                    "parameters": [self._type(each) for each in type.parameters],
                    "result": self._type(type.result),
                }
            case _:
                return {"form": "opaque", "words": words}

    def _struct(self, type: StructType, words: list[str], record: Json) -> Json:
        layout = self._instances.layouts.struct(type)
        self._remember_methods(type, record)
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
