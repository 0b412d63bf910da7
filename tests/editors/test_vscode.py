"""The extension for Visual Studio Code: its package, its snippets, what it does, and the protocol library it uses."""

from __future__ import annotations

import json
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.limits import run
from tools import node_packages, vsix

import beskid
from beskid.driver.debugging import GDB_FILE, LLDB_FILE
from beskid.driver.session import check_text

EXTENSION = node_packages.EXTENSION
SCRIPTS = Path(__file__).parent / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
PLACE = re.compile(r"\$\{\d+:?([^}]*)\}|\$\d+")

NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
PACKAGES = pytest.mark.skipif(
    not node_packages.is_current(EXTENSION), reason="python -m tools.node_packages has not installed them"
)

SETTINGS = {
    "entry function": "{}",
    "function": "{} unit main() {{}}",
    "type": "{} unit main() {{}}",
    "enum": "{} unit main() {{}}",
    "contract": "{} unit main() {{}}",
    "test": "{} unit main() {{}}",
    "for loop": "unit main() {{ let items = [1]; {} }}",
    "counting loop": "unit main() {{ {} }}",
    "match": 'unit main() {{ let value = 0; let n = {}; PrintLine("${{n}}"); }}',
}
"""A program around each snippet."""

TESTS = """use Testing.Assert;

test fails { Assert.Fail("no"); }

test adds { Assert.Equal(1 + 1, 2, "sum"); }
"""
PROJECT = """project {{
    name = "{name}"
    version = "0.1.0"
    root = "."
}}

target "{name}" {{
    kind = App
    entry = "Main.bd"
}}
"""
WORKSPACE = """workspace {
    name = "W"
}

member "a" {
    path = "a"
}

member "b" {
    path = "b"
}
"""


