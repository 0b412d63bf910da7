"""Methods, uniform and static calls, contracts and signatures."""

from __future__ import annotations

from tests.names.worlds import codes, completed, function, inside, module, name, root, struct, world_of

from beskid.analysis.model.symbols import ContractSymbol, EnumSymbol
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    F64,
    I32,
    I64,
    NEVER,
    STRING,
    U64,
    UNIT,
    ArrayType,
    ContractType,
    EnumType,
    StructType,
    Type,
    TypeParameterType,
    show_type,
)
from beskid.analysis.names.lookup import conforms, constraint_method, find_method, find_static, method_names
from beskid.analysis.program import ProgramWorld
from beskid.analysis.types.builtins import (
    ANY,
    BuiltinSignature,
    IntrinsicSignature,
    builtin_signature,
    parse_type_text,
)


def called(world: ProgramWorld, receiver: Type, text: str, dotted: str = "") -> str | None:
    found = find_method(world, inside(world, dotted), receiver, name(text))
    return None if found is None else found.display_name()


def test_methods_of_every_kind_of_block() -> None:
    files = {
        "": "use Shapes.Box; extend type Box { pub i64 Third() { return 3; } }",
        "Shapes": "",
        "Shapes.Box": "pub type Box { pub i64 First() { return 1; } } impl Box { pub i64 Second() { return 2; } }",
    }
    world = completed(files)
    box = StructType(struct(module(world, "app", "Shapes.Box"), "Box"))
    assert [called(world, box, each) for each in ("First", "Second", "Third", "Fourth")] == [
        "Shapes.Box.Box.First",
        "Shapes.Box.Box.Second",
        "Box.Third",
        None,
    ]
    assert codes(world) == []


def test_functions_of_the_home_module_are_called_as_methods() -> None:
    world = world_of("")
    list_module = module(world, "Std", "Collections.List")
    numbers = StructType(struct(list_module, "List"), (I64,))
    assert called(world, numbers, "Push") == "Collections.List.Push"
    assert called(world, STRING, "Len") == "Core.String.Len"
    assert called(world, ArrayType(STRING), "Count") == "Collections.Array.Count"
    assert called(world, I32, "Abs") == "Core.Numbers.Abs"
    assert called(world, BOOL, "ToI64") == "Core.Bool.ToI64"
    assert called(world, CHAR, "Code") == "Core.Char.Code"
    assert called(world, U64, "Abs") is None
    assert called(world, F64, "Abs") is None
    assert codes(world) == []


def test_functions_in_scope_are_called_as_methods_when_the_receiver_fits() -> None:
    files = {
        "": "use Tools; i64 twice(i64 n) { return n; } T same<T>(T[] values) { return values[0]; }",
        "Tools": "pub i64 half(i64 n) { return n; }",
    }
    world = world_of(files)
    assert called(world, I64, "twice") == "twice"
    assert called(world, I64, "half") == "Tools.half"
    assert called(world, STRING, "twice") is None
    assert called(world, ArrayType(STRING), "same") == "same"
    assert called(world, I64, "same") is None
    assert called(world, I64, "half", "Tools") == "Tools.half"


def test_private_functions_and_methods_are_reported_and_given() -> None:
    files = {
        "": "",
        "Shapes": "pub type Box { i64 v } impl Box { i64 Hidden() { return 1; } } i64 free(Box b) { return 1; }",
    }
    world = world_of(files)
    box = StructType(struct(module(world, "app", "Shapes"), "Box"))
    assert called(world, box, "Hidden", "Shapes") == "Shapes.Box.Hidden"
    assert called(world, box, "free", "Shapes") == "Shapes.free"
    assert codes(world) == []
    assert called(world, box, "Hidden") == "Shapes.Box.Hidden"
    assert called(world, box, "free") == "Shapes.free"
    assert codes(world) == ["E1107", "E1107"]
    assert find_method(world, inside(world), box, "Hidden") is None
    assert codes(world) == ["E1107", "E1107"]


def test_blocks_on_built_in_types() -> None:
    world = completed("impl string { i64 Size() { return 1; } } impl i64 { i64 Next() { return this + 1; } }")
    assert called(world, STRING, "Size") == "string.Size"
    assert called(world, I64, "Next") == "i64.Next"
    assert called(world, I32, "Next") is None


def test_names_to_suggest() -> None:
    world = world_of("")
    assert method_names(world, inside(world), STRING) == ["Len"]


def test_static_calls_reach_the_module_of_the_type() -> None:
    world = world_of("")
    list_module = module(world, "Std", "Collections.List")
    symbol = struct(list_module, "List")
    found = find_static(world, inside(world), symbol, name("New"))
    assert found is function(list_module, "New")
    assert find_static(world, inside(world), symbol, name("Nope")) is None
    assert codes(world) == []
    find_static(world, inside(world), symbol, name("grow"))
    assert codes(world) == ["E1107"]


def library_contract(world: ProgramWorld, text: str, *arguments: Type) -> ContractType:
    symbol = module(world, "Std", "Core.Contracts").members[text]
    assert isinstance(symbol, ContractSymbol)
    return ContractType(symbol, arguments)


