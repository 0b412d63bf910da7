"""The human and machine-readable forms of diagnostics."""

from __future__ import annotations

import json

from beskid.source.codes import E1101, E1102, Code
from beskid.source.diagnostics import Diagnostic, Edit, Fix, Label, error, warning
from beskid.source.machine_readable import github, json_lines, sarif
from beskid.source.render import arrange, human, short
from beskid.source.text import SourceText, Span

_SOURCE = SourceText("Src/Main.bd", "i32 main() {\n    i32 total = 1;\n    return totl;\n}\n")


def _unknown() -> Diagnostic:
    return error(E1101, "unknown value `totl`", _SOURCE, Span(43, 47), "unknown value", "a local named `total` exists")


def _render(text: str, start: int, end: int, label: str = "here") -> str:
    source = SourceText("a.bd", text)
    return human([error(Code("E1", "a test"), "m", source, Span(start, end), label)])


def test_the_long_form() -> None:
    assert human([_unknown()]) == (
        "error[E1101]: unknown value `totl`\n"
        "  --> Src/Main.bd:3:12\n"
        "   |\n"
        " 3 |     return totl;\n"
        "   |            ^^^^ unknown value\n"
        "   |\n"
        "   = help: a local named `total` exists\n"
        "\n"
        "1 error, 0 warnings\n"
    )


def test_related_spans_are_shown_below() -> None:
    first = Label(_SOURCE, Span(21, 26), "first declared here")
    diagnostic = error(E1102, "`total` is declared twice", _SOURCE, Span(43, 47), related=(first,))
    assert human([diagnostic]) == (
        "error[E1102]: `total` is declared twice\n"
        "  --> Src/Main.bd:3:12\n"
        "   |\n"
        " 3 |     return totl;\n"
        "   |            ^^^^\n"
        "   |\n"
        "  ::: Src/Main.bd:2:9\n"
        "   |\n"
        " 2 |     i32 total = 1;\n"
        "   |         ----- first declared here\n"
        "\n"
        "1 error, 0 warnings\n"
    )


def test_spans_over_lines_show_the_first_and_the_last() -> None:
    text = "x {\n  a\n  b\n  c\n}\n"
    assert _render(text, 2, 17) == (
        "error[E1]: m\n  --> a.bd:1:3\n   |\n 1 | x {\n   |   ^\n...\n 5 | }\n   | ^ here\n\n1 error, 0 warnings\n"
    )


def test_tabs_are_four_columns() -> None:
    assert " 1 |     a    b\n   |          ^ here\n" in _render("\ta\tb", 3, 4)


def test_wide_characters_take_two_columns() -> None:
    assert " 1 | 漢字 x\n   |      ^ here\n" in _render("漢字 x", 3, 4)


def test_a_span_at_the_end_of_the_text() -> None:
    assert " 2 |\n   | ^ here\n" in _render("a\n", 2, 2)
    assert " 1 | abc\n   |    ^ here\n" in _render("abc", 3, 3)


def test_control_characters_do_not_reach_the_terminal() -> None:
    rendered = _render("a\x1b[31m\u202e\ud800 b", 0, 1)
    assert rendered.isprintable() or "\x1b" not in rendered
    assert "\u202e" not in rendered
    rendered.encode("utf-8")


def test_long_lines_are_cut_around_the_span() -> None:
    rendered = _render("x" * 5000 + "Y" + "z" * 5000, 5000, 5001)
    assert max(len(line) for line in rendered.split("\n")) < 200
    line, marks = rendered.split("\n")[3:5]
    assert line[marks.index("^")] == "Y"


def test_gutters_are_as_wide_as_the_largest_line_number() -> None:
    rendered = _render("\n" * 99 + "abc", 99, 102)
    assert "    --> a.bd:100:1\n     |\n 100 | abc\n     | ^^^ here\n" in rendered


def test_order_and_duplicates() -> None:
    other = SourceText("A.bd", "x")
    late = warning(Code("W1", "a test"), "w", _SOURCE, Span(43, 47))
    early = error(Code("E2", "a test"), "e", _SOURCE, Span(0, 3))
    foreign = error(Code("E3", "a test"), "f", other, Span(0, 1))
    again = error(Code("E2", "a test"), "said differently", _SOURCE, Span(0, 3))
    same_place = error(Code("E9", "a test"), "x", _SOURCE, Span(43, 47))
    assert [each.code for each in arrange([late, early, foreign, again, same_place])] == ["E3", "E2", "E9", "W1"]
    assert human([early, again, late]).endswith("\n1 error, 1 warning\n")
    assert human([]) == ""


def test_colour_is_a_parameter() -> None:
    plain = human([_unknown()])
    coloured = human([_unknown()], colour=True)
    assert "\x1b[" in coloured
    stripped = coloured
    for code in ("0", "1", "1;31", "1;33", "1;34", "1;36"):
        stripped = stripped.replace(f"\x1b[{code}m", "")
    assert stripped == plain


def test_the_short_form() -> None:
    assert short([_unknown()]) == "Src/Main.bd:3:12: error[E1101]: unknown value `totl`\n"


def test_the_machine_form() -> None:
    source = SourceText("é.bd", "ß = 漢 x\n")
    fix = Fix("remove it", (Edit(source, Span(6, 7), ""),), safe=True)
    diagnostic = error(
        Code("E1", "a test"), "m", source, Span(6, 7), "l", None, (Label(source, Span(0, 1), "r"),), (fix,)
    )
    first, last = (json.loads(line) for line in json_lines([diagnostic]).splitlines())
    assert first == {
        "code": "E1",
        "severity": "error",
        "message": "m",
        "label": "l",
        "help": None,
        "file": "é.bd",
        "span": {"start": 9, "end": 10, "line": 1, "column": 7, "endLine": 1, "endColumn": 8},
        "related": [
            {
                "message": "r",
                "file": "é.bd",
                "span": {"start": 0, "end": 2, "line": 1, "column": 1, "endLine": 1, "endColumn": 2},
            }
        ],
        "fixes": [{"title": "remove it", "safe": True, "edits": [{"file": "é.bd", "start": 9, "end": 10, "text": ""}]}],
    }
    assert last == {"summary": {"errors": 1, "warnings": 0}}


def test_the_machine_form_without_diagnostics_is_the_summary() -> None:
    assert json_lines([]) == '{"summary": {"errors": 0, "warnings": 0}}\n'


def test_annotations_escape_special_characters() -> None:
    source = SourceText("a,b.bd", "xyz\n")
    diagnostic = error(Code("E1", "a test"), "100%\nsure", source, Span(1, 2), help="no")
    assert github([diagnostic]) == (
        "::error file=a%2Cb.bd,line=1,col=2,endLine=1,endColumn=3,title=E1::100%25%0Asure%0Ahelp: no\n"
    )


def test_sarif_has_rules_and_locations() -> None:
    log = json.loads(sarif([_unknown()], "1.2.3"))
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("beskid", "1.2.3")
    (rule,) = driver["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("E1101", E1101.meaning)
    assert rule["help"]["text"].endswith("docs/reference/diagnostics/E1101.md")
    assert rule["defaultConfiguration"] == {"level": "error"}
    result = run["results"][0]
    assert (result["ruleId"], result["level"]) == ("E1101", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "Src/Main.bd"
    assert place["region"] == {"startLine": 3, "startColumn": 12, "endLine": 3, "endColumn": 16}
