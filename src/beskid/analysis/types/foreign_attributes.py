"""Attributes of the foreign interface: where they are allowed, opaque types, exported functions.

Takes the items of a module; reports E1510 for an attribute without effect and E1529 for a function that cannot be
exported, and enters exported functions in the world's table. Attributes that the program itself declares are ignored.
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.symbols import is_own
from beskid.analysis.model.symbols import AttributeSymbol, FunctionSymbol, ModuleSymbol
from beskid.analysis.model.types import ERROR, show_type
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.attributes import module_items
from beskid.analysis.names.scope import strong_meaning
from beskid.analysis.types.boundary import OPAQUE_ATTRIBUTE, is_handle, is_result, is_scalar
from beskid.analysis.types.externs import argument_of, plain_string, report_foreign_export
from beskid.source.codes import E1510, E1520, E1529, Code
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span
from beskid.syntax import tree

_PLACES: Final = {
    "Extern": "a contract: `[Extern(…)] contract C { … }`",
    "Export": "a public function of a module",
    "Symbol": "a method of an extern contract",
    "Library": "a method of an extern contract",
    OPAQUE_ATTRIBUTE: "a type without fields: `[Opaque] type Handle { }`",
}

_IDENTIFIER: Final = r"[A-Za-z_][A-Za-z0-9_]*\Z"


def check_foreign_attributes(world: World, module: ModuleSymbol) -> None:
    """Check the items of a module, without those of inline modules."""
    checker = _Checker(world, module)
    for item in module_items(world, module):
        checker.item(item)


class _Checker:
    """Checks the attributes of one module."""

    __slots__ = ("declared", "module", "world")

    def __init__(self, world: World, module: ModuleSymbol) -> None:
        self.world = world
        self.module = module
        context = Context(module)
        meanings = {name: strong_meaning(world, context, name) for name in _PLACES}
        self.declared = {
            name for name, found in meanings.items() if found is not None and isinstance(found.item, AttributeSymbol)
        }

    def item(self, item: tree.Item) -> None:
        match item:
            case tree.FunctionItem():
                self.allowed(item.attributes, ("Export",), f"the function `{item.name.text}`")
                self.export(item)
            case tree.TypeItem():
                self.allowed(item.attributes, (OPAQUE_ATTRIBUTE,), f"the type `{item.name.text}`")
                self.opaque(item)
                self.methods(item.methods)
            case tree.EnumItem():
                self.allowed(item.attributes, (), f"the enum `{item.name.text}`")
            case tree.ContractItem():
                self.allowed(item.attributes, ("Extern",), f"the contract `{item.name.text}`")
                is_extern = any(attribute.name.text == "Extern" for attribute in item.attributes)
                self.methods(item.methods, ("Symbol", "Library") if is_extern else ())
            case tree.ImplItem():
                self.methods(item.methods)
            case tree.ModuleDeclaration() | tree.InlineModule():
                self.allowed(item.attributes, (), "a module")
            case tree.ConstItem():
                self.allowed(item.attributes, (), f"the constant `{item.name.text}`")
            case tree.TestItem():
                self.allowed(item.attributes, (), f"the test `{item.name.text}`")
            case tree.AttributeItem() | tree.UseItem():
                return
            case _:
                assert_never(item)

    def methods(self, methods: tuple[tree.FunctionItem, ...], names: tuple[str, ...] = ()) -> None:
        for method in methods:
            self.allowed(method.attributes, names, f"the method `{method.name.text}`")

    def allowed(self, attributes: tuple[tree.Attribute, ...], names: tuple[str, ...], where: str) -> None:
        for attribute in attributes:
            name = attribute.name.text
            if name in _PLACES and name not in names and name not in self.declared:
                self.report(
                    E1510,
                    f"the attribute `{name}` is not allowed on {where}",
                    attribute.span,
                    "not allowed here",
                    f"use `{name}` on {_PLACES[name]}",
                )

    def opaque(self, item: tree.TypeItem) -> None:
        attribute = next((a for a in item.attributes if a.name.text == OPAQUE_ATTRIBUTE), None)
        if attribute is None or OPAQUE_ATTRIBUTE in self.declared:
            return
        what = f"the opaque type `{item.name.text}`"
        if item.fields:
            self.report(E1510, f"{what} has fields", item.fields[0].span, "only C knows its contents",
                        "remove the fields, or the attribute")  # fmt: skip
        if item.type_parameters:
            self.report(E1510, f"{what} has type parameters", item.name.span, "an address has no type arguments",
                        "remove them")  # fmt: skip
        if item.conformances:
            self.report(E1510, f"{what} conforms to a contract", item.conformances[0].span,
                        "methods cannot be dispatched on a handle",
                        "wrap the handle in a struct")  # fmt: skip

    # Exports ----------------------------------------------------------------------------------------------------

    def export(self, item: tree.FunctionItem) -> None:
        attribute = next((a for a in item.attributes if a.name.text == "Export"), None)
        symbol = self.module.members.get(item.name.text)
        if attribute is None or "Export" in self.declared or not isinstance(symbol, FunctionSymbol):
            return
        self.world.ensure(symbol)
        name = self.exported_name(symbol, attribute)
        if not symbol.is_pub:
            self.refuse(symbol, "is private", attribute.span, "add `pub`")
        if symbol.type_parameters:
            self.refuse(symbol, "has type parameters", symbol.name_span, "C has no generic functions")
        else:
            self.exported_types(symbol, item)
        foreign = self.world.foreign_functions.get(name)
        if foreign is not None:
            report_foreign_export(self.world, symbol, foreign)
        first = self.world.exported_functions.setdefault(name, symbol)
        if first is not symbol:
            self.refuse(symbol, f"has the same C name `{name}` as another function", symbol.name_span,
                        "change the `Symbol` of one of them",
                        (Label(first.source, first.name_span, "exported here"),))  # fmt: skip

    def exported_types(self, symbol: FunctionSymbol, item: tree.FunctionItem) -> None:
        for parameter in symbol.parameters:
            crosses = is_scalar(parameter.type) or is_handle(parameter.type)
            if parameter.type is not ERROR and (parameter.modifier or not crosses):
                written = f"{parameter.modifier} {show_type(parameter.type)}".strip()
                self.refuse(symbol, f"takes `{written}`", parameter.span,
                            "use a number, `bool` or an opaque handle; pass an address as `i64`")  # fmt: skip
        if symbol.result is not ERROR and not is_result(symbol.result):
            self.refuse(symbol, f"returns `{show_type(symbol.result)}`", item.result.span,
                        "return a number, `bool`, an opaque handle or `unit`")  # fmt: skip

    def exported_name(self, symbol: FunctionSymbol, attribute: tree.Attribute) -> str:
        abi = argument_of(attribute, "Abi")
        text = "C" if abi is None else plain_string(abi.value)
        if abi is not None and (text is None or text.upper() != "C"):
            self.report(E1520, f"the `Abi` of the export `{symbol.name}` is not `\"C\"`", abi.value.span,
                        'expected `Abi: "C"`', 'write `[Export(Abi: "C")]`')  # fmt: skip
        given = argument_of(attribute, "Symbol")
        name = symbol.name if given is None else plain_string(given.value) or ""
        place = symbol.name_span if given is None else given.value.span
        if re.match(_IDENTIFIER, name) is None:
            self.refuse(symbol, "does not have a valid C name", place, "a C name consists of letters, digits and `_`")
        elif name in RUNTIME_EXPORT_SYMBOLS or is_own(name) or name == "main":
            owner = "the start-up code" if name == "main" else "the runtime"
            self.refuse(
                symbol, f"has the name `{name}`, which is reserved for {owner}", place, "choose another `Symbol`"
            )
        return name

    def refuse(
        self, symbol: FunctionSymbol, reason: str, span: Span, help: str, related: tuple[Label, ...] = ()
    ) -> None:
        message = f"the exported function `{symbol.name}` {reason}"
        self.report(E1529, message, span, "cannot be exported", help, related)

    def report(
        self, code: Code, message: str, span: Span, label: str, help: str, related: tuple[Label, ...] = ()
    ) -> None:
        self.world.report(error(code, message, self.module.source, span, label, help, related))
