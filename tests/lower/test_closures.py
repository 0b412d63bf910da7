"""Closures in IR: what they hold, which variables become cells, and when function values are equal."""

from __future__ import annotations

from tests.lower.execute import execute
from tests.lower.observe import form
from tests.lower.trees import (
    Program,
    assign,
    binary,
    block,
    boolean,
    evaluate,
    integer,
    let,
    local,
    main_of,
    read,
    returns,
    string,
    struct,
    write,
)

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, I64, STRING, UNIT, FunctionType, StructType
from beskid.ir.model import AllocateObject, FunctionAddress, IRType, LoadField, Module, StoreField, type_of
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.lower.pipeline import PassOptions, run_passes
from beskid.source.text import NO_SPAN

READS_NUMBER = FunctionType((), I64)


def captured(name: str, assigned: bool) -> LocalSymbol:
    """A number that a lambda uses."""
    symbol = local(name, I64, assigned)
    symbol.is_captured = True
    return symbol


def reader(*captures: LocalSymbol) -> typed.Lambda:
    """A lambda that gives the first of its captures."""
    return typed.Lambda(NO_SPAN, READS_NUMBER, (), captures, block(returns(read(captures[0]))))


def call_value(callee: typed.Expression) -> typed.Expression:
    return typed.ValueCall(NO_SPAN, I64, callee, ())


def allocated(module: Module) -> list[str]:
    """The descriptors of the objects that the program makes, in order."""
    return [
        operation.descriptor
        for function in module.functions.values()
        for block in function.blocks
        for operation in block.instructions
        if isinstance(operation, AllocateObject)
    ]


def test_captures_that_are_never_assigned_are_copied() -> None:
    number, made = captured("n", False), local("f", READS_NUMBER)
    module = main_of(let(number, integer(7)), let(made, reader(number)), returns(call_value(read(made))))
    assert allocated(module) == ["_Bc3i64"]
    assert module.descriptors["_Bc3i64"].reference_offsets == ()
    assert execute(module).status == 7


def test_what_somebody_assigns_later_is_shared() -> None:
    number, made = captured("n", True), local("f", READS_NUMBER)
    module = main_of(
        let(number, integer(7)),
        let(made, reader(number)),
        evaluate(assign(number, integer(9))),
        returns(call_value(read(made))),
    )
    assert allocated(module) == ["_Bv3i64", "_Bc3ref"]
    assert module.descriptors["_Bv3i64"].size == 16
    assert module.descriptors["_Bc3ref"].reference_offsets == (16,)
    assert execute(module).status == 9


def test_what_is_assigned_and_not_captured_needs_no_cell() -> None:
    number = local("n", I64, assigned=True)
    module = main_of(let(number, integer(7)), evaluate(assign(number, integer(9))), returns(read(number)))
    assert allocated(module) == []


def test_a_shared_parameter_gets_its_cell_after_all_parameters() -> None:
    program = Program()
    number, other = captured("n", True), local("m", I64)
    function = program.function("Bump", [number, other], I64)
    add = typed.Lambda(NO_SPAN, FunctionType((), UNIT), (), (number,), block(evaluate(assign(number, integer(5), "+"))))
    made = local("f", add.type)
    call = typed.ValueCall(NO_SPAN, UNIT, read(made), ())
    program.body(
        function, [number, other], [let(made, add), evaluate(call), returns(binary("+", read(number), read(other)))]
    )
    main = program.function("main", [], I64)
    program.body(main, [], [returns(typed.Call(NO_SPAN, I64, function, (), (integer(1), integer(100))))])
    assert execute(program.lower(main)).status == 106