def node(script: str, *words: str) -> dict[str, Any]:
    """Run a script; return the object that it prints."""
    done = run(["node", str(SCRIPTS / script), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", SETTINGS)
def test_snippets_are_programs(name: str) -> None:
    snippets = json.loads((EXTENSION / "snippets.json").read_text(encoding="utf-8"))
    assert set(snippets) == set(SETTINGS)
    body = "\n".join(snippets[name]["body"])
    text = SETTINGS[name].format(PLACE.sub(lambda place: place[1] or "", body))
    assert [each.message for each in check_text("main.bd", text) if each.severity.value == "error"] == []


@PACKAGES
def test_the_archive_has_everything_and_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.vsix", tmp_path / "second.vsix"
    vsix.pack(first)
    vsix.pack(second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
        manifest = archive.read("extension.vsixmanifest").decode("utf-8")
        kinds = archive.read("[Content_Types].xml").decode("utf-8")
    language = MANIFEST["contributes"]["languages"][0]
    used = [
        MANIFEST["main"],
        language["configuration"],
        *[each["path"] for each in MANIFEST["contributes"]["grammars"]],
    ]
    used += [each["path"] for each in MANIFEST["contributes"]["snippets"]]
    assert {f"extension/{name.removeprefix('./')}" for name in used} <= names
    assert "extension/node_modules/vscode-languageclient/package.json" in names
    assert f'Version="{MANIFEST["version"]}"' in manifest
    licensed = {name.rpartition("/")[0] for name in names if Path(name).stem.upper() == "LICENSE"}
    packages = {f"extension/{path}".rstrip("/") for path in LOCK["packages"]}
    assert sorted(packages - licensed) == []
    assert all(f'Extension="{Path(name).suffix}"' in kinds for name in names if name != "[Content_Types].xml")


def test_the_extension_has_the_version_of_the_compiler() -> None:
    assert MANIFEST["version"] == LOCK["version"] == beskid.__version__.removesuffix(".dev0")


@NODE
def test_the_extension_registers_and_runs(tmp_path: Path) -> None:
    """Tasks, commands, tests and the debugger, in a model of the editor; the tests are run by `beskid`."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first / "a", first / "b", second):
        folder.mkdir(parents=True)
        (folder / "Main.bd").write_text(TESTS, encoding="utf-8")
        (folder / "Project.proj").write_text(PROJECT.format(name=folder.name), encoding="utf-8")
    (first / "Workspace.proj").write_text(WORKSPACE, encoding="utf-8")
    (second / "Main.bd").write_text("test stays {}\n", encoding="utf-8")
    (tmp_path / "single.bd").write_text(
        'unit main() { let a_variable = "end"; PrintLine(a_variable); }\n', encoding="utf-8"
    )
    command = Path(sys.executable).with_name("beskid")
    seen = node("extension.js", str(EXTENSION / "extension.js"), str(command), str(first), str(second))
    assert seen["commands"] == [each["command"] for each in MANIFEST["contributes"]["commands"]]
    assert seen["tasks"] == ["check", "run", "build", "test"]
    assert seen["started"] == [["beskid", ["lsp"], ["executeCommand"]]]
    assert seen["executed"] == [["test", "/a/b.bd", "--exact", "--filter", "M::name"], ["run", "/a/b.bd"]]
    member = [["Main::fails", 2], ["Main::adds", 4]]
    assert seen["tests"] == [*member, *member, ["Main::stays", 0]]
    results = [["Main::fails", "failed"], ["Main::adds", "passed"]]
    assert seen["results"] == [*results, *results, ["Main::stays", "passed"]]
    assert seen["kept"] == [name for name, _ in seen["tests"]]
    assert [each.partition(" `")[0] for each in seen["messages"]] == [
        "The launch configuration has no program. Set",
        "No Beskid file is open. Open and save the program to debug.",
        "beskid.run needs a file.",
        "beskid.test needs a file and the name of a test.",
        "The language server of Beskid does not start: spawn beskid ENOENT. Install it with",
    ]
    assert "incomplete" not in seen
    assert (seen["restarted"], seen["waiting"]) == (4, "starting")
    assert seen["ended"] == ["stopped", "failed", "stopped", "stopped", "stopped"]
    found = seen["configuration"]
    commands = [each["text"] for each in found.pop("setupCommands")]
    built = str(tmp_path / "obj" / "single")
    base = {"request": "launch", "name": "one", "program": built, "args": ["a"], "cwd": str(tmp_path)}
    assert found == base | {"type": "cppdbg", "MIMode": "gdb", "externalConsole": False}
    assert commands[0] == f'-interpreter-exec console "source {GDB_FILE}"'
    assert Path(GDB_FILE).exists()
    assert seen["lldb"] == base | {
        "type": "lldb",
        "sourceMap": {".": str(tmp_path)},
        "preRunCommands": [f'command script import "{LLDB_FILE}"'],
    }
    assert b"a_variable\0" in Path(built).read_bytes()


def test_the_debugger_is_contributed() -> None:
    """What the extension resolves is a type that the manifest contributes, with the settings that it reads."""
    (debugger,) = MANIFEST["contributes"]["debuggers"]
    assert debugger["type"] == "beskid"
    assert "onDebugResolve:beskid" in MANIFEST["activationEvents"]
    launch = debugger["configurationAttributes"]["launch"]
    (first,) = debugger["initialConfigurations"]
    assert set(launch["required"]) <= set(first) <= {"type", "request", "name", *launch["properties"]}


@NODE
@PACKAGES
def test_the_protocol_library_talks_to_the_server(tmp_path: Path) -> None:
    path = tmp_path / "main.bd"
    path.write_text(
        'i64 twice(i64 n) => n * 2;\nunit main() {\n    i64 wrong = "";\n    let answer = twice(21);\n'
        '    PrintLine("${answer}${wrong}");\n}\n',
        encoding="utf-8",
    )
    found = node("client.js", str(EXTENSION), sys.executable, str(path))
    assert "i64 twice(i64 n)" in found.pop("hover")
    assert found == {
        "server": "beskid",
        "diagnostics": ["E1206"],
        "lenses": ["run"],
        "tokens": 10,
        "renamed": 2,
        "hints": ["i64"],
        "callers": ["main"],
        "status": 0,
    }
