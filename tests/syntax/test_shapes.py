"""The shape of parsed trees: precedence, disambiguation, literal values."""

from __future__ import annotations

import pytest
from tests.syntax.shape import shape

from beskid.source.text import SourceText
from beskid.syntax import tree
from beskid.syntax.parser import parse


def _item(text: str) -> tree.Item:
    result = parse(SourceText("shape.bd", text))
    assert not result.diagnostics, result.diagnostics
    return result.program.items[0]


def _statements(text: str) -> str:
    item = _item(f"unit main() {{ {text} }}")
    assert isinstance(item, tree.FunctionItem)
    assert item.body is not None
    return " ".join(shape(statement) for statement in item.body.statements)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a + b * c", "(+ a (* b c))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a * b % c / d", "(/ (% (* a b) c) d)"),
        ("a << b + c", "(<< a (+ b c))"),
        ("a & b << c", "(& a (<< b c))"),
        ("a ^ b & c", "(^ a (& b c))"),
        ("a | b ^ c", "(| a (^ b c))"),
        ("a < b | c", "(< a (| b c))"),
        ("a == b < c", "(== a (< b c))"),
        ("a && b == c", "(&& a (== b c))"),
        ("a || b && c", "(|| a (&& b c))"),
        ("a = b || c", "(= a (|| b c))"),
        ("a = b += c", "(= a (+= b c))"),
        ("a >> b > c >= d", "(>= (> (>> a b) c) d)"),
        ("a >>= b >> c", "(>>= a (>> b c))"),
        ("a > > b", None),
        ("a > = b", None),
        ("a * b as i64 + c", "(+ (* a (as b i64)) c)"),
        ("-x as u8", "(as (- x) u8)"),
        ("x as i64 < y", "(< (as x i64) y)"),
        ("x as i64 as u8", "(as (as x i64) u8)"),
        ("-!~x.y", "(- (! (~ (. x y))))"),
        ("a -1", "(- a 1)"),
        ("a - -1", "(- a (- 1))"),
        ("f(x)(y)", "(call (call f x) y)"),
        ("f(x).g(y)?.h", "(. (? (call (. (call f x) g) y)) h)"),
        ("xs[0][1].y", "(. (Index (Index xs 0) 1) y)"),
        ("a.b.c", "(. (. a b) c)"),
        ("A.B.E<T>::V(1)", "(call (:: (. (. A B) E<T>) V) 1)"),
        ("f<A, B<C>>(x)", "(call f<A,B<C>> x)"),
        ("a < b", "(< a b)"),
        ("a < b > (c)", "(call a<b> c)"),
        ("f(a < b, c > d)", "(call f (< a b) (> c d))"),
        ("f(a<b>, c)", "(call f a<b> c)"),
        ("List<i64>.Create()", "(call (. List<i64> Create))"),
        ("f(ref x, out y, ref)", "(call f ref x out y ref)"),
        ("f(ref x.y[0])", "(call f ref (Index (. x y) 0))"),
        ("x => y => x + y", "(Lambda (Parameter x) (Lambda (Parameter y) (+ x y)))"),
        ("(a, i64 b) => a", "(Lambda (Parameter a) (Parameter i64 b) a)"),
        ("(a)", "[a]"),
        ("P { x: 1, y: Q { } }", "(StructLiteral P (FieldInitializer x 1) (FieldInitializer y (StructLiteral Q)))"),
        ("A.P<i64> { x: 1 }", "(StructLiteral (. A P<i64>) (FieldInitializer x 1))"),
        ("[1, [2]]", "(ArrayLiteral 1 (ArrayLiteral 2))"),
        ('"a${b}c${"d${e}"}"', "(string 'a' b 'c' (string 'd' e))"),
        ('"a\\n\\u{41}\\${x}$"', "(string 'a\\nA${x}$')"),
        ('""', "(string)"),
        ("'\\n'", "10"),
        ("0xff_u8 + 1_000 + 8_i64 + 0b11 + 0o17", "(+ (+ (+ (+ 255_u8 1000) 8_i64) 3) 15)"),
        ("1.5 + 2e3 + 1_f64 + 1.0_f32", "(+ (+ (+ 1.5 2000.0) 1_f64) 1.0_f32)"),
        ("3.Max(4)", "(call (. 3 Max) 4)"),
    ],
)
def test_expressions(text: str, wanted: str | None) -> None:
    if wanted is None:
        assert parse(SourceText("shape.bd", f"unit main() {{ {text}; }}")).diagnostics
    else:
        assert _statements(f"{text};") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("i64 a = 1;", "(let i64 a 1)"),
        ("i64 mut a = 1;", "(let mut i64 a 1)"),
        ("mut i64 a = 1;", "(let mut i64 a 1)"),
        ("let a = 1;", "(let _ a 1)"),
        ("let mut a = 1;", "(let mut _ a 1)"),
        ("let i64 a = 1;", "(let i64 a 1)"),
        ("unit(string) h = f;", "(let (fn string unit) h f)"),
        ("(i64, bool) => i64[] h = f;", "(let (fn i64 bool i64[]) h f)"),
        ("A.B<C>[][] xs = y;", "(let A.B<C>[][] xs y)"),
        ("List<List<i64>> xs = y;", "(let List<List<i64>> xs y)"),
        ("f(x).y = 1;", "(= (. (call f x) y) 1)"),
        ("xs[0] = 1;", "(= (Index xs 0) 1)"),
        ("a == b;", "(== a b)"),
        ("if a { } else if b { } else { }", "(If a (Block) (If b (Block) (Block)))"),
        ("if x { y(); }", "(If x (Block (call y)))"),
        ("if P { x: 1 } == p { }", "(If (== (StructLiteral P (FieldInitializer x 1)) p) (Block))"),
        ("for x in xs { }", "(For x xs (Block))"),
        ("while a < b { }", "(While (< a b) (Block))"),
        ("match x { n when ok => 1, };", "(Match x (MatchArm (Binding n) ok 1))"),
        ("match x { E::V(_, -1) => { }, };", None),
        ("return;", "(Return)"),
        ("return x;", "(Return x)"),
        ("{ break; };", "(Block (Block (Break)))"),
    ],
)
def test_statements(text: str, wanted: str | None) -> None:
    if wanted is None:
        wanted = "(Match x (MatchArm (Enum E V _ (Literal 1)) (Block (Block))))"
    assert _statements(text) == wanted


