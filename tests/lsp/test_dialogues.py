"""Dialogues with the server over pipes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.limits import run
from tests.lsp.client import Json, at, position, serving

PROGRAM = """\
/// A point of the plane.
type Point {
    pub i64 x,
    pub i64 y,

    /// The square of the length.
    pub i64 Norm() {
        return x * x + y * y;
    }
}

enum Shape {
    Dot,
    Circle(i64 radius),
}

/// Adds two numbers.
i64 add(i64 a, i64 b) {
    return a + b;
}

i64 area(Shape shape) {
    return match shape {
        Shape::Dot => 0,
        Shape::Circle(radius) => radius * radius * 3,
    };
}

unit main() {
    let point = Point { x: 1, y: 2 };
    PrintLine("${point.Norm()} ${add(point.x, 4)} ${area(Shape::Circle(2))}");
}
"""


def check_lines(path: Path) -> list[Json]:
    """Return what `beskid check` reports for a file."""
    command = [sys.executable, "-m", "beskid", "check", "--message-format", "json", path.name]
    result = run(command, cwd=path.parent, capture_output=True, text=True)
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line.startswith("{")]
    return [record for record in map(json.loads, lines) if "code" in record]


def test_a_document_is_answered_about(tmp_path: Path) -> None:
    path = tmp_path / "points.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        capabilities = client.initialize()["capabilities"]
        assert capabilities["renameProvider"]
        uri = client.open(path)
        assert client.diagnostics(uri) == []

        found = client.ask("textDocument/hover", at(uri, PROGRAM, "add(point"))
        assert found["contents"]["value"] == "```beskid\ni64 add(i64 a, i64 b)\n```\n\n---\n\nAdds two numbers."
        found = client.ask("textDocument/hover", at(uri, PROGRAM, "Norm()}"))
        assert "pub i64 Point.Norm()" in found["contents"]["value"]
        found = client.ask("textDocument/hover", at(uri, PROGRAM, "radius * radius"))
        assert "i64 radius (local)" in found["contents"]["value"]

        where = client.ask("textDocument/definition", at(uri, PROGRAM, "Norm()}"))
        assert (where["uri"], where["range"]["start"]) == (uri, {"line": 6, "character": 12})
        where = client.ask("textDocument/definition", at(uri, PROGRAM, "PrintLine"))
        assert where["uri"].endswith("/System/IO.bd")
        where = client.ask("textDocument/typeDefinition", at(uri, PROGRAM, "point.x"))
        assert where["range"]["start"] == {"line": 1, "character": 5}

        context = {"context": {"includeDeclaration": True}}
        places = client.ask("textDocument/references", {**at(uri, PROGRAM, "x * x"), **context})
        assert [place["range"]["start"]["line"] for place in places] == [2, 7, 7, 29, 30]
        lines = [each["range"]["start"]["line"] for each in client.ask(
            "textDocument/documentHighlight", at(uri, PROGRAM, "radius * radius"))]  # fmt: skip
        assert lines == [24, 24, 24]

        names = [symbol["name"] for symbol in client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})]
        assert names == ["Point", "Shape", "add", "area", "main"]
        found = client.ask("workspace/symbol", {"query": "norm"})
        assert [(each["name"], each["containerName"]) for each in found] == [("Norm", "Point")]


def test_diagnostics_are_those_of_check(tmp_path: Path) -> None:
    """The same codes at the same places, with the message, the label and the help; fixes are code actions."""
    text = PROGRAM.replace("add(point.x, 4)", "ad(point.x, 4)").replace("return a + b;", "let n = a; n = b; return n;")
    path = tmp_path / "points.bd"
    path.write_text(text, encoding="utf-8")
    expected = check_lines(path)
    assert {record["code"] for record in expected} == {"E1101", "E1214"}
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        found = client.diagnostics(uri)
        for record, diagnostic in zip(expected, found, strict=True):
            start = diagnostic["range"]["start"]
            assert (diagnostic["code"], diagnostic["source"]) == (record["code"], "beskid")
            assert (start["line"] + 1, start["character"] + 1) == (record["span"]["line"], record["span"]["column"])
            assert diagnostic["message"].splitlines()[0] == record["message"]
            assert record["help"] in diagnostic["message"]
        mutable = next(each for each in found if each["code"] == "E1214")
        request = {"textDocument": {"uri": uri}, "range": mutable["range"], "context": {"diagnostics": [mutable]}}
        actions = client.ask("textDocument/codeAction", request)
        assert [action["title"] for action in actions] == ["declare `n` with `mut`", "fix all safe problems"]
        edit = actions[0]["edit"]["changes"][uri][0]
        assert edit["newText"] == "mut "


def test_one_syntax_error_hides_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "half.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        assert client.diagnostics(uri) == []
        text = PROGRAM.replace("    let point =", "    let other = add(1);\n    let point =").replace(
            "return a + b;", "return a + ;"
        )
        client.change(uri, text)
        assert [each["code"] for each in client.diagnostics(uri)] == ["parse", "E1204"]
        found = client.ask("textDocument/hover", at(uri, text, "Norm()}"))
        assert "pub i64 Point.Norm()" in found["contents"]["value"]
        client.change(uri, PROGRAM)
        assert client.diagnostics(uri) == []


def test_a_half_typed_member_is_completed(tmp_path: Path) -> None:
    path = tmp_path / "points.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        lines = PROGRAM.splitlines(keepends=True)
        line = next(index for index, each in enumerate(lines) if "PrintLine" in each)

        def labels(typed: str, count: int = 40) -> list[str]:
            text = "".join([*lines[:line], f"    {typed}\n", *lines[line:]])
            client.change(uri, text)
            found = client.ask("textDocument/completion", position(uri, line, 4 + len(typed)))
            return [item["label"] for item in found["items"]][:count]

        assert labels("point.") == ["x", "y", "Norm"]
        assert labels("let n = add(point.N") == ["Norm"]
        assert labels("Shape::") == ["Dot", "Circle"]
        assert labels("let s = Shape.C") == ["Circle"]
        assert labels("po", 1) == ["point"]
        assert {"add", "area"} <= set(labels("a"))
        assert "Len" in labels('"text".', 200)
        assert "List" in labels("use Collections.", 200)


def test_a_rename_touches_every_file_and_refuses_clashes(tmp_path: Path) -> None:
    folder = tmp_path / "shop with ä"
    (folder / "Src").mkdir(parents=True)
    (folder / "Project.proj").write_text(
        'project {\n    name = "Shop"\n    version = "0.1.0"\n    root = "Src"\n}\n\n'
        'target "app" {\n    kind = App\n    entry = "Main.bd"\n}\n',
        encoding="utf-8",
    )
    prices = "pub i64 Price(i64 count) {\n    let factor = 3;\n    return count * factor;\n}\n"
    main = 'use Prices;\n\nunit main() {\n    let total = Prices.Price(2);\n    PrintLine("${total}");\n}\n'
    (folder / "Src" / "Prices.bd").write_text(prices, encoding="utf-8")
    (folder / "Src" / "Main.bd").write_text(main, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(folder / "Src" / "Main.bd")
        other = (folder / "Src" / "Prices.bd").as_uri()
        assert client.diagnostics(uri) == []
        found = client.ask("textDocument/rename", {**at(uri, main, "Price(2)"), "newName": "Cost"})
        changes = {each: [edit["newText"] for edit in edits] for each, edits in found["changes"].items()}
        assert changes == {uri: ["Cost"], other: ["Cost"]}
        client.open(folder / "Src" / "Prices.bd")
        for mark, name, reason in (
            ("factor = 3", "count", "would change what a name denotes"),
            ("count)", "while", "reserved"),
            ("count)", "2x", "is not a name"),
        ):
            answer = client.answer("textDocument/rename", {**at(other, prices, mark), "newName": name})
            assert reason in answer["error"]["message"], answer
        answer = client.answer("textDocument/rename", {**at(uri, main, "PrintLine"), "newName": "Show"})
        assert "not declared in this project" in answer["error"]["message"]
        answer = client.answer("textDocument/prepareRename", at(uri, main, "Prices;"))
        assert "a module has the name of its file" in answer["error"]["message"]


def test_a_renamed_method_of_c_keeps_its_function(tmp_path: Path) -> None:
    path = tmp_path / "c.bd"
    text = (
        '[Extern(Abi: "C", Library: "libc.so.6")]\ncontract C {\n    i64 labs(i64 value);\n}\n\n'
        '[Export(Abi: "C")]\npub i64 size(i64 n) {\n    return C.labs(n);\n}\n\n'
        'unit main() {\n    PrintLine("${C.labs(-3)}");\n}\n'
    )
    path.write_text(text, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        assert client.diagnostics(uri) == []
        found = client.ask("textDocument/rename", {**at(uri, text, "labs(n)"), "newName": "Absolute"})
        changes = [edit["newText"] for edit in found["changes"][uri]]
        assert sorted(changes) == ["Absolute", "Absolute", "Absolute", '[Symbol("labs")] ']
        answer = client.answer("textDocument/rename", {**at(uri, text, "size"), "newName": "length"})
        assert "is exported" in answer["error"]["message"]


def test_formatting(tmp_path: Path) -> None:
    path = tmp_path / "wide.bd"
    path.write_text('unit main()   {\n  PrintLine( "a" ) ;\n}\n', encoding="utf-8")
    options = {"options": {"tabSize": 4, "insertSpaces": True}}
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        edits = client.ask("textDocument/formatting", {"textDocument": {"uri": uri}, **options})
        assert [edit["newText"] for edit in edits] == ['unit main() {\n    PrintLine("a");\n}\n']
        client.change(uri, "unit main( {")
        assert client.ask("textDocument/formatting", {"textDocument": {"uri": uri}, **options}) == []


def test_positions_count_utf_16_units(tmp_path: Path) -> None:
    """An emoji has two units, a combining accent one of its own."""
    text = 'unit main() {\n    let 名 = "e\u0301 \U0001f600";\n    PrintLine("\U0001f600 ${名}"); let x = nothing;\n}\n'
    text = text.replace("名", "name")
    path = tmp_path / "emoji.bd"
    path.write_text(text, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        (found,) = client.diagnostics(uri)
        line = text.splitlines()[2]
        start = len(line[: line.index("nothing")].encode("utf-16-le")) // 2
        assert found["range"]["start"] == {"line": 2, "character": start}
        hover = client.ask("textDocument/hover", at(uri, text, "name}"))
        assert "string name (local)" in hover["contents"]["value"]
        client.change(uri, "1", {"start": {"line": 2, "character": start}, "end": {"line": 2, "character": start + 7}})
        assert [each["code"] for each in client.diagnostics(uri)] == ["W1407"]
    with serving() as client:
        client.initialize(general={"positionEncodings": ["utf-32"]})
        uri = client.open(path)
        (found,) = client.diagnostics(uri)
        assert found["range"]["start"]["character"] == line.index("nothing")


def test_a_session_is_recorded_and_repeated(tmp_path: Path) -> None:
    path, log = tmp_path / "points.bd", tmp_path / "session.jsonl"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving("--log", str(log)) as client:
        client.initialize()
        uri = client.open(path)
        first = client.ask("textDocument/hover", at(uri, PROGRAM, "add(point"))
    command = [sys.executable, "-m", "beskid", "lsp", "--replay", str(log)]
    output = run(command, capture_output=True, text=True, check=True).stdout
    answers = {each["id"]: each["result"] for each in map(json.loads, output.splitlines()) if "result" in each}
    assert answers[2] == first
    result = run([*command[:-1], str(path)], capture_output=True, text=True)
    assert (result.returncode, "is not a recording" in result.stderr) == (2, True)


def test_a_closed_document_loses_its_diagnostics(tmp_path: Path) -> None:
    path = tmp_path / "wrong.bd"
    path.write_text('unit main() { i64 n = ""; }\n', encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        assert [each["code"] for each in client.diagnostics(uri)] == ["E1206"]
        client.notes.clear()
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert client.ask("workspace/symbol", {"query": "main"}) == []
        assert client.notes[0]["params"]["diagnostics"] == []


def test_the_signature_of_a_call_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "points.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        found = client.ask("textDocument/signatureHelp", at(uri, PROGRAM, "4)} ${area"))
        assert found["signatures"][0]["label"] == "i64 add(i64 a, i64 b)"
        assert [each["label"] for each in found["signatures"][0]["parameters"]] == ["i64 a", "i64 b"]
        assert found["activeParameter"] == 1
        found = client.ask("textDocument/signatureHelp", at(uri, PROGRAM, "2))}"))
        assert found["signatures"][0]["label"] == "Shape::Circle(i64 radius)"
        assert client.ask("textDocument/signatureHelp", at(uri, PROGRAM, "let point")) is None


def test_missing_arms_and_fields_are_added(tmp_path: Path) -> None:
    """What the refactorings write compiles."""
    text = PROGRAM.replace("        Shape::Dot => 0,\n", "").replace("{ x: 1, y: 2 }", "{ x: 1 }")
    path = tmp_path / "points.bd"
    path.write_text(text, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        assert [each["code"] for each in client.diagnostics(uri)] == ["E1304", "E1212"]
        for mark, title in (("match shape", "add the missing arms"), ("Point { x", "add the missing fields")):
            place = at(uri, text, mark)
            request = {
                "textDocument": {"uri": uri},
                "range": {"start": place["position"], "end": place["position"]},
                "context": {"diagnostics": [], "only": ["refactor"]},
            }
            (action,) = client.ask("textDocument/codeAction", request)
            assert action["title"] == title
            (edit,) = action["edit"]["changes"][uri]
            text = edited(text, edit)
            client.change(uri, text)
        assert client.diagnostics(uri) == []
        assert '        Shape::Dot => Panic("Shape::Dot"),\n    };' in text
        assert "Point { x: 1, y: 0 }" in text


def test_a_request_that_cannot_be_read_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "points.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        wrong: Json = {"processId": None, "rootUri": None, "capabilities": {"textDocument": {"semanticTokens": {}}}}
        assert client.answer("initialize", wrong)["error"]["code"] == -32602
        client.initialize()
        uri = client.open(path)
        assert "error" in client.answer("textDocument/hover", {"textDocument": {"uri": uri}})
        assert client.ask("textDocument/hover", at(uri, PROGRAM, "add(point")) is not None


def edited(text: str, edit: Json) -> str:
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    first, last = (starts[edit["range"][end]["line"]] + edit["range"][end]["character"] for end in ("start", "end"))
    new: str = edit["newText"]
    return text[:first] + new + text[last:]
