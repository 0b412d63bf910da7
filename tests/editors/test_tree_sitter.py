"""The tree-sitter grammar reads what the compiler's parser reads, in the same way, and its queries fit it."""

from __future__ import annotations

import random
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.editors.tree_sitter_parser import FOLDER, errors, language, nodes, parser
from tests.property.choices import SeededSource
from tests.property.programs import program
from tools import grammars
from tree_sitter import Node, Point, Query, QueryCursor

from beskid.ide import symbols
from beskid.source.text import SourceText, Span
from beskid.syntax import highlighting, tree
from beskid.syntax.lexer import tokenize
from beskid.syntax.parser import parse
from beskid.syntax.tokens import CHAR, IDENTIFIER, NUMBER, RESERVED_WORDS, STRING, STRING_TEXT

ROOT = Path(__file__).parents[2]
QUERIES = sorted((FOLDER / "queries").glob("*.scm"))
EXAMPLES = sorted((ROOT / "examples").rglob("*.bd"))
CORPUS = [
    path for folder in ("examples", "corelib", "tests", "bench") for path in sorted((ROOT / folder).rglob("*.bd"))
]


def parsed(path: Path) -> tuple[bytes, tree.Program] | None:
    """Return a text and its tree, or None when the compiler's parser reports something."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    result = parse(SourceText(path.name, text))
    return None if result.diagnostics else (content, result.program)


# The parser ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not grammars.has_generator(), reason=f"tree-sitter {grammars.GENERATOR} is not installed")
def test_the_parser_is_current(tmp_path: Path) -> None:
    grammars.generate_parser(tmp_path)
    written, kept = (
        {path.relative_to(folder): path.read_text(encoding="utf-8") for path in (folder / "src").rglob("*.[chj]*")}
        for folder in (tmp_path, FOLDER)
    )
    assert written == kept, "run `python -m tools.grammars`"


def test_the_interface_is_the_one_that_old_editors_load() -> None:
    assert language().abi_version == grammars.ABI


# The shape of the tree -----------------------------------------------------------------------------------------------

SHAPES: dict[type, tuple[str, ...]] = {
    tree.FunctionItem: ("function_item", "method_item", "signature"),
    tree.LetStatement: ("let_statement",),
    tree.WhileStatement: ("while_statement",),
    tree.ForStatement: ("for_statement",),
    tree.BinaryExpression: ("binary_expression",),
    tree.UnaryExpression: ("unary_expression",),
    tree.CastExpression: ("cast_expression",),
    tree.AssignExpression: ("assignment",),
    tree.CallExpression: ("call_expression",),
    tree.IndexExpression: ("index_expression",),
    tree.TryExpression: ("try_expression",),
    tree.EnumPathExpression: ("variant_expression",),
    tree.StructLiteral: ("struct_literal",),
    tree.ArrayLiteral: ("array_literal",),
    tree.GroupedExpression: ("grouped_expression",),
    tree.LambdaExpression: ("lambda",),
    tree.MatchExpression: ("match_expression",),
    tree.MatchArm: ("match_arm",),
    tree.IfExpression: ("if_expression",),
    tree.ReturnExpression: ("return_expression",),
    tree.ArrayType: ("array_type",),
    tree.FunctionType: ("function_type", "arrow_type"),
    tree.RefType: ("ref_type",),
    tree.EnumPattern: ("variant_pattern",),
    tree.RangePattern: ("range_pattern",),
}
NAMES = {name: kind.__name__ for kind, names in SHAPES.items() for name in names}
Shape = tuple[str, int, int]


def shape_of(root: tree.Program) -> set[Shape]:
    found: set[Shape] = set()
    waiting: list[object] = [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(symbols.children_of(part))
        if type(part) in SHAPES:
            span: Span = part.span  # type: ignore[attr-defined]
            found.add((type(part).__name__, span.start, span.end))
    return found


def shape_of_nodes(root: Node, content: bytes) -> set[Shape]:
    characters = [0] * (len(content) + 1)
    for index, byte in enumerate(content):
        characters[index + 1] = characters[index] + (byte & 0xC0 != 0x80)
    return {
        # An offset inside of a character cannot occur, so that counting first bytes is enough.
        (NAMES[node.type], characters[node.start_byte], characters[node.end_byte])
        for node in nodes(root)
        if node.is_named and node.type in NAMES
    }


def test_the_corpus_has_the_shape_that_the_compiler_sees() -> None:
    tried = 0
    for path in CORPUS:
        found = parsed(path)
        if found is None:
            continue
        tried += 1
        content, whole = found
        root = parser().parse(content).root_node
        assert not root.has_error, (path, [(each.start_point, each.type) for each in errors(root)][:3])
        if not content.startswith(BOM_UTF8):
            assert shape_of_nodes(root, content) ^ shape_of(whole) == set(), path
    assert tried > 600


@pytest.mark.parametrize("number", range(25))
def test_random_programs_have_the_shape_that_the_compiler_sees(number: int) -> None:
    text = program(SeededSource(number))
    content = text.encode()
    found = shape_of_nodes(parser().parse(content).root_node, content)
    assert found ^ shape_of(parse(SourceText("random.bd", text)).program) == set()


READINGS = {
    "a < b > (c)": "call_expression",
    "f(a < b, c > d)": "call_expression",
    "a | b >> c": "binary_expression",
    "a >> b << c": "binary_expression",
    "a & b >= c": "binary_expression",
    "return 1 << 2": "return_expression",
    "x => y = z": "lambda",
    "List<List<i64>>.Of()": "call_expression",
    "(a) => a": "lambda",
    "a as i64 < b": "binary_expression",
    "-a.b": "unary_expression",
    "f(ref x, out y, ref[0], out)": "call_expression",
}


@pytest.mark.parametrize("text", READINGS)
def test_an_expression_with_several_readings_is_read_as_by_the_compiler(text: str) -> None:
    whole = f"unit main() {{ {text}; }}"
    root = parser().parse(whole.encode()).root_node
    assert not root.has_error
    statement = next(node for node in nodes(root) if node.type == "expression_statement")
    assert statement.children[0].type == READINGS[text]
    assert shape_of_nodes(root, whole.encode()) == shape_of(parse(SourceText("main.bd", whole)).program)


# Queries -------------------------------------------------------------------------------------------------------------


RARE = """\
attribute Checked(Type) { level: i64 = 1, }