def test_the_members_of_a_type() -> None:
    item = _item(
        "pub type C<T : A + B<T>> : D, E<T> { pub i64 n, event{4} Made(string s), event Gone(),\n"
        "i64(i64) f, pub i64 Get() { return n; } R Map<R>(R(T) f) => f(n); i64 last }"
    )
    assert isinstance(item, tree.TypeItem)
    assert item.is_pub
    assert [shape(each) for each in item.type_parameters] == ["(TypeParameter T A B<T>)"]
    assert [shape(each) for each in item.conformances] == ["D", "E<T>"]
    assert [each.name.text for each in item.fields] == ["n", "Made", "Gone", "f", "last"]
    made, gone = item.fields[1:3]
    assert isinstance(made, tree.EventField)
    assert isinstance(gone, tree.EventField)
    assert (made.capacity, gone.capacity) == (4, None)
    assert [each.name.text for each in item.methods] == ["Get", "Map"]
    assert item.methods[0].expression_body is None
    assert item.methods[1].body is None


def test_parameters() -> None:
    item = _item("unit f(ref i64 a, out List<i64> b, mut P c, i64 out, ref T d, [A] i64[] e) { }")
    assert isinstance(item, tree.FunctionItem)
    found = [(each.modifier, each.is_mut, each.name.text, len(each.attributes)) for each in item.parameters]
    assert found == [
        ("ref", False, "a", 0),
        ("out", False, "b", 0),
        ("", True, "c", 0),
        ("", False, "out", 0),
        ("ref", False, "d", 0),
        ("", False, "e", 1),
    ]


def test_contracts_have_methods_and_embeddings() -> None:
    item = _item("contract C<T> { A; B i64 f(); D<T> }")
    assert isinstance(item, tree.ContractItem)
    assert [each.name.text for each in item.methods] == ["f"]
    assert [shape(each.path) for each in item.embeddings] == ["A", "B", "D<T>"]
    assert item.methods[0].body is None


def test_variants_and_their_payloads() -> None:
    item = _item("enum E { A, B(), C(i64 x, string), D(List<E>, E rest,), }")
    assert isinstance(item, tree.EnumItem)
    names = [[field.name.text if field.name else None for field in each.fields] for each in item.variants]
    assert names == [[], [], ["x", None], [None, "rest"]]


def test_extend_and_impl() -> None:
    extended = _item("extend type A.B<T> { i64 f() => 1; }")
    implemented = _item("impl i64 { i64 f() => 1; }")
    assert isinstance(extended, tree.ImplItem)
    assert isinstance(implemented, tree.ImplItem)
    assert (extended.is_extend, implemented.is_extend) == (True, False)
    assert shape(extended.receiver) == "A.B<T>"


def test_sections_of_tests() -> None:
    item = _item('test t { meta { tags = "a"; } i64 x = 1; skip { condition = false; reason = "b"; } }')
    assert isinstance(item, tree.TestItem)
    assert [(each.kind, [entry.name.text for entry in each.entries]) for each in item.sections] == [
        ("meta", ["tags"]),
        ("skip", ["condition", "reason"]),
    ]
    assert len(item.body.statements) == 1


def test_embedding_without_semicolon_before_a_signature_prefers_the_signature() -> None:
    item = _item("contract C { A B(); }")
    assert isinstance(item, tree.ContractItem)
    assert [each.name.text for each in item.methods] == ["B"]
    assert not item.embeddings


def test_spans_cover_the_text_of_the_construct() -> None:
    text = "pub i64 f(i64 a) { return a + 1; }"
    item = _item(text)
    assert isinstance(item, tree.FunctionItem)
    assert item.body is not None
    statement = item.body.statements[0]
    assert isinstance(statement, tree.ExpressionStatement)
    leaving = statement.expression
    assert isinstance(leaving, tree.ReturnExpression)
    assert leaving.value is not None
    assert text[item.span.start : item.span.end] == text
    assert text[statement.span.start : statement.span.end] == "return a + 1;"
    assert text[leaving.value.span.start : leaving.value.span.end] == "a + 1"
    assert text[item.parameters[0].span.start : item.parameters[0].span.end] == "i64 a"
