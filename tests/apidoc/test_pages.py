"""Documentation of a package: what comments say, where references lead, and that pages show texts as texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from beskid.analysis.program import Package, ProgramWorld
from beskid.apidoc.collect import collect
from beskid.apidoc.comments import Expectation, read_comment
from beskid.apidoc.examples import example_programs
from beskid.apidoc.html import html_pages
from beskid.apidoc.json_file import api_json
from beskid.apidoc.links import Links
from beskid.apidoc.markdown import Pages
from beskid.apidoc.model import Kind, PackageDocumentation
from beskid.cli.doc import FORMATS
from beskid.driver.documentation import Format
from beskid.driver.inputs.sources import CORE_LIBRARY_NAME, core_library
from beskid.source.text import SourceText

RENDER = MarkdownIt("commonmark", {"html": False}).enable("table").render


def document(is_complete: bool = False, **files: str) -> PackageDocumentation:
    """The documentation of a package whose files are given by the names of their modules."""
    modules: dict[tuple[str, ...], Callable[[], SourceText]] = {
        (name,): partial(SourceText, f"{name}.bd", text) for name, text in files.items()
    }
    world = ProgramWorld((Package("app", modules, False), core_library([])))
    return collect("app", world.load_all("app"), is_complete)


def signatures(package: PackageDocumentation) -> dict[str, str]:
    return {item.qualified_name(): item.signature for item in package.all_items()}


def test_signatures_are_declarations_without_bodies() -> None:
    package = document(
        A="""
pub type Pair<A : Comparable, B> : Equatable, Hashable { A left, B right }
[Export("f")] pub i64 F(i64 a, i64 b) { return a + b; }
pub i64 Many(
    /// the first
    i64 first, // a remark
    ref i64 second,
) => first;
pub enum E { None, Some(i64 value) }
pub contract C<T> { bool Is(T other); }
pub const string Place = "http://x";
pub type Button { event{4} Clicked(i64 x) }
i64 hidden() => 1;
"""
    )
    assert signatures(package) == {
        "A.Pair": "pub type Pair<A : Comparable, B> : Equatable, Hashable",
        "A.Pair.left": "A left",
        "A.Pair.right": "B right",
        "A.F": "pub i64 F(i64 a, i64 b)",
        "A.Many": "pub i64 Many(i64 first, ref i64 second)",
        "A.E": "pub enum E",
        "A.E.None": "None",
        "A.E.Some": "Some(i64 value)",
        "A.C": "pub contract C<T>",
        "A.C.Is": "bool Is(T other)",
        "A.Place": 'pub const string Place = "http://x"',
        "A.Button": "pub type Button",
        "A.Button.Clicked": "event{4} Clicked(i64 x)",
    }


def test_methods_belong_to_their_type_and_inline_modules_are_modules() -> None:
    package = document(
        A="""
impl Box { pub i64 Get() => 1; i64 own() => 2; }
pub type Box { i64 x }
extend type Box { pub i64 Two() => 2; }
impl i64 { pub i64 Third() => this; }
pub mod inner { pub i64 F() => 1; }
mod secret { pub i64 G() => 1; }
"""
    )
    assert list(signatures(package)) == ["A.Box", "A.Box.x", "A.Box.Get", "A.Box.Two", "A.i64.Third", "A.inner.F"]
    everything = document(is_complete=True, A="impl Box { i64 own() => 2; } type Box { i64 x }")
    assert list(signatures(everything)) == ["A.Box", "A.Box.x", "A.Box.own"]


@pytest.mark.parametrize(
    ("text", "module", "item"),
    [
        ("/// About.\n\n/// F.\npub i64 F() => 1;", "About.", "F."),
        ("/// About.\n\npub i64 F() => 1;", "About.", ""),
        ("/// About.\nuse Core.Json;\n/// F.\npub i64 F() => 1;", "About.", "F."),
        ("/// F.\npub i64 F() => 1;", "", "F."),
        ("[Export]\n/// F.\npub i64 F() => 1;", "", "F."),
    ],
)
def test_the_module_and_its_first_item(text: str, module: str, item: str) -> None:
    found = document(A=text).modules[0]
    assert (read_comment(found.comment).prose, read_comment(found.items[0].comment).prose) == (module, item)


def test_a_comment_in_parts() -> None:
    item = (
        document(
            A="""
