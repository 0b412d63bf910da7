"""What editors show in and above a text: semantic tokens, inlay hints, lenses, hierarchies, pulled diagnostics."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from tests.lsp.client import Client, Json, at, serving

from beskid.ide.lenses import RUN

PROGRAM = """\
use Testing.Assert;

contract Shape {
    i64 Area();
}

type Square : Shape {
    i64 side,

    i64 Area() {
        return product(side, side);
    }
}

i64 product(i64 a, i64 b) {
    mut i64 n = a;
    n *= b;
    return n;
}

unit main() {
    let square = Square { side: 3 };
    let area = square.Area() + product(2, 4);
    PrintLine("\U0001f600 ${area}"); PrintLine("${area}");
}

test areas {
    Assert.Equal(product(2, 3), 6, "area");
}
"""


def whole(text: str) -> Json:
    return {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}


def tokens(client: Client, uri: str, capabilities: Json, text: str) -> list[tuple[str, str, list[str]]]:
    """Return the text, the kind and the modifiers of each semantic token."""
    legend = capabilities["semanticTokensProvider"]["legend"]
    data = client.ask("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})["data"]
    found, line, column = [], 0, 0
    for index in range(0, len(data), 5):
        lines, columns, length, kind, bits = data[index : index + 5]
        line, column = line + lines, columns + (0 if lines else column)
        units = text.splitlines()[line].encode("utf-16-le")
        modifiers = [each for bit, each in enumerate(legend["tokenModifiers"]) if bits >> bit & 1]
        name = units[2 * column : 2 * (column + length)].decode("utf-16-le")
        found.append((name, legend["tokenTypes"][kind], modifiers))
    return found


def test_names_have_kinds_and_modifiers(tmp_path: Path) -> None:
    path = tmp_path / "shapes.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        capabilities = client.initialize()["capabilities"]
        uri = client.open(path)
        found = tokens(client, uri, capabilities, PROGRAM)
        assert found[1:5] == [
            ("Shape", "interface", ["declaration"]),
            ("Area", "method", ["declaration"]),
            ("Square", "struct", ["declaration"]),
            ("Shape", "interface", []),
        ]
        assert ("side", "property", ["declaration"]) in found
        assert ("a", "parameter", ["declaration", "readonly"]) in found
        assert ("n", "variable", ["declaration", "mutable"]) in found
        assert ("n", "variable", ["mutable"]) in found
        assert ("product", "function", []) in found
        assert found.count(("PrintLine", "function", ["defaultLibrary"])) == 2
        assert found.count(("area", "variable", ["readonly"])) == 2
        assert ("areas", "function", ["declaration"]) in found
        body = {"start": {"line": 14, "character": 0}, "end": {"line": 18, "character": 0}}
        request = {"textDocument": {"uri": uri}, "range": body}
        part = client.ask("textDocument/semanticTokens/range", request)["data"]
        assert (part[0], len(part) // 5) == (14, 8)


def test_hints_show_types_and_parameters_and_can_be_inserted(tmp_path: Path) -> None:
    path = tmp_path / "shapes.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        found = client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole(PROGRAM)})
        assert [(each["label"], each["position"]["line"], each["kind"]) for each in found] == [
            ("Square", 21, 1),
            ("i64", 22, 1),
            ("a:", 22, 2),
            ("b:", 22, 2),
            ("a:", 27, 2),
            ("b:", 27, 2),
            ("expected:", 27, 2),
            ("because:", 27, 2),
        ]
        (edit,) = found[1]["textEdits"]
        client.change(uri, edit["newText"], edit["range"])
        assert client.diagnostics(uri) == []
        hover = client.ask("textDocument/hover", at(uri, PROGRAM, "area = square", 4))
        assert "i64 area" in hover["contents"]["value"]


def test_lenses_run_programs_and_tests(tmp_path: Path) -> None:
    path = tmp_path / "shapes.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        commands = client.initialize()["capabilities"]["executeCommandProvider"]["commands"]
        uri = client.open(path)
        found = [each["command"] for each in client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})]
        assert [each["title"] for each in found] == ["run", "run test"]
        assert {each["command"] for each in found} == set(commands)
        for command, expected in zip(found, ("\U0001f600 17\n17", "passed=1"), strict=True):
            request = {"command": command["command"], "arguments": command["arguments"]}
            assert client.ask("workspace/executeCommand", request) == 0
            notes = [note["params"] for note in client.notes if note.get("method") == "window/logMessage"]
            assert expected in notes[-1]["message"]
        # The `main` of an inline module is not what `beskid run` runs.
        uri = client.open(tmp_path / "inner.bd", "mod inner {\n    pub unit main() {}\n    test fine {}\n}\n")
        found = client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
        assert [each["command"]["title"] for each in found] == ["run test"]


def children_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_cancelled_run_ends(tmp_path: Path) -> None:
    path = tmp_path / "endless.bd"
    path.write_text('unit main() {\n    while true { PrintLine("again"); }\n}\n', encoding="utf-8")
    with serving() as client:
        client.initialize()
        client.open(path)
        number = client.request("workspace/executeCommand", {"command": RUN, "arguments": [path.as_uri()]})
        while not children_of(client.process):
            time.sleep(0.01)
        client.notify("$/cancelRequest", {"id": number})
        assert "error" in client.wait(number)
        while children_of(client.process):
            time.sleep(0.01)


def test_calls_and_types_have_hierarchies(tmp_path: Path) -> None:
    path = tmp_path / "shapes.bd"
    path.write_text(PROGRAM, encoding="utf-8")
    with serving() as client:
        client.initialize()
        uri = client.open(path)
        (item,) = client.ask("textDocument/prepareCallHierarchy", at(uri, PROGRAM, "product(2, 4)"))
        assert (item["name"], item["selectionRange"]["start"]["line"]) == ("product", 14)
        found = client.ask("callHierarchy/incomingCalls", {"item": item})
        callers = [(each["from"]["name"], len(each["fromRanges"])) for each in found]
        assert callers == [("Square.Area", 1), ("main", 1), ("areas", 1)]
        (main,) = client.ask("textDocument/prepareCallHierarchy", at(uri, PROGRAM, "main"))
        found = client.ask("callHierarchy/outgoingCalls", {"item": main})
        assert {each["to"]["name"]: len(each["fromRanges"]) for each in found} == {
            "PrintLine": 2,
            "Square.Area": 1,
            "product": 1,
        }
        (square,) = client.ask("textDocument/prepareTypeHierarchy", at(uri, PROGRAM, "Square {"))
        (shape,) = client.ask("typeHierarchy/supertypes", {"item": square})
        assert shape["name"] == "Shape"
        assert (shape["range"]["start"]["line"], shape["range"]["end"]["line"]) == (2, 4)
        assert shape["selectionRange"]["start"]["line"] == shape["selectionRange"]["end"]["line"]
        assert [each["name"] for each in client.ask("typeHierarchy/subtypes", {"item": shape})] == ["Square"]


def test_a_client_that_pulls_is_not_pushed_to(tmp_path: Path) -> None:
    """Unchanged diagnostics are not sent again, and warnings of the whole program lead to a request to pull."""
    path = tmp_path / "wrong.bd"
    unused = 'i64 unused() {\n    return 1;\n}\n\nunit main() {\n    PrintLine("");\n}\n'
    path.write_text('unit main() { i64 n = ""; }\n', encoding="utf-8")
    with serving() as client:
        capabilities = client.initialize(
            textDocument={"diagnostic": {}}, workspace={"diagnostics": {"refreshSupport": True}}
        )["capabilities"]
        assert capabilities["diagnosticProvider"]["workspaceDiagnostics"] is True
        uri = client.open(path)
        request = {"textDocument": {"uri": uri}}
        first = client.ask("textDocument/diagnostic", request)
        assert (first["kind"], [each["code"] for each in first["items"]]) == ("full", ["E1206"])
        again = client.ask("textDocument/diagnostic", {**request, "previousResultId": first["resultId"]})
        assert again == {"kind": "unchanged", "resultId": first["resultId"]}
        client.change(uri, unused)
        client.ask("beskid/settled", None)
        methods = [note.get("method") for note in client.notes]
        assert "workspace/diagnostic/refresh" in methods
        pushed = [
            note["params"]["diagnostics"]
            for note in client.notes
            if note.get("method") == "textDocument/publishDiagnostics"
        ]
        assert pushed in ([], [first["items"], []]), "what was pushed before the first pull is taken back"
        found = client.ask("textDocument/diagnostic", request)
        assert [each["code"] for each in found["items"]] == ["W1504"]
        (report,) = client.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
        assert (report["uri"], [each["code"] for each in report["items"]]) == (uri, ["W1504"])
        known = [{"uri": uri, "value": report["resultId"]}]
        (report,) = client.ask("workspace/diagnostic", {"previousResultIds": known})["items"]
        assert report["kind"] == "unchanged"


def test_a_closed_file_that_was_mended_loses_its_diagnostics(tmp_path: Path) -> None:
    (tmp_path / "Project.proj").write_text(
        'project {\n    name = "P"\n    version = "0.1.0"\n    root = "."\n}\n\n'
        'target "p" {\n    kind = App\n    entry = "Main.bd"\n}\n',
        encoding="utf-8",
    )
    main, other = tmp_path / "Main.bd", tmp_path / "Other.bd"
    main.write_text("use Other.one;\n\nunit main() {\n    one();\n}\n", encoding="utf-8")
    other.write_text("pub unit one() {\n    missing();\n}\n", encoding="utf-8")
    with serving() as client:
        client.initialize(textDocument={"diagnostic": {}}, workspace={"diagnostics": {"refreshSupport": True}})
        client.open(main)
        found = client.ask("workspace/diagnostic", {"previousResultIds": []})["items"]
        assert {each["uri"]: len(each["items"]) for each in found} == {main.as_uri(): 0, other.as_uri(): 1}
        known = [{"uri": each["uri"], "value": each["resultId"]} for each in found]
        other.write_text("pub unit one() {}\n", encoding="utf-8")
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": other.as_uri(), "type": 2}]})
        found = client.ask("workspace/diagnostic", {"previousResultIds": known})["items"]
        assert {each["uri"]: each.get("items") for each in found} == {main.as_uri(): None, other.as_uri(): []}


def test_a_client_that_cannot_pull_is_pushed_to(tmp_path: Path) -> None:
    with serving() as client:
        assert "diagnosticProvider" not in client.initialize()["capabilities"]