def test_what_built_in_types_satisfy() -> None:
    world = completed("enum Color { Red } type Plain { i64 v }")
    color = root(world).members["Color"]
    assert isinstance(color, EnumSymbol)
    enum = EnumType(color)
    for type in (I64, F64, CHAR, BOOL, STRING):
        assert conforms(world, type, library_contract(world, "Hashable"))
        assert conforms(world, type, library_contract(world, "Comparable", type))
        assert conforms(world, type, library_contract(world, "Equatable", type))
    assert conforms(world, enum, library_contract(world, "Hashable"))
    assert not conforms(world, enum, library_contract(world, "Comparable", enum))
    assert not conforms(world, I64, library_contract(world, "Comparable", STRING))
    assert not conforms(world, UNIT, library_contract(world, "Hashable"))
    plain = StructType(struct(root(world), "Plain"))
    assert not conforms(world, plain, library_contract(world, "Hashable"))
    assert conforms(world, ArrayType(I64), library_contract(world, "Hashable"))
    assert not conforms(world, ArrayType(I64), library_contract(world, "Comparable", ArrayType(I64)))
    assert not conforms(world, ArrayType(plain), library_contract(world, "Hashable"))


def test_a_contract_of_the_same_name_is_another_contract() -> None:
    world = completed("contract Hashable { i64 Hash(); }")
    own = root(world).members["Hashable"]
    assert isinstance(own, ContractSymbol)
    assert not conforms(world, I64, ContractType(own))


def test_conformance_by_declaration_and_embedding() -> None:
    world = completed(
        "contract Reader { string Read(); } contract Closer { unit Close(); } contract Stream { Reader; Closer; }"
        'type File : Stream { i64 fd, string Read() { return ""; } unit Close() { } }'
        "type Money : Comparable { i64 v, i32 Compare(Money other) { return 0; } }"
        "unit f<T : Stream + Comparable>(T value) { }"
    )
    members = root(world).members
    contracts = {}
    for text in ("Reader", "Closer", "Stream"):
        symbol = members[text]
        assert isinstance(symbol, ContractSymbol)
        contracts[text] = ContractType(symbol)
    file = StructType(struct(root(world), "File"))
    assert all(conforms(world, file, contract) for contract in contracts.values())
    assert conforms(world, contracts["Stream"], contracts["Reader"])
    assert not conforms(world, contracts["Reader"], contracts["Stream"])
    money = StructType(struct(root(world), "Money"))
    assert conforms(world, money, library_contract(world, "Comparable", money))
    assert not conforms(world, money, library_contract(world, "Hashable"))
    parameter = TypeParameterType(function(root(world), "f").type_parameters[0])
    assert conforms(world, parameter, contracts["Reader"])
    assert conforms(world, parameter, library_contract(world, "Comparable", parameter))
    read = constraint_method(world, parameter, "Read")
    compare = constraint_method(world, parameter, "Compare")
    assert read is not None and read.contract == contracts["Stream"]
    assert compare is not None and compare.contract.arguments == (parameter,)
    assert constraint_method(world, parameter, "Hash") is None
    assert codes(world) == []


def test_embedding_applies_arguments() -> None:
    world = completed(
        "contract Source<T> { T Next(); } contract Numbers { Source<i64>; }"
        "type Count : Numbers { i64 n, i64 Next() { return n; } }"
    )
    numbers = root(world).members["Numbers"]
    assert isinstance(numbers, ContractSymbol)
    assert numbers.methods["Next"].result is I64
    assert codes(world) == []


def test_blocks_name_the_parameters_of_their_type() -> None:
    world = completed("type Box<T : Hashable> { T v } impl Box<U> { U Get(U other) { return other; } }")
    box = struct(root(world), "Box")
    get = box.methods["Get"]
    assert show_type(get.receiver or UNIT) == "Box<U>"
    assert get.result == TypeParameterType(get.owner_parameters[0])
    assert [constraint.symbol.name for constraint in get.owner_parameters[0].constraints] == ["Hashable"]


def test_signatures_of_reached_types_are_complete() -> None:
    files = {
        "": "use B;",
        "A": "pub type Leaf { i64 v }",
        "B": "use A; pub type Node { Leaf leaf, Node[] more } pub Node make() { }",
    }
    world = world_of(files)
    find = find_static(world, inside(world), struct(module(world, "app", "B"), "Node"), name("make"))
    assert find is not None
    leaf = struct(module(world, "app", "A"), "Leaf")
    assert leaf.fields["v"].type is I64


def test_bodies_are_listed_in_text_order() -> None:
    world = completed(
        "type T { i64 v, i64 a() { return 1; } } unit b() { } impl T { i64 c() { return 1; } }"
        "mod m { unit d() { } } test e { }"
    )
    assert [each.name for each in world.functions(root(world))] == ["a", "b", "c", "d", "e"]


def test_builtin_signatures() -> None:
    count = builtin_signature("__str_char_count")
    assert isinstance(count, BuiltinSignature) and count.parameters == (STRING,) and count.result is I64
    panic = builtin_signature("__panic_str")
    assert isinstance(panic, BuiltinSignature) and panic.result is NEVER
    filled = builtin_signature("__array_filled")
    assert isinstance(filled, IntrinsicSignature)
    assert filled.result == ArrayType(TypeParameterType(filled.type_parameters[0]))
    assert isinstance(builtin_signature("__array_len"), IntrinsicSignature)
    assert builtin_signature("__array_make") is None
    assert builtin_signature("__array_make", in_core_library=True) is not None
    assert builtin_signature("__nothing") is None
    assert parse_type_text("any[]", {}) == ArrayType(ANY)