/// Adds.
/// In two lines.
///
/// More.
/// @arg(a) the first,
/// which goes on
/// @arg(b) the second
/// @returns the sum
///
/// The end, `@arg(c)` is code.
/// ~~~
/// @arg(a) in a block
/// ~~~
pub i64 Add(i64 a, i64 b) => a + b;
"""
        )
        .modules[0]
        .items[0]
    )
    comment = read_comment(item.comment)
    assert comment.summary() == "Adds. In two lines."
    assert comment.arguments == {"a": "the first, which goes on", "b": "the second"}
    assert comment.returns == "the sum"
    assert comment.prose.endswith("The end, `@arg(c)` is code.\n~~~\n@arg(a) in a block\n~~~")


REFERRED = """
/// See @ref(Two), @ref(B.Two), @ref(E::Red), @ref(nothing), `@ref(Two)` and @ref(Both).
/// ```
/// @ref(Two)
/// ```
pub i64 One() => 1;
pub i64 Two() => 2;
pub enum E { Red }
"""


def test_references_are_links() -> None:
    package = document(A=REFERRED, B="pub i64 Two() => 2; pub i64 Both() => 1;", C="pub i64 Both() => 1;")
    page = Pages(package).all()["A.md"]
    assert (
        "See [`Two`](#A.Two), [`B.Two`](B.md#B.Two), [`E::Red`](#A.E.Red), `nothing` *(unresolved)*, `@ref(Two)` and "
        "`Both` *(unresolved)*.\n```\n@ref(Two)\n```" in page
    )


def test_internal_modules_have_no_page() -> None:
    inner = "// Generated.\n/// Internal: for the others.\n\npub i64 Two() => 2;"
    assert [module.path for module in document(Inner=inner, Shown="pub i64 One() => 1;").modules] == [("Shown",)]
    assert len(document(True, Inner=inner, Shown="pub i64 One() => 1;").modules) == 2


def test_every_link_of_the_core_library_has_a_target() -> None:
    library = core_library([])
    package = collect(CORE_LIBRARY_NAME, ProgramWorld((library,)).load_all(CORE_LIBRARY_NAME))
    pages = html_pages(package, RENDER)
    anchors = {name: set(re.findall(r'<a id="([^"]+)"', text)) for name, text in pages.items()}
    links = [(name, link) for name, text in pages.items() for link in re.findall(r'<a href="([^"]*)"', text)]
    assert len(links) > 300
    for name, link in links:
        page, _, anchor = link.partition("#")
        target = page or name
        assert target in pages and (not anchor or anchor in anchors[target]), (name, link)


class Scripts(HTMLParser):
    """The tags of a page, and the texts of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@given(st.text(st.sampled_from("<>/scriptimg\"'&` @ref(A)\\{}|*_[]!-#."), max_size=60))
def test_no_comment_adds_elements_that_run(text: str) -> None:
    package = document(A=f"/// {text}\n/// <script>alert(1)</script>\npub i64 F() => 1;")
    pages = html_pages(package, RENDER)
    page = Scripts()
    page.feed(pages["A.html"])
    assert page.tags.count("script") == 1
    assert not {"iframe", "object", "style"} & set(page.tags)
    assert "</script" not in pages["search.js"]


def test_the_file_for_tools() -> None:
    package = document(
        A="/// A point, see @ref(Move).\npub type P { i64 x }\n/// @arg(by) how far\npub P Move(P p, i64 by) => p;"
    )
    content = json.loads(api_json(package, "1"))
    items = {item["qualifiedName"]: item for item in content["items"]}
    move = items["A.Move"]
    assert content["schemaVersion"] == 4
    assert move["parentId"] == "module:A" and move["returnType"] == "P"
    assert move["parameters"][0]["type"] == {"display": "P", "refItemId": "type:A.P"}
    assert move["parameters"][1]["docMarkdown"] == "how far"
    assert items["A.P"]["memberIds"] == ["field:A.P.x"] and items["A.P.x"]["fieldType"] == "i64"
    assert items["A.P"]["docMarkdown"] == "A point, see `Move`."


LINES = st.lists(
    st.sampled_from(["F();", "  let a = 1;", "", "use Core.Json;", "i64 g() => 1;", "if x {", "\u00e9"]), max_size=6
)


@given(LINES, st.integers(0, 3), st.booleans())
def test_examples_keep_their_lines_and_columns(lines: list[str], above: int, is_nested: bool) -> None:
    indent = "    " if is_nested else ""
    comment = [f"{indent}/// ```beskid norun", *[f"{indent}/// {line}" for line in lines], f"{indent}/// ```"]
    body = [f"{indent}pub i64 F() => 1;"]
    text = "\n".join(
        [
            "",
            *["// more"] * above,
            *(["pub mod M {"] if is_nested else []),
            *comment,
            *body,
            *(["}"] if is_nested else []),
        ]
    )
    world = ProgramWorld((Package("app", {("A",): lambda: SourceText("A.bd", text)}, False), core_library([])))
    modules = world.load_all("app")
    (example,) = example_programs(collect("app", modules), modules)
    assert example.example.expectation is Expectation.NOT_RUN
    made = example.text.split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        if example.line < number < example.last_line and made[number - 1]:
            assert made[number - 1].strip() == line.strip().removeprefix("///").strip()
            assert len(made[number - 1]) == len(line)
    assert text.split("\n")[example.line - 1].endswith("beskid norun")


def test_the_command_line_has_every_format() -> None:
    assert [each.value for each in Format] == list(FORMATS)


def test_an_ambiguous_path_denotes_nothing() -> None:
    package = document(B="pub i64 Both() => 1;", C="pub i64 Both() => 1;", D="pub i64 F() => 1;")
    links = Links(package.modules)
    assert links.find("Both", ("D",)) is None
    found = links.find("Both", ("C",))
    assert found is not None and found.path == ("C", "Both")
    assert [each.kind for each in package.all_items()] == [Kind.FUNCTION] * 3
