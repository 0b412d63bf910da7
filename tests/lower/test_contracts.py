"""Contract values, events and reference parameters in IR: tables, layouts, signatures, what is left at run time."""

from __future__ import annotations

from tests.lower.trees import lowered, refuse, refuse_large, struct

from beskid.analysis.model.symbols import EventSymbol
from beskid.analysis.model.types import I64, STRING, StructType
from beskid.analysis.program import Package
from beskid.driver.inputs.sources import core_library
from beskid.driver.session import check_packages
from beskid.ir.model import Call, CallIndirect, IRType, LoadTable, MethodTable, Module, TableAddress
from beskid.ir.operands import READS
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.layout import Layouts
from beskid.lower.mangle import Mangler
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText, Span

REF, PTR, W64, I1 = IRType.REF, IRType.PTR, IRType.I64, IRType.I1

SHAPES = """
contract Named { string Name(); }
contract Sized { i64 Size(); }
contract Shape { f64 Area(); T Same<T>(T value); Named; Sized; }
type Square : Shape { f64 edge }
impl Square {
    string Name() { return "square"; }
    i64 Size() { return 4; }
    f64 Area() { return edge * edge; }
    T Same<T>(T value) { return value; }
}
"""


def lower(text: str) -> Module:
    """The module of a program of one file."""
    found: list[Diagnostic] = []
    package = Package("Test", {(): lambda: SourceText("test.bd", text)}, False)
    checked = check_packages((package, core_library(found)), (), "main")
    assert checked.typed is not None, [d.message for d in checked.diagnostics]
    module = lowered(checked.typed)
    assert verify(module) == []
    return module


def table_of(module: Module, display: str) -> MethodTable:
    (table,) = [table for table in module.tables.values() if table.display == display]
    return table


def of_kind(module: Module, kind: type) -> list[object]:
    return [
        step
        for function in module.functions.values()
        for block in function.blocks
        for step in block.instructions
        if type(step) is kind
    ]


def method_names(table: MethodTable) -> list[str]:
    return [function.rsplit("6Square", 1)[1] for function in table.functions]


def test_a_table_holds_methods_in_order_then_the_tables_of_embedded_contracts() -> None:
    module = lower(SHAPES + 'unit main() { Shape s = Square { edge: 1.0 }; PrintLine("${s.Area()}"); }')
    table = table_of(module, "Square as Shape")
    assert method_names(table) == ["4Area", "4Name", "4Size"]
    assert [module.tables[link].display for link in table.links] == ["Square as Named", "Square as Sized"]
    assert method_names(table_of(module, "Square as Sized")) == ["4Size"]


def test_a_conversion_to_an_embedded_contract_takes_its_table_out_of_the_wider_one() -> None:
    module = lower(
        SHAPES + "i64 size(Shape s) { Sized z = s; return z.Size(); } i64 main() => size(Square { edge: 1.0 });"
    )
    loads = [load.entry for load in of_kind(module, LoadTable) if isinstance(load, LoadTable)]
    assert loads == [4, 0]


def test_a_known_type_is_called_directly_and_needs_no_table() -> None:
    module = lower(SHAPES + "i64 main() { Square s = Square { edge: 1.0 }; return s.Size(); }")
    assert module.tables == {}
    assert of_kind(module, CallIndirect) == []


def test_equal_conversions_share_one_table() -> None:
    module = lower(
        SHAPES
        + "i64 main() { Sized a = Square { edge: 1.0 }; Sized b = Square { edge: 2.0 }; return a.Size() + b.Size(); }"
    )
    assert [table.display for table in module.tables.values()] == ["Square as Sized"]
    used = {
        operand
        for function in module.functions.values()
        for block in function.blocks
        for step in [*block.instructions, block.terminator]
        for operand in READS[type(step)](step)
        if isinstance(operand, TableAddress)
    }
    assert len(used) <= 1


def test_tables_are_named_the_same_each_time_and_survive_the_text() -> None:
    text = SHAPES + "i64 main() { Shape s = Square { edge: 1.0 }; return s.Size(); }"
    first = print_module(lower(text))
    assert print_module(lower(text)) == first
    assert print_module(read_module(first)) == first


def test_an_option_of_a_contract_value_stays_in_registers() -> None:
    module = lower(
        SHAPES + "Option<Sized> make() => Option::Some(Square { edge: 1.0 });"
        "i64 main() { return match make() { Option::Some(s) => s.Size(), Option::None => 0 }; }"
    )
    (make,) = [function for function in module.functions.values() if function.name.endswith("4make")]
    assert make.results == (IRType.I32, REF, W64)


def test_an_event_is_a_reference_word_in_the_order_of_declaration() -> None:
    symbol = struct("U", {"a": I64, "b": STRING})
    layouts = Layouts(Module("test"), Mangler(), refuse, refuse_large)
    fields = list(symbol.fields.values())
    fields[0].span, fields[1].span = Span(0, 1), Span(20, 21)
    symbol.events["Made"] = EventSymbol("Made", (), 8, Span(10, 11))
    layout = layouts.struct(StructType(symbol))
    assert layout.offsets == ((8,), (24,))
    assert layout.events == {"Made": 16}
    assert layouts._module.descriptors[layout.descriptor].reference_offsets == (16, 24)


def test_reference_parameters_are_passed_once_and_returned_after_the_result() -> None:
    module = lower(
        'bool both(ref string a, out i64 n, i64 k) { n = k; a = "x"; return true; }'
        'i64 main() { string mut s = ""; i64 mut n = 0; both(ref s, out n, 7); return n; }'
    )
    (both,) = [function for function in module.functions.values() if function.name.endswith("4both")]
    assert [parameter.type for parameter in both.parameters] == [REF, W64]
    assert both.results == (I1, REF, W64)
    (call,) = [step for step in of_kind(module, Call) if isinstance(step, Call) and step.callee == both.name]
    assert len(call.dests) == 3


def test_values_without_references_and_floats_are_compared_without_a_helper() -> None:
    names = lower(
        "[Opaque] type Handle { }"
        "[Value] type Named { string name }"
        "[Value] type Held { Handle handle, i64 number }"
        "bool same(Held a, Held b) => a == b;"
        "bool equal(Named a, Named b) => a == b;"
        "i64 main() { let f = same; let g = equal; return 0; }"
    ).functions
    assert [name for name in names if "equals" in name and "Named" in name]
    assert not [name for name in names if "equals" in name and "Held" in name]
