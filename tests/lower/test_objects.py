"""What lowered programs do: structs, arrays, places and printed forms."""

from __future__ import annotations

from tests.lower.execute import execute
from tests.lower.observe import form, printed, show
from tests.lower.trees import (
    MODULE,
    Program,
    binary,
    boolean,
    evaluate,
    integer,
    intrinsic,
    let,
    local,
    main_of,
    new_enum,
    new_struct,
    option_of,
    read,
    result_of,
    returns,
    string,
    struct,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.symbols import ContractSymbol, ContractType
from beskid.analysis.model.types import (
    BOOL,
    I8,
    I64,
    STRING,
    U8,
    UNIT,
    ArrayType,
    StructType,
    Type,
)
from beskid.source.text import NO_SPAN
from beskid.syntax import tree


def test_structs_are_shared_and_their_fields_assignable() -> None:
    kind = StructType(struct("Point", {"x": I8, "name": STRING, "next": option_of(I64)}))
    first, second = local("a", kind), local("b", kind)
    some = new_enum(option_of(I64), "Some", integer(3))
    made = new_struct(kind, name=string("p"), x=integer(1, I8), next=some)
    place = typed.FieldPlace(NO_SPAN, I8, read(second), kind.symbol.fields["x"])
    assert (
        printed(
            let(first, made),
            let(second, read(first)),
            evaluate(typed.Assign(NO_SPAN, I8, place, "+", integer(4, I8))),
            write(form(read(first))),
            write(form(binary("==", read(first), read(second)))),
            write(form(binary("==", read(first), made))),
        )
        == 'Point { x: 5, name: "p", next: Option::Some(3) }truefalse'
    )


def test_equatable_decides_equality() -> None:
    program = Program()
    kind = StructType(struct("Id", {"n": I64}))
    item = tree.ContractItem(0, NO_SPAN, (), True, kind.symbol.tree.name, (), (), (), None)
    contract = ContractSymbol("Equatable", MODULE, kind.symbol.source, NO_SPAN, item)
    kind.symbol.conformances = (ContractType(contract),)
    this, other = local("this", kind), local("other", kind)
    field = kind.symbol.fields["n"]
    equals = program.function("Equals", [this, other], BOOL, receiver=kind)
    same = binary(
        "==",
        typed.FieldRead(NO_SPAN, I64, read(this), field),
        typed.FieldRead(NO_SPAN, I64, read(other), field),
    )
    program.body(equals, [this, other], [returns(same)])
    kind.symbol.methods["Equals"] = equals
    option = option_of(kind)
    one, two = new_struct(kind, n=integer(1)), new_struct(kind, n=integer(1))
    main = program.function("main", [], UNIT)
    program.body(
        main,
        [],
        [
            write(form(binary("==", one, two))),
            write(form(binary("===", one, two))),
            write(form(binary("==", new_enum(option, "Some", one), new_enum(option, "Some", two)))),
        ],
    )
    assert execute(program.lower(main)).output == "truefalsetrue"


def test_an_index_out_of_range_panics_with_its_place() -> None:
    array = local("array", ArrayType(BOOL))
    access = typed.IndexRead(NO_SPAN, BOOL, read(array), integer(255, U8))
    filled = intrinsic("__array_filled", ArrayType(BOOL), integer(3), boolean(True), types=(BOOL,))
    outcome = execute(main_of(let(array, filled), write(form(read(array))), evaluate(access), result=UNIT))
    assert outcome.output == "[true, true, true]"
    assert outcome.errors.splitlines() == [
        "panic: index out of range: the length is 3 but the index is 255",
        "  at test.bd:1:1 in Main.main",
    ]


def test_bytes_of_a_string() -> None:
    assert show(typed.IndexRead(NO_SPAN, U8, string("ß"), integer(0))) == "195"


def test_an_array_of_wide_elements() -> None:
    kind = result_of(I64, STRING)
    ok, error = new_enum(kind, "Ok", integer(7)), new_enum(kind, "Error", string("e"))
    array = local("array", ArrayType(kind))
    place = typed.IndexPlace(NO_SPAN, kind, read(array), integer(0))
    assert (
        printed(
            let(array, typed.ArrayNew(NO_SPAN, ArrayType(kind), (ok, error))),
            evaluate(typed.Assign(NO_SPAN, kind, place, "", typed.IndexRead(NO_SPAN, kind, read(array), integer(1)))),
            write(form(read(array))),
            write(form(intrinsic("__array_len", I64, read(array)))),
        )
        == '[Result::Error("e"), Result::Error("e")]2'
    )


def test_forms_end_at_depth_eight() -> None:
    kind: Type = I64
    value = integer(1)
    for _ in range(9):
        kind = ArrayType(kind)
        value = typed.ArrayNew(NO_SPAN, kind, (value,))
    assert show(value) == "[" * 8 + "…" + "]" * 8
