"""The grammars of Kate and Sublime Text are current and whole, and programs that read them color as they should."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from tests.editors.test_highlighting import patterns
from tests.editors.tree_sitter_parser import language
from tests.limits import run
from tools import grammars, line_grammars, query_dialects
from tree_sitter import Query

import beskid

PRINTED = Path(__file__).parents[2] / "src" / "beskid" / "_editors"
EDITORS = PRINTED.parents[2] / "editors"
PROGRAM = """\
/// Adds.
unit main() {
    let word = "text ${f(1) + 2:>4} $ \\n";
    //// rule
    // done
    return word;
}
"""
KINDS = ("/// Adds.", "unit", "main", "let", '"text ', "${", "1", "+", ":>4", "\\n", "//// rule", "// done", "return")


@pytest.mark.parametrize("path", grammars.files(), ids=lambda path: "-".join(path.parts[-2:]))
def test_a_generated_file_is_current_and_says_so(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert written == grammars.files()[path], "run `python -m tools.grammars`"
    if path.suffix != ".json":
        assert line_grammars.NOTICE in written.splitlines()[0]


def test_the_definition_of_kate_names_only_what_it_declares() -> None:
    root = ElementTree.fromstring(line_grammars.kate())
    styles = {each.attrib["name"] for each in root.iter("itemData")}
    contexts = {each.attrib["name"] for each in root.iter("context")}
    lists = {each.attrib["name"] for each in root.iter("list")}
    used: set[str] = set()
    for context in root.iter("context"):
        used.add(context.attrib["attribute"])
        for rule in context:
            used |= {rule.attrib["attribute"]} if "attribute" in rule.attrib else set()
            assert rule.attrib.get("context", "#stay") in contexts | {"#stay", "#pop"}
            if rule.tag == "keyword":
                assert rule.attrib["String"] in lists
            if rule.tag == "RegExpr":
                re.compile(rule.attrib["String"])
    assert used <= styles
    regions = {each.attrib[key] for each in root.iter() for key in ("beginRegion", "endRegion") if key in each.attrib}
    assert regions == {"braces", "comment"}


def test_the_definition_of_sublime_names_only_contexts_that_it_has() -> None:
    found: dict[str, Any] = yaml.safe_load(line_grammars.sublime())
    contexts = found["contexts"]
    for rules in contexts.values():
        for rule in rules:
            assert rule.get("push", "main") in contexts
            assert rule.get("include", "main") in contexts
    assert len(patterns(contexts)) > 20
    for pattern in patterns(contexts):
        re.compile(pattern)


def assert_colors(parts: list[tuple[str, str]]) -> dict[str, str]:
    """Parts of the program with a color each: those that differ in kind differ in color. Returns the colors by kind."""
    assert "".join(text for _, text in parts).strip() == PROGRAM.strip()
    colors: list[str] = [color for color, text in parts for _ in text]
    whole = "".join(text for _, text in parts)
    found = {kind: colors[whole.index(kind) + len(kind) - 1] for kind in KINDS}
    plain = colors[whole.index("{")]
    for kind in ("/// Adds.", "unit", "let", '"text ', "1", "\\n", "// done", "return"):
        assert found[kind] != plain, kind
    assert found["//// rule"] == found["// done"], "only three slashes make documentation"
    string = found['"text ']
    assert colors[whole.index("$ ")] == string, "a `$` without a brace is a part of the string"
    for kind in ("let", "1", "// done", "+", "\\n"):
        assert found[kind] != string, kind
    assert colors[whole.index("word;")] == plain
    return found


@pytest.mark.skipif(shutil.which("kate-syntax-highlighter") is None, reason="the tools of Kate are not installed")
def test_kate_colors_a_program(tmp_path: Path) -> None:
    folder = tmp_path / "org.kde.syntax-highlighting" / "syntax"
    folder.mkdir(parents=True)
    shutil.copy(PRINTED / "beskid.xml", folder)
    program = tmp_path / "main.bd"
    program.write_text(PROGRAM, encoding="utf-8")
    command = ["kate-syntax-highlighter", "--syntax", "Beskid", str(program)]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = run(command, env=environment, capture_output=True, text=True, check=True)
    body = done.stdout.partition("<pre>\n")[2].partition("</pre>")[0] or done.stdout.rpartition("<pre>")[2]
    pieces = re.findall(r'<span style="([^"]*)">([^<]*)</span>|([^<]+)', body.partition("</pre>")[0])
    found = assert_colors([(color, html.unescape(text or plain)) for color, text, plain in pieces])
    assert found["/// Adds."] != found["// done"]


@pytest.mark.skipif(shutil.which("batcat") is None, reason="bat is not installed")
def test_bat_colors_a_program_with_the_definition_of_sublime(tmp_path: Path) -> None:
    (tmp_path / "syntaxes").mkdir()
    shutil.copy(PRINTED / "beskid.sublime-syntax", tmp_path / "syntaxes" / "Beskid.sublime-syntax")
    cache = tmp_path / "cache"
    command = ["batcat", "cache", "--build", "--source", str(tmp_path), "--target", str(cache)]
    run(command, check=True, capture_output=True)
    program = tmp_path / "main.bd"
    program.write_text(PROGRAM, encoding="utf-8")
    options = ["--style=plain", "--paging=never", "--color=always", "--theme=Monokai Extended", "--language=Beskid"]
    environment = {**os.environ, "BAT_CACHE_PATH": str(cache), "COLORTERM": "truecolor"}
    done = run(["batcat", *options, str(program)], env=environment, capture_output=True, text=True, check=True)
    pieces = re.findall(r"\x1b\[([0-9;]*)m([^\x1b]*)", done.stdout)
    assert_colors([(color, text) for color, text in pieces if text])


@pytest.mark.parametrize("editor", query_dialects.QUERIES)
def test_the_queries_of_other_editors_compile(editor: str) -> None:
    names = query_dialects.QUERIES[editor][0]
    for name, text in query_dialects.queries(grammars.TREE_SITTER / "queries", editor).items():
        query = Query(language(), text)
        original = (grammars.TREE_SITTER / "queries" / name).read_text(encoding="utf-8")
        patterns = [re.findall(r"@[a-z][a-z._]*", each) for each in original.split("\n\n")]
        kept = [each for each in patterns if any(names.get(capture[1:], capture) for capture in each)]
        assert query.pattern_count == len(kept), name


SIDES = ("around", "inside")
TEXT_OBJECTS = {
    "helix": {
        f"{part}.{side}" for part in ("class", "comment", "entry", "function", "parameter", "test") for side in SIDES
    },
    "zed": {f"{part}.{side}" for part in ("class", "comment", "function") for side in SIDES},
}
"""The captures that the editors know in the query of text objects, by their documentation."""


@pytest.mark.parametrize("editor", TEXT_OBJECTS)
def test_an_editor_knows_the_text_objects_of_its_query(editor: str) -> None:
    query = Query(language(), query_dialects.queries(grammars.TREE_SITTER / "queries", editor)["textobjects.scm"])
    assert {query.capture_name(index) for index in range(query.capture_count)} == TEXT_OBJECTS[editor]


def test_the_extension_of_zed_names_the_grammar() -> None:
    folder = EDITORS / "zed"
    extension = tomllib.loads((folder / "extension.toml").read_text(encoding="utf-8"))
    language_of = tomllib.loads((folder / "languages" / "beskid" / "config.toml").read_text(encoding="utf-8"))
    assert extension["grammars"].keys() == {language_of["grammar"]}
    assert (EDITORS.parent / extension["grammars"]["beskid"]["path"] / "grammar.js").is_file()
    assert extension["language_servers"]["beskid"]["languages"] == [language_of["name"]]


def test_grammar_and_extensions_have_the_version_of_the_compiler() -> None:
    zed = EDITORS / "zed"
    versions = {
        tomllib.loads((zed / "extension.toml").read_text(encoding="utf-8"))["version"],
        tomllib.loads((zed / "Cargo.toml").read_text(encoding="utf-8"))["package"]["version"],
        json.loads((grammars.TREE_SITTER / "tree-sitter.json").read_text(encoding="utf-8"))["metadata"]["version"],
    }
    assert versions == {beskid.__version__.removesuffix(".dev0")}