test works {
    meta { name = "works"; }
    value = 1;
}

type Button<T> {
    event{4} Clicked(i64 button),
    T part,
}

enum Held<T> { Some(T value), None, }

extend type Button<i64> {
    Held<i64> pressed(i64 times) {
        let other = Button<i64> { part: times, };
        check<i64>(other.part);
        return Held<i64>::Some(times);
    }
}

mod Inner {
    /* one */
    contract Shape {
        f64 Scaled(
            f64 factor
        );
    }
}
"""
"""What the examples lack."""


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_every_pattern_of_a_query_finds_something(path: Path) -> None:
    query = Query(language(), path.read_text(encoding="utf-8"))
    text = b"\n".join([RARE.encode(), *[example.read_bytes() for example in EXAMPLES]])
    found = {pattern for pattern, _ in QueryCursor(query).matches(parser().parse(text).root_node)}
    assert set(range(query.pattern_count)) - found == set()


def lines_of_folds(content: bytes) -> set[tuple[int, int]]:
    query = Query(language(), (FOLDER / "queries" / "folds.scm").read_text(encoding="utf-8"))
    found = QueryCursor(query).captures(parser().parse(content).root_node)["fold"]
    lines = {(node.start_point.row, node.end_point.row) for node in found}
    return {(first, last) for first, last in lines if first < last}


def test_folds_are_those_of_the_server() -> None:
    for text in [RARE, *[path.read_text(encoding="utf-8") for path in EXAMPLES]]:
        source = SourceText("main.bd", text)
        lines = {
            (source.position(span.start)[0] - 1, source.position(span.end - 1)[0] - 1)
            for span in symbols.folds(parse(source).program)
        }
        assert lines_of_folds(text.encode()) == lines


def colors(content: bytes) -> dict[tuple[int, int], set[str]]:
    """Return the captures of the highlights by the bytes that they cover."""
    query = Query(language(), (FOLDER / "queries" / "highlights.scm").read_text(encoding="utf-8"))
    found: dict[tuple[int, int], set[str]] = {}
    for name, captured in QueryCursor(query).captures(parser().parse(content).root_node).items():
        for node in captured:
            found.setdefault((node.start_byte, node.end_byte), set()).add(name)
    return found


KEYWORD_COLORS = {
    **dict.fromkeys(highlighting.CONSTANTS, "boolean"),
    **dict.fromkeys({*highlighting.DECLARATIONS, *highlighting.CONTROL}, "keyword"),
}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_colors_are_those_of_the_tokens(path: Path) -> None:
    found = parsed(path)
    assert found is not None
    content = found[0]
    text = content.decode("utf-8")
    tokens = tokenize(SourceText(path.name, text))
    painted = colors(content)
    assert not [names for names in painted.values() if len(names) > 1], "no two patterns match the same node"

    def painted_at(start: int, end: int) -> str:
        first = len(text[:start].encode())
        return next(iter(painted.get((first, first + len(text[start:end].encode())), {""})))

    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        color = painted_at(start, end)
        if kind in RESERVED_WORDS:
            assert color.partition(".")[0] == KEYWORD_COLORS[kind], (kind, color)
        elif kind == NUMBER:
            assert color.startswith("number")
        elif kind == CHAR:
            assert color == "character"
        elif kind in ("{", "}"):
            assert color == "punctuation.bracket"
        elif kind == STRING:
            assert painted_at(start, start + 1) == "string" == painted_at(end - 1, end)
        elif kind == STRING_TEXT:
            assert painted_at(start, end) in ("string", "string.escape", "")
        elif kind == IDENTIFIER:
            assert not color.startswith(("string", "number", "comment", "operator"))
    for comment in tokens.comments:
        color = painted_at(comment.span.start, comment.span.end)
        assert color == ("comment.documentation" if comment.is_doc else "comment")


def test_the_highlights_name_every_word_and_operator_of_the_tables() -> None:
    written = (FOLDER / "queries" / "highlights.scm").read_text(encoding="utf-8")
    quoted = set(re.findall(r'"([^"\s]+)"', written))
    nodes_of_words = {"true": "(true)", "false": "(false)", "pub": "(visibility)"}
    nodes_of_words |= {"break": "(break_expression)", "continue": "(continue_expression)"}
    for word in RESERVED_WORDS:
        assert word in quoted or nodes_of_words[word] in written, word
    for spelling in re.findall(r"(?:\\?[^|\\]|\\\|)+", highlighting.OPERATORS):
        assert spelling.replace("\\", "") in quoted, spelling
    lists = re.findall(r"match\? @type[\w.]*\s+\"\^\(([^)]*)\)\$", written)
    assert lists == ["|".join(highlighting.PRIMITIVE_NAMES)] * 2


# Symbols -------------------------------------------------------------------------------------------------------------

KINDS = {
    "function": "function", "method": "method", "type": "type", "field": "field", "enum": "enum", "variant": "variant",
    "contract": "contract", "constant": "constant", "module": "module", "attribute": "attribute", "test": "test",
    "impl": "impl",
}  # fmt: skip


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_tags_and_outline_are_the_symbols_of_the_server(path: Path) -> None:
    found = parsed(path)
    assert found is not None
    content, whole = found
    text = content.decode("utf-8")
    expected = sorted(
        (KINDS[entry.kind], text[entry.name_span.start : entry.name_span.end], len(text[: entry.span.start].encode()))
        for entry, _ in symbols.flat(symbols.outline(whole))
    )
    root = parser().parse(content).root_node
    tags: list[tuple[str, str, int]] = []
    for _, match in QueryCursor(Query(language(), (FOLDER / "queries" / "tags.scm").read_text())).matches(root):
        kind = next(name for name in match if name != "name")
        if kind.startswith("definition."):
            item, name = match[kind][0], match["name"][0]
            tags.append((kind.partition(".")[2], (name.text or b"").decode(), item.start_byte))
    assert sorted(tags) == expected
    outline = QueryCursor(Query(language(), (FOLDER / "queries" / "outline.scm").read_text())).matches(root)
    assert sorted(((match["name"][0].text or b"").decode(), match["item"][0].start_byte) for _, match in outline) == (
        sorted((name, start) for _, name, start in expected)
    )


# Errors and edits ----------------------------------------------------------------------------------------------------


MAX_LOST = 0.03
"""The share of the other items that an error may take away."""


def items_of(program: tree.Program) -> Iterator[tree.FunctionItem | tree.TypeItem | tree.EnumItem]:
    for item in program.items:
        if isinstance(item, (tree.FunctionItem, tree.TypeItem, tree.EnumItem)):
            yield item


def test_an_error_in_an_item_leaves_the_others_whole() -> None:
    """Without one token of an item, nearly all other items are found as before."""
    lost = tried = 0
    for path in EXAMPLES:
        found = parsed(path)
        assert found is not None
        text, whole = found[0].decode("utf-8"), found[1]
        chance = random.Random(path.name)
        tokens = tokenize(SourceText(path.name, text))
        items = list(items_of(whole))
        for _ in range(12):
            index = chance.randrange(len(tokens.kinds) - 1)
            start, end = tokens.starts[index], tokens.ends[index]
            if tokens.kinds[index] in ("{", "}"):
                continue
            names = {
                (node.text or b"").decode()
                for node in nodes(parser().parse((text[:start] + text[end:]).encode()).root_node)
                if node.type in ("identifier", "type_identifier")
                and node.parent is not None
                and node.parent.type in ("function_item", "type_item", "enum_item")
                and node.parent.child_by_field_name("name") == node
            }
            others = {item.name.text for item in items if not item.span.start <= start < item.span.end}
            tried += len(others)
            lost += len(others - names)
    assert lost <= tried * MAX_LOST, (lost, tried)


def point_at(content: bytes, offset: int) -> Point:
    return Point(content.count(b"\n", 0, offset), offset - content.rfind(b"\n", 0, offset) - 1)


PIECES = ("", " ", "x", "\n", "let a = 1;\n", "// note\n", "a < b", "f(x)", '"${a}"', "{ }", "}", "(")


@settings(settings.get_profile("few"))
@given(st.data())
def test_an_edited_tree_is_that_of_the_new_text(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(EXAMPLES)).read_bytes()
    old = parser().parse(content)
    for _ in range(5):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 12)))
        piece = data.draw(st.sampled_from(PIECES)).encode()
        changed = content[:start] + piece + content[end:]
        old.edit(
            start, end, start + len(piece), point_at(content, start), point_at(content, end),
            point_at(changed, start + len(piece)),
        )  # fmt: skip
        content = changed
        new, fresh = parser().parse(content, old), parser().parse(content)
        assert new.root_node.end_byte == fresh.root_node.end_byte
        assert new.root_node.has_error == fresh.root_node.has_error
        if not fresh.root_node.has_error:
            assert str(new.root_node) == str(fresh.root_node)
        old = new