def test_references_and_scalars_share_no_word() -> None:
    flag, text, number = local("b", BOOL), local("s", STRING), local("n", I64)
    lambda_ = typed.Lambda(NO_SPAN, READS_NUMBER, (), (flag, text, number), block(returns(read(number))))
    made = local("f", READS_NUMBER)
    module = main_of(
        let(flag, boolean(True)),
        let(text, string("x")),
        let(number, integer(3)),
        let(made, lambda_),
        returns(call_value(read(made))),
    )
    descriptor = module.descriptors["_Bc2i13ref3i64"]
    assert (descriptor.size, descriptor.reference_offsets) == (40, (24,))
    stores = [
        (operation.offset, type_of(operation.value), operation.initializing)
        for block in module.functions[ENTRY_SYMBOL].blocks
        for operation in block.instructions
        if isinstance(operation, StoreField)
    ]
    assert stores == [
        (8, IRType.PTR, True),
        (16, IRType.I1, True),
        (24, IRType.REF, True),
        (32, IRType.I64, True),
    ]


def test_the_code_of_a_lambda_loads_what_it_captured() -> None:
    one, two, made = captured("a", False), captured("b", False), local("f", READS_NUMBER)
    module = main_of(
        let(one, integer(1)), let(two, integer(2)), let(made, reader(one, two)), returns(call_value(read(made)))
    )
    code = module.functions["_B4Test4Main4mainL0"]
    assert [parameter.type for parameter in code.parameters] == [IRType.REF]
    loads = [operation.offset for operation in code.blocks[0].instructions if isinstance(operation, LoadField)]
    assert loads == [16, 24]


def test_a_bound_method_equals_one_of_the_same_receiver_only() -> None:
    program = Program()
    point = StructType(struct("Point", {"x": I64}), ())
    this = local("this", point)
    get = program.function("Get", [this], I64, receiver=point)
    program.body(get, [this], [returns(typed.FieldRead(NO_SPAN, I64, read(this), point.symbol.fields["x"]))])
    one, two = local("one", point), local("two", point)

    def bound(receiver: LocalSymbol) -> typed.Expression:
        return typed.BoundMethod(NO_SPAN, READS_NUMBER, point, read(receiver), get, ())

    def new(value: int) -> typed.Expression:
        return typed.StructNew(NO_SPAN, point, ((point.symbol.fields["x"], integer(value)),))

    main = program.function("main", [], UNIT)
    program.body(
        main,
        [],
        [
            let(one, new(4)),
            let(two, new(4)),
            write(form(typed.ValueCall(NO_SPAN, I64, bound(one), ()))),
            write(form(binary("===", bound(one), bound(one)))),
            write(form(binary("==", bound(one), bound(two)))),
        ],
    )
    module = program.lower(main)
    descriptor = module.descriptors["_Bb3ref"]
    assert (descriptor.size, descriptor.reference_offsets, descriptor.is_bound_method) == (24, (16,), True)
    assert not module.descriptors["_BdN4Test4Main5PointE"].is_bound_method
    assert print_module(read_module(print_module(module))) == print_module(module)
    assert execute(module).output == "4truefalse"


def test_equal_captures_share_a_descriptor() -> None:
    one, two = captured("a", False), captured("b", False)
    first, second = local("f", READS_NUMBER), local("g", READS_NUMBER)
    module = main_of(
        let(one, integer(1)),
        let(two, integer(2)),
        let(first, reader(one)),
        let(second, reader(two)),
        returns(binary("+", call_value(read(first)), call_value(read(second)))),
    )
    assert allocated(module) == ["_Bc3i64", "_Bc3i64"]
    assert {"_B4Test4Main4mainL0", "_B4Test4Main4mainL1"} <= module.functions.keys()
    assert execute(module).status == 3


def test_the_address_in_a_closure_is_not_a_root() -> None:
    number, made = captured("n", False), local("f", READS_NUMBER)
    module = main_of(let(number, integer(7)), let(made, reader(number)), returns(call_value(read(made))))
    run_passes(module, PassOptions(verify_each=True, optimize=False))
    stores = [
        operation.value
        for block in module.functions[ENTRY_SYMBOL].blocks
        for operation in block.instructions
        if isinstance(operation, StoreField)
    ]
    assert stores[0] == FunctionAddress("_B4Test4Main4mainL0")
