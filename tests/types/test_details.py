"""Details of the checker that the suites of diagnostics do not show."""

from __future__ import annotations

import pytest
from tests.types.programs import check_source

from beskid.analysis.model.types import PRIMITIVES


def codes(text: str) -> list[str]:
    return [each.code for each in check_source(text).result.diagnostics]


def test_widths_of_integers() -> None:
    found = {name: (type.bits, type.is_signed) for name, type in PRIMITIVES.items() if type.is_integer}
    assert found == {f"{sign}{bits}": (bits, sign == "i") for sign in "iu" for bits in (8, 16, 32, 64)}


@pytest.mark.parametrize(
    "declaration", ["f32 x = -1.5;", "f32 x = -(1.5 + 2.0);", "u8 x = ~5;", "bool x = !true;", "i8 x = -(1 + 2);"]
)
def test_prefix_operators_pass_on_the_wanted_type(declaration: str) -> None:
    assert codes(f'unit main() {{ {declaration} PrintLine("${{x}}"); }}\n') == []


@pytest.mark.parametrize(("value", "is_length"), [('"a"', True), ("[1]", True), ("1.5", False), ("'c'", False)])
@pytest.mark.parametrize("name", ["length", "size", "Foo"])
def test_the_length_is_suggested_where_there_is_one(value: str, is_length: bool, name: str) -> None:
    (diagnostic,) = check_source(f"unit main() {{ let n = {value}; let m = n.{name}; }}\n").result.diagnostics[:1]
    assert diagnostic.code == "E1213"
    assert (diagnostic.help == "the length is `Len()`") is (is_length and name != "Foo")


def test_a_foreign_reference_has_exactly_the_type_of_its_parameter() -> None:
    text = (
        '[Extern(Abi: "C", Library: "c")]\ncontract C {{ i32 take(ref i64 place); }}\n'
        "unit main() {{ {type} mut x = 1; C.take(ref x); }}\n"
    )
    assert codes(text.format(type="i64")) == []
    assert "E1206" in codes(text.format(type="i32"))


def test_an_impl_of_an_unknown_type_is_checked_too() -> None:
    found = codes("impl Missing { i64 f(Nowhere x) { return undefined; } }\nunit main() { }\n")
    assert "E1005" in found
    assert len(found) > 1


def test_words_with_an_at_sign_do_not_hide_directives() -> None:
    text = "/// Some words @here and then @ref(Missing).\npub unit f() { }\nunit main() { f(); }\n"
    assert codes(text) == codes(text.replace("@here ", "")) != []


def test_missing_fields_of_a_generic_type_are_one_error() -> None:
    assert len(codes("type Pair<A, B> { A a, B b, }\nunit main() { let p = Pair { a: 1 }; }\n")) == 1


def nested_folds(depth: int) -> str:
    """Return a program whose folds from a bare zero are nested."""
    value = f"x{depth - 1}"
    for level in reversed(range(depth)):
        value = (
            f"v.Fold(0, (s{level}, x{level}) => {{ let n{level} = {value}; return s{level} + x{level} + n{level}; }})"
        )
    return f'unit main() {{ f64[] v = [1.0]; let n = {value}; PrintLine("${{n}}"); }}\n'


def test_lambdas_beside_bare_numbers_are_checked_again_to_a_depth_of_three() -> None:
    assert [codes(nested_folds(depth)) for depth in (1, 2, 3, 4)] == [[], [], [], ["E1206"]]


@pytest.mark.parametrize("item", ["[Export]\ntype T { i64 a }", '[Library(Name: "c")]\npub unit f() { }'])
def test_an_attribute_for_foreign_code_is_reported_where_it_has_no_meaning(item: str) -> None:
    assert "E1510" in codes(f"{item}\nunit main() {{ }}\n")


def test_arguments_of_runtime_functions_are_checked() -> None:
    assert codes("impl string { pub i64 Size(string s) { return __str_len(s); } }\nunit main() { }\n") == []
    assert codes("impl string { pub i64 Size(i32 n) { return __str_len(n); } }\nunit main() { }\n") == ["E1206"]
